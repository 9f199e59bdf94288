"""LangGraph's store verbs on an engine: arbitrary values under namespaces and keys."""

import asyncio
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from langgraph.store.base import (
    BaseStore,
    GetOp,
    Item,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    TTLConfig,
    get_text_at_path,
    tokenize_path,
)

from stores.clock import Clock, microseconds, moment, system_clock
from stores.codec import Codec, Plain
from stores.embedder import Embedder
from stores.engines.engine import Between, Collection, Engine, Found, Index, Match, Point, Unembedded, Where
from stores.errors import FolderDamaged
from stores.filters import as_json, passes
from stores.operations import Namespace, asks, checked, is_plain_prefix, namespace_matches
from stores.paging import newest_first
from stores.validation import json_text
from stores.vectors import Vectors, embed_all, embed_one, most_similar

ITEM_IDS = UUID("0d9a4a0f-5a7e-5f6e-8d0d-6f4b1f6f7c11")
ITEM_INDEXES = (
    Index("namespace", "keyword"),
    Index("prefixes", "keyword"),
    Index("updated_at", "integer"),
    Index("expires_at", "integer"),
)
WHOLE_VALUE = "$"
MOST = 1_000_000_000
MINUTE = 60_000_000  # in microseconds
GONE = 0

Ranked = tuple[Found, float | None]


class Items(BaseStore):
    """A LangGraph store: items of all namespaces in one collection of an engine.

    What is listed without a query comes newest first. An update keeps `created_at`. What has expired is not seen, also before it is swept.

    Args:
        engine: Where the items are.
        embedder: Turns text into vectors.
        codec: Through which values go to disk.
        lock: Held while the engine is read or written, so that no reader sees half a batch.
        clock: By which items expire.
        ttl: Default time to live, and whether reading begins it anew.

    Raises:
        InputError: From any verb, where what is asked for makes no sense.
        InvalidNamespaceError: From any verb, where a label of a namespace is empty, or holds a period or NUL.
        StoreError: From any verb, where the engine fails.
        ModelError: From any verb, where the embedder fails.
    """

    supports_ttl = True

    def __init__(
        self,
        engine: Engine,
        embedder: Embedder,
        codec: Codec | None = None,
        lock: AbstractContextManager[Any] | None = None,
        clock: Clock = system_clock,
        ttl: TTLConfig | None = None,
    ) -> None:
        self.ttl_config = ttl
        self._engine = engine
        self._embedder = embedder
        self._codec = codec or Plain()
        self._lock = lock or threading.RLock()
        self._clock = clock
        self._last_write = 0

    @property
    def _collection(self) -> Collection:
        return self._engine.collection("items", self._embedder.dimension, ITEM_INDEXES)

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Reads see what was there before the batch; of two puts to one key the last one counts.

        The writes of a batch become visible together, and survive a crash together or not at all.

        Raises:
            RecordRejected: Something cannot be stored; then nothing of the batch is.
        """
        ops = [checked(op) for op in ops]
        puts = last_puts(ops)
        values = {id: json_text(dict(op.value), "The value") for id, op in puts.items() if op.value is not None}
        pieces = embed_all(self._embedder, {id: texts_of(json.loads(value), puts[id].index) for id, value in values.items()})
        vectors = [embed_one(self._embedder, op.query or "") if isinstance(op, SearchOp) and asks(op) else [] for op in ops]
        with self._lock:
            now = microseconds(self._clock())
            results = [self._read(op, vector, now) for op, vector in zip(ops, vectors, strict=True)]
            self._write(puts, values, pieces, now)
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """The same, in a thread, so that no event loop waits for the disk."""
        return await asyncio.to_thread(self.batch, list(ops))

    def sweep(self, now: datetime | None = None) -> int:
        """Delete what has expired at the moment, the clock's where it is None; how many items that were."""
        with self._lock:
            over = Between("expires_at", at_most=microseconds(now or self._clock()))
            ids = [one.id for one in self._collection.scroll(Where(must=(over,)))]
            self._collection.delete(ids)
        return len(ids)

    def _read(self, op: Op, vector: Sequence[float], now: int) -> Result:
        match op:
            case GetOp():
                return self._get(op, now)
            case SearchOp():
                return self._search(op, vector, now)
            case ListNamespacesOp():
                return self._list_namespaces(op, now)
            case _:
                return None

    def _get(self, op: GetOp, now: int) -> Item | None:
        points = [point for point in self._collection.retrieve([item_id(op.namespace, op.key)]) if alive(point, now)]
        if not points:
            return None
        if op.refresh_ttl:
            self._refresh(points, now)
        return Item(**self._fields(points[0]))

    def _search(self, op: SearchOp, vector: Sequence[float], now: int) -> list[SearchItem]:
        if op.limit == 0:
            return []
        start, end = min(op.offset, MOST), min(op.offset + op.limit, MOST)
        where = seen_by(now).also(Match("prefixes", (json.dumps(op.namespace_prefix),)))
        found = self._nearest_first(vector, where, end) if vector else ((one, None) for one in self._newest(where, end))
        wanted = as_json(op.filter or {})
        fitting = ((one, score) for one, score in found if passes(self._value(one), wanted)) if wanted else found
        page = list(islice(fitting, start, end))
        if op.refresh_ttl:
            self._refresh([one for one, _ in page], now)
        return [SearchItem(**self._fields(one), score=score) for one, score in page]

    def _nearest_first(self, vector: Sequence[float], where: Where, wanted: int) -> Iterator[Ranked]:
        """Items with a vector by cosine, then those without, newest first."""
        scored = most_similar(self._collection, vector, where, wanted, newer_first)
        yield from ((one, one.score) for one in scored)
        yield from ((one, None) for one in self._newest(where.also(Unembedded()), wanted))

    def _newest(self, where: Where, wanted: int) -> Iterator[Found]:
        return newest_first(self._collection, where, "updated_at", wanted)

    def _list_namespaces(self, op: ListNamespacesOp, now: int) -> list[Namespace]:
        conditions = op.match_conditions or ()
        written = self._collection.distinct("namespace", seen_by(now).also(*map(narrowed, filter(is_plain_prefix, conditions))))
        every = (tuple(json.loads(one)) for one in written)
        matching = (one for one in every if all(namespace_matches(one, condition) for condition in conditions))
        cut = sorted({one[: op.max_depth] for one in matching})
        return cut[op.offset : op.offset + op.limit]

    def _refresh(self, points: Sequence[Found], now: int) -> None:
        """Start the time to live of what was read anew."""
        for point in points:
            if ttl := point.payload.get("ttl"):
                self._collection.patch(point.id, {"expires_at": now + int(ttl * MINUTE)})

    def _write(self, puts: Mapping[str, PutOp], values: Mapping[str, str], pieces: Mapping[str, Vectors], now: int) -> None:
        if not puts:
            return
        known = {point.id: point for point in self._collection.retrieve(list(puts))}
        gone = [id for id in puts if id not in values and id in known]
        points = [self._point(id, puts[id], values[id], pieces[id], known.get(id), now) for id in values]
        if points:
            # One operation of the engine carries the batch: what it deletes is hidden by the same write, and removed after it.
            self._collection.upsert(points + [Point(id, {"expires_at": GONE}) for id in gone])
        self._collection.delete(gone)

    def _point(self, id: str, op: PutOp, value: str, pieces: Vectors, known: Found | None, now: int) -> Point:
        # The clock may have been set back since another process wrote the item.
        written = self._tick(max(now, known.payload.get("updated_at", 0) + 1) if known else now)
        payload = {
            "namespace": json.dumps(op.namespace),
            "prefixes": [json.dumps(op.namespace[:length]) for length in range(len(op.namespace) + 1)],
            "key": op.key,
            "created_at": known.payload["created_at"] if known and alive(known, now) else written,
            "updated_at": written,
            "ttl": op.ttl,
            "expires_at": now + int(op.ttl * MINUTE) if op.ttl is not None else None,
            "value": self._codec.encode(value),
            "index": self._codec.encode(json.dumps(op.index)),
        }
        return Point(id, payload, pieces)

    def _tick(self, now: int) -> int:
        """The moment of a write: later than that of any other, so that items have an order."""
        self._last_write = max(now, self._last_write + 1)
        return self._last_write

    def _value(self, point: Found) -> dict[str, Any]:
        return value_of(point.payload, self._codec)

    def _fields(self, point: Found) -> dict[str, Any]:
        return {
            "namespace": tuple(json.loads(point.payload["namespace"])),
            "key": point.payload["key"],
            "value": self._value(point),
            "created_at": moment(point.payload["created_at"]),
            "updated_at": moment(point.payload["updated_at"]),
        }


