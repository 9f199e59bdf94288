"""Does it find the sessions that answer among some fifty of a user and an assistant? LongMemEval_S (Wu et al. 2024), in two protocols.

*Strict* is the benchmark's own: what the user said is evidence, sessions without any of it do not count, and neither do abstentions or
questions without a turn of the user that answers. *Over all* takes every question and every session that the data name.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evals.cases import LONGMEMEVAL, sampled, session_groups
from evals.haystack import Haystack, Question, imported, plain_session
from evals.recall import Definition, compared
from evals.recall_metrics import At, Metric, all_at, any_at, ndcg_at
from evals.result import Result
from stores.histories.history import History
from stores.histories.longmemeval import LongMemEvalQuestion, read_answering_messages, read_haystacks, read_questions

NAME = "longmemeval"
DEPTHS = (5, 10)
HELD = 20  # questions whose sessions are in memory at a time


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """Session and turn recall of every system.

    Args:
        data: The folder of the data sets, or LongMemEval's own.
        limit: How many questions are drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    return compared(DEFINITION, haystacks(data, limit, seed), "LongMemEval_S", seed)


def haystacks(data: Path, limit: int | None = None, seed: int = 0) -> Iterator[Haystack]:
    """Each question with its own haystack."""
    folder = data / LONGMEMEVAL if (data / LONGMEMEVAL).is_dir() else data
    every = read_questions(folder)
    groups = session_groups(every)
    questions = sampled(every, limit, seed)
    answering = read_answering_messages(folder, {name for question in questions for name in question.evidence})
    for begin in range(0, len(questions), HELD):
        some = questions[begin : begin + HELD]
        for question, history in zip(some, read_haystacks(folder, some), strict=True):
            yield haystack_of(question, history, answering, groups[question.question_id])


def haystack_of(question: LongMemEvalQuestion, history: History, answering: Mapping[str, Sequence[str]], group: str) -> Haystack:
    """The records of one question's sessions, and which of them are evidence."""
    records = imported(history)
    marked = {message for name in question.evidence for message in answering.get(name, ())}
    evidence = [record for record in records if record.message_id in marked and record.role == "user" and not question.abstention]
    asked = Question(
        id=question.question_id,
        text=question.question,
        asked_at=question.asked_at,
        group=group,
        categories=("abstention" if question.abstention else question.question_type,),
        evidence=frozenset(record.id for record in evidence),
        sessions=frozenset(map(plain_session, evidence)),
        named=frozenset(question.evidence),
    )
    return Haystack(history.thread_id, records, tuple(record.text for record in records), (asked,))


def sessions(at: At, k: int) -> Metric:
    """Strict, over sessions."""
    return lambda question, ranking: at(ranking.sessions, question.sessions, k)


def sessions_by_user(at: At, k: int) -> Metric:
    """Strict, over sessions of which only what the user said is looked at, as in the benchmark's own index."""
    return lambda question, ranking: at(ranking.sessions_by_user, question.sessions, k)


def turns(at: At, k: int) -> Metric:
    """Strict, over what the user said, as in the benchmark's own index of turns."""
    return lambda question, ranking: at(ranking.by_user, question.evidence, k)


def any_named(k: int) -> Metric:
    """Over all questions: whether a session that the data name is among the first k."""
    return lambda question, ranking: any_at(ranking.sessions, question.named, k)


def any_turn(k: int) -> Metric:
    """Whether a turn of the user that answers is among the first k of all turns, the assistant's too."""
    return lambda question, ranking: any_at(ranking.records, question.evidence, k)


STRICT: Mapping[str, At] = {"all": all_at, "ndcg_any": ndcg_at}
DEFINITION = Definition(
    name=NAME,
    metrics={
        **{f"session {name}@{k}": sessions(at, k) for name, at in STRICT.items() for k in DEPTHS},
        **{f"session {name}@{k}, by the user's turns": sessions_by_user(at, k) for name, at in STRICT.items() for k in DEPTHS},
        **{f"session any@{k}, all questions": any_named(k) for k in DEPTHS},
        **{f"turn {name}@{k}": turns(at, k) for name, at in STRICT.items() for k in DEPTHS},
        **{f"turn any@{k}": any_turn(k) for k in DEPTHS},
    },
    by_category=("session all@5", "session any@5, all questions"),
    shown=("session all@5", "session all@10", "session any@5, all questions", "session ndcg_any@10"),
)
