"""Outlines the day in 5 to 8 strokes, or what is left of it (Park et al. 2023, section 4.3)."""

from langgraph.runtime import Runtime

from models.mind import Memory, OutlineRequest
from models.minds import Minds
from models.planning.day import Span, revised
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
from stores.ranking import Candidate

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
    request = OutlineRequest(
        span=Span(begun, span.end),
        fixed=[one for one in standing if one.level == "commitment" and one.over > ahead.now and one.start < span.end],
        past=[one for one in plan if one.span.start < ahead.now],
        ahead=[one for one in plan if one.span.end > ahead.now],
        yesterday=strokes_of([one for one in standing if one.start < span.start]),
        memories=memories_for(planning, ahead),
        character=ahead.character,
        moment=ahead.moment,
        because=planning["event"] if planning.get("reacts") else "",
        user_name=ahead.context.called,
        prompt=ahead.context.outline_prompt,
    )
    with apart("model"):
        proposed = ahead.mind(minds).outline(request)
    covered = Span(min([one.span.start for one in plan], default=begun), span.end)
    day = revised(plan, ahead.now, proposed.strokes, covered, fixed)
    told: Planning = {
        "day": settled(day, standing, planning["id"], ahead.access.user_id),
        "left_out": proposed.left_out,
        "tokens": spent(proposed.tokens),
    }
    return {"planning": told}


def standing_after(planning: Planning, ahead: LookingAhead) -> list[PlanItem]:
    """What is planned for yesterday and today, once what was heard is heeded."""
    gone = {one["about"] for one in planning["heard"]}
    fresh = [planned_item(one) for one in planning["heard"] if one["change"] != "cancelled"]
    planned = [one for one in ahead.planned(before=1) if one.id not in gone]
    return sorted([*planned, *fresh], key=lambda one: (one.start, one.over, one.id))


def memories_for(planning: Planning, ahead: LookingAhead) -> list[Memory]:
    """What memory has to say to the event, or to a day like this."""
    query = planning["event"] if planning.get("reacts") else FOR_A_DAY.format(name=ahead.character.name)
    found = ahead.memory.recall(query, access=ahead.access, k=REMEMBERED, now=ahead.now, until=ahead.now)
    return in_order([recalled_form(one) for one in found.taken if said_or_understood(one)])


def said_or_understood(found: Candidate) -> bool:
    """Whether it is no plan itself: those are told by the calendar."""
    return found.record.kind not in ("plan", "snapshot")
