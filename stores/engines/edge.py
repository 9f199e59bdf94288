"""The embedded engine: Qdrant's own, in this process, one folder a collection."""

import math
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

import qdrant_edge as qdrant

from stores.engines.checking import fulfils, payload_fields
from stores.engines.engine import (
    AllOf,
    AnyOf,
    Between,
    Collection,
    Condition,
    Found,
    Ids,
    Index,
    Match,
    Missing,
    Point,
    Unembedded,
    Weights,
    Where,
)
from stores.engines.payloads import Payloads
from stores.engines.reading_ahead import read_ahead
from stores.engines.room import CHANGE_ROOM, need_room, room_to_open, room_to_write
from stores.engines.words import Words
from stores.errors import FolderDamaged, FolderInUse, InputError, MemoryClosed, StoreError

DENSE, WORDS = "dense", "words"
# Short codes that stand beside the vectors: none, a byte a number, product quantisation to two bits a number, TurboQuant's four bits.
# The last alone serves also what is not indexed yet.
Codes = Literal["none", "int8", "product", "turbo"]
UNFINISHED = "temp_segments"  # where the engine builds
SCROLL_PAGE = 1_000
GROWTH = 16  # bytes on disk for each byte of a point: its log, its payload, its indexes
NO_ROOM = ("No space left", "StorageFull", "os error 28")
DAMAGE = ("decode", "deserialize", "decompress", "out of bounds", "corrupt")
SEARCH_WIDTH = 256  # HNSW's ef, and how many are compared by their whole vectors: the defaults miss too much
ONE_BY_ONE = 10_000  # points; so many are compared by their whole vectors, without index and without misses, as quickly
SCANNED_FOR_WORDS = 1  # point; among more the index finds words, which is twice as quick already among 5,000, where the engine begins to
MILLISECONDS_TO_COUNT = 100_000  # points of a corpus: to count a query's words among a million takes nine
OVERSAMPLING = 2.0  # of 4-bit codes: the 64 best of 50,000 are then those of the whole vectors
MOSTLY = 0.5  # of a tenant's points: where so many match, it is quicker to look at the other conditions here
SPARE = 1.1
FILTERS = 32  # at hand: those of a turn


