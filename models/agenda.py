"""What is planned, in words: when, how soon, what, and who is bound to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from xml.sax.saxutils import escape

from models.commitments.alike import is_all_of, is_named_in
from models.commitments.doing import asks_if_done, says_done
from models.commitments.finding import asks_when_it_was
from models.mind import Moment, named
from models.times import ago, clock_in_words, date_in_words, zone_named
from stores.plans import PlanItem


class Wording(NamedTuple):
    """How a time of the agenda is told in a language: from when to when, and what today is called.

    Attributes:
        halves: What the locale writes for the halves of the day, and what is said.
    """

    span: str
    today: str
    halves: tuple[tuple[str, str], ...] = ()


ENGLISH = Wording("{begin} to {end}", "today")
WORDINGS = {
    "ko": Wording("{begin}부터 {end}까지", "오늘", (("AM", "오전"), ("PM", "오후"))),
    "ja": Wording("{begin}から{end}まで", "今日"),
}


def called(words: str, planned: Sequence[PlanItem], now: datetime) -> list[PlanItem]:
    """The commitments that the words name: those to come, or those that are over, cancelled or done, whichever is asked for and there."""
    meant = [one for one in planned if one.level == "commitment" and is_named_in(one.what, words)]
    exact = [one for one in meant if is_all_of(words, one.what)]
    coming, named = ([one for one in some if one.standing == "planned" and one.over > now] for some in (exact, meant))
    gone = [one for one in exact if one not in coming]
    return (gone or coming) if asks_when_it_was(words) else (coming or gone or named)


def asked_if_done(words: str, planned: Sequence[PlanItem]) -> list[PlanItem]:
    """The commitments of which the words ask whether they are done, or are still to be."""
    return [one for one in planned if one.level == "commitment" and asks_if_done(words, one.what)]


def tells_done(words: str, item: PlanItem) -> bool:
    """Whether the words say that a commitment is done."""
    return item.level == "commitment" and says_done(words, item.what, task=item.kind != "appointment")


def in_the_calendar(item: PlanItem, moment: Moment, user_name: str) -> str:
    """A plan item in words: when, how soon, what, and who is bound to it."""
    off = item.standing.upper() if item.standing != "planned" else ""
    return escape(" ".join(filter(None, (f"{when_planned(item, moment)}:", plain(item.what), whose(item, user_name), off))))


def when_planned(item: PlanItem, moment: Moment) -> str:
    """When a plan item is: its day, its times, and how far from now."""
    when, soon = time_of(item, moment), how_soon(item, moment)
    return when if when == soon else f"{when} ({soon})"


def time_of(item: PlanItem, moment: Moment) -> str:
    """The day of a plan item, and its times; of several days the first and the last."""
    wording = wording_in(moment)
    first, last = (day_in_words(one, moment) for one in (item.start, max(item.start, item.over - timedelta(seconds=1))))
    if item.all_day:
        return first if first == last else wording.span.format(begin=first, end=last)
    begin = clock_told(item.start, moment)
    times = wording.span.format(begin=begin, end=clock_told(item.end, moment)) if item.end else begin
    return f"{first}, {times}"


def day_in_words(when: datetime, moment: Moment) -> str:
    """The date of a moment; in English that of now is today."""
    day, today = (date_in_words(one, moment.timezone, moment.locale) for one in (when, moment.now))
    return "today" if day == today and moment.locale.startswith("en") else day


def clock_told(when: datetime, moment: Moment) -> str:
    """The clock's time where the user is; Korean halves of the day in Korean, which the locale shortens to AM and PM."""
    told = clock_in_words(when, moment.timezone, moment.locale)
    for half, word in wording_in(moment).halves:
        told = told.replace(half, word)
    return told


def how_soon(item: PlanItem, moment: Moment) -> str:
    """How far from now it is; a whole day is counted in days."""
    zone = zone_named(moment.timezone)
    if item.all_day and item.start <= moment.now < item.over:
        return wording_in(moment).today
    start = item.start.astimezone(zone) + timedelta(hours=12) if item.all_day else item.start
    return ago(start, moment.now, moment.locale, moment.timezone)


def wording_in(moment: Moment) -> Wording:
    """The words of the user's language for times; those of English where they are not known."""
    return WORDINGS.get(moment.locale[:2].lower(), ENGLISH)


def whose(item: PlanItem, user_name: str) -> str:
    """Who is bound to a plan item, and of what kind it is."""
    names = {"user": f"{plain(named(user_name))}'s", "assistant": "your", "other": "somebody else's"}
    place = f"; at {plain(item.place)}" if item.place else ""
    return f"({names.get(item.by, '')} {item.kind}{place})"


def agenda_line(item: PlanItem, moment: Moment, user_name: str) -> str:
    """A line of the agenda: what the character does itself, or a commitment, and whether that was mentioned before."""
    fresh = item.level == "commitment" and item.standing == "planned" and not item.told
    return f"- {in_words(item, moment, user_name)}{' Not mentioned yet.' if fresh else ''}"


def in_words(item: PlanItem, moment: Moment, user_name: str) -> str:
    """A commitment, or something in the character's own plan, in words."""
    return in_the_calendar(item, moment, user_name) if item.level == "commitment" else own_plan(item, moment)


def own_plan(item: PlanItem, moment: Moment) -> str:
    """What the character does now, or plans to do."""
    until = clock_told(item.over, moment)
    under_way = item.start <= moment.now < item.over
    when = f"you, now, until {until}:" if under_way else f"you, {time_of(item, moment)}:"
    return escape(" ".join(filter(None, (when, plain(item.what), f"({plain(item.place)})" if item.place else ""))))


def plain(text: str) -> str:
    return " ".join(text.split())
