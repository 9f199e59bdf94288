"""Vectors that are kept between runs of an eval, so that bulk embedding is paid once."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Self

import numpy as np
from platformdirs import user_cache_path

from stores.embedder import Embedder

BATCH = 256
CACHE_FILE = "vectors.sqlite"
PATIENCE_S = 60.0  # while another process writes


class KeptVectors:
    """An embedder that looks its vectors up in a file before it makes them. Safe to use from several threads.

    Vectors are kept as 32-bit floats under the SHA-256 of the embedder's name and the text; no text is kept.
    """

    def __init__(self, embedder: Embedder, connection: sqlite3.Connection) -> None:
        self._embedder = embedder
        self._connection = connection
        self._guard = Lock()

    @classmethod
    @contextmanager
    def open(cls, embedder: Embedder, folder: Path | None = None) -> Iterator[Self]:
        """The vectors kept in `folder`, by default the user's cache folder."""
        folder = folder or user_cache_path("mneme")
        folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(folder / CACHE_FILE, timeout=PATIENCE_S, check_same_thread=False)
        try:
            connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
            yield cls(embedder, connection)
        finally:
            connection.close()

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with self._guard:
            return self._embed(texts)

    def _embed(self, texts: list[str]) -> list[list[float]]:
        keys = [self._key(text) for text in texts]
        known = {key: found for key in set(keys) if (found := self._find(key)) is not None}
        missing = sorted({text for text, key in zip(texts, keys, strict=True) if key not in known}, key=len)
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            known |= self._keep(batch, self._embedder.embed_documents(batch))
        return [known[key] for key in keys]

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._embedder.name}\x1f{text}".encode()).digest()

    def _find(self, key: bytes) -> list[float] | None:
        row = self._connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return np.frombuffer(row[0], np.float32).tolist() if row else None

    def _keep(self, texts: Sequence[str], vectors: Sequence[Sequence[float]]) -> dict[bytes, list[float]]:
        made = {self._key(text): list(vector) for text, vector in zip(texts, vectors, strict=True)}
        rows = [(key, np.asarray(vector, np.float32).tobytes()) for key, vector in made.items()]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        return made
