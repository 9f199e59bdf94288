"""Systems that look for records: plain ones that see the whole haystack, LangGraph's store, and Mneme's own recall."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from langgraph.store.memory import InMemoryStore
from numpy.typing import NDArray

from evals.haystack import CHARACTER, Haystack, Question
from graph.assembly import shared_ranker
from models.ranker import LearnedRanker
from models.relevance.head import RankingHead
from stores.access import Access
from stores.batches import batched
from stores.embedder import Embedder
from stores.engines.words import Words
from stores.memory_store import WRITE_BATCH, MemoryStore
from stores.pieces import pieces_of
from stores.ranking import Ranker, recency
from stores.record import MemoryRecord

DEPTH = 50
HEADS_WITHOUT = Path(__file__).parent / "heads"  # ranking heads that were trained without a data set, by its name

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Search = Callable[[Question], Sequence[str]]
Score = Callable[["Index", Question], Floats]


class Retriever(Protocol):
    """A system under test."""

    @property
    def name(self) -> str: ...

    def over(self, haystack: Haystack) -> AbstractContextManager[Search]:
        """Take a haystack in; what is given looks for a question in it, and gives at least DEPTH record ids, best first."""
        ...


class Index:
    """A haystack in memory, for exact search: the vectors of its pieces and the weights of its words.

    The words are cut and weighed by the engine's BM25, so that a difference between systems is not one between stemmers.
    """

    def __init__(self, haystack: Haystack, embedder: Embedder) -> None:
        self.haystack = haystack
        self._embedder = embedder
        self._words = Words()
        self._said_at = np.array([record.said_at.timestamp() for record in haystack.records])
        joined = [follows(*pair) for pair in pairwise(haystack.records)]
        self.has_next, self.has_previous = np.array([*joined, False]), np.array([False, *joined])
        self._vectors, self._begins = self._embedded()
        self._postings = self._posted()

    def _embedded(self) -> tuple[Floats, Places]:
        """The vectors of all pieces, and where each record's begin."""
        cut = [pieces_of(text) for text in self.haystack.texts]
        vectors = np.array(self._embedder.embed_documents([piece for pieces in cut for piece in pieces]))
        return vectors, np.cumsum([0, *map(len, cut[:-1])])

    def _posted(self) -> Mapping[int, tuple[Places, Floats]]:
        """For each stem the records that have it, with its weight in each."""
        found: dict[int, list[tuple[int, float]]] = {}
        for place, text in enumerate(self.haystack.texts):
            weights = self._words.of_document(text)
            for stem, weight in zip(weights.indices, weights.values, strict=True):
                found.setdefault(stem, []).append((place, weight))
        return {stem: (np.array([place for place, _ in one]), np.array([weight for _, weight in one])) for stem, one in found.items()}

    def known(self, question: Question) -> NDArray[np.bool_]:
        """Which records were said by the time of the question."""
        if question.until is None:
            return np.ones(len(self.haystack.records), dtype=np.bool_)
        known: NDArray[np.bool_] = self._said_at <= question.until.timestamp()
        return known

    def cosine(self, question: Question) -> Floats:
        """The similarity of each record's best piece."""
        similarities = self._vectors @ np.array(self._embedder.embed_query(question.text))
        best: Floats = np.maximum.reduceat(similarities, self._begins)
        return best

    def bm25(self, question: Question) -> Floats:
        """BM25 (Robertson and Zaragoza 2009); word frequencies are counted over the haystack."""
        scores, query = np.zeros(len(self.haystack.records)), self._words.of_query(question.text)
        for stem, times in zip(query.indices, query.values, strict=True):
            if stem in self._postings:
                places, weights = self._postings[stem]
                idf = np.log(1 + (len(scores) - len(places) + 0.5) / (len(places) + 0.5))
                scores[places] += times * idf * weights
        return scores

    def ages(self, question: Question) -> Floats:
        """0.995 to the power of the hours since each record was said."""
        return np.array([recency(record.said_at, question.asked_at) for record in self.haystack.records])

    def importance(self) -> Floats:
        """Of each record; a constant where nothing says."""
        return np.array([record.importance or 1.0 for record in self.haystack.records])


def follows(one: MemoryRecord, other: MemoryRecord) -> bool:
    """Whether the other is the next turn of the same conversation."""
    return one.kind == other.kind == "turn" and one.thread_id == other.thread_id and one.ordinal + 1 == other.ordinal


def fusion(index: Index, question: Question) -> Floats:
    """Half dense and half lexical similarity, each brought to 0..1 within the query."""
    known = index.known(question)
    return 0.5 * within(index.cosine(question), known) + 0.5 * within(index.bm25(question), known)


