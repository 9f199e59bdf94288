"""Conversations put together from data sets, replayed through the graph; the data are made up here, in the form of the real ones."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from evals import tokens
from evals.replay import ASKED, ASKED_AFTER, SHARES, Exchanged, conversation
from stores.errors import InputError

PERSONS, SESSIONS = 5, 40
THINGS = ("harbour", "violin", "orchard", "glacier", "bakery", "lantern", "saddle", "museum")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name in ("realmem", "longmemeval_s", "layer/mtbench101"):
        (folder / name).mkdir(parents=True)
    for person in range(PERSONS):
        (folder / "realmem" / f"{person}.json").write_text(json.dumps({"dialogues": [life(number) for number in range(SESSIONS)]}))
    questions = [asked(number) for number in range(SESSIONS)]
    (folder / "longmemeval_s" / "questions.json").write_text(json.dumps(questions))
    with gzip.open(folder / "longmemeval_s" / "sessions.jsonl.gz", "wt") as lines:
        lines.writelines(f"{json.dumps(told(number))}\n" for number in range(SESSIONS))
    dialogues = [{"task": "CM", "id": at, "history": [{"user": f"Task {at}?", "bot": "Done."}] * 2} for at in range(9)]
    (folder / "layer" / "mtbench101" / "mtbench101.jsonl").write_text("\n".join(map(json.dumps, dialogues)))
    return folder


ASIDE = "It rained when we were there. We sat by the window for hours. Nobody said much. The tea was cold by then. " * 6


def life(number: int) -> dict[str, object]:
    """A session of one of RealMem's persons, whose second answer rests on the session before."""
    used = [{"session_uuid": f"life-{number - 1}", "content": "x"}] if number else []
    user, assistant = {"speaker": "User"}, {"speaker": "Assistant"}
    turns = [
        {**user, "content": f"I plan trip {number}."},
        {**assistant, "content": "Good."},
        {**user, "content": f"Where were we with trip {number}?", "is_query": True},
        {**assistant, "content": "At the map.", "memory_used": used},
    ]
    return {"session_uuid": f"life-{number}", "current_time": "2024-01-01", "dialogue_turns": turns}


def told(number: int) -> dict[str, object]:
    """A session of LongMemEval with one message that answers a question."""
    thing = f"{THINGS[number % len(THINGS)]} {number}"
    said = [
        {"role": "user", "content": f"My favourite place is the {thing}. {ASIDE}", "has_answer": True},
        {"role": "assistant", "content": "Nice."},
    ]
    return {"session_id": f"answer_{number}", "turns": said}


def asked(number: int) -> dict[str, object]:
    return {
        "question_id": f"q{number}",
        "question_type": "single-session-user",
        "question": f"Which is my favourite place with the number {number}?",
        "question_date": "2024/02/01 (Thu) 10:00",
        "answer": str(number),
        "answer_session_ids": [f"answer_{number}"],
        "haystack_dates": ["2024/01/01 (Mon) 10:00"],
        "haystack_session_ids": [f"answer_{number}"],
    }


def test_sessions_stand_among_one_another_in_their_shares(data: Path) -> None:
    timed = conversation(data, 0, 60, seed=0)
    counts = Counter(turn.source.split(",")[0] for _, turn in timed)
    assert len(timed) == 60
    assert all(abs(counts[source] / 60 - share) < 0.1 for source, share in SHARES.items())
    moments = [moment for moment, _ in timed]
    assert moments == sorted(set(moments))
    ids = [id for _, turn in timed for id in (turn.message_id, turn.reply_id)]
    assert len(set(ids)) == len(ids)


def test_what_an_answer_rests_on_was_said_before_and_not_just_before(data: Path) -> None:
    turns = [turn for _, turn in conversation(data, 0, 80, seed=0)]
    questions = [at for at, turn in enumerate(turns) if turn.source == ASKED]
    assert questions
    for at in questions:
        before = [id for turn in turns[:at] for id in (turn.message_id, turn.reply_id)]
        assert turns[at].shown(before) == 1
        last = next(place for place, turn in enumerate(turns) if turn.message_id in {id for piece in turns[at].evidence for id in piece})
        assert len({turn.session for turn in turns[last + 1 : at] if turn.source == "LongMemEval"}) >= ASKED_AFTER
    followed = [turn for turn in turns if turn.source == "RealMem" and turn.evidence]
    assert all(turn.evidence == (frozenset({f"life-{int(turn.session[5:]) - 1}/"}),) for turn in followed)


def test_one_seed_gives_one_conversation(data: Path) -> None:
    assert conversation(data, 1, 40, seed=3) == conversation(data, 1, 40, seed=3)
    assert conversation(data, 1, 40, seed=3) != conversation(data, 1, 40, seed=4)


def test_of_several_pieces_the_share_is_told() -> None:
    turn = Exchanged("any", "s", 1, "?", "!", (frozenset({"a/0"}), frozenset({"b/"})))
    assert [turn.shown(ids) for ids in ([], ["a/0"], ["b/7/answer"], ["b/7", "a/0"], ["c/0"])] == [0, 0.5, 0.5, 1, 0]


def test_without_the_data_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read") as caught:
        conversation(tmp_path, 0, 10, seed=0)
    assert "realmem" in caught.value.hint


def test_a_replay_counts_what_every_way_costs(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(tokens, "CONVERSATIONS", 2)
    result = tokens.run(data, limit=60)
    mneme, always, in_part, most, whole = result.systems.values()
    (shown,) = result.shown
    assert 0 < mneme[shown].value <= always[shown].value
    assert always[f"{tokens.MEMORY} at 60"].value >= mneme[f"{tokens.MEMORY} at 60"].value > 0
    assert always["evidence shown"].value >= mneme["evidence shown"].value > 0.3
    assert always[tokens.RECALLED].value > mneme[tokens.RECALLED].value
    assert in_part[f"{tokens.MEMORY} at 60"].value < always[f"{tokens.MEMORY} at 60"].value
    assert in_part["evidence shown"] == always["evidence shown"]
    assert most["evidence shown"].value >= always["evidence shown"].value
    assert most[f"{tokens.MEMORY} at 60"].value > in_part[f"{tokens.MEMORY} at 60"].value
    assert whole.keys() == {shown}
