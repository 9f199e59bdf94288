"""Which conversations a recall points to."""

from hypothesis import given
from hypothesis import strategies as st

from stores.ranking import Candidate
from stores.sessions import COUNTED, sessions_of
from tests.fakes import record

SCORES = st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), max_size=30)


def said(session: str, score: float, number: int = 0, thread: str = "t") -> Candidate:
    return Candidate(record(f"text {number}", number, session_id=session, thread_id=thread), {}, score)


def names(*candidates: Candidate) -> list[str]:
    return [one.id for one in sessions_of(candidates)]


def test_several_that_answer_a_little_outweigh_one_that_answers_a_little_more() -> None:
    found = sessions_of([said("one", 0.5), said("many", 0.2, 1), said("many", 0.3, 2), said("many", 0.1, 3)])
    assert [(one.id, round(one.score, 9)) for one in found] == [("many", 0.6), ("one", 0.5)]
    assert [one.record.ordinal for one in found[0].found] == [2, 1, 3]


def test_a_long_conversation_is_not_worth_more_for_its_length() -> None:
    assert names(said("one", 0.5), *(said("long", 0.1, number) for number in range(1, 40))) == ["one", "long"]


def test_of_equals_that_of_the_better_message_comes_first() -> None:
    assert names(said("two", 0.25), said("two", 0.5), said("one", 0.75)) == ["one", "two"]


def test_what_was_said_in_no_conversation_points_to_none() -> None:
    assert names(said("", 1.0), said("one", 0.1)) == ["one"]


def test_conversations_of_two_threads_may_have_one_name() -> None:
    found = sessions_of([said("one", 0.3, thread="a"), said("one", 0.4, thread="b")])
    assert [(one.found[0].record.thread_id, one.score) for one in found] == [("b", 0.4), ("a", 0.3)]


@given(SCORES)
def test_every_candidate_stands_once_in_its_session_best_first(drawn: list[tuple[str, float]]) -> None:
    candidates = [said(session, score, number) for number, (session, score) in enumerate(drawn)]
    found = sessions_of(candidates)
    assert sorted(one.record.ordinal for each in found for one in each.found) == list(range(len(drawn)))
    assert {one.record.session_id for each in found for one in each.found if each.id != one.record.session_id} == set()
    for each in found:
        scores = [one.score for one in each.found]
        assert scores == sorted(scores, reverse=True)
        assert each.score == sum(scores[:COUNTED])
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
