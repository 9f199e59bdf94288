"""Finds appointments, promises and deadlines in what was said."""

from collections.abc import Sequence

from langgraph.runtime import Runtime

from models.commitments.alike import shared
from models.commitments.commitment import Commitment
from models.mind import Noticed, NoticeRequest
from models.minds import Minds
from nodes.context import Context
from nodes.planning.scene import LookingAhead, looking_ahead, visibly
from nodes.scene import remembered, spent
from nodes.state import HeardCommitment, PlanningState, PlanningUpdate
from nodes.timing import apart
from stores.plans import PlanItem, items_in
from stores.record import MemoryRecord, record_id

UPCOMING = 50  # plan items that a mind is shown
LATEST_PLANS = 500


@visibly
def notice_commitments(state: PlanningState, runtime: Runtime[Context], minds: Minds) -> PlanningUpdate:
    """The commitments in what tells a time, as plan items; of what is over already, and of what is planned already, nothing."""
    ahead = looking_ahead(state, runtime)
    said = ahead.memory.read(state["planning"]["said"], access=ahead.access)
    if not said:
        return {"planning": {"heard": []}}
    coming = upcoming(ahead)
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
        heard += heard_of(one, said[one.said - 1], [*coming, *map(planned_item, heard)], ahead)
    return {"planning": {"heard": heard, "tokens": spent(found.tokens)}}


def upcoming(ahead: LookingAhead) -> list[PlanItem]:
    """The commitments that are not over, the next ones first."""
    records = ahead.memory.stream(access=ahead.access, kinds=("plan",), now=ahead.now, limit=LATEST_PLANS)
    return [one for one in items_in(records) if one.level == "commitment" and one.over > ahead.now][:UPCOMING]


def heard_of(found: Noticed, source: MemoryRecord, known: Sequence[PlanItem], ahead: LookingAhead) -> list[HeardCommitment]:
    """What a commitment that was heard does to the plan: it is new, takes the place of another, or cancels it; or nothing."""
    item = item_from(found.commitment, source)
    old = known[found.about - 1] if found.about else meant(item, found.commitment, known)
    if found.commitment.change == "cancelled":
        return [heard(old, source, "cancelled", old)] if old else []
    if item.over <= ahead.now or (old and says_nothing_new(item, old)):
        return []
    return [heard(item, source, "moved" if old else "new", old)]


def heard(item: PlanItem, source: MemoryRecord, change: str, old: PlanItem | None) -> HeardCommitment:
    """A heard commitment as plain values."""
    return {"item": item.model_dump(mode="json"), "source": source.id, "change": change, "about": old.id if old else ""}


def item_from(told: Commitment, source: MemoryRecord) -> PlanItem:
    """A commitment as a plan item. Its id comes from the words that tell of it: heard again in them it is the same."""
    return PlanItem(
        what=told.what,
        start=told.start,
        end=told.end,
        all_day=told.all_day,
        kind=told.kind,
        by=told.by,
        place=told.place,
        id=record_id(source.user_id, "", source.id, f"commitment {told.start.isoformat()} {told.what}"),
        told_at=source.said_at,
    )


def meant(item: PlanItem, told: Commitment, known: Sequence[PlanItem]) -> PlanItem | None:
    """Which item is meant: what is called alike, on the same day where it is not said to be moved; the one that is called most alike."""
    same_day = [one for one in known if told.change == "moved" or one.start.date() == item.start.date() or overlaps(one, item)]
    alike = [(shared(one.what, item.what), one) for one in same_day]
    return max((one for one in alike if one[0]), key=lambda one: one[0], default=(0, None))[1]


def overlaps(one: PlanItem, other: PlanItem) -> bool:
    """Whether two items lie at least in part at the same time."""
    return one.start < max(other.over, other.start) and other.start < max(one.over, one.start)


def says_nothing_new(item: PlanItem, old: PlanItem) -> bool:
    """Whether what is planned says all of it: the same time, or only the day of it."""
    return item.start == old.start or (item.all_day and not old.all_day and item.start <= old.start < item.over)


def planned_item(one: HeardCommitment) -> PlanItem:
    """The plan item of a heard commitment."""
    return PlanItem.model_validate(one["item"])
