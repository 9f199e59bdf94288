"""Keeps what is planned as records: all of it or nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from langgraph.runtime import Runtime

from models.commitments.commitment import ENDING
from models.planning.day import FREE
from nodes.context import Context
from nodes.planning.notice_commitments import planned_item
from nodes.planning.scene import LookingAhead, looking_ahead
from nodes.planning.strokes import parts_that_stand, stroke_from
from nodes.state import HeardCommitment, Planning, PlanningState, PlanningUpdate
from stores.plans import BECAUSE, PlanItem, item_of, plan_fields
from stores.record import MemoryRecord, Trust

MEANWHILE = "another run has planned meanwhile"


def keep_plan(state: PlanningState, runtime: Runtime[Context]) -> PlanningUpdate:
    """Store what is new in the plan, let what it replaces give way, and note up to where everything is heeded."""
    ahead, planning = looking_ahead(state, runtime), state["planning"]
    before = ahead.memory.journal.last(ahead.access.user_id, ahead.marker, "planned")
    if before and before.detail.get("run") == planning["run"]:  # it was kept, and then the run was cut short
        return {"planning": {"kept": ahead.kept_by(before)}}
    if (before.number if before else 0) != planning["after"]:
        return {"planning": {"failed": MEANWHILE}}
    stored = {one.id: one for one in ahead.planned(before=1, after=1)}
    agreed = commitments(planning, ahead)
    fresh = [*agreed, *strokes(planning, stored, {*stored, *(one.id for one in agreed)}, ahead)]
    amend(changed(planning, stored, {id for one in fresh for id in one.supersedes}, ahead), planning, ahead)
    kept = [one.id for one in fresh]
    done = ahead.event("planned", planning["id"], until=planning["until"], heard=len(planning["heard"]), kept=kept, run=planning["run"])
    return {"planning": {"kept": ahead.keep(fresh, done)}}


def commitments(planning: Planning, ahead: LookingAhead) -> list[MemoryRecord]:
    """The commitments that were heard, as records; what was forgotten meanwhile binds nobody, nor does what took its words from that."""
    told = [id for one in planning["heard"] for id in (one["source"], one["about"])]
    there, ended = {one.id: one for one in ahead.memory.read(told, access=ahead.access)}, ended_by(planning)
    agreed: dict[str, MemoryRecord] = {}
    for one in planning["heard"]:
        if one["change"] not in ENDING and one["source"] in there and one["about"] in {"", *there, *agreed}:
            item = one["item"]["id"]
            agreed.setdefault(item, commitment_record(one, there[one["source"]], ended.get(item, {}), ahead))
    return list(agreed.values())


def ended_by(planning: Planning) -> dict[str, dict[str, str]]:
    """The ids of what is cancelled or done, each with what its record says of that: how it stands, and by whose words."""
    return {one["about"]: {"standing": one["change"], BECAUSE: one["source"]} for one in planning["heard"] if one["change"] in ENDING}


def strokes(planning: Planning, stored: dict[str, PlanItem], known: set[str], ahead: LookingAhead) -> list[MemoryRecord]:
    """The strokes and parts that are new, as records; each stroke takes the place of what was to begin while it lasts.

    The time of an appointment that is not `known` any more, for its words were forgotten meanwhile, is free.
    """
    gone = replaced(planning, stored, ahead.now)
    records = []
    for one in (*planning["day"], *planning["parts"]):
        if one["id"] not in stored:
            forgotten = one["fixed"] and one["parent"] not in known
            item = item_from({**one, "what": FREE, "place": "", "parent": ""} if forgotten else one, ahead.now)
            old = [each.id for each in gone if item.level == "stroke" and item.start <= each.start < item.over]
            records.append(record_of(item, ahead, made_from(item, planning), old))
    return records


def made_from(item: PlanItem, planning: Planning) -> list[str]:
    """What a stroke or a part of it was made from: what it is there for or a part of, else the memories that the day was planned by."""
    if item.parent:
        return [item.parent]
    return [] if item.what == FREE else planning.get("shown", [])


def replaced(planning: Planning, stored: dict[str, PlanItem], now: datetime) -> list[PlanItem]:
    """What of the stored plan of today is to come and not in the plan any more; its parts go with it."""
    if not planning["day"]:
        return []
    day = [*map(stroke_from, planning["day"])]
    kept = {one.id for one in day} | parts_that_stand(day, [*stored.values()], now).keys()
    whole = day[0].span.up_to(day[-1].span)
    ours = [one for one in stored.values() if one.level != "commitment" and whole.contains(one.start)]
    return [one for one in ours if one.start >= now and one.id not in kept]


def changed(planning: Planning, stored: dict[str, PlanItem], superseded: set[str], ahead: LookingAhead) -> dict[str, PlanItem]:
    """What of the stored plan stands otherwise now: cancelled, done, without a successor, or ending earlier or later."""
    ended = {one.id: item_of(one) for one in ahead.memory.read([*ended_by(planning)], access=ahead.access)}
    gone = [one for one in replaced(planning, stored, ahead.now) if one.id not in superseded]
    ends = {id: end for id, end in ends_by(planning, stored, ahead.now).items() if end != stored[id].end}
    return {
        **{id: stored[id].model_copy(update={"end": end}) for id, end in ends.items()},
        **{one.id: one.model_copy(update={"standing": "cancelled"}) for one in gone},
        **ended,
    }


def ends_by(planning: Planning, stored: dict[str, PlanItem], now: datetime) -> dict[str, datetime]:
    """When the stored strokes and parts that have begun end by the new plan."""
    day = [*map(stroke_from, planning["day"])]
    ends = {one.id: one.span.end for one in day} | {id: one.over for id, one in parts_that_stand(day, [*stored.values()], now).items()}
    return {id: end for id, end in ends.items() if id in stored and stored[id].start < now}


def amend(items: dict[str, PlanItem], planning: Planning, ahead: LookingAhead) -> None:
    """Write how plan items stand now, and by whose words where these ended them; their own words stay."""
    records = {one.id: one for one in ahead.memory.read(list(items), access=ahead.access)}
    ended = ended_by(planning)
    told = {id: {**one.additional, **plan_fields(items[id], ahead.zone), **ended.get(id, {})} for id, one in records.items()}
    changes = {id: {"additional": fields} for id, fields in told.items()}
    if changes:
        ahead.memory.amend(changes, ahead.event("replanned", planning["id"]), access=ahead.access)


def item_from(told: dict[str, Any], now: datetime) -> PlanItem:
    """A stroke that is to be stored, as a plan item."""
    fields = {name: told[name] for name in ("what", "start", "end", "place", "id", "level", "parent")}
    return PlanItem.model_validate({**fields, "told_at": now})


def commitment_record(heard: HeardCommitment, source: MemoryRecord, ended: dict[str, str], ahead: LookingAhead) -> MemoryRecord:
    """A commitment as a record, as private as the words that tell of it; it takes the place of the one that it moves.

    It can have its words from that one, and so rests on it too: "it was moved to Saturday" does not say what. What was called off again, or
    done, before it was stored is history at once.
    """
    item, moved = planned_item(heard), [heard["about"]] if heard["about"] else []
    told = record_of(item, ahead, derived=[source.id, *moved], replaces=moved)
    extra = {"additional": {**told.additional, **ended}, "thread_id": source.thread_id}
    return told.model_copy(update={**extra, "policy": source.policy, "known_by": source.known_by})


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
