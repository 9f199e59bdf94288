"""Words are cut alike in what is stored and in what is asked, in every script; English is the engine's own BM25."""

import math
import unicodedata

import pytest
import qdrant_edge as qdrant
from hypothesis import given
from hypothesis import strategies as st

from stores.engines.engine import Weights
from stores.engines.words import AVERAGE_WORDS, RUN, Words, terms

ENGLISH = "Maya's naïve café in São Paulo sold 12,000 running shoes (x2) to the U.S., she said. Привіт, світе! 🎉"
KOREAN, JAPANESE, CHINESE = "태경이 차린 목공소의 상호는 느린대패야", "千尋はうちのねことラーメンを食べた", "我妹妹的生日是五月七日"
LETTERS = st.text(st.sampled_from("가나다라마바ねこいぬーカタナ柴犬寿司々ab1 .、\u0301\u3099ｶﾞᄒ\u1161"), max_size=60)
# Each word alone, and in a sentence.
FOUND = [
    ("목공소", "태경이 차린 목공소의 상호는 뭐야?"),
    ("수영", "지우는 수영을 배워요."),
    ("집", "어제는 집에서 쉬었어."),
    ("12시", "내일 12시에 만나자"),
    ("Python", "요즘 Python을 배워요"),
    ("柴犬", "私は柴犬と住む。"),
    ("寿司", "昨日寿司を食べた"),
    ("犬", "うちの犬は白い"),
    ("食べる", "寿司を食べたい"),
    ("ねこ", "うちのねこの名前"),
    ("カフェ", "駅前カフェで働く"),
    ("ラーメン", "毎週ﾗｰﾒﾝを食べる"),
    ("らーめん", "毎週らーめんを食べる"),
    ("Tシャツ", "青いTシャツを買った"),
    ("生日", CHINESE),
    ("𠮷野家", "昨日𠮷野家に行った"),
    ("東京", "Lunch in 東京 with 태경이"),
    ("태경", "Lunch in 東京 with 태경이"),
    ("Lunch", "東京でlunch、태경이랑"),
]


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


@pytest.fixture(scope="module")
def engine() -> qdrant.Bm25:
    """The engine's BM25 as it is, by which homes were written before."""
    return qdrant.Bm25(qdrant.Bm25Config(tokenizer=qdrant.TokenizerType.Multilingual, language="english", avg_len=AVERAGE_WORDS))


def pairs(weights: Weights | qdrant.SparseVector) -> dict[int, float]:
    return dict(zip(weights.indices, weights.values, strict=True))


def shared(words: Words, query: str, document: str) -> set[int]:
    return set(words.of_query(query).indices) & set(words.of_document(document).indices)


@pytest.mark.parametrize(("word", "sentence"), FOUND)
def test_a_word_is_found_in_its_sentence(words: Words, word: str, sentence: str) -> None:
    assert shared(words, word, sentence)
    assert shared(words, sentence, word)


@pytest.mark.parametrize(
    ("query", "document"), [("수영", "내일은 등산을 가요"), ("柴犬", "寿司を食べた"), ("カフェ", "うちのねこ"), ("목공소", "the shop")]
)
def test_words_that_share_no_letters_share_nothing(words: Words, query: str, document: str) -> None:
    assert not shared(words, query, document)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_has_finite_weights(words: Words, text: str) -> None:
    for given_back in (words.of_document(text), words.of_query(text)):
        assert len(set(given_back.indices)) == len(given_back.indices) == len(given_back.values)
        assert all(math.isfinite(value) and value > 0 for value in given_back.values)


@given(text=st.one_of(LETTERS, st.text(st.characters(exclude_categories=["Cs"]), max_size=100)))
def test_query_and_document_agree(words: Words, text: str) -> None:
    assert set(words.of_query(text).indices) == set(words.of_document(text).indices)


@given(text=LETTERS)
def test_it_does_not_matter_how_letters_are_put_together(words: Words, text: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert set(words.of_query(composed).indices) == set(words.of_query(apart).indices)


@given(text=st.text(st.characters(max_codepoint=0x10FF, exclude_categories=["Cs"]), max_size=200))
def test_text_without_such_letters_weighs_what_it_weighed(words: Words, engine: qdrant.Bm25, text: str) -> None:
    assert pairs(words.of_document(text)) == pairs(engine.embed_document(text))
    assert pairs(words.of_query(text)) == pairs(engine.embed_query(text))


def test_english_weighs_what_it_weighed(words: Words, engine: qdrant.Bm25) -> None:
    assert pairs(words.of_document(ENGLISH)) == pairs(engine.embed_document(ENGLISH))
    assert len(words.of_document(ENGLISH).indices) > 10


@pytest.mark.parametrize("text", [KOREAN, JAPANESE, CHINESE])
def test_english_beside_another_language_keeps_its_stems(words: Words, engine: qdrant.Bm25, text: str) -> None:
    assert set(engine.embed_query(ENGLISH).indices) < set(words.of_document(f"{text} {ENGLISH} {text}").indices)
    assert set(engine.embed_query("running").indices) <= set(words.of_document(f"{text}running{text}").indices)


@pytest.mark.parametrize("text", [KOREAN, JAPANESE, CHINESE])
def test_a_longer_text_weighs_less(words: Words, text: str) -> None:
    alone, amid = pairs(words.of_document(text)), pairs(words.of_document(f"{text} {ENGLISH}"))
    assert all(amid[stem] < weight for stem, weight in alone.items())


@given(first=LETTERS, second=LETTERS)
def test_what_two_texts_hold_one_of_both_holds(words: Words, first: str, second: str) -> None:
    both = set(words.of_document(f"{first}\n{second}").indices)
    assert set(words.of_document(first).indices) | set(words.of_document(second).indices) <= both


def test_letters_of_one_run_are_cut_as_the_documentation_says() -> None:
    assert terms("집에서") == ["집", "집에", "에서"]
    assert terms("목공소의") == ["목공", "공소", "소의"]
    assert terms("柴犬と") == ["柴", "犬", "柴犬", "犬と"]
    assert terms("ねこの") == ["ねこ", "この"]
    assert terms("カフェで") == ["カフ", "フェ"]
    assert not RUN.search(ENGLISH)
