"""When something happened: the relative words of a sentence ("yesterday", "last week"), counted from the day they were said."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from models.times import date_in_words

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTS = {word: count for count, word in enumerate("a two three four five six seven eight nine ten eleven twelve".split(), start=1)} | {"an": 1, "one": 1}
COUNT = rf"(?P<count>\d+|{'|'.join(COUNTS)})"
DAY = rf"(?P<day>{'|'.join(WEEKDAYS)})"
DAYS_AROUND = {"yesterday": -1, "last night": -1, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1}
RELATIVE = re.compile(
    rf"\b(?:(?P<near>{'|'.join(DAYS_AROUND)})"
    rf"|{COUNT} (?P<unit>day|week|month|year)s? (?P<way>ago|back|from now)"
    rf"|(?P<vague>a few|a couple of|several) (?P<vague_unit>day|week|month|year)s? (?:ago|back)"
    rf"|(?P<side>last|past|this past|next|this|this coming) (?:{DAY}|(?P<span>weekend|week|month|year))"
    rf"|on {DAY.replace('day>', 'plain_day>')})\b",
    re.IGNORECASE,
)


def when_happened(text: str, said_at: datetime, timezone: str, locale: str) -> str:
    """When what the text tells happened, in words ("on 7 May 2023"), or an empty string where it has no relative time."""
    found = RELATIVE.search(text)
    if found is None:
        return ""
    day = said_at.astimezone(ZoneInfo(timezone)).date()
    said = {name: value.lower() for name, value in found.groupdict().items() if value}

    def words(moment: date) -> str:
        return date_in_words(datetime.combine(moment, time(12), ZoneInfo(timezone)), timezone, locale)

    if "near" in said:
        return f"on {words(day + timedelta(days=DAYS_AROUND[said['near']]))}"
    if "unit" in said:
        return _counted(said, day, words, locale)
    if "vague_unit" in said:
        return f"{said['vague']} {said['vague_unit']}s before {words(day)}"
    if "plain_day" in said or "day" in said:
        return _weekday(said.get("day") or said["plain_day"], said.get("side", "last"), day, words)
    return _span(said["span"], said["side"], day, words, locale)


def _counted(said: dict[str, str], day: date, words: Callable[[date], str], locale: str) -> str:
    """`two weeks ago` and the like; the further away, the coarser."""
    count = COUNTS.get(said["count"]) or int(said["count"])
    sign = 1 if said["way"] == "from now" else -1
    match said["unit"]:
        case "day":
            return f"on {words(day + sign * timedelta(days=count))}"
        case "week":
            many = "a week" if count == 1 else f"{said['count']} weeks"
            return f"{many} {'after' if sign > 0 else 'before'} {words(day)} (around {words(day + sign * timedelta(weeks=count))})"
        case "month":
            return f"in {_month(day, sign * count, locale)}"
        case _:
            return f"in {day.year + sign * count}"


def _weekday(name: str, side: str, day: date, words: Callable[[date], str]) -> str:
    """The nearest such weekday before or after the day."""
    wanted = WEEKDAYS.index(name)
    if side in ("next", "this", "this coming"):
        then = day + timedelta(days=(wanted - day.weekday() - 1) % 7 + 1)
        return f"on the {name.capitalize()} after {words(day)} ({words(then)})"
    then = day - timedelta(days=(day.weekday() - wanted - 1) % 7 + 1)
    return f"on the {name.capitalize()} before {words(day)} ({words(then)})"


def _span(span: str, side: str, day: date, words: Callable[[date], str], locale: str) -> str:
    """`last week`, `next month`, `this year`."""
    step = {"next": 1, "this": 0, "this coming": 1}.get(side, -1)
    if span == "month":
        return f"in {_month(day, step, locale)}"
    if span == "year":
        return f"in {day.year + step}"
    preposition = "on" if span == "weekend" else "in"
    return f"{preposition} the {span} {('before', 'of', 'after')[step + 1]} {words(day)}"


def _month(day: date, step: int, locale: str) -> str:
    """The month that lies `step` months from the day's, with its year."""
    months = day.year * 12 + day.month - 1 + step
    return str(format_date(date(months // 12, months % 12 + 1, 1), "MMMM yyyy", locale=locale))
