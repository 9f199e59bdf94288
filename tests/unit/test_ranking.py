from datetime import timedelta

import pytest

from stores.ranking import Candidate, FusionRanker, recency, within_query
from tests.fakes import NOON, record


def candidate(number: int, similarity: float, bm25: float, **fields: object) -> Candidate:
    return Candidate(record(f"text {number}", number, **fields), {"similarity": similarity, "bm25": bm25})


def test_both_ways_of_finding_count_equally_whatever_their_scale() -> None:
    ranked = FusionRanker().rank([candidate(0, 0.9, 0), candidate(5, 0.1, 20), candidate(9, 0.5, 11)])
    assert ranked[0].record.ordinal == 9
    assert ranked[1].score == pytest.approx(ranked[2].score)


def test_the_neighbour_of_a_good_hit_rises() -> None:
    ranked = FusionRanker().rank([candidate(0, 0.9, 9), candidate(1, 0.2, 0), candidate(7, 0.25, 0), candidate(20, 0.0, 0)])
    assert [one.record.ordinal for one in ranked] == [0, 1, 7, 20]
    assert ranked[1].signals["neighbours"] == pytest.approx(0.5)


def test_neighbours_are_of_the_same_thread() -> None:
    ranked = FusionRanker().rank([candidate(0, 0.9, 9), candidate(1, 0.2, 0, thread_id="other"), candidate(7, 0.25, 0)])
    assert [one.record.ordinal for one in ranked] == [0, 7, 1]


def test_recency_halves_in_about_six_days_and_never_exceeds_one() -> None:
    assert recency(NOON, NOON + timedelta(hours=138.3)) == pytest.approx(0.5, abs=0.001)
    assert recency(NOON + timedelta(days=1), NOON) == 1


def test_values_that_do_not_differ_say_nothing() -> None:
    assert within_query([3.0, 3.0]) == [0.0, 0.0]
    assert within_query([]) == []
    assert FusionRanker().rank([]) == []
