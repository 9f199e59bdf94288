"""Trains the routing heads, one for turns with Korean or Japanese letters and one for all others: what a turn needs to be answered.

    python -m evals.training.router --data FOLDER

With `--without SOURCE,SOURCE --out FOLDER` it makes heads that have not seen those sources, for evals that are made of them.

Trained on permissive sources alone (evals/turns.py); LoCoMo is never read. Sources weigh by the root of their size, layers alike. How it
does on what it has not seen is told by leaving out each source in turn (of those written for the project a fifth at a time, for
there is no other Korean or Japanese about the past); by that the probabilities are calibrated.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from evals.turns import PosedTurn, amid_others, posed_turns
from evals.vectors import KeptVectors
from models.embedding import open_embedder
from models.routing.head import HEADS, LAYERS, ROUTING, ROUTING_WIDE, RoutingHead, head_name, packed
from models.routing.signals import signals_of
from models.routing.wording import BUCKETS, WIDE_BUCKETS, buckets_of

SIGNALS_COUNT, WORDING_COUNTS, WIDE_WORDING_COUNTS, MEANING_COUNTS = 0.3, 3.0, 4.5, 1.0  # how freely each kind of input may be weighed
UNCERTAIN = 0.3  # the weight of turns of which the data do not say what they need
READ = 1_000  # letters that are embedded
FOLDS = 5
MISSED, MISSED_WIDE = 3.5, 1.9  # so much worse is a needed memory that is missed than one recall too many
SEED = 0

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Inputs:
    """Turns as the head sees them: one row a turn."""

    turns: Sequence[PosedTurn]
    names: tuple[str, ...]
    signals: Floats
    vectors: Floats
    wording: csr_matrix
    wide: bool = False

    @property
    def layers(self) -> NDArray[np.intp]:
        return np.array([turn.layer for turn in self.turns])

    @property
    def matrix(self) -> csr_matrix:
        """All, scaled by how freely they may be weighed."""
        signals = csr_matrix(self.signals / self.spread)
        return hstack([signals, csr_matrix(self.vectors * MEANING_COUNTS), self.wording * self.wording_counts]).tocsr()

    @property
    def wording_counts(self) -> float:
        return WIDE_WORDING_COUNTS if self.wide else WORDING_COUNTS

    @property
    def spread(self) -> Floats:
        spread = self.signals.std(axis=0)
        found: Floats = (np.where(spread > 0, spread, 1.0) + 1e-9) / SIGNALS_COUNT  # what is the same in all turns tells nothing
        return found


def by_letters(turns: Sequence[PosedTurn], probabilities_of: Callable[[Inputs], Floats]) -> Floats:
    """How probable each layer is, one row a turn, by the heads of the letters that turns are written in."""
    found = np.zeros((len(turns), LAYERS))
    for name in (ROUTING, ROUTING_WIDE):
        mine = [at for at, turn in enumerate(turns) if head_name(turn.text) == name]
        if mine:
            learnt = learnt_by(name, turns)
            rows = probabilities_of(inputs_of([turns[at] for at in learnt], name))
            found[mine] = rows[np.searchsorted(learnt, mine)]
    return found


def learnt_by(name: str, turns: Sequence[PosedTurn]) -> list[int]:
    """The places of the turns that a head learns from: those of its letters."""
    return [at for at, turn in enumerate(turns) if head_name(turn.text) == name]


def inputs_of(turns: Sequence[PosedTurn], head: str = ROUTING) -> Inputs:
    """What the head of this name gets to see of each turn."""
    wide = head == ROUTING_WIDE
    signals = [signals_of(turn.text, [text for _, text in turn.before]) for turn in turns]
    with KeptVectors.open(open_embedder()) as embedder:
        vectors = np.array(embedder.embed_documents([turn.text[:READ] for turn in turns]))
    buckets = [buckets_of(turn.text, wide=wide) for turn in turns]
    counts = np.array([len(one) for one in buckets])
    rows, columns = np.repeat(np.arange(len(turns)), counts), np.concatenate(buckets)
    wording = csr_matrix((np.repeat(1 / np.sqrt(counts), counts), (rows, columns)), (len(turns), WIDE_BUCKETS if wide else BUCKETS))
    return Inputs(turns, tuple(signals[0]), np.array([list(one.values()) for one in signals]), vectors, wording, wide)


def fitted(inputs: Inputs, places: Places) -> LogisticRegression:
    """The regression over the turns at these places."""
    layers = inputs.layers[places]
    return LogisticRegression(max_iter=300).fit(inputs.matrix[places], layers, sample_weight=weights_of(inputs, places))


def weights_of(inputs: Inputs, places: Places) -> Floats:
    """Each source by the root of its size, and the layers alike."""
    turns = [inputs.turns[at] for at in places]
    counts = Counter((turn.source, turn.layer) for turn in turns)
    weights = np.array([(1.0 if turn.certain else UNCERTAIN) / np.sqrt(counts[turn.source, turn.layer]) for turn in turns])
    layers = inputs.layers[places]
    for layer in range(LAYERS):
        weights[layers == layer] /= weights[layers == layer].sum()
    scaled: Floats = weights * len(places) / LAYERS
    return scaled


def folds(turns: Sequence[PosedTurn]) -> Iterator[Places]:
    """What is left out together: a source; of what was written for the project, a fifth of the conversations."""
    parts = [f"{turn.source} {crc32(turn.group.encode()) % FOLDS}" if turn.source.startswith("own") else turn.source for turn in turns]
    for part in sorted(set(parts)):
        yield np.array([at for at, one in enumerate(parts) if one == part])


def unseen_logits(inputs: Inputs) -> Floats:
    """What heads that have not seen a turn's source say of it, one row a turn."""
    matrix, everything = inputs.matrix, np.arange(len(inputs.turns))
    logits = np.zeros((len(everything), LAYERS))
    for left_out in folds(inputs.turns):
        logits[left_out] = fitted(inputs, np.setdiff1d(everything, left_out)).decision_function(matrix[left_out])
    return logits


