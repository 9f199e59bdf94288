"""What the local mind says where the user asks what it knows of them."""

from datetime import UTC, datetime, timedelta

import pytest

from models.local.evidence import Source
from models.local.telling import ABOUT_THE_USER, MOST_TOLD, days_asked, days_of_doing, done_on, said_last, said_on, told_about
from models.mind import Moment

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
TOLD = ("Hi, I'm Rosa and I run a small bakery in Porto.", "My oven is called Vulcano. Nice day!", "I love figs and I hate walnuts.")


def source(text: str, number: int = 0, role: str = "user") -> Source:
    return Source(f"id {number}", text, "", role, NOON + timedelta(minutes=number), 0.5, 0.5)  # type: ignore[arg-type]


TWO = ["I have a dog called Rex.", "I moved to Porto."]
CHAT = [source("Thanks!", -1485), source("Nice!", -1480, "assistant"), source("How is Lisbon?", 0)]
SAID = [source(TWO[0], -1500), source(TWO[1], -1490), *CHAT]


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
        ("아까 내가 뭐라고 했지?", ["How is Lisbon?"]),
        ("さっき私は何て言った\uff1f", ["How is Lisbon?"]),
        ("何て言った\uff1f", []),  # who?
        ("What did I tell you yesterday?", []),
        ("What did I say about Rex?", []),
        ("What did you say?", []),
        ("What did I buy yesterday?", []),
    ],
)
def test_they_hear_what_they_said_last(words: str, found: list[str]) -> None:
    assert [quote.text for quote in said_last(words, SAID)] == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("What did I tell you yesterday?", TWO),
        ("And what did I say on Wednesday?", TWO),
        ("What did I tell you on May 6?", TWO),
        ("What did we talk about yesterday?", TWO),
        ("What did I say this week?", TWO),
        ("어제 내가 뭐라고 했지?", TWO),
        ("5월 6일에 무슨 얘기 했어?", TWO),
        ("昨日私は何て言った\uff1f", TWO),
        ("昨日何を話したっけ\uff1f", TWO),
        ("What did I tell you in 2026?", TWO),
        ("What have I told you in 2025?", []),
        ("What did I tell you last week?", []),
        ("What did I say last Monday?", []),
        ("지난주에 내가 뭐라고 했지?", []),
        ("先週何を言った\uff1f", []),
    ],
)
def test_they_hear_what_they_said_on_days(words: str, found: list[str]) -> None:
    days = days_asked(words, Moment(NOON))
    assert days is not None
    assert [quote.text for quote in said_on(days, SAID, "UTC")] == found


@pytest.mark.parametrize(
    "words",
    [
        "What did I just say?",
        "What did I say about Rex yesterday?",
        "What did I say to Tom on Monday?",
        "What did I tell you Tom said yesterday?",
        "What did I buy yesterday?",
        "What did you say yesterday?",
        "What did I tell you next week?",
        "어제 뭐 했지?",
        "어제 내가 지수에 대해 뭐라고 했지?",
        "昨日健太は何て言った\uff1f",
        "昨日何をした\uff1f",
    ],
)
def test_what_asks_more_than_what_was_said_then_is_left(words: str) -> None:
    assert days_asked(words, Moment(NOON)) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("What did I do yesterday?", ["Yesterday we painted the kitchen."]),
        ("And what did we do on Wednesday?", ["Yesterday we painted the kitchen."]),
        ("What did I do on Sunday?", ["Last Sunday I went to the zoo with Sofia."]),
        ("What have I done this week?", ["Yesterday we painted the kitchen."]),
        ("What did I do on Tuesday?", []),
        ("What did I do last month?", []),
    ],
)
def test_they_hear_what_they_did_on_days(words: str, found: list[str]) -> None:
    said = (
        "Last Sunday I went to the zoo with Sofia.", "Yesterday we painted the kitchen.", "On Tuesday I did not go out.",
        "On Tuesday Tom broke his leg.", "What did I do on Tuesday?", "I bought a bike.", "On Tuesday I have the dentist.",
    )  # fmt: skip
    days = days_of_doing(words, Moment(NOON))
    assert days is not None
    assert [quote.text for quote in done_on(days, [source(text, at) for at, text in enumerate(said)], "", "UTC")] == found


@pytest.mark.parametrize(
    "words", ["What did Tom do yesterday?", "What did I do?", "What did I do with Tom on Monday?", "What did I eat yesterday?"]
)
def test_what_asks_more_than_what_they_did_then_is_left(words: str) -> None:
    assert days_of_doing(words, Moment(NOON)) is None


def test_the_days_are_those_where_the_user_is() -> None:
    there = "Pacific/Kiritimati"  # where it is the eighth
    days = days_asked("What did I say yesterday?", Moment(NOON, there))
    assert days is not None
    assert [quote.text for quote in said_on(days, [source("Good tea.", -200), source("Good cake.")], there)] == ["Good tea."]


def test_of_a_day_of_much_talk_they_hear_the_most_telling() -> None:
    said = [source(f"Well {number}.", -1500 + number) for number in range(10)] + [source(text, -1400 + at) for at, text in enumerate(TOLD)]
    days = days_asked("What did I tell you yesterday?", Moment(NOON))
    assert days is not None
    told = [quote.text for quote in said_on(days, said, "UTC")]
    assert len(told) == MOST_TOLD
    assert told[-3:] == list(TOLD)
