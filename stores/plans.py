"""What is planned: commitments and the strokes of a day, as records, and those of a day found again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from stores.record import Frozen, MemoryRecord, Moment, record_id

Level = Literal["commitment", "stroke", "hour", "step"]
Standing = Literal["planned", "cancelled", "done"]

MOST_DAYS = 366
DAYS_AT_HAND = 2_000
SPAN_OF_A_DAY = timedelta(days=1)
BECAUSE = "because"  # in the `additional` of what was cancelled, or is done: the id of the record whose words say so
RECORDED = {"start", "end", "all_day", "level", "kind", "by", "parent", "standing"}  # in a record's `additional`


class PlanItem(Frozen):
    """One thing that is planned.

    Attributes:
        what: What is to be done, or takes place.
        start: When, in UTC; midnight in the user's zone where only the day is known.
        end: When it ends, or None where that is not known.
        all_day: Whether only the day is known.
        level: A commitment somebody made, a stroke of the day, an hour of it, or a step of 5 to 15 minutes.
        kind: Of a commitment: appointment, promise or deadline.
        by: Of a commitment: who is bound: user, assistant, or other.
        parent: The id of the item that it is a part of, or of the commitment that a stroke is there for.
        told_at: When it was said, or planned.
        standing: Whether it is still to happen as planned.
        told: Whether it was said, or offered to an answer, in this session.
    """

    what: str
    start: Moment
    end: Moment | None = None
    all_day: bool = False
    level: Level = "commitment"
    kind: str = ""
    by: str = ""
    place: str = ""
    id: str = ""
    parent: str = ""
    told_at: Moment | None = None
    standing: Standing = "planned"
    told: bool = False

    @property
    def over(self) -> datetime:
        """From when on it is over: its end, or else the end of its day, or the moment of it."""
        return self.end or (self.start + SPAN_OF_A_DAY if self.all_day else self.start)


def plan_fields(item: PlanItem, zone: ZoneInfo) -> dict[str, Any]:
    """What a record tells of a plan item beside its words and its place: also the days that it lies on, by which it is found."""
    return {**item.model_dump(mode="json", include=RECORDED), "days": days_of(item, zone)}


def days_of(item: PlanItem, zone: ZoneInfo) -> list[str]:
    """The days, in ISO form, that an item lies on."""
    first = item.start.astimezone(zone).date()
    last = max(item.start, item.over - timedelta(microseconds=1)).astimezone(zone).date()
    return [(first + timedelta(days=ahead)).isoformat() for ahead in range(min((last - first).days + 1, MOST_DAYS))]


def item_of(record: MemoryRecord) -> PlanItem:
    """The plan item that a record tells of."""
    told = {name: record.additional[name] for name in RECORDED}
    return PlanItem.model_validate({**told, "what": record.text, "place": record.place, "id": record.id, "told_at": record.said_at})


def plans_marker(user_id: str, character_id: str) -> str:
    """The id under which the journal keeps when a character planned."""
    return record_id(user_id, "", character_id, "plans")


def is_commitment(record: MemoryRecord) -> bool:
    """Whether a record tells of a commitment that was heard."""
    return is_plan_item(record) and item_of(record).level == "commitment"


def is_plan_item(record: MemoryRecord) -> bool:
    """Whether a record tells of a plan item; the kind alone does not say so: a record that a program stored may tell of a plan in words."""
    if record.kind != "plan" or not {*RECORDED, "days"} <= record.additional.keys():
        return False
    try:
        return bool(item_of(record))
    except ValidationError:
        return False


def items_in(records: Sequence[MemoryRecord], *, ended: bool = False) -> list[PlanItem]:
    """What the records plan and still stands, in the order of time; also what was cancelled or is done, where that is wanted."""
    items = [item_of(one) for one in records if is_plan_item(one)]
    return sorted((one for one in items if ended or one.standing == "planned"), key=lambda one: (one.start, one.over, one.id))


@lru_cache(maxsize=DAYS_AT_HAND)
def spot_of_day(user_id: str, day: str) -> str:
    """The keyword by which what is planned for a user on a day, in ISO form, is found; it tells nothing else."""
    return record_id(user_id, "", day, "planned day")


def spots_of_plan(record: MemoryRecord) -> list[str]:
    """The keywords of the days that a plan item lies on."""
    days = record.additional.get("days")
    return [spot_of_day(record.user_id, str(day)) for day in days] if isinstance(days, list) else []


def days_around(moment: datetime, zone: ZoneInfo, before: int, after: int) -> list[str]:
    """The days around a moment, in ISO form: so many before its own, and after."""
    today = moment.astimezone(zone).date()
    return [(today + timedelta(days=step)).isoformat() for step in range(-before, after + 1)]
