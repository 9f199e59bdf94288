"""Reads reflections for the command line: as rows, and as the tree of what each insight rests on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stores.access import Access
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord
from stores.tally import marker_of

MOST = 1_000


@dataclass(frozen=True)
class Reflections:
    """What is understood of a user.

    Attributes:
        insights: Newest first.
        cited: All that they rest on, by id.
        times: How many reflections there were.
        dropped: How many insights were not kept, by the reason.
    """

    insights: Sequence[MemoryRecord]
    cited: Mapping[str, MemoryRecord]
    times: int
    dropped: Mapping[str, int]

    @property
    def tops(self) -> list[MemoryRecord]:
        """The insights that no other rests on."""
        beneath = {id for one in self.insights for id in one.derived_from}
        return [one for one in self.insights if one.id not in beneath]

    def beneath(self, insight: MemoryRecord) -> Iterator[MemoryRecord]:
        """What an insight rests on, oldest first."""
        yield from sorted((self.cited[id] for id in insight.derived_from if id in self.cited), key=lambda one: one.said_at)


def reflections_of(memory: MemoryStore, user: str) -> Reflections:
    """All that the characters of a user understood of them."""
    access = Access(user, role="owner")
    insights = memory.stream(access=access, kinds=("reflection",), limit=MOST)
    cited = {one.id: one for one in memory.read(list({id for one in insights for id in one.derived_from}), access=access)}
    done = [event for one in memory.characters(user) for event in reflected(memory, Access(user, one))]
    dropped = sum((Counter(event.get("dropped", {})) for event in done), Counter[str]())
    return Reflections(insights, cited, len(done), dropped)


def reflected(memory: MemoryStore, access: Access) -> list[dict[str, Any]]:
    """What the journal says of each reflection of a character."""
    return [event.detail for event in memory.journal.of_record(access.user_id, marker_of(access)) if event.kind == "reflected"]


def depth_of(insight: MemoryRecord) -> int:
    """1 for an insight into what was said, 2 for one that rests on insights, and so on."""
    depth = insight.additional.get("depth", 1)
    return depth if isinstance(depth, int) else 1


def drawn_times(insight: MemoryRecord) -> int:
    """How many reflections drew an insight."""
    drawn = insight.additional.get("drawn_by", [])
    return len(drawn) if isinstance(drawn, list) else 1


def insight_document(insight: MemoryRecord) -> dict[str, Any]:
    """An insight as plain values."""
    return {
        "id": insight.id,
        "text": insight.text,
        "concluded_at": insight.said_at.isoformat(),
        "character": insight.character_id,
        "how": insight.source,
        "depth": depth_of(insight),
        "drawn": drawn_times(insight),
        "importance": insight.importance,
        "rests_on": list(insight.derived_from),
    }
