"""What a prompt costs: every message that is sent is counted, as it is sent."""

from datetime import UTC, datetime, timedelta

from models.accounting import TOKENS_A_MESSAGE, prompt_tokens
from models.briefing import answer_messages
from models.mind import AnswerRequest, Character, Memory, Moment, Utterance
from models.tokens import counter_for

NOW = datetime(2026, 5, 7, 12, tzinfo=UTC)
COUNTER = counter_for("")
SAID = (
    Utterance("Ada", "user", "I like tea.", NOW - timedelta(days=2)),
    Utterance("Mneme", "assistant", "Noted.", NOW - timedelta(days=2)),
    Utterance("Ada", "user", "And cake.", NOW),
)
MEMORY = Memory("1", "I have a cat.", "Ada", "user", "turn", NOW - timedelta(days=30), 0.5, 0.5)


def request(**fields: object) -> AnswerRequest:
    return AnswerRequest("What do I like?", Character("mneme"), Moment(NOW), "Ada", **fields)  # type: ignore[arg-type]


def test_the_whole_prompt_is_counted_as_it_is_sent() -> None:
    asked = request(window=SAID, scratchpad=["Ada: likes tea"], memories=[MEMORY])
    sent = [message.text for message in answer_messages(asked)]
    assert "[Tuesday, 5 May 2026] I like tea." in sent
    assert prompt_tokens(asked, COUNTER)["prompt"] == sum(COUNTER.count(text) + TOKENS_A_MESSAGE for text in sent)


def test_each_part_is_told_where_it_stands_and_nowhere_else() -> None:
    bare = prompt_tokens(request(), COUNTER)
    assert (bare["window"], bare["notes"], bare["memories"]) == (0, 0, 0)
    for part, fields in (("window", {"window": SAID}), ("notes", {"scratchpad": ["Ada: likes tea"]}), ("memories", {"memories": [MEMORY]})):
        spent = prompt_tokens(request(**fields), COUNTER)
        assert [name for name in ("window", "notes", "memories") if spent[name]] == [part]
        assert spent["prompt"] > bare["prompt"]
    assert prompt_tokens(request(earlier=SAID[:1]), COUNTER)["window"] > 0
