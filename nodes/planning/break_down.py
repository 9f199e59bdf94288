"""Breaks down what is done now: into hours, and the hour into steps of 5 to 15 minutes; only as far ahead as needed."""

from dataclasses import replace
from datetime import timedelta

from langgraph.runtime import Runtime

from models.mind import BreakDownRequest
from models.minds import Minds
from models.planning.day import FREE, Span, Stroke, now_in, parts_of
from nodes.context import Context
from nodes.planning.scene import LookingAhead, looking_ahead, visibly
from nodes.planning.strokes import made_id, plain, stroke_from, strokes_of
from nodes.scene import spent
from nodes.state import Planning, PlanningState, PlanningUpdate
from nodes.timing import apart
from stores.plans import Level

MINUTES: dict[Level, tuple[int, int]] = {"hour": (30, 60), "step": (5, 15)}  # the shortest and the longest part


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
    """What is left of the finest thing under way, where it is not in steps yet and can be: neither an appointment nor nothing."""
    if now_in(under(planning, ahead, "step"), ahead.now):
        return None
    whole = now_in(under(planning, ahead, "hour"), ahead.now) or now_in(under(planning, ahead, "stroke"), ahead.now)
    if whole is None or whole.fixed or whole.what == FREE:
        return None
    left = replace(whole, span=Span(max(whole.span.start, ahead.now), whole.span.end))
    return left if left.span.minutes > MINUTES["step"][1] else None


def around(whole: Stroke, planning: Planning, ahead: LookingAhead) -> list[Stroke]:
    """The day as a mind reads it to break something down: its strokes, but for the one under way its hours, where it has any."""
    day, hours = under(planning, ahead, "stroke"), under(planning, ahead, "hour")
    told = [one for one in day if not any(hour.span.overlaps(one.span) for hour in hours)] + hours
    return sorted([whole if one.id == whole.id else one for one in told], key=lambda one: one.span.start)


def under(planning: Planning, ahead: LookingAhead, level: Level) -> list[Stroke]:
    """The strokes of a level: those of this planning, or where the day was not planned in it, the stored ones too."""
    told = [one for one in (*planning["day"], *planning["parts"]) if one["level"] == level]
    stored = [] if planning["day"] else strokes_of(ahead.planned(), level)
    return sorted([*stored, *map(stroke_from, told)], key=lambda one: one.span.start)
