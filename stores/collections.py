"""Named collections of entries, as in Semantic Kernel: text with a vector, a source and whatever else belongs to it."""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4, uuid5

from pydantic import JsonValue

from stores.clock import Clock, system_clock
from stores.codec import Codec, Plain
from stores.embedder import Embedder
from stores.engines.engine import Collection, Engine, Found, Ids, Index, Match, Point, Where
from stores.errors import FolderDamaged, InputError, RecordRejected
from stores.validation import check_count, check_query, check_vector, json_text, why_no_name
from stores.vectors import Vectors, embed_all, embed_one, mean, most_similar, unit

ENTRY_IDS = UUID("5c0c7f6e-3a55-5a0b-9f5e-6a1f0c2d7b90")
ENTRY_INDEXES = (Index("collection", "tenant"), Index("registered", "keyword"), Index("state", "keyword"))
MOST = 1_000_000_000
LIVE, DELETED = "live", "deleted"
MOMENTS = ("created_at", "updated_at", "deleted_at")

Vector = Sequence[float]


@dataclass(frozen=True)
class Entry:
    """One entry of a collection.

    Attributes:
        text: What it says.
        description: What it is about; it is embedded where there is no text.
        source: Where it comes from.
        additional: Whatever else belongs to it, as JSON.
        id: Its name in the collection; one is made where it is empty.
        vector: Given by the caller, or else made from the text. It comes back scaled to length one, the mean where a text has several.
        created_at: When it was stored first, with a time zone.
        updated_at: When it was stored last.
        deleted_at: Since when it counts as deleted: it can be fetched, but is not found by `nearest` and not counted.
    """

    text: str = ""
    description: str = ""
    source: str = ""
    additional: Mapping[str, JsonValue] = field(default_factory=dict)
    id: str = ""
    vector: tuple[float, ...] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


Names = list[str]
Entries = list[Entry]
Relevant = list[tuple[Entry, float]]


