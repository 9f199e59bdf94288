"""The routing head: multinomial logistic regression over signals, the embedding and the wording of a turn."""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from models.routing.signals import WIDE
from models.routing.wording import buckets_of

HEADS = Path(__file__).parents[1] / "heads"
ROUTING, ROUTING_WIDE = "routing", "routing_wide"
LAYERS = 3

Floats = NDArray[np.float64]
Row = tuple[float, ...]


class RoutingHead(BaseModel):
    """Weights for each of the three layers.

    Attributes:
        signals: The names of the signals, in the order of their weights.
        weights: Of the signals, a row a layer.
        embedder: The embedder whose vectors `meaning` weighs; those of another are left out.
        meaning: The weights of the turn's vector, a row a layer, packed.
        wording: The weights of the buckets of its wording, a row a layer, packed; their sum counts by the root of how many there are.
        intercept: What is added, one a layer.
        recall_from: How probable layer 2 is at least where a turn begins there.
        wide: Whether it is for turns in Korean and Japanese, and reads letters in a row.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    signals: tuple[str, ...]
    weights: tuple[Row, Row, Row]
    embedder: str
    meaning: bytes
    wording: bytes
    intercept: tuple[float, float, float]
    recall_from: float
    wide: bool = False

    @cached_property
    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """The weights of the signals, of the vector and of the buckets."""
        return np.array(self.weights), unpacked(self.meaning, LAYERS), unpacked(self.wording, LAYERS)

    def buckets_of(self, words: str) -> list[int]:
        """The buckets of a turn's wording."""
        return buckets_of(words, wide=self.wide)

    def probabilities(self, signals: Mapping[str, float], vector: Sequence[float] | None, buckets: Sequence[int]) -> list[float]:
        """How probable each layer is.

        Args:
            signals: By name.
            vector: The turn's, of the head's embedder; None of another.
            buckets: Of its wording.
        """
        weights, meaning, wording = self.arrays
        logits = np.array(self.intercept) + weights @ np.array([signals[name] for name in self.signals])
        if vector is not None:
            logits = logits + meaning @ np.asarray(vector)
        if buckets:
            logits = logits + wording[:, list(buckets)].sum(axis=1) / np.sqrt(len(buckets))
        raised = np.exp(logits - logits.max())
        return [float(one) for one in raised / raised.sum()]

    def speaking(self, signals: Mapping[str, float], layer: int) -> list[str]:
        """The signals that speak for a layer, most telling first."""
        own = self.arrays[0] - self.arrays[0].mean(axis=0)
        given = {name: float(own[layer, at]) * signals[name] for at, name in enumerate(self.signals)}
        return sorted((name for name, value in given.items() if value > 0), key=lambda name: -given[name])


def packed(values: Floats) -> bytes:
    """Rows of numbers in half precision, zlib, base 85."""
    return base64.b85encode(zlib.compress(values.astype("<f2").tobytes(), 9))


def unpacked(written: bytes, rows: int) -> Floats:
    """The rows that were packed."""
    return np.frombuffer(zlib.decompress(base64.b85decode(written)), "<f2").astype(np.float64).reshape(rows, -1)


@lru_cache(maxsize=2)
def load_routing_head(name: str = ROUTING) -> RoutingHead:
    """The head that ships under this name.

    Raises:
        OSError, ValueError: The file is missing or is not a head.
    """
    return RoutingHead.model_validate(json.loads((HEADS / f"{name}.json").read_text("utf-8")))


def routing_head_for(words: str) -> RoutingHead:
    """The head that ships for the letters that the words are written in."""
    return load_routing_head(head_name(words))


def head_name(words: str) -> str:
    """The name of that head: turns in Korean and Japanese have one of their own."""
    return ROUTING_WIDE if WIDE.search(words) else ROUTING
