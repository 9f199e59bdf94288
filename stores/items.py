"""LangGraph's store verbs on an engine: arbitrary values under namespaces and keys."""

import asyncio
import json
import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from langgraph.store.base import (
    GetOp,
    Item,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    get_text_at_path,
    tokenize_path,
)

from stores.codec import Codec
from stores.embedder import Embedder
from stores.engines.engine import AnyOf, Between, Collection, Engine, Found, Index, Match, Missing, Point, Where
from stores.errors import RecordRejected
from stores.pieces import pieces_of
from stores.points import DEEPEST, depth

ITEM_IDS = UUID("0d9a4a0f-5a7e-5f6e-8d0d-6f4b1f6f7c11")
ITEM_INDEXES = (Index("namespace", "keyword"), Index("prefixes", "keyword"), Index("updated_at", "integer"))
WHOLE_VALUE = "$"

Namespace = tuple[str, ...]


class Items:
    """Items of all namespaces in one collection.

    What is listed without a query comes newest first. An update keeps `created_at`. A filter on a field that is absent does not match.
    """

    def __init__(self, engine: Engine, embedder: Embedder, codec: Codec, lock: threading.RLock) -> None:
        self._engine = engine
        self._embedder = embedder
        self._codec = codec
        self._lock = lock

    @property
    def _collection(self) -> Collection:
        return self._engine.collection("items", self._embedder.dimension, ITEM_INDEXES)

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Reads see what was there before the batch; of two puts to one key the last one counts.

        Raises:
            RecordRejected: A value cannot be stored; then nothing of the batch is.
        """
        ops = list(ops)
        results = [None if isinstance(op, PutOp) else self._read(op) for op in ops]
        if puts := [op for op in ops if isinstance(op, PutOp)]:
            with self._lock:
                self._put(puts)
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """The same, in a thread, so that no event loop waits for the disk."""
        return await asyncio.to_thread(self.batch, list(ops))

    def _read(self, op: Op) -> Result:
        match op:
            case GetOp():
                return self._get(op)
            case SearchOp():
                return self._search(op)
            case ListNamespacesOp():
                return self._list_namespaces(op)
            case _:
                raise TypeError(f"{type(op).__name__} is no store operation.")

    def _get(self, op: GetOp) -> Item | None:
        points = [point for point in self._collection.retrieve([item_id(op.namespace, op.key)]) if alive(point)]
        if not points:
            return None
        if op.refresh_ttl:
            self._refresh(points)
        return Item(**self._fields(points[0]))

    def _put(self, ops: Sequence[PutOp]) -> None:
        last = {item_id(op.namespace, op.key): op for op in ops}
        kept = {id: op for id, op in last.items() if op.value is not None}
        created = {point.id: point.payload["created_at"] for point in self._collection.retrieve(list(kept)) if alive(point)}
        points = [self._point(id, op, created.get(id)) for id, op in kept.items()]
        self._collection.upsert(points)
        self._collection.delete([id for id, op in last.items() if op.value is None])

    def _point(self, id: str, op: PutOp, created_at: int | None) -> Point:
        now = microseconds(datetime.now(UTC))
        value = storable(op.value or {})
        texts = indexed_texts(op)
        vectors = self._embedder.embed_documents([piece for text in texts for piece in pieces_of(text)]) if texts else []
        payload = {
            "namespace": json.dumps(op.namespace),
            "prefixes": [json.dumps(op.namespace[:length]) for length in range(len(op.namespace) + 1)],
            "key": op.key,
            "created_at": created_at or now,
            "updated_at": now,
            "ttl": op.ttl,
            "expires_at": now + int(op.ttl * 60e6) if op.ttl is not None else None,
            "value": self._codec.encode(value),
        }
        return Point(id, payload, vectors, "\n".join(texts))

    def _refresh(self, points: Sequence[Found]) -> None:
        """Start the time to live of what was read anew."""
        for point in points:
            if ttl := point.payload.get("ttl"):
                self._collection.patch(point.id, {"expires_at": microseconds(datetime.now(UTC)) + int(ttl * 60e6)})

    def _search(self, op: SearchOp) -> list[SearchItem]:
        where = Where(must=(Match("prefixes", (json.dumps(op.namespace_prefix),)), unexpired()))
        points = (
            self._by_similarity(op.query, where)
            if op.query
            else self._collection.newest(where, "updated_at", self._collection.count(where) or 1)
        )
        passing = [point for point in points if passes(self._value(point), op.filter or {})]
        page = passing[op.offset : op.offset + op.limit]
        if op.refresh_ttl:
            self._refresh(page)
        return [SearchItem(**self._fields(point), score=point.score if op.query and point.score else None) for point in page]

    def _by_similarity(self, query: str, where: Where) -> list[Found]:
        """Items with a vector by cosine, then those without."""
        scored = self._collection.nearest(self._embedder.embed_query(query), where, self._collection.count(where) or 1)
        ids = {point.id for point in scored}
        return scored + [point for point in self._newest(where) if point.id not in ids]

    def _newest(self, where: Where) -> list[Found]:
        return self._collection.newest(where, "updated_at", self._collection.count(where) or 1)

    def _list_namespaces(self, op: ListNamespacesOp) -> list[Namespace]:
        every = {tuple(json.loads(point.payload["namespace"])) for point in self._collection.scroll(Where(must=(unexpired(),)))}
        matching = [one for one in every if all(namespace_matches(one, condition) for condition in op.match_conditions or ())]
        cut = sorted({one[: op.max_depth] for one in matching})
        return cut[op.offset : op.offset + op.limit]

    def _value(self, point: Found) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self._codec.decode(point.payload["value"]))
        return value

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


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment(since_1970: int) -> datetime:
    """The moment of whole microseconds since 1970, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since_1970)


