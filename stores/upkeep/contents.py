"""What a memory is made of: its collections in the engine, and how each of their points is read, checked and written anew."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol

from stores.codec import Codec
from stores.collections import ENTRY_INDEXES, entry_of, point_id, registry_id, words_of
from stores.embedder import Embedder
from stores.engines.engine import Between, Collection, Index, Point, Weights, Where
from stores.errors import EmbedderMismatch, FolderDamaged
from stores.items import GONE, ITEM_INDEXES, item_id, texts_to_embed
from stores.pieces import matters_of
from stores.points import RECORD_INDEXES, document_of, payload_of, spoken
from stores.record import MemoryRecord
from stores.upkeep.migration import record_from
from stores.vectors import cut, embed_all

SLACK = 1e-3  # how far the length of a unit vector may be from one, or a weight from what it is

Payload = dict[str, Any]


class Content(Protocol):
    """One collection of a memory."""

    @property
    def indexes(self) -> Sequence[Index]:
        """What it is searched by."""
        ...

    @property
    def embedded_later(self) -> bool:
        """Whether its points are written before they are embedded: one without a vector waits for that, and for what comes with it."""
        ...

    def anew(self, payload: Payload, old: Codec, new: Codec) -> Payload:
        """A payload as this Mneme writes it, through another codec.

        Raises:
            FolderDamaged: It cannot be read.
        """
        ...

    def id(self, payload: Payload, codec: Codec) -> str:
        """The id of the point that a payload belongs to, by what it says itself.

        Raises:
            FolderDamaged: It does not say.
        """
        ...

    def texts(self, payload: Payload, codec: Codec) -> list[str] | None:
        """The texts it is searched by; None where its vector was given by a caller, so that no other can be made."""
        ...

    def older_texts(self, payload: Payload, codec: Codec) -> list[str] | None:
        """The same, as older versions of Mneme made them: what they wrote is not damaged."""
        ...

    def words(self, payload: Payload, codec: Codec) -> str:
        """The words it is found by, or an empty string."""
        ...


class Records:
    """What was said and thought."""

    indexes = RECORD_INDEXES
    embedded_later = True

    def anew(self, payload: Payload, old: Codec, new: Codec) -> Payload:
        return payload_of(self._record(payload, old), new)

    def id(self, payload: Payload, codec: Codec) -> str:
        return self._record(payload, codec).id

    def texts(self, payload: Payload, codec: Codec) -> list[str] | None:
        return matters_of(self._record(payload, codec).text)

    def older_texts(self, payload: Payload, codec: Codec) -> list[str] | None:
        return [self._record(payload, codec).text]

    def words(self, payload: Payload, codec: Codec) -> str:
        return spoken(self._record(payload, codec))

    def _record(self, payload: Payload, codec: Codec) -> MemoryRecord:
        return record_from(json.loads(document_of(payload, codec)))


class StoreItems:
    """What was put by LangGraph's store verbs."""

    indexes = ITEM_INDEXES
    embedded_later = False

    def anew(self, payload: Payload, old: Codec, new: Codec) -> Payload:
        # An item of an older version does not say by what it is searched: by all of it.
        if "value" not in payload:
            raise FolderDamaged("An item has no value.")
        index = new.encode(old.decode(payload["index"]) if "index" in payload else "null")
        return {**payload, "value": new.encode(old.decode(payload["value"])), "index": index}

    def id(self, payload: Payload, codec: Codec) -> str:
        with told_of_itself():
            return item_id(tuple(json.loads(payload["namespace"])), payload["key"])

    def texts(self, payload: Payload, codec: Codec) -> list[str] | None:
        return texts_to_embed({"index": codec.encode("null"), **payload}, codec)

    def older_texts(self, payload: Payload, codec: Codec) -> list[str] | None:
        return self.texts(payload, codec)

    def words(self, payload: Payload, codec: Codec) -> str:
        return ""


class CollectionEntries:
    """Entries of named collections, and the register of these, which holds no text."""

    indexes = ENTRY_INDEXES
    embedded_later = False

    def anew(self, payload: Payload, old: Codec, new: Codec) -> Payload:
        return {**payload, "entry": new.encode(old.decode(payload["entry"]))} if "entry" in payload else payload

    def id(self, payload: Payload, codec: Codec) -> str:
        with told_of_itself():
            if "entry" not in payload:
                return registry_id(json.loads(payload["registered"]))
            return point_id(json.loads(payload["collection"]), entry_of(payload, codec).id)

    def texts(self, payload: Payload, codec: Codec) -> list[str] | None:
        if "entry" not in payload:
            return []
        return None if payload["given"] else words_of(entry_of(payload, codec))

    def older_texts(self, payload: Payload, codec: Codec) -> list[str] | None:
        return self.texts(payload, codec)

    def words(self, payload: Payload, codec: Codec) -> str:
        return ""


