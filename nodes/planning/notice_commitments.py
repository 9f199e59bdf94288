"""Finds appointments, promises and deadlines in what was said."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from langgraph.runtime import Runtime

from models.agenda import tells_done
from models.commitments.alike import is_meant, shared, telling
from models.commitments.commitment import ENDING, Change, Commitment
from models.mind import Noticed, NoticeRequest
from models.minds import Minds
from models.planning.day import day_at, day_span
from nodes.context import Context
from nodes.planning.scene import LookingAhead, looking_ahead, visibly
from nodes.scene import remembered, spent
from nodes.state import HeardCommitment, PlanningState, PlanningUpdate
from nodes.timing import apart
from stores.plans import PlanItem
from stores.record import MemoryRecord, record_id


@visibly
def notice_commitments(state: PlanningState, runtime: Runtime[Context], minds: Minds) -> PlanningUpdate:
    """The commitments in what tells a time, as plan items; of what is over already, and of what is planned already, nothing."""
    ahead = looking_ahead(state, runtime)
    said = ahead.memory.read(state["planning"]["said"], access=ahead.access)
    if not said:  # all of it was forgotten meanwhile
        return {"planning": {"heard": []}}
    coming = [one for one in ahead.open if one.over > ahead.now or any(tells_done(each.text, one) for each in said)]
    request = NoticeRequest(
        said=[remembered(one) for one in said],
        upcoming=coming,
        character=ahead.character,
        moment=ahead.moment,
        user_name=ahead.context.called,
        prompt=ahead.context.notice_prompt,
    )
    with apart("model"):
        found = ahead.mind(minds).notice(request)
    heard: list[HeardCommitment] = []
    for one in found.noticed:
        heard += heard_of(one, said[one.said - 1], coming, heard, ahead)
    return {"planning": {"heard": heard, "tokens": spent(found.tokens)}}


def heard_of(
    found: Noticed, source: MemoryRecord, coming: Sequence[PlanItem], before: Sequence[HeardCommitment], ahead: LookingAhead
) -> list[HeardCommitment]:
    """What a commitment that was heard, after those `before`, does to the plan: it is new, takes the place of another, or ends it;
    or nothing."""
    told, item = found.commitment, item_from(found.commitment, source, ahead.zone)
    known = [*coming, *(planned_item(one) for one in before if one["change"] not in ENDING)]
    others = known if told.change == "moved" else in_other_words(known, item, source, before)
    named = coming[found.about - 1] if found.about else meant(item, told.change, others, ahead.zone)
    old = as_it_stands(named, before)
    if told.change in ENDING:
        return [heard(old, source, told.change, old)] if old else []
    if item.over <= ahead.now or (old and says_nothing_new(told, item, old)):
        return []
    return [heard(item, source, "moved" if old else "new", old)]


def in_other_words(known: Sequence[PlanItem], item: PlanItem, source: MemoryRecord, before: Sequence[HeardCommitment]) -> list[PlanItem]:
    """What is planned, but for other times of which the same words tell: "at 9 and at 17" are two."""
    here = {one["item"]["id"] for one in before if one["source"] == source.id}
    return [one for one in known if one.id not in here or one.start == item.start]


def as_it_stands(item: PlanItem | None, before: Sequence[HeardCommitment]) -> PlanItem | None:
    """What became of an item by what was heard in this run; None where it is to come no more."""
    for one in before:
        if item and one["about"] == item.id:
            item = None if one["change"] in ENDING else planned_item(one)
    return item


def heard(item: PlanItem, source: MemoryRecord, change: str, old: PlanItem | None) -> HeardCommitment:
    """A heard commitment as plain values."""
    return {"item": item.model_dump(mode="json"), "source": source.id, "change": change, "about": old.id if old else ""}


def item_from(told: Commitment, source: MemoryRecord, zone: ZoneInfo) -> PlanItem:
    """A commitment as a plan item. Its id comes from the words that tell of it: heard again in them it is the same.

    A whole day ends with it: it need not have 24 hours.
    """
    whole_day = day_span(day_at(told.start, zone), zone).end if told.all_day else None
    return PlanItem(
        what=told.what,
        start=told.start,
        end=told.end or whole_day,
        all_day=told.all_day,
        kind=told.kind,
        by=told.by,
        place=told.place,
        id=record_id(source.user_id, "", source.id, f"commitment {told.start.isoformat()} {told.what}"),
        told_at=source.said_at,
    )


def meant(item: PlanItem, change: Change, known: Sequence[PlanItem], zone: ZoneInfo) -> PlanItem | None:
    """Which item is meant, if any: the one that is called most alike of those that may be."""
    alike = [(shared(one.what, item.what), one) for one in known if may_be(one, item, change, zone)]
    return max((one for one in alike if one[0]), key=lambda one: one[0], default=(0, None))[1]


def may_be(one: PlanItem, item: PlanItem, change: Change, zone: ZoneInfo) -> bool:
    """Whether an item can be meant: of the same day where it is not said to be moved, or done; by another time of which nobody says that it
    was changed only where it is called the same: two meetings are two, and so are the dentist of two people."""
    if change != "new" and not is_meant(one.what, item.what):
        return False
    if change in ("moved", "done"):
        return True
    if change == "new" and one.by != item.by:
        return False
    if day_at(one.start, zone) != day_at(item.start, zone) and not overlaps(one, item):
        return False
    old, new = telling(one.what), telling(item.what)
    return change == "cancelled" or one.start == item.start or old <= new or new <= old


def overlaps(one: PlanItem, other: PlanItem) -> bool:
    """Whether two items lie at least in part at the same time."""
    return one.start < max(other.over, other.start) and other.start < max(one.over, one.start)


def says_nothing_new(told: Commitment, item: PlanItem, old: PlanItem) -> bool:
    """Whether what is planned says all of it: the same times, or only the day of it."""
    same = item.start == old.start and (told.end is None or item.end == old.end)
    return same or (item.all_day and not old.all_day and item.start <= old.start < item.over)


def planned_item(one: HeardCommitment) -> PlanItem:
    """The plan item of a heard commitment."""
    return PlanItem.model_validate(one["item"])