def unexpired() -> AnyOf:
    """The item has no end, or it lies ahead."""
    return AnyOf((Missing("expires_at"), Between("expires_at", at_least=microseconds(datetime.now(UTC)))))


def alive(point: Found) -> bool:
    """The item has not expired."""
    expires_at = point.payload.get("expires_at")
    return expires_at is None or expires_at >= microseconds(datetime.now(UTC))


def storable(value: Mapping[str, Any]) -> str:
    """The value as JSON text.

    Raises:
        RecordRejected: It is nested too deep, or holds what JSON has no word for.
    """
    if depth(dict(value)) > DEEPEST:
        raise RecordRejected(f"The value is nested deeper than {DEEPEST} levels.")
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")
    except (TypeError, ValueError) as error:
        raise RecordRejected(f"The value cannot be written as JSON: {error}.") from error
    return text


def indexed_texts(op: PutOp) -> list[str]:
    """The texts of a value that are searched by: all of it, the paths named, or none."""
    if op.index is False:
        return []
    paths = op.index or [WHOLE_VALUE]
    texts = (text for path in paths for text in get_text_at_path(op.value, path if path == WHOLE_VALUE else tokenize_path(path)))
    return [text for text in texts if text.strip()]


def passes(value: dict[str, Any], conditions: dict[str, Any]) -> bool:
    """All conditions hold; a mapping of operators ($eq, $ne, $gt, $gte, $lt, $lte) is compared, anything else must be equal."""
    return all(field_passes(value, name, wanted) for name, wanted in conditions.items())


def field_passes(value: dict[str, Any], name: str, wanted: Any) -> bool:
    """One condition of a filter."""
    if isinstance(wanted, dict) and wanted and all(isinstance(key, str) and key.startswith("$") for key in wanted):
        return all(compares(value.get(name), operator, bound) for operator, bound in wanted.items())
    return bool(value.get(name) == wanted)


def compares(have: Any, operator: str, bound: Any) -> bool:
    """One operator of a filter; what cannot be ordered does not match.

    Raises:
        RecordRejected: The operator is unknown.
    """
    if operator == "$eq":
        return bool(have == bound)
    if operator == "$ne":
        return bool(have != bound)
    if operator not in ("$gt", "$gte", "$lt", "$lte"):
        raise RecordRejected(f"{operator} is no filter operator: use $eq, $ne, $gt, $gte, $lt or $lte.")
    ordered = order(have, bound)
    return {"$gt": ordered > 0, "$gte": ordered >= 0, "$lt": ordered < 0, "$lte": ordered <= 0}[operator]


def order(have: Any, bound: Any) -> float:
    """-1, 0 or 1 as `have` lies below, at or above `bound`; not a number where they cannot be compared."""
    try:
        if isinstance(have, str) and isinstance(bound, str):
            return float((have > bound) - (have < bound))
        return float((float(have) > float(bound)) - (float(have) < float(bound)))
    except (TypeError, ValueError):
        return math.nan


def namespace_matches(namespace: Namespace, condition: MatchCondition) -> bool:
    """The namespace begins or ends with the path, in which * stands for any one label."""
    path = condition.path
    if len(path) > len(namespace):
        return False
    part = namespace[: len(path)] if condition.match_type == "prefix" else namespace[len(namespace) - len(path) :]
    return all(wanted in ("*", label) for label, wanted in zip(part, path, strict=True))
