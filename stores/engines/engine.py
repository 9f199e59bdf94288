"""What Mneme asks of a vector engine: collections of points with pieces (dense), words (BM25) and a payload."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

Scalar = str | int | bool
MEMORY = ("records", "items", "entries")  # the collections that a memory is made of


@dataclass(frozen=True)
class Match:
    """The field holds one of the values, or a list that holds one of them."""

    field: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Missing:
    """The field is absent, null or an empty list."""

    field: str


@dataclass(frozen=True)
class Between:
    """The field's number lies in [at_least, at_most]; None leaves a side open."""

    field: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class AllOf:
    """All of the conditions hold."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class Ids:
    """The point is one of these."""

    ids: frozenset[str]


@dataclass(frozen=True)
class Unembedded:
    """The point has no dense vector yet."""


Condition = Match | Missing | Between | AnyOf | AllOf | Ids | Unembedded


@dataclass(frozen=True)
class Where:
    """All of `must` hold and none of `must_not`."""

    must: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()

    def also(self, *conditions: Condition) -> "Where":
        """The same, narrowed by more conditions."""
        return Where(self.must + conditions, self.must_not)


@dataclass(frozen=True)
class Weights:
    """The hashes of the words of a text, and how much each weighs."""

    indices: list[int]
    values: list[float]


@dataclass(frozen=True)
class Point:
    """What is written: an id (UUID text), unit vectors of its pieces, the words for BM25 (or their weights), a payload of shallow JSON."""

    id: str
    payload: dict[str, Any]
    pieces: Sequence[Sequence[float]] = ()
    words: str | Weights = ""


class Found(NamedTuple):
    """What is read back: the payload, and the score where the point was searched for."""

    id: str
    payload: dict[str, Any]
    score: float = 0.0


class Collection(Protocol):
    """Points of one kind. Safe to use from several threads.

    Raises:
        StoreError: From any method, where the engine fails.
    """

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points, as one operation: a reader sees all of them or none, and so does the next process after a crash."""
        ...

    def retrieve(self, ids: Sequence[str]) -> list[Found]: ...

    def patch(self, id: str, payload: dict[str, Any]) -> None:
        """Set some fields of one point's payload; the rest and the vectors stay."""
        ...

    def embed(self, pieces: Mapping[str, Sequence[Sequence[float]]]) -> None:
        """Give points, which must exist, the vectors of their pieces; payload and words stay."""
        ...

    def delete(self, ids: Sequence[str]) -> None: ...

    def nearest(self, vector: Sequence[float], where: Where, limit: int, fields: Sequence[str] = ()) -> list[Found]:
        """Points by the cosine of their best piece, best first; of their payload only these fields, where any are named."""
        ...

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        """The cosine of the best piece of each of these points, as far as they have one."""
        ...

    def matching(self, words: str, where: Where, limit: int, corpus: Where, fields: Sequence[str] = ()) -> list[Found]:
        """Points by BM25, best first; word frequencies are counted over `corpus` alone."""
        ...

    def scroll(self, where: Where) -> Iterator[Found]:
        """All points that match, in no particular order."""
        ...

    def points(self, where: Where) -> Iterator[Point]:
        """The same, whole: with their vectors and the weights of their words, as they could be written elsewhere."""
        ...

    def newest(self, where: Where, by: str, limit: int, offset: int = 0) -> list[Found]:
        """Points by descending number in the field `by`."""
        ...

    def salvage(self) -> Iterator[Point | str]:
        """Every point, whole; without vectors where these cannot be read, and only its id where its payload cannot."""
        ...

    def count(self, where: Where) -> int: ...

    def doubled(self) -> int:
        """How many points are stored twice, as can come of a process that is killed when it has built the index. They are found once, but
        take twice the room, and their words count twice in how rare words are."""
        ...

    def distinct(self, field: str, where: Where) -> list[str]:
        """The different texts in a field, which must have a keyword index, in no particular order."""
        ...

    def optimize(self) -> bool:
        """Build the index that makes searching large collections quick; minutes for a million points. Whether there was anything to do."""
        ...


class Engine(Protocol):
    """Named collections in one place."""

    def collection(self, name: str, dimension: int, indexes: Sequence["Index"]) -> Collection:
        """The collection of that name, made when it is missing."""
        ...

    def collections(self) -> list[str]: ...

    def drop(self, name: str) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Index:
    """A payload field that is searched by: `keyword`, `tenant` (a keyword that divides the points) or `integer`."""

    field: str
    kind: str
