"""The memory: LangGraph's store contract, plus remember, recall and forget."""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from operator import mul
from pathlib import Path
from typing import Any, Self

from langgraph.store.base import BaseStore, Op, Result, TTLConfig

from stores.access import Access, owned, recallable, tenant, visible
from stores.clock import Clock, aware, system_clock
from stores.codec import Codec, Plain
from stores.collections import Collections
from stores.embedder import Embedder
from stores.engines.checking import fulfils
from stores.engines.engine import Between, Collection, Condition, Engine, Found, Ids, Match, Where
from stores.engines.opening import drop_unfinished, engine_at, server_answers
from stores.engines.server import Server
from stores.errors import InputError
from stores.gate import Gate, KeepAll
from stores.home import Shares
from stores.items import Items
from stores.journal import JOURNAL, Event, Journal
from stores.manifest import begin_manifest, check_manifest, is_new
from stores.paging import newest_first
from stores.plans import PlanItem, items_in, spot_of_day
from stores.points import RECORD_INDEXES, milliseconds, spot_of
from stores.ranking import Candidate, FusionRanker, Ranker, Row, choose, columns_of, fused_scores, recency
from stores.rater import Rater
from stores.record import Kind, MemoryRecord, is_record_id
from stores.tally import Tallies
from stores.upkeep.replacing import finish_replacing
from stores.validation import check_query
from stores.writer import Receipt, Writer, Written

DOCUMENT = ("document",)
TAKEN = 20  # by a turn that surely needs them
POOL = 64
POOL_PER_TAKEN = 2
HITS_WITH_NEIGHBOURS = 24
WRITE_BATCH = 256  # what a caller with many records gives to remember() at once
MOST = 10_000_000


@dataclass(frozen=True)
class Shown:
    """What recall leaves out: what stands in the prompt already, messages of a thread and its notes; and kinds that are not to be there."""

    thread_id: str = ""
    message_ids: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()

    def shows(self, record: MemoryRecord) -> bool:
        """Whether the record is left out."""
        if record.kind in self.kinds:
            return True
        if not self.thread_id or record.thread_id != self.thread_id:
            return False
        return record.kind == "snapshot" or record.message_id in self.message_ids


NOTHING_SHOWN = Shown()


@dataclass(frozen=True)
class Recall:
    """What recall considered, best first.

    Attributes:
        query: What was looked for.
        candidates: Those taken, then the others, each with the reason.
        ranked: All in the ranker's order, before any was taken.
        k: How many were to be taken.
    """

    query: str
    candidates: tuple[Candidate, ...]
    ranked: tuple[Candidate, ...] = ()
    k: int = 0

    @property
    def taken(self) -> tuple[Candidate, ...]:
        """The candidates that were taken, best first."""
        return tuple(one for one in self.candidates if one.taken)

    def taking(self, k: int) -> "Recall":
        """The same, had it taken so many."""
        return self if k == self.k else replace(self, candidates=tuple(choose(self.ranked, k, self.query)), k=k)


