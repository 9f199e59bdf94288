"""Cases: questions with a known answer, and the memories that recall gives for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Literal, TypeVar
from zlib import crc32

import numpy as np

from evals.lexical import Lexical
from evals.retrievers import unseen_ranker
from graph.assembly import shared_ranker
from models.mind import Memory
from stores.access import Access
from stores.embedder import Embedder
from stores.histories.history import AS_THE_FILE_SAYS, History, records_of
from stores.histories.locomo import LocomoQuestion
from stores.histories.locomo import read as read_locomo
from stores.histories.locomo import read_questions as read_locomo_questions
from stores.histories.longmemeval import LongMemEvalQuestion, read_answering_messages, read_haystacks
from stores.histories.longmemeval import read_questions as read_longmemeval_questions
from stores.memory_store import MemoryStore
from stores.pieces import message_pieces
from stores.ranking import Candidate, Ranker, choose
from stores.record import MemoryRecord

Item = TypeVar("Item")
DataSet = Literal["locomo", "longmemeval"]
Part = Literal["all", "training", "held out"]
LOCOMO = Path("locomo/locomo5.json")
LONGMEMEVAL = Path("longmemeval_s")
K = 10
SHORTLIST = 40
CHARACTER = "eval"
ADVERSARIAL = 5
IMPORTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A question and what recall gave for it.

    Attributes:
        group: What is resampled and split together: the conversation (LoCoMo), or the questions with a session in common (LongMemEval).
        gold: The gold answer; empty where there is none.
        answerable: Whether the memory holds the answer.
        evidence: Ids of the records that hold the answer.
        memories: What recall gave, in chronological order.
    """

    data: DataSet
    id: str
    group: str
    kind: str
    question: str
    gold: str
    answerable: bool
    asked_at: datetime
    evidence: frozenset[str]
    memories: tuple[Memory, ...]

    @property
    def found(self) -> bool:
        """Whether any of the evidence is among the memories."""
        return any(memory.id in self.evidence for memory in self.memories)


def memories_of(taken: Sequence[Candidate]) -> tuple[Memory, ...]:
    """The candidates as the answerer sees them, in chronological order."""
    ordered = sorted(taken, key=lambda one: one.record.said_at)
    return tuple(
        Memory(
            one.record.id,
            one.record.text,
            one.record.speaker,
            one.record.role,
            one.record.kind,
            one.record.said_at,
            one.score,
            one.signals["similarity"],
        )
        for one in ordered
    )


def locomo_cases(data: Path, embedder: Embedder, limit: int | None = None, seed: int = 0, k: int = K) -> Iterator[Case]:
    """LoCoMo's questions, each asked the day after its conversation ends, with what MemoryStore.recall gives at `k`.

    Each conversation is a user of its own, stored whole. `limit` draws as many questions from all conversations.

    Raises:
        InputError: The file is missing or not of the format.
    """
    questions = sampled(read_locomo_questions(data / LOCOMO), limit, seed)
    with TemporaryDirectory() as folder, MemoryStore.open(Path(folder), embedder, shared_ranker()) as store:
        for history in read_locomo(data / LOCOMO, AS_THE_FILE_SAYS):
            mine = [one for one in enumerate(questions) if history.thread_id.endswith(one[1].sample_id)]
            if mine:
                records = list(records_of(history, user_id=history.thread_id, character_id=CHARACTER, created_at=IMPORTED_AT))
                store.remember(records)
                for place, question in mine:
                    yield _locomo_case(place, question, records, store, k)


def _locomo_case(place: int, question: LocomoQuestion, records: Sequence[MemoryRecord], store: MemoryStore, k: int) -> Case:
    user = records[0].user_id
    recalled = store.recall(question.question, access=Access(user, CHARACTER), k=k)
    answerable = question.category != ADVERSARIAL
    evidence = frozenset(record.id for record in records if record.message_id in question.evidence)
    return Case(
        data="locomo",
        id=f"{question.sample_id}:{place}",
        group=question.sample_id,
        kind=str(question.category),
        question=question.question,
        gold=question.answer if answerable else "",
        answerable=answerable,
        asked_at=records[-1].said_at + timedelta(days=1),
        evidence=evidence,
        memories=memories_of(recalled.taken),
    )


