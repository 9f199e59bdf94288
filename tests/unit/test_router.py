"""The words decide clear cases; the embedder is never asked then."""

import pytest

from models.router import by_words, choose_layer
from tests.fakes import HashEmbedder


@pytest.mark.parametrize(
    "words",
    [
        "What did I tell you about my sister last week?",
        "Where did I buy my lamp?",
        "Do you remember the name of the restaurant?",
        "When is my dentist appointment?",
        "내 생일이 언제인지 기억나요?",
        "私の猫の名前を覚えていますか?",
    ],
)
def test_questions_about_the_past_or_the_user_go_to_memory(words: str) -> None:
    choice = by_words(words, begun=True)
    assert choice
    assert choice.layer == 2
    assert choice.reason


@pytest.mark.parametrize("words", ["What about the second one?", "Why is that?", "And then?", "Make it shorter."])
def test_what_points_back_needs_the_window(words: str) -> None:
    choice = by_words(words, begun=True)
    assert choice
    assert choice.layer == 1


def test_telling_something_needs_the_window_once_there_is_one() -> None:
    for begun, layer in ((False, 0), (True, 1)):
        choice = by_words("I adopted a puppy called Biscuit.", begun)
        assert choice
        assert choice.layer == layer


def test_without_a_window_nothing_points_back() -> None:
    assert choose_layer("Why is that?", (), False, HashEmbedder()).layer != 1


def test_words_that_speak_of_the_user_only_in_passing_do_not_decide() -> None:
    for words in ("How do I boil an egg?", "Can you write me a poem?", "What is the deepest lake in the US?"):
        assert by_words(words, begun=False) is None


def test_what_the_words_leave_open_is_decided_by_examples_with_a_probability() -> None:
    embedder = HashEmbedder()
    choice = choose_layer("What is the capital of Portugal?", (), False, embedder)
    assert choice.layer in (0, 2)
    undecided = choose_layer("translate this into french", (), False, embedder)
    assert undecided.layer == 0
    assert 0 < undecided.probability <= 1
    assert "translate this into french" in embedder.asked
