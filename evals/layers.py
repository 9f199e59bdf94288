"""Does a turn begin at the layer that it needs? Told of turns whose source the head has not seen."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.result import Figure, Result
from evals.training.router import Inputs, by_letters, unseen
from evals.turns import LANGUAGES, PosedTurn, amid_others, posed_turns
from evals.vectors import KeptVectors
from models.embedding import open_embedder
from models.local_mind import LocalMind
from models.mind import AnswerRequest, Character, Moment, Utterance
from models.routing.head import LAYERS, ROUTING, ROUTING_WIDE, RoutingHead, load_routing_head
from nodes.classify_layer import SURE

NAME = "layers"
RESAMPLES = 1_000
UNSEEN, SHIPPED = "heads without the source", "shipped head, which has seen them"
AT_ONCE, SPARED = "of 2 looked up at once", "of 0 spared at first"
REACHED_AT_LAST, SPARED_AT_LAST = "of 2 looked up or climbed to", "of 0 neither looked up nor climbed to"
SHOWN = ("macro-F1", AT_ONCE, SPARED)
SURE_SHARE, RIGHT_WHERE_SURE = "the head is sure", "right where it is sure"
REACHED = 0.98
HEADS: Mapping[str, str] = {"ko": ROUTING_WIDE, "ja": ROUTING_WIDE}  # by language; the other where none is named
ASKED_AT, JUST_BEFORE = datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=1)
SPARED_REACHING = f"of 0 spared, {REACHED} of 2 reached"

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Places = NDArray[np.intp]
Figures = dict[str, Figure]


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """How turns of each language are placed: macro-F1, the confusion of the layers, and what the thresholds do.

    The ladder is climbed where the local mind, shown what stands before the turn, says that it lacks context.
    `of 0 spared, 0.98 of 2 reached` is how many turns that need nothing could go without memory at first, if the threshold were set where
    so many of those that need it are looked up.

    Args:
        data: The folder of the data sets.
        limit: How many turns, drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    turns = amid_others(posed_turns(data))
    chosen = np.random.default_rng(seed).permutation(len(turns))[: limit or len(turns)]
    posed = [turns[at] for at in sorted(chosen)]
    systems = {UNSEEN: by_letters(posed, unseen), SHIPPED: by_letters(posed, shipped)}
    climbing = climbs(posed)
    certain = sum(turn.certain for turn in posed)
    return Result(
        name=NAME,
        data=f"{certain:,} turns of {len({turn.source for turn in posed})} sources",
        seed=seed,
        systems={name: figures(posed, probabilities, climbing, seed) for name, probabilities in systems.items()},
        shown=tuple(f"{language} {metric}" for metric in SHOWN for language in LANGUAGES),
    )


def shipped(inputs: Inputs) -> Floats:
    """What the shipped head says of each turn."""
    head = load_routing_head(ROUTING_WIDE if inputs.wide else ROUTING)
    named = [dict(zip(inputs.names, row, strict=True)) for row in inputs.signals.tolist()]
    rows = zip(named, inputs.vectors, inputs.turns, strict=True)
    return np.array([head.probabilities(signals, vector, head.buckets_of(turn.text)) for signals, vector, turn in rows])


def climbs(turns: Sequence[PosedTurn]) -> Truths:
    """Whether the local mind lacks context where it sees no more than what stands before the turn."""
    with KeptVectors.open(open_embedder()) as embedder:
        mind = LocalMind(embedder)
        return np.array([bool(mind.answer(asked(turn)).lacking) for turn in turns])


def asked(turn: PosedTurn) -> AnswerRequest:
    """A turn as an attempt below the top of the ladder sees it."""
    window = [Utterance(one, "user" if one == "user" else "assistant", text, ASKED_AT - JUST_BEFORE) for one, text in turn.before]
    return AnswerRequest(turn.text, Character("eval"), Moment(ASKED_AT), window=window, deeper=True)


def figures(turns: Sequence[PosedTurn], probabilities: Floats, climbing: Truths, seed: int) -> Figures:
    """Those of every language, over the turns whose layer is certain; of the others how many are looked up."""
    found: Figures = {}
    for language in LANGUAGES:
        places = np.array([at for at, turn in enumerate(turns) if turn.language == language and turn.certain])
        if len(places):
            found |= of_turns(language, turns, probabilities, climbing, places, seed)
    unsaid = np.array([at for at, turn in enumerate(turns) if not turn.certain])
    told = of_turns("RealMem", turns, probabilities, climbing, unsaid, seed) if len(unsaid) else {}
    return found | {name: figure for name, figure in told.items() if name.endswith((AT_ONCE, REACHED_AT_LAST))}


def of_turns(whose: str, turns: Sequence[PosedTurn], probabilities: Floats, climbing: Truths, places: Places, seed: int) -> Figures:
    """Means with intervals, resampled by conversation."""
    random = np.random.default_rng(seed)
    groups: dict[str, list[int]] = {}
    for at in places:
        groups.setdefault(f"{turns[at].source} {turns[at].group}", []).append(int(at))
    several = [np.array(one) for one in groups.values()]
    draws = (np.concatenate([several[at] for at in random.integers(len(several), size=len(several))]) for _ in range(RESAMPLES))
    layers = np.array([turn.layer for turn in turns])
    head = load_routing_head(HEADS.get(whose, ROUTING))
    value = measured(layers[places], probabilities[places], climbing[places], head)
    drawn = [measured(layers[draw], probabilities[draw], climbing[draw], head) for draw in draws]
    told = [name for name in value if not np.isnan(value[name])]
    return {f"{whose} {name}": Figure(value=value[name], **interval([one[name] for one in drawn])) for name in told}


def interval(values: Sequence[float]) -> dict[str, float]:
    """The 95 % interval of resampled values."""
    low, high = np.nanquantile(values, (0.025, 0.975))
    return {"low": float(low), "high": float(high)}


def measured(layers: NDArray[np.intp], probabilities: Floats, climbing: Truths, head: RoutingHead) -> Mapping[str, float]:
    """Every metric of one sample, with the thresholds of a head."""
    memory = probabilities[:, -1]
    needing, at_once = memory[layers == LAYERS - 1], memory >= head.recall_from
    placed = np.where(at_once, LAYERS - 1, probabilities[:, :-1].argmax(axis=1))
    sure = probabilities[np.arange(len(layers)), placed] >= SURE
    confusion = np.array([[np.sum((layers == true) & (placed == said)) for said in range(LAYERS)] for true in range(LAYERS)])
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    scores = 2 * confusion.diagonal() / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1)
    return {
        "macro-F1": float(scores.mean()),
        AT_ONCE: share(at_once[layers == LAYERS - 1]),
        REACHED_AT_LAST: share((at_once | climbing)[layers == LAYERS - 1]),
        SPARED: share(~at_once[layers == 0]),
        SPARED_AT_LAST: share(~(at_once | climbing)[layers == 0]),
        SURE_SHARE: share(sure),
        RIGHT_WHERE_SURE: share((placed == layers)[sure]),
        SPARED_REACHING: share(memory[layers == 0] < np.quantile(needing, 1 - REACHED)) if len(needing) else float("nan"),
        **{f"{true} as {said}": float(shares[true, said]) for true in range(LAYERS) for said in range(LAYERS)},
    }


def share(holds: Truths) -> float:
    """The share for which it holds."""
    return float(holds.mean()) if len(holds) else float("nan")
