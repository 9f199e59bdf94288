"""Haystacks: what a memory holds, and the questions put to it, each with the records that answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from stores.histories.history import History, records_of
from stores.record import MemoryRecord

CHARACTER = "eval"
IMPORTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """A question and where its answer lies.

    Attributes:
        group: What is resampled together: the conversation, or all questions that share evidence.
        categories: What its figures are told by, beside the overall ones.
        evidence: Ids of the records that answer it.
        sessions: Ids of the sessions that do.
        named: Every session the data name as evidence, where they name more than are counted above.
        lost: How many pieces of evidence the data name that do not exist: they count as not found.
        until: Only what was said up to this moment can be recalled; all where it is None.
    """

    id: str
    text: str
    asked_at: datetime
    group: str
    categories: tuple[str, ...]
    evidence: frozenset[str]
    sessions: frozenset[str]
    named: frozenset[str] = frozenset()
    lost: int = 0
    until: datetime | None = None


@dataclass(frozen=True)
class Haystack:
    """The records of one user, in order.

    Attributes:
        id: The user whose memory it is.
        texts: What a plain retriever reads of each record, in the form that the data set's own evaluation gives it.
    """

    id: str
    records: tuple[MemoryRecord, ...]
    texts: tuple[str, ...]
    questions: tuple[Question, ...]

    @cached_property
    def by_id(self) -> Mapping[str, MemoryRecord]:
        return {record.id: record for record in self.records}

    def sessions(self, ids: Sequence[str]) -> tuple[str, ...]:
        """The sessions of the records, each where its first record stands."""
        return tuple(dict.fromkeys(plain_session(self.by_id[id]) for id in ids))


def plain_session(record: MemoryRecord) -> str:
    """The session of a record as the data name it: one that stands in a LongMemEval haystack again is `ID@2` there."""
    return record.session_id.partition("@")[0]


def imported(history: History) -> tuple[MemoryRecord, ...]:
    """The records that `mneme import` makes of a history; the user is the thread."""
    return tuple(records_of(history, user_id=history.thread_id, character_id=CHARACTER, created_at=IMPORTED_AT))
