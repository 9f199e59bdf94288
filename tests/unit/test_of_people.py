"""What somebody does, and how old they are, as it was told of people whom the user knows."""

from datetime import UTC, datetime, timedelta

import pytest

from models.local.evidence import Source
from models.local.of_people import told_of_people

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OTHERS = ("Rui has an interview on Thursday.", "My neighbour is a lawyer.", "Tom's boss is a pilot.", "What does Rui do?", "I'm 40.")


def told(question: str, *said: str, role: str = "user") -> list[str]:
    sources = [Source(text, text, "", role, NOW - timedelta(days=len(said) - at), 0.5, 0.4) for at, text in enumerate(said)]
    return [quote.best for quote in told_of_people(question, sources, "Ada")]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What does Rui do?", "My cousin Rui is a nurse at Santa Maria hospital."),
        ("And what does Rui do for a living?", "Rui works for the city."),
        ("What\u2019s Rui\u2019s job?", "Rui, my cousin, is a nurse."),
        ("What does my cousin do?", "My cousin Rui is a nurse at Santa Maria hospital."),
        ("How old is Leo?", "Leo is 8 and Emma is 11, my two kids."),
        ("How old is Emma?", "Leo is 8 and Emma is 11, my two kids."),
        ("How old is my dad now?", "My dad just turned seventy."),
    ],
)
def test_it_is_found_in_the_form_in_which_it_was_told(question: str, said: str) -> None:
    assert told(question, *OTHERS, said, *OTHERS) == [said]
    assert told(question, *OTHERS) == told(question, said, role="assistant") == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What does Tom do?", "Tom's boss is a pilot."),
        ("What does Tom do?", "Tom is a friend of a pilot."),
        ("What does Tom do?", "Tom is a good cook."),
        ("How old is Leo?", "When Leo is 9, he gets a bike."),
        ("How old is Leo?", "Leo is 8 kilos lighter."),
        ("How old is Leo?", "Leo's cat is 8."),
        ("How old is the house?", "The house is 80."),
    ],
)
def test_what_is_told_of_something_else_is_left_out(question: str, said: str) -> None:
    assert told(question, said) == []


def test_what_was_told_last_counts_also_where_it_is_over() -> None:
    old = "Rui is a nurse."
    for new in ("Rui is a teacher now.", "Rui no longer works.", "Rui quit last week."):
        assert told("What does Rui do?", old, new, "Rui likes tea.") == [new]
