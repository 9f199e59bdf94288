"""Threads of life on real engine folders: recall along one, and the commands."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graph.assembly import Settings, open_memory
from nodes.life_threads import thread_told, threads_of
from stores.access import Access
from stores.memory_store import MemoryStore
from tests.engines import ENGINES, opened_on
from tests.fakes import NOON, record
from tests.integration.commands import Typed, printed, refused

ADA = Access("ada", "mneme")
TEXTS = ("My sister Mira has a red boat.", "The boat came today.", "I told Mira about the boat.", "We moved to Ghent.", "Mira is ill.")
RECORDS = [record(text, day, said_at=NOON + timedelta(days=day)) for day, text in enumerate(TEXTS)]
MIRA = tuple(RECORDS[place].id for place in (0, 2, 4))
LONG = "I asked Mira again and again. " * 20


@pytest.fixture(params=ENGINES)
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore]:
    with opened_on(request.param, tmp_path) as opened:
        opened.remember(RECORDS)
        yield opened


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("threads")
    long = record(LONG.strip(), 9, said_at=NOON + timedelta(days=9))
    with open_memory(Settings(home=folder)) as opened:
        opened.remember([*RECORDS, long])
    return folder


def test_recall_among_some_records_considers_no_others_not_even_beside_them(memory: MemoryStore) -> None:
    later = NOON + timedelta(days=30)
    everything = memory.recall("the boat", access=ADA, now=later)
    assert {one.record.id for one in everything.candidates} == {one.id for one in RECORDS}
    along = memory.recall("the boat", access=ADA, now=later, among=MIRA)
    assert {one.record.id for one in along.candidates} == set(MIRA)
    assert {one.record.id for one in along.taken} == set(MIRA)
    neighbours = memory.recall("the boat", access=ADA, now=later, among=MIRA[:1], pool=1, k=1)
    assert [one.record.id for one in neighbours.candidates] == [MIRA[0]]


def test_recall_among_records_of_another_user_finds_nothing(memory: MemoryStore) -> None:
    assert memory.recall("the boat", access=Access("bob", "mneme"), among=MIRA).candidates == ()


def test_a_thread_is_a_view_so_what_is_forgotten_is_out_of_it_at_once(memory: MemoryStore) -> None:
    told = thread_told(memory, ADA, "my sister")
    assert (told.thread.name, tuple(one.id for one in told.records)) == ("Mira", MIRA)
    assert [one.name for one in threads_of(memory, ADA)] == ["Mira", "boat"]
    assert [one.name for one in threads_of(memory, ADA, until=RECORDS[2].said_at)] == ["boat"]
    assert threads_of(memory, Access("bob", "mneme")) == []
    memory.forget([MIRA[2]], access=ADA)
    assert [one.name for one in threads_of(memory, ADA)] == ["boat"]


def test_threads_are_listed(home: Path, typed: Typed) -> None:
    listed = printed(typed(home, "threads", "--user", "ada", "--json"))
    mira = {"name": "Mira", "what": "person", "also": ["my sister"], "memories": 4}
    days = {"from": "2026-05-07T12:00:00+00:00", "to": "2026-05-16T12:00:00+00:00"}
    assert listed[0] == {**mira, **days}
    assert [one["name"] for one in listed] == ["Mira", "boat"]
    assert len(printed(typed(home, "threads", "--user", "ada", "--limit", "1", "--json"))) == 1
    shown = typed(home, "threads", "--user", "ada", "--timezone", "UTC").stdout
    assert "2 threads of ada" in shown
    assert shown.splitlines()[-2].split() == ["person", "4", "2026-05-07", "2026-05-16", "Mira", "(my", "sister)"]
    assert typed(home, "threads", "--user", "bob").stdout.startswith("No thread runs through the memories of bob yet")
    assert printed(typed(home, "threads", "--user", "bob", "--json")) == []


def test_a_thread_is_told_oldest_first(home: Path, typed: Typed) -> None:
    told = printed(typed(home, "threads", "mira", "--user", "ada", "--json"))
    assert [one["text"] for one in told["records"]] == [TEXTS[0], TEXTS[2], TEXTS[4], LONG.strip()]
    assert (told["name"], told["memories"], told["records"][0]["id"]) == ("Mira", 4, MIRA[0])
    shown = typed(home, "threads", "mira", "--user", "ada", "--timezone", "UTC").stdout
    assert "Thursday, 7 May 2026" in shown
    assert shown.index(TEXTS[0]) < shown.index(TEXTS[2]) < shown.index(TEXTS[4])
    assert "…" in shown
    assert "…" not in typed(home, "threads", "mira", "--user", "ada", "--full").stdout
    german = typed(home, "threads", "mira", "--user", "ada", "--timezone", "UTC", "--locale", "de").stdout
    assert "Donnerstag, 7. Mai 2026" in german


def test_recall_follows_a_thread(home: Path, typed: Typed) -> None:
    asked = ("recall", "where is the boat", "--user", "ada", "--json")
    anywhere = {one["text"] for one in printed(typed(home, *asked))}
    along = {one["text"] for one in printed(typed(home, *asked, "--along", "my sister"))}
    assert TEXTS[1] in anywhere
    assert along == {TEXTS[0], TEXTS[2], TEXTS[4], LONG.strip()}
    earlier = printed(typed(home, *asked, "--along", "mira", "--now", "2026-05-12T00:00+00:00"))
    assert {one["text"] for one in earlier} == {TEXTS[0], TEXTS[2], TEXTS[4]}


def test_a_thread_that_there_is_not_is_refused_with_the_closest(home: Path, typed: Typed) -> None:
    refused(typed(home, "threads", "Mirra", "--user", "ada"), "no thread 'Mirra'", "The closest: Mira.", "mneme threads")
    refused(typed(home, "recall", "boat", "--along", "Mirra", "--user", "ada"), "no thread 'Mirra'", "The closest: Mira.")
    refused(typed(home, "threads", "--timezone", "Mars/Olympus"), "no time zone 'Mars/Olympus'")
