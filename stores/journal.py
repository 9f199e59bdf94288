"""What happened to memory, append-only. Access counts and last access are read from here, never written into records."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from stores.codec import Codec, Plain
from stores.errors import StoreError

EventKind = Literal["remembered", "recalled", "taken", "used", "feedback", "gated", "denied", "edited", "deleted"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    query TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of_record ON events (user_id, record_id, kind);
"""


@dataclass(frozen=True)
class Event:
    """One thing that happened, at a moment in UTC, to one record of one user.

    `query` is text that recall was asked for; it is empty where the query was the words of the record `turn_id`.
    """

    at: datetime
    user_id: str
    kind: EventKind
    record_id: str = ""
    thread_id: str = ""
    turn_id: str = ""
    query: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


class Journal:
    """The journal of one home folder, in SQLite. Safe to use from several threads.

    Raises:
        StoreError: From any method, where SQLite fails.
    """

    def __init__(self, file: Path, codec: Codec | None = None) -> None:
        self._codec = codec or Plain()
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(file, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute("PRAGMA secure_delete=ON")
            self._connection.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise StoreError(f"The journal {file} cannot be opened: {error}") from error

    def append(self, events: Iterable[Event]) -> None:
        """Add events, all or none."""
        rows = [self._row(event) for event in events]
        insert = "INSERT INTO events (at, user_id, kind, record_id, thread_id, turn_id, query, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        with self._lock:
            try:
                with self._connection:
                    self._connection.executemany(insert, rows)
            except sqlite3.Error as error:
                raise StoreError(f"The journal cannot be written: {error}") from error

    def of_record(self, user_id: str, record_id: str) -> list[Event]:
        """All that happened to a record, oldest first."""
        return [
            self._event(row)
            for row in self._read("SELECT * FROM events WHERE user_id = ? AND record_id = ? ORDER BY number", (user_id, record_id))
        ]

    def remembered(self, record_ids: Sequence[str]) -> set[str]:
        """Which of the records the journal knows to be remembered."""
        marks = ",".join("?" * len(record_ids))
        query = f"SELECT DISTINCT record_id FROM events WHERE kind = 'remembered' AND record_id IN ({marks})"
        return {record_id for (record_id,) in self._read(query, record_ids)}

    def last_access(self, user_id: str, record_ids: Sequence[str]) -> dict[str, datetime]:
        """When each record was last taken into a prompt; records that never were are left out."""
        marks = ",".join("?" * len(record_ids))
        query = f"SELECT record_id, MAX(at) FROM events WHERE user_id = ? AND kind = 'taken' AND record_id IN ({marks}) GROUP BY record_id"
        return {record_id: datetime.fromtimestamp(at, UTC) for record_id, at in self._read(query, (user_id, *record_ids))}

    def forget_queries(self, user_id: str) -> None:
        """Blank every query text of a user: the one place of the journal that can hold words."""
        with self._lock:
            try:
                with self._connection:
                    self._connection.execute("UPDATE events SET query = '' WHERE user_id = ?", (user_id,))
            except sqlite3.Error as error:
                raise StoreError(f"The journal cannot be written: {error}") from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _read(self, query: str, values: Sequence[Any]) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise StoreError(f"The journal cannot be read: {error}") from error

    def _row(self, event: Event) -> tuple[Any, ...]:
        query = self._codec.encode(event.query) if event.query else ""
        detail = json.dumps(event.detail, ensure_ascii=False)
        return (event.at.timestamp(), event.user_id, event.kind, event.record_id, event.thread_id, event.turn_id, query, detail)

    def _event(self, row: Sequence[Any]) -> Event:
        _, at, user_id, kind, record_id, thread_id, turn_id, query, detail = row
        words = self._codec.decode(query) if query else ""
        return Event(datetime.fromtimestamp(at, UTC), user_id, kind, record_id, thread_id, turn_id, words, json.loads(detail))
