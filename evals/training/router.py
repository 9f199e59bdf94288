"""Trains the routing head: what a turn needs to be answered.

    python -m evals.training.router --data FOLDER

With `--without SOURCE,SOURCE --out FILE` it makes a head that has not seen those sources, for evals that are made of them.

Trained on permissive sources alone (evals/turns.py); LoCoMo is never read. Sources weigh by the root of their size, layers alike. How it
does on what it has not seen is told by leaving out each source in turn (of those written for the project a fifth at a time, for
there is no other Korean or Japanese about the past); by that the probabilities are calibrated.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
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
from models.routing.head import HEADS, LAYERS, ROUTING, RoutingHead, packed
from models.routing.signals import signals_of
from models.routing.wording import BUCKETS, buckets_of

SIGNALS_COUNT, WORDING_COUNTS, MEANING_COUNTS = 0.3, 3.0, 1.0  # how freely each kind of input may be weighed
UNCERTAIN = 0.3  # the weight of turns of which the data do not say what they need
READ = 1_000  # letters that are embedded
FOLDS = 5
MISSED = 4.0  # so much worse is a needed memory that is missed than one recall too many
UNSOUGHT = 19.0  # so much worse is one that is not even searched for than a search in vain, which takes milliseconds and no tokens
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

    @property
    def layers(self) -> NDArray[np.intp]:
        return np.array([turn.layer for turn in self.turns])

    @property
    def matrix(self) -> csr_matrix:
        """All, scaled by how freely they may be weighed."""
        return hstack(
            [csr_matrix(self.signals / self.spread), csr_matrix(self.vectors * MEANING_COUNTS), self.wording * WORDING_COUNTS]
        ).tocsr()

    @property
    def spread(self) -> Floats:
        found: Floats = (self.signals.std(axis=0) + 1e-9) / SIGNALS_COUNT
        return found


def inputs_of(turns: Sequence[PosedTurn]) -> Inputs:
    """What the head gets to see of each turn."""
    signals = [signals_of(turn.text, [text for _, text in turn.before]) for turn in turns]
    with KeptVectors.open(open_embedder()) as embedder:
        vectors = np.array(embedder.embed_documents([turn.text[:READ] for turn in turns]))
    buckets = [buckets_of(turn.text) for turn in turns]
    counts = np.array([len(one) for one in buckets])
    rows, columns = np.repeat(np.arange(len(turns)), counts), np.concatenate(buckets)
    wording = csr_matrix((np.repeat(1 / np.sqrt(counts), counts), (rows, columns)), (len(turns), BUCKETS))
    return Inputs(turns, tuple(signals[0]), np.array([list(one.values()) for one in signals]), vectors, wording)


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
        wording=packed(weights[:, signals + dimension :] * WORDING_COUNTS),
        intercept=rounded(intercept),
        recall_from=round(1 / (1 + MISSED), 4),
        probe_from=round(1 / (1 + UNSOUGHT), 4),
    )


def rounded(values: Floats) -> Any:
    """Numbers to four places, in tuples."""
    return tuple(map(rounded, values)) if values.ndim > 1 else tuple(round(float(one), 4) for one in values)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the routing head.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--without", default="", help="sources that are left out, with commas between them")
    parser.add_argument("--out", type=Path, default=HEADS / f"{ROUTING}.json")
    given = parser.parse_args()
    turns = [one for one in amid_others(posed_turns(given.data)) if one.source not in given.without.split(",")]
    inputs = inputs_of(turns)
    head = trained(inputs)
    given.out.write_text(head.model_dump_json(indent=1) + "\n", encoding="utf-8")
    Console().print(f"{len(turns):,} turns; memory is looked through from {head.recall_from}")


if __name__ == "__main__":
    main()
