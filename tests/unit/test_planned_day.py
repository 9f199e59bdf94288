"""Whatever is proposed for a day, its plan has no overlap and no gap, keeps every commitment, and never changes what is past."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.planning.day import (
    FREE,
    LEAST,
    Span,
    Stroke,
    clock_on,
    clock_span,
    day_at,
    day_span,
    fitted,
    now_in,
    parts_of,
    revised,
    side_by_side,
    unsound,
)

BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = {
    "Europe/Berlin": ["2026-03-29", "2026-10-25"],
    "America/New_York": ["2026-03-08", "2026-11-01"],
    "Asia/Seoul": ["1988-05-08", "1988-10-09"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22"],
    "America/St_Johns": ["2010-03-14", "2010-11-07"],  # at a minute past midnight
    "America/Sao_Paulo": ["2018-11-04", "2018-02-17"],  # at midnight: one day begins at one, another has 11 p.m. twice
    "Pacific/Apia": ["2011-12-31", "2011-09-24"],  # 30 December 2011 was skipped
    "UTC": ["2026-02-28"],
}
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
DAY = date(2026, 5, 12)
unhurried = settings(deadline=None)


@st.composite
def days(draw: st.DrawFn) -> tuple[date, ZoneInfo]:
    """A day and a zone, mostly one in which the clock is changed, or beside it."""
    name = draw(st.sampled_from(sorted(CHANGES)))
    change = date.fromisoformat(draw(st.sampled_from(CHANGES[name])))
    beside = st.integers(-1, 1).map(lambda days: change + timedelta(days=days))
    day = draw(beside | st.dates(date(1990, 1, 1), date(2037, 1, 1)))
    skipped = (day, name) == (date(2011, 12, 30), "Pacific/Apia")
    return (change if skipped else day), ZoneInfo(name)


def strokes_in(day: Span, unit: int = 1) -> st.SearchStrategy[list[Stroke]]:
    """Strokes of any length, in and about a day, at whole `unit`s of minutes or in odd seconds where the unit is 0."""
    step = timedelta(minutes=unit) if unit else timedelta(seconds=41)
    several = int(timedelta(hours=1) / step)
    hours = int(day.length / timedelta(hours=1)) + 1
    starts = st.integers(-several, (hours + 1) * several) | st.integers(0, 2 * several)
    lengths = st.integers(1, 12) | st.integers(1, 5 * several) | st.just(30 * several)
    spans = st.builds(lambda start, length: Span(day.start + start * step, day.start + (start + length) * step), starts, lengths)
    names = st.sampled_from(["", "a", "b", "commitment 1"])
    return st.lists(
        st.builds(Stroke, st.sampled_from(["write", "eat", "sleep", "", FREE]), spans, st.sampled_from(["", "home"]), names, st.booleans()),
        max_size=6,
    )


def commitments_in(day: Span, unit: int = 1) -> st.SearchStrategy[list[Stroke]]:
    """Commitments, each with an id of its own, though some have the same words and overlap."""
    return strokes_in(day, unit).map(
        lambda strokes: [Stroke(stroke.what, stroke.span, stroke.place, f"commitment {n}", True) for n, stroke in enumerate(strokes[:5])]
    )


@st.composite
def proposals(draw: st.DrawFn) -> tuple[Span, list[Stroke], list[Stroke]]:
    day = day_span(*draw(days()))
    unit = draw(st.sampled_from([0, 1, 5]))
    return day, draw(strokes_in(day, unit)), draw(commitments_in(day, unit))


def at_clock(start: str, end: str) -> Span:
    span = clock_span(DAY, start, end, BERLIN)
    assert span
    return span


def said(text: str) -> list[Stroke]:
    """'9:00 write 10:00 eat 11:00' as strokes."""
    words = text.split()
    return [Stroke(what, at_clock(start, end)) for start, what, end in zip(words[0::2], words[1::2], words[2::2], strict=False)]


def shown(plan: list[Stroke]) -> str:
    """Strokes that follow each other, as `said` reads them; what is free is '-'."""
    clocks = [stroke.span.start.astimezone(BERLIN).strftime("%H:%M").lstrip("0").replace(":00", "") or "0" for stroke in plan]
    return " ".join(f"{clock} {'-' if stroke.what == FREE else stroke.what}" for clock, stroke in zip(clocks, plan, strict=True))


def ids_of(plan: list[Stroke]) -> list[str]:
    return [stroke.id for stroke in plan if stroke.id]


class TestDays:
    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            ("Europe/Berlin", "2026-03-29", 23),
            ("Europe/Berlin", "2026-10-25", 25),
            ("Europe/Berlin", "2026-10-26", 24),
            ("America/New_York", "2026-03-08", 23),
            ("Australia/Lord_Howe", "2026-04-05", 24.5),
            ("Australia/Lord_Howe", "2026-10-04", 23.5),
            ("America/Sao_Paulo", "2018-11-04", 23),
            ("America/Sao_Paulo", "2018-02-17", 25),
            ("Pacific/Apia", "2011-12-29", 24),
            ("Pacific/Apia", "2011-12-31", 24),
        ],
    )
    def test_a_day_is_as_long_as_its_clock_makes_it(self, zone: str, day: str, hours: float) -> None:
        assert day_span(date.fromisoformat(day), ZoneInfo(zone)).minutes == hours * 60

    def test_a_day_that_a_zone_skipped_is_refused(self) -> None:
        with pytest.raises(ValueError, match="cannot end"):
            day_span(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))

    @unhurried
    @given(days(), st.integers(0, 2 * 24 * 60 - 1))
    @example((date(2010, 11, 7), ZoneInfo("America/St_Johns")), 30)
    def test_every_moment_belongs_to_the_day_that_holds_it(self, which: tuple[date, ZoneInfo], minutes: int) -> None:
        day, zone = which
        moment = day_span(day, zone).start + minutes * MINUTE
        assert day_span(day_at(moment, zone), zone).contains(moment)
        assert day_at(moment.astimezone(zone), zone) == day_at(moment, zone)

    @unhurried
    @given(days(), st.integers(0, 23), st.integers(0, 59))
    def test_a_time_of_the_clock_is_when_the_clock_shows_it(self, which: tuple[date, ZoneInfo], hour: int, minute: int) -> None:
        day, zone = which
        shown = clock_on(day, f"{hour}:{minute:02}", zone)
        assert shown.tzinfo is UTC
        assert day_span(day, zone).contains(shown)
        wall = shown.astimezone(zone)
        later = (wall.replace(tzinfo=None) - datetime(day.year, day.month, day.day, hour, minute)) / MINUTE  # noqa: DTZ001
        assert later in (0, 30, 60)
        before = shown - later * MINUTE
        assert later == 0 or wall.utcoffset() != before.astimezone(zone).utcoffset()  # moved only where the clock skips it

    def test_a_day_ends_at_24(self) -> None:
        assert clock_on(date(2026, 10, 25), "24:00", BERLIN) == day_span(date(2026, 10, 25), BERLIN).end
        assert clock_on(date(2026, 3, 29), "02:30", BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    @pytest.mark.parametrize("clock", ["", "9", "9.30", "24:01", "25:00", "12:60", "-1:00", "noon", "9:5", "٩:٣٠", "12:00 24:00"])
    def test_what_is_no_time_of_the_clock_is_refused(self, clock: str) -> None:
        with pytest.raises(ValueError, match="no time of a clock"):
            clock_on(DAY, clock, BERLIN)
        assert clock_span(DAY, "8:00", clock, BERLIN) is None

    def test_an_end_before_its_start_is_of_the_next_day(self) -> None:
        assert at_clock("22:30", "6:00").minutes == 7.5 * 60
        assert at_clock("23:00", "0:00") == at_clock("23:00", "24:00")
        assert clock_span(DAY, "14:00", "13:00", BERLIN) is None
        assert clock_span(DAY, "14:00", "14:00", BERLIN) is None
        assert clock_span(date(2026, 3, 29), "02:30", "03:15", BERLIN) is None

    def test_a_span_goes_forward_and_knows_its_zone(self) -> None:
        start = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
        assert Span(start, start.replace(fold=1)).minutes == 60
        with pytest.raises(ValueError, match="cannot end"):
            Span(start.replace(fold=1), start)
        with pytest.raises(ValueError, match="time zone"):
            Span(start, start.replace(tzinfo=None) + MINUTE)

    def test_a_span_has_its_start_and_not_its_end(self) -> None:
        span = at_clock("9:00", "10:00")
        assert (span.contains(span.start), span.contains(span.end)) == (True, False)
        plan = said("9:00 write 10:00 eat 11:00")
        assert now_in(plan, span.end) == plan[1]
        assert now_in(plan, plan[1].span.end) is None


class TestFitted:
    @unhurried
    @given(proposals())
    def test_anything_becomes_a_sound_plan_which_fits_as_it_is(self, given: tuple[Span, list[Stroke], list[Stroke]]) -> None:
        day, proposed, fixed = given
        plan = fitted(proposed, day, fixed)
        assert unsound(plan, day) == ""
        assert plan[0].span.start == day.start
        assert plan[-1].span.end == day.end
        assert all(before.span.end == after.span.start for before, after in pairwise(plan))
        assert fitted(plan, day, fixed) == plan

    @unhurried
    @given(proposals())
    def test_every_commitment_stands_in_its_own_time_and_any_other_id_stands_once(
        self, given: tuple[Span, list[Stroke], list[Stroke]]
    ) -> None:
        day, proposed, fixed = given
        plan = fitted(proposed, day, fixed)
        for one in fixed:
            pieces = [stroke for stroke in plan if stroke.id == one.id]
            assert bool(pieces) == one.span.overlaps(day)
            assert all(piece.span.within(one.span) == piece.span and piece.fixed and piece.what == one.what for piece in pieces)
            alone = not any(one.span.overlaps(other.span) for other in fixed if other is not one)
            assert not alone or [piece.span for piece in pieces] == [one.span.within(day)] * len(pieces)
        assert sum(stroke.span.minutes for stroke in plan if stroke.fixed) == pytest.approx(busy_minutes(fixed, day))
        ids = ids_of([stroke for stroke in plan if not stroke.fixed])
        assert len(ids) == len({*ids} - {*ids_of(fixed)})

    @unhurried
    @given(proposals())
    def test_nothing_proposed_is_shorter_than_five_minutes_nor_twice_in_a_row(self, given: tuple[Span, list[Stroke], list[Stroke]]) -> None:
        day, proposed, fixed = given
        plan = fitted(proposed, day, fixed)
        assert all(stroke.fixed or stroke.what == FREE or stroke.span.length >= LEAST for stroke in plan)
        assert all(one.fixed or other.fixed or (one.what, one.place) != (other.what, other.place) for one, other in pairwise(plan))
        for before, short, after in zip(plan, plan[1:], plan[2:], strict=False):
            assert short.fixed or short.span.length >= LEAST or (before.fixed and after.fixed)

    @unhurried
    @given(st.data())
    def test_each_time_is_of_what_began_last(self, data: st.DataObject) -> None:
        """Where all times are whole five minutes nothing is too short, and each five minutes can be looked up in what was proposed."""
        day = day_span(*data.draw(days()))
        proposed, fixed = data.draw(strokes_in(day, 5)), data.draw(commitments_in(day, 5))
        plan = fitted(proposed, day, fixed)
        for slot in range(int(day.length / LEAST)):
            moment = day.start + slot * LEAST
            stands = now_in(plan, moment)
            assert stands
            assert (stands.what, stands.place) in expected(moment, day, proposed, fixed)

    @pytest.mark.parametrize(
        ("proposed", "plan"),
        [
            ("", "0 -"),
            ("9:00 write 17:00", "0 - 9 write 17 -"),
            ("9:00 write 17:00 | 12:00 eat 13:00", "0 - 9 write 12 eat 13 write 17 -"),
            ("12:00 eat 13:00 | 9:00 write 12:30", "0 - 9 write 12 eat 13 -"),
            ("9:00 write 17:00 | 9:00 eat 10:00", "0 - 9 eat 10 write 17 -"),
            ("9:00 write 9:04", "0 -"),
            ("9:00 write 10:00 | 10:03 eat 11:00", "0 - 9 write 10:03 eat 11 -"),
            ("0:03 sleep 7:00 | 7:05 eat 23:57", "0 sleep 7 - 7:05 eat"),
            ("9:00 write 10:00 | 10:00 write 11:00", "0 - 9 write 11 -"),
            ("9:00 write 9:03 | 9:03 write 9:06", "0 - 9 write 9:06 -"),
            ("9:00 write 9:20 | 9:03 eat 9:17 | 9:20 write 9:23", "0 - 9:03 eat 9:17 write 9:23 -"),
            ("9:00 write 10:00 | 10:00 eat 10:02 | 10:02 write 11:00", "0 - 9 write 11 -"),
        ],
    )
    def test_plans_made_of_proposals(self, proposed: str, plan: str) -> None:
        strokes = [stroke for part in proposed.split("|") for stroke in said(part)]
        assert shown(fitted(strokes, day_span(DAY, BERLIN))) == plan

    def test_a_commitment_cuts_a_proposal_in_two_and_the_first_keeps_its_id(self) -> None:
        call = Stroke("call", at_clock("10:00", "10:03"), id="call", fixed=True)
        plan = fitted([Stroke("write", at_clock("9:00", "12:00"), id="writing")], at_clock("9:00", "12:00"), [call])
        assert shown(plan) == "9 write 10 call 10:03 write"
        assert [stroke.id for stroke in plan] == ["writing", "call", ""]

    @pytest.mark.parametrize(("ids", "kept"), [(("a", "b"), "a"), (("", "b"), "b"), (("a", ""), "a")])
    def test_neighbours_that_become_one_keep_the_first_id(self, ids: tuple[str, str], kept: str) -> None:
        morning, noon = at_clock("9:00", "11:00"), at_clock("11:00", "13:00")
        plan = fitted([Stroke("write", morning, id=ids[0]), Stroke("write", noon, id=ids[1])], morning.up_to(noon))
        assert plan == [Stroke("write", at_clock("9:00", "13:00"), id=kept)]

    def test_short_time_between_commitments_is_left_free(self) -> None:
        fixed = [Stroke("call", at_clock("9:00", "9:30"), id="1"), Stroke("call", at_clock("9:32", "10:00"), id="2")]
        assert shown(fitted([], at_clock("9:00", "10:00"), fixed)) == "9 call 9:30 - 9:32 call"

    def test_commitments_of_an_older_plan_are_left_out(self) -> None:
        old = Stroke("call", at_clock("9:00", "9:30"), id="1", fixed=True)
        assert shown(fitted([old], at_clock("9:00", "10:00"))) == "9 -"

    def test_a_very_short_time_can_be_planned(self) -> None:
        short = at_clock("23:57", "24:00")
        assert shown(fitted(said("22:00 sleep 24:00"), short)) == "23:57 sleep"
        assert shown(fitted(said("22:00 sleep 23:59"), short)) == "23:57 -"


class TestSideBySide:
    @pytest.mark.parametrize(
        ("fixed", "stands"),
        [
            ("9:00 a 11:00 | 10:00 b 12:00", "9 a 11 b"),
            ("9:00 a 11:00 | 10:00 b 10:30", "9 a 10 b 10:30 a"),
            ("9:00 a 11:00 | 9:00 b 10:00", "9 b 10 a"),
            ("9:00 a 10:00 | 9:00 b 10:00", "9 a 9:30 b"),
            ("9:00 a 10:00 | 9:00 b 11:00 | 10:00 c 11:00", "9 a 10 b 10:30 c"),
            ("9:00 a 11:00 | 10:00 b 12:00 | 10:30 c 11:40", "9 a 11 c 11:40 b"),
        ],
    )
    def test_commitments_at_the_same_time(self, fixed: str, stands: str) -> None:
        strokes = [stroke for part in fixed.split("|") for stroke in said(part)]
        placed = side_by_side(strokes, day_span(DAY, BERLIN))
        assert shown(placed) == stands
        assert all(stroke.fixed for stroke in placed)

    def test_a_commitment_over_midnight_stands_in_both_days(self) -> None:
        flight = Stroke("fly", at_clock("22:00", "7:00"), id="flight", fixed=True)
        first, second = day_span(DAY, BERLIN), day_span(DAY + timedelta(days=1), BERLIN)
        assert [stroke.id for stroke in fitted([], first, [flight])] == ["", "flight"]
        assert [stroke.id for stroke in fitted([], second, [flight])] == ["flight", ""]


class TestRevised:
    def test_a_day_that_is_over_stays_as_it_was(self) -> None:
        day, plan = day_span(DAY, BERLIN), said("8:00 write 9:00")
        assert revised(plan, day.end, said("9:00 eat 10:00"), day) == plan

    @unhurried
    @given(proposals(), st.data())
    def test_revisions_keep_the_past_and_stay_sound(self, given: tuple[Span, list[Stroke], list[Stroke]], data: st.DataObject) -> None:
        """Several a day, in the order of time, each with other proposals and commitments."""
        day, proposed, fixed = given
        plan = fitted(proposed, day, fixed)
        seconds = int(day.length.total_seconds())
        for second in sorted(
            data.draw(st.lists(st.integers(-4_000, seconds + 4_000) | st.integers(0, 96).map(lambda n: n * 900), max_size=3))
        ):
            now = day.start + timedelta(seconds=second)
            fixed = data.draw(commitments_in(day))
            proposed = data.draw(strokes_in(day))
            after = revised(plan, now, proposed, day, fixed)
            check_revision(plan, after, now, day, fixed)
            assert revised(after, now, proposed, day, fixed) == after
            plan = after

    def test_the_stroke_under_way_ends_now_and_keeps_its_id(self) -> None:
        day = day_span(DAY, BERLIN)
        plan = fitted(
            [Stroke("write", at_clock("9:00", "17:00"), id="writing"), Stroke("eat", at_clock("18:00", "19:00"), id="eating")], day
        )
        now = clock_on(DAY, "11:20", BERLIN)
        after = revised(plan, now, [Stroke("walk", at_clock("11:00", "12:00")), *plan], day)
        assert shown(after) == "0 - 9 write 11:20 walk 12 write 17 - 18 eat 19 -"
        assert ids_of(after) == ["writing", "eating"]

    def test_what_goes_on_is_not_cut(self) -> None:
        day = day_span(DAY, BERLIN)
        call = Stroke("call", at_clock("10:00", "11:00"), id="call", fixed=True)
        plan = fitted([Stroke("write", at_clock("9:00", "17:00"), id="writing")], day, [call])
        for clock in ("9:20", "10:30"):
            assert revised(plan, clock_on(DAY, clock, BERLIN), plan, day, [call]) == plan

    def test_a_commitment_called_off_ends_now(self) -> None:
        day = day_span(DAY, BERLIN)
        plan = fitted([], day, [Stroke("call", at_clock("10:00", "11:00"), id="call", fixed=True)])
        assert shown(revised(plan, clock_on(DAY, "10:30", BERLIN), plan, day)) == "0 - 10 call 10:30 -"

    def test_past_time_without_a_plan_is_free(self) -> None:
        day = day_span(DAY, BERLIN)
        plan = revised(said("8:00 write 9:00"), clock_on(DAY, "12:00", BERLIN), said("12:00 eat 24:00"), day)
        assert shown(plan) == "0 - 8 write 9 - 12 eat"
        assert unsound(plan, day) == ""


class TestParts:
    @unhurried
    @given(st.data())
    def test_children_cover_their_parent_and_are_neither_too_long_nor_too_short(self, data: st.DataObject) -> None:
        day = day_span(*data.draw(days()))
        start = day.start + data.draw(st.integers(0, 80_000)) * SECOND
        parent = Stroke("work", Span(start, start + data.draw(st.integers(1, 300) | st.integers(1, 18_000)) * SECOND), "office", "w")
        least, most = data.draw(st.sampled_from([(5, 15), (30, 60), (5, 10), (1, 2), (10, 45)]))
        proposed = data.draw(strokes_in(parent.span))
        children = parts_of(parent, proposed, least * MINUTE, most * MINUTE)
        assert unsound(children, parent.span) == ""
        assert all(child.span.length <= most * MINUTE and not child.fixed for child in children)
        assert all(child.span.length >= min(least * MINUTE, parent.span.length) for child in children)
        own = {(stroke.what, stroke.place) for stroke in proposed if not stroke.fixed} | {("work", "office")}
        assert {(child.what, child.place) for child in children} <= own
        assert len(ids_of(children)) == len(set(ids_of(children)))
        assert parts_of(parent, children, least * MINUTE, most * MINUTE) == children

    @pytest.mark.parametrize(
        ("proposed", "children"),
        [
            ("", "9 work 9:12 work 9:25 work 9:37 work"),
            ("9:00 read 9:10 write 9:20", "9 read 9:10 write 9:20 work 9:35 work"),
            ("9:03 read 9:14 write 9:17 eat 9:47", "9 read 9:08 read 9:17 eat 9:32 eat"),
        ],
    )
    def test_what_a_stroke_is_broken_into(self, proposed: str, children: str) -> None:
        parent = Stroke("work", at_clock("9:00", "9:47" if "eat" in proposed else "9:50"), id="w")
        parts = parts_of(parent, said(proposed), 5 * MINUTE, 15 * MINUTE)
        assert shown(parts) == children
        assert ids_of(parts) == []

    @pytest.mark.parametrize(("least", "most"), [(0, 15), (10, 15), (1.5, 15), (5, 12.5)])
    def test_lengths_that_cannot_be_are_refused(self, least: float, most: float) -> None:
        with pytest.raises(ValueError, match="cannot be made"):
            parts_of(Stroke("work", at_clock("9:00", "10:00")), [], least * MINUTE, most * MINUTE)


class TestUnsound:
    @unhurried
    @given(proposals(), st.data())
    def test_a_plan_that_lacks_or_repeats_something_is_unsound(
        self, given: tuple[Span, list[Stroke], list[Stroke]], data: st.DataObject
    ) -> None:
        day, proposed, fixed = given
        plan = fitted(proposed, day, fixed)
        place = data.draw(st.integers(0, len(plan) - 1))
        assert "Nothing stands" in unsound(plan[:place] + plan[place + 1 :], day)
        assert "begins before" in unsound([*plan[: place + 1], *plan[place:]], day)

    def test_what_lies_outside_is_unsound(self) -> None:
        assert "outside" in unsound(said("8:00 eat 9:00 write 10:00"), at_clock("9:00", "10:00"))
        assert "outside" in unsound(said("9:00 write 10:30"), at_clock("9:00", "10:00"))
        assert "begins before" in unsound(list(reversed(said("9:00 eat 9:30 write 10:00"))), at_clock("9:00", "10:00"))


def busy_minutes(fixed: list[Stroke], day: Span) -> float:
    """The minutes of a day in which there is some commitment."""
    total, reached = timedelta(), day.start
    for span in sorted((stroke.span for stroke in fixed), key=lambda span: span.start):
        start, end = max(span.start, reached), min(span.end, day.end)
        total, reached = total + max(end - start, timedelta()), max(reached, end)
    return total / MINUTE


def expected(moment: datetime, day: Span, proposed: list[Stroke], fixed: list[Stroke]) -> set[tuple[str, str]]:
    """What may stand at a moment: a commitment, else the proposal that began last, and of those the shortest."""
    standing = {(stroke.what, stroke.place) for stroke in fixed if stroke.span.contains(moment)}
    there = [stroke for stroke in proposed if stroke.what and not stroke.fixed and stroke.span.contains(moment)]
    if standing or not there:
        return standing or {(FREE, "")}

    def order(stroke: Stroke) -> tuple[datetime, float]:
        inside = stroke.span.within(day)
        assert inside
        return inside.start, -inside.minutes

    last = max(map(order, there))
    return {(stroke.what, stroke.place) for stroke in there if order(stroke) == last}


def check_revision(plan: list[Stroke], after: list[Stroke], now: datetime, day: Span, fixed: list[Stroke]) -> None:
    """The past to the letter, the stroke under way with its id, the day covered, and each commitment that is not over."""
    assert unsound(after, day) == ""
    past = [stroke for stroke in plan if stroke.span.end < now]
    assert after[: len(past)] == past
    if now >= day.end:
        assert after == plan
        return
    under_way = next((stroke for stroke in plan if stroke.span.start < now <= stroke.span.end), None)
    if under_way:
        kept = after[len(past)]
        assert (kept.what, kept.place, kept.fixed, kept.span.start) == (
            under_way.what,
            under_way.place,
            under_way.fixed,
            under_way.span.start,
        )
        assert kept.id == under_way.id or not under_way.id
        assert kept.span.end >= now
    ahead = {stroke.id for stroke in after if stroke.span.end > now}
    for one in fixed:
        if one.span.end > max(now, day.start) and one.span.start < day.end:
            assert one.id in ahead
