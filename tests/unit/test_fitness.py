"""What answers no question, however well it fits."""

import pytest

from models.local.evidence import Evidence, Source, passages_of
from models.local.fitness import of_another_thing
from models.local.questions import read_question


@pytest.mark.parametrize(
    ("question", "told", "another"),
    [
        ("When does my driving licence expire?", "My passport expires in August.", True),
        ("When does my passport expire?", "My passport expires in August.", False),
        ("When did I buy my new phone?", "I bought a laptop on Saturday.", True),
        ("How old is my dog?", "My cat is three years old.", True),
        ("How old is my cat?", "My cat is three years old.", False),
        ("What colour is my bike?", "My car is red.", False),  # of which the head judges
        ("When did I go out?", "I went out on Saturday.", False),
    ],
)
def test_the_time_or_age_of_another_thing_than_the_one_that_is_asked_about(question: str, told: str, another: bool) -> None:
    evidence = [Evidence(passage, 1.0) for passage in passages_of([Source("1", told, "", "user", None, 0.5, 0.5)])]
    assert of_another_thing(read_question(question), evidence) == another
