"""What the local mind says where the user asks what it knows of them."""

from datetime import UTC, datetime, timedelta

import pytest

from models.local.evidence import Source
from models.local.telling import ABOUT_THE_USER, MOST_TOLD, said_then, told_about
from models.mind import Moment

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
TOLD = ("Hi, I'm Rosa and I run a small bakery in Porto.", "My oven is called Vulcano. Nice day!", "I love figs and I hate walnuts.")


def source(text: str, number: int = 0, role: str = "user") -> Source:
    return Source(f"id {number}", text, "", role, NOON + timedelta(minutes=number), 0.5, 0.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        "What do you know about me?",
        "what do you remember about me",
        "Tell me about myself.",
        "Tell me everything about me!",
        "What have I told you so far?",
    ],
)
def test_they_hear_what_they_told_oldest_first(words: str) -> None:
    told = told_about(words, [source(text, at) for at, text in enumerate((*TOLD, "I have a meeting with the bank tomorrow at 10."))], "UTC")
    assert [quote.text for quote in told] == [TOLD[0], "My oven is called Vulcano.", TOLD[2]]
    assert [quote.source.id for quote in told] == ["id 0", "id 1", "id 2"]


@pytest.mark.parametrize(
    "words",
    [
        "What do you know about Mexico?",
        "Tell me about you.",
        "What do you know about her?",
        "Is it about me?",
    ],
)
def test_of_anything_else_nothing_is_told(words: str) -> None:
    assert not ABOUT_THE_USER.search(words)
    assert told_about(words, [source(TOLD[0])], "UTC") == []


@pytest.mark.parametrize("words", ["What do you know about my oven?", "What have I told you about the oven?", "Tell me about Vulcano!"])
def test_of_something_they_hear_what_they_told_of_it(words: str) -> None:
    others = ("What is my oven called?", "The oven's door is hot.", "Forget what I said about my oven.", "My oven is called Vulcano.")
    told = told_about(words, [source(text, at) for at, text in enumerate((*TOLD, *others))], "UTC")
    assert told[0].text == "My oven is called Vulcano."
    assert [quote.source.id for quote in told] == (["id 6"] if "Vulcano" in words else ["id 6", "id 4"])


def test_no_more_than_a_few_and_nothing_that_tells_little_or_is_not_theirs() -> None:
    empty = [source("Thanks!", 90), source("What is my oven called?", 91), source("I live in Oslo with my dog Rex.", 92, "assistant")]
    assert told_about("What do you know about me?", empty, "UTC") == []
    many = [source(f"My cousin number {at} is called Ana and lives in Braga.", at) for at in range(9)]
    assert len(told_about("What do you know about me?", many, "UTC")) == MOST_TOLD


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("What did I just say?", ["How is Lisbon?"]),
        ("What did I say?", ["How is Lisbon?"]),
        ("What did I just tell you?", ["How is Lisbon?"]),
        ("What did I just ask you?", ["How is Lisbon?"]),
        ("What did I tell you yesterday?", ["I have a dog called Rex.", "I moved to Porto."]),
        ("And what did I say on Wednesday?", ["I have a dog called Rex.", "I moved to Porto."]),
        ("What did I tell you last week?", []),
        ("What did I say about Rex?", []),
        ("What did you say?", []),
        ("What did I buy yesterday?", []),
    ],
)
def test_they_hear_what_they_said_last_or_on_a_day(words: str, found: list[str]) -> None:
    said = [
        source("I have a dog called Rex.", -1500),
        source("I moved to Porto.", -1490),
        source("Nice!", -1480, "assistant"),
        source("How is Lisbon?", 0),
    ]
    assert [quote.text for quote in said_then(words, said, Moment(NOON + timedelta(minutes=5)))] == found


def test_of_a_day_of_much_talk_they_hear_the_most_telling() -> None:
    said = [source(f"Well {number}.", -1500 + number) for number in range(10)] + [source(text, -1400 + at) for at, text in enumerate(TOLD)]
    told = [quote.text for quote in said_then("What did I tell you yesterday?", said, Moment(NOON))]
    assert len(told) == MOST_TOLD
    assert told[-3:] == list(TOLD)
