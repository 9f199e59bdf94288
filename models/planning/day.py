"""The arithmetic of a planned day: whatever a mind proposes becomes a plan without overlap or gap.

Nothing is stored here and no language is read. All times are reckoned in UTC: Python subtracts two clock times of one zone as if its
clock were never put forward or back.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from models.commitments.calendar import at, midnight

FREE = "nothing planned"
LEAST = timedelta(minutes=5)
_MINUTE = timedelta(minutes=1)
_NIGHT = timedelta(hours=12)


@dataclass(frozen=True)
class Span:
    """From a moment up to another, which no longer belongs to it; kept in UTC.

    Raises:
        ValueError: It does not end after it begins, or a moment has no zone.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A span needs moments with a time zone.")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError(f"A span from {self.start:%F %T} cannot end at {self.end:%F %T}.")

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def minutes(self) -> float:
        """Its length in minutes."""
        return self.length / _MINUTE

    def contains(self, moment: datetime) -> bool:
        """Whether the moment lies in it; its end does not."""
        return self.start <= moment < self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether some moment lies in both."""
        return self.start < other.end and other.start < self.end

    def within(self, other: "Span") -> "Span | None":
        """The part of it that lies in the other, or None where they do not overlap."""
        return Span(max(self.start, other.start), min(self.end, other.end)) if self.overlaps(other) else None

    def without(self, other: "Span") -> "list[Span]":
        """The parts of it that lie before and after the other: none, one or two."""
        if not self.overlaps(other):
            return [self]
        before = [Span(self.start, other.start)] if self.start < other.start else []
        return before + ([Span(other.end, self.end)] if other.end < self.end else [])

    def up_to(self, other: "Span") -> "Span":
        """The two of them and all that lies between."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True)
class Stroke:
    """One thing in a plan.

    Attributes:
        what: What is done, in words.
        span: When.
        place: Where, or empty.
        id: The id of the stored item, or empty where there is none yet; a commitment has one.
        fixed: Whether it is a commitment, which a plan is made around.
    """

    what: str
    span: Span
    place: str = ""
    id: str = ""
    fixed: bool = False