def smoothed(index: Index, question: Question) -> Floats:
    """Fusion, plus half the mean of the scores of the turns before and after; what is no turn of a conversation has none."""
    scores = fusion(index, question)
    after, before = np.append(scores[1:], 0.0), np.insert(scores[:-1], 0, 0.0)
    around: Floats = scores + 0.5 * (np.where(index.has_next, after, 0.0) + np.where(index.has_previous, before, 0.0)) / 2
    return around


def generative_agents(index: Index, question: Question) -> Floats:
    """Recency, importance and relevance, each brought to 0..1 and weighed 1, 1, 1 (Park et al. 2023)."""
    known = index.known(question)
    return within(index.ages(question), known) + within(index.importance(), known) + within(index.cosine(question), known)


def within(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """The values moved and scaled to 0..1 among those known; 0 for the others, and where they do not differ."""
    if not known.any():
        return np.zeros_like(values)
    low, high = values[known].min(), values[known].max()
    return np.where(known, (values - low) / (high - low), 0.0) if high > low else np.zeros_like(values)


PLAIN: Mapping[str, Score] = {
    "BM25": Index.bm25,
    "cosine": Index.cosine,
    "fusion": fusion,
    "fusion + neighbours": smoothed,
    "Generative Agents": generative_agents,
}


@dataclass
class Plain:
    """A retriever that scores every record of the haystack."""

    name: str
    score: Score
    indexes: "Indexes"

    @contextmanager
    def over(self, haystack: Haystack) -> Iterator[Search]:
        index = self.indexes.of(haystack)

        def search(question: Question) -> Sequence[str]:
            scores, known = self.score(index, question), index.known(question)
            return [haystack.records[at].id for at in np.argsort(-scores, kind="stable") if known[at]]

        yield search


class Indexes:
    """The index of the last haystack, which several plain retrievers share."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._last: Index | None = None

    def of(self, haystack: Haystack) -> Index:
        if self._last is None or self._last.haystack is not haystack:
            self._last = Index(haystack, self._embedder)
        return self._last


class ForLangGraph(Embeddings):
    """An embedder as LangGraph's store wants it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._embedder.embed_query(text)


@dataclass
class LangGraphStore:
    """LangGraph's InMemoryStore, its index on the pieces of each text: an item is as near as its nearest piece."""

    embedder: Embedder
    name: str = "InMemoryStore"

    @contextmanager
    def over(self, haystack: Haystack) -> Iterator[Search]:
        store = InMemoryStore(index={"dims": self.embedder.dimension, "embed": ForLangGraph(self.embedder), "fields": ["pieces[*]"]})
        space = (haystack.id,)
        for record, text in zip(haystack.records, haystack.texts, strict=True):
            # One at a time, no piece twice: it refuses a text that stands twice in what it is given at once.
            store.put(space, record.id, {"pieces": list(dict.fromkeys(pieces_of(text))), "said_at": record.said_at.timestamp()})

        def search(question: Question) -> Sequence[str]:
            known = {"said_at": {"$lte": question.until.timestamp()}} if question.until else None
            return [item.key for item in store.search(space, query=question.text, filter=known, limit=len(haystack.records))]

        yield search


@dataclass
class Mneme:
    """Mneme itself: a store in a folder of its own, filled as an import fills it, and its recall."""

    embedder: Embedder
    name: str = "Mneme"
    ranker: Ranker | None = None
    widening: int = 0

    @contextmanager
    def over(self, haystack: Haystack) -> Iterator[Search]:
        with TemporaryDirectory() as folder, MemoryStore.open(Path(folder), self.embedder, self.ranker, widening=self.widening) as store:
            for some in batched(haystack.records, WRITE_BATCH):
                store.remember(some)
            access = Access(haystack.id, CHARACTER)

            def search(question: Question) -> Sequence[str]:
                found = store.recall(question.text, access=access, k=DEPTH, now=question.asked_at, until=question.until)
                left = [one for one in found.candidates if not one.taken]
                return [one.record.id for one in (*found.taken, *left)]

            yield search


def retrievers(embedder: Embedder, data: str) -> list[Retriever]:
    """Mneme, then what it is compared with.

    Where the head that ships was trained on the data, Mneme is asked with a head that was not, and the one that ships stands last.
    """
    indexes = Indexes(embedder)
    plain = [Plain(name, score, indexes) for name, score in PLAIN.items()]
    shipped, unseen = Mneme(embedder, ranker=shared_ranker()), unseen_ranker(data)
    if unseen is None:
        return [shipped, *plain, LangGraphStore(embedder)]
    return [replace(shipped, ranker=unseen), *plain, LangGraphStore(embedder), replace(shipped, name="Mneme, trained on it")]


def unseen_ranker(data: str) -> Ranker | None:
    """A ranker whose head was trained without a data set; None where the head that ships was."""
    file = HEADS_WITHOUT / f"{data}.json"
    return LearnedRanker(RankingHead.model_validate_json(file.read_text("utf-8"))) if file.exists() else None
