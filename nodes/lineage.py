"""Which messages of a thread are stored, in a form that does not grow with the thread: each of its checkpoints holds it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

LATEST = 6  # messages that are known by their ids also where the window is smaller: more than one turn hears


@dataclass(frozen=True)
class Lineage:
    """The messages of a thread that are stored, of which only the newest are known by their ids.

    Attributes:
        first: The id of the first of them.
        length: How many they are; the next one's ordinal.
        latest: The ids of the newest, oldest first; `in` looks among these.
    """

    first: str = ""
    length: int = 0
    latest: tuple[str, ...] = ()

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self:
        """That of a thread's state. Older threads keep the ids of all their messages."""
        kept = state.get("lineage") or {}
        if isinstance(kept, list):
            return cls(kept[0], len(kept), tuple(kept))
        return cls(**{**kept, "latest": tuple(kept["latest"])}) if kept else cls()

    def __len__(self) -> int:
        return self.length

    def __contains__(self, id: object) -> bool:
        return id in self.latest

    @property
    def last(self) -> str:
        """The id of the newest; empty where there is none."""
        return self.latest[-1] if self.latest else ""

    @property
    def forgets(self) -> int:
        """How many of the oldest are not known by their ids."""
        return self.length - len(self.latest)

    def followed_by(self, ids: Iterable[str]) -> Self:
        """With more messages at its end; those that it knows stay where they are."""
        more = [id for id in dict.fromkeys(ids) if id not in self]
        latest = (*self.latest, *more)
        return type(self)(self.first or (latest[0] if latest else ""), self.length + len(more), latest)

    def until(self, id: str) -> Self:
        """What came before one of the messages that it knows."""
        latest = self.latest[: self.latest.index(id)]
        return type(self)(self.first, self.forgets + len(latest), latest)

    def kept_for(self, window: Collection[str]) -> dict[str, Any]:
        """As plain values: the messages of the window are known, and always the newest few."""
        oldest = next((at for at, id in enumerate(self.latest) if id in window), len(self.latest))
        latest = self.latest[max(0, min(oldest, len(self.latest) - LATEST)) :]
        return {**asdict(self), "latest": list(latest)}
