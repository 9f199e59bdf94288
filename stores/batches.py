"""Things in batches."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in lists of at most that size, in their order."""
    left = iter(things)
    while batch := list(islice(left, size)):
        yield batch
