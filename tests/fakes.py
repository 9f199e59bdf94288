"""Stand-ins that need no model: an embedder by hashed words, records made with few words, and a run that is cut short."""

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from stores.errors import ModelUnavailable
from stores.record import MemoryRecord, record_id

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)


class HashEmbedder:
    """A unit vector whose places are the hashes of the words: equal words are near, others are not. Counts what it is asked."""

    def __init__(self, name: str = "hash", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.asked: list[str] = []

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        vector = [0.0] * self.dimension
        for word in text.lower().split():
            digest = hashlib.sha256(word.strip(".,?!").encode(errors="replace")).digest()
            vector[int.from_bytes(digest[:4]) % self.dimension] += 1.0
        length = math.sqrt(sum(value * value for value in vector)) or 1.0
        return [value / length for value in vector]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


def record(text: str, number: int = 0, user: str = "ada", **fields: Any) -> MemoryRecord:
    """A turn record; `number` is its message id and ordinal."""
    given: dict[str, Any] = {
        "id": record_id(user, fields.get("thread_id", "t"), str(number), "said"),
        "user_id": user,
        "character_id": "mneme",
        "kind": "turn",
        "text": text,
        "speaker": "Ada",
        "said_at": NOON,
        "created_at": NOON,
        "thread_id": "t",
        "ordinal": number,
        "message_id": str(number),
        "known_by": ("mneme",),
    }
    return MemoryRecord(**{**given, **fields})


@contextmanager
def unembedded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is written in it is stored, and then its embedding fails."""
    with monkeypatch.context() as broken:
        broken.setattr("stores.writer.embed_all", lambda *_: (_ for _ in ()).throw(ModelUnavailable("The embedder is away.")))
        yield


@contextmanager
def interrupted(monkeypatch: pytest.MonkeyPatch, at: str) -> Iterator[None]:
    """What runs in it is cut short where it comes to this function."""
    with monkeypatch.context() as broken:
        broken.setattr(at, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            yield