class EdgeEngine:
    """Collections as folders under one folder.

    Args:
        folder: Where the collections are; made when the first one is.
        codes: What stands beside the vectors of new collections.
    """

    def __init__(self, folder: Path, codes: Codes = "turbo") -> None:
        self.folder = folder
        self._codes = codes
        self._open: dict[str, EdgeCollection] = {}
        self._closed = False
        self._lock = threading.Lock()

    def collection(self, name: str, dimension: int, indexes: Sequence[Index]) -> Collection:
        """The collection of that name, made when it is missing.

        Raises:
            FolderInUse: Another process has it open.
            FolderDamaged: Its files cannot be read.
            MemoryClosed: The engine was closed: opened anew by a reference that somebody kept, it would never let go of the folder.
        """
        with self._lock:
            if self._closed:
                raise MemoryClosed
            if name not in self._open:
                self._open[name] = EdgeCollection(self._shard(name, dimension, indexes), self.folder / name, indexes)
            return self._open[name]

    def collections(self) -> list[str]:
        if not self.folder.exists():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir())

    def drop(self, name: str) -> None:
        """Delete a collection and its files.

        Raises:
            InputError: There is no such collection.
        """
        if name not in self.collections():
            raise InputError(f"There is no collection {name!r}.")
        with self._lock:
            if opened := self._open.pop(name, None):
                opened.close()
            shutil.rmtree(self.folder / name)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for opened in self._open.values():
                opened.close()
            self._open.clear()

    def _shard(self, name: str, dimension: int, indexes: Sequence[Index]) -> qdrant.EdgeShard:
        folder = self.folder / name
        with engine_errors(f"open {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
            need_room(folder, room_to_open(folder))
            exists = (folder / "edge_config.json").exists()
            shard = qdrant.EdgeShard.load(str(folder)) if exists else self._create(folder, dimension)
            drop_unfinished_index(folder)
            # Also where it exists: the process that made it may have ended before its indexes were, and one that is there costs nothing.
            for index in indexes:
                shard.update(qdrant.UpdateOperation.create_field_index(index.field, index_schema(index)))
            read_ahead(folder)
            return shard

    def _create(self, folder: Path, dimension: int) -> qdrant.EdgeShard:
        return qdrant.EdgeShard.create(str(folder), shard_config(dimension, self._codes))


class EdgeCollection:
    """One shard of qdrant-edge.

    Args:
        shard: The engine's.
        folder: Where it is.
        indexes: What it is searched by.
    """

    def __init__(self, shard: qdrant.EdgeShard, folder: Path, indexes: Sequence[Index] = ()) -> None:
        self._shard = shard
        self._folder = folder
        self._indexed = frozenset(index.field for index in indexes)
        self._tenants = frozenset(index.field for index in indexes if index.kind == "tenant")
        self._reserve = room_to_write(folder)
        self._words = Words()
        self._payloads = Payloads(lambda ids: {one.id: one.payload for one in self.retrieve(ids)})

    def upsert(self, points: Sequence[Point]) -> None:
        if points:
            need_room(self._folder, self._reserve + GROWTH * sum(map(bytes_of, points)))
            with self._changing("write", [point.id for point in points]):
                self._shard.update(qdrant.UpdateOperation.upsert_points([self._edge_point(point) for point in points]))

    def retrieve(self, ids: Sequence[str]) -> list[Found]:
        with engine_errors("read"):
            records = self._shard.retrieve(list(ids), with_payload=True, with_vector=False)
        return [found(record) for record in records]

    def patch(self, id: str, payload: dict[str, Any]) -> None:
        need_room(self._folder, CHANGE_ROOM)
        with self._changing("write", [id]):
            self._shard.update(qdrant.UpdateOperation.set_payload([id], payload))

    def embed(self, pieces: Mapping[str, Sequence[Sequence[float]]]) -> None:
        if pieces:
            need_room(self._folder, CHANGE_ROOM)
            vectors = [qdrant.PointVectors(id, {DENSE: [list(one) for one in cut]}) for id, cut in pieces.items()]
            with engine_errors("write"):
                self._shard.update(qdrant.UpdateOperation.update_vectors(vectors))

    def delete(self, ids: Sequence[str]) -> None:
        if ids:
            need_room(self._folder, CHANGE_ROOM)
            with self._changing("delete", ids):
                self._shard.update(qdrant.UpdateOperation.delete_points(list(ids)))

    @contextmanager
    def _changing(self, doing: str, ids: Sequence[str]) -> Iterator[None]:
        """What is at hand of these points is let go, also where the engine fails: it may have done a part."""
        try:
            with engine_errors(doing):
                yield
        finally:
            self._payloads.changed(ids)

    def nearest(self, vector: Sequence[float], where: Where, limit: int, fields: Sequence[str] = ()) -> list[Found]:
        among = self._about(where)
        if among <= ONE_BY_ONE:
            return self._search([list(vector)], DENSE, where, limit, exactly(), fields)
        near = self._nearest_in_scope(vector, where, among, limit, fields)
        return self._search([list(vector)], DENSE, where, limit, quickly(limit), fields) if near is None else near

    def _nearest_in_scope(self, vector: Sequence[float], where: Where, among: int, limit: int, fields: Sequence[str]) -> list[Found] | None:
        """The same where most points match, or most of a tenant's: the engine takes several times as long for one condition as for none,
        and ten times for two.

        So it looks in that scope alone, and the other conditions are looked at here. None where that does not serve.
        """
        asked = payload_fields(where, self._indexed)
        scope, size = next(((one, size) for one, size in self._scopes(where) if 0 < MOSTLY * size <= among), (None, 0))
        if scope is None or asked is None:
            return None
        width = math.ceil(limit * max(1, SPARE * size / among))
        read = (*fields, *(asked - set(fields))) if fields else ()
        near = self._search([list(vector)], DENSE, scope, width, quickly(width), read)
        matching = [one for one in near if fulfils(one, where)]
        if len(matching) < limit and len(near) == width:
            return None
        return [only(one, fields) for one in matching[:limit]]

    def _scopes(self, where: Where) -> Iterator[tuple[Where, int]]:
        """All points, and those of the tenant that is asked for, each with how many they are."""
        tenants = (Where((one,)) for one in where.must if isinstance(one, Match) and one.field in self._tenants)
        yield from ((scope, self._about(scope)) for scope in (Where(), *tenants))

    def _about(self, where: Where) -> int:
        """About how many points match, as the engine estimates from its indexes."""
        with engine_errors("count"):
            return self._shard.count(qdrant.CountRequest(exact=False, filter=edge_filter(where)))

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        chosen = Where(must=(Ids(frozenset(ids)),))
        found = self._search([list(vector)], DENSE, chosen, len(ids), exactly(), None) if ids else []
        return {one.id: one.score for one in found}

    def matching(self, words: str, where: Where, limit: int, corpus: Where, fields: Sequence[str] = ()) -> list[Found]:
        wanted = self._words.of_query(words)
        if not wanted.indices:
            return []
        return self._search(sparse(wanted), WORDS, where, limit, self._counted_over(corpus), fields)

    def _counted_over(self, corpus: Where) -> qdrant.SearchParams | None:
        """Words are counted over a corpus. Where that is very many points, and all that there are, the engine's own counts serve, which
        lose what was deleted only once its files are written anew."""
        among = self._about(corpus)
        if among > MILLISECONDS_TO_COUNT and among == self._about(Where()):
            return None
        return qdrant.SearchParams(idf=qdrant.IdfParams(corpus=edge_filter(corpus)))

    def scroll(self, where: Where) -> Iterator[Found]:
        return (found(record) for record in self._scrolled(where, with_vectors=False))

    def points(self, where: Where) -> Iterator[Point]:
        return (whole_point(record) for record in self._scrolled(where, with_vectors=True))

    def _scrolled(self, where: Where, *, with_vectors: bool) -> Iterator[Any]:
        offset: Any = None
        while True:
            request = qdrant.ScrollRequest(
                offset=offset, limit=SCROLL_PAGE, filter=edge_filter(where), with_payload=True, with_vector=with_vectors
            )
            with engine_errors("read"):
                page, offset = self._shard.scroll(request)
            yield from page
            if offset is None:
                return

    def salvage(self) -> Iterator[Point | str]:
        offset: Any = None
        while True:
            with engine_errors("read"):
                page, offset = self._shard.scroll(qdrant.ScrollRequest(offset=offset, limit=SCROLL_PAGE, with_payload=False))
            yield from self._salvaged([str(record.id) for record in page])
            if offset is None:
                return

    def _salvaged(self, ids: list[str]) -> Iterator[Point | str]:
        """The points of these ids: the engine reads none of them where it cannot read one."""
        for with_vector in (True, False):
            try:
                with engine_errors("read"):
                    records = self._shard.retrieve(list(ids), with_payload=True, with_vector=with_vector)
            except StoreError:
                if len(ids) > 1:
                    yield from self._salvaged(ids[: len(ids) // 2])
                    yield from self._salvaged(ids[len(ids) // 2 :])
                    return
            else:
                yield from (whole_point(record) for record in records)
                return
        yield from ids

    def newest(self, where: Where, by: str, limit: int, offset: int = 0) -> list[Found]:
        order = qdrant.OrderBy(by, direction=qdrant.Direction.Desc)
        request = qdrant.QueryRequest(limit=limit, offset=offset, query=order, filter=edge_filter(where), with_payload=True)
        with engine_errors("read"):
            # An ordered read scores every point 1; that is no similarity.
            return [found(point)._replace(score=0.0) for point in self._shard.query(request)]

    def count(self, where: Where) -> int:
        with engine_errors("count"):
            return self._shard.count(qdrant.CountRequest(exact=True, filter=edge_filter(where)))

    def doubled(self) -> int:
        # The estimate adds up the files, of which none knows what is in the others.
        return self._about(Where()) - self.count(Where())

    def distinct(self, field: str, where: Where) -> list[str]:
        request = qdrant.FacetRequest(field, limit=self.count(where) + 1, exact=True, filter=edge_filter(where))
        with engine_errors("read"):
            return [str(hit.value) for hit in self._shard.facet(request).hits]

    def optimize(self) -> bool:
        with engine_errors("optimize"):
            return bool(self._shard.optimize())

    def close(self) -> None:
        with engine_errors("close"):
            self._shard.flush()
            self._shard.close()

    def _search(
        self, vector: Any, using: str, where: Where, limit: int, params: qdrant.SearchParams | None, fields: Sequence[str] | None
    ) -> list[Found]:
        """Points by a vector, best first, with these fields of their payload: all where none is named, none where it is None."""
        whole = fields is not None and not fields
        request = qdrant.QueryRequest(
            limit=limit, query=qdrant.Query.Nearest(vector, using=using), filter=edge_filter(where), with_payload=whole, params=params
        )
        with engine_errors("search"):
            points = self._shard.query(request)
        return self._with_fields({str(one.id): one.score for one in points}, fields) if fields else [found(one) for one in points]

    def _with_fields(self, scores: Mapping[str, float], fields: Sequence[str]) -> list[Found]:
        """The points with these fields of their payloads; one that was deleted meanwhile is left out."""
        payloads = self._payloads.of(list(scores))
        known = ((id, payloads[id], score) for id, score in scores.items() if id in payloads)
        return [Found(id, {name: payload[name] for name in fields if name in payload}, score) for id, payload, score in known]

    def _edge_point(self, point: Point) -> qdrant.Point:
        vectors: dict[str, Any] = {}
        if point.pieces:
            vectors[DENSE] = [list(piece) for piece in point.pieces]
        if weights := self._words.of_point(point.words):
            vectors[WORDS] = sparse(weights)
        return qdrant.Point(point.id, vectors, point.payload)


def drop_unfinished_index(folder: Path) -> None:
    """Discard what a process left that was killed while it built the index: the engine never does, and of a million records it is 6 GB.

    Only where the folder is open here: another process may be building.
    """
    for begun in (folder / UNFINISHED).glob("*"):
        shutil.rmtree(begun)


def bytes_of(point: Point) -> int:
    """About how many bytes a point has."""
    texts = sum(len(value) for value in point.payload.values() if isinstance(value, str))
    return texts + len(point.words if isinstance(point.words, str) else ()) + sum(4 * len(piece) for piece in point.pieces)


@contextmanager
def engine_errors(doing: str) -> Iterator[None]:
    """Turn the engine's errors into ours: it raises plain `Exception`, and panics with a BaseException that cannot be imported."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise as_store_error(doing, str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise FolderDamaged(f"The engine gave up while it tried to {doing}: {error}", "Its files are damaged: see mneme doctor.") from error


def as_store_error(doing: str, said: str) -> StoreError:
    """The error of our own that the engine's words stand for."""
    if "WouldBlock" in said:
        return FolderInUse(
            f"Could not {doing}: another process has it open.", "Close the other process, or set MNEME_HOME to another folder."
        )
    if any(sign in said for sign in NO_ROOM):
        return StoreError(f"The engine could not {doing}: there is no room on the disk.", "Make room; what was stored is kept.")
    if doing.startswith("open") or any(sign in said for sign in DAMAGE):
        return FolderDamaged(
            f"The engine could not {doing}: {said}",
            "Its files are damaged: mneme doctor --repair saves what can be read, mneme snapshot load brings all back.",
        )
    return StoreError(f"The engine could not {doing}: {said}")


def sparse(weights: Weights) -> qdrant.SparseVector:
    """Weights of words in the engine's form."""
    return qdrant.SparseVector(weights.indices, weights.values)


def found(point: Any) -> Found:
    """A point of the engine, as ours."""
    return Found(str(point.id), point.payload or {}, float(getattr(point, "score", 0.0)))


def only(point: Found, fields: Sequence[str]) -> Found:
    """A point with these fields of its payload; with all, where none is named."""
    return point._replace(payload={name: point.payload[name] for name in fields if name in point.payload}) if fields else point


def whole_point(record: Any) -> Point:
    """A record of the engine, read with its vectors, as a point to write."""
    vectors = record.vector or {}
    words = vectors.get(WORDS)
    return Point(
        str(record.id),
        dict(record.payload or {}),
        vectors.get(DENSE, ()),
        Weights(list(words.indices), list(words.values)) if words else "",
    )


def shard_config(dimension: int, codes: Codes = "turbo") -> qdrant.EdgeConfig:
    """Several dense vectors a point, compared by the best of them, and one sparse vector weighted by IDF.

    All are read where they are needed: else opening maps all dense ones, which for a million records are three gigabytes.
    """
    pieces = qdrant.MultiVectorConfig(qdrant.MultiVectorComparator.MaxSim)
    dense = qdrant.EdgeVectorParams(
        dimension,
        qdrant.Distance.Cosine,
        multivector_config=pieces,
        quantization_config=code_config(codes),
        memory=qdrant.Memory.Cold,
    )
    words = qdrant.EdgeSparseVectorParams(modifier=qdrant.Modifier.Idf, full_scan_threshold=SCANNED_FOR_WORDS, memory=qdrant.Memory.Cold)
    return qdrant.EdgeConfig(vectors={DENSE: dense}, sparse_vectors={WORDS: words})


def code_config(codes: Codes) -> Any:
    """What makes the short codes by which candidates are found."""
    makers: dict[Codes, Callable[[], Any]] = {
        "none": lambda: None,
        "int8": lambda: qdrant.ScalarQuantizationConfig(qdrant.ScalarType.Int8),
        "product": lambda: qdrant.ProductQuantizationConfig(qdrant.CompressionRatio.X16),
        "turbo": lambda: qdrant.TurboQuantQuantizationConfig(bits=qdrant.TurboQuantBitSize.Bits4),
    }
    return makers[codes]()


def exactly() -> qdrant.SearchParams:
    """Compare every point by its whole vectors."""
    return qdrant.SearchParams(exact=True)


def quickly(limit: int) -> qdrant.SearchParams:
    """Find candidates by the index and the codes, then compare these by their whole vectors."""
    oversampling = max(OVERSAMPLING, SEARCH_WIDTH / max(1, limit))
    codes = qdrant.QuantizationSearchParams(rescore=True, oversampling=oversampling)
    return qdrant.SearchParams(hnsw_ef=max(SEARCH_WIDTH, limit), quantization=codes)


def index_schema(index: Index) -> Any:
    """The engine's schema of a payload index, which is read where it is needed: else those of a million records take 650 MB."""
    schemas: dict[str, Callable[..., Any]] = {
        "keyword": qdrant.KeywordIndexParams,
        "tenant": partial(qdrant.KeywordIndexParams, is_tenant=True),
        "integer": qdrant.IntegerIndexParams,
    }
    return schemas[index.kind](memory=qdrant.Memory.Cold)


@lru_cache(maxsize=FILTERS)
def edge_filter(where: Where) -> qdrant.Filter:
    """A `Where` in the engine's words."""
    return qdrant.Filter(must=[edge_condition(one) for one in where.must], must_not=[edge_condition(one) for one in where.must_not])


def edge_condition(condition: Condition) -> Any:
    """One condition in the engine's words."""
    match condition:
        case Match(field, (value,)):
            return qdrant.FieldCondition(field, match=qdrant.MatchValue(value))
        case Match(field, values):
            return qdrant.FieldCondition(field, match=qdrant.MatchAny(list(values)))  # type: ignore[arg-type]
        case Missing(field):
            return qdrant.IsEmptyCondition(field)
        case Between(field, at_least, at_most):
            return qdrant.FieldCondition(field, range=qdrant.RangeFloat(gte=at_least, lte=at_most))
        case AnyOf(conditions):
            return qdrant.Filter(should=[edge_condition(one) for one in conditions])
        case AllOf(conditions):
            return qdrant.Filter(must=[edge_condition(one) for one in conditions])
        case Ids(ids):
            return qdrant.HasIdCondition(set(ids))
        case Unembedded():
            return qdrant.Filter(must_not=[qdrant.HasVectorCondition(DENSE)])
