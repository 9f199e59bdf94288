from datetime import timedelta
from itertools import permutations

import pytest

from stores.ranking import (
    Candidate,
    CosineRanker,
    DecayingRanker,
    FusionRanker,
    GenerativeAgentsRanker,
    Ranker,
    best_first,
    choose,
    fused_scores,
    recency,
    within_query,
)
from tests.fakes import NOON, record


def candidate(number: int, similarity: float = 0.5, bm25: float = 0.0, recent: float = 1.0, **fields: object) -> Candidate:
    return Candidate(record(f"text {number}", number, **fields), {"similarity": similarity, "bm25": bm25, "recency": recent})


def said(text: str, number: int, days: int = 0, score: float = 0.5, **fields: object) -> Candidate:
    return Candidate(record(text, number, said_at=NOON + timedelta(days=days), **fields), {}, score)


def ranked(ranker: Ranker, *candidates: Candidate) -> list[Candidate]:
    return ranker.rank("anything", candidates, NOON)


def ordinals(candidates: list[Candidate]) -> list[int]:
    return [one.record.ordinal for one in candidates]


def test_both_ways_of_finding_count_equally_whatever_their_scale() -> None:
    found = ranked(FusionRanker(), candidate(0, 0.9, 0), candidate(5, 0.1, 20), candidate(9, 0.5, 11))
    assert found[0].record.ordinal == 9
    assert found[1].score == pytest.approx(found[2].score)


def test_the_neighbour_of_a_good_hit_rises() -> None:
    found = ranked(FusionRanker(), candidate(0, 0.9, 9), candidate(1, 0.2, 0), candidate(7, 0.25, 0), candidate(20, 0.0, 0))
    assert ordinals(found) == [0, 1, 7, 20]
    assert found[1].signals["neighbours"] == pytest.approx(0.5)


def test_neighbours_are_of_the_same_thread() -> None:
    found = ranked(FusionRanker(), candidate(0, 0.9, 9), candidate(1, 0.2, 0, thread_id="other"), candidate(7, 0.25, 0))
    assert ordinals(found) == [0, 7, 1]


def test_what_is_no_message_has_no_neighbours() -> None:
    found = ranked(FusionRanker(), candidate(0, 0.9, 9, kind="fact"), candidate(1, 0.2, 0), candidate(7, 0.25, 0))
    assert ordinals(found) == [0, 7, 1]


def test_fusion_gives_its_score_by_hand() -> None:
    best, beside, last = ranked(FusionRanker(), candidate(0, 0.8, 4), candidate(1, 0.4, 2), candidate(9, 0.0, 0))
    assert (best.signals["fused"], beside.signals["fused"], last.signals["fused"]) == pytest.approx((1.0, 0.5, 0.0))
    assert best.score == pytest.approx((1.0 + 0.5 * 0.5 / 2) / 1.5)
    assert beside.score == pytest.approx((0.5 + 0.5 * 1.0 / 2) / 1.5)
    assert last.score == 0


def test_what_is_old_loses_at_most_a_fifth() -> None:
    old, new = candidate(0, 0.9, recent=0.0), candidate(5, 0.8, recent=1.0)
    found = ranked(DecayingRanker(CosineRanker()), old, new)
    assert ordinals(found) == [5, 0]
    assert [one.score for one in found] == pytest.approx([0.8, 0.72])
    assert ordinals(ranked(DecayingRanker(CosineRanker()), candidate(0, 0.9, recent=0.0), candidate(5, 0.7))) == [0, 5]


def test_a_question_that_was_asked_before_is_not_taken() -> None:
    asked, answer, longer = said("What is my dog called?", 0), said("He is called Biscuit.", 1), said("What is my dog called again?", 5)
    for query in ("What is my dog called?", "what is my dog called"):
        taken, other, left = choose([asked, answer, longer], 2, query)
        assert [one.record.ordinal for one in (taken, other, left)] == [1, 5, 0]
        assert (left.taken, left.score, left.why) == (False, 0.0, "asks the same")
    assert [one.record.ordinal for one in choose([asked, answer], 2)] == [0, 1]


def test_what_was_told_in_the_words_of_the_question_answers_it() -> None:
    (found,) = choose([said("Paul is allergic to hazelnuts.", 0)], 2, "Paul is allergic to hazelnuts?")
    assert found.taken


def test_recency_halves_in_about_six_days_and_never_exceeds_one() -> None:
    assert recency(NOON, NOON + timedelta(hours=138.3)) == pytest.approx(0.5, abs=0.001)
    assert recency(NOON + timedelta(days=1), NOON) == 1


def test_values_that_do_not_differ_say_nothing() -> None:
    assert within_query([3.0, 3.0]) == [0.0, 0.0]
    assert within_query([]) == []


def test_what_hardly_differs_is_not_stretched() -> None:
    assert within_query([0.5, 0.51], 0.2) == pytest.approx([0.0, 0.05])
    assert within_query([0.1, 0.5], 0.2) == [0.0, 1.0]
    assert fused_scores([]) == []


@pytest.mark.parametrize("ranker", [FusionRanker(), CosineRanker(), GenerativeAgentsRanker()])
def test_of_nothing_nothing_is_ranked(ranker: Ranker) -> None:
    assert ranked(ranker) == []


def test_cosine_alone_looks_at_nothing_else() -> None:
    found = ranked(CosineRanker(), candidate(0, 0.2, 50, 1.0, importance=10), candidate(1, 0.7, 0, 0.0), candidate(2, -0.3, 9))
    assert ordinals(found) == [1, 0, 2]
    assert [one.score for one in found] == [0.7, 0.2, 0.0]


