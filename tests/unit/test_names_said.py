"""Names and rare words in what is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.names_said import READ, names_said, share_named


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Who is Gumbo?", {"gumbo"}),
        ("who is gumbo?", {"gumbo"}),
        ("WHO IS GUMBO? MY DOG?", {"gumbo"}),
        ("Stan is here. Did Rhonda's mother call Stan?", {"stan", "rhonda"}),
        ("Wedding plans? Thanks, that's all!", set()),
        ("What did I say on Monday?", set()),
        ("Where do Zoë and Anaïs live?", {"zoë", "anaïs"}),
        ("I'm fine. What about you, I wonder?", set()),
        ("", set()),
        ("?!", set()),
    ],
)
def test_names_are_written_with_a_capital_amid_a_sentence_or_are_rare_words(words: str, names: set[str]) -> None:
    assert names_said(words) == names


def test_what_comes_late_is_not_read() -> None:
    assert names_said("a " * READ + "Gumbo") == frozenset()


@pytest.mark.parametrize(
    ("words", "texts", "share"),
    [
        ("Who is Gumbo?", ["Our cat gumbo sleeps."], 1.0),
        ("Who is Gumbo?", ["gumbo's bowl", "nothing"], 1.0),
        ("Who is Gumbo?", ["the GUMBOS of the South"], 1.0),
        ("Who is Gumbo?", ["A gumboot is a boot."], 0.0),
        ("Who is Gumbo?", [], 0.0),
        ("Did Rhonda call Stan?", ["Stan is my uncle."], 0.5),
        ("Thanks a lot!", ["Thanks a lot!"], 0.0),
    ],
)
def test_what_share_of_them_stands_in_the_texts(words: str, texts: list[str], share: float) -> None:
    assert share_named(words, texts) == share


@given(st.text(max_size=200), st.lists(st.text(max_size=80), max_size=5))
def test_any_words_and_texts_give_a_share(words: str, texts: list[str]) -> None:
    assert 0 <= share_named(words, texts) <= 1
    assert share_named(words, [*texts, words.lower()]) >= share_named(words, texts)
