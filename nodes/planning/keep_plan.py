"""Keeps what is planned as records: all of it or nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from langgraph.runtime import Runtime

from models.planning.day import FREE
from nodes.context import Context
from nodes.planning.notice_commitments import planned_item
from nodes.planning.scene import LookingAhead, looking_ahead, visibly
from nodes.planning.strokes import stroke_from
from nodes.state import HeardCommitment, Planning, PlanningState, PlanningUpdate
from stores.plans import PlanItem, item_of, plan_fields
from stores.record import MemoryRecord, Trust

MEANWHILE = "another run has planned meanwhile"


@visibly
def keep_plan(state: PlanningState, runtime: Runtime[Context]) -> PlanningUpdate:
    """Store what is new in the plan, let what it replaces give way, and note up to where everything is heeded."""
    ahead, planning = looking_ahead(state, runtime), state["planning"]
    if ahead.memory.journal.latest(ahead.access.user_id, ahead.marker, "planned") != planning["after"]:
        return {"planning": {"failed": MEANWHILE}}
    stored = {one.id: one for one in ahead.planned(before=1, after=1)}
    fresh = [*commitments(planning, ahead), *strokes(planning, stored, ahead)]
    amend(changed(planning, stored, {id for one in fresh for id in one.supersedes}, ahead), planning, ahead)
    done = ahead.event("planned", planning["id"], until=planning["until"], heard=len(planning["heard"]))
    written = ahead.memory.remember(fresh, turn_id=planning["id"], beside=[done])
    return {"planning": {"kept": [one.id for one in written if one.outcome != "rejected"]}}


def commitments(planning: Planning, ahead: LookingAhead) -> list[MemoryRecord]:
    """The commitments that were heard, as records; what was forgotten meanwhile binds nobody."""
    sources = {one.id: one for one in ahead.memory.read([heard["source"] for heard in planning["heard"]], access=ahead.access)}
    heard = [one for one in planning["heard"] if one["change"] != "cancelled" and one["source"] in sources]
    return [commitment_record(one, sources[one["source"]], ahead) for one in heard]


def strokes(planning: Planning, stored: dict[str, PlanItem], ahead: LookingAhead) -> list[MemoryRecord]:
    """The strokes and parts that are new, as records; each stroke takes the place of what was to begin while it lasts."""
    gone = replaced(planning, stored, ahead.now)
    records = []
    for one in (*planning["day"], *planning["parts"]):
        if one["id"] not in stored:
            item = item_from(one, ahead.now)
            old = [each.id for each in gone if item.level == "stroke" and item.start <= each.start < item.over]
            records.append(record_of(item, ahead, [one["parent"]] if one["parent"] else [], old))
    return records


def replaced(planning: Planning, stored: dict[str, PlanItem], now: datetime) -> list[PlanItem]:
    """What of the stored plan of today is to come and not in the plan any more; its parts go with it."""
    if not planning["day"]:
        return []
    kept = {one["id"] for one in planning["day"]}
    first, last = planning["day"][0]["start"], planning["day"][-1]["end"]
    begins, ends = datetime.fromisoformat(first), datetime.fromisoformat(last)
    ours = [one for one in stored.values() if one.level != "commitment" and begins <= one.start < ends]
    return [one for one in ours if one.start >= now and one.id not in kept]


def changed(planning: Planning, stored: dict[str, PlanItem], superseded: set[str], ahead: LookingAhead) -> dict[str, PlanItem]:
    """What of the stored plan stands otherwise now: cancelled, without a successor, or ending earlier or later."""
    cancelled = [one["about"] for one in planning["heard"] if one["change"] == "cancelled"]
    records = ahead.memory.read(cancelled, access=ahead.access)
    gone = [one for one in replaced(planning, stored, ahead.now) if one.id not in superseded]
    ends = {one.id: end for one in stored.values() if (end := end_of(one, planning, ahead.now)) != one.end}
    return {
        **{id: stored[id].model_copy(update={"end": end}) for id, end in ends.items()},
        **{one.id: one.model_copy(update={"standing": "cancelled"}) for one in (*map(item_of, records), *gone)},
    }


def end_of(item: PlanItem, planning: Planning, now: datetime) -> datetime | None:
    """When a stored item of the day ends by the new plan: with the stroke that it began in, where that was cut."""
    if item.level == "commitment" or item.start >= now:
        return item.end
    strokes = map(stroke_from, planning["day"])
    lasting = next((one.span.end for one in strokes if one.span.contains(item.start)), item.end)
    return lasting if item.level == "stroke" or item.end is None or lasting is None else min(item.end, lasting)


def amend(items: dict[str, PlanItem], planning: Planning, ahead: LookingAhead) -> None:
    """Write how plan items stand now; their words stay."""
    records = {one.id: one for one in ahead.memory.read(list(items), access=ahead.access)}
    changes = {id: {"additional": {**one.additional, **plan_fields(items[id], ahead.zone)}} for id, one in records.items()}
    if changes:
        ahead.memory.amend(changes, ahead.event("replanned", planning["id"]), access=ahead.access)


def item_from(told: dict[str, Any], now: datetime) -> PlanItem:
    """A stroke that is to be stored, as a plan item."""
    fields = {name: told[name] for name in ("what", "start", "end", "place", "id", "level", "parent")}
    return PlanItem.model_validate({**fields, "told_at": now})


def commitment_record(heard: HeardCommitment, source: MemoryRecord, ahead: LookingAhead) -> MemoryRecord:
    """A commitment as a record, as private as the words that tell of it; it takes the place of the one that it moves."""
    item, about = planned_item(heard), heard["about"]
    told = record_of(item, ahead, derived=[source.id], replaces=[about] if about else [])
    return told.model_copy(update={"thread_id": source.thread_id, "policy": source.policy, "known_by": source.known_by})


def record_of(item: PlanItem, ahead: LookingAhead, derived: Sequence[str], replaces: Sequence[str]) -> MemoryRecord:
    """A plan item as a record. Empty time, and what a stroke is broken into, is for the day itself: nobody recalls it later."""
    recalled = item.level in ("commitment", "stroke") and item.what != FREE
    return MemoryRecord(
        id=item.id,
        user_id=ahead.access.user_id,
        character_id=ahead.access.character_id,
        kind="plan",
        tier="working",
        text=item.what,
        role="assistant",
        said_at=item.told_at or ahead.now,
        created_at=ahead.now,
        known_by=(ahead.access.character_id,),
        derived_from=tuple(derived),
        supersedes=tuple(replaces),
        place=item.place,
        source="heard" if item.level == "commitment" else "planned",
        additional=plan_fields(item, ahead.zone),
        trust=Trust(origin="inferred" if recalled else "notice"),
    )