class Collections:
    """Collections of one memory. Their names and the ids of entries are any Unicode text.

    Args:
        engine: Where the entries are.
        embedder: Turns text into vectors.
        codec: Through which entries go to disk.
        lock: Held while the engine is read or written.
        clock: Gives `created_at` and `updated_at`.

    Raises:
        InputError: From any method, where the collection does not exist (but for `create`, `exists` and `list`).
        StoreError: From any method, where the engine fails.
        ModelError: From any method that embeds, where the embedder fails.
    """

    def __init__(
        self,
        engine: Engine,
        embedder: Embedder,
        codec: Codec | None = None,
        lock: AbstractContextManager[Any] | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._engine = engine
        self._embedder = embedder
        self._codec = codec or Plain()
        self._lock = lock or threading.RLock()
        self._clock = clock

    @property
    def _points(self) -> Collection:
        return self._engine.collection("entries", self._embedder.dimension, ENTRY_INDEXES)

    def create(self, name: str) -> None:
        """Begin a collection; one that is there stays as it is.

        Raises:
            InputError: The name is empty, too long, or no text.
        """
        if why := why_no_name(name) or ("is empty" if not name else ""):
            raise InputError(f"The name of a collection {why}.")
        with self._lock:
            self._points.upsert([Point(registry_id(name), {"registered": json.dumps(name)})])

    def delete(self, name: str) -> None:
        """Remove a collection with all its entries."""
        with self._lock:
            self._check_exists(name)
            entries = [one.id for one in self._points.scroll(inside(name))]
            self._points.delete([*entries, registry_id(name)])

    def exists(self, name: str) -> bool:
        """Whether there is such a collection, also an empty one."""
        with self._lock:
            return bool(self._points.retrieve([registry_id(name)]))

    def list(self) -> Names:
        """The names of all collections, sorted."""
        with self._lock:
            return sorted(json.loads(name) for name in self._points.distinct("registered", Where()))

    def count(self, name: str) -> int:
        """How many entries a collection holds, those that count as deleted left out."""
        with self._lock:
            self._check_exists(name)
            return self._points.count(live(name))

    def upsert(self, name: str, entry: Entry) -> str:
        """Store an entry, or replace the one with its id; its id.

        Raises:
            RecordRejected: It cannot be stored.
        """
        return self.upsert_batch(name, [entry])[0]

    def upsert_batch(self, name: str, entries: Iterable[Entry]) -> Names:
        """Store entries, all of them or none; their ids, in order. Of two with one id the last one counts.

        Raises:
            RecordRejected: One of them cannot be stored; then none is.
        """
        named = [replace(entry, id=entry.id or str(uuid4())) for entry in entries]
        last = {point_id(name, entry.id): checked(entry, self._embedder.dimension) for entry in named}
        pieces = embed_all(self._embedder, {id: words_of(entry) for id, entry in last.items()})
        with self._lock:
            self._check_exists(name)
            known = {one.id: self._entry(one) for one in self._points.retrieve(list(last))}
            points = [self._point(name, id, self._dated(entry, known.get(id)), pieces[id]) for id, entry in last.items()]
            self._points.upsert(points)
        return [entry.id for entry in named]

    def get(self, name: str, id: str, *, with_vector: bool = False) -> Entry | None:
        """The entry of that id, or None."""
        return next(iter(self.get_batch(name, [id], with_vectors=with_vector)), None)

    def get_batch(self, name: str, ids: Iterable[str], *, with_vectors: bool = False) -> Entries:
        """The entries of these ids, in their order; those that are not there are left out."""
        wanted = [point_id(name, id) for id in ids]
        with self._lock:
            self._check_exists(name)
            found = {one.id: self._entry(one) for one in self._points.retrieve(wanted)}
            vectors = self._vectors(found) if with_vectors else {}
        return [replace(found[id], vector=vectors.get(id)) for id in wanted if id in found]

    def remove(self, name: str, id: str) -> bool:
        """Remove an entry; whether it was there."""
        return self.remove_batch(name, [id]) == 1

    def remove_batch(self, name: str, ids: Iterable[str]) -> int:
        """Remove entries; how many of them were there."""
        wanted = list(dict.fromkeys(point_id(name, id) for id in ids))
        with self._lock:
            self._check_exists(name)
            there = [one.id for one in self._points.retrieve(wanted)]
            self._points.delete(there)
        return len(there)

    def nearest(
        self, name: str, query: str | Vector, *, limit: int = 10, min_relevance: float = 0.0, with_vectors: bool = False
    ) -> Relevant:
        """The entries nearest to a text or a vector, each with its relevance, best first.

        Args:
            name: Of the collection.
            query: What is looked for.
            limit: How many entries at most.
            min_relevance: The least relevance, a cosine between -1 and 1.
            with_vectors: Whether the entries come with their vectors.

        Raises:
            RecordRejected: The query is no vector of the embedder's dimension.
        """
        check_count(limit, "The limit")
        limit = min(limit, MOST)
        vector = self._vector(query)
        with self._lock:
            self._check_exists(name)
            found = most_similar(self._points, vector, live(name), limit, lambda one: (one.id,))
            near = [one for one in islice(found, limit) if one.score >= min_relevance]
            vectors = self._vectors([one.id for one in near]) if with_vectors else {}
        return [(replace(self._entry(one), vector=vectors.get(one.id)), one.score) for one in near]

    def _vector(self, query: str | Vector) -> Vector:
        if not isinstance(query, str):
            check_vector(query, self._embedder.dimension)
            return unit(query)
        check_query(query)
        if not query.strip():
            raise InputError("There is nothing to look for: the query is empty.")
        return embed_one(self._embedder, query)

    def _check_exists(self, name: str) -> None:
        if not self.exists(name):
            raise InputError(f"There is no collection {name!r}.", "Make it with create(name); list() names those that there are.")

    def _dated(self, entry: Entry, known: Entry | None) -> Entry:
        now = self._clock()
        return replace(entry, created_at=entry.created_at or (known.created_at if known else now), updated_at=now)

    def _point(self, name: str, id: str, entry: Entry, pieces: Vectors) -> Point:
        payload = {
            "collection": json.dumps(name),
            "state": DELETED if entry.deleted_at else LIVE,
            "given": entry.vector is not None,
            "entry": self._codec.encode(document(entry)),
        }
        return Point(id, payload, [unit(entry.vector)] if entry.vector is not None else pieces)

    def _entry(self, point: Found) -> Entry:
        return entry_of(point.payload, self._codec)

    def _vectors(self, ids: Iterable[str]) -> dict[str, tuple[float, ...]]:
        whole = self._points.points(Where(must=(Ids(frozenset(ids)),)))
        return {point.id: mean(point.pieces) for point in whole}


def registry_id(name: str) -> str:
    """The point id by which a collection is known, also while it is empty."""
    return str(uuid5(ENTRY_IDS, json.dumps([as_text(name)])))


def point_id(name: str, id: str) -> str:
    """The point id of an entry."""
    return str(uuid5(ENTRY_IDS, json.dumps([as_text(name), as_text(id)])))


def as_text(name: str) -> str:
    """The name, which a caller without types may have got wrong."""
    if not isinstance(name, str):
        raise InputError(f"A name is text, not a {type(name).__name__}.")
    return name


def inside(name: str) -> Where:
    """The entries of a collection."""
    return Where(must=(Match("collection", (json.dumps(name),)),))


def live(name: str) -> Where:
    """Those of them that do not count as deleted."""
    return inside(name).also(Match("state", (LIVE,)))


def checked(entry: Entry, dimension: int) -> Entry:
    """The entry, where it can be stored.

    Raises:
        RecordRejected: It cannot.
    """
    if why := why_no_name(entry.id):
        raise RecordRejected(f"The id {why}.")
    if not all(isinstance(text, str) for text in (entry.text, entry.description, entry.source)):
        raise RecordRejected("The text, the description and the source of an entry are texts.")
    if not isinstance(entry.additional, Mapping):
        raise RecordRejected(f"`additional` is a mapping, not a {type(entry.additional).__name__}.")
    for moment in (getattr(entry, name) for name in MOMENTS):
        if moment is not None and (not isinstance(moment, datetime) or moment.utcoffset() is None):
            raise RecordRejected("The moments of an entry have a time zone.")
    if entry.vector is not None:
        check_vector(entry.vector, dimension)
    elif not words_of(entry):
        raise RecordRejected("The entry has nothing to be found by.", "Give it a text, a description or a vector.")
    document(entry)
    return entry


def words_of(entry: Entry) -> Names:
    """The text that an entry is found by; none where its vector was given."""
    if entry.vector is not None:
        return []
    return [text for text in (entry.text, entry.description) if text.strip()][:1]


def document(entry: Entry) -> str:
    """What is kept of an entry beside its vector, as JSON.

    Raises:
        RecordRejected: It holds what cannot be kept.
    """
    texts = {"id": entry.id, "text": entry.text, "description": entry.description, "source": entry.source}
    moments = {name: one.isoformat() if (one := getattr(entry, name)) else None for name in MOMENTS}
    return json_text({**texts, **moments, "additional": dict(entry.additional)}, "The entry")


def entry_of(payload: Mapping[str, Any], codec: Codec) -> Entry:
    """The entry, without its vector, from what the engine holds of it.

    Raises:
        FolderDamaged: It cannot be read.
    """
    try:
        fields = json.loads(codec.decode(payload["entry"]))
        moments = {name: datetime.fromisoformat(fields[name]) for name in MOMENTS if fields[name]}
        return Entry(**{**fields, **moments})
    except (KeyError, TypeError, ValueError, FolderDamaged) as error:
        raise FolderDamaged(
            f"An entry of the collection {payload.get('collection')} cannot be read.", "mneme doctor says how much is damaged."
        ) from error
