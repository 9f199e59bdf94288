"""The days gone by that words name, in English, Korean and Japanese: "last week", "on May 4", 어제, 先週."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from models.local.happened import COUNTS, NEAR, RELATIVE, STEPS, WEEKDAYS
from models.local.questions import DATED, MONTHS

NUMBER = r"(?P<count>\d{1,3})\s?"
KOREAN_DAYS, JAPANESE_DAYS = "월화수목금토일", "月火水木金土日"
NEAR_KOREAN = {"오늘": 0, "어제": -1, "어저께": -1, "그제": -2, "그저께": -2, "엊그제": -2}
NEAR_JAPANESE = {"今日": 0, "きょう": 0, "今朝": 0, "昨日": -1, "きのう": -1, "昨夜": -1, "一昨日": -2, "おととい": -2}
SPANS = {
    "지난주": ("week", -1), "저번주": ("week", -1), "이번주": ("week", 0), "지난주말": ("weekend", -1), "저번주말": ("weekend", -1),
    "지난달": ("month", -1), "저번달": ("month", -1), "이번달": ("month", 0), "작년": ("year", -1), "올해": ("year", 0),
    "先週": ("week", -1), "今週": ("week", 0), "先週末": ("weekend", -1), "先月": ("month", -1), "今月": ("month", 0),
    "去年": ("year", -1), "昨年": ("year", -1), "今年": ("year", 0),
}  # fmt: skip


def listed(words: Iterable[str]) -> str:
    """One of the words, the longest first; blanks in them are as one likes."""
    return "|".join(r"\s?".join(word) for word in sorted(words, key=len, reverse=True))


WIDE = re.compile(
    rf"(?:(?P<month>\d{{1,2}})\s?[월月]\s?(?P<day>\d{{1,2}})\s?[일日]|{NUMBER}(?P<unit>일|日|주일?|週間?)\s?[전前]"
    rf"|(?P<near>{listed(NEAR_KOREAN | NEAR_JAPANESE)})"
    rf"|(?:(?P<last>지난\s?주|저번\s?주|先週)[의の]?\s?|(?:지난|저번|この前の|前の)\s?)?(?P<weekday>[{KOREAN_DAYS}]요일|[{JAPANESE_DAYS}]曜日?)"
    rf"|(?P<span>{listed(SPANS)}))"
)
NTH = re.compile(r"\bon the (?P<nth>\d{1,2})(?:st|nd|rd|th)\b", re.I)


class Days(NamedTuple):
    """The first and the last of days that follow one another."""

    first: date
    last: date


def without_days(words: str) -> str:
    """What the words say beside the days that they name."""
    for pattern in (RELATIVE, DATED, NTH, WIDE):
        words = pattern.sub(" ", words)
    return words


def days_gone(words: str, today: date) -> Days | None:
    """The days up to today that the words name; None where they name none, or days to come."""
    found = _in_english(words, today) or _in_other_words(words, today)
    return found if found and found.first <= today else None


def _in_english(words: str, today: date) -> Days | None:
    if found := RELATIVE.search(words):
        said = {name: value.casefold() for name, value in found.groupdict().items() if value}
        return _relative(said, today)
    if found := DATED.search(words):
        return _dated(found, today)
    found = NTH.search(words)
    return _latest_day(today, int(found["nth"])) if found else None


def _relative(said: dict[str, str], today: date) -> Days | None:
    """What relative words mean of what is over: "on Monday" is the last one."""
    if "near" in said:
        return _one(today + timedelta(days=NEAR[said["near"]]))
    if said.get("side") in ("next", "this coming") or said.get("way") == "from now" or "vague" in said:
        return None
    if "unit" in said:
        return _counted(COUNTS.get(said["count"]) or int(said["count"]), said["unit"], today)
    if "span" in said:
        return _span(said["span"], STEPS.get(said["side"], -1), today)
    name = said.get("day") or said["plain_day"]
    return _last_weekday([day.lower() for day in WEEKDAYS].index(name), today)


def _in_other_words(words: str, today: date) -> Days | None:
    """The same in Korean and Japanese."""
    found = WIDE.search(words)
    if found is None:
        return None
    if found["month"]:
        return _latest(today, int(found["month"]), int(found["day"]))
    if found["near"]:
        return _one(today + timedelta(days=(NEAR_KOREAN | NEAR_JAPANESE)[found["near"]]))
    if found["count"]:
        return _counted(int(found["count"]), "day" if found["unit"] in "일日" else "week", today)
    if name := found["weekday"]:
        number = (KOREAN_DAYS if name[0] in KOREAN_DAYS else JAPANESE_DAYS).index(name[0])
        return _one(_monday(today) + timedelta(days=number - 7)) if found["last"] else _last_weekday(number, today)
    return _span(*SPANS[re.sub(r"\s", "", found["span"])], today)


def _one(day: date) -> Days:
    return Days(day, day)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _last_weekday(number: int, today: date) -> Days:
    """The last such day before today."""
    return _one(today + timedelta(days=(number - today.weekday()) % 7 - 7))


def _counted(count: int, unit: str, today: date) -> Days:
    """So many days ago; of weeks and longer times all of the calendar's."""
    if unit == "day":
        return _one(today - timedelta(days=count))
    return _span(unit, -count, today)


def _span(unit: str, step: int, today: date) -> Days:
    """The week, weekend, month or year that lies so many from today's."""
    monday = _monday(today) + timedelta(weeks=step if unit in ("week", "weekend") else 0)
    match unit:
        case "week":
            return Days(monday, monday + timedelta(days=6))
        case "weekend":
            return Days(monday + timedelta(days=5), monday + timedelta(days=6))
        case "month":
            months = today.year * 12 + today.month - 1 + step
            return _month(months // 12, months % 12 + 1)
        case _:
            return Days(date(today.year + step, 1, 1), date(today.year + step, 12, 31))


def _month(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _dated(found: re.Match[str], today: date) -> Days | None:
    """The day, month or year of a date; without its year the last one."""
    year, day = found["year"] or found["only_year"], found["day"] or found["day_after"]
    if not found["month"]:
        return _span("year", int(year) - today.year, today)
    month = MONTHS.index(found["month"].lower()) + 1
    if day:
        return _latest(today, month, int(day), int(year or 0))
    return _month(int(year) if year else today.year - (month > today.month), month)


def _latest(today: date, month: int, day: int, year: int = 0) -> Days | None:
    """The day of that year, or else the last such day up to today."""
    known = [_exact(one, month, day) for one in ([year] if year else [today.year, today.year - 1])]
    return next((_one(one) for one in known if one and (year or one <= today)), None)


def _latest_day(today: date, day: int) -> Days | None:
    """The last such day of a month up to today."""
    months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(3)]
    known = [_exact(year, month + 1, day) for year, month in months]
    return next((_one(one) for one in known if one and one <= today), None)


def _exact(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None
