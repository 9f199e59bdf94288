"""Reads what is planned for the command line: what is coming up, and what became of what is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from models.agenda import when_planned
from models.mind import Moment
from stores.access import Access
from stores.memory_store import MemoryStore
from stores.plans import BECAUSE, PlanItem, days_of, is_plan_item, item_of
from stores.record import MemoryRecord

MOST = 10_000
Became = Literal["planned", "over", "moved", "replaced", "edited", "cancelled", "done"]


@dataclass(frozen=True)
class Planned:
    """Something that is planned, or was.

    Attributes:
        record: The memory that holds it.
        item: What it tells.
        became: Whether it is still to come, is over, or has given way: to another time (`moved`), another plan, or other words.
        successor: What it gave way to.
        because: The words that moved or cancelled it, or say that it is done.
    """

    record: MemoryRecord
    item: PlanItem
    became: Became
    successor: MemoryRecord | None = None
    because: MemoryRecord | None = None


def plans_of(memory: MemoryStore, user: str, now: datetime, *, past: bool = False) -> list[Planned]:
    """All that is planned for a user, in the order of time; with `past`, also what has given way, is cancelled or done."""
    access = Access(user, role="owner")
    told = [one for one in memory.stream(access=access, kinds=("plan",), now=now, limit=MOST, past=past) if is_plan_item(one)]
    took_place = memory.read([one.superseded_by for one in told], access=access)
    known = {one.id: one for one in (*told, *took_place)}
    behind = memory.read(list({id for one in told for id in reasons(one, known)}), access=access)
    words = {one.id: one for one in behind if not one.deleted_at}
    found = [planned(one, known, words, now) for one in told if not one.deleted_at]
    stands = [one for one in found if past or one.became in ("planned", "over")]
    return sorted(stands, key=lambda one: (one.item.start, -one.item.over.timestamp(), one.item.id))


def planned(record: MemoryRecord, known: Mapping[str, MemoryRecord], words: Mapping[str, MemoryRecord], now: datetime) -> Planned:
    """A plan item with what became of it."""
    successor = known.get(record.superseded_by)
    because = next((words[id] for id in reasons(record, known) if id in words), None)
    return Planned(record, item_of(record), became(record, successor, now), successor, because)


def became(record: MemoryRecord, successor: MemoryRecord | None, now: datetime) -> Became:
    """How a plan item stands at a moment."""
    item = item_of(record)
    if record.superseded_at or record.superseded_by:
        return "edited" if successor and successor.version_of else "moved" if item.level == "commitment" else "replaced"
    if item.standing != "planned":
        return item.standing
    return "over" if item.over <= now else "planned"


def reasons(record: MemoryRecord, known: Mapping[str, MemoryRecord]) -> tuple[str, ...]:
    """The ids of the words by which a plan item was moved or cancelled, or which say that it is done."""
    if successor := known.get(record.superseded_by):
        moved = item_of(record).level == "commitment" and not successor.version_of
        return tuple(id for id in successor.derived_from if moved and id != record.id)
    because = record.additional.get(BECAUSE)
    return (because,) if isinstance(because, str) else ()


def lies_on(one: Planned, days: Sequence[str], zone: ZoneInfo) -> bool:
    """Whether it lies on one of some days, in ISO form."""
    return bool(set(days) & set(days_of(one.item, zone)))


def what_became(one: Planned, moment: Moment) -> str:
    """What became of it, in words: when it is now, and who said so; empty where it took place as planned, or is to."""
    if one.became in ("planned", "over"):
        return ""
    to = f" to {when_planned(item_of(one.successor), moment)}" if one.successor and one.became == "moved" else ""
    told = f": “{' '.join(one.because.text.split())}” ({one.because.id[:8]})" if one.because else ""
    return f"{one.became}{to}{told}"


def whose(one: Planned, user: str) -> str:
    """Who is bound to it, or does it."""
    if one.item.level != "commitment" or one.item.by == "assistant":
        return one.record.character_id
    return user if one.item.by == "user" else "somebody else"


def plan_document(one: Planned, zone: ZoneInfo) -> dict[str, Any]:
    """A plan item as plain values; its times in the user's zone."""
    item = one.item
    return {
        "id": item.id,
        "what": item.what,
        "start": item.start.astimezone(zone).isoformat(),
        "end": item.end.astimezone(zone).isoformat() if item.end else None,
        "all_day": item.all_day,
        "level": item.level,
        "kind": item.kind,
        "by": item.by,
        "place": item.place,
        "character": one.record.character_id,
        "from": list(one.record.derived_from),
        "became": one.became,
        "moved_to": one.successor.id if one.successor else None,
        "because": one.because.id if one.because else None,
    }
