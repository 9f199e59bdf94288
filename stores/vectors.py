"""Texts as the vectors of their pieces, checked before the engine sees them, and points by their similarity."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from stores.embedder import Embedder
from stores.engines.engine import Collection, Found, Where
from stores.errors import RecordRejected
from stores.pieces import pieces_of
from stores.validation import check_vector

MOST_PIECES = 10_000
WIDEST = 1_000
PRECISION = 1e-6  # of a cosine in single precision, in which engines compute some, and some not

Vectors = list[list[float]]


def embed_all(embedder: Embedder, texts: Mapping[str, Sequence[str]]) -> dict[str, Vectors]:
    """The vectors of the pieces of each point's texts, by its id; the embedder is asked once.

    Raises:
        RecordRejected: A point has too many pieces, or the embedder gave what is no vector of its dimension.
        ModelError: The embedder failed.
    """
    pieces = {id: cut(several) for id, several in texts.items()}
    every = [piece for several in pieces.values() for piece in several]
    vectors = embedder.embed_documents(every) if every else []
    if len(vectors) != len(every):
        raise RecordRejected(f"The embedder gave {len(vectors)} vectors for {len(every)} texts.")
    for vector in vectors:
        check_vector(vector, embedder.dimension)
    left = iter(vectors)
    return {id: list(islice(left, len(several))) for id, several in pieces.items()}


def embed_one(embedder: Embedder, query: str) -> list[float]:
    """The vector of a query.

    Raises:
        RecordRejected: The embedder gave what is no vector of its dimension.
        ModelError: The embedder failed.
    """
    vector = embedder.embed_query(query)
    check_vector(vector, embedder.dimension)
    return vector


def unit(vector: Sequence[float]) -> list[float]:
    """A vector scaled to length one, as far as it has a length; the engine would do it in single precision, which large numbers leave."""
    largest = max(map(abs, vector), default=0) or 1
    scaled = [float(number / largest) for number in vector]
    length = math.hypot(*scaled) or 1.0
    return [number / length for number in scaled]


def mean(pieces: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The mean of several vectors, scaled to length one; a single one as it is."""
    if len(pieces) == 1:
        return tuple(pieces[0])
    return tuple(unit([math.fsum(column) for column in zip(*pieces, strict=True)]))


def cut(texts: Sequence[str]) -> list[str]:
    """The pieces of all texts."""
    pieces = [piece for text in texts for piece in pieces_of(text)]
    if len(pieces) > MOST_PIECES:
        raise RecordRejected(
            f"There is too much text to search by: {len(pieces):,} pieces, where {MOST_PIECES:,} are the most.",
            "Name fewer paths in `index`, or put it with index=False.",
        )
    return pieces


def most_similar(
    collection: Collection, vector: Sequence[float], where: Where, wanted: int, tie: Callable[[Found], tuple[object, ...]]
) -> Iterator[Found]:
    """Points by the cosine of their best piece, best first, as many as are taken; the order is the same at every call.

    Args:
        collection: Where they are.
        vector: What is looked for.
        where: What they have to be.
        wanted: How many will be taken, if nothing else is decided on the way.
        tie: What orders points that are equally similar.
    """
    width, shown = min(wanted + 1, WIDEST), set[str]()
    while True:
        groups = equally_similar(collection.nearest(vector, where, width))
        all_found = sum(map(len, groups)) < width
        # Where the limit cuts through equal scores the engine chooses by chance: they wait until all of them are found.
        fresh = [[one for one in group if one.id not in shown] for group in (groups if all_found else groups[:-1])]
        for group in fresh:
            yield from sorted(group, key=tie)
        if all_found:
            return
        shown.update(one.id for group in fresh for one in group)
        width *= 4


def equally_similar(found: Sequence[Found]) -> list[list[Found]]:
    """Points, best first, in groups whose scores differ by no more than the precision that engines compute them in."""
    groups: list[list[Found]] = []
    for one in found:
        if groups and groups[-1][-1].score - one.score <= PRECISION:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups
