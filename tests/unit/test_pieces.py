from hypothesis import given
from hypothesis import strategies as st

from stores.pieces import PIECE_SIZE, pieces_of, size


@given(st.text(max_size=5_000))
def test_pieces_joined_are_the_text_and_each_fits(text: str) -> None:
    pieces = pieces_of(text)
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