def longmemeval_cases(
    data: Path,
    embedder: Embedder,
    limit: int | None = None,
    seed: int = 0,
    *,
    part: Part = "all",
    without_evidence: bool = False,
    k: int = K,
) -> Iterator[Case]:
    """LongMemEval_S's questions, each with what the shipped ranking takes from its own haystack.

    A haystack has some 500 messages, too many to embed for every question: BM25 over the whole haystack shortlists SHORTLIST of them, and
    those are ranked as recall would rank them.

    Args:
        limit: How many questions to draw from the part.
        part: Which half, by a hash of the group: the head was trained on the one, and is measured on the other.
        without_evidence: Leave the answering sessions out of the haystack, so that no question can be answered.

    Raises:
        InputError: A file is missing or not of the format.
    """
    every = read_longmemeval_questions(data / LONGMEMEVAL)
    groups = session_groups(every)
    questions = sampled([one for one in every if part in ("all", part_of(groups[one.question_id]))], limit, seed)
    sessions = {name for question in questions for name in question.evidence}
    answering = read_answering_messages(data / LONGMEMEVAL, sessions)
    for history, question in zip(read_haystacks(data / LONGMEMEVAL, questions), questions, strict=True):
        case = _longmemeval_case(question, history, answering, embedder, k, without_evidence)
        yield replace(case, group=groups[question.question_id])


def _longmemeval_case(
    question: LongMemEvalQuestion,
    history: History,
    answering: dict[str, tuple[str, ...]],
    embedder: Embedder,
    k: int,
    without_evidence: bool,
) -> Case:
    records = list(records_of(history, user_id=question.question_id, character_id=CHARACTER, created_at=IMPORTED_AT))
    if without_evidence:
        records = [record for record in records if record.session_id.partition("@")[0] not in question.evidence]
    messages = {message for name in question.evidence for message in answering.get(name, ())}
    taken = ranked(question.question, records, embedder, k, question.asked_at)
    return Case(
        data="longmemeval",
        id=question.question_id + ("_without" if without_evidence else ""),
        group="",
        kind="removed" if without_evidence else question.question_type,
        question=question.question,
        gold=question.answer,
        answerable=not (question.abstention or without_evidence),
        asked_at=question.asked_at,
        evidence=frozenset(record.id for record in records if record.message_id in messages),
        memories=memories_of(taken),
    )


def ranked(query: str, records: Sequence[MemoryRecord], embedder: Embedder, k: int, now: datetime) -> list[Candidate]:
    """The k best of the records as the shipped ranking sees them, among the SHORTLIST that BM25 gives."""
    lexical = Lexical([f"{record.speaker}: {record.text}" for record in records]).scores(query)
    listed = sorted(range(len(records)), key=lambda at: -lexical[at])[:SHORTLIST]
    vector = np.asarray(embedder.embed_query(query))
    pieces = [message_pieces(records[at].text) for at in listed]
    vectors = iter(np.asarray(embedder.embed_documents([piece for cut in pieces for piece in cut])) @ vector)
    similarity = [max(float(next(vectors)) for _ in cut) for cut in pieces]
    candidates = [Candidate(records[at], {"similarity": near, "bm25": lexical[at]}) for at, near in zip(listed, similarity, strict=True)]
    return [one for one in choose(without_longmemeval().rank(query, candidates, now), k, query) if one.taken]


@cache
def without_longmemeval() -> Ranker:
    """The learned ranking with a head that has not seen LongMemEval, on which answers are trained and measured."""
    return unseen_ranker("longmemeval") or shared_ranker()


def session_groups(questions: Sequence[LongMemEvalQuestion]) -> dict[str, str]:
    """A name a question, the same for all questions that an answering session links, however indirectly."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for question in questions:
        for session in question.evidence:
            parent[root(f"session {session}")] = root(question.question_id)
    return {question.question_id: root(question.question_id) for question in questions}


def part_of(group: str) -> Part:
    """Which half a group is in: the same for all its questions, on every machine."""
    return "held out" if crc32(group.encode()) % 2 else "training"


def sampled(items: Sequence[Item], limit: int | None, seed: int) -> list[Item]:
    """`limit` of the items, drawn without replacement, in their order; all where there is no limit."""
    if limit is None or limit >= len(items):
        return list(items)
    drawn = sorted(Random(seed).sample(range(len(items)), limit))
    return [items[at] for at in drawn]
