"""Rater: what the stores need to know how important a memory is."""

from collections.abc import Sequence
from typing import Protocol


class Rater(Protocol):
    """Rates memories from 1 (brushing teeth) to 10 (a death in the family). Safe to call from several threads at once."""

    def rate(self, text: str, vector: Sequence[float]) -> float:
        """How important a memory is.

        Args:
            text: What is remembered.
            vector: The text's, of the store's embedder.
        """
        ...
