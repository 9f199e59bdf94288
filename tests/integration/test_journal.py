from datetime import timedelta
from pathlib import Path

import pytest

from stores.errors import StoreError
from stores.journal import Event, Journal
from tests.fakes import NOON


def test_events_come_back_in_order_after_reopening(tmp_path: Path) -> None:
    events = [
        Event(NOON, "ada", "remembered", "r1", "t", "turn"),
        Event(NOON, "ada", "recalled", "r1", query="the café", detail={"rank": 1}),
    ]
    journal = Journal(tmp_path / "j.sqlite")
    journal.append(events)
    journal.close()
    assert Journal(tmp_path / "j.sqlite").of_record("ada", "r1") == events


def test_last_access_is_the_last_time_a_record_was_taken_by_its_user(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    journal.append(Event(NOON + timedelta(hours=hour), user, "taken", "r1") for hour, user in ((0, "ada"), (2, "ada"), (5, "bob")))
    journal.append([Event(NOON + timedelta(hours=9), "ada", "remembered", "r1")])
    assert journal.last_access("ada", ["r1", "r2"]) == {"r1": NOON + timedelta(hours=2)}
    assert journal.last_access("ada", []) == {}


def test_queries_go_through_the_codec_and_can_be_blanked(tmp_path: Path) -> None:
    class Backwards:
        def encode(self, text: str) -> str:
            return text[::-1]

        def decode(self, written: str) -> str:
            return written[::-1]

    journal = Journal(tmp_path / "j.sqlite", Backwards())
    journal.append([Event(NOON, "ada", "recalled", query="ulcer"), Event(NOON, "bob", "recalled", query="teapot")])
    assert journal.of_record("ada", "")[0].query == "ulcer"
    journal.forget_queries("ada")
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
