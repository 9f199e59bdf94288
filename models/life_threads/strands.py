"""What may become a thread of life."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

What = Literal["person", "place", "theme"]


@dataclass(frozen=True)
class Strand:
    """Something that records have in common.

    Attributes:
        what: What it is.
        name: How people write it most often.
        at: The places of the texts that name it.
        also: What else it is called.
        rank: How many words of English are more common, roughly.
    """

    what: What
    name: str
    at: Set[int]
    also: tuple[str, ...]
    rank: int
