"""Which layer a turn begins at: the signals, the wording, the head that weighs them, and what it makes of turns of its own."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.embedding import open_embedder
from models.mind import Utterance
from models.router import Layer, choose_layer
from models.routing.head import LAYERS, ROUTING, ROUTING_WIDE, RoutingHead, head_name, load_routing_head, packed, unpacked
from models.routing.signals import FITS, signals_of
from models.routing.wording import BUCKETS, WIDE_BUCKETS, buckets_of, letters_in_a_row, patterns_of, skeleton
from tests.fakes import NOON, HashEmbedder

NAMES = tuple(signals_of("x", []))


def head(**changes: Any) -> RoutingHead:
    zeros = np.zeros((LAYERS, BUCKETS))
    blank: dict[str, Any] = {
        "signals": NAMES,
        "weights": ((0.0,) * len(NAMES),) * LAYERS,
        "embedder": "another",
        "meaning": packed(zeros[:, :4]),
        "wording": packed(zeros),
        "intercept": (0.0, 0.0, 0.0),
        "recall_from": 0.2,
    }
    return RoutingHead.model_validate({**blank, **changes})


def weighing(layer: Layer, name: str, weight: float) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(weight if (row, one) == (layer, name) else 0.0 for one in NAMES) for row in range(LAYERS))


def said(text: str, role: str = "user") -> Utterance:
    return Utterance(speaker=role, role=role, text=text, said_at=NOON, record_id="", origin="said")


# Signals


@pytest.mark.parametrize(
    ("name", "fitting", "other"),
    [
        ("asks", ["Where is it", "and now?", "언제였더라", "何だったっけ"], ["I like tea.", "차를 마셨다", "お茶を飲む。"]),
        ("speaks of earlier talk", ["what we agreed on", "지난번에 갔던 곳", "この前の店"], ["what is new", "지금 갈까", "今の店"]),
        ("is about what is the user's", ["my keys", "우리 집", "うちの犬"], ["your keys", "집이 크다", "犬がいる"]),
        ("points at something", ["and the second one", "그거 말이야", "それは"], ["a pear", "배 하나", "梨"]),
        ("wants it otherwise", ["make it shorter", "더 짧게", "もっと短く"], ["make tea", "차를 끓여", "お茶にする"]),
        ("names somebody or something", ["where is Tom", "민지가 왔어", "美咲さん"], ["Where is it", "왔어", "誰か"]),
    ],
)
def test_what_a_turn_does_is_seen_in_three_languages(name: str, fitting: list[str], other: list[str]) -> None:
    assert [signals_of(text, [])[name] for text in fitting] == [1.0] * len(fitting)
    assert [signals_of(text, [])[name] for text in other] == [0.0] * len(other)


def test_what_anybody_may_ask_is_not_asked_about_the_user() -> None:
    assert signals_of("What did I pay?", [])["asks, is about the user"] == 1
    assert signals_of("How do I boil an egg?", [])["asks, is about the user"] == 0


def test_what_was_said_before_counts() -> None:
    alone, after = signals_of("Which bridge is it?", []), signals_of("Which bridge is it?", ["There is a bridge"])
    assert (alone["follows other words"], alone["shares words with them"], alone["follows, points"]) == (0, 0, 0)
    assert (after["follows other words"], after["follows, points"]) == (1, 1)
    assert after["shares words with them"] == 1 / 2


@given(st.text(), st.lists(st.text(), max_size=2))
@settings(deadline=None)
def test_any_words_have_all_signals_between_0_and_1(words: str, before: list[str]) -> None:
    signals = signals_of(words, before)
    assert tuple(signals) == NAMES
    assert all(0 <= value <= 1 for value in signals.values())


# Wording


def test_the_skeleton_keeps_function_words_and_hides_what_a_turn_is_about() -> None:
    assert skeleton("Where did Tom paint 2 boats in 1998?") == ["^", "where", "did", "N", "X", "#", "Xs", "in", "year", "?", "$"]
    assert skeleton("What’s my cat’s name?") == skeleton("What's my dog's name？")
    assert skeleton("妹の結婚式は") == skeleton("弟の卒業式は") == ["^", "漢", "の", "漢", "は", "$"]
    assert skeleton("강아지가 왔어") == ["^", "X지가", "왔어", "$"]


def test_how_korean_and_japanese_end_is_a_pattern() -> None:
    assert {"end 더라", "word 라"} <= set(patterns_of("어디였더라?"))
    assert {"end っけ", "kana っけ"} <= set(patterns_of("何だったっけ。"))
    assert not [one for one in patterns_of("where was it") if one.startswith("end")]


@given(st.text(), st.booleans())
@settings(deadline=None)
def test_any_words_have_buckets_each_once(words: str, wide: bool) -> None:
    buckets = buckets_of(words, wide=wide)
    assert buckets == sorted(set(buckets))
    assert buckets
    assert all(0 <= one < (WIDE_BUCKETS if wide else BUCKETS) for one in buckets)


def test_letters_in_a_row_cross_blanks_and_leave_marks_out() -> None:
    rows = letters_in_a_row("집에, 왔어？")
    assert {"row 집", "row  집에 ", "row 에 왔어", "row 어? "} <= set(rows)
    assert rows == letters_in_a_row("집에 ~ 왔어?")
    assert not any("," in one for one in rows)


# The head


def test_the_head_is_a_softmax_of_what_its_parts_add() -> None:
    wording = np.zeros((LAYERS, BUCKETS))
    wording[0, 7], wording[0, 9] = 2.0, 4.0
    meaning = np.array([[0, 0], [1, 2], [0, 0]])
    found = head(
        weights=weighing(2, "asks", 1.5), wording=packed(wording), meaning=packed(meaning), intercept=(0.0, 0.5, 0.0)
    ).probabilities(dict.fromkeys(NAMES, 0.0) | {"asks": 1.0}, [0.5, 0.25], [7, 9])
    logits = np.array([6 / np.sqrt(2), 0.5 + 1.0, 1.5])
    np.testing.assert_allclose(found, np.exp(logits) / np.exp(logits).sum(), atol=1e-6)


def test_what_was_packed_comes_back_in_half_precision() -> None:
    values = np.random.default_rng(0).normal(size=(LAYERS, 50))
    np.testing.assert_allclose(unpacked(packed(values), LAYERS), values, atol=2e-3)


def test_what_is_no_head_is_refused() -> None:
    with pytest.raises(ValidationError):
        head(weights=((1.0,),))


def test_in_doubt_memory_is_looked_through() -> None:
    doubting = head(intercept=(1.2, -5.0, 0.0))
    choice = choose_layer("anything", (), False, HashEmbedder(), doubting)
    assert (choice.layer, choice.probability) == (2, choice.memory)
    assert 0.2 < choice.memory < 0.5
    assert choose_layer("anything", (), False, HashEmbedder(), head(intercept=(1.5, -5.0, 0.0))).layer == 0


def test_without_a_window_nothing_points_back() -> None:
    following = head(intercept=(0.0, 3.0, -3.0))
    assert choose_layer("Why is that?", (), False, HashEmbedder(), following).layer == 0
    assert choose_layer("Why is that?", [said("Rome fell.")], False, HashEmbedder(), following).layer == 1
    assert choose_layer("Why is that?", (), True, HashEmbedder(), following).layer == 1


def test_the_vector_counts_only_where_the_head_knows_its_embedder() -> None:
    embedder = HashEmbedder()
    known, unknown = head(embedder=embedder.name, meaning=packed(np.zeros((LAYERS, embedder.dimension)))), head(embedder="another")
    assert not choose_layer("anything", (), False, embedder, unknown).probe
    assert "anything" not in embedder.asked
    assert choose_layer("anything", (), False, embedder, known).probe
    assert "anything" in embedder.asked


def test_the_reason_names_what_speaks_most_for_the_layer() -> None:
    asking = head(weights=weighing(2, "asks", 4.0))
    assert choose_layer("When is it due?", (), False, HashEmbedder(), asking).reason == "asks"
    assert choose_layer("Tea.", (), False, HashEmbedder(), head(intercept=(3.0, 0.0, -3.0))).reason == "is worded like turns of layer 0"


# The head that ships, on turns that stand in none of the data it was trained on

NOTHING = [
    "How high is the Matterhorn?",
    "Good evening!",
    "Bitcoin in one sentence, please.",
    "세종대왕은 언제 태어났어요?",
    "「猫」を英語に訳してください",
]
MEMORY = [
    "Which of my aunts is the vet?",
    "What did you advise me about the leaking radiator?",
    "What was the name of the hostel I stayed at in Porto?",
    "제 고양이 이름이 뭐였죠?",
    "지난번에 알려준 국수집 어디였더라",
    "祖母の誕生日っていつだっけ",
    "この前すすめてくれた映画、なんて題名だった？",
]
WINDOW = ["Why?", "Could you make that shorter?", "and the other two?", "더 짧게 해줘", "もっと短くして"]


@pytest.fixture
def bees() -> list[Utterance]:
    return [said("How do bees find their way?"), said("They use the sun, landmarks and scent.", "assistant")]


@pytest.mark.parametrize("words", MEMORY)
def test_what_the_user_told_is_looked_up_at_once(words: str, bees: list[Utterance]) -> None:
    for window in ([], bees):
        choice = choose_layer(words, window, False, open_embedder())
        assert choice.layer == 2
        assert choice.reason


@pytest.mark.parametrize("words", WINDOW)
def test_what_leans_on_the_last_answer_gets_the_window(words: str, bees: list[Utterance]) -> None:
    assert choose_layer(words, bees, False, open_embedder()).layer == 1


@pytest.mark.parametrize("words", NOTHING)
def test_what_stands_alone_costs_no_memory(words: str, bees: list[Utterance]) -> None:
    for window in ([], bees):
        assert choose_layer(words, window, False, open_embedder()).layer < 2


@pytest.mark.parametrize(("name", "buckets"), [(ROUTING, BUCKETS), (ROUTING_WIDE, WIDE_BUCKETS)])
def test_the_shipped_heads_know_every_signal_and_the_bundled_embedder(name: str, buckets: int) -> None:
    shipped = load_routing_head(name)
    assert shipped.signals == NAMES
    assert shipped.embedder == open_embedder().name
    assert [part.shape for part in shipped.arrays] == [(LAYERS, len(NAMES)), (LAYERS, open_embedder().dimension), (LAYERS, buckets)]
    assert shipped.wide == (name == ROUTING_WIDE)
    assert set(FITS) <= set(NAMES)


@pytest.mark.parametrize(("words", "name"), [("the hall", ROUTING), ("the 현관", ROUTING_WIDE), ("玄関は", ROUTING_WIDE)])
def test_korean_and_japanese_have_a_head_of_their_own(words: str, name: str) -> None:
    assert head_name(words) == name
