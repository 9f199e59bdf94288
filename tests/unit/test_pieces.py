from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.pieces import PIECE_SIZE, TALK, matters_of, message_pieces, pieces_of, size

ASIDES = ["By the way, ", "Oh, and ", "Also, ", "speaking of which: ", "\nOn another note ", "참, ", "そういえば", "Words. ", "e.g. "]


@pytest.mark.parametrize("cut", [pieces_of, message_pieces])
@given(st.text(max_size=5_000) | st.lists(st.sampled_from(ASIDES) | st.text(max_size=60), max_size=60).map("".join))
def test_pieces_joined_are_the_text_and_each_fits(cut: Callable[[str], list[str]], text: str) -> None:
    pieces = cut(text)
    assert "".join(pieces) == text
    assert all(size(piece) <= PIECE_SIZE or len(piece) == 1 for piece in pieces)


def test_a_short_text_is_one_piece_and_long_ones_are_cut_between_sentences() -> None:
    assert pieces_of("One. Two.") == ["One. Two."]
    sentence = "This sentence has exactly seven words inside. "
    cut = pieces_of(sentence * 60)
    assert len(cut) > 1
    assert all(piece.endswith("inside. ") for piece in cut)


def test_japanese_and_korean_are_cut_too() -> None:
    assert len(pieces_of("今日はとても良い天気ですね。" * 40)) > 1
    assert len(pieces_of("오늘은 날씨가 참 좋네요. " * 40)) > 1
    assert len(pieces_of("あ" * 1_000)) > 1
    assert all(piece.endswith("\uff01") for piece in pieces_of("今日はとても良い天気です\uff01" * 40))


@pytest.mark.parametrize(
    "matters",
    [
        ["Which lens is good for portraits? ", "By the way, I just turned 32."],
        ["Which lens is good for portraits? ", "Oh, and by the way, I just turned 32. ", "Anyway, which one would you take?"],
        ["The exam went well for me. ", "On a different note, our cat is ill. ", "That reminds me of the vaccine."],
        ["The exam went well for me. ", "I turned 32 yesterday, by the way. Thank you for asking."],
        ["The exam went well for me.\n", "PS I turned 32."],
        ["오늘 회의가 정말 길었어. ", "아 참, 내일 치과 예약이 있어."],
        ["今日は会議が長かったです。", "そういえば、明日は歯医者です。", "ちなみに、妹も一緒に行きます。"],
    ],
)
def test_a_new_matter_begins_with_an_aside(matters: list[str]) -> None:
    assert matters_of("".join(matters)) == matters


@pytest.mark.parametrize(
    "text",
    [
        "By the way, I just turned 32. It was a good day.",
        "Thanks a lot! By the way, I just turned 32.",  # what is so short is about nothing
        "We found it by the way to the lake. Ohio is far, alsoran or not.",
        "The way home was long. I also saw Anna on the way.",
        "",
    ],
)
def test_what_is_no_aside_is_not_cut_off(text: str) -> None:
    assert "".join(matters_of(text)) == text
    assert len(matters_of(text)) <= 1


def test_a_document_is_about_one_matter() -> None:
    sentence = "By the way, the committee met on Monday in Oslo. "
    assert len(matters_of(sentence * 10)) == 10
    assert len(matters_of(sentence * (int(TALK) // 9 + 1))) == 1
