"""Decides whether there is anything to plan: a commitment that was heard, a day without a plan, an event that may break it."""

from collections.abc import Sequence
from functools import cache
from itertools import islice
from uuid import uuid4

from langgraph.runtime import Runtime

from models.commitments.alike import shared
from models.commitments.doing import may_say_done
from models.mind import Mind
from models.minds import Minds
from nodes.context import Context
from nodes.observing import OBSERVATION
from nodes.planning.scene import LookingAhead, covers, looking_ahead
from nodes.planning.standing import lacks, may_bind
from nodes.state import Planning, PlanningState, PlanningUpdate
from stores.plans import PlanItem
from stores.record import MemoryRecord, record_id

LATEST = 200  # records that are looked through for commitments at most: those of a long import are mostly past


def look_ahead(state: PlanningState, runtime: Runtime[Context], minds: Minds) -> PlanningUpdate:
    """Begin to plan, where something asks for it, or where it is wanted in any case; while the same is due its id is the same."""
    ahead = looking_ahead(state, runtime)
    mind, before = ahead.mind(minds), ahead.memory.journal.last(ahead.access.user_id, ahead.marker, "planned")
    after = before.number if before else 0
    id, until = record_id(ahead.access.user_id, "", ahead.marker, str(after)), ahead.memory.journal.newest()
    asking = what_asks(ahead, latest(ahead, int(before.detail["until"]) if before else 0, until), mind)
    due = any(asking.values()) or state.get("anyway", False)
    ahead.memory.journal.append([ahead.event("planning", id)] if due and ahead.thread_id else [])
    begun: Planning = {"id": id, "run": str(uuid4()), "began_at": ahead.now.isoformat(), "mind": mind.name, "model": mind.model}
    told: Planning = {"due": due, "after": after, "until": until, "day": [], "parts": [], "heard": []}
    return {"planning": {**begun, **told, **asking}}


def what_asks(ahead: LookingAhead, fresh: Sequence[MemoryRecord], mind: Mind) -> Planning:
    """What asks for a plan: words that tell a time or end something, a day without a plan, something not broken down yet, an event."""
    today = ahead.planned()
    coming = cache(lambda: ahead.open)
    binding = [one for one in fresh if may_bind(one.text, one.said_at, ahead.context, coming)]
    timed = with_what_ends_them(with_answers(binding, fresh), fresh)
    missing, unbroken = lacks(ahead.context, today, ahead.now, mind.name)
    told = happened(ahead, fresh, timed, today)
    event = "\n".join(f"{one.speaker}: {one.text}" if one.speaker else one.text for one in told)
    asking: Planning = {"said": [one.id for one in timed], "missing": missing, "unbroken": unbroken, "event": event}
    return {**asking, "happened": [one.id for one in told]}


def latest(ahead: LookingAhead, after: int, until: int) -> list[MemoryRecord]:
    """What was said and observed since the last planning, oldest first, in the words that stand now."""
    found = [one for _, one in islice(ahead.memory.tallies.since(ahead.access, after, until + 1, reworded=True), LATEST)]
    reworded = {id for one in found if one.version_of for id in one.supersedes}
    return sorted((one for one in found if one.id not in reworded), key=lambda one: (one.said_at, one.thread_id, one.ordinal, one.id))


def with_answers(timed: Sequence[MemoryRecord], fresh: Sequence[MemoryRecord]) -> list[MemoryRecord]:
    """What tells a time, and what was said next: "Friday at two?" binds nobody, but "Fine." after it does."""
    places = {(one.thread_id, one.ordinal + step) for one in timed for step in (0, 1)}
    return [one for one in fresh if (one.thread_id, one.ordinal) in places]


def with_what_ends_them(timed: Sequence[MemoryRecord], fresh: Sequence[MemoryRecord]) -> list[MemoryRecord]:
    """What tells a time, and what may say that something of it is done since: "The report is due on Friday" is not planned yet."""
    known = {one.id for one in timed}
    ending = {one.id for one in fresh if may_say_done(one.text) and any(shared(one.text, each.text) for each in timed)}
    return [one for one in fresh if one.id in known | ending]


def happened(
    ahead: LookingAhead, fresh: Sequence[MemoryRecord], timed: Sequence[MemoryRecord], today: Sequence[PlanItem]
) -> list[MemoryRecord]:
    """What happened since that may break the plan of a day, where there is one: what was observed, and what others said of a time."""
    if ahead.context.plans != "days" or not covers(today, ahead.now, "stroke"):
        return []
    known = {one.id for one in timed}
    return [one for one in fresh if one.source == OBSERVATION or (one.id in known and one.role == "user")]
