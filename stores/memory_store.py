"""The memory: LangGraph's store contract, plus remember, recall and forget."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from langgraph.store.base import BaseStore, Op, Result

from stores.access import Access, tenant, visible
from stores.codec import Codec, Plain
from stores.embedder import Embedder
from stores.engines.edge import EdgeEngine
from stores.engines.engine import AllOf, Between, Collection, Condition, Engine, Found, Ids, Match, Where
from stores.engines.server import Server, ServerEngine
from stores.errors import InputError
from stores.gate import Gate, KeepAll
from stores.home import Shares
from stores.items import Items
from stores.journal import Event, Journal
from stores.manifest import begin_manifest, check_manifest
from stores.pieces import pieces_of
from stores.points import RECORD_INDEXES, point_of, record_of, why_unfit
from stores.ranking import Candidate, FusionRanker, Ranker, choose, recency
from stores.record import Kind, MemoryRecord, is_record_id, record_id

POOL = 100
WRITE_BATCH = 256
MOST = 10_000_000

Outcome = Literal["stored", "duplicate", "superseded", "rejected"]


@dataclass(frozen=True)
class Written:
    """What became of one write: `superseded` means that other words were stored under its id, which stay, and are replaced by these."""

    id: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True)
class Shown:
    """What stands in the prompt already, so that recall leaves it out: messages of a thread, and its notes."""

    thread_id: str = ""
    message_ids: tuple[str, ...] = ()


NOTHING_SHOWN = Shown()


@dataclass(frozen=True)
class Recall:
    """What recall considered, best first."""

    query: str
    candidates: tuple[Candidate, ...]

    @property
    def taken(self) -> tuple[Candidate, ...]:
        """The candidates that were taken, best first."""
        return tuple(one for one in self.candidates if one.taken)


@dataclass(frozen=True)
class Receipt:
    """What forgetting removed: the records that were asked for, and what was derived from them, by kind."""

    forgotten: tuple[str, ...]
    derived: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True)
class Opened:
    """What the stores of one folder share."""

    engine: Engine
    journal: Journal
    write_lock: threading.RLock

    def close(self) -> None:
        try:
            self.engine.close()
        finally:
            self.journal.close()


# Of necessity one for the process: the engine's folder lock does not let a process open a folder twice.
OPEN_HOMES: Shares[Opened] = Shares()


class MemoryStore(BaseStore):
    """Records of what was said and thought, found again by meaning and by words.

    LangGraph's verbs (get, put, search, delete, list_namespaces) keep items apart from records; their namespaces are the caller's business.

    Args:
        opened: The engine and journal, from `open_home`.
        embedder: Turns text into vectors.
        ranker: Orders what was found.
        gate: Decides what is kept.
        codec: Through which text goes to disk.
    """

    supports_ttl = True

    def __init__(
        self, opened: Opened, embedder: Embedder, ranker: Ranker | None = None, gate: Gate | None = None, codec: Codec | None = None
    ) -> None:
        self.embedder = embedder
        self.journal = opened.journal
        self._ranker = ranker or FusionRanker()
        self._gate = gate or KeepAll()
        self._codec = codec or Plain()
        self._write_lock = opened.write_lock
        self._engine = opened.engine
        self._items = Items(opened.engine, embedder, self._codec, opened.write_lock)

    @classmethod
    @contextmanager
    def open(
        cls,
        home: Path,
        embedder: Embedder,
        ranker: Ranker | None = None,
        gate: Gate | None = None,
        codec: Codec | None = None,
        server: Server | None = None,
    ) -> Iterator[Self]:
        """The memory in a folder, which is made when it is missing; the records are on a Qdrant server where one is given.

        Raises:
            FolderInUse: Another process has the folder open.
            FolderDamaged: Its files cannot be read.
            EmbedderMismatch: It was written with another embedder.
        """
        opened = OPEN_HOMES.acquire(home, lambda folder: opened_home(folder, embedder, codec, server))
        try:
            check_manifest(home.expanduser().resolve(), embedder)
            yield cls(opened, embedder, ranker, gate, codec)
        finally:
            OPEN_HOMES.release(home, Opened.close)

    @property
    def _records(self) -> Collection:
        return self._engine.collection("records", self.embedder.dimension, RECORD_INDEXES)

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        return self._items.batch(ops)

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        return await self._items.abatch(ops)

    def remember(self, records: Sequence[MemoryRecord], *, turn_id: str = "") -> list[Written]:
        """Store records; say for each what became of it, in order.

        The same id with the same words is a duplicate; with other words the new record gets an id of its own and supersedes the old one.

        Raises:
            StoreError: The engine or the journal failed; what was stored before stays.
            ModelError: The embedder failed.
        """
        with self._write_lock:
            written: list[Written] = []
            for start in range(0, len(records), WRITE_BATCH):
                written += self._remember_batch(records[start : start + WRITE_BATCH], turn_id)
            return written

    def _remember_batch(self, records: Sequence[MemoryRecord], turn_id: str) -> list[Written]:
        known = {record.id: record for record in self._retrieve([record.id for record in records])}
        fates: list[Written] = []
        fresh: list[MemoryRecord] = []
        for record in records:
            fate, to_store = self._fate(record, known)
            fates.append(fate)
            if to_store is not None:
                fresh.append(to_store)
                known[to_store.id] = to_store
        self._write(fresh)
        self._note(fates, records, turn_id)
        return fates

    def _fate(self, record: MemoryRecord, known: dict[str, MemoryRecord]) -> tuple[Written, MemoryRecord | None]:
        """What becomes of a record, and the record to store, if any."""
        if why := why_unfit(record):
            return Written(record.id, "rejected", why), None
        outcome: Outcome = "stored"
        if old := known.get(record.id):
            if old.user_id != record.user_id:
                return Written(record.id, "rejected", "its id belongs to another user's record"), None
            if old.text == record.text:
                return Written(record.id, "duplicate", "already stored"), None
            revised = record_id(record.user_id, record.thread_id, record.message_id, f"{record.id}\x1f{record.text}")
            record, outcome = record.model_copy(update={"id": revised, "supersedes": (*record.supersedes, old.id)}), "superseded"
            if revised in known or self._retrieve([revised]):
                return Written(revised, "duplicate", "already stored"), None
        verdict = self._gate.judge(record)
        if verdict.action == "discard":
            self.journal.append([Event(record.created_at, record.user_id, "gated", record.id, detail={"reason": verdict.reason})])
            return Written(record.id, "rejected", verdict.reason), None
        if verdict.action == "merge":
            self.journal.append([Event(record.created_at, record.user_id, "gated", verdict.into, detail={"merged": record.id})])
            return Written(verdict.into, "duplicate", verdict.reason), None
        return Written(record.id, outcome), record

    def _write(self, records: Sequence[MemoryRecord]) -> None:
        if records:
            self._records.upsert([point_of(record, self._codec, vectors) for record, vectors in self._embedded(records)])

    def _note(self, fates: Sequence[Written], records: Sequence[MemoryRecord], turn_id: str) -> None:
        """Journal what is stored: also a duplicate whose first writing ended before it came to the journal."""
        stored = {fate.id: record for fate, record in zip(fates, records, strict=True) if fate.outcome != "rejected"}
        duplicates = [fate.id for fate in fates if fate.outcome == "duplicate"]
        noted = self.journal.remembered(duplicates) if duplicates else set()
        self.journal.append(
            Event(record.created_at, record.user_id, "remembered", id, record.thread_id, turn_id)
            for id, record in stored.items()
            if id not in noted
        )

    def _embedded(self, records: Sequence[MemoryRecord]) -> Iterator[tuple[MemoryRecord, list[list[float]]]]:
        pieces = [pieces_of(record.text) for record in records]
        vectors = iter(self.embedder.embed_documents([piece for cut in pieces for piece in cut]))
        return ((record, [next(vectors) for _ in cut]) for record, cut in zip(records, pieces, strict=True))

    def recall(
        self,
        query: str,
        *,
        access: Access,
        k: int = 8,
        now: datetime | None = None,
        until: datetime | None = None,
        kinds: Sequence[Kind] = (),
        leave_out: Shown = NOTHING_SHOWN,
        pool: int = POOL,
    ) -> Recall:
        """The records that answer a query best. Pure: nothing is written.

        Args:
            query: What is looked for.
            access: Who asks.
            k: How many records to take.
            now: The moment of the question; the clock's where it is None.
            until: Only what was said up to this moment, for replays; all where it is None.
            kinds: Only these kinds; all where it is empty.
            leave_out: What stands in the prompt already.
            pool: How many candidates each search gives.

        Raises:
            StoreError: The engine or the journal failed.
            ModelError: The embedder failed.
        """
        if not query.strip():
            raise InputError("There is nothing to look for: the query is empty.")
        now = now or datetime.now(UTC)
        where = recallable(access, now, until, kinds, leave_out)
        found = self._search(query, where, tenant(access.user_id), max(pool, k))
        ranked = self._ranker.rank(self._with_recency(found, access, now))
        return Recall(query, tuple(choose(ranked, k)))

    def _search(self, query: str, where: Where, corpus: Where, pool: int) -> list[Candidate]:
        """Candidates by meaning and by words, each with both scores."""
        vector = self.embedder.embed_query(query)
        near = {one.id: one for one in self._records.nearest(vector, where, pool)}
        said = {one.id: one for one in without_cut_ties(self._records.matching(query, where, pool, corpus), pool)}
        if unseen := frozenset(said.keys() - near.keys()):
            near |= {one.id: one for one in self._records.nearest(vector, Where(must=(Ids(unseen),)), len(unseen))}
        return [self._candidate(one, near[one.id].score if one.id in near else 0.0, said) for one in {**said, **near}.values()]

    def _candidate(self, point: Found, similarity: float, said: dict[str, Found]) -> Candidate:
        bm25 = said[point.id].score if point.id in said else 0.0
        return Candidate(record_of(point, self._codec), {"similarity": similarity, "bm25": bm25})

    def _with_recency(self, candidates: list[Candidate], access: Access, now: datetime) -> list[Candidate]:
        last = self.journal.last_access(access.user_id, [one.record.id for one in candidates])
        return [
            replace(one, signals={**one.signals, "recency": recency(last.get(one.record.id, one.record.said_at), now)})
            for one in candidates
        ]

    def forget(self, ids: Sequence[str], *, access: Access) -> Receipt:
        """Remove records and, at every depth, what was derived from them; the queries in the user's journal are blanked.

        Raises:
            InputError: One of the records is not this user's, or does not exist; then nothing is removed.
            StoreError: The engine or the journal failed.
        """
        with self._write_lock:
            self._refuse_foreign(ids, access)
            derived = self._derived_from(ids, access)
            now, gone = datetime.now(UTC), [*ids, *(one.id for one in derived)]
            # The records go last: as long as they are there, forgetting that was interrupted can be repeated.
            self.journal.forget_queries(access.user_id)
            self.journal.append(Event(now, access.user_id, "deleted", one) for one in gone)
            self._records.delete(gone)
        return Receipt(tuple(ids), tuple((one.id, one.kind) for one in derived))

    def _refuse_foreign(self, ids: Sequence[str], access: Access) -> None:
        mine = {record.id for record in self._retrieve(ids) if record.user_id == access.user_id}
        if strange := [one for one in ids if one not in mine]:
            now = datetime.now(UTC)
            self.journal.append(Event(now, access.user_id, "denied", one) for one in strange)
            raise InputError(f"No record {strange[0]} of {access.user_id} is known.")

    def _derived_from(self, ids: Sequence[str], access: Access) -> list[MemoryRecord]:
        """All records that rest on these, however indirectly."""
        gone, derived, frontier = set(ids), [], list(ids)
        while frontier:
            where = tenant(access.user_id).also(Match("derived_from", tuple(frontier)))
            resting = [record_of(one, self._codec) for one in self._records.scroll(where) if one.id not in gone]
            derived += resting
            frontier = [record.id for record in resting]
            gone.update(frontier)
        return derived

    def read(self, ids: Sequence[str], *, access: Access) -> list[MemoryRecord]:
        """The records of these ids that the access may see, in the order of the ids."""
        ids = [one for one in ids if is_record_id(one)]
        if not ids:
            return []
        where = visible(access, datetime.now(UTC)).also(Ids(frozenset(ids)))
        seen = {one.id: record_of(one, self._codec) for one in self._records.scroll(where)}
        return [seen[one] for one in ids if one in seen]

    def stream(
        self, *, access: Access, kinds: Sequence[Kind] = (), until: datetime | None = None, limit: int = 100, offset: int = 0
    ) -> list[MemoryRecord]:
        """The memory stream up to a moment, newest first by when it was said.

        Raises:
            InputError: The limit or the offset is no number of records.
        """
        if not (1 <= limit <= MOST and 0 <= offset <= MOST):
            raise InputError(f"A list has 1 to {MOST:,} records.", "Ask for fewer, and page with an offset.")
        where = visible(access, datetime.now(UTC))
        if until:
            where = where.also(said_until(until))
        if kinds:
            where = where.also(Match("kind", tuple(kinds)))
        return [record_of(one, self._codec) for one in self._records.newest(where, "said_at", limit, offset)]

    def count(self, access: Access) -> int:
        """How many records the access may see."""
        return self._records.count(visible(access, datetime.now(UTC)))

    def count_all(self) -> int:
        """How many records the folder holds, of all users."""
        return self._records.count(Where())

    def _retrieve(self, ids: Sequence[str]) -> list[MemoryRecord]:
        return [record_of(one, self._codec) for one in self._records.retrieve(list(ids))]


def without_cut_ties(found: list[Found], limit: int) -> list[Found]:
    """Where the limit cut through equal scores, the engine chose by chance: none of them is kept, so that recall is repeatable."""
    if len(found) < limit or found[0].score == found[-1].score:
        return found
    return [one for one in found if one.score > found[-1].score]


def opened_home(folder: Path, embedder: Embedder, codec: Codec | None, server: Server | None) -> Opened:
    """The engine and the journal of a folder, opened; a new folder is marked with the embedder."""
    begin_manifest(folder, embedder)
    engine = ServerEngine(server) if server else EdgeEngine(folder / "engine")
    return Opened(engine, Journal(folder / "journal.sqlite", codec), threading.RLock())


def recallable(access: Access, now: datetime, until: datetime | None, kinds: Sequence[Kind], leave_out: Shown) -> Where:
    """What recall may find: what the access may see, but for what repeats memory or only tells of Mneme itself."""
    where = visible(access, now).also(Match("origin", ("said", "imported", "inferred")))
    if kinds:
        where = where.also(Match("kind", tuple(kinds)))
    if until:
        where = where.also(said_until(until))
    return Where(where.must, shown_conditions(leave_out))


def shown_conditions(shown: Shown) -> tuple[Condition, ...]:
    """The records of what stands in the prompt already."""
    if not shown.thread_id:
        return ()
    thread = Match("thread_id", (shown.thread_id,))
    notes = AllOf((thread, Match("kind", ("snapshot",))))
    return (AllOf((thread, Match("message_id", shown.message_ids))), notes) if shown.message_ids else (notes,)


def said_until(moment: datetime) -> Condition:
    """Said no later than the moment."""
    return Between("said_at", at_most=moment.timestamp() * 1_000)