@contextmanager
def told_of_itself() -> Iterator[None]:
    """What a payload should say of itself.

    Raises:
        FolderDamaged: It does not.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise FolderDamaged("A point does not say what it is.") from error


COLLECTIONS: Mapping[str, Content] = MappingProxyType({"records": Records(), "items": StoreItems(), "entries": CollectionEntries()})


def drop_ghosts(name: str, collection: Collection | None) -> None:
    """Remove what a batch that was cut short had deleted already: it is hidden, and has nothing in it."""
    if collection and name == "items":
        ghosts = Where((Between("expires_at", at_most=GONE),))
        collection.delete([one.id for one in collection.scroll(ghosts)])


@dataclass(frozen=True)
class Change:
    """How a memory is written anew.

    Attributes:
        old: Through which its texts were written.
        new: Through which they are written.
        embedder: By which they are searched.
        embed: Whether all its vectors are made anew, or only those that are damaged.
        salvage: Whether a missing vector counts as damaged; else what was never embedded stays so, for it is rated when it is.
    """

    old: Codec
    new: Codec
    embedder: Embedder
    embed: bool
    salvage: bool = False

    def points(self, content: Content, points: Sequence[Point]) -> list[Point]:
        """Points of a collection, written anew.

        Raises:
            FolderDamaged: One cannot be read.
            EmbedderMismatch: The vector of one was given by a caller, so that no other can be made.
            ModelError: The embedder failed.
        """
        points = [
            replace(point, id=content.id(point.payload, self.old)) for point in points
        ]  # damage can change the engine's own note of it
        fresh = [self._point(content, point) for point in points]
        texts = {point.id: content.texts(point.payload, self.old) for point in points}
        wanting = {point.id: given(texts[point.id], point) for point in points if self._wants_vectors(content, point)}
        vectors = embed_all(self.embedder, wanting)
        return [replace(point, pieces=vectors[point.id]) if point.id in vectors else point for point in fresh]

    def _wants_vectors(self, content: Content, point: Point) -> bool:
        if self.embed:
            return True
        waits = content.embedded_later and not point.pieces and not self.salvage
        return not waits and not has_its_vectors(content, point, self.old)

    def _point(self, content: Content, point: Point) -> Point:
        return replace(point, payload=content.anew(point.payload, self.old, self.new), words=content.words(point.payload, self.old))


def given(texts: list[str] | None, point: Point) -> list[str]:
    """The texts to embed.

    Raises:
        EmbedderMismatch: There are none, for the vector was given by a caller.
    """
    if texts is None:
        raise EmbedderMismatch(
            f"The vector of the entry {point.id} in the collection {point.payload['collection']} was given by a program, "
            "so it cannot be made anew.",
            "Remove the entry, or keep the embedder.",
        )
    return texts


def sound_words(point: Point, due: Weights | None) -> bool:
    """Whether a point has the weights that are due to its words."""
    have = point.words if isinstance(point.words, Weights) else Weights([], [])
    known, due = dict(zip(have.indices, have.values, strict=True)), due or Weights([], [])
    return len(known) == len(due.indices) and all(
        abs(known.get(index, 0.0) - value) < SLACK for index, value in zip(due.indices, due.values, strict=True)
    )


def has_its_vectors(content: Content, point: Point, codec: Codec) -> bool:
    """Whether a point has sound vectors for its texts, as this or an older Mneme makes them."""
    return any(sound_vectors(point, texts(point.payload, codec)) for texts in (content.texts, content.older_texts))


def sound_vectors(point: Point, texts: list[str] | None) -> bool:
    """Whether a point has as many vectors as its texts have pieces, each of length one; a given vector may also be zero."""
    wanted = 1 if texts is None else len(cut(texts))
    lengths = [math.hypot(*piece) for piece in point.pieces]
    return len(lengths) == wanted and all(abs(length - 1) < SLACK or (texts is None and length == 0) for length in lengths)
