"""What is planned, in words: when, how soon, what, and who is bound to it."""

from datetime import timedelta
from xml.sax.saxutils import escape

from models.mind import Moment
from models.times import ago, clock_in_words, date_in_words, zone_named
from stores.plans import PlanItem

BINDING = {"appointment": "appointment of", "promise": "promised by", "deadline": "due, by"}


def in_the_calendar(item: PlanItem, moment: Moment, user_name: str) -> str:
    """A plan item in words: when, how soon, what, and who is bound to it."""
    return escape(" ".join(filter(None, (f"{when_planned(item, moment)}:", plain(item.what), whose(item, user_name)))))


def when_planned(item: PlanItem, moment: Moment) -> str:
    """When a plan item is: its day, its times, and how far from now."""
    zone, locale = moment.timezone, moment.locale
    times = "" if item.all_day else f", {clock_in_words(item.start, zone, locale)}"
    until = f" to {clock_in_words(item.end, zone, locale)}" if item.end and not item.all_day else ""
    return f"{date_in_words(item.start, zone, locale)}{times}{until} ({how_soon(item, moment)})"


def how_soon(item: PlanItem, moment: Moment) -> str:
    """How far from now it is; a whole day is counted in days."""
    zone = zone_named(moment.timezone)
    if item.all_day and item.start <= moment.now < item.over:
        return "today"
    start = item.start.astimezone(zone) + timedelta(hours=12) if item.all_day else item.start
    return ago(start, moment.now, moment.locale, moment.timezone)


def whose(item: PlanItem, user_name: str) -> str:
    """Who is bound to a plan item, and of what kind it is."""
    if item.level != "commitment":
        return f"in {plain(item.place)}" if item.place else ""
    names = {"user": user_name or "the user", "assistant": "you", "other": "somebody else"}
    place = f"; at {plain(item.place)}" if item.place else ""
    return f"({BINDING.get(item.kind, '')} {plain(names.get(item.by, ''))}{place})"


def agenda_line(item: PlanItem, moment: Moment, user_name: str) -> str:
    """A line of the agenda, which also says whether it was mentioned before."""
    return f"- {in_the_calendar(item, moment, user_name)}{'' if item.told else ' Not mentioned yet.'}"


def plain(text: str) -> str:
    return " ".join(text.split())
