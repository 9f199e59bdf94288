"""Decides what is worth keeping."""

from dataclasses import dataclass
from typing import Literal, Protocol

from stores.errors import InputError
from stores.record import MemoryRecord


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a record: `store` or `discard` it, or `merge` it into the user's record `into`; with a weight between 0 and 1.

    Raises:
        InputError: The weight is another.
    """

    action: Literal["store", "merge", "discard"]
    weight: float = 1.0
    reason: str = ""
    into: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1:
            raise InputError(f"A weight lies between 0 and 1; {self.weight} does not.")


class Gate(Protocol):
    """Judges a record before it is written."""

    def judge(self, record: MemoryRecord) -> Verdict: ...


class KeepAll:
    """Keeps everything: words are stored as they were said before anything is derived from them."""

    def judge(self, record: MemoryRecord) -> Verdict:
        return Verdict("store", reason="everything is kept")
