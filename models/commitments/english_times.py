"""When English words say that something is: days, times of day and spans in a text, counted from a moment."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from models.commitments.calendar import at, day_of_month, day_of_year, end_of_month, midnight, next_weekday, weekday_of_week

# One character for another, so that a place in the plain text is the same place in what was said.
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": ";", "İ": "i", **dict.fromkeys("\u00a0\u202f\t\r\ue000", " ")}
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: number for number, word in enumerate(HOURS, start=1)} | {
    "a": 1, "an": 1, "a couple of": 2, "couple of": 2, "fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30, "forty": 40,
    "forty-five": 45, "ninety": 90, "a quarter": 15, "quarter": 15, "half": 30,
}  # fmt: skip
UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
TEENS = ("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth")
TWENTIES = ("twentieth", *(f"twenty-{word}" for word in UNITS), "thirtieth", "thirty-first")
ORDINALS = {word: number for number, word in enumerate((*UNITS, *TEENS, *TWENTIES), start=1)}
HOLIDAYS = {
    "new year's day": (1, 1), "valentine's day": (2, 14), "halloween": (10, 31), "christmas eve": (12, 24), "christmas day": (12, 25),
    "christmas": (12, 25), "boxing day": (12, 26), "new year's eve": (12, 31),
}  # fmt: skip
PARTS = {"nite": "night", "arvo": "afternoon", "tonight": "night", "tonite": "night"}
# When a part of the day is over.
OVER = {"morning": 12, "afternoon": 18, "evening": 24, "night": 24}

DAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|saturday|sunday"
    r"|(?:(?<=on )|(?<=this )|(?<=next )|(?<=by )|(?<=for ))(?:wed|sat|sun)|(?:wed|sat|sun)(?= (?:\d|morning|afternoon|evening|night)))"
)
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)"
)
HOUR = rf"(?:[01]?\d|2[0-4]|{'|'.join(sorted(HOURS, reverse=True))})"
COUNT = rf"(?:\d{{1,3}}|an?|{'|'.join(HOURS)}|fifteen|twenty|thirty|forty-five|forty|ninety|(?:a )?couple of)"
LENGTH = r"(?:minute|min|hour|hr|h|day|week|wk|fortnight|month|year)s?"
NTH = r"(?:st|nd|rd|th)"
TO = r"(?: ?- ?| to | through | thru | until | till )"
# What may follow a bare number that is a time or a day: "at 3 with Tom", not "at 3 restaurants".
NEXT = (
    r"(?= ?(?:$|[\n.,;:!?()/-](?!\d)|[^\x00-\x7f]| (?:a|again|already|and|as|at|because|bc|but|by|can|coz|cuz|due|each|for|from|he|here"
    r"|his|her|i|i'd|i'll|i'm|i've|if|in|instead|is|it|it's|latest|lol|my|near|next|of|on|onwards?|or|our|outside|pls|please|pm|sharp|she|so"
    r"|that|the|then|there|they|this|though|till|to|today|tonight|tomorrow|tmrw|under|until|via|w|was|we|we'll|we're|when|where|which|will"
    rf"|with|works|you|your|{DAY})\b))"
)
HALF = rf"[ap](?:m\b|\.m\b(?:\.(?=[,;)]|{NEXT}))?)"
ORDINAL = "|".join(sorted(ORDINALS, reverse=True))


def _clock_pattern(side: str) -> str:
    """A time of day; its groups are named with the side of a range before their names."""
    minute = rf"(?P<{side}mark>[:.h])(?P<{side}minute>[0-5]\d)(?!\d)| (?P<{side}spelled>fifteen|thirty|forty-five)"
    return rf"(?P<{side}hour>{HOUR})(?:{minute})?(?: ?(?P<{side}half>{HALF})| ?(?P<{side}even>o'?clock)\b)?"


PATTERNS = {
    "length": rf"in (?:about |around |exactly |just |like )?(?:(?P<half_hour>half an? hour)|(?P<count>{COUNT})(?P<more> and a half)? ?"
    rf"(?P<unit>{LENGTH})\b(?P<more_after> and a half)?)(?:'? time)?|(?P<from_count>{COUNT}) (?P<from_unit>{LENGTH}) "
    rf"from (?P<base>now|today|tomorrow|(?:this |next )?{DAY})",
    "past": rf"yesterday|(?:earlier|so far) (?:today|this (?:week|month|year|morning))|last (?:night|week|weekend|month|year|time"
    rf"|spring|summer|autumn|fall|winter|{DAY}|{MONTH})|(?:{COUNT}|a few|several|many|some) {LENGTH} (?:ago|back)",
    "iso": r"(?P<iso_year>20\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)",
    "month_day": rf"(?P<month>{MONTH})\.? (?:the )?(?P<day>\d{{1,2}}){NTH}?(?:{TO}(?:the )?(?:(?P<last_month>{MONTH})\.? )?"
    rf"(?P<last>\d{{1,2}}){NTH}?(?! ?(?:[ap]\.?m\b|[:\d]|o'?clock)))?(?:,? (?P<year>(?:19|20)\d\d))?(?! ?[ap]\.?m\b|[\d:%]|[.,/]\d)",
    "day_month": rf"(?:the )?(?:(?P<first>\d{{1,2}}){NTH}?(?: (?P<first_month>{MONTH}))?{TO}(?:the )?)?(?:(?P<of_day>\d{{1,2}}){NTH}?|"
    rf"(?P<spelt>{ORDINAL}))(?: of)? (?P<of_month>{MONTH})\b(?! \d{{1,2}}{NTH})(?:,? (?P<of_year>(?:19|20)\d\d))?",
    "nth": rf"(?:(?P<sure>on the |the |on )?(?P<nth>\d{{1,2}}){NTH}|(?P<sure_spelt>on the |by the |until the )(?P<nth_spelt>{ORDINAL}))"
    rf"(?:{TO}(?:the )?(?P<nth_last>\d{{1,2}}){NTH})?(?:(?: of)? (?P<of>the|this|next) month)?{NEXT}",
    "slash": r"(?P<one>\d{1,2})/(?P<other>\d{1,2})(?:/(?P<slash_year>20\d\d|\d\d))?(?![\d/])",
    "end_of": rf"(?:the )?(?:very )?(?:end|last day) of (?:(?P<end_side>the|this|next) )?(?P<end_unit>day|week|month|year|{MONTH})"
    r"|(?P<short>eod|cob|eow|eom)",
    "weekend": r"(?:(?P<weekend_side>this coming|this|next|the) )?weekend(?P<weekends>s)?",
    "holiday": "|".join(sorted(HOLIDAYS, reverse=True)).replace("'", "'?"),
    "week": r"(?:the )?(?P<next_but_one>week after next)|next week|(?P<this>this week)",
    "vague": rf"(?:next|this) (?:month|year|spring|summer|autumn|fall|winter|{MONTH})",
    "weekday": rf"(?P<later>(?:a )?week (?:on|from) )?(?:(?P<side>this coming|this|next|coming) )?(?<!black )(?<!good )(?<!easter )"
    rf"(?P<weekday>{DAY})(?:(?P<plural>s)\b|\b)(?: (?P<tail>week\b|after next|(?:of |the )?next week|this week))?",
    "near": r"(?:the )?(?P<after>day after tom+or+ow)|(?P<near>tom+or+ow|tmrw|tmr|tmw|tomoz|2moro|today|tonight|tonite)"
    r"|this (?P<near_part>morning|afternoon|evening|arvo)",
    "part": r"(?P<in>in the |at |first thing in the |early |late )?(?P<part>morning|afternoon|evening|night|nite|arvo)",
    "named": r"(?P<name>noon|midday|midnight)(?:(?: to | ?- ?| until | till | and )(?P<named_until>\d{1,2})(?: ?pm)?)?",
    "fraction": rf"(?P<minutes>half|(?:a )?quarter|five|ten|twenty|twenty-five|20|25)(?: minutes)?(?: (?P<way>past|to|before))? "
    rf"(?P<whole>{HOUR})\b(?: ?(?P<whole_half>[ap]\.?m\b))?",
    "clock": rf"{_clock_pattern('')}(?:(?:{TO}| and )(?:{_clock_pattern('until_')}|(?P<until_name>noon|midday|midnight)))?(?:ish)?",
}  # fmt: skip
PHRASE = re.compile(
    r"(?<![\w$£€¥#])(?<!\d[.,:/-])(?:" + "|".join(f"(?P<{name}_>{pattern})" for name, pattern in PATTERNS.items()) + r")(?!\w)"
)
LEAD = re.compile(
    r"(?:\b(?:by no later than|no later than|not later than|latest by|over the|during the|by|before|until|till|til|since|at|on|around"
    r"|about|from|between|starting|circa|(?<!instead )of|the)|[@~]) ?(?:\b(?:the|about|around|at|on|from) )?$"
)
LIMIT = re.compile(r"\b(?:by|before|no later than|not later than|latest)\b")
TILL = re.compile(r"\b(?:until|till|til)\b")
GLUE = re.compile(r"(?:[ ,(@-]|\b(?:on|at|from|between|around|about|of|the|in|starting|for|by|before|sharp)\b)*")
SPAN = re.compile(TO)
LATEST = re.compile(r"[ ,]*(?:at the |the )?(?:very )?latest\b")
FOLLOWED = re.compile(NEXT)
BARE_LEAD = re.compile(
    r"(?:\b(?:at|by|around|until|till|til|after|before"
    r"|(?:moved|pushed|postponed|delayed|rescheduled|shifted|brought)(?: it)?(?: back| forward| up)? to)|[@~]) ?$"
)
RANGE_LEAD = re.compile(r"\b(?:from|between|at) ?$")
BESIDE_SLASH = re.compile(r",? (?:at |@ ?)?\d{1,2}(?:[:.h]\d\d| ?[ap]\.?m)")
NAMES_A_DAY = re.compile(rf" (?:in the (?:morning|afternoon|evening)|at night|tom+or+ow|tmrw|today|tonight|this|(?:on )?(?:next )?{DAY})\b")


@dataclass(frozen=True)
class Clock:
    """A time of day as it was said; `half` is "am", "pm", "24" for a clock of 24 hours, or empty where it is left to sense."""

    hour: int
    minute: int = 0
    half: str = ""


@dataclass(frozen=True)
class TimePhrase:
    """Words that name a time.

    Attributes:
        begin: Where they begin in the text.
        end: Where they end.
        day: The day, or the first of several.
        last: The last of several days.
        weekday: The day of the week that was named, Monday being 0.
        week: How many weeks after this one, where a week was named.
        clock: The time of day, or the first of two.
        until: The time of day at which it ends.
        part: Morning, afternoon, evening, night; or "end" for the end of the day.
        moment: A time counted from now: "in an hour".
        sure: Whether the words can mean nothing else; a bare number needs something beside it.
        limit: Whether something is to be done by then.
        till: Whether something lasts until then.
        past: Whether they name a time before now.
        habit: Whether they name a day that comes again and again.
    """

    begin: int
    end: int
    day: date | None = None
    last: date | None = None
    weekday: int | None = None
    week: int | None = None
    clock: Clock | None = None
    until: Clock | None = None
    part: str = ""
    moment: datetime | None = None
    sure: bool = True
    limit: bool = False
    till: bool = False
    past: bool = False
    habit: bool = False


@dataclass(frozen=True)
class Stretch:
    """When something begins and ends."""

    start: datetime
    end: datetime | None
    all_day: bool


def plain(text: str) -> str:
    """The text in lower case with plain marks, letter for letter as long as it was."""
    return text.translate(PLAIN).lower()


def time_phrases(text: str, here: datetime) -> list[TimePhrase]:
    """The times that a plain text names, in order; what belongs together ("Friday", "at 3") is one."""
    found: list[TimePhrase] = []
    for match in PHRASE.finditer(text):
        read = READERS[cast(str, match.lastgroup)[:-1]](match, here)
        phrase = read and _led(read, text)
        if phrase is None:
            continue
        before = found[-1] if found else None
        together = before and _joined(before, phrase, text[before.end : phrase.begin], here.date())
        if together:
            found[-1] = together
        elif phrase.sure:
            found.append(phrase)
    return found


def linked(day: TimePhrase, clock: TimePhrase) -> TimePhrase | None:
    """The day at a time that was told elsewhere in the sentence, in the place of the day; None where they do not go together."""
    if day.day is None or day.clock or day.last or day.past or day.habit or not is_clock_alone(clock) or clock.limit != day.limit:
        return None
    return replace(day, clock=clock.clock, until=clock.until, part=clock.part or day.part)


def stretch_of(phrase: TimePhrase, here: datetime, evening: bool = False) -> Stretch | None:
    """When a phrase is; None where it is over at `here`, or names no day.

    Args:
        phrase: What was said.
        here: The moment, in the user's zone.
        evening: Whether it is of a kind that takes place in the evening.
    """
    zone, today = cast(ZoneInfo, here.tzinfo), here.date()
    if phrase.past or phrase.habit:
        return None
    if phrase.moment:
        return Stretch(phrase.moment, None, False)
    day = phrase.day or _unsaid_day(phrase, here)
    if day is None or (phrase.last or day) < today:
        return None
    if phrase.clock is None:
        last = midnight(phrase.last + timedelta(days=1), zone) if phrase.last else None
        return None if day == today and OVER.get(phrase.part, 24) <= here.hour else Stretch(midnight(day, zone), last, True)
    start, end = _hours(phrase.clock, phrase.until, phrase.part, evening, here if day == today else None)
    begins = _on(day, start, zone)
    if begins < here and phrase.day is None:
        day, begins = day + timedelta(days=1), _on(day + timedelta(days=1), start, zone)
    ends = end and _on(day, end, zone)
    return Stretch(begins, ends, False) if (ends or begins) > here else None


def _unsaid_day(phrase: TimePhrase, here: datetime) -> date | None:
    """The day of a time of day alone; in the evening "in the morning" is tomorrow's."""
    if phrase.week is not None or not (phrase.clock or phrase.part):
        return None
    return here.date() + timedelta(days=int(OVER.get(phrase.part, 24) <= here.hour or (phrase.part == "morning" and here.hour > 11)))


