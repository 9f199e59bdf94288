"""How important a memory is, from 1 to 10 (Park et al. 2023, section 4.1), by a small trained head; no language model."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.rating.head import ImportanceHead


class LearnedRater:
    """Rates by a text's words, and by its vector where the head knows its embedder. Safe to call from several threads at once.

    Args:
        embedder: The name of the embedder whose vectors it is given.
    """

    def __init__(self, embedder: str) -> None:
        self._embedder = embedder

    def rate(self, text: str, vector: Sequence[float]) -> float:
        from models.rating.head import load_importance_head

        known = load_importance_head().embedder == self._embedder
        return rate(text, vector if known else None)


def rate(text: str, vector: Sequence[float] | None, head: "ImportanceHead | None" = None) -> float:
    """Between 1 (brushing teeth) and 10 (a death in the family), to one decimal.

    Korean and Japanese are rated by their words alone: the vectors of the head's embedder say little of them.

    Args:
        text: What is remembered.
        vector: Its vector, of the embedder that the head names; None of any other.
        head: What weighs both; by default the one that ships with Mneme.
    """
    from models.rating.head import load_importance_head
    from models.rating.signals import WIDE_LETTERS, signals_of

    signals = signals_of(text)
    return round((head or load_importance_head()).rating(signals, None if signals[WIDE_LETTERS] else vector), 1)
