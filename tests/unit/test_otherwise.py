"""Everyday questions, and the words in which people tell the answer."""

from datetime import UTC, datetime, timedelta

import pytest

from models.embedding import open_embedder
from models.local.otherwise import asked_otherwise
from models.local_mind import LocalMind
from models.mind import Answer, AnswerRequest, Character, Memory, Moment

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OF_OTHERS = (
    "My friend Sara works as a baker in Lyon.",
    "My colleague Tim is married and has two daughters.",
    "My mother grew up in Delft and turned 80.",
    "My neighbour's dog barks all night.",
    "The printer at work is broken again.",
)


def answered(question: str, *said: str) -> Answer:
    memories = [Memory(text, text, "Ada", "user", "turn", NOW - timedelta(days=9, minutes=at), 0.5, 0.4) for at, text in enumerate(said)]
    moment = Moment(NOW)
    request = AnswerRequest(question, Character("mneme"), moment, memories=memories, may_lack=False, user_name="Ada")
    return LocalMind(open_embedder()).answer(request)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What do I do for a living?", "I work as a nurse in Ghent."),
        ("What's my job?", "I work as a nurse in Ghent."),
        ("How old am I?", "I turned 34 in March."),
        ("Am I married?", "My husband Jonas teaches maths at a secondary school."),
        ("What's my husband's name?", "My husband Jonas teaches maths at a secondary school."),
        ("What is my brother called?", "My brother Piet just moved to Oslo with his two cats."),
        ("What\u2019s the name of my wife?", "My wife Dana is a pilot."),
        ("Do I have any siblings?", "My brother Piet just moved to Oslo with his two cats."),
        ("Do I have children?", "Our daughter Emma started school."),
        ("Do I have any pets?", "We have a dog, a beagle called Toast."),
        ("What can't I eat?", "I'm allergic to peanuts."),
        ("Where am I from?", "I grew up in a small village near Bruges."),
    ],
)
def test_what_was_told_in_other_words_is_found_and_only_that(question: str, told: str) -> None:
    given = answered(question, *OF_OTHERS, told)
    assert (given.used, given.not_known) == ((told,), False)
    assert answered(question, *OF_OTHERS).not_known


@pytest.mark.parametrize("question", ["What's my wife's name?", "What is my sister called?", "Do I have kids?"])
def test_of_somebody_else_it_is_no_answer(question: str) -> None:
    assert answered(question, "My husband Jonas teaches maths.", "My brother Piet just moved to Oslo.", *OF_OTHERS).not_known


@pytest.mark.parametrize(
    "question",
    [
        "What does Jonas do for a living?",
        "What is my plan for Friday?",
        "What should I eat?",
        "Where is my brother from?",
        "How old is the house?",
    ],
)
def test_what_is_asked_of_others_or_of_other_things_stays_as_it_is(question: str) -> None:
    assert not [*asked_otherwise(question)]