def item_id(namespace: Namespace, key: str) -> str:
    """The point id of an item."""
    return str(uuid5(ITEM_IDS, json.dumps([namespace, key])))


def last_puts(ops: Iterable[Op]) -> dict[str, PutOp]:
    """The last put to each item, by its point id, in their order."""
    puts: dict[str, PutOp] = {}
    for op in ops:
        if isinstance(op, PutOp):
            id = item_id(op.namespace, op.key)
            puts.pop(id, None)
            puts[id] = op
    return puts


def value_of(payload: Mapping[str, Any], codec: Codec) -> dict[str, Any]:
    """The value of an item, from what the engine holds of it.

    Raises:
        FolderDamaged: It cannot be read.
    """
    try:
        value: dict[str, Any] = json.loads(codec.decode(payload["value"]))
    except (KeyError, json.JSONDecodeError, FolderDamaged) as error:
        raise FolderDamaged(f"The item {payload.get('key')!r} cannot be read.", "mneme doctor says how much is damaged.") from error
    return value


def texts_to_embed(payload: Mapping[str, Any], codec: Codec) -> list[str]:
    """The texts that an item is searched by, from what the engine holds of it, for another embedder to embed.

    Raises:
        FolderDamaged: It cannot be read.
    """
    return texts_of(value_of(payload, codec), json.loads(codec.decode(payload["index"])))


def texts_of(value: Mapping[str, Any], index: list[str] | bool | None) -> list[str]:
    """The texts of a value that are searched by: all of it (None), the paths named, or none (False)."""
    if index is False:
        return []
    paths = [WHOLE_VALUE] if index is None else list(index or ())  # type: ignore[arg-type]
    texts = (text for path in paths for text in get_text_at_path(value, path if path == WHOLE_VALUE else tokenize_path(path)))
    return [text for text in texts if text.strip()]


def seen_by(now: int) -> Where:
    """What has not expired."""
    return Where(must_not=(Between("expires_at", at_most=now),))


def alive(point: Found, now: int) -> bool:
    """The same, of one point."""
    expires_at = point.payload.get("expires_at")
    return expires_at is None or expires_at > now


def newer_first(point: Found) -> tuple[int, str]:
    """The order of items that are equally similar."""
    return -point.payload["updated_at"], point.id


def narrowed(condition: MatchCondition) -> Match:
    """A plain prefix in the engine's terms."""
    return Match("prefixes", (json.dumps(condition.path),))
