"""Trains the importance head: how important what is said is, from 1 to 10.

    python -m evals.training.importance --data FOLDER

Trained on the memories of the simulated agents and on the project's own sentences (evals/ratings.py); LoCoMo is never read. Every text
counts twice, the second time less and without its vector, so that the head can do without one. That a text is of an agent is told while
training and left out of the head: the agents' ratings are of another scale than what people say.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from evals.ratings import OWN, RatedText, own, streams
from evals.vectors import KeptVectors
from models.embedding import DEFAULT_EMBEDDER, open_embedder
from models.rating.head import IMPORTANCE, LEAST, MOST, ImportanceHead
from models.rating.signals import WIDE_LETTERS, signals_of
from models.routing.head import HEADS, packed

SIGNALS_COUNT, VECTOR_GIVEN_COUNTS, FREEDOM = 0.1, 0.3, 3.0  # how freely each kind of input may be weighed, and all
WITHOUT_VECTOR = 0.5  # the weight of a text whose vector is left out
RAREST = 0.1  # the least spread of a signal
READ = 1_000  # letters that are embedded
FOLDS = 5
REACHED = np.arange(LEAST, MOST) + 0.5

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Seen:
    """Texts as the head sees them: one row a text.

    Attributes:
        vectors: Zero where none is looked at.
        given: 1 where a vector is looked at: not for Korean and Japanese.
    """

    names: tuple[str, ...]
    signals: Floats
    vectors: Floats
    given: Floats

    def rated_by(self, head: ImportanceHead) -> Floats:
        """What a head says of each."""
        named = [dict(zip(self.names, row, strict=True)) for row in self.signals.tolist()]
        vectors = [vector if given else None for vector, given in zip(self.vectors, self.given, strict=True)]
        return np.array([head.rating(signals, vector) for signals, vector in zip(named, vectors, strict=True)])


@dataclass(frozen=True)
class Inputs:
    """Rated texts and what is seen of them."""

    texts: Sequence[RatedText]
    seen: Seen

    @property
    def ratings(self) -> Floats:
        return np.array([text.importance for text in self.texts])

    @property
    def simulated(self) -> Floats:
        """1 where a text is of an agent."""
        return np.array([float(not is_own(text)) for text in self.texts])

    @property
    def spread(self) -> Floats:
        found: Floats = np.maximum(self.seen.signals.std(axis=0), RAREST) / SIGNALS_COUNT
        return found

    @property
    def matrix(self) -> Floats:
        """Every text with its vector and then without, scaled by how freely all may be weighed."""
        signals, given, simulated = self.seen.signals / self.spread, self.seen.given[:, None], self.simulated[:, None]
        whole = np.hstack([signals, self.seen.vectors, given * VECTOR_GIVEN_COUNTS, simulated])
        bare = np.hstack([signals, np.zeros_like(self.seen.vectors), np.zeros_like(given), simulated])
        return np.vstack([whole, bare])


def is_own(text: RatedText) -> bool:
    """Whether it was written for this project."""
    return text.source.startswith(OWN)


def seen_of(texts: Sequence[str]) -> Seen:
    """What the head gets to see of texts."""
    signals = [signals_of(text) for text in texts]
    with KeptVectors.open(open_embedder()) as embedder:
        vectors = np.array(embedder.embed_documents([text[:READ] for text in texts]))
    given = np.array([1 - one[WIDE_LETTERS] for one in signals])
    return Seen(tuple(signals[0]), np.array([list(one.values()) for one in signals]), vectors * given[:, None], given)


def inputs_of(texts: Sequence[RatedText]) -> Inputs:
    """Rated texts with what the head gets to see of them."""
    return Inputs(texts, seen_of([text.text for text in texts]))


def trained(inputs: Inputs, places: Places | None = None) -> ImportanceHead:
    """The head of the texts at these places; of all where there are none named."""
    chosen = np.arange(len(inputs.texts)) if places is None else places
    rows = inputs.matrix[np.concatenate([chosen, chosen + len(inputs.texts)])]
    ratings = np.tile(inputs.ratings[chosen], 2)
    weights = np.repeat([1.0, WITHOUT_VECTOR], len(chosen))
    models = [LogisticRegression(C=FREEDOM, max_iter=200).fit(rows, ratings > limit, sample_weight=weights) for limit in REACHED]
    return head_of(inputs, np.vstack([model.coef_[0] for model in models]), np.array([model.intercept_[0] for model in models]))


def head_of(inputs: Inputs, weights: Floats, intercept: Floats) -> ImportanceHead:
    """Regressions as a head."""
    count = len(inputs.seen.names)
    return ImportanceHead(
        signals=inputs.seen.names,
        weights=rounded(weights[:, :count] / inputs.spread),
        embedder=DEFAULT_EMBEDDER,
        meaning=packed(weights[:, count:-2]),
        vector_given=rounded(weights[:, -2] * VECTOR_GIVEN_COUNTS),
        intercept=rounded(intercept),
    )


def rounded(values: Floats) -> Any:
    """Numbers to four places, in tuples."""
    return tuple(map(rounded, values)) if values.ndim > 1 else tuple(round(float(one), 4) for one in values)


def agents_left_out(texts: Sequence[RatedText]) -> Iterator[tuple[str, Places, Places]]:
    """Each agent: where its memories are that no other agent has, and where all is that is not of this agent."""
    for agent in sorted({text.source for text in texts if not is_own(text)}):
        known = {text.group for text in texts if text.source != agent}
        alone = [at for at, text in enumerate(texts) if text.source == agent and text.group not in known]
        yield agent, np.array(alone, np.intp), np.array([at for at, text in enumerate(texts) if text.source != agent], np.intp)


def sentences_left_out(texts: Sequence[RatedText]) -> Iterator[tuple[Places, Places]]:
    """A fifth of what the project wrote, in all its languages: where it is, and where the rest is."""
    folds = np.array([crc32(text.group.encode()) % FOLDS if is_own(text) else FOLDS for text in texts])
    for fold in range(FOLDS):
        yield np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the importance head.")
    parser.add_argument("--data", type=Path, required=True)
    texts = [*streams(parser.parse_args().data), *own()]
    head = trained(inputs_of(texts))
    (HEADS / f"{IMPORTANCE}.json").write_text(head.model_dump_json(indent=1) + "\n", encoding="utf-8")
    Console().print(f"{len(texts):,} texts")


if __name__ == "__main__":
    main()
