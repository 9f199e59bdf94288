"""Does it find the sessions that an assistant's real answer rests on? RealMem: one person and an assistant over months."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from evals.cases import sampled
from evals.haystack import Haystack, Question, imported
from evals.recall import CONTEXT, Definition, compared
from evals.recall_metrics import At, Metric, Ranking, all_at, any_at, fraction_at
from evals.result import Result
from stores.errors import InputError
from stores.histories.history import AS_THE_FILE_SAYS
from stores.histories.realmem import RealMemQuery, read, read_queries
from stores.record import MemoryRecord

NAME = "realmem"
REALMEM = Path("realmem")
DEPTHS = (3, 5, 10)
BEFORE = timedelta(milliseconds=1)


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """Session recall of every system.

    Args:
        data: The folder of the data sets, or the one with RealMem's files.
        limit: How many queries are drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: There are no such files, or one is not of the format.
    """
    return compared(DEFINITION, haystacks(data, limit, seed), "RealMem", seed)


def haystacks(data: Path, limit: int | None = None, seed: int = 0) -> Iterator[Haystack]:
    """Each person with the queries whose answers used a memory; only what was said before the session of a query can be recalled for it."""
    folder = data / REALMEM if (data / REALMEM).is_dir() else data
    files = sorted(folder.glob("*.json"))
    if not files:
        raise InputError(f"There are no files of RealMem in {folder}.", "Name their folder with --data.")
    queries = sampled([(file, query) for file in files for query in read_queries(file) if query.evidence], limit, seed)
    for file in files:
        for history in read(file, AS_THE_FILE_SAYS):
            records = imported(history)
            asked = [question_of(query, file.stem, records) for known, query in queries if known == file]
            if mine := tuple(one for one in asked if one.sessions):
                yield Haystack(history.thread_id, records, tuple(record.text for record in records), mine)


def question_of(query: RealMemQuery, person: str, records: Sequence[MemoryRecord]) -> Question:
    """A query with those sessions of its evidence that were over: what its own session has said stands in the window of the chat."""
    began = min(record.said_at for record in records if record.session_id == query.session_id)
    earlier = {record.session_id for record in records if record.said_at < began}
    return Question(
        id=f"{person}:{query.message_id}",
        text=query.text,
        asked_at=query.asked_at,
        group=person,
        categories=(query.session_type,) if query.session_type else (),
        evidence=frozenset(),
        sessions=frozenset(query.evidence) & earlier,
        until=began - BEFORE,
    )


def sessions(at: At, k: int) -> Metric:
    """Over sessions, in the order of their best records."""
    return lambda question, ranking: at(ranking.sessions, question.sessions, k)


def sessions_held(question: Question, ranking: Ranking) -> float:
    """1 where the records that a prompt takes come from all the sessions."""
    return all_at(ranking.sessions_of_context, question.sessions, CONTEXT)


METRICS: dict[str, At] = {"any": any_at, "fraction": fraction_at, "all": all_at}
DEFINITION = Definition(
    name=NAME,
    metrics={f"session {name}@{k}": sessions(at, k) for name, at in METRICS.items() for k in DEPTHS},
    by_category=("session all@5",),
    shown=("session any@5", "session fraction@5", "session all@5", "session all@10"),
    efficiency=sessions_held,
)
