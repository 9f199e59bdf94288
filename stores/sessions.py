"""Which conversations a recall points to: one where several messages answer a little can be worth more than one with a single match."""

from collections.abc import Sequence
from typing import NamedTuple

from stores.ranking import Candidate

COUNTED = 4  # messages of a session


class FoundSession(NamedTuple):
    """A session with what recall considered of it.

    Attributes:
        id: The session's, which is one only within its thread.
        score: The sum of the scores of its best COUNTED messages; with the learned ranking, how many of them are expected to answer.
        found: What was considered of it, best first.
    """

    id: str
    score: float
    found: tuple[Candidate, ...]


def sessions_of(candidates: Sequence[Candidate]) -> list[FoundSession]:
    """The sessions that the candidates were said in, best first; of equals that of the better first candidate.

    A document is found by its best passages, not by one alone (Callan 1994, "Passage-level evidence in document retrieval").
    What belongs to no session is left out.
    """
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: -one.score):
        if one.record.session_id:
            groups.setdefault((one.record.thread_id, one.record.session_id), []).append(one)
    found = [FoundSession(name, sum(one.score for one in best[:COUNTED]), tuple(best)) for (_, name), best in groups.items()]
    return sorted(found, key=lambda one: -one.score)
