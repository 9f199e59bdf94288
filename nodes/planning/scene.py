"""Who looks ahead, and at which plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from langgraph.runtime import Runtime

from models.planning.day import Span, Stroke, day_at, day_span
from models.times import zone_named
from nodes.answer import moment_of
from nodes.character import character_of
from nodes.context import Context, context_of, memory_of
from nodes.planning.strokes import strokes_of
from nodes.scene import Looking, running_in, visibly_failing
from nodes.state import PlanningState
from stores.access import Access
from stores.memory_store import MemoryStore
from stores.plans import Level, PlanItem, days_around, plans_marker

UPCOMING = 50  # commitments that are looked at
A_YEAR, LATE_DAYS = 366, 7  # in which they lie, ahead and behind
ASSUMED = timedelta(hours=1)  # the length of an appointment of which no end was said


def planning_for(context: Context) -> Access:
    """What a character may plan by: what it knows of, may be recalled for a plan, and is no secret."""
    return Access(context.user_id, context.character_id, purpose="planning")


def still_open(memory: MemoryStore, access: Access, zone: ZoneInfo, now: datetime) -> list[PlanItem]:
    """The commitments that are not over at a moment, the next ones first; behind them those of the week before, which may be kept late."""
    planned = memory.planned(days_around(now, zone, LATE_DAYS, A_YEAR), access=access, now=now)
    commitments = [one for one in planned if one.level == "commitment"]
    return [*[one for one in commitments if one.over > now][:UPCOMING], *(one for one in commitments if one.over <= now)]


def marker_of(access: Access) -> str:
    """The id under which the journal keeps when a character planned."""
    return plans_marker(access.user_id, access.character_id)


@dataclass(frozen=True)
class LookingAhead(Looking):
    """A character that plans, for itself and with a user."""

    @property
    def marker(self) -> str:
        return marker_of(self.access)

    @property
    def zone(self) -> ZoneInfo:
        """The user's time zone, in which days begin and clocks are read."""
        return zone_named(self.context.timezone)

    @property
    def today(self) -> Span:
        """The day that it is."""
        return day_span(day_at(self.now, self.zone), self.zone)

    @property
    def open(self) -> list[PlanItem]:
        """The commitments that can still be changed, or be done."""
        return still_open(self.memory, self.access, self.zone, self.now)

    def planned(self, before: int = 0, after: int = 0) -> list[PlanItem]:
        """What is planned for today, and for so many days before and after it."""
        return self.memory.planned(days_around(self.now, self.zone, before, after), access=self.access, now=self.now)


def looking_ahead(state: PlanningState, runtime: Runtime[Context]) -> LookingAhead:
    """Who plans in this run.

    Raises:
        InputError: The run has no user, or its context cannot be used.
    """
    context, memory = context_of(state, runtime), memory_of(runtime)
    moment = moment_of(state.get("session"), context)
    return LookingAhead(context, memory, planning_for(context), character_of(context, memory), moment, running_in(runtime))


visibly = visibly_failing("planning", "not_planned", looking_ahead)


def fixed_in(items: Sequence[PlanItem], span: Span) -> list[Stroke]:
    """The appointments with a time of day, which a plan is made around; one without an end takes an hour."""
    timed = [one for one in items if one.level == "commitment" and one.kind == "appointment" and not one.all_day]
    strokes = [Stroke(one.what, Span(one.start, one.end or one.start + ASSUMED), one.place, one.id, fixed=True) for one in timed]
    return [one for one in strokes if one.span.overlaps(span)]


def covers(items: Sequence[PlanItem], moment: datetime, level: Level) -> bool:
    """Whether there is an item of a level under way at a moment."""
    return any(one.span.contains(moment) for one in strokes_of(items, level))