def _on(day: date, clock: tuple[int, int], zone: ZoneInfo) -> datetime:
    """A time of day, counted on beyond 24 into the next day."""
    return at(day + timedelta(days=clock[0] // 24), clock[0] % 24, clock[1], zone)


def _hours(
    clock: Clock, until: Clock | None, part: str, evening: bool, now: datetime | None
) -> tuple[tuple[int, int], tuple[int, int] | None]:
    """The hours of a day that a time or a range means; `now` where the day is today."""
    if until is None:
        return (_hour(clock, part, evening, now), clock.minute), None
    if not clock.half and until.half in ("am", "pm"):
        ends = (_hour(until, part, evening, now), until.minute)
        starts = (_hour(replace(clock, half=until.half), part, evening, now), clock.minute)
        if starts >= ends:
            starts = (_hour(replace(clock, half="am"), "", evening, now), clock.minute)
        return starts, ends if ends > starts else (ends[0] + 24, ends[1])
    starts = (_hour(clock, part if not until.half else "", evening, now), clock.minute)
    hours = [_hour(until, "", evening, now)] if until.half else [until.hour % 12, until.hour % 12 + 12]
    later = [(hour, until.minute) for hour in (*hours, *(hour + 24 for hour in hours)) if (hour, until.minute) > starts]
    return starts, min(later, default=None)


def _hour(clock: Clock, part: str, evening: bool, now: datetime | None) -> int:
    """The hour of 24 (24 itself for midnight), by what was said or else by sense."""
    hour = clock.hour % 12
    if clock.half == "24":
        return clock.hour
    if clock.half or part in ("morning", "afternoon"):
        return hour + (12 if clock.half == "pm" or (not clock.half and part == "afternoon") else 0)
    if part in ("evening", "night"):
        return 24 if hour == 0 else hour + (24 if part == "night" and hour < 4 else 12)
    over = now is not None and (hour, clock.minute) <= (now.hour, now.minute)
    return hour + 12 if hour < 7 or evening or over else hour


def _led(phrase: TimePhrase, text: str) -> TimePhrase | None:
    """The phrase with the words before it that belong to it, and what they say of it; None for a number that counts something."""
    if not phrase.sure and phrase.clock and not FOLLOWED.match(text, phrase.end):
        return None
    before = text[max(0, phrase.begin - 30) : phrase.begin]
    lead = LEAD.search(before)
    words = lead.group() if lead else ""
    sure = phrase.sure
    if not sure and phrase.clock:
        sure = bool((RANGE_LEAD if phrase.until else BARE_LEAD).search(before) or NAMES_A_DAY.match(text, phrase.end))
    latest = LATEST.match(text, phrase.end)
    return replace(
        phrase, begin=phrase.begin - len(words), end=latest.end() if latest else phrase.end, sure=sure or bool(phrase.day and words),
        limit=bool(LIMIT.search(words) or latest), till=bool(TILL.search(words)), past=phrase.past or "since" in words.split(),
    )  # fmt: skip


def _joined(first: TimePhrase, second: TimePhrase, gap: str, today: date) -> TimePhrase | None:
    """Two phrases that stand together as one, or None."""
    if first.moment or second.moment or len(gap) > 24:
        return None
    if SPAN.fullmatch(gap) or (second.till and not gap.strip()):
        return _from_to(first, second)
    if not GLUE.fullmatch(gap) or (not second.sure and gap.strip(" ,") and not second.clock):
        return None
    if first.clock and second.clock:
        return None
    day, weekday, week = first.day or second.day, first.weekday, first.week
    if first.day and second.day:
        if first.day != second.day and (first.weekday is None) == (second.weekday is None):
            return None
        day = second.day if first.weekday is not None else first.day
    weekday = second.weekday if weekday is None else weekday
    week = second.week if week is None else week
    if week is not None and weekday is not None:
        day = weekday_of_week(today, weekday, week)
    last = first.last or second.last
    if last and day and last < day:
        last = None
    return TimePhrase(
        first.begin, second.end, day, last, weekday, week, first.clock or second.clock, first.until or second.until,
        second.part or first.part, None, True, first.limit or second.limit, first.till or second.till, first.past or second.past,
        first.habit or second.habit,
    )  # fmt: skip


def _from_to(first: TimePhrase, second: TimePhrase) -> TimePhrase | None:
    """From one to the other, both days or both times of day."""
    if first.clock and second.clock and first.until is None and second.day is None:
        return replace(first, end=second.end, until=second.clock, part=first.part or second.part)
    if first.day and second.day and not (first.clock or second.clock or first.last):
        last = second.day if second.day > first.day else second.day + timedelta(days=7 if second.weekday is not None else 0)
        return replace(first, end=second.end, last=last) if last > first.day else None
    return None


def is_clock_alone(phrase: TimePhrase) -> bool:
    """Whether a phrase tells a time of day and no day."""
    return phrase.clock is not None and phrase.day is None and phrase.week is None


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else NUMBERS[word]


def _length(match: re.Match[str], here: datetime) -> TimePhrase | None:
    """ "In two hours", "three days from now", "a week from Friday"."""
    begin, end = match.span()
    if match["half_hour"]:
        return TimePhrase(begin, end, moment=_later(here, 30))
    number, unit = _number(match["count"] or match["from_count"]), (match["unit"] or match["from_unit"]).rstrip("s")
    half = 0.5 if match["more"] or match["more_after"] else 0
    if unit in ("minute", "min", "hour", "hr", "h"):
        minutes = (number + half) * (1 if unit.startswith("m") else 60)
        return TimePhrase(begin, end, moment=_later(here, minutes)) if minutes > 1 else None
    base = match["base"] or "now"
    start = here.date() + timedelta(days=int(base == "tomorrow"))
    if base[-3:] != "now" and base not in ("today", "tomorrow"):
        start = _day_named(start, base.split()[-1], base.split()[0] if " " in base else "")
    return TimePhrase(begin, end, _days_on(start, number, unit))


def _later(here: datetime, minutes: float) -> datetime:
    """So many minutes on, not by the clock on the wall: it may skip."""
    zone = cast(ZoneInfo, here.tzinfo)
    return (here.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)).astimezone(zone)


def _days_on(day: date, number: int, unit: str) -> date:
    if unit in ("month", "year"):
        months = number * (12 if unit == "year" else 1)
        return day_of_month(day, day.day, months) or end_of_month(day, months)
    return day + timedelta(days=number * {"day": 1, "week": 7, "wk": 7, "fortnight": 14}[unit])


def _past(match: re.Match[str], here: datetime) -> TimePhrase:
    return TimePhrase(*match.span(), past=True)


def _iso(match: re.Match[str], here: datetime) -> TimePhrase | None:
    return _dated(match, _date(here.date(), int(match["iso_month"]), int(match["iso_day"]), match["iso_year"]))


def _month_day(match: re.Match[str], here: datetime) -> TimePhrase | None:
    month, today = MONTHS.index(match["month"][:3]) + 1, here.date()
    first = _date(today, month, int(match["day"]), match["year"])
    last_month = MONTHS.index(match["last_month"][:3]) + 1 if match["last_month"] else month
    return _dated(match, first, match["last"] and _date(first or today, last_month, int(match["last"]), match["year"]))


def _day_month(match: re.Match[str], here: datetime) -> TimePhrase | None:
    month, today = MONTHS.index(match["of_month"][:3]) + 1, here.date()
    day = ORDINALS[match["spelt"]] if match["spelt"] else int(match["of_day"])
    if match["first"] is None:
        return _dated(match, _date(today, month, day, match["of_year"]))
    first_month = MONTHS.index(match["first_month"][:3]) + 1 if match["first_month"] else month
    first = _date(today, first_month, int(match["first"]), match["of_year"])
    return _dated(match, first, _date(first or today, month, day, match["of_year"]))


def _date(today: date, month: int, day: int, year: str | None) -> date | None:
    if year is None:
        return day_of_year(today, month, day)
    # With its year it may be past: then it is no date to come, but still no number.
    return day_of_year(date(int(year) + (2000 if len(year) == 2 else 0), 1, 1), month, day)


def _dated(match: re.Match[str], first: date | None, last: date | str | None = None) -> TimePhrase | None:
    after = last if isinstance(last, date) and first and last > first else None
    return TimePhrase(*match.span(), day=first, last=after) if first else None


def _nth(match: re.Match[str], here: datetime) -> TimePhrase | None:
    """ "The 15th", "the 3rd to the 7th", "the 10th of next month"."""
    number = ORDINALS[match["nth_spelt"]] if match["nth_spelt"] else int(match["nth"])
    first = day_of_month(here.date(), number, int(match["of"] == "next"))
    phrase = _dated(match, first, match["nth_last"] and day_of_month(first or here.date(), int(match["nth_last"])))
    return phrase and replace(phrase, sure=bool(match["sure"] or match["sure_spelt"]))


def _slash(match: re.Match[str], here: datetime) -> TimePhrase | None:
    """ "5/15", in the Americas; elsewhere the day comes first, unless it cannot."""
    one, other = int(match["one"]), int(match["other"])
    american = cast(ZoneInfo, here.tzinfo).key.startswith(("America/", "US/"))
    month, day = (one, other) if (american or other > 12) and one <= 12 else (other, one)
    phrase = _dated(match, _date(here.date(), month, day, match["slash_year"]))
    return phrase and replace(phrase, sure=match["slash_year"] is not None or bool(BESIDE_SLASH.match(match.string, match.end())))


def _end_of(match: re.Match[str], here: datetime) -> TimePhrase | None:
    """The last day of a week (Friday), a month or a year."""
    today, unit = here.date(), {"eow": "week", "eom": "month", "eod": "day", "cob": "day"}.get(match["short"] or "", match["end_unit"])
    later = int(match["end_side"] == "next")
    if unit == "day":
        return TimePhrase(*match.span(), part="end")
    if unit == "week":
        return _dated(match, weekday_of_week(today, 4, later if later or today.weekday() < 5 else 1))
    if unit == "month":
        return _dated(match, end_of_month(today, later))
    if unit == "year":
        return _dated(match, date(today.year + later, 12, 31))
    return _dated(match, end_of_month(today, (MONTHS.index(unit[:3]) + 1 - today.month) % 12))


def _weekend(match: re.Match[str], here: datetime) -> TimePhrase:
    today = here.date()
    saturday = weekday_of_week(today, 5, int(match["weekend_side"] == "next"))
    return TimePhrase(*match.span(), day=max(saturday, today), last=saturday + timedelta(days=1), habit=bool(match["weekends"]))


def _holiday(match: re.Match[str], here: datetime) -> TimePhrase | None:
    named = {name.replace("'", ""): day for name, day in HOLIDAYS.items()}
    return _dated(match, day_of_year(here.date(), *named[match.group().replace("'", "")]))


def _week(match: re.Match[str], here: datetime) -> TimePhrase:
    return TimePhrase(*match.span(), week=2 if match["next_but_one"] else int(match["this"] is None))


def _vague(match: re.Match[str], here: datetime) -> TimePhrase:
    return TimePhrase(*match.span())


def _weekday(match: re.Match[str], here: datetime) -> TimePhrase:
    weeks = {"week": 7, "after next": 7}.get(match["tail"] or "", 7 if match["later"] else 0)
    day = _day_named(here.date(), match["weekday"], match["side"] or "") + timedelta(days=weeks)
    if match["tail"] and match["tail"].endswith(("next week", "this week")):
        day = weekday_of_week(here.date(), DAYS.index(match["weekday"][:3]), int("next" in match["tail"]))
    return TimePhrase(*match.span(), day=day, weekday=DAYS.index(match["weekday"][:3]), habit=match["plural"] is not None)


def _day_named(today: date, name: str, side: str) -> date:
    number = DAYS.index(name[:3])
    if side == "next":
        return weekday_of_week(today, number, 1)
    return today if side == "this" and number == today.weekday() else next_weekday(today, number)


def _near(match: re.Match[str], here: datetime) -> TimePhrase:
    said = match["near"] or ""
    ahead = 2 if match["after"] else int(said not in ("", "today", "tonight", "tonite"))
    part = match["near_part"] or said
    part = PARTS.get(part, part)
    return TimePhrase(*match.span(), day=here.date() + timedelta(days=ahead), part=part if part in OVER else "")


def _part(match: re.Match[str], here: datetime) -> TimePhrase:
    """A part of the day; alone it is a time only as "in the morning"."""
    part = match["part"]
    alone = (match["in"] or "").startswith(("in", "first")) and part in ("morning", "afternoon", "evening")
    return TimePhrase(*match.span(), part=PARTS.get(part, part), sure=alone)


def _named(match: re.Match[str], here: datetime) -> TimePhrase:
    until = Clock(int(match["named_until"]), half="pm") if match["named_until"] else None
    return TimePhrase(*match.span(), clock=_clock_named(match["name"]), until=until)


def _clock_named(name: str) -> Clock:
    return Clock(24 if name == "midnight" else 12, half="24")


def _fraction(match: re.Match[str], here: datetime) -> TimePhrase | None:
    """ "Half past seven", "ten to nine"; "half seven" is half past."""
    way, whole = match["way"], _number(match["whole"])
    if way is None and not match["minutes"].startswith("half"):
        return None
    minutes = _number(match["minutes"]) * (1 if way in (None, "past") else -1)
    hour = whole if minutes > 0 else (whole - 2) % 12 + 1
    clock = Clock(hour, minutes % 60, _half(match["whole_half"], hour, match["whole"]))
    return TimePhrase(*match.span(), clock=clock, sure=way is not None)


def _clock(match: re.Match[str], here: datetime) -> TimePhrase | None:
    """ "3pm", "15:00", "seven o'clock", "2 to 4 pm"; a bare number is not sure to be a time."""
    clock, until = _read_clock(match, ""), None
    if match["until_hour"]:
        until = _read_clock(match, "until_")
    elif match["until_name"]:
        until = _clock_named(match["until_name"])
    if clock is None or (match["until_hour"] and until is None):
        return None
    marks = ("mark", "half", "even", "until_mark", "until_half", "until_even", "until_name")
    return TimePhrase(*match.span(), clock=clock, until=until, sure=any(match[mark] and match[mark] != "." for mark in marks))


def _read_clock(match: re.Match[str], side: str) -> Clock | None:
    word, minute = match[f"{side}hour"], match[f"{side}minute"] or match[f"{side}spelled"]
    hour, half = _number(word), match[f"{side}half"]
    if half and not 1 <= hour <= 12:
        return None
    return Clock(hour, _number(minute) if minute else 0, _half(half, hour, word))


def _half(said: str | None, hour: int, word: str) -> str:
    if said:
        return said.replace(".", "")
    return "24" if hour > 12 or hour == 0 or word.startswith("0") else ""


READERS = {
    "length": _length, "past": _past, "iso": _iso, "month_day": _month_day, "day_month": _day_month, "nth": _nth, "slash": _slash,
    "end_of": _end_of, "weekend": _weekend, "holiday": _holiday, "week": _week, "vague": _vague, "weekday": _weekday, "near": _near,
    "part": _part, "named": _named, "fraction": _fraction, "clock": _clock,
}  # fmt: skip