def unseen(inputs: Inputs) -> Floats:
    """What such heads say, calibrated: the probabilities of the layers, one row a turn."""
    logits = unseen_logits(inputs)
    return softmax(logits / temperature(logits, inputs))


def temperature(logits: Floats, inputs: Inputs) -> float:
    """What the logits are divided by, so that they tell probabilities (Guo et al. 2017, section 4.2)."""
    places = np.flatnonzero([turn.certain for turn in inputs.turns])
    weights, layers = weights_of(inputs, places), inputs.layers[places]

    def loss(scale: float) -> float:
        return float(-(weights * np.log(softmax(logits[places] / scale)[np.arange(len(places)), layers] + 1e-12)).sum())

    return float(minimize_scalar(loss, bounds=(0.3, 10), method="bounded").x)


def softmax(logits: Floats) -> Floats:
    """Logits as probabilities, a row a turn."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


def trained(inputs: Inputs) -> RoutingHead:
    """The head of all turns, calibrated by what heads that have not seen them say."""
    scale = temperature(unseen_logits(inputs), inputs)
    return head_of(fitted(inputs, np.arange(len(inputs.turns))), inputs, scale)


def head_of(model: LogisticRegression, inputs: Inputs, scale: float) -> RoutingHead:
    """A regression as a head."""
    weights, intercept = model.coef_ / scale, model.intercept_ / scale
    signals, dimension = len(inputs.names), inputs.vectors.shape[1]
    return RoutingHead(
        signals=inputs.names,
        weights=rounded(weights[:, :signals] / inputs.spread),
        embedder=open_embedder().name,
        meaning=packed(weights[:, signals : signals + dimension] * MEANING_COUNTS),
        wording=packed(weights[:, signals + dimension :] * inputs.wording_counts),
        intercept=rounded(intercept),
        recall_from=round(1 / (1 + (MISSED_WIDE if inputs.wide else MISSED)), 4),
        wide=inputs.wide,
    )


def rounded(values: Floats) -> Any:
    """Numbers to four places, in tuples."""
    return tuple(map(rounded, values)) if values.ndim > 1 else tuple(round(float(one), 4) for one in values)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the routing head.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--without", default="", help="sources that are left out, with commas between them")
    parser.add_argument("--head", choices=(ROUTING, ROUTING_WIDE), help="only this one; both by default")
    parser.add_argument("--out", type=Path, default=HEADS, help="the folder of the heads")
    given = parser.parse_args()
    turns = [one for one in amid_others(posed_turns(given.data)) if one.source not in given.without.split(",")]
    for name in [given.head] if given.head else [ROUTING, ROUTING_WIDE]:
        mine = [turns[at] for at in learnt_by(name, turns)]
        head = trained(inputs_of(mine, name))
        (given.out / f"{name}.json").write_text(head.model_dump_json(indent=1) + "\n", encoding="utf-8")
        Console().print(f"{name}: {len(mine):,} turns; memory is looked through from {head.recall_from}")


if __name__ == "__main__":
    main()