@dataclass(frozen=True)
class Opened:
    """What the stores of one folder share."""

    engine: Engine
    journal: Journal
    write_lock: threading.RLock
    item_lock: threading.RLock  # its own, for a search among many items may take long, and no turn has to wait for it

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
        rater: Says how important it is; nothing does where it is None.
        codec: Through which text goes to disk.
        clock: The moment, wherever none is given.
        ttl: Default time to live of items, and whether reading begins it anew.
        widening: How many of the best hits a query is moved towards, to look once more; none where it is 0.

    Raises:
        InputError: From any method, where a moment has no time zone.
    """

    supports_ttl = True

    def __init__(
        self,
        opened: Opened,
        embedder: Embedder,
        ranker: Ranker | None = None,
        gate: Gate | None = None,
        rater: Rater | None = None,
        codec: Codec | None = None,
        clock: Clock = system_clock,
        ttl: TTLConfig | None = None,
        widening: int = 0,
    ) -> None:
        self.embedder = embedder
        self.journal = opened.journal
        self._ranker = ranker or FusionRanker()
        self._codec = codec or Plain()
        self._engine = opened.engine
        self._clock = clock
        self.ttl_config = ttl
        self._widening = widening
        self._items = Items(opened.engine, embedder, self._codec, opened.item_lock, clock, ttl)
        self.collections = Collections(opened.engine, embedder, self._codec, opened.item_lock, clock)
        self._writer = Writer(lambda: self._records, opened.journal, embedder, gate or KeepAll(), rater, self._codec, opened.write_lock)
        self._read = self._writer.reader.records
        self.tallies = Tallies(opened.journal, lambda ids, access: self.read(ids, access=access))

    @classmethod
    @contextmanager
    def open(
        cls,
        home: Path,
        embedder: Embedder,
        ranker: Ranker | None = None,
        gate: Gate | None = None,
        rater: Rater | None = None,
        codec: Codec | None = None,
        server: Server | None = None,
        clock: Clock = system_clock,
        ttl: TTLConfig | None = None,
        widening: int = 0,
    ) -> Iterator[Self]:
        """The memory in a folder, which is made when it is missing; the records are on a Qdrant server where one is given.

        Raises:
            FolderInUse: Another process has the folder open.
            FolderDamaged: Its files cannot be read.
            EmbedderMismatch: It was written with another embedder.
            StoreError: It is sealed with another key, or without one.
        """
        codec = codec or Plain()
        opened = OPEN_HOMES.acquire(home, lambda folder: opened_home(folder, embedder, codec, server))
        try:
            check_manifest(home.expanduser().resolve(), embedder, codec, server)
            memory = cls(opened, embedder, ranker, gate, rater, codec, clock, ttl, widening)
            memory._writer.finish_pending()
            yield memory
        finally:
            OPEN_HOMES.release(home, Opened.close)

    @property
    def _records(self) -> Collection:
        return self._engine.collection("records", self.embedder.dimension, RECORD_INDEXES)

    def _moment(self, given: datetime | None) -> datetime:
        """The moment that is given, or the clock's.

        Raises:
            InputError: It has no time zone.
        """
        return aware(given or self._clock())

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        return self._items.batch(ops)

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        return await self._items.abatch(ops)

    def remember(self, records: Sequence[MemoryRecord], *, turn_id: str = "", beside: Sequence[Event] = ()) -> list[Written]:
        """Store records, all of a call or none, and with them the events `beside`; say for each what became of it, in order.

        An id that is known, with words that one of its versions holds, is a duplicate; other words are a new version, with an id of
        its own, that supersedes the newest. What rests on something that was forgotten is rejected, and counts as forgotten with it. The
        words are written before they are embedded.

        Raises:
            StoreError: The engine or the journal failed; what was stored before stays.
            ModelError: The embedder failed; the words are stored.
        """
        return self._writer.remember(records, turn_id, beside)

    def amend(self, changes: Mapping[str, Mapping[str, Any]], event: Event, *, access: Access) -> None:
        """Set fields of memories that change nothing of their words, such as how important they are; the journal gets the event for each.

        Raises:
            InputError: One of the records is not this user's, or does not exist; then nothing is changed.
            RecordRejected: A field cannot hold what it is set to; then nothing is changed.
        """
        self._writer.amend(changes, event, access)

    def edit(self, id: str, text: str, *, access: Access, now: datetime | None = None) -> Written:
        """Give a memory other words. The old ones stay as an earlier version, which is recalled no more; notes that rest on it are hidden.

        Raises:
            InputError: There is no such record of this user, it is hidden, or it gave way to another record.
            RecordRejected: The words cannot be stored.
            ModelError: The embedder failed; the words are stored, and embedded where the same edit is made again.
        """
        return self._writer.edit(id, text, access, self._moment(now))

    def hide(self, ids: Sequence[str], *, access: Access, now: datetime | None = None) -> Receipt:
        """Let memories, their versions and what was derived from them be seen no more until they are restored.

        Raises:
            InputError: One of the records is not this user's, or does not exist; then nothing is hidden.
        """
        return self._writer.hide(ids, access, self._moment(now))

    def restore(self, id: str, *, access: Access, now: datetime | None = None) -> tuple[str, ...]:
        """Bring a hidden memory back, or make the words of an earlier version the newest again; gives the ids that are seen again.

        Raises:
            InputError: There is no such record of this user, it is neither hidden nor superseded, or what took its place says the same.
            ModelError: The embedder failed; the words are stored, and embedded where the same is restored again.
        """
        return self._writer.restore(id, access, self._moment(now))

    def forget(self, ids: Sequence[str], *, access: Access, now: datetime | None = None) -> Receipt:
        """Remove records for good, with their versions and, at every depth, what was derived from them.

        The queries in the user's journal are blanked. The bytes leave the disk with the next `mneme due`, for which the folder must not
        be open.

        Raises:
            InputError: One of the records is not this user's, or does not exist; then nothing is removed.
            StoreError: The engine or the journal failed; the next opening finishes what was begun.
        """
        return self._writer.forget(ids, access, self._moment(now))

    def would_forget(self, ids: Sequence[str], *, access: Access) -> Receipt:
        """What forgetting these records would remove.

        Raises:
            InputError: One of the records is not this user's, or does not exist.
        """
        return self._writer.reach(ids, access)

    def feedback(self, id: str, helpful: bool, *, access: Access, turn_id: str = "", now: datetime | None = None) -> None:
        """Note in the journal whether a memory helped.

        Raises:
            InputError: There is no such record that the access may see.
        """
        if not self.read([id], access=access):
            raise InputError(f"No memory {id} of {access.user_id} is known.", "See mneme memories list.")
        event = Event(self._moment(now), access.user_id, "feedback", id, turn_id=turn_id, detail={"helpful": helpful})
        self.journal.append([event])

    def history(self, id: str, *, access: Access) -> list[Event]:
        """All that happened to a record of this user and to its other versions, as it happened, whatever moments were told.

        Of a record that is there no more the owner sees what happened; a character sees nothing of what it may not read.
        """
        gone = (id,) if access.role == "owner" else ()
        ids = self._writer.reach([id], access).forgotten if self.read([id], access=access) else gone
        return sorted((event for one in ids for event in self.journal.of_record(access.user_id, one)), key=lambda event: event.number)

    def embed_missing(self) -> int:
        """Embed the records that have no vector because their embedding failed; how many there were.

        Raises:
            ModelError: The embedder failed.
        """
        return self._writer.embed_missing()

    def recall(
        self,
        query: str,
        *,
        access: Access,
        k: int = TAKEN,
        now: datetime | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: Sequence[Kind] = (),
        leave_out: Shown = NOTHING_SHOWN,
        among: Sequence[str] = (),
        pool: int = POOL,
        ranker: Ranker | None = None,
    ) -> Recall:
        """The records that answer a query best. Pure: nothing is written.

        Args:
            query: What is looked for.
            access: Who asks.
            k: How many records to take.
            now: The moment of the question, in the time zone that days are counted in; the clock's, in UTC, where it is None.
            since: Only what was said from this moment on; all where it is None.
            until: Only what was said up to this moment, for replays; all where it is None.
            kinds: Only these kinds; all where it is empty.
            leave_out: What stands in the prompt already, or is not to.
            among: Only the records of these ids, as those of a thread of life; all where it is empty.
            pool: How many candidates each search gives at least; two for each that is taken. The neighbours of the best come on top.
            ranker: Orders them this once; the store's own where it is None.

        Raises:
            InputError: The query is empty or no text, or something that it is to be looked for among is no id.
            StoreError: The engine or the journal failed.
            ModelError: The embedder failed.
        """
        check_query(query)
        if not query.strip():
            raise InputError("There is nothing to look for: the query is empty.")
        if strange := [id for id in among if not is_record_id(id)]:
            raise InputError(f"{strange[0]!r} is no id of a memory.", "See mneme memories list.")
        now = self._moment(now)
        wanted = max(pool, POOL_PER_TAKEN * k) + len(leave_out.message_ids) + 1
        where = narrowed(recallable(access, now), kinds, until, since)
        where = where.also(Ids(frozenset(among))) if among else where
        vector = self.embedder.embed_query(query)
        found = self._search(query, vector, where, tenant(access.user_id), wanted)
        found += self._near_the_best(found, vector, where, wanted) if self._widening else []
        found += self._neighbours(found, vector, where, wanted)
        seen = [one for one in found if not leave_out.shows(one.record)]
        ranked = (ranker or self._ranker).rank(query, self._with_recency(seen, access, now), now)
        return Recall(query, (), tuple(ranked)).taking(k)

    def _search(self, query: str, vector: Sequence[float], where: Where, corpus: Where, pool: int) -> list[Candidate]:
        """Candidates by meaning and by words, each with both scores."""
        near = {one.id: one for one in self._records.nearest(vector, where, pool, DOCUMENT)}
        said = {one.id: one for one in without_cut_ties(self._records.matching(query, where, pool, corpus, DOCUMENT), pool)}
        similar = self._records.similarities(vector, [id for id in said if id not in near]) | {id: one.score for id, one in near.items()}
        words = {id: one.score for id, one in said.items()}
        records = self._read({**said, **near}.values())
        return [Candidate(one, {"similarity": similar.get(one.id, 0.0), "bm25": words.get(one.id, 0.0)}) for one in records]

    def _near_the_best(self, found: Sequence[Candidate], vector: Sequence[float], where: Where, pool: int) -> list[Candidate]:
        """More candidates, near the query moved half way to its best hits (Rocchio 1971, blind relevance feedback)."""
        best = Ids(frozenset(found[place].record.id for place in best_places(found, self._widening)))
        embedded = [point.pieces for point in self._records.points(where.also(best)) if point.pieces]
        nearest = [max(pieces, key=lambda piece: sum(map(mul, piece, vector))) for pieces in embedded]
        moved = [number + sum(others) / max(1, len(others)) for number, *others in zip(vector, *nearest, strict=True)]
        here = {one.record.id for one in found}
        near = [one for one in self._records.nearest(moved, where, pool, DOCUMENT) if one.id not in here]
        return self._candidates(near, self._records.similarities(vector, [one.id for one in near]))

    def _neighbours(self, found: Sequence[Candidate], vector: Sequence[float], where: Where, pool: int) -> list[Candidate]:
        """The messages before and after the best of the candidates, where they are none themselves: what answers often shares no word
        with the question, but follows one that does. One that is not embedded yet is left out."""
        here = {(one.record.thread_id, one.record.ordinal) for one in found if one.record.kind == "turn"}
        beside = [(found[place].record, step) for place in best_places(found, HITS_WITH_NEIGHBOURS) for step in (-1, 1)]
        wanted = {spot_of(record, step) for record, step in beside if (record.thread_id, record.ordinal + step) not in here} - {""}
        if not wanted:
            return []
        near = self._records.nearest(vector, where.also(Match("spot", tuple(sorted(wanted)))), pool, DOCUMENT)
        return self._candidates(near, {one.id: one.score for one in near})

    def _candidates(self, points: Sequence[Found], similar: Mapping[str, float]) -> list[Candidate]:
        """Points that the search by words did not find, as candidates."""
        return [Candidate(one, {"similarity": similar[one.id], "bm25": 0.0}) for one in self._read(points)]

    def _with_recency(self, candidates: list[Candidate], access: Access, now: datetime) -> list[Candidate]:
        records = [one.record for one in candidates]
        taken = self.journal.accesses(access.user_id, [one.id for one in records])
        last = [taken[one.id].last if one.id in taken else one.said_at for one in records]
        columns = {**columns_of(candidates), "recency": [recency(moment, now) for moment in last]}
        return [Candidate(one, Row(columns, place)) for place, one in enumerate(records)]

    def read(self, ids: Sequence[str], *, access: Access) -> list[MemoryRecord]:
        """The records of these ids, also earlier versions, in the order of the ids; what is hidden only the owner reads."""
        if not (known := [one for one in ids if is_record_id(one)]):
            return []
        found = self._read(one for one in self._records.retrieve(known) if fulfils(one, owned(access)))
        seen = {one.id: one for one in found if access.role == "owner" or not one.deleted_at}
        return [seen[one] for one in ids if one in seen]

    def stream(
        self,
        *,
        access: Access,
        kinds: Sequence[Kind] = (),
        until: datetime | None = None,
        now: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
        past: bool = False,
    ) -> list[MemoryRecord]:
        """The memory stream up to a moment, newest first by when it was said; with `past`, also what is hidden, expired or superseded.

        Raises:
            InputError: The limit or the offset is no number of records.
        """
        if not (1 <= limit <= MOST and 0 <= offset <= MOST):
            raise InputError(f"A list has 1 to {MOST:,} records.", "Ask for fewer, and page with an offset.")
        where = owned(access) if past else visible(access, self._moment(now))
        found = newest_first(self._records, narrowed(where, kinds, until), "said_at", offset + limit)
        return list(self._read(islice(found, offset, offset + limit)))

    def planned(self, days: Sequence[str], *, access: Access, now: datetime | None = None, ended: bool = False) -> list[PlanItem]:
        """What is planned for some days, in ISO form, and still stands, in the order of time; with `ended` also what does not."""
        spots = Match("spot", tuple(spot_of_day(access.user_id, day) for day in days))
        return items_in(self._found(visible(access, self._moment(now)).also(spots)), ended=ended)

    def characters(self, user_id: str) -> list[str]:
        """The characters that know anything of a user."""
        seeing = [json.loads(one) for one in self._records.distinct("open_to", tenant(user_id))]
        return sorted({character for doing, character, *_ in (one for one in seeing if len(one) > 1) if doing == "see"})

    def count(self, access: Access, *, now: datetime | None = None) -> int:
        """How many records the access may see."""
        return self._records.count(visible(access, self._moment(now)))

    def count_all(self) -> int:
        """How many records the folder holds, of all users, with all versions."""
        return self._records.count(Where())

    def sweep(self, now: datetime | None = None) -> int:
        """Remove items whose time to live is over; how many."""
        return self._items.sweep(self._moment(now))

    def optimize(self) -> bool:
        """Build the index that makes recall among very many records quick; minutes for a million. Whether there was anything to do."""
        return self._records.optimize()

    def _found(self, where: Where) -> list[MemoryRecord]:
        return list(self._read(self._records.scroll(where)))


def best_places(found: Sequence[Candidate], count: int) -> list[int]:
    """The places of the best candidates by fusion, best first."""
    scores = fused_scores(found)
    return sorted(range(len(found)), key=lambda place: (-scores[place], found[place].record.id))[:count]


def without_cut_ties(found: list[Found], limit: int) -> list[Found]:
    """Where the limit cut through equal scores, the engine chose by chance: none of them is kept, so that recall is repeatable."""
    if len(found) < limit or found[0].score == found[-1].score:
        return found
    return [one for one in found if one.score > found[-1].score]


def opened_home(folder: Path, embedder: Embedder, codec: Codec, server: Server | None) -> Opened:
    """The engine and the journal of a folder, opened; a new folder is marked with the embedder and the key.

    The check comes before anything is opened, for opening writes.
    """
    finish_replacing(folder)
    if server and is_new(folder):
        server_answers(server)  # before it is written down that the records are there
    begin_manifest(folder, embedder, codec, server)
    manifest = check_manifest(folder, embedder, codec, server)
    drop_unfinished(folder, server, manifest.rewritten(embedder, codec, server).prefix)
    return Opened(engine_at(folder, server, manifest.prefix), Journal(folder / JOURNAL, codec), threading.RLock(), threading.RLock())


def narrowed(where: Where, kinds: Sequence[Kind], until: datetime | None, since: datetime | None = None) -> Where:
    """Only these kinds, where any are named, and only what was said up to a moment, and since one, where they are given."""
    if kinds:
        where = where.also(Match("kind", tuple(kinds)))
    return where.also(said_between(since, until)) if since or until else where


def said_between(since: datetime | None, until: datetime | None) -> Condition:
    """Said no sooner and no later than these moments, as far as they are given."""
    return Between("said_at", milliseconds(aware(since)) if since else None, aware(until).timestamp() * 1_000 if until else None)
