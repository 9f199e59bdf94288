"""Histories become records, whatever format they came in; and a file that is not what was said is refused with a way out."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from stores.errors import InputError
from stores.histories.formats import READERS, read_histories
from stores.histories.history import History, HistorySession, ReadOptions, Said, records_of
from stores.histories.timeline import history_of
from stores.record import record_id

MORNING = datetime(2026, 3, 1, 9, tzinfo=UTC)
STORED = datetime(2026, 4, 1, tzinfo=UTC)
SAMPLES = {
    "mneme": {"thread": "t", "session": "s", "speaker": "Ada", "role": "user", "text": "hello", "said_at": "2026-03-01T09:00:00Z"},
    "realmem": {"dialogues": []},
    "locomo": [{"sample_id": "c", "conversation": {}, "qa": []}],
    "longmemeval": [{"question_id": "q", "haystack_session_ids": [], "haystack_dates": []}],
    "telegram": {"name": "Ben", "type": "personal_chat", "id": 2, "messages": []},
    "slack": [{"type": "message", "user": "U1", "text": "hello", "ts": "1704058860.000200"}],
    "chatgpt": [{"title": "t", "conversation_id": "c", "mapping": {}}],
}
WHATSAPP = "12/31/23, 9:41 PM - Ada: hello\n"


def session(name: str, began_at: datetime, *ids: str) -> HistorySession:
    return HistorySession(name, began_at, tuple(Said(one, "Ada", "user", f"words of {one}", began_at) for one in ids))


def records(history: History) -> list[dict[str, Any]]:
    return [dict(record) for record in records_of(history, user_id="ada", character_id="mneme", created_at=STORED)]


def test_records_carry_where_and_when_they_were_said() -> None:
    history = history_of("t", "Ada", "x:file", [session("s1", MORNING, "a", "b"), session("s2", MORNING + timedelta(days=1), "c")], [])
    made = records(history)
    assert [one["ordinal"] for one in made] == [0, 1, 2]
    assert [one["previous_message_id"] for one in made] == ["", "a", "b"]
    assert [one["session_id"] for one in made] == ["s1", "s1", "s2"]
    assert made[1]["said_at"] == MORNING + timedelta(seconds=1)
    assert made[1]["id"] == record_id("ada", "t", "b", "said")
    assert {(one["known_by"], one["source"], one["created_at"]) for one in made} == {(("mneme",), "x:file", STORED)}
    assert {one["trust"].origin for one in made} == {"imported"}


def test_records_need_a_user_and_a_character() -> None:
    with pytest.raises(InputError):
        list(records_of(History("t", "", "x:f"), user_id="", character_id="mneme", created_at=STORED))


def test_sessions_are_laid_out_in_time_and_keep_their_order_within_a_day() -> None:
    later, one, other = (
        session("later", MORNING + timedelta(days=1), "z"),
        session("one", MORNING, "a", "b"),
        session("other", MORNING, "c"),
    )
    history = history_of("t", "", "x:f", [later, one, other], [])
    assert [part.id for part in history.sessions] == ["one", "other", "later"]
    moments = [said.said_at for _, said in history.spoken()]
    assert moments == sorted(set(moments))
    assert history.sessions[1].began_at == MORNING + timedelta(seconds=2)


def test_a_message_id_that_comes_again_is_reported() -> None:
    history = history_of("t", "", "x:f", [session("s", MORNING, "a"), session("u", MORNING, "a", "b")], [])
    assert [said.message_id for _, said in history.spoken()] == ["a", "b"]
    assert len(history.unreadable) == 1
    assert "'a'" in history.unreadable[0].why


def test_an_unknown_format_is_refused_with_the_list() -> None:
    with pytest.raises(InputError) as refused:
        read_histories(Path("x"), "diary")
    assert all(name in refused.value.hint for name in READERS)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        read_histories(tmp_path / "none.json", "realmem")
    with pytest.raises(InputError, match="folder"):
        read_histories(tmp_path, "realmem")


@pytest.mark.parametrize(("wanted", "given"), list(permutations(READERS, 2)))
def test_a_file_of_another_format_is_refused_and_named(tmp_path: Path, wanted: str, given: str) -> None:
    for indent in (None, 1):
        path = tmp_path / ("file.jsonl" if given == "mneme" else "file.json")
        text = WHATSAPP if given == "whatsapp" else json.dumps(SAMPLES[given], indent=indent if given != "mneme" else None)
        path.write_text(text)
        with pytest.raises(InputError) as refused:
            list(read_histories(path, wanted))
        assert f"--format {given}" in refused.value.hint


@pytest.mark.parametrize("name", sorted(READERS))
@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\xff", b"hello there", b"[" * 100_000, b'{"a": 1', b"\x1f\x8bbroken", b"1" * 5000]
)
@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_a_file_of_no_format_is_refused(tmp_path: Path, name: str, content: bytes, suffix: str) -> None:
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        list(read_histories(path, name))
    assert refused.value.hint


def test_a_packed_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(SAMPLES["mneme"]).encode() * 1000)[:-20])
    with pytest.raises(InputError, match="cannot be read"):
        list(read_histories(path, "mneme", ReadOptions()))
