"""The read gate: when what was found is worth a place in the prompt."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.embedding import open_embedder
from models.read_gate import WITH_NOTHING, Found, ReadGate, Weights, fit_of, load_read_gate, logit, share_of_terms
from stores.ranking import Candidate
from tests.fakes import record

LATIN = Weights(need=1.0, score=0.5, similarity=4.0, gap=2.0, intercept=-3.0, open_from=0.1)
GATE = ReadGate(embedder="any", latin=LATIN, wide=LATIN.model_copy(update={"intercept": -9.0, "open_from": 0.3}))
probabilities = st.floats(0, 1)
FOUND = st.builds(
    Found, st.floats(-7, 7), st.floats(-1, 1), st.floats(-2, 2), st.floats(0, 40), st.floats(0, 1), st.sampled_from([0.0, 1.0])
)


def candidate(similarity: float, score: float, taken: bool = True, bm25: float = 0.0, text: str = "x") -> Candidate:
    return Candidate(record(text), {"similarity": similarity, "bm25": bm25}, score, taken)


def test_it_looks_at_the_best_score_the_highest_cosine_and_how_far_that_stands_out() -> None:
    found = [candidate(0.5, 0.9), candidate(0.4, 0.3), candidate(0.2, 0.1), candidate(0.7, 0.05, taken=False)]
    fit = fit_of("the hall", found)
    assert fit.score == pytest.approx(math.log(0.901 / 0.101))
    assert (fit.similarity, fit.gap) == pytest.approx((0.7, 0.3))
    assert fit_of("the hall", found[::-1]) == fit


def test_it_says_the_same_however_many_are_taken_beyond_the_eight_best() -> None:
    found = [candidate(0.6 - 0.04 * place, 0.9 - 0.05 * place) for place in range(12)]
    assert fit_of("the hall", found).gap == pytest.approx(0.14)
    assert fit_of("the hall", found[:8]) == fit_of("the hall", found) == fit_of("the hall", found[::-1])


def test_of_korean_and_japanese_it_looks_at_the_words_too() -> None:
    found = [candidate(0.5, 0.9, bm25=2.5, text="현관을 칠했다"), candidate(0.4, 0.3, taken=False, bm25=4.0, text="玄関は赤い")]
    assert fit_of("현관", found).words == 4.0
    assert (fit_of("현관", found).known, fit_of("창문", found).known) == (1.0, 0.0)
    assert fit_of("the hall", found).known == 0.0


def test_what_share_of_the_words_is_known_counts_rare_ones_more() -> None:
    texts = ["犬と海へ行った", "犬が寝た", "犬の散歩"]
    assert share_of_terms("海", texts) == 1.0
    assert 0 < share_of_terms("犬山", texts) < share_of_terms("海山", texts) < 1
    assert share_of_terms("どうだった", ["どうだった"]) == 1.0
    assert share_of_terms("だった犬", ["犬"]) == share_of_terms("犬", ["犬"])
    assert share_of_terms("?", texts) == share_of_terms("海", []) == 0.0


def test_of_other_turns_it_looks_at_the_names_that_memory_knows() -> None:
    found = [candidate(0.5, 0.9, text="Our cat Gumbo sleeps."), candidate(0.4, 0.3, taken=False, text="Stan is my uncle.")]
    assert [fit_of(words, found).known for words in ("Who is Gumbo?", "Does Stan know Rhonda?", "the hall")] == [1.0, 0.5, 0.0]


def test_where_nothing_was_taken_nothing_fits() -> None:
    assert fit_of("w", []) == fit_of("w", [candidate(0.9, 0.9, taken=False)]) == WITH_NOTHING


@given(probabilities, FOUND)
def test_it_gives_a_probability_for_whatever_was_found(need: float, found: Found) -> None:
    for gate in (GATE, load_read_gate()):
        assert all(0 <= gate.probability(words, need, found) <= 1 for words in ("the hall", "현관", "玄関は"))


def test_the_formula_is_that_of_a_logistic_regression() -> None:
    expected = 1 / (1 + math.exp(-(logit(0.7) + 0.5 * 1.2 + 4.0 * 0.4 + 2.0 * 0.3 - 3.0)))
    assert GATE.probability("the hall", 0.7, Found(1.2, 0.4, 0.3)) == pytest.approx(expected)


def test_of_turns_that_hardly_need_memory_what_was_found_decides() -> None:
    assert (
        GATE.probability("w", 0.001, Found(0.0, 0.4))
        == GATE.probability("w", 0.02, Found(0.0, 0.4))
        < GATE.probability("w", 0.03, Found(0.0, 0.4))
    )
    assert GATE.probability("w", 0.001, Found(1.0, 0.4)) > GATE.probability("w", 0.001, Found(0.0, 0.4))


def test_it_knows_korean_turns_for_their_cosines_are_high() -> None:
    found = [candidate(0.8, 0.9)]
    assert [fit_of(words, found).hangul for words in ("현관", "玄関は", "the hall")] == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("words", ["현관은 무슨 색이야?", "玄関は何色だっけ", "the 현관"])
def test_korean_and_japanese_are_weighed_by_themselves(words: str) -> None:
    assert GATE.probability(words, 0.7, Found(1.2, 0.4, 0.3)) < GATE.probability("the hall", 0.7, Found(1.2, 0.4, 0.3))
    assert [GATE.worth(words, 0.2, 20), GATE.worth("the hall", 0.2, 20)] == [0, 4]


@given(probabilities, probabilities)
def test_the_more_a_turn_needs_memory_and_the_better_it_fits_the_sooner_it_opens(one: float, other: float) -> None:
    low, high = sorted((one, other))
    gate = load_read_gate()
    assert gate.probability("w", low, Found(0.0, 0.4, 0.1)) <= gate.probability("w", high, Found(0.0, 0.4, 0.1))
    assert gate.probability("w", 0.5, Found(0.0, low, 0.1)) <= gate.probability("w", 0.5, Found(0.0, high, 0.1))
    assert gate.probability("w", 0.5, Found(logit(low), 0.4, 0.1)) <= gate.probability("w", 0.5, Found(logit(high), 0.4, 0.1))
    assert gate.probability("犬は", low, Found(known=0.5)) <= gate.probability("犬は", high, Found(known=0.5))
    assert gate.probability("犬は", 0.5, Found(known=low)) <= gate.probability("犬は", 0.5, Found(known=high))


def test_the_gate_that_ships_is_of_the_bundled_embedder_and_shuts_out_what_fits_badly() -> None:
    gate = load_read_gate()
    assert gate.embedder == open_embedder().name
    assert gate.worth("w", gate.probability("w", 0.25, Found(logit(0.02), 0.15, 0.05)), 20) == 0
    assert gate.worth("w", gate.probability("w", 0.9, Found(logit(0.6), 0.6, 0.3)), 20) > 10


@given(probabilities, probabilities, st.integers(1, 64))
def test_the_surer_the_need_the_more_is_shown_and_never_more_than_the_most(one: float, other: float, most: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= GATE.worth("w", low, most) <= GATE.worth("w", high, most) <= most


def test_of_the_most_as_many_are_shown_as_are_probably_needed() -> None:
    assert [GATE.worth("w", probability, 20) for probability in (0.0999, 0.1, 0.12, 0.5, 0.51, 1.0)] == [0, 2, 3, 10, 11, 20]
    assert [GATE.worth("w", probability, 1) for probability in (0.05, 0.1, 1.0)] == [0, 1, 1]
