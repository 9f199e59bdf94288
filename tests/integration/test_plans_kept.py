"""Whatever a mind proposes and whatever happens, the day that is kept is sound after every run: generated days, on a real engine folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, pairwise
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.commitments.commitment import Change, Commitment
from models.mind import BreakDownRequest, Noticed, NoticeRequest, OutlineRequest
from models.planning.day import Span, Stroke, day_at, day_span, unsound
from models.times import zone_named
from nodes.observing import OBSERVATION
from nodes.planning.strokes import strokes_of
from stores.memory_store import MemoryStore
from stores.plans import Level, PlanItem, item_of
from stores.record import MemoryRecord
from tests.fakes import HashEmbedder
from tests.generated import settled
from tests.planning import TIMED, Planner, items, plan, plan_records, told

LEVELS: tuple[Level, ...] = ("stroke", "hour", "step")
DAYS = [
    ("UTC", date(2026, 5, 8)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/Havana", date(2026, 3, 8)),  # the clock skips midnight
    ("Africa/Cairo", date(2026, 10, 29)),  # the last hour comes twice
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour
    ("Asia/Kathmandu", date(2026, 5, 8)),
    ("Pacific/Kiritimati", date(2026, 5, 8)),
]
WHATS = st.sampled_from(["read", "write", "bake bread", "sleep", "nothing planned", " "])
Kind = Literal["event", "appointment", "moved", "cancelled", "done", "time passes"]


@dataclass(frozen=True)
class Happening:
    """Something that happens so many minutes after what happened before; an appointment `starts` so many minutes later.

    Where it `keeps` its plan the mind proposes what it had planned already, and otherwise what is `proposed`.
    """

    after: int
    kind: Kind
    reacts: bool
    keeps: bool
    starts: int
    lasts: int | None
    proposed: list[tuple[int, int, str]]


PROPOSED = st.lists(st.tuples(st.integers(-300, 1_800), st.integers(1, 700), WHATS), max_size=8)
HAPPENINGS = st.builds(
    Happening,
    after=st.integers(0, 5) | st.integers(0, 60) | st.integers(0, 400),
    kind=st.sampled_from(["event", "event", "appointment", "moved", "cancelled", "done", "time passes"]),
    reacts=st.booleans(),
    keeps=st.booleans(),
    starts=st.integers(-30, 600),
    lasts=st.none() | st.integers(1, 300),
    proposed=PROPOSED,
)


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MemoryStore]:
    with MemoryStore.open(tmp_path_factory.mktemp("home"), HashEmbedder()) as opened:
        yield opened


USERS = count()


@dataclass
class Life:
    """A user's day, run by run, and what was seen of its plan."""

    memory: MemoryStore
    zone: str
    user: str = field(default_factory=lambda: f"user {next(USERS)}")
    told: int = 0
    seen: dict[str, PlanItem] = field(default_factory=dict)
    first: datetime | None = None

    def __post_init__(self) -> None:
        self.mind = Planner(self.memory.embedder)

    def run(self, one: Happening, now: datetime) -> None:
        """Let it happen, plan, and look at what is kept."""
        day = day_span(day_at(now, zone_named(self.zone)), zone_named(self.zone))
        proposed = [stroke_at(day.start, *each) for each in one.proposed]
        self.mind.outlined = lambda request: request.ahead if one.keeps and request.ahead else proposed
        self.mind.parts = lambda request: [stroke_at(request.whole.span.start, *each) for each in one.proposed]
        self.mind.reacts = one.reacts
        self.mind.noticing = lambda request: noticed(request, one, now)
        if one.kind != "time passes":
            kinds: dict[str, Any] = {"kind": "fact", "source": OBSERVATION} if one.kind == "event" else {}
            told(self.memory, "A plate breaks." if kinds else TIMED, now, self.told, user=self.user, **kinds)
            self.told += 1
        done = plan(self.memory, self.mind, now, plans="days", user_id=self.user, timezone=self.zone)
        assert "failed" not in done
        self.first = self.first or now
        self.check(now, day)

    def check(self, now: datetime, day: Span) -> None:
        """All that holds of a plan that is kept."""
        known = items(self.memory, day_at(now, zone_named(self.zone)).isoformat(), now=now, user=self.user)
        begun = [one for one in known if day.contains(one.start)]
        levels = {level: strokes_of(begun, level) for level in LEVELS}
        assert self.first is not None
        assert not unsound(levels["stroke"], Span(max(day.start, self.first), day.end))
        for level in LEVELS:
            assert all(one.span.end <= other.span.start for one, other in pairwise(levels[level])), level
        self.check_parents(begun)
        self.check_commitments(known, day, now)
        self.check_past(begun, now)

    def check_parents(self, begun: Sequence[PlanItem]) -> None:
        parents = {one.id: one for one in begun}
        for one in begun:
            if one.level in ("hour", "step"):
                parent = parents[one.parent]
                assert parent.level in {"hour": ("stroke",), "step": ("stroke", "hour")}[one.level]
                assert parent.start <= one.start < one.over <= parent.over

    def check_commitments(self, known: Sequence[PlanItem], day: Span, now: datetime) -> None:
        """Appointments stand in the plan; what was moved, cancelled or done does not, from now on, and is not lost."""
        agreed = {one.id: one for one in known if one.level == "commitment"}
        for one in agreed.values():
            ends = one.end or one.start + timedelta(hours=1)
            if day.contains(one.start) and one.start >= now:
                assert any(each.parent == one.id for each in known if each.level == "stroke"), (one, known)
                assert ends > now
        records = {one.id: one for one in plan_records(self.memory, now=now, past=True, user=self.user)}
        ahead = [one for one in known if one.level == "stroke" and one.parent and one.start >= now]
        assert all(one.parent in agreed or day.start > item_of(records[one.parent]).start for one in ahead)
        assert self.seen.keys() <= records.keys()

    def check_past(self, begun: Sequence[PlanItem], now: datetime) -> None:
        """What was over before now is as it was; what has begun keeps its beginning and its words, and may go on or end now."""
        stands = {one.id: one for one in begun if one.level != "commitment"}
        for one in self.seen.values():
            if one.over < now:
                assert stands[one.id] == one
            elif one.start < now:
                assert stands[one.id].model_copy(update={"end": one.end}) == one
        self.seen = stands


