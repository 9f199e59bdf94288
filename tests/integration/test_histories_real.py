"""The readers on the real data, where they are: in the folder MNEME_DATA names, or in shared/data beside the checkout."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stores.histories import locomo, longmemeval, realmem
from stores.histories.formats import read_histories
from stores.histories.history import AS_THE_FILE_SAYS, History, ReadOptions, records_of

DATA = Path(os.environ.get("MNEME_DATA") or Path(__file__).parents[3] / "shared" / "data")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
REALMEM = {
    "Adeleke_Okonjo": (197, 1376, 124, 0),
    "Kenta_Tanaka": (191, 1542, 153, 1),
    "Liam_O_Connor": (226, 1500, 121, 0),
    "Lin_Wanyu": (207, 1284, 126, 0),
    "Sarah_Miller": (276, 1807, 158, 0),
}
LOCOMO = {
    "conv-26": (19, 419, 199),
    "conv-30": (19, 369, 105),
    "conv-41": (32, 663, 193),
    "conv-42": (29, 629, 260),
    "conv-43": (29, 680, 242),
}


def folder(name: str) -> Path:
    path = DATA / name
    if not path.is_dir():
        pytest.skip(f"no data: set MNEME_DATA to the folder that holds {name}")
    return path


def sound(history: History) -> int:
    """The number of turns, once ids, order and times have been looked at."""
    made = list(records_of(history, user_id="u", character_id="c", created_at=NOW))
    again = list(records_of(history, user_id="u", character_id="c", created_at=NOW))
    assert [record.id for record in made] == [record.id for record in again]
    assert len({record.id for record in made}) == len(made)
    moments = [record.said_at for record in made]
    assert moments == sorted(set(moments))
    assert [record.ordinal for record in made] == list(range(len(made)))
    return len(made)


@pytest.mark.parametrize("name", REALMEM)
def test_realmem(name: str) -> None:
    path = folder("realmem") / f"{name}.json"
    sessions, turns, asked, broken = REALMEM[name]
    (history,) = read_histories(path, "realmem")
    assert (len(history.sessions), sound(history), len(history.unreadable)) == (sessions, turns, broken)
    queries = realmem.read_queries(path)
    assert len(queries) == asked
    assert all(query.evidence for query in queries)
    assert {session for query in queries for session in query.evidence} <= {session.id for session in history.sessions}
    assert len({query.message_id for query in queries}) == asked


@pytest.mark.parametrize("name", LOCOMO)
def test_locomo(name: str) -> None:
    path = folder("locomo") / "locomo5.json"
    sessions, turns, asked = LOCOMO[name]
    (history,) = read_histories(path, "locomo", ReadOptions(only=name))
    assert (len(history.sessions), sound(history), history.unreadable) == (sessions, turns, ())
    questions = locomo.read_questions(path, name)
    assert len(questions) == asked
    known = {said.message_id for _, said in history.spoken()}
    assert all(known.issuperset(question.evidence) for question in questions)
    assert [question.unresolved for question in questions if question.unresolved] == ([("D10:19",), ("D",)] if name == "conv-42" else [])


def test_locomo_conversations_share_no_id() -> None:
    found = list(read_histories(folder("locomo") / "locomo5.json", "locomo"))
    ids = {record.id for history in found for record in records_of(history, user_id="u", character_id="c", created_at=NOW)}
    assert len(ids) == sum(turns for _, turns, _ in LOCOMO.values())


def test_longmemeval_haystacks() -> None:
    path = folder("longmemeval_s")
    questions = longmemeval.read_questions(path)
    assert (len(questions), sum(question.abstention for question in questions)) == (238, 17)
    for question in questions:
        assert {placed.session_id for placed in question.haystack}.issuperset(question.evidence)
    some = questions[::60]
    for question, history in zip(some, longmemeval.read_haystacks(path, some), strict=True):
        assert sound(history) > 0
        assert len(history.sessions) == len(question.haystack)
        assert all(trouble.why.endswith("content is empty") for trouble in history.unreadable)


def test_longmemeval_every_session() -> None:
    sessions = turns = broken = 0
    for history in longmemeval.read(folder("longmemeval_s") / "sessions.jsonl.gz", AS_THE_FILE_SAYS):
        sessions += len(history.sessions)
        turns += sum(len(session.said) for session in history.sessions)
        broken += len(history.unreadable)
    assert (sessions, turns, broken) == (10_261, 106_418, 6)
