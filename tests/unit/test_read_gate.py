"""The read gate: when what was found is worth a place in the prompt."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.embedding import open_embedder
from models.read_gate import WITH_NOTHING, ReadGate, Weights, fit_of, load_read_gate, logit
from stores.ranking import Candidate
from tests.fakes import record

LATIN = Weights(need=1.0, score=0.5, similarity=4.0, gap=2.0, intercept=-3.0, open_from=0.1)
GATE = ReadGate(embedder="any", latin=LATIN, wide=LATIN.model_copy(update={"intercept": -9.0, "open_from": 0.3}))
probabilities = st.floats(0, 1)


def candidate(similarity: float, score: float, taken: bool = True) -> Candidate:
    return Candidate(record("x"), {"similarity": similarity}, score, taken)


def test_it_looks_at_the_best_score_the_highest_cosine_and_how_far_that_stands_out() -> None:
    found = [candidate(0.5, 0.9), candidate(0.4, 0.3), candidate(0.2, 0.1), candidate(0.7, 0.05, taken=False)]
    score, similarity, gap = fit_of(found)
    assert score == pytest.approx(math.log(0.901 / 0.101))
    assert (similarity, gap) == pytest.approx((0.7, 0.3))
    assert fit_of(found[::-1]) == fit_of(found)


def test_where_nothing_was_taken_nothing_fits() -> None:
    assert fit_of([]) == fit_of([candidate(0.9, 0.9, taken=False)]) == WITH_NOTHING


@given(probabilities, st.tuples(st.floats(-7, 7), st.floats(-1, 1), st.floats(-2, 2)))
def test_it_gives_a_probability_for_whatever_was_found(need: float, found: tuple[float, float, float]) -> None:
    for gate in (GATE, load_read_gate()):
        assert all(0 <= gate.probability(words, need, found) <= 1 for words in ("the hall", "현관", "玄関は"))


def test_the_formula_is_that_of_a_logistic_regression() -> None:
    expected = 1 / (1 + math.exp(-(logit(0.7) + 0.5 * 1.2 + 4.0 * 0.4 + 2.0 * 0.3 - 3.0)))
    assert GATE.probability("the hall", 0.7, (1.2, 0.4, 0.3)) == pytest.approx(expected)


@pytest.mark.parametrize("words", ["현관은 무슨 색이야?", "玄関は何色だっけ", "the 현관"])
def test_korean_and_japanese_are_weighed_by_themselves(words: str) -> None:
    assert GATE.probability(words, 0.7, (1.2, 0.4, 0.3)) < GATE.probability("the hall", 0.7, (1.2, 0.4, 0.3))
    assert [GATE.opens(words, 0.2), GATE.opens("the hall", 0.2)] == [False, True]


@given(probabilities, probabilities)
def test_the_more_a_turn_needs_memory_and_the_better_it_fits_the_sooner_it_opens(one: float, other: float) -> None:
    low, high = sorted((one, other))
    gate = load_read_gate()
    assert gate.probability("w", low, (0.0, 0.4, 0.1)) <= gate.probability("w", high, (0.0, 0.4, 0.1))
    assert gate.probability("w", 0.5, (0.0, low, 0.1)) <= gate.probability("w", 0.5, (0.0, high, 0.1))
    assert gate.probability("w", 0.5, (logit(low), 0.4, 0.1)) <= gate.probability("w", 0.5, (logit(high), 0.4, 0.1))


def test_the_gate_that_ships_is_of_the_bundled_embedder_and_shuts_out_what_fits_badly() -> None:
    gate = load_read_gate()
    assert gate.embedder == open_embedder().name
    assert not gate.opens("w", gate.probability("w", 0.25, (logit(0.02), 0.15, 0.05)))
    assert gate.opens("w", gate.probability("w", 0.9, (logit(0.6), 0.6, 0.3)))
    assert gate.probability("w", 0.9, (logit(0.6), 0.6, 0.3)) > 0.5