def test_the_generative_agents_weigh_recency_importance_and_relevance_alike() -> None:
    old, rated, middling = candidate(0, 0.9, 0, 0.2), candidate(1, 0.1, 99, 0.6, importance=9), candidate(2, 0.5, 0, 1.0, importance=5)
    found = ranked(GenerativeAgentsRanker(), old, rated, middling)
    scores = {one.record.ordinal: one.score for one in found}
    assert scores == pytest.approx({0: (0 + 0 + 1) / 3, 1: (0.5 + 1 + 0) / 3, 2: (1 + 0.5 + 0.5) / 3})
    assert ordinals(found) == [2, 1, 0]
    assert (found[1].signals["recent"], found[1].signals["important"], found[1].signals["relevant"]) == pytest.approx((0.5, 1.0, 0.0))


def test_what_nobody_rated_is_as_important_as_the_least() -> None:
    unrated, least, most = (candidate(number, importance=rating) for number, rating in enumerate((None, 1, 10)))
    scores = {one.record.ordinal: one.score for one in ranked(GenerativeAgentsRanker(), unrated, least, most)}
    assert scores == pytest.approx({0: 0.0, 1: 0.0, 2: 1 / 3})


def test_a_record_counts_as_much_as_its_weight() -> None:
    light, heavy = candidate(0, weight=0.5), candidate(1, weight=1.0)
    found = best_first([light, heavy], [0.8, 0.5], {"given": [8, 5]})
    assert [(one.record.ordinal, one.score) for one in found] == [(1, 0.5), (0, 0.4)]
    assert found[1].signals == {"similarity": 0.5, "bm25": 0.0, "recency": 1.0, "given": 8.0, "weight": 0.5}


@pytest.mark.parametrize("days", list(permutations((1, 2, 3))))
def test_of_equals_the_newest_comes_first(days: tuple[int, ...]) -> None:
    three = [candidate(number, said_at=NOON + timedelta(days=day)) for number, day in enumerate(days)]
    assert [days[one] for one in ordinals(best_first(three, [0.5] * 3, {}))] == [3, 2, 1]


def test_equals_of_one_moment_have_one_order() -> None:
    three = [candidate(number) for number in range(3)]
    assert len({tuple(ordinals(best_first(some, [0.5] * 3, {}))) for some in permutations(three)}) == 1


def test_the_first_are_taken_and_the_others_say_why_not() -> None:
    found = choose([said("one", 0), said("two", 1), said("three", 2)], 2)
    assert [(one.taken, one.why) for one in found] == [
        (True, "among the best 2"),
        (True, "among the best 2"),
        (False, "others score higher"),
    ]
    assert not any(one.taken for one in choose([said("one", 0), said("two", 1)], 0))


def test_the_newest_of_the_same_words_is_taken_and_makes_room() -> None:
    old, new, other = said("I live in Graz.", 0, score=0.9), said("I live in Graz.", 7, days=3, score=0.8), said("Hello", 9, score=0.1)
    found = choose([old, new, other], 2)
    assert [(one.record.id, one.taken, one.score) for one in found] == [
        (new.record.id, True, 0.9),
        (other.record.id, True, 0.1),
        (old.record.id, False, 0.9),
    ]
    assert found[2].why == f"says the same as {new.record.id}"


def test_the_newest_gives_way_to_none_that_is_older() -> None:
    first, second = choose([said("I live in Graz.", 7, days=3), said("I live in Graz.", 0)], 2)
    assert (first.taken, second.taken) == (True, False)
    assert first.record.id in second.why


@pytest.mark.parametrize("words", ["i LIVE in graz", "I live -- in Graz!!", " I live\nin  Graz \U0001f600", "“I live in Graz?”"])
def test_neither_case_nor_marks_make_other_words(words: str) -> None:
    assert [(one.record.ordinal, one.taken) for one in choose([said("I live in Graz.", 0), said(words, 1, days=1)], 2)] == [
        (1, True),
        (0, False),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("I live in Graz.", "I lived in Graz."), ("!", "?"), ("\U0001f600", "\U0001f622"), ("수박", "수영"), ("not now", "notnow")],
)
def test_other_words_are_no_twins(one: str, other: str) -> None:
    assert [found.taken for found in choose([said(one, 0), said(other, 1, days=1)], 2)] == [True, True]


def test_marks_alone_are_the_same_only_as_themselves() -> None:
    assert [one.record.ordinal for one in choose([said("\U0001f600", 0), said("\U0001f600", 1, days=1)], 2) if one.taken] == [1]


def test_the_same_words_of_two_speakers_are_two_memories() -> None:
    two = [said("I love you", 0, speaker="Ada"), said("I love you", 1, days=1, speaker="Ben")]
    assert [one.taken for one in choose(two, 2)] == [True, True]


def test_words_that_rank_first_are_recalled_however_low_their_newest_telling_ranks() -> None:
    found = choose([said("I live in Graz.", 0, score=0.9), said("Hello", 1, score=0.5), said("I live in Graz.", 40, days=9, score=0.1)], 1)
    assert [one.record.text for one in found if one.taken] == ["I live in Graz."]


def test_what_was_left_stands_by_its_score() -> None:
    found = choose([said("I live in Graz.", 0, score=0.9), said("Hello", 1, score=0.5), said("I live in Graz.", 40, days=9, score=0.1)], 1)
    assert [(one.record.ordinal, one.score) for one in found] == [(40, 0.9), (0, 0.9), (1, 0.5)]


def test_none_is_called_newer_that_is_not() -> None:
    _, left = choose([said("I live in Graz.", 0), said("I live in Graz.", 1)], 2)
    assert left.why
    assert "newer" not in left.why
