"""Decides whether to go on with the plan, or to plan the rest of the day anew."""

from langgraph.runtime import Runtime

from models.mind import ReactRequest
from models.minds import Minds
from nodes.context import Context
from nodes.planning.notice_commitments import planned_item
from nodes.planning.outline_day import memories_for
from nodes.planning.scene import LookingAhead, fixed_in, looking_ahead, visibly
from nodes.planning.strokes import strokes_of
from nodes.scene import spent
from nodes.state import Planning, PlanningState, PlanningUpdate
from nodes.timing import apart

AGREED = "A commitment lies in the rest of the day: {what}."


@visibly
def revise(state: PlanningState, runtime: Runtime[Context], minds: Minds) -> PlanningUpdate:
    """Whether what happened changes the plan; a commitment that lies in the rest of the day always does."""
    ahead, planning = looking_ahead(state, runtime), state["planning"]
    if agreed := heard_for_today(planning, ahead):
        return {"planning": {"reacts": True, "why": AGREED.format(what=", ".join(agreed))}}
    if not planning["event"]:
        return {"planning": {"reacts": False}}
    request = ReactRequest(
        event=planning["event"],
        plan=[one for one in strokes_of(ahead.planned()) if one.span.end > ahead.now],
        memories=memories_for({**planning, "reacts": True}, ahead),
        character=ahead.character,
        moment=ahead.moment,
        user_name=ahead.context.called,
        prompt=ahead.context.react_prompt,
    )
    with apart("model"):
        reaction = ahead.mind(minds).react(request)
    return {"planning": {"reacts": reaction.reacts, "why": reaction.why, "tokens": spent(reaction.tokens)}}


def heard_for_today(planning: Planning, ahead: LookingAhead) -> list[str]:
    """What the plan has to make room for, or no longer."""
    changed = {one["about"] for one in planning["heard"]}
    items = [*map(planned_item, planning["heard"]), *(one for one in ahead.planned(before=1) if one.id in changed)]
    return list(dict.fromkeys(one.what for one in fixed_in(items, ahead.today) if one.span.end > ahead.now))
