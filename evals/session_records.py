"""Any number of records from real sessions: first the turns as they are, then halves of two, whose vectors lie between theirs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.vectors import KeptVectors
from stores.embedder import Embedder
from stores.histories.history import AS_THE_FILE_SAYS
from stores.histories.longmemeval import read, read_questions
from stores.pieces import message_pieces
from stores.record import MemoryRecord, record_id

TURNS = 10_000  # that are embedded: minutes, the first time
QUESTIONS = 100
STRIDE = 7_919  # a prime: each round pairs the turns otherwise
DRIFT = 0.45  # of the second turn's vector in a made one: its cosine with the first one's is about 0.91
THREAD = 100  # messages
CHARACTER = "mneme"
BEGIN = datetime(2015, 1, 1, 8, tzinfo=UTC)
ASKED_AT = datetime(2035, 1, 1, 8, tzinfo=UTC)

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Source:
    """Turns of real sessions, and questions about them.

    Attributes:
        turns: Who spoke, and the words.
        vectors: Of each turn's pieces.
        questions: The words and the vector of each.
    """

    embedder: str
    turns: tuple[tuple[str, str], ...]
    vectors: tuple[Vectors, ...]
    questions: Mapping[str, list[float]]

    @property
    def dimension(self) -> int:
        return int(self.vectors[0].shape[1])

    def words(self, number: int) -> tuple[str, str]:
        """Who speaks in the record of that number, and the words."""
        (speaker, first), (_, second) = (self.turns[at] for at in self._pair(number))
        if number < len(self.turns):
            return speaker, first
        left, right = first.split(), second.split()
        return speaker, " ".join((*left[: len(left) // 2 + 1], *right[len(right) // 2 :]))

    def pieces(self, number: int, count: int) -> Vectors:
        """The vectors of the so many pieces of a record's words."""
        first, second = (self.vectors[at] for at in self._pair(number))
        if number < len(self.turns):
            return first
        mixed = np.stack([first[at % len(first)] + DRIFT * second[at % len(second)] for at in range(count)])
        return unit_rows(mixed)

    def _pair(self, number: int) -> tuple[int, int]:
        around, at = divmod(number, len(self.turns))
        return at, (at + around * STRIDE) % len(self.turns)


@dataclass
class Known:
    """An embedder that only looks vectors up: what it costs to make them is another eval's question."""

    name: str
    dimension: int
    vectors: dict[str, list[float]] = field(default_factory=dict)

    def learn(self, records: Sequence[MemoryRecord], vectors: Sequence[Vectors]) -> None:
        """Know the pieces of these records, and no others."""
        cuts = [message_pieces(record.text) for record in records]
        self.vectors = {piece: row.tolist() for cut, rows in zip(cuts, vectors, strict=True) for piece, row in zip(cut, rows, strict=True)}

    def embed_query(self, text: str) -> list[float]:
        return self.vectors[text]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.vectors[text] for text in texts]


def source_of(folder: Path, embedder: Embedder, turns: int) -> Source:
    """The first turns of LongMemEval's sessions, at most `TURNS`, and its first questions.

    Raises:
        InputError: A file is missing or not of the format.
    """
    histories = read(folder, AS_THE_FILE_SAYS)
    said = (one for history in histories for _, one in history.spoken() if one.text.strip())
    spoken = tuple((one.speaker, one.text) for one in islice(said, min(turns, TURNS)))
    asked = [one.question for one in read_questions(folder)[:QUESTIONS]]
    cuts = [message_pieces(text) for _, text in spoken]
    with KeptVectors.open(embedder) as kept:
        found = iter(unit_rows(np.array(kept.embed_documents([piece for cut in cuts for piece in cut]), np.float32)))
        vectors = tuple(np.stack(list(islice(found, len(cut)))) for cut in cuts)
        return Source(embedder.name, spoken, vectors, dict(zip(asked, kept.embed_documents(asked), strict=True)))


def unit_rows(vectors: Vectors) -> Vectors:
    """Vectors scaled to length one."""
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def user_of(number: int, each: int) -> str:
    """Whose the record of that number is, where so many are each user's."""
    return f"user {number // each}"


def made_records(source: Source, numbers: Sequence[int], each: int) -> tuple[list[MemoryRecord], list[Vectors]]:
    """The records of these numbers, and the vectors of their pieces."""
    records = [record_of(number, *source.words(number), user_of(number, each)) for number in numbers]
    return records, [source.pieces(number, len(message_pieces(record.text))) for number, record in zip(numbers, records, strict=True)]


def record_of(number: int, speaker: str, text: str, user: str) -> MemoryRecord:
    """The record of one turn."""
    thread, ordinal = f"thread {number // THREAD}", number % THREAD
    said_at = BEGIN + timedelta(minutes=10 * number)
    return MemoryRecord(
        id=record_id(user, thread, str(ordinal), "said"),
        user_id=user,
        character_id=CHARACTER,
        kind="turn",
        text=text,
        speaker=speaker,
        said_at=said_at,
        created_at=said_at,
        thread_id=thread,
        ordinal=ordinal,
        message_id=str(ordinal),
        known_by=(CHARACTER,),
    )


class Exact:
    """The cosines of the records nearest to each question, among its asker's, from every vector.

    Args:
        source: Whose questions.
        askers: Who asks each question.
        depth: How many are kept.
    """

    def __init__(self, source: Source, askers: Sequence[str], depth: int) -> None:
        self._questions = np.array(list(source.questions.values()), np.float32)
        self._askers = np.array(askers)
        self._depth = depth
        self.cosines: list[list[float]] = [[] for _ in askers]

    def see(self, records: Sequence[MemoryRecord], vectors: Sequence[Vectors]) -> None:
        """Compare some more records, all of one user, by their best pieces."""
        asking = np.flatnonzero(self._askers == records[0].user_id)
        begins = np.cumsum([0, *(len(rows) for rows in vectors[:-1])])
        cosines = np.maximum.reduceat(self._questions[asking] @ np.concatenate(vectors).T, begins, axis=1)
        for question, row in zip(asking, cosines, strict=True):
            self.cosines[question] = sorted((*self.cosines[question], *row.tolist()), reverse=True)[: self._depth]


def batches(size: int, each: int, most: int) -> Iterator[range]:
    """The numbers of all records, so many at a time, those of one user together."""
    for begin in range(0, size, each):
        for start in range(begin, min(size, begin + each), most):
            yield range(start, min(size, begin + each, start + most))
