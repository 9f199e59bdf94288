"""What is coming up: looked up as a turn begins, without a model, and offered to the answer at every layer."""

from datetime import datetime, timedelta

from models.agenda import asked_if_done, called
from models.commitments.doing import may_ask_if_done
from models.commitments.finding import asks_for_all, asks_for_plans, days_told, tells_a_time
from models.times import zone_named
from nodes.context import Context
from nodes.state import Session
from stores.access import Access
from stores.memory_store import MemoryStore
from stores.plans import Level, PlanItem, days_around, days_of

AHEAD = timedelta(hours=24)
MOST, MOST_DAYS = 6, 7
A_YEAR = 366  # days before and after, in which something is looked for by its name
FINEST: tuple[Level, ...] = ("step", "hour", "stroke")


def agenda_of(context: Context, memory: MemoryStore, session: Session, now: datetime, words: str = "") -> list[PlanItem]:
    """What takes place or is due within a day, on a day that the words name, or since the last turn, and what they ask for by its name;
    first the character's own plan.

    Only what is asked for by its name may be over, cancelled or done.
    """
    if context.plans == "off":
        return []
    access, zone, named = Access(context.user_id, context.character_id), zone_named(context.timezone), days_asked(words, now, context)
    planned = memory.planned([*days_around(now, zone, 1, 1), *named], access=access, now=now)
    asked = {one.id for one in planned if set(named) & set(days_of(one, zone))}
    since = datetime.fromisoformat(session["last_turn_at"] or session["began_at"])
    coming = [one for one in planned if one.level == "commitment" and since < one.over and (one.start <= now + AHEAD or one.id in asked)]
    own = [one for one in planned if one.level == "stroke" and one.start > now and one.id in asked]
    by_name = []
    if (asks_for_plans(words) and not named) or may_ask_if_done(words):
        within_a_year = memory.planned(days_around(now, zone, A_YEAR, A_YEAR), access=access, now=now, ended=True)
        by_name = (asked_if_done(words, within_a_year) or called(words, within_a_year, now))[-MOST:]
    return [*doing(planned, now), *own, *told_before(foremost(by_name, coming), context, memory, session)]


def foremost(by_name: list[PlanItem], coming: list[PlanItem]) -> list[PlanItem]:
    """As many as are offered, in the order of time: what is asked for by its name, then the next ones."""
    known = {one.id: one for one in (*by_name, *coming)}
    return sorted(list(known.values())[:MOST], key=lambda one: one.start)


def days_asked(words: str, now: datetime, context: Context) -> list[str]:
    """The days that the words ask about: those that they name, a week where they ask for all, today where they tell a time alone."""
    zone = zone_named(context.timezone)
    if named := days_told(words, now, context.timezone):
        return named[:MOST_DAYS]
    if asks_for_all(words):
        return days_around(now, zone, 0, MOST_DAYS)
    return days_around(now, zone, 0, 0) if tells_a_time(words, now, context.timezone) else []


def told_before(coming: list[PlanItem], context: Context, memory: MemoryStore, session: Session) -> list[PlanItem]:
    """The commitments, each with whether it was said, or offered to an answer, in this session."""
    offered = memory.journal.accesses(context.user_id, [one.id for one in coming])
    began = datetime.fromisoformat(session["began_at"])
    last = {one.id: max(filter(None, (one.told_at, offered[one.id].last if one.id in offered else None))) for one in coming}
    return [one.model_copy(update={"told": last[one.id] >= began}) for one in coming]


def doing(planned: list[PlanItem], now: datetime) -> list[PlanItem]:
    """The finest thing in the character's own plan that is under way, if any."""
    under_way = {one.level: one for one in planned if one.level != "commitment" and one.start <= now < one.over}
    return [under_way[level] for level in FINEST if level in under_way][:1]
