"""The ranking head: a small network that turns the signals of a candidate into how probably it answers."""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

HEADS = Path(__file__).parents[1] / "heads"
RANKING = "ranking"
SIXTEENTHS = 16.0
FARTHEST = 8.0

Floats = NDArray[np.float64]
Row = tuple[float, ...]


class Network(BaseModel):
    """One hidden layer: `out . gelu(hidden x + bias) + out_bias`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden: tuple[Row, ...]
    bias: Row
    out: Row
    out_bias: float

    @cached_property
    def arrays(self) -> tuple[Floats, Floats, Floats]:
        return np.array(self.hidden), np.array(self.bias), np.array(self.out)

    def logits(self, inputs: Floats) -> Floats:
        """One a row."""
        hidden, bias, out = self.arrays
        found: Floats = _gelu(inputs @ hidden.T + bias) @ out + self.out_bias
        return found


def averaged(networks: Sequence[Network]) -> Network:
    """The one whose logits are the mean of theirs: their hidden units side by side."""
    return Network(
        hidden=tuple(row for one in networks for row in one.hidden),
        bias=tuple(bias for one in networks for bias in one.bias),
        out=tuple(weight / len(networks) for one in networks for weight in one.out),
        out_bias=sum(one.out_bias for one in networks) / len(networks),
    )


class RankingHead(BaseModel):
    """Networks whose mean ranks, held to what speaks for a candidate anywhere: the similarities.

    Attributes:
        signals: The names of the signals, in the order of the inputs.
        centre: The mean of each over the training candidates.
        scale: Its standard deviation.
        prior: What plain similarities add, by the names of signals: the networks know only conversations like those that they were
            trained on. How much is measured on sets left out of training.
        slope, intercept: What turns the sum of both into the logit of a probability (Platt 1999).
        rarity: How much each of MiniLM's word pieces tells, by its number, in sixteenths: its inverse document frequency in the
            conversations that the head was trained on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    signals: tuple[str, ...]
    centre: Row
    scale: Row
    networks: tuple[Network, ...]
    prior: dict[str, float] = {}
    slope: float = Field(default=1.0, gt=0)
    intercept: float = 0.0
    rarity: bytes

    @cached_property
    def rarities(self) -> Floats:
        return np.frombuffer(zlib.decompress(base64.b85decode(self.rarity)), np.uint8) / SIXTEENTHS

    @cached_property
    def _network(self) -> Network:
        return averaged(self.networks)

    @cached_property
    def _spread(self) -> tuple[Floats, Floats]:
        return np.array(self.centre), np.array(self.scale)

    def probabilities(self, signals: Mapping[str, Floats]) -> Floats:
        """How probably each candidate is one of those that answer."""
        centre, scale = self._spread
        inputs = bounded((np.stack([signals[name] for name in self.signals], axis=1) - centre) / scale)
        logits = self.slope * (self._network.logits(inputs) + weighed(self.prior, signals)) + self.intercept
        found: Floats = 1 / (1 + np.exp(-logits))
        return found


def weighed(weights: Mapping[str, float], signals: Mapping[str, Floats]) -> Floats | float:
    """The weighted sum of the signals."""
    return sum(weight * signals[name] for name, weight in weights.items())


def bounded(inputs: Floats) -> Floats:
    """Signals in standard deviations, as far out as training has seen them."""
    return np.clip(inputs, -FARTHEST, FARTHEST)


def packed(rarity: Floats) -> bytes:
    """Rarities as the head keeps them: a byte each, zlib, base 85."""
    sixteenths = np.clip(np.round(rarity * SIXTEENTHS), 0, 255).astype(np.uint8)
    return base64.b85encode(zlib.compress(sixteenths.tobytes(), 9))


def _gelu(values: Floats) -> Floats:
    """Its approximation by the hyperbolic tangent (Hendrycks and Gimpel 2016, section 2)."""
    found: Floats = 0.5 * values * (1 + np.tanh(np.sqrt(2 / np.pi) * (values + 0.044715 * values * values * values)))
    return found


@lru_cache(maxsize=2)
def load_ranking_head(name: str = RANKING) -> RankingHead:
    """The head that ships under this name.

    Raises:
        OSError, ValueError: The file is missing or is not a head.
    """
    return RankingHead.model_validate(json.loads((HEADS / f"{name}.json").read_text("utf-8")))
