"""The metrics of recall on rankings whose values are worked out by hand."""

import math

import pytest

from evals.haystack import Haystack, Question
from evals.locomo import DEFINITION as LOCOMO
from evals.longmemeval import DEFINITION as LONGMEMEVAL
from evals.realmem import DEFINITION as REALMEM
from evals.recall import Definition, Measured, columns_of, ranking, result_of
from evals.recall_metrics import Ranking, all_at, any_at, fraction_at, ndcg_at, or_one, per_thousand_tokens
from evals.result import differences_of, table_of
from tests.fakes import NOON, record

FOUND = ["a", "b", "c", "d", "e", "f"]


def question(**fields: object) -> Question:
    given: dict[str, object] = {
        "id": "q",
        "text": "?",
        "asked_at": NOON,
        "group": "g",
        "categories": (),
        "evidence": frozenset(),
        "sessions": frozenset(),
    }
    return Question(**{**given, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "k", "lost", "value"),
    [({"a", "f"}, 5, 0, 0.5), ({"a", "f"}, 6, 0, 1.0), ({"a"}, 5, 1, 0.5), ({"x"}, 6, 0, 0.0), (set(), 5, 1, 0.0)],
)
def test_the_fraction_counts_what_is_found_and_what_cannot_be(wanted: set[str], k: int, lost: int, value: float) -> None:
    assert fraction_at(FOUND, wanted, k, lost) == value


def test_nothing_to_find_is_no_value_and_counts_one_where_the_benchmark_says_so() -> None:
    assert all(math.isnan(metric(FOUND, set(), 5)) for metric in (fraction_at, any_at, all_at, ndcg_at))
    assert or_one(fraction_at(FOUND, set(), 5)) == 1.0
    assert or_one(0.25) == 0.25


@pytest.mark.parametrize(("k", "some", "every"), [(1, 0.0, 0.0), (2, 1.0, 0.0), (4, 1.0, 0.0), (5, 1.0, 1.0)])
def test_any_and_all_look_at_the_first_k(k: int, some: float, every: float) -> None:
    assert (any_at(FOUND, {"b", "e"}, k), all_at(FOUND, {"b", "e"}, k)) == (some, every)


@pytest.mark.parametrize(
    ("wanted", "k", "value"),
    [
        ({"a"}, 5, 1.0),
        ({"b"}, 5, 1.0),  # the second rank is not discounted
        ({"d"}, 5, 0.5),  # 1 / log2(4)
        ({"d"}, 3, 0.0),
        ({"a", "d"}, 5, 1.5 / 2),  # 1 + 1 / log2(4), where the best order has 1 + 1
        ({"a", "b", "c", "d"}, 2, 1.0),  # the best order within two ranks
    ],
)
def test_the_gain_is_discounted_from_the_third_rank_on(wanted: set[str], k: int, value: float) -> None:
    assert ndcg_at(FOUND, wanted, k) == pytest.approx(value)


def test_what_a_thousand_tokens_buy() -> None:
    assert per_thousand_tokens(1.0, Ranking((), (), context_tokens=400)) == 2.5
    assert math.isnan(per_thousand_tokens(1.0, Ranking((), ())))


def haystack() -> Haystack:
    """Six turns of three sessions: 0 and 1, 2 and 3 (the second by the assistant), 4 and 5."""
    records = tuple(
        record("Five words are said here", number, session_id=f"s{number // 2}", role="assistant" if number == 3 else "user")
        for number in range(6)
    )
    return Haystack("ada", records, tuple(one.text for one in records), ())


def given(*order: int) -> Ranking:
    stack = haystack()
    return ranking(stack, question(), lambda _: [stack.records[at].id for at in order])


def test_sessions_stand_where_their_best_record_does() -> None:
    found = given(3, 0, 2, 5, 1, 4)
    assert found.sessions == ("s1", "s0", "s2")
    assert found.sessions_by_user == ("s0", "s1", "s2")
    assert [haystack().by_id[id].ordinal for id in found.by_user] == [0, 2, 5, 1, 4]


