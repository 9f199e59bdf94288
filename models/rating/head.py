"""The importance head: for every rating from 2 to 10, logistic regression of whether a memory reaches it."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from models.routing.head import HEADS, unpacked

IMPORTANCE = "importance"
LEAST, MOST = 1, 10
STEPS = MOST - LEAST

Floats = NDArray[np.float64]
Row = tuple[float, ...]


class ImportanceHead(BaseModel):
    """Weights for each of the nine steps from 1 to 10.

    Attributes:
        signals: The names of the signals, in the order of their weights.
        weights: Of the signals, a row a step.
        embedder: The embedder whose vectors `meaning` weighs; those of another are left out.
        meaning: The weights of the text's vector, a row a step, packed.
        vector_given: What is added where there is a vector, one a step.
        intercept: What is added, one a step.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    signals: tuple[str, ...]
    weights: tuple[Row, ...]
    embedder: str
    meaning: bytes
    vector_given: Row
    intercept: Row

    @cached_property
    def arrays(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The weights of the signals and of the vector, what a vector adds, and the intercept."""
        return np.array(self.weights), unpacked(self.meaning, STEPS), np.array(self.vector_given), np.array(self.intercept)

    def rating(self, signals: Mapping[str, float], vector: Sequence[float] | None) -> float:
        """The expected rating, between 1 and 10: 1 and how probably each step is reached.

        Args:
            signals: By name.
            vector: The text's, of the head's embedder; None of another.
        """
        weights, meaning, vector_given, intercept = self.arrays
        logits = intercept + weights @ np.array([signals[name] for name in self.signals])
        if vector is not None:
            logits = logits + meaning @ np.asarray(vector) + vector_given
        return LEAST + float((1 + np.tanh(logits / 2)).sum() / 2)


@lru_cache(maxsize=2)
def load_importance_head(name: str = IMPORTANCE) -> ImportanceHead:
    """The head that ships under this name.

    Raises:
        OSError, ValueError: The file is missing or is not a head.
    """
    return ImportanceHead.model_validate(json.loads((HEADS / f"{name}.json").read_text("utf-8")))
