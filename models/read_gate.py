"""Whether what recall found is worth a place in the prompt: the second look, after the router and the search; no model call."""

import json
from collections.abc import Sequence
from functools import lru_cache
from math import exp, log
from pathlib import Path
from statistics import median

from pydantic import BaseModel, ConfigDict

from models.routing.signals import WIDE
from stores.ranking import Candidate

HEADS = Path(__file__).parent / "heads"
READ_GATE = "read_gate"
LEAST = 1e-3  # keeps a logit finite
WITH_NOTHING = (0.0, 0.0, 0.0)

Found = tuple[float, float, float]


class Weights(BaseModel):
    """Of a logistic regression over how probably the turn needs memory and how well the best that was found fits it.

    Attributes:
        need: The weight of the logit of the router's probability that the turn needs memory.
        score: Of the logit of the best score.
        similarity: Of the highest cosine.
        gap: Of how far that lies above the median of those taken.
        intercept: What is added.
        open_from: From which probability the memories are shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    need: float
    score: float
    similarity: float
    gap: float
    intercept: float
    open_from: float

    @property
    def row(self) -> tuple[float, float, float, float]:
        """The weights in the order of what they weigh."""
        return self.need, self.score, self.similarity, self.gap


class ReadGate(BaseModel):
    """Shows what was found, or does not.

    Attributes:
        embedder: The embedder whose cosines it weighs.
        latin: How turns in Latin and most other letters are weighed; `wide`, those in Korean and Japanese, whose vectors tell less.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedder: str
    latin: Weights
    wide: Weights

    def weights_for(self, words: str) -> Weights:
        """Those of the letters that the words are written in."""
        return self.wide if WIDE.search(words) else self.latin

    def opens(self, words: str, probability: float) -> bool:
        """Whether memories that a turn so probably needs are shown."""
        return probability >= self.weights_for(words).open_from

    def probability(self, words: str, need: float, found: Found) -> float:
        """How probable it is that the turn needs the memories found.

        Args:
            words: What the user said.
            need: How probably it needs any, before the search; between 0 and 1.
            found: How well they fit (`fit_of`).
        """
        weights = self.weights_for(words)
        weighed = zip(weights.row, (logit(need), *found), strict=True)
        return 1 / (1 + exp(-(weights.intercept + sum(weight * value for weight, value in weighed))))


def fit_of(candidates: Sequence[Candidate]) -> Found:
    """The logit of the best score, the highest cosine, and how far it lies above the median of the taken ones."""
    taken = [one for one in candidates if one.taken]
    if not taken:
        return WITH_NOTHING
    highest = max(one.signals["similarity"] for one in candidates)
    middle = median(one.signals["similarity"] for one in taken)
    return logit(max(one.score for one in taken)), highest, highest - middle


def logit(probability: float) -> float:
    """The logarithm of the odds; finite also for 0 and 1."""
    return log((probability + LEAST) / (1 - probability + LEAST))


@lru_cache(maxsize=1)
def load_read_gate() -> ReadGate:
    """The gate that ships with Mneme.

    Raises:
        OSError, ValueError: The file is missing or is not a gate.
    """
    return ReadGate.model_validate(json.loads((HEADS / f"{READ_GATE}.json").read_text("utf-8")))
