"""Breaks down what is done now: into hours, and the hour into steps of 5 to 15 minutes; only as far ahead as needed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from langgraph.runtime import Runtime

from models.mind import BreakDownRequest
from models.minds import Minds
from models.planning.day import Stroke, parts_of
from nodes.context import Context
from nodes.planning.scene import LookingAhead, looking_ahead, visibly
from nodes.planning.strokes import MINUTES, made_id, parts_that_stand, plain, stroke_from, strokes_of, unbroken_in
from nodes.scene import spent
from nodes.state import Planning, PlanningState, PlanningUpdate
from nodes.timing import apart
from stores.plans import Level, PlanItem


@visibly
def break_down(state: PlanningState, runtime: Runtime[Context], minds: Minds) -> PlanningUpdate:
    """The parts of the finest thing under way; a mind that invents nothing leaves it whole."""
    ahead, planning = looking_ahead(state, runtime), state["planning"]
    whole = unbroken(planning, ahead)
    if whole is None:
        return {"planning": {"unbroken": False}}
    level: Level = "hour" if whole.span.minutes > MINUTES["hour"][1] else "step"
    least, most = MINUTES[level]
    request = BreakDownRequest(
        whole=whole,
        least=least,
        most=most,
        day=around(whole, planning, ahead),
        character=ahead.character,
        moment=ahead.moment,
        user_name=ahead.context.called,
        prompt=ahead.context.break_down_prompt,
    )
    with apart("model"):
        proposed = ahead.mind(minds).break_down(request)
    if not proposed.strokes:
        return {"planning": {"unbroken": False, "left_out": proposed.left_out, "tokens": spent(proposed.tokens)}}
    parts = parts_of(whole, proposed.strokes, timedelta(minutes=least), timedelta(minutes=most))
    named = [replace(one, id=made_id(one, level, planning["id"], ahead.access.user_id)) for one in parts]
    told = [plain(one, level, whole.id) for one in named]
    return {"planning": {"parts": [*planning["parts"], *told], "unbroken": level == "hour", "tokens": spent(proposed.tokens)}}


def unbroken(planning: Planning, ahead: LookingAhead) -> Stroke | None:
    """What is left of the finest thing under way, where it is to be broken down."""
    return unbroken_in(partial(under, planning, ahead), ahead.now)


def around(whole: Stroke, planning: Planning, ahead: LookingAhead) -> list[Stroke]:
    """The day as a mind reads it to break something down: its strokes, but for the one under way its hours, where it has any."""
    day, hours = under(planning, ahead, "stroke"), under(planning, ahead, "hour")
    told = [one for one in day if not any(hour.span.overlaps(one.span) for hour in hours)] + hours
    return sorted([whole if one.id == whole.id else one for one in told], key=lambda one: one.span.start)


def under(planning: Planning, ahead: LookingAhead, level: Level) -> list[Stroke]:
    """The strokes of a level: those of this planning, and the stored ones that stand."""
    told = [one for one in (*planning["day"], *planning["parts"]) if one["level"] == level]
    stored: Sequence[PlanItem] = ahead.planned()
    if planning["day"]:
        stored = list(parts_that_stand([*map(stroke_from, planning["day"])], stored, ahead.now).values())
    return sorted([*strokes_of(stored, level), *map(stroke_from, told)], key=lambda one: one.span.start)