def day_span(day: date, zone: ZoneInfo) -> Span:
    """From the midnight at which a day begins in a zone to the next: mostly 24 hours, 23 or 25 where the clock is changed.

    Raises:
        ValueError: The zone skipped that day, as Samoa did 30 December 2011.
    """
    return Span(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def day_at(moment: datetime, zone: ZoneInfo) -> date:
    """The day whose span contains the moment.

    This is the date on the clock, but where a clock is put back over midnight and shows the day before for a second time.
    """
    today = moment.astimezone(zone).date()
    days = [today + timedelta(days=off) for off in (-1, 0, 1)]
    return max(day for day in days if midnight(day, zone).astimezone(UTC) <= moment)


def clock_on(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """When a clock shows a time, such as "7:30", on a day, in UTC; "24:00" is the next midnight.

    A time that the zone skips is moved on as `calendar.at` does; of one that comes twice it is the first.

    Raises:
        ValueError: It is no time of a clock.
    """
    hour, minute = _hour_and_minute(clock)
    when = midnight(day + timedelta(days=1), zone) if hour == 24 else at(day, hour, minute, zone)
    return when.astimezone(UTC)


def clock_span(day: date, start: str, end: str, zone: ZoneInfo) -> Span | None:
    """What a mind says of a time on a day, "9:00" and "10:30"; None where that is no time.

    An end on the clock before its start, at most twelve hours later, lies on the next day: "22:30" to "6:00".
    """
    try:
        overnight = _hour_and_minute(end) < _hour_and_minute(start)
        begins = clock_on(day, start, zone)
        ends = clock_on(day + timedelta(days=overnight), end, zone)
    except ValueError:
        return None
    return Span(begins, ends) if begins < ends and not (overnight and ends - begins > _NIGHT) else None


def fitted(proposed: Sequence[Stroke], within: Span, fixed: Sequence[Stroke] = (), free: str = FREE) -> list[Stroke]:
    """A sound plan made of what was proposed: in order, without overlap, covering the time exactly.

    Of two proposals that overlap, the one that begins later (of two that begin together, the shorter) interrupts the other, which
    goes on after it; proposals without words are left out. Commitments come by `fixed` alone (those among the proposals belong to an
    older plan) and stand `side_by_side`; proposals are cut around them. A piece under five minutes is dropped; a gap under five
    minutes goes to the neighbour before it, else to the one after it, but never to a commitment; any other gap is a stroke `free`.
    Neighbours of the same words and place become one. An id stays with the first piece of what it named; a commitment's with all.

    Args:
        proposed: The strokes that a mind proposes, in any order and of any times.
        within: The time to plan.
        fixed: The commitments; what lies outside the time is cut off.
        free: The words of a gap.
    """
    plan = _covering(proposed, side_by_side(fixed, within), within, Stroke(free, within), LEAST)
    return list(_named_once(plan, before=fixed))


def revised(
    plan: Sequence[Stroke], now: datetime, proposed: Sequence[Stroke], within: Span, fixed: Sequence[Stroke] = (), free: str = FREE
) -> list[Stroke]:
    """The plan with another future: what is past stays to the letter, from now on it is what `fitted` makes of the proposals.

    The stroke under way ends now and keeps its id, unless what follows is the same thing: then it goes on. Past time that was
    never planned becomes strokes `free`.
    """
    if now >= within.end:
        return list(plan)
    if now <= within.start:
        return fitted(proposed, within, fixed, free)
    gone = Span(within.start, now)
    past = _clipped(plan, gone)
    past = _in_order([*past, *(Stroke(free, gap) for gap in gaps(past, gone))])
    ahead = _named_once(fitted(proposed, Span(now, within.end), fixed, free), past)
    return [*past[:-1], *_merged([past[-1], *ahead])]


def parts_of(parent: Stroke, proposed: Sequence[Stroke], least: timedelta, most: timedelta) -> list[Stroke]:
    """What a stroke is broken into: children that cover it, none longer than `most`, none shorter than `least` where the parent is not.

    Proposals are fitted into the parent as into a day; what they leave open is called by the parent's own words. What is too
    long is cut evenly, at whole minutes.

    Raises:
        ValueError: `least` and `most` are not whole minutes, or `most` is not at least twice `least`.
    """
    if least < _MINUTE or most < 2 * least or least % _MINUTE or most % _MINUTE:
        raise ValueError(f"Parts of {least} to {most} cannot be made.")
    own = Stroke(parent.what, parent.span, parent.place)
    children = _covering(proposed, [], parent.span, own, least)
    return list(_named_once(part for child in children for part in _split(child, most)))


def now_in(plan: Iterable[Stroke], moment: datetime) -> Stroke | None:
    """The stroke under way at a moment, if any."""
    return next((stroke for stroke in plan if stroke.span.contains(moment)), None)


def unsound(plan: Sequence[Stroke], within: Span) -> str:
    """Why strokes are no plan of that time (an overlap, a gap, something outside), in a sentence; empty where they are one."""
    for stroke in plan:
        if stroke.span.within(within) != stroke.span:
            return f'"{stroke.what}" lies outside the time planned.'
    for before, after in pairwise(plan):
        if after.span.start < before.span.end:
            return f'"{after.what}" begins before "{before.what}" has ended.'
    return next((f"Nothing stands from {gap.start:%F %T} to {gap.end:%F %T}." for gap in gaps(plan, within)), "")


def gaps(strokes: Sequence[Stroke], within: Span) -> list[Span]:
    """The times in a span at which there is no stroke, in order."""
    left = [within]
    for stroke in strokes:
        left = [part for span in left for part in span.without(stroke.span)]
    return left


def side_by_side(fixed: Sequence[Stroke], within: Span) -> list[Stroke]:
    """Commitments in order and without overlap, cut to a time; each that lies in it has some of its own time.

    Of two that overlap, the later begins where the earlier ends. Where that leaves nothing of it, it takes its time from the
    one it overlaps most, which goes on after it; where nothing were left of that one, they have half each.
    """
    placed: list[Stroke] = []
    for stroke in _in_order(_clipped(fixed, within)):
        start = max(stroke.span.start, placed[-1].span.end) if placed else stroke.span.start
        if start < stroke.span.end:
            placed.append(replace(stroke, span=Span(start, stroke.span.end), fixed=True))
        else:
            placed = _shared(placed, replace(stroke, fixed=True))
    return placed


def _shared(placed: list[Stroke], stroke: Stroke) -> list[Stroke]:
    """The commitments placed so far and one that lies in their time."""
    common = [span for other in placed if (span := other.span.within(stroke.span))]
    longest = max(common, key=lambda span: span.length)
    if any(other.span == longest for other in placed):
        longest = Span(longest.start + longest.length / 2, longest.end)
    return _in_order([*_cut_around(placed, longest), replace(stroke, span=longest)])


def _covering(proposed: Sequence[Stroke], standing: list[Stroke], within: Span, free: Stroke, least: timedelta) -> list[Stroke]:
    """The proposals laid around what stands, what is too short dropped, and the rest of the time filled."""
    least = min(least, within.length)
    pieces = _laid(proposed, within)
    for stroke in standing:
        pieces = _cut_around(pieces, stroke.span)
    kept = [piece for piece in _merged(_in_order(pieces)) if piece.span.length >= least]
    return _merged(_filled([*standing, *kept], within, free, least))


def _laid(proposed: Sequence[Stroke], within: Span) -> list[Stroke]:
    """Proposals one over the other, as they begin."""
    own = [stroke for stroke in proposed if stroke.what.strip() and not stroke.fixed]
    laid: list[Stroke] = []
    for stroke in sorted(_clipped(own, within), key=lambda stroke: (stroke.span.start, -stroke.span.length)):
        laid = [*_cut_around(laid, stroke.span), stroke]
    return laid


def _filled(plan: list[Stroke], within: Span, free: Stroke, least: timedelta) -> list[Stroke]:
    """The plan with its gaps given to a neighbour where they are short, else left free."""
    for gap in gaps(plan, within):
        before = [stroke for stroke in plan if stroke.span.end == gap.start and not stroke.fixed]
        after = [stroke for stroke in plan if stroke.span.start == gap.end and not stroke.fixed]
        if gap.length < least and (before or after):
            taker = (before or after)[0]
            plan[plan.index(taker)] = replace(taker, span=taker.span.up_to(gap))
        else:
            plan.append(replace(free, span=gap))
    return _in_order(plan)


def _merged(plan: Iterable[Stroke]) -> list[Stroke]:
    """Neighbours that are the same thing as one; two commitments are never one."""
    merged: list[Stroke] = []
    for stroke in plan:
        last = merged[-1] if merged else None
        if last and last.span.end == stroke.span.start and _same(last, stroke):
            merged[-1] = replace(last, span=last.span.up_to(stroke.span), id=last.id or stroke.id)
        else:
            merged.append(stroke)
    return merged


def _same(one: Stroke, other: Stroke) -> bool:
    """Whether two strokes are one thing: the same words, place and, for commitments, id."""
    alike = (one.what, one.place, one.fixed) == (other.what, other.place, other.fixed)
    return alike and (one.id == other.id or not one.fixed)


def _named_once(strokes: Iterable[Stroke], before: Iterable[Stroke] = ()) -> Iterator[Stroke]:
    """Each id at the first piece of what it names, if nothing before has it; only a commitment has it at all of its pieces."""
    seen = {stroke.id for stroke in before}
    for stroke in strokes:
        yield replace(stroke, id="") if stroke.id in seen and not stroke.fixed else stroke
        seen.add(stroke.id)


def _split(stroke: Stroke, most: timedelta) -> list[Stroke]:
    """A stroke in as few parts as that, about equally long, cut at whole minutes from its start."""
    start, end = stroke.span.start, stroke.span.end
    minutes, count = -(-stroke.span.length // _MINUTE), -(-stroke.span.length // most)
    cuts = [start + part * minutes // count * _MINUTE for part in range(count)]
    return [replace(stroke, span=Span(*ends)) for ends in pairwise([*cuts, end])]


def _clipped(strokes: Iterable[Stroke], within: Span) -> list[Stroke]:
    return [replace(stroke, span=span) for stroke in strokes if (span := stroke.span.within(within))]


def _cut_around(strokes: Iterable[Stroke], taken: Span) -> list[Stroke]:
    return [replace(stroke, span=span) for stroke in strokes for span in stroke.span.without(taken)]


def _in_order(strokes: Iterable[Stroke]) -> list[Stroke]:
    return sorted(strokes, key=lambda stroke: stroke.span.start)


def _hour_and_minute(clock: str) -> tuple[int, int]:
    """The hour, up to 24, and minute that a clock shows.

    Raises:
        ValueError: It is no time of a clock.
    """
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|24:00", clock.strip())
    if match is None:
        raise ValueError(f'"{clock}" is no time of a clock, such as 07:30.')
    return (int(match[1]), int(match[2])) if match[1] else (24, 0)