def test_a_session_that_stands_again_in_a_haystack_is_the_same_session() -> None:
    records = (record("one", 0, session_id="s@2"), record("two", 1, session_id="s"))
    assert Haystack("ada", records, ("", ""), ()).sessions([one.id for one in records]) == ("s",)


def test_tokens_are_those_of_the_date_the_speaker_and_the_words() -> None:
    # "Ada: Five words are said here" has six words, and its date in words counts as six.
    assert given(0, 1).context_tokens == 2 * round(1.3 * (6 + 6))


def test_locomo_counts_evidence_that_does_not_exist_as_lost_and_none_as_found() -> None:
    ids = [one.id for one in haystack().records]
    found = given(3, 0, 2, 5, 1, 4)
    asked = question(evidence=frozenset({ids[0]}), sessions=frozenset({"s0"}), lost=1)
    assert LOCOMO.metrics["turn R@5"](asked, found) == 0.5
    assert LOCOMO.metrics["session fraction@5"](asked, found) == 0.5
    assert LOCOMO.metrics["turn R@5"](question(), found) == 1.0


def test_longmemeval_strict_leaves_out_what_has_no_evidence_and_over_all_does_not() -> None:
    found = given(3, 0, 2, 5, 1, 4)
    asked = question(named=frozenset({"s2"}))
    assert math.isnan(LONGMEMEVAL.metrics["session all@5"](asked, found))
    assert LONGMEMEVAL.metrics["session any@5, all questions"](asked, found) == 1.0


def test_realmem_asks_which_sessions_the_prompt_comes_from() -> None:
    found = given(3, 0)
    assert REALMEM.efficiency(question(sessions=frozenset({"s1"})), found) == 1.0
    assert REALMEM.efficiency(question(sessions=frozenset({"s1", "s2"})), found) == 0.0


SMALL = Definition("small", {"any@1": lambda asked, found: any_at(found.records, asked.evidence, 1)}, ("any@1",), ("any@1",))


def measured() -> Measured:
    """Three questions of two groups: one system is right on all, the other on the first of each group."""
    asked = [
        question(group="g", categories=("easy",), evidence=frozenset("a")),
        question(group="g", categories=("hard",), evidence=frozenset("b")),
        question(group="h", categories=("hard",), evidence=frozenset("c")),
    ]
    right = [Ranking((one,), (), context_tokens=500) for one in "abc"]
    wrong = [Ranking((one,), (), context_tokens=1000) for one in "axc"]
    return Measured(asked, {"first": right, "second": wrong})


def test_figures_are_means_over_questions_by_system_and_category() -> None:
    systems = result_of(SMALL, measured(), "three", 0).systems
    assert systems["first"]["any@1"].value == 1.0
    assert systems["second"]["any@1"].value == pytest.approx(2 / 3)
    assert systems["second"]["any@1, easy"].value == 1.0
    assert systems["second"]["any@1, hard"].value == 0.5
    assert systems["first"]["recall_all@10 per 1,000 tokens"].value == 2.0


def test_differences_are_paired_and_their_interval_resamples_groups() -> None:
    difference = result_of(SMALL, measured(), "three", 0).differences["second"]["any@1"]
    assert difference.value == pytest.approx(1 / 3)
    assert (difference.low, difference.high) == (0.0, 0.5)  # group h alone, group g alone


def test_a_metric_that_applies_to_no_question_is_left_out() -> None:
    found = Measured([question()], {"first": [Ranking((), ())]})
    assert columns_of(SMALL, found.questions, found.rankings["first"])["any@1"] != []
    assert "any@1" not in result_of(SMALL, found, "one", 0).systems["first"]


def test_tables_have_a_row_a_metric_and_a_row_a_baseline() -> None:
    result = result_of(SMALL, measured(), "three", 0)
    assert table_of(result).row_count == len(result.systems["first"])
    assert list(differences_of(result).columns[1].cells) == ["+0.333 [+0.000, +0.500]"]
