"""When something happened: the relative words of a sentence ("yesterday", "last week"), counted from the day they were said.

English words, told in English, as everything that the local mind says itself.
"""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta

from models.commitments.calendar import weekday_of_week
from models.commitments.english import PAST
from models.commitments.finding import commitments_in
from models.local.sentences import content
from models.times import zone_named

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMBER_WORDS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTS = {word: count for count, word in enumerate(NUMBER_WORDS, start=1)} | {"an": 1, "one": 1}
NEAR = {
    "the day after tomorrow": 2,
    "the day before yesterday": -2,
    "last night": -1,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
}
NEAR |= {f"this {part}": 0 for part in ("morning", "afternoon", "evening")}
DAY = "|".join(WEEKDAYS)
RELATIVE = re.compile(
    rf"\b(?:(?P<near>{'|'.join(NEAR)})"
    rf"|(?P<count>\d{{1,3}}|{'|'.join(COUNTS)}) (?P<unit>day|week|month|year)s? (?P<way>ago|back|from now)"
    r"|(?P<vague>a few|a couple of|several) (?P<vague_unit>day|week|month|year)s? (?:ago|back)"
    rf"|(?P<side>last|past|this past|next|this|this coming) (?:(?P<day>{DAY})|(?P<span>weekend|week|month|year))"
    rf"|on (?P<plain_day>{DAY}))\b",
    re.IGNORECASE | re.ASCII,  # letters of other alphabets that look like these are none of them
)
CLAUSE_ENDS = re.compile(r"[.,;:!?\u2026]+\s|\s[-\u2013\u2014]+\s|\b(?:and|but|so|because|then)\b", re.IGNORECASE)
DENIED = re.compile(r"\b(?:no|not|never|cannot)\b|n['\u2019]t\b", re.IGNORECASE)
AHEAD = re.compile(
    r"\b(?:will|i'll|we'll|going to|gonna|upcoming|have an?|(?:have|has|['\u2019]ve|['\u2019]s) got|(?:have|has|needs?) to|must|planning"
    r"|plans? to|scheduled|appointment|due|deadline)\b"
    rf"|(?:\b(?:is|are)|['\u2019](?:s|re))(?: (?:now|actually|only))? on (?:{DAY})\b"
    r"|(?:\b(?:am|is|are)|['\u2019](?:m|s|re)) (?:not |still |only )?\w+ing\b",
    re.IGNORECASE,
)
ENDED = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bbe )(?<!['\u2019]s )(?<!['\u2019]re )(?<!['\u2019]m )(?<!\bam )(?<!\bgetting )"
    r"\b(?!indeed|need|feed)[a-z]{2,}ed\b"
    r"|\b(?:got|bought|told|said|understood|bit|bent|bled|clung|crept|dealt|dug|dreamt|forgave|hung|knelt|laid|learnt|lit|overslept|sank"
    r"|shot|sought|stung|struck|swept|swore|wept|withdrew|spilt|burnt|quit)\b"
)
SOME = {"a couple of": 2, "a few": 3, "several": 4}  # days, about
DAYS = {"day": 1, "week": 7, "weekend": 7, "month": 30}
COARSE = ("month", "year")  # ago, nobody counts the days
STEPS = {"next": 1, "this coming": 1, "this": 0}


def when_happened(text: str, said_at: datetime, timezone: str = "UTC", about: Collection[str] = (), *, past: bool = False) -> str:
    """When what the text tells happened, in words ("on 7 May 2023"), or an empty string where it has no relative time.

    Args:
        text: What was said.
        said_at: When, aware.
        timezone: An IANA name: in which the days are counted.
        about: Stems of what is asked for: of several times that of the clause that has most of them counts, none where two have as many.
        past: Whether it is known that it is over by now, so that "on Monday" was the last one where no word and no plan says otherwise.
    """
    found = _time_of(text, about)
    if found is None:
        return ""
    day = said_at.astimezone(zone_named(timezone)).date()
    said = {name: value.casefold() for name, value in found.groupdict().items() if value}
    if "near" in said:
        return f"on {in_words(day + timedelta(days=NEAR[said['near']]))}"
    if "unit" in said:
        return _counted(said["count"], said["unit"], said["way"] == "from now", day)
    if "vague_unit" in said:
        return f"{said['vague']} {said['vague_unit']}s before {in_words(day)}"
    if "span" in said:
        return _span(said["span"], STEPS.get(said["side"], -1), day)
    name = said.get("day") or said["plain_day"]
    if said.get("side") == "next":
        return _of_next_week(name, day)
    return _weekday(name, _lies_ahead(text, found, past=past and not commitments_in(text, said_at, timezone)), day)


def day_meant(text: str, day: date) -> date | None:
    """The day that relative words mean, to the week where they are vague; None where there are none, or where they mean a year.

    Args:
        text: What was said.
        day: On which day, where it was said.
    """
    found = RELATIVE.search(text)
    if found is None:
        return None
    said = {name: value.casefold() for name, value in found.groupdict().items() if value}
    if "near" in said:
        return day + timedelta(days=NEAR[said["near"]])
    if said.get("vague_unit") == "day":
        return day - timedelta(days=SOME[said["vague"]])
    if said.get("unit") in DAYS:
        count = COUNTS.get(said["count"]) or int(said["count"])
        return day + (1 if said["way"] == "from now" else -1) * timedelta(days=count * DAYS[said["unit"]])
    if said.get("span") in DAYS:
        return day + STEPS.get(said["side"], -1) * timedelta(days=DAYS[said["span"]])
    if name := said.get("day") or said.get("plain_day"):
        return _nearest(name, _lies_ahead(text, found), day)
    return None


def means_one_day(text: str) -> bool:
    """Whether relative words mean one day: "two weeks ago" does; "last week", "a few days ago" and "two months ago" do not."""
    found = RELATIVE.search(text)
    return found is not None and not (found["span"] or found["vague_unit"] or (found["unit"] or "").lower() in COARSE)


def _time_of(text: str, about: Collection[str]) -> re.Match[str] | None:
    """The relative time of a text, of several that which belongs to what is asked for."""
    times = list(RELATIVE.finditer(text))
    if len(times) < 2 or not about:
        return times[0] if times else None
    shared = [len(set(about) & set(content(text[slice(*_clause_of(text, one))]))) for one in times]
    return times[shared.index(max(shared))] if shared.count(max(shared)) == 1 else None


def _lies_ahead(text: str, found: re.Match[str], *, past: bool = False) -> bool:
    """Whether a weekday is the one to come, by the tense of its clause or else of the whole, of several verbs by that of the last before
    it; where no tense tells, it is, unless it is known to be past."""
    side = (found["side"] or "this").casefold()
    if side != "this":
        return side in STEPS
    for begin, end in (_clause_of(text, found), (0, len(text))):
        marks = sorted((mark.end(), tense is AHEAD) for tense in (AHEAD, PAST, ENDED) for mark in tense.finditer(text.lower(), begin, end))
        before = [ahead for at, ahead in marks if at <= found.start()]
        if marks:
            return before[-1] if before else marks[0][1]
    return not past


def denies(text: str) -> bool:
    """Whether what the text tells of the time that its relative words mean is that it was not so."""
    found = RELATIVE.search(text)
    return found is not None and DENIED.search(text, *_clause_of(text, found)) is not None


def _clause_of(text: str, found: re.Match[str]) -> tuple[int, int]:
    """Where the clause in which something stands begins and ends."""
    begins = max((end.end() for end in CLAUSE_ENDS.finditer(text, 0, found.start())), default=0)
    ends = next((end.start() for end in CLAUSE_ENDS.finditer(text, found.end())), len(text))
    return begins, ends


def in_words(day: date) -> str:
    """`7 May 2023`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _counted(count: str, unit: str, ahead: bool, day: date) -> str:
    """`two weeks ago` and the like; the further away, the coarser."""
    number = COUNTS.get(count) or int(count)
    step = number if ahead else -number
    if unit == "day":
        return f"on {in_words(day + timedelta(days=step))}"
    if unit == "week":
        many = "a week" if number == 1 else f"{count} weeks"
        return f"{many} {'after' if ahead else 'before'} {in_words(day)} (around {in_words(day + timedelta(weeks=step))})"
    return f"in {_month(day, step)}" if unit == "month" else f"in {day.year + step}"


def _weekday(name: str, ahead: bool, day: date) -> str:
    """The nearest such weekday after the day, or before it."""
    then = _nearest(name, ahead, day)
    return f"on {name.capitalize()}, {in_words(then)} (the {name.capitalize()} {'after' if ahead else 'before'} {in_words(day)})"


def _of_next_week(name: str, day: date) -> str:
    """Such a weekday of the week to come, as the calendar of what is planned counts it: said on a Monday, next Tuesday is in eight days."""
    then = weekday_of_week(day, _number_of(name), 1)
    return f"on {name.capitalize()}, {in_words(then)} (in the week after {in_words(day)})"


def _nearest(name: str, ahead: bool, day: date) -> date:
    wanted = _number_of(name)
    away = (wanted - day.weekday() - 1) % 7 + 1 if ahead else (wanted - day.weekday()) % 7 - 7
    return day + timedelta(days=away)


def _number_of(name: str) -> int:
    """Of a weekday in small letters, Monday being 0."""
    return [weekday.lower() for weekday in WEEKDAYS].index(name)


def _span(span: str, step: int, day: date) -> str:
    """`last week`, `next month`, `this year`."""
    if span == "month":
        return f"in {_month(day, step)}"
    if span == "year":
        return f"in {day.year + step}"
    return f"{'on' if span == 'weekend' else 'in'} the {span} {('before', 'of', 'after')[step + 1]} {in_words(day)}"


def _month(day: date, step: int) -> str:
    """The month that lies `step` months from the day's, with its year."""
    months = day.year * 12 + day.month - 1 + step
    return f"{MONTHS[months % 12]} {months // 12}"
