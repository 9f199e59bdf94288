"""What stands before each message of a chat exported as text: its date and clock time, as phones of many languages write them.

    12/31/23, 9:41 PM - Ann: hello               Android, month first
    31.12.23, 21:41 - Ann: hello                 Android, day first
    [31/12/2023, 21:41:05] Ann: hello            iPhone
    2023. 12. 31. 오후 9:41 - 앤: 안녕             Korean, also 23. 12. 31. 21:41
    2023년 12월 31일 오후 9:41, 앤 : 안녕          KakaoTalk on Android
    2023. 12. 31. 오후 9:41, 앤 : 안녕             KakaoTalk on an iPhone; before its notices 2023. 12. 31. 오후 9:41: …
    2023/12/31 21:41 - アン: こんにちは            Japanese

Digits may be of any script, spaces of any width, and marks that set the direction of writing stand nearly everywhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Literal, NamedTuple

Order = Literal["day, month, year", "month, day, year", "year, month, day"]
ORDERS: tuple[Order, ...] = ("day, month, year", "month, day, year")

MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
GAP = rf"[\s{MARKS}]"
SOME = rf"{GAP}{{0,3}}"  # bounded, as a line may be nothing but spaces
AFTERNOON = {"am": 0, "pm": 12, "ص": 0, "م": 12, "πμ": 0, "μμ": 12, "오전": 0, "오후": 12, "午前": 0, "午後": 12, "上午": 0, "下午": 12}
KOREAN = ("오전", "오후")
KAKAOTALK_ENDS = ("", ",", ":")
# The exporters are younger than 2009: an older year belongs to another calendar, and a later one too.
YEARS = range(2009, 2100)
STAMP = re.compile(
    rf"""
    {SOME}(?P<bracket>\[)?(?P<korean>(?=\d\d\.{GAP}\d{{1,2}}\.{GAP}\d{{1,2}}\.))?
    (?P<first>\d{{1,4}}){SOME}(?P<mark>[./-]|[년年]){SOME}(?P<second>\d{{1,2}}){SOME}(?:[./-]|[월月]){SOME}(?P<third>\d{{1,4}})
    {SOME}(?:[일日.]|г\.)?[,،]?{SOME}(?:(?:klo|kl\.|um|at|às|à|a\ las|alle){GAP})?
    (?P<before>오전|오후|午前|午後|上午|下午)?{SOME}
    (?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?:[:.](?P<sec>\d{{2}}))?
    (?:{SOME}(?P<after>[AaPp]\.?{GAP}?[Mm]\b\.?|ص|م|[πμ]\.?μ\.?))?
    (?P<end>{SOME}\]\s?|{GAP}{{1,3}}[-–]\s|[,:]\s|{SOME}$)
    """,
    re.VERBOSE,
)


class Shape(NamedTuple):
    """What all stamps of one export have in common. A line with one of another shape is of a chat that somebody copied into a message.

    Attributes:
        bracket: Whether it stands in brackets.
        mark: The sign within the date.
        year_first: Whether the first number is the year.
        kakaotalk: Whether it ends as in KakaoTalk, with neither a bracket nor a dash.
    """

    bracket: bool
    mark: str
    year_first: bool
    kakaotalk: bool


@dataclass(frozen=True)
class Stamp:
    """The date and the time before a message.

    Attributes:
        numbers: The three numbers of the date, as they stand.
        clock: The time of day.
        shape: How it is written.
        end: Where in the line the message begins.
    """

    numbers: tuple[int, int, int]
    clock: time
    shape: Shape
    end: int

    def moment(self, order: Order) -> datetime | None:
        """The local time, without a zone; None where there is no such date."""
        first, second, third = self.numbers
        by_order = {ORDERS[0]: (third, second, first), ORDERS[1]: (third, first, second)}
        year, month, day = by_order.get(order, self.numbers)
        year += 2000 if year < 100 else 0
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        return datetime.combine(found, self.clock) if year in YEARS else None


def stamp_of(line: str) -> Stamp | None:
    """The stamp that a line begins with, or None."""
    match = STAMP.match(line)
    clock = _clock(match) if match else None
    if not match or not clock or not _whole(match):
        return None
    numbers = (int(match["first"]), int(match["second"]), int(match["third"]))
    year_first = len(match["first"]) > 2 or match["before"] in KOREAN or match["korean"] is not None
    kakaotalk = match["end"].strip() in KAKAOTALK_ENDS
    return Stamp(numbers, clock, Shape(bool(match["bracket"]), match["mark"], year_first, kakaotalk), match.end())


def _clock(match: re.Match[str]) -> time | None:
    """The time of day: of twelve hours where a half of the day is named, else of twenty-four."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["sec"] or 0)
    half = re.sub(rf"[.]|{GAP}", "", match["before"] or match["after"] or "").lower()
    if half and hour > 12:
        return None
    try:
        return time(hour % 12 + AFTERNOON[half] if half else hour, minute, second)
    except ValueError:
        return None


def _whole(match: re.Match[str]) -> bool:
    """Whether the end fits the beginning; KakaoTalk alone ends with a comma or a colon, and has dates on lines of their own."""
    end = match["end"].strip()
    if match["bracket"] or "]" in end:
        return bool(match["bracket"]) and "]" in end
    return end in ("-", "–") or match["mark"] == "년" or (end in (",", ":") and match["before"] in KOREAN)


def order_of(stamps: Sequence[Stamp]) -> Order | None:
    """The order of day, month and year that all dates of an export have, or None where two orders are equally possible.

    The right order gives the fewest dates that do not exist (there is no 31st month), and of two such orders the one in which
    the export goes back in time the least often.
    """
    if all(stamp.shape.year_first for stamp in stamps):
        return "year, month, day"
    fits = {order: _misfits([stamp.moment(order) for stamp in stamps]) for order in ORDERS}
    best, other = sorted(ORDERS, key=lambda order: fits[order])
    return None if fits[best] == fits[other] else best


def _misfits(moments: Sequence[datetime | None]) -> tuple[int, int]:
    """How many are none, and how often a day is before the one that was said just before it."""
    days = [moment.date() for moment in moments if moment]
    return len(moments) - len(days), sum(later < earlier for earlier, later in pairwise(days))
