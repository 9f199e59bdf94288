"""RealMem, LoCoMo and LongMemEval, in small files written here."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from stores.errors import InputError
from stores.histories import locomo, longmemeval, realmem
from stores.histories.history import AS_THE_FILE_SAYS, History, ReadOptions

BROKEN_TEXTS = [("", "empty"), (3, "not text"), (None, "missing"), ("a\0", "NUL"), ("\udfff", "surrogate")]


def written(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def texts(history: History) -> list[str]:
    return [said.text for _, said in history.spoken()]


def dialogue(name: str, day: str, *contents: Any) -> dict[str, Any]:
    turns = [{"speaker": ("User", "Assistant")[n % 2], "content": content, "is_query": False} for n, content in enumerate(contents)]
    return {"session_uuid": name, "current_time": day, "dialogue_turns": turns}


def persona(*dialogues: Any) -> dict[str, Any]:
    return {"_metadata": {"person_name": "Ada_Byron"}, "dialogues": list(dialogues)}


def test_realmem_is_one_thread_of_dated_sessions(tmp_path: Path) -> None:
    evening = dialogue("s2", "2026-01-05 (Monday)", "second", "two")
    path = written(
        tmp_path / "Ada.json", persona(dialogue("s3", "2026-01-06 (Tuesday)", "third"), dialogue("s1", "2026-01-05", "first"), evening)
    )
    (history,) = realmem.read(path, AS_THE_FILE_SAYS)
    assert (history.thread_id, history.user_name, history.source) == ("realmem:Ada_Byron", "Ada Byron", "realmem:Ada.json")
    assert texts(history) == ["first", "second", "two", "third"]
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert [said.said_at for _, said in history.spoken()][:3] == [noon + timedelta(seconds=n) for n in range(3)]
    assert [(said.speaker, said.role) for said in history.sessions[1].said] == [("Ada Byron", "user"), ("Assistant", "assistant")]


@pytest.mark.parametrize(("content", "why"), BROKEN_TEXTS)
def test_realmem_reports_what_it_cannot_read(tmp_path: Path, content: object, why: str) -> None:
    value = persona(dialogue("s1", "2026-01-05", "first", content), dialogue("s2", "soon", "a", "b"), 7, {"session_uuid": "s4"})
    (history,) = realmem.read(written(tmp_path / "x.json", value), AS_THE_FILE_SAYS)
    assert texts(history) == ["first"]
    first, *others = [trouble.why for trouble in history.unreadable]
    assert first.startswith("session s1, message 2: content")
    assert why in first
    assert ["s2 (2 messages)" in others[0], "session 3" in others[1], "s4" in others[2]] == [True, True, True]
    assert realmem.read_queries(tmp_path / "x.json") == []


def test_realmem_queries_know_their_moment_and_their_evidence(tmp_path: Path) -> None:
    asked = dialogue("s2", "2026-01-07", "And my cat?", "Pixel.")
    asked["dialogue_turns"][0] |= {"is_query": True, "query_id": "Q-1", "topic": "cats"}
    asked["dialogue_turns"][1] |= {
        "memory_used": [{"session_uuid": "s1", "content": "has a cat"}, {"session_uuid": "s1", "content": "Pixel"}]
    }
    path = written(tmp_path / "x.json", persona(dialogue("s1", "2026-01-05", "I have a cat.", "Nice."), asked))
    (query,) = realmem.read_queries(path)
    assert (query.query_id, query.text, query.answer, query.topic) == ("Q-1", "And my cat?", "Pixel.", "cats")
    assert (query.evidence, query.memories, query.message_id) == (("s1",), ("has a cat", "Pixel"), "s2:0")
    assert query.asked_at == datetime(2026, 1, 7, 12, tzinfo=UTC)


def test_realmem_has_one_conversation(tmp_path: Path) -> None:
    path = written(tmp_path / "x.json", persona())
    assert len(list(realmem.read(path, ReadOptions(only="Ada_Byron")))) == 1
    with pytest.raises(InputError):
        list(realmem.read(path, ReadOptions(only="Grace")))


def conversation(name: str, **sessions: list[dict[str, Any]]) -> dict[str, Any]:
    dates = {f"{key}_date_time": f"1:56 pm on {number} May, 2023" for number, key in enumerate(sessions, start=8)}
    return {"sample_id": name, "conversation": {"speaker_a": "Ada", "speaker_b": "Grace", **sessions, **dates}, "qa": []}


def turn(dia_id: str, text: Any, speaker: str = "Ada", **more: Any) -> dict[str, Any]:
    return {"dia_id": dia_id, "speaker": speaker, "text": text, **more}


def test_locomo_keeps_both_people_and_their_photos(tmp_path: Path) -> None:
    photo = turn("D1:2", "Look!", "Grace", blip_caption="a boat", img_url=["somewhere"])
    ten = {"session_10": [turn("D10:1", "tenth")], "session_1": [turn("D1:1", "Hi."), photo, turn("D1:3", "", blip_caption="a cat")]}
    value = conversation("c1", **ten)
    value["conversation"]["session_1_date_time"] = "12:05 am on 1 May, 2023"
    (history,) = locomo.read(written(tmp_path / "l.json", [value]), AS_THE_FILE_SAYS)
    assert texts(history) == ["Hi.", "Look! [shares a photo: a boat]", "[shares a photo: a cat]", "tenth"]
    assert [(said.speaker, said.role) for said in history.sessions[0].said[:2]] == [("Ada", "user"), ("Grace", "user")]
    assert history.sessions[0].said[1].additional == {"blip_caption": "a boat", "img_url": ["somewhere"]}
    assert history.sessions[0].began_at == datetime(2023, 5, 1, 0, 5, tzinfo=UTC)
    assert (history.thread_id, history.user_name) == ("locomo:c1", "")


def test_locomo_takes_a_zone(tmp_path: Path) -> None:
    path = written(tmp_path / "l.json", [conversation("c1", session_1=[turn("D1:1", "Hi.")])])
    (history,) = locomo.read(path, ReadOptions(zone=ZoneInfo("America/New_York")))
    assert history.sessions[0].began_at == datetime(2023, 5, 8, 17, 56, tzinfo=UTC)


@pytest.mark.parametrize(("only", "found"), [("", ["a", "b"]), ("b", ["b"]), ("1", ["a"])])
def test_locomo_conversations_can_be_chosen(tmp_path: Path, only: str, found: list[str]) -> None:
    path = written(tmp_path / "l.json", [conversation("a"), conversation("b")])
    assert [history.thread_id for history in locomo.read(path, ReadOptions(only=only))] == [f"locomo:{name}" for name in found]
    with pytest.raises(InputError, match="'z'"):
        list(locomo.read(path, ReadOptions(only="z")))


@pytest.mark.parametrize(("text", "why"), BROKEN_TEXTS)
def test_locomo_reports_what_it_cannot_read(tmp_path: Path, text: object, why: str) -> None:
    value = conversation("c", session_1=[turn("D1:1", "Hi."), turn("D1:2", text), turn("D1:1", "again")], session_2=[turn("D2:1", "x")])
    del value["conversation"]["session_2_date_time"]
    (history,) = locomo.read(written(tmp_path / "l.json", [value]), AS_THE_FILE_SAYS)
    assert texts(history) == ["Hi."]
    whys = [trouble.why for trouble in history.unreadable]
    assert len(whys) == 3
    assert whys[0].startswith("c, session_1, message 2: text")
    assert why in whys[0]
    assert "session_2 (1 messages)" in whys[1]
    assert "second message" in whys[2]


def test_locomo_questions_resolve_their_evidence(tmp_path: Path) -> None:
    value = conversation("c", session_1=[turn("D1:1", "Hi."), turn("D1:2", "Ho.")])
    value["qa"] = [
        {"question": "What?", "answer": 7, "evidence": ["D1:1; D1:2", "D1:9", "D", "D:1:2"], "category": 1},
        {"question": "Who?", "adversarial_answer": "Ada", "evidence": [], "category": 5},
    ]
    first, second = locomo.read_questions(written(tmp_path / "l.json", [value]))
    assert (first.answer, first.evidence, first.unresolved) == ("7", ("D1:1", "D1:2"), ("D1:9", "D"))
    assert (second.answer, second.adversarial_answer, second.category) == ("", "Ada", 5)
    value["qa"].append({"question": "", "evidence": [], "category": 1})
    with pytest.raises(InputError, match="question 3 of c"):
        locomo.read_questions(written(tmp_path / "l.json", [value]))


def question(name: str, *haystack: tuple[str, str]) -> dict[str, Any]:
    return {
        "question_id": name,
        "question_type": "multi-session",
        "question": "What is my cat called?",
        "question_date": "2023/06/01 (Thu) 10:00",
        "answer": "Pixel",
        "answer_session_ids": ["s1"],
        "haystack_session_ids": [session for session, _ in haystack],
        "haystack_dates": [date for _, date in haystack],
    }


SESSIONS = {
    "s1": [{"role": "user", "content": "My cat is Pixel.", "has_answer": True}, {"role": "assistant", "content": "Lovely."}],
    "s2": [{"role": "user", "content": "It rains.", "has_answer": False}],
    "s3": [{"role": "user", "content": "Nobody dates me."}],
}
DAY, NEXT_DAY = "2023/05/20 (Sat) 08:00", "2023/05/21 (Sun) 08:00"


@pytest.fixture(params=["beside", "packed", "inside"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    questions = [question("q1", ("s2", NEXT_DAY), ("s1", DAY), ("s2", "2023/05/22 (Mon) 08:00")), question("q2_abs", ("s2", DAY))]
    lines = "".join(json.dumps({"session_id": name, "turns": turns}) + "\n" for name, turns in SESSIONS.items())
    if request.param == "beside":
        (tmp_path / "sessions.jsonl").write_text(lines)
    elif request.param == "packed":
        (tmp_path / "sessions.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    else:
        questions = [one | {"haystack_sessions": [SESSIONS[name] for name in one["haystack_session_ids"]]} for one in questions]
    written(tmp_path / "questions.json", questions)
    return tmp_path


def test_longmemeval_reads_the_haystack_of_a_question(folder: Path) -> None:
    (history,) = longmemeval.read(folder, ReadOptions(only="q1", user_name="Ada"))
    assert history.thread_id == "longmemeval:q1"
    assert [session.id for session in history.sessions] == ["s1", "s2", "s2@2"]
    assert [said.message_id for _, said in history.spoken()] == ["s1:0", "s1:1", "s2:0", "s2@2:0"]
    assert history.sessions[0].began_at == datetime(2023, 5, 20, 8, tzinfo=UTC)
    assert [said.speaker for said in history.sessions[0].said] == ["Ada", "Assistant"]
    assert history.unreadable == ()
    with pytest.raises(InputError, match="'q9'"):
        list(longmemeval.read(folder, ReadOptions(only="q9")))


def test_longmemeval_reads_every_session_once(folder: Path) -> None:
    options = ReadOptions(undated=datetime(2023, 1, 1, tzinfo=UTC))
    found = {history.thread_id: history for history in longmemeval.read(folder, options)}
    assert {"longmemeval:s1", "longmemeval:s2"} <= found.keys()
    assert found["longmemeval:s2"].sessions[0].began_at == datetime(2023, 5, 21, 8, tzinfo=UTC)


def test_longmemeval_questions_and_answering_messages(folder: Path) -> None:
    first, second = longmemeval.read_questions(folder)
    assert (first.answer, first.evidence, first.abstention, second.abstention) == ("Pixel", ("s1",), False, True)
    assert first.asked_at == datetime(2023, 6, 1, 10, tzinfo=UTC)
    assert longmemeval.read_answering_messages(folder, ["s1"]) == {"s1": ("s1:0",)}
    assert [history.thread_id for history in longmemeval.read_haystacks(folder, [first, second])] == [
        "longmemeval:q1",
        "longmemeval:q2_abs",
    ]


def test_longmemeval_invents_no_date(tmp_path: Path) -> None:
    path = tmp_path / "sessions.jsonl"
    path.write_text(json.dumps({"session_id": "s1", "turns": SESSIONS["s1"]}))
    with pytest.raises(InputError, match="no date"):
        list(longmemeval.read(path, AS_THE_FILE_SAYS))
    moment = datetime(2023, 1, 1, tzinfo=UTC)
    (history,) = longmemeval.read(path, ReadOptions(undated=moment))
    assert history.sessions[0].began_at == moment


@pytest.mark.parametrize(("content", "why"), BROKEN_TEXTS)
def test_longmemeval_reports_what_it_cannot_read(tmp_path: Path, content: object, why: str) -> None:
    good, bad = {"role": "user", "content": "Hi."}, {"role": "user", "content": content}
    lines = [{"session_id": "s1", "turns": [good, bad, {"role": "tool", "content": "x"}]}, {"session_id": "s2"}, 7]
    (tmp_path / "sessions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + "{\n")
    written(tmp_path / "questions.json", [question("q1", ("s1", DAY), ("s5", DAY))])
    (history,) = longmemeval.read(tmp_path, ReadOptions(only="q1"))
    assert texts(history) == ["Hi."]
    assert sorted(trouble.line for trouble in history.unreadable) == [0, 1, 1, 2, 3, 4]
    assert any(why in trouble.why for trouble in history.unreadable)
    every = list(longmemeval.read(tmp_path / "sessions.jsonl", AS_THE_FILE_SAYS))
    assert sum(len(one.unreadable) for one in every) == 5


def test_longmemeval_needs_sessions(tmp_path: Path) -> None:
    written(tmp_path / "questions.json", [question("q1", ("s1", DAY))])
    with pytest.raises(InputError) as refused:
        list(longmemeval.read(tmp_path, ReadOptions(only="q1")))
    assert "sessions.jsonl" in refused.value.hint


@pytest.mark.parametrize("size", [1, 3_000_000])
def test_longmemeval_reads_items_longer_than_what_is_read_at_once(tmp_path: Path, size: int) -> None:
    long = question("q1", ("s1", DAY)) | {"question": "é" * size}
    path = tmp_path / "questions.json"
    path.write_text(json.dumps([long, long, question("q2")], ensure_ascii=False, indent=1), encoding="utf-8")
    assert [one.question_id for one in longmemeval.read_questions(path)] == ["q1", "q1", "q2"]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="to its end"):
        longmemeval.read_questions(path)