def stroke_at(start: datetime, begins: int, lasts: int, what: str) -> Stroke:
    """A proposal that begins so many minutes after a moment."""
    begin = start + timedelta(minutes=begins)
    return Stroke(what, Span(begin, begin + timedelta(minutes=lasts)))


def noticed(request: NoticeRequest, one: Happening, now: datetime) -> list[Noticed]:
    """The appointment that is made, or what becomes of the first that is coming."""
    changes: dict[str, Change] = {"appointment": "new", "moved": "moved", "cancelled": "cancelled", "done": "done"}
    if one.kind not in changes:
        return []
    start = now + timedelta(minutes=one.starts)
    end = start + timedelta(minutes=one.lasts) if one.lasts else None
    about = 1 if request.upcoming and one.kind != "appointment" else 0
    what = request.upcoming[0].what if about else f"appointment {one.starts}"
    return [Noticed(Commitment(what, "appointment", "user", start, end, change=changes[one.kind]), len(request.said), about)]


@settled(40)
@given(st.sampled_from(DAYS), st.integers(0, 24 * 60 - 1), st.integers(0, 59), st.lists(HAPPENINGS, min_size=1, max_size=6))
def test_a_day_stays_sound_whatever_happens(
    memory: MemoryStore, place: tuple[str, date], minute: int, second: int, happenings: list[Happening]
) -> None:
    zone, day = place
    life, span = Life(memory, zone), day_span(day, zone_named(zone))
    now = span.start + timedelta(minutes=minute, seconds=second)
    for one in happenings:
        now += timedelta(minutes=one.after)
        if span.contains(now):
            life.run(one, now)


@settled(10)
@given(st.sampled_from(DAYS), st.integers(1, 300), st.lists(HAPPENINGS, min_size=2, max_size=4), st.integers(0, 20 * 60))
def test_the_next_day_gets_a_sound_plan_of_its_own(
    memory: MemoryStore, place: tuple[str, date], before: int, happenings: list[Happening], after: int
) -> None:
    zone, day = place
    life, span = Life(memory, zone), day_span(day, zone_named(zone))
    life.run(happenings[0], span.end - timedelta(minutes=before))
    last = strokes_of(items(memory, day.isoformat(), now=span.end, user=life.user))
    life.seen, life.mind.asked = {}, []
    now = span.end + timedelta(minutes=after)
    life.first = now
    for one in happenings[1:]:
        life.run(one, now)
    [asked, *_] = life.mind.asked_for(OutlineRequest)
    assert list(asked.yesterday) == [one for one in last if one.span.start < span.end]
    assert strokes_of(items(memory, day.isoformat(), now=now, user=life.user))[: len(last)] == last


def test_the_hours_of_a_stroke_give_way_to_an_appointment_and_those_before_it_stand(memory: MemoryStore) -> None:
    life, start = Life(memory, "UTC"), datetime.fromisoformat("2026-05-08T08:00:00+00:00")
    life.run(Happening(0, "event", False, False, 0, None, [(0, 1_440, "read"), (60, 60, "write"), (90, 30, "read")]), start)
    hours = strokes_of(items(memory, "2026-05-08", now=start, user=life.user), "hour")
    appointment = Happening(0, "appointment", False, True, 140, 60, [])
    now = start + timedelta(minutes=20)
    life.run(appointment, now)
    after = strokes_of(items(memory, "2026-05-08", now=now, user=life.user), "hour")
    assert after == [one for one in hours if one.span.end <= now + timedelta(minutes=140)]
    assert len(hours) > len(after) > 1


def test_what_is_broken_down_is_never_longer_than_it_may_be(memory: MemoryStore) -> None:
    life = Life(memory, "UTC")
    start = datetime.fromisoformat("2026-05-08T08:07:31+00:00")
    for minutes in (0, 3, 70, 200):
        one = Happening(0, "event", minutes == 70, False, 0, None, [(0, 1_440, "read"), (20, 7, "rest")])
        life.run(one, start + timedelta(minutes=minutes))
    for asked in life.mind.asked_for(BreakDownRequest):
        assert (asked.least, asked.most) in ((30, 60), (5, 15))
    steps = [item_of(one) for one in of_level(plan_records(memory, now=start, user=life.user), "step")]
    hours = [item_of(one) for one in of_level(plan_records(memory, now=start, user=life.user), "hour")]
    assert max(one.over - one.start for one in steps) <= timedelta(minutes=15)
    assert max(one.over - one.start for one in hours) <= timedelta(minutes=60)
    assert min(one.over - one.start for one in steps) >= timedelta(minutes=5)


def of_level(records: Sequence[MemoryRecord], level: Level) -> list[MemoryRecord]:
    return [one for one in records if one.additional["level"] == level and one.additional["standing"] == "planned"]
