"""How conversations and memories become haystacks."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evals import madial, own, realmem
from evals.locomo import official_text
from stores.errors import InputError
from tests.fakes import record


def conversation(**fields: Any) -> dict[str, Any]:
    turns = [
        {"id": "1:1", "speaker": "Ada", "text": "Look at him!", "image": "a photo of a muddy dog"},
        {"id": "1:2", "speaker": "Ben", "text": "Which breed is he?"},
    ]
    later = [{"id": "2:1", "speaker": "Ada", "text": "A collie, barely two."}]
    given: dict[str, Any] = {
        "id": "en-00",
        "language": "en",
        "speakers": ["Ada", "Ben"],
        "sessions": [{"at": "2023-03-04T18:20", "turns": turns}, {"at": "2023-04-04T18:20", "turns": later}],
        "questions": [{"question": "What is Ada's pet?", "evidence": ["1:1", "2:1"], "kind": "multi"}],
    }
    return {**given, **fields}


def written(folder: Path, value: dict[str, Any]) -> Path:
    (folder / "en-00.json").write_text(json.dumps(value), "utf-8")
    return folder


def test_a_conversation_of_our_own_is_read_as_an_import_would(tmp_path: Path) -> None:
    (stack,) = own.haystacks(written(tmp_path, conversation()))
    (asked,) = stack.questions
    assert [one.text for one in stack.records] == [
        "Look at him! [shares a photo: a photo of a muddy dog]",
        "Which breed is he?",
        "A collie, barely two.",
    ]
    assert stack.texts[0] == 'Ada said, "Look at him!" and shared a photo of a muddy dog'
    assert asked.evidence == {stack.records[0].id, stack.records[2].id}
    assert asked.sessions == {"session_1", "session_2"}
    assert asked.categories == ("en", "multi")
    assert asked.asked_at == datetime(2023, 4, 5, 18, 20, tzinfo=UTC)


def test_of_a_talk_with_an_assistant_plain_systems_read_the_words_alone(tmp_path: Path) -> None:
    turns = [{"id": "1:1", "speaker": "user", "text": "Plan tea."}, {"id": "1:2", "speaker": "assistant", "text": "At four."}]
    asked = {"question": "When is tea?", "evidence": ["1:2"], "kind": "assistant", "asked_at": "2023-05-01T09:00"}
    talk = conversation(speakers=["user", "assistant"], sessions=[{"at": "2023-03-04T18:20", "turns": turns}], questions=[asked])
    (stack,) = own.haystacks(written(tmp_path, talk))
    assert [(one.speaker, one.role) for one in stack.records] == [("User", "user"), ("Assistant", "assistant")]
    assert stack.texts == ("Plan tea.", "At four.")
    assert stack.questions[0].asked_at == datetime(2023, 5, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "broken",
    [
        conversation(questions=[{"question": "?", "evidence": ["9:9"], "kind": "single"}]),
        conversation(questions=[{"question": "?", "evidence": [], "kind": "single"}]),
        conversation(sessions=[]),
        conversation(speakers=["Ada"]),
    ],
)
def test_a_conversation_that_is_not_whole_is_refused(tmp_path: Path, broken: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="en-00"):
        list(own.haystacks(written(tmp_path, broken)))


def test_a_folder_without_conversations_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no conversations"):
        list(own.haystacks(tmp_path))


def test_a_limit_draws_questions_and_leaves_out_conversations_without_any(tmp_path: Path) -> None:
    two = conversation(questions=[{"question": f"{number}?", "evidence": ["1:1"], "kind": "single"} for number in range(9)])
    (stack,) = own.haystacks(written(tmp_path, two), limit=3)
    assert len(stack.questions) == 3


@pytest.mark.parametrize(
    ("text", "caption", "official"),
    [
        ("Hello", None, 'Ada said, "Hello"'),
        ("Hello [shares a photo: a hat]", "a hat", 'Ada said, "Hello" and shared a hat'),
        ("[shares a photo: a hat]", "a hat", 'Ada said, "" and shared a hat'),
    ],
)
def test_locomo_s_own_text_of_a_turn(text: str, caption: str | None, official: str) -> None:
    assert official_text(record(text, additional={"blip_caption": caption} if caption else {})) == official


def test_a_dialogue_of_madial_is_asked_up_to_the_turn_that_a_memory_fits(tmp_path: Path) -> None:
    memories = [{"7": {"time": "2023-12-25", "scene": "Play", "emotion": "Happy", "event": "Bart danced."}}]
    lines = ["<BOD>\n", '<Bart>: "I am nervous."\n', '<Assistant>: "You danced well."\n', "<EOD>\n"]
    dialogues = [{"dialogue": lines, "test-turn": [2], "relevant-id": [7], "user-id": 1}]
    for name, values in ((madial.MEMORIES, memories), (madial.DIALOGUES, dialogues)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, values)), "utf-8")
    (stack,) = madial.haystacks(tmp_path)
    assert stack.questions[0].text == 'Bart: "I am nervous."'
    assert stack.questions[0].evidence == {stack.records[0].id}
    assert (stack.records[0].text, stack.records[0].said_at) == ("Bart danced.", datetime(2023, 12, 25, tzinfo=UTC))


def test_data_that_are_not_there_are_asked_for(tmp_path: Path) -> None:
    for haystacks in (madial.haystacks, realmem.haystacks):
        with pytest.raises(InputError, match="no file"):
            list(haystacks(tmp_path))


def test_a_query_of_realmem_rests_on_sessions_before_its_own_and_searches_these_alone(tmp_path: Path) -> None:
    used = [{"session_uuid": name, "content": "said"} for name in ("a", "b", "c")]
    sessions = [
        {"session_uuid": "a", "current_time": "2025-01-01 (Wednesday)", "dialogue_turns": [{"speaker": "User", "content": "Tea is best."}]},
        {
            "session_uuid": "b",
            "current_time": "2025-01-02 (Thursday)",
            "dialogue_turns": [
                {"speaker": "User", "content": "I am thirsty."},
                {"speaker": "Assistant", "content": "What would you like?"},
                {"speaker": "User", "content": "What do I like?", "is_query": True, "query_id": "q"},
                {"speaker": "Assistant", "content": "Tea.", "memory_used": used},
            ],
        },
        {"session_uuid": "c", "current_time": "2025-01-03 (Friday)", "dialogue_turns": [{"speaker": "User", "content": "Milk."}]},
    ]
    (tmp_path / "Ada.json").write_text(json.dumps({"dialogues": sessions}), "utf-8")
    (stack,) = realmem.haystacks(tmp_path)
    (asked,) = stack.questions
    assert asked.sessions == {"a"}
    assert asked.until
    assert [one.text for one in stack.records if one.said_at <= asked.until] == ["Tea is best."]
