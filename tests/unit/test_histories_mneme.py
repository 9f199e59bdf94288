"""Mneme's own format: every line is read, or reported with its number; what is written is read back the same."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stores.errors import InputError
from stores.histories import mneme
from stores.histories.history import AS_THE_FILE_SAYS, History, HistorySession, ReadOptions, Said, records_of

LINE = {
    "thread": "t1",
    "session": "s1",
    "speaker": "Ada",
    "role": "user",
    "text": "My cat is Pixel.",
    "said_at": "2026-03-01T09:00:00+01:00",
}


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def read(path: Path, options: ReadOptions = AS_THE_FILE_SAYS) -> list[History]:
    return list(mneme.read(path, options))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "talk.jsonl"


def test_threads_and_sessions_are_read_in_the_order_of_time(path: Path) -> None:
    late = LINE | {"session": "s2", "said_at": "2026-03-02T09:00:00Z", "text": "later"}
    reply = LINE | {"speaker": "Mneme", "role": "assistant", "text": "reply", "said_at": "2026-03-01T08:00:05Z"}
    write_lines(path, late, reply, LINE, LINE | {"thread": "t2"})
    first, second = read(path)
    assert [said.text for _, said in first.spoken()] == ["My cat is Pixel.", "reply", "later"]
    assert [session.id for session in first.sessions] == ["s1", "s2"]
    assert first.sessions[0].began_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (first.thread_id, first.user_name, first.source) == ("t1", "Ada", "mneme:talk.jsonl")
    assert second.thread_id == "t2"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"text": ""}, "text is empty"),
        ({"text": " \n"}, "text is empty"),
        ({"text": 7}, "text is not text"),
        ({"text": None}, "text is missing"),
        ({"text": "a\0b"}, "NUL"),
        ({"text": "\ud800"}, "surrogate"),
        ({"thread": "a\nb"}, "control character"),
        ({"speaker": ""}, "speaker is empty"),
        ({"role": "system"}, "role is 'system'"),
        ({"said_at": "yesterday"}, "ISO 8601"),
        ({"said_at": "2026-03-01T09:00:00"}, "no time zone"),
        ({"said_at": "0001-01-01T00:00:00+10:00"}, "year 1"),
        ({"said_at": 1772352000}, "said_at is not text"),
        ({"message_id": None}, "message_id is missing"),
        ({"additional": []}, "additional is not a JSON object"),
        ({"additional": {"n": 2**63}}, "64 bits"),
        ({"additional": {"n": 1e400}}, "finite"),
        ({"additional": {"n": "\0"}}, "NUL"),
        ({"additional": {"n": json.loads("[" * 9 + "]" * 9)}}, "levels deep"),
        ({"sadi_at": ""}, "unknown field 'sadi_at'"),
    ],
)
def test_a_line_that_cannot_be_read_is_reported(path: Path, change: dict[str, object], why: str) -> None:
    write_lines(path, LINE, "", LINE | change, LINE)
    (history,) = read(path)
    assert len(list(history.spoken())) == 2
    (trouble,) = history.unreadable
    assert trouble.line == 3
    assert why in trouble.why


@pytest.mark.parametrize("line", ["{", "[]", "3", "null", '"words"', "[" * 100_000, '{"a": ' + "9" * 5000 + "}"])
def test_a_line_that_is_no_object_is_reported(path: Path, line: str) -> None:
    (history,) = read(write_lines(path, LINE, line))
    assert [trouble.line for trouble in history.unreadable] == [2]


def test_bytes_that_are_no_text_are_reported_and_a_byte_order_mark_is_not(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(LINE).encode() + b"\r\n\xff\xfe\n")
    (history,) = read(path)
    assert len(list(history.spoken())) == 1
    assert [(trouble.line, "UTF-8" in trouble.why) for trouble in history.unreadable] == [(2, True)]


def test_what_cannot_be_read_is_reported_where_nothing_can(path: Path) -> None:
    (history,) = read(write_lines(path, LINE | {"text": ""}))
    assert history.sessions == ()
    assert history.unreadable[0].line == 1


def test_a_message_id_used_twice_is_reported(path: Path) -> None:
    write_lines(path, LINE | {"message_id": "m"}, LINE | {"message_id": "m", "session": "s2"}, LINE | {"message_id": "m", "thread": "t2"})
    first, second = read(path)
    assert [trouble.line for trouble in first.unreadable] == [2]
    assert "line 1" in first.unreadable[0].why
    assert second.unreadable == ()


def test_ids_that_are_made_stay_when_lines_are_added(path: Path) -> None:
    before = [said.message_id for _, said in read(write_lines(path, LINE, LINE))[0].spoken()]
    earlier = LINE | {"said_at": "2026-02-01T09:00:00Z", "text": "before"}
    after = [said.message_id for _, said in read(write_lines(path, earlier, LINE, LINE))[0].spoken()]
    assert len(set(before)) == 2
    assert after[1:] == before


def test_one_thread_can_be_chosen_and_a_zone_given(path: Path) -> None:
    write_lines(path, LINE | {"said_at": "2026-03-01T09:00:00"}, LINE | {"thread": "t2"})
    (history,) = read(path, ReadOptions(only="t1", zone=ZoneInfo("Asia/Seoul")))
    assert history.sessions[0].began_at == datetime(2026, 3, 1, 0, tzinfo=UTC)
    with pytest.raises(InputError) as refused:
        read(path, ReadOptions(only="t9"))
    assert "t2" in refused.value.hint


def test_a_packed_file_is_read(path: Path) -> None:
    path.write_bytes(gzip.compress(json.dumps(LINE).encode()))
    assert len(list(read(path)[0].spoken())) == 1


def test_an_empty_file_holds_nothing(path: Path) -> None:
    path.write_bytes(b"\n")
    assert read(path) == []


def test_writing_to_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        mneme.write([], tmp_path / "none" / "talk.jsonl")


LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
NAMES = st.text(LETTERS, min_size=1, max_size=12).filter(str.strip)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
INTEGERS = st.integers(-(2**63) + 1, 2**63 - 1)
VALUES = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
ADDITIONAL: st.SearchStrategy[Any] = st.dictionaries(NAMES, VALUES | st.lists(VALUES, max_size=3), max_size=3)


@st.composite
def histories(draw: st.DrawFn) -> History:
    message_ids = iter(draw(st.lists(NAMES, min_size=9, max_size=9, unique=True)))
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    began_at = draw(MOMENTS)
    sessions = []
    for number, name in enumerate(names):
        moment = began_at + timedelta(days=number)
        said = tuple(
            Said(next(message_ids), draw(NAMES), draw(st.sampled_from(["user", "assistant"])), draw(TEXTS), moment, draw(ADDITIONAL))
            for _ in range(draw(st.integers(1, 3)))
        )
        sessions.append(HistorySession(name, moment, said))
    return History(draw(NAMES), "", "", tuple(sessions))


@settings(deadline=None)
@given(st.lists(histories(), max_size=3, unique_by=lambda history: history.thread_id))
def test_what_is_written_is_read_back_the_same(written: list[History]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "talk.jsonl"
        count = mneme.write(written, path)
        again = read(path)
    assert count == sum(len(session.said) for history in written for session in history.sessions)
    assert [(history.thread_id, history.sessions, history.unreadable) for history in again] == [
        (history.thread_id, history.sessions, ()) for history in written
    ]


JSON = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6
)
LINES = st.one_of(
    st.just(json.dumps(LINE)),
    st.fixed_dictionaries({}, optional={name: st.just(value) | JSON for name, value in LINE.items()}).map(json.dumps),
    JSON.map(json.dumps),
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=6))
def test_no_line_is_lost(lines: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = write_lines(Path(folder) / "talk.jsonl", json.dumps(LINE), *lines)
        found = read(path)
    filled = [number for number, line in enumerate(lines, start=2) if line.encode().strip()]
    read_lines = sum(1 for history in found for _ in history.spoken()) - 1
    reported = Counter(trouble.line for history in found for trouble in history.unreadable)
    assert read_lines + reported.total() == len(filled)
    assert set(reported) <= set(filled)
    for history in found:
        made = list(records_of(history, user_id="u", character_id="c", created_at=datetime.now(UTC)))
        assert len({record.id for record in made}) == len(made)
