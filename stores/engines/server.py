"""The engine behind qdrant-client: a server or a cluster by its address, or `:memory:` for a store that is gone with the process."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stores.engines.engine import (
    MEMORY,
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
from stores.engines.words import Words
from stores.errors import EmbedderMismatch, InputError, StoreError

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

DENSE, WORDS = "dense", "words"
IN_MEMORY = ":memory:"
SCROLL_PAGE = 1_000
SEARCH_WIDTH = 256


@dataclass(frozen=True)
class Server:
    """Where a Qdrant server is: its address, or `:memory:`; and its key, or an empty string."""

    url: str
    api_key: str = ""


class ServerEngine:
    """Mneme's collections on a Qdrant server.

    Args:
        server: Where it is.
        prefix: How the names of the memory's collections begin: one server can hold several memories.

    Raises:
        InputError: It is no address.
        StoreError: From any method, where the server does not answer or refuses.
    """

    def __init__(self, server: Server, prefix: str = "mneme_") -> None:
        from qdrant_client import QdrantClient

        self._prefix = prefix
        if server.url != IN_MEMORY and not server.url.startswith(("http://", "https://")):
            raise InputError(
                f"{server.url!r} is no address of a Qdrant server.", "Write MNEME_QDRANT_URL as http://host:6333, or :memory:."
            )
        with server_errors(server.url):
            self._client = (
                QdrantClient(IN_MEMORY)
                if server.url == IN_MEMORY
                else QdrantClient(url=server.url, api_key=server.api_key or None, check_compatibility=False)
            )
        self._lock = threading.RLock()
        # qdrant-client's own memory is not safe to use from several threads; a server is.
        self._guard: AbstractContextManager[Any] = self._lock if server.url == IN_MEMORY else nullcontext()
        self._place = server.url
        self._open: dict[str, ServerCollection] = {}

    def collection(self, name: str, dimension: int, indexes: Sequence[Index]) -> Collection:
        """The collection of that name, made when it is missing.

        Raises:
            EmbedderMismatch: It holds vectors of another length.
        """
        with self._lock, server_errors(self._place):
            if name not in self._open:
                if not self._client.collection_exists(self._prefix + name):
                    self._create(self._prefix + name, dimension)
                self._check(self._prefix + name, dimension, indexes)
                self._open[name] = ServerCollection(self._client, self._prefix + name, self._guard, self._place)
            return self._open[name]

    def collections(self) -> list[str]:
        with self._lock, server_errors(self._place):
            there = {one.name for one in self._client.get_collections().collections}
        # By their whole names: the prefix of a home without a name begins those of the other homes.
        return sorted(name for name in MEMORY if self._prefix + name in there)

    def drop(self, name: str) -> None:
        """Delete a collection.

        Raises:
            InputError: There is no such collection.
        """
        if name not in self.collections():
            raise InputError(f"There is no collection {name!r}.")
        with self._lock, server_errors(self._place):
            self._open.pop(name, None)
            self._client.delete_collection(self._prefix + name)

    def close(self) -> None:
        with self._lock:
            self._client.close()

    def _create(self, name: str, dimension: int) -> None:
        from qdrant_client import models

        best_piece = models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
        self._client.create_collection(
            name,
            vectors_config={DENSE: models.VectorParams(size=dimension, distance=models.Distance.COSINE, multivector_config=best_piece)},
            sparse_vectors_config={WORDS: models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )

    def _check(self, name: str, dimension: int, indexes: Sequence[Index]) -> None:
        about = self._client.get_collection(name)
        vectors: Any = about.config.params.vectors
        if vectors[DENSE].size != dimension:
            raise EmbedderMismatch(
                f"The collection {name} on {self._place} holds vectors of {vectors[DENSE].size} numbers, not {dimension}.",
                "Set MNEME_EMBEDDER to the embedder it was written with.",
            )
        # The process that made the collection may have ended before its indexes were. The client's own memory has none.
        for index in indexes if self._place != IN_MEMORY else ():
            if index.field not in about.payload_schema:
                self._client.create_payload_index(name, index.field, index_schema(index))


class ServerCollection:
    """One collection of a Qdrant server."""

    def __init__(self, client: "QdrantClient", name: str, guard: AbstractContextManager[Any], place: str) -> None:
        self._client = client
        self._name = name
        self._guard = guard
        self._place = place
        self._words = Words()

    @contextmanager
    def _using(self) -> "Iterator[QdrantClient]":
        with self._guard, server_errors(self._place):
            yield self._client

    def upsert(self, points: Sequence[Point]) -> None:
        if points:
            with self._using() as client:
                client.upsert(self._name, [self._server_point(point) for point in points], wait=True)

    def retrieve(self, ids: Sequence[str]) -> list[Found]:
        if not ids:
            return []
        with self._using() as client:
            return [found(one) for one in client.retrieve(self._name, list(ids), with_payload=True)]

    def patch(self, id: str, payload: dict[str, Any]) -> None:
        with self._using() as client:
            client.set_payload(self._name, payload, points=[id], wait=True)

    def embed(self, pieces: Mapping[str, Sequence[Sequence[float]]]) -> None:
        from qdrant_client import models

        if pieces:
            vectors = [models.PointVectors(id=id, vector={DENSE: [list(one) for one in cut]}) for id, cut in pieces.items()]
            with self._using() as client:
                client.update_vectors(self._name, vectors, wait=True)

    def delete(self, ids: Sequence[str]) -> None:
        from qdrant_client import models

        if ids:
            with self._using() as client:
                client.delete(self._name, models.PointIdsList(points=list(ids)), wait=True)

    def nearest(self, vector: Sequence[float], where: Where, limit: int, fields: Sequence[str] = ()) -> list[Found]:
        from qdrant_client import models

        # Local mode is exact and says that parameters have no effect there.
        params = None if self._place == IN_MEMORY else models.SearchParams(hnsw_ef=max(SEARCH_WIDTH, limit))
        return self._search([list(vector)], DENSE, where, limit, params, fields)

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        return {one.id: one.score for one in self.nearest(vector, Where(must=(Ids(frozenset(ids)),)), len(ids))} if ids else {}

    def matching(self, words: str, where: Where, limit: int, corpus: Where, fields: Sequence[str] = ()) -> list[Found]:
        from qdrant_client import models

        wanted = self._words.of_query(words)
        if not wanted.indices:
            return []
        params = models.SearchParams(idf=models.IdfCorpusParams(corpus=server_filter(corpus)))
        return self._search(sparse(wanted), WORDS, where, limit, params, fields)

    def scroll(self, where: Where) -> Iterator[Found]:
        return (found(one) for one in self._scrolled(where, with_vectors=False))

    def points(self, where: Where) -> Iterator[Point]:
        return (whole_point(one) for one in self._scrolled(where, with_vectors=True))

    def _scrolled(self, where: Where, *, with_vectors: bool) -> Iterator[Any]:
        offset: Any = None
        chosen = server_filter(where)
        while True:
            with self._using() as client:
                page, offset = client.scroll(self._name, scroll_filter=chosen, limit=SCROLL_PAGE, offset=offset, with_vectors=with_vectors)
            yield from page
            if offset is None:
                return

    def salvage(self) -> Iterator[Point | str]:
        return self.points(Where())

    def newest(self, where: Where, by: str, limit: int, offset: int = 0) -> list[Found]:
        from qdrant_client import models

        order = models.OrderByQuery(order_by=models.OrderBy(key=by, direction=models.Direction.DESC))
        with self._using() as client:
            response = client.query_points(self._name, query=order, query_filter=server_filter(where), limit=limit, offset=offset)
        return [Found(one.id, one.payload) for one in map(found, response.points)]

    def count(self, where: Where) -> int:
        with self._using() as client:
            return client.count(self._name, count_filter=server_filter(where), exact=True).count

    def doubled(self) -> int:
        return 0  # a server sees to it by itself

    def distinct(self, field: str, where: Where) -> list[str]:
        with self._using() as client:
            hits = client.facet(self._name, field, facet_filter=server_filter(where), limit=self.count(where) + 1, exact=True).hits
        return [str(hit.value) for hit in hits]

    def optimize(self) -> bool:
        return False  # a server sees to it by itself

    def _search(self, vector: Any, using: str, where: Where, limit: int, params: Any, fields: Sequence[str]) -> list[Found]:
        with self._using() as client:
            response = client.query_points(
                self._name,
                query=vector,
                using=using,
                query_filter=server_filter(where),
                limit=limit,
                search_params=params,
                with_payload=list(fields) or True,
            )
        return [found(one) for one in response.points]

    def _server_point(self, point: Point) -> Any:
        from qdrant_client import models

        vectors: dict[str, Any] = {}
        if point.pieces:
            vectors[DENSE] = [list(piece) for piece in point.pieces]
        if weights := self._words.of_point(point.words):
            vectors[WORDS] = sparse(weights)
        return models.PointStruct(id=point.id, vector=vectors, payload=point.payload)


@contextmanager
def server_errors(place: str) -> Iterator[None]:
    """Turn the client's errors into ours."""
    from httpx import HTTPError
    from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

    try:
        yield
    except UnexpectedResponse as error:
        raise refused(place, error.status_code, first_line(error)) from error
    except (ResponseHandlingException, ValueError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        if isinstance(error, ResponseHandlingException) and isinstance(error.source, HTTPError):
            raise unreachable(place, error) from error
        raise StoreError(f"What is at {place} answers, but not as a Qdrant server.", "Check MNEME_QDRANT_URL.") from error
    except (ApiException, HTTPError, OSError) as error:
        raise unreachable(place, error) from error


def refused(place: str, status: int | None, said: str) -> StoreError:
    """The error for an answer with a status that is none of success."""
    if status in (401, 403):
        return StoreError(f"The Qdrant server {place} refused the key: {said}", "Check MNEME_QDRANT_API_KEY.")
    return StoreError(f"The Qdrant server {place} failed: {said}", "Check MNEME_QDRANT_URL, and what the server's log says.")


def unreachable(place: str, error: Exception) -> StoreError:
    """The error where no answer came."""
    return StoreError(
        f"The Qdrant server {place} does not answer: {first_line(error)}", "Check MNEME_QDRANT_URL, and that the server runs."
    )


def first_line(error: Exception) -> str:
    """What an error says first."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def sparse(weights: Weights) -> Any:
    """Weights of words in the client's form."""
    from qdrant_client import models

    return models.SparseVector(indices=weights.indices, values=weights.values)


def found(point: Any) -> Found:
    """A point of the client, as ours."""
    return Found(id=str(point.id), payload=dict(point.payload or {}), score=float(getattr(point, "score", 0.0)))


def whole_point(point: Any) -> Point:
    """A point of the client, read with its vectors, as a point to write."""
    vectors = point.vector or {}
    words = vectors.get(WORDS)
    return Point(
        str(point.id), dict(point.payload or {}), vectors.get(DENSE, ()), Weights(list(words.indices), list(words.values)) if words else ""
    )


def index_schema(index: Index) -> Any:
    """The server's schema of a payload index."""
    from qdrant_client import models

    schemas = {
        "keyword": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD),
        "tenant": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
        "integer": models.IntegerIndexParams(type=models.IntegerIndexType.INTEGER, lookup=True, range=True),
    }
    return schemas[index.kind]


def server_filter(where: Where) -> Any:
    """A `Where` in the client's words."""
    from qdrant_client import models

    return models.Filter(must=[server_condition(one) for one in where.must], must_not=[server_condition(one) for one in where.must_not])


def server_condition(condition: Condition) -> Any:
    """One condition in the client's words."""
    from qdrant_client import models

    match condition:
        case Match(field, (value,)):
            return models.FieldCondition(key=field, match=models.MatchValue(value=value))
        case Match(field, values):
            return models.FieldCondition(key=field, match=models.MatchAny(any=list(values)))  # type: ignore[arg-type]
        case Missing(field):
            return models.IsEmptyCondition(is_empty=models.PayloadField(key=field))
        case Between(field, at_least, at_most):
            return models.FieldCondition(key=field, range=models.Range(gte=at_least, lte=at_most))
        case AnyOf(conditions):
            return models.Filter(should=[server_condition(one) for one in conditions])
        case AllOf(conditions):
            return models.Filter(must=[server_condition(one) for one in conditions])
        case Ids(ids):
            return models.HasIdCondition(has_id=list(ids))
        case Unembedded():
            return models.Filter(must_not=[models.HasVectorCondition(has_vector=DENSE)])
