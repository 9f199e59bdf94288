from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from stores.errors import StoreError
from stores.journal import Event, Intent, Journal, Taken
from tests.fakes import NOON


def test_events_come_back_in_order_after_reopening(tmp_path: Path) -> None:
    events = [
        Event(NOON, "ada", "remembered", "r1", "t", "turn"),
        Event(NOON, "ada", "recalled", "r1", query="the café", detail={"rank": 1}),
    ]
    journal = Journal(tmp_path / "j.sqlite")
    journal.append(events)
    journal.close()
    read = Journal(tmp_path / "j.sqlite").of_record("ada", "r1")
    assert [replace(one, number=0) for one in read] == events
    assert [one.number for one in read] == [1, 2]


def test_accesses_are_the_times_a_record_was_taken_by_its_user(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    journal.append(Event(NOON + timedelta(hours=hour), user, "taken", "r1") for hour, user in ((0, "ada"), (2, "ada"), (5, "bob")))
    journal.append([Event(NOON + timedelta(hours=9), "ada", "remembered", "r1")])
    assert journal.accesses("ada", ["r1", "r2"]) == {"r1": Taken(2, NOON + timedelta(hours=2))}
    assert journal.accesses("ada", []) == {}


def test_within_a_turn_an_event_counts_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    for _ in range(2):
        journal.append(Event(NOON, "ada", "taken", id, "t", "turn 1") for id in ("r1", "r2"))
        journal.append(Event(NOON, "ada", "recalled", "", "t", "turn 1", place=search) for search in (0, 1))
    journal.append([Event(NOON, "ada", "taken", "r1", "t", "turn 2"), Event(NOON, "bob", "taken", "r1", "t", "turn 1")])
    assert {id: taken.times for id, taken in journal.accesses("ada", ["r1", "r2"]).items()} == {"r1": 2, "r2": 1}
    assert [event.place for event in journal.of_record("ada", "")] == [0, 1]


def test_an_intent_is_pending_until_it_is_settled_with_its_events(tmp_path: Path) -> None:
    intent = Intent("forget", NOON, "ada", ("r1", "r2"), (Event(NOON, "ada", "edited", "r1", detail={"by": "r2"}),))
    journal = Journal(tmp_path / "j.sqlite")
    number = journal.intend(intent)
    journal.close()
    journal = Journal(tmp_path / "j.sqlite")
    assert journal.pending() == {number: intent}
    journal.settle(number, [Event(NOON, "ada", "deleted", "r1")])
    assert (journal.pending(), [event.kind for event in journal.of_record("ada", "r1")]) == ({}, ["deleted"])


def test_queries_go_through_the_codec_and_can_be_blanked(tmp_path: Path) -> None:
    class Backwards:
        def encode(self, text: str) -> str:
            return text[::-1]

        def decode(self, written: str) -> str:
            return written[::-1]

    journal = Journal(tmp_path / "j.sqlite", Backwards())
    journal.append([Event(NOON, "ada", "recalled", query="ulcer"), Event(NOON, "bob", "recalled", query="teapot")])
    assert journal.of_record("ada", "")[0].query == "ulcer"
    journal.forget_words("ada")
    assert journal.of_record("ada", "")[0].query == ""
    journal.close()
    on_disk = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"teapot" not in on_disk
    assert b"topaet" in on_disk
    assert b"reclu" not in on_disk


def test_a_journal_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "j.sqlite").write_bytes(b"not a database, surely not" * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        Journal(tmp_path / "j.sqlite")
