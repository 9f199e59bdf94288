"""Does a turn begin at the layer that it needs? Told of turns whose source the head has not seen."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.result import Figure, Result
from evals.train_router import Inputs, inputs_of, softmax, temperature, unseen_logits
from evals.turns import LANGUAGES, amid_others, posed_turns
from models.routing.head import LAYERS, load_routing_head
from models.routing.wording import buckets_of

NAME = "layers"
RESAMPLES = 1_000
UNSEEN, SHIPPED = "heads without the source", "shipped head, which has seen them"
AT_ONCE, SPARED = "of 2 looked up at once", "of 0 spared at first"
REACHED = 0.98
SPARED_REACHING = f"of 0 spared, {REACHED} of 2 reached"

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Figures = dict[str, Figure]


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """How turns of each language are placed: macro-F1, the confusion of the layers, and what the thresholds do.

    `of 0 spared, 0.98 of 2 reached` is how many turns that need nothing could go without memory, if the threshold were set where so many
    of those that need it are looked up.

    Args:
        data: The folder of the data sets.
        limit: How many turns, drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    turns = amid_others(posed_turns(data))
    chosen = np.random.default_rng(seed).permutation(len(turns))[: limit or len(turns)]
    inputs = inputs_of([turns[at] for at in sorted(chosen)])
    logits = unseen_logits(inputs)
    systems = {UNSEEN: softmax(logits / temperature(logits, inputs)), SHIPPED: shipped(inputs)}
    certain = sum(turn.certain for turn in inputs.turns)
    return Result(
        name=NAME,
        data=f"{certain:,} turns of {len({turn.source for turn in inputs.turns})} sources",
        seed=seed,
        systems={name: figures(inputs, probabilities, seed) for name, probabilities in systems.items()},
    )


def shipped(inputs: Inputs) -> Floats:
    """What the shipped head says of each turn."""
    head = load_routing_head()
    named = [dict(zip(inputs.names, row, strict=True)) for row in inputs.signals.tolist()]
    rows = zip(named, inputs.vectors, inputs.turns, strict=True)
    return np.array([head.probabilities(signals, vector, buckets_of(turn.text)) for signals, vector, turn in rows])


def figures(inputs: Inputs, probabilities: Floats, seed: int) -> Figures:
    """Those of every language, over the turns whose layer is certain; of the others how many are looked up."""
    found: Figures = {}
    for language in LANGUAGES:
        places = np.array([at for at, turn in enumerate(inputs.turns) if turn.language == language and turn.certain])
        if len(places):
            found |= of_turns(language, inputs, probabilities, places, seed)
    unsaid = np.array([at for at, turn in enumerate(inputs.turns) if not turn.certain])
    told = of_turns("RealMem", inputs, probabilities, unsaid, seed) if len(unsaid) else {}
    return found | {name: figure for name, figure in told.items() if name.endswith(AT_ONCE)}


def of_turns(whose: str, inputs: Inputs, probabilities: Floats, places: Places, seed: int) -> Figures:
    """Means with intervals, resampled by conversation."""
    random = np.random.default_rng(seed)
    groups: dict[str, list[int]] = {}
    for at in places:
        groups.setdefault(f"{inputs.turns[at].source} {inputs.turns[at].group}", []).append(int(at))
    several = [np.array(one) for one in groups.values()]
    draws = (np.concatenate([several[at] for at in random.integers(len(several), size=len(several))]) for _ in range(RESAMPLES))
    layers, value = inputs.layers, measured(inputs.layers[places], probabilities[places])
    drawn = [measured(layers[draw], probabilities[draw]) for draw in draws]
    told = [name for name in value if not np.isnan(value[name])]
    return {f"{whose} {name}": Figure(value=value[name], **interval([one[name] for one in drawn])) for name in told}


def interval(values: Sequence[float]) -> dict[str, float]:
    """The 95 % interval of resampled values."""
    low, high = np.nanquantile(values, (0.025, 0.975))
    return {"low": float(low), "high": float(high)}


def measured(layers: NDArray[np.intp], probabilities: Floats) -> Mapping[str, float]:
    """Every metric of one sample."""
    head = load_routing_head()
    memory = probabilities[:, -1]
    needing = memory[layers == LAYERS - 1]
    placed = np.where(memory >= head.recall_from, LAYERS - 1, probabilities[:, :-1].argmax(axis=1))
    confusion = np.array([[np.sum((layers == true) & (placed == said)) for said in range(LAYERS)] for true in range(LAYERS)])
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    scores = 2 * confusion.diagonal() / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1)
    return {
        "macro-F1": float(scores.mean()),
        AT_ONCE: share(needing >= head.recall_from),
        SPARED: share(memory[layers == 0] < head.recall_from),
        SPARED_REACHING: share(memory[layers == 0] < np.quantile(needing, 1 - REACHED)) if len(needing) else float("nan"),
        **{f"{true} as {said}": float(shares[true, said]) for true in range(LAYERS) for said in range(LAYERS)},
    }


def share(holds: NDArray[np.bool_]) -> float:
    """The share for which it holds."""
    return float(holds.mean()) if len(holds) else float("nan")
