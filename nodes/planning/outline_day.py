"""Outlines the day in 5 to 8 strokes, or what is left of it (Park et al. 2023, section 4.3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from langgraph.runtime import Runtime

from models.commitments.commitment import ENDING
from models.mind import Memory, OutlineRequest
from models.minds import Minds
from models.planning.day import Span, Stroke, revised
from nodes.answer import in_order
from nodes.context import Context
from nodes.planning.notice_commitments import planned_item
from nodes.planning.scene import LookingAhead, fixed_in, looking_ahead, visibly
from nodes.planning.strokes import settled, strokes_of
from nodes.recall import recalled_form
from nodes.scene import spent
from nodes.state import Planning, PlanningState, PlanningUpdate
from nodes.timing import apart
from stores.plans import PlanItem

FOR_A_DAY = "{name}'s plans, habits and what matters to {name} now"
REMEMBERED = 12


@visibly
def outline_day(state: PlanningState, runtime: Runtime[Context], minds: Minds) -> PlanningUpdate:
    """A sound plan of the day: what is past stays, commitments stand, and the rest is what the mind proposes."""
    ahead, planning = looking_ahead(state, runtime), state["planning"]
    span, standing = ahead.today, standing_after(planning, ahead)
    begun = max(ahead.now, span.start)
    fixed = fixed_in(standing, span)
    plan = strokes_of([one for one in standing if span.contains(one.start)])
    memories = memories_for(planning, ahead)
    request = OutlineRequest(
        span=Span(begun, span.end),
        fixed=[one for one in standing if one.level == "commitment" and one.over > ahead.now and one.start < span.end],
        past=between(plan, span.start, begun),
        ahead=[one for one in between(plan, begun, span.end) if not one.fixed],
        yesterday=strokes_of([one for one in standing if one.start < span.start]),
        memories=memories,
        character=ahead.character,
        moment=ahead.moment,
        because=because(planning),
        user_name=ahead.context.called,
        prompt=ahead.context.outline_prompt,
    )
    with apart("model"):
        proposed = ahead.mind(minds).outline(request)
    covered = Span(min([one.span.start for one in plan], default=begun), span.end)
    fresh = [replace(one, id="", fixed=False) for one in proposed.strokes]  # which stored ones they are is told by what they say
    day = revised(plan, ahead.now, fresh, covered, fixed)
    told: Planning = {
        "day": settled(day, standing, planning["id"], ahead.access.user_id),
        "left_out": proposed.left_out,
        "shown": shown(planning, memories),
        "tokens": spent(proposed.tokens),
    }
    return {"planning": told}


def shown(planning: Planning, memories: Sequence[Memory]) -> list[str]:
    """The memories that the mind may have put into the plan. The local one goes by the day before alone."""
    if planning["mind"] == "local":
        return []
    happened = planning.get("happened", []) if because(planning) else []
    return [*happened, *(one.id for one in memories)]


def because(planning: Planning) -> str:
    """What happened, and what the character makes of it; empty where nothing changes the plan."""
    if not planning.get("reacts"):
        return ""
    return f"{planning['event']}\nWhat you make of it: {planning['why']}" if planning["event"] else planning["why"]


def between(plan: Sequence[Stroke], start: datetime, end: datetime) -> list[Stroke]:
    """The strokes from one moment to another; those that lie in part of it are cut."""
    if start >= end:
        return []
    cut = [(one, one.span.within(Span(start, end))) for one in plan]
    return [replace(one, span=span) for one, span in cut if span]


def standing_after(planning: Planning, ahead: LookingAhead) -> list[PlanItem]:
    """What is planned for yesterday and today, once what was heard is heeded."""
    gone = {one["about"] for one in planning["heard"]}
    fresh = [planned_item(one) for one in planning["heard"] if one["change"] not in ENDING]
    standing = [one for one in (*ahead.planned(before=1), *fresh) if one.id not in gone]
    return sorted(standing, key=lambda one: (one.start, one.over, one.id))


def memories_for(planning: Planning, ahead: LookingAhead) -> list[Memory]:
    """What memory has to say to the event, or to a day like this; but for the event itself, and plans, which are told apart."""
    query = planning["event"] if planning.get("reacts") and planning["event"] else FOR_A_DAY.format(name=ahead.character.name)
    found = ahead.memory.recall(query, access=ahead.access, k=REMEMBERED, now=ahead.now, until=ahead.now)
    told = [one for one in found.taken if one.record.kind not in ("plan", "snapshot") and one.record.text not in planning["event"]]
    return in_order([recalled_form(one) for one in told])
