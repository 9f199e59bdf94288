"""How important a memory is, from 1 to 10 (Park et al. 2023, section 4.1), by a small trained head; no language model."""

from collections.abc import Sequence

from models.rating.head import ImportanceHead, load_importance_head
from models.rating.signals import WIDE_LETTERS, signals_of


def rate(text: str, vector: Sequence[float] | None, head: ImportanceHead | None = None) -> float:
    """Between 1 (brushing teeth) and 10 (a death in the family), to one decimal.

    Korean and Japanese are rated by their words alone: the vectors of the head's embedder say little of them.

    Args:
        text: What is remembered.
        vector: Its vector, of the embedder that the head names; None of any other.
        head: What weighs both; by default the one that ships with Mneme.
    """
    head = head or load_importance_head()
    signals = signals_of(text)
    return round(head.rating(signals, None if signals[WIDE_LETTERS] else vector), 1)
