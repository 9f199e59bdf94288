"""What happened to memory, append-only. Access counts and last access are views of it, never written into records."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from stores.batches import batched
from stores.codec import Codec, Plain
from stores.errors import FolderDamaged, MemoryClosed, StoreError

EventKind = Literal[
    "remembered",
    "rated",
    "recalled",
    "taken",
    "used",
    "feedback",
    "gated",
    "denied",
    "edited",
    "hidden",
    "restored",
    "superseded",
    "deleted",
    "lost",
    "reflecting",
    "reflected",
    "not_reflected",
    "strengthened",
    "scrubbed",
    "plan_awaited",
    "planning",
    "planned",
    "not_planned",
    "replanned",
]
Doing = Literal["remember", "hide", "restore", "readmit", "forget"]

# SQLite's own words of damage quote what is damaged, which need be no text.
SQLITE_DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)
EVENT_COLUMNS = "at, user_id, kind, record_id, thread_id, turn_id, place, query, detail"
SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    query TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of_record ON events (user_id, record_id, kind);
CREATE INDEX IF NOT EXISTS remembered_of_user ON events (user_id) WHERE kind = 'remembered';
CREATE UNIQUE INDEX IF NOT EXISTS once_a_turn ON events (user_id, turn_id, kind, record_id, place)
    WHERE turn_id <> '' AND kind IN ('recalled', 'taken', 'used');
CREATE VIEW IF NOT EXISTS accesses AS
    SELECT user_id, record_id, COUNT(*) AS times, MAX(at) AS last FROM events WHERE kind = 'taken' GROUP BY user_id, record_id;
CREATE TABLE IF NOT EXISTS intents (number INTEGER PRIMARY KEY, doing TEXT NOT NULL, detail TEXT NOT NULL);
"""
JOURNAL = "journal.sqlite"
BUSY_SECONDS = 30.0
COPY_BATCH = 1_000
ASK_BATCH = 1_000  # ids in one query
SALVAGE_STEP = 20
OLDER_COLUMNS = "at, user_id, kind, record_id, thread_id, turn_id, 0, query, detail"


@dataclass(frozen=True)
class Event:
    """One thing that happened, at a moment in UTC, to one record of one user.

    `query` is text that recall was asked for; it is empty where the query was the words of the record `turn_id`. Within a turn an event
    counts once, however often its step was run; `place` tells apart what happens several times, such as a second search. `number` is its
    place in the journal, once it is there.
    """

    at: datetime
    user_id: str
    kind: EventKind
    record_id: str = ""
    thread_id: str = ""
    turn_id: str = ""
    query: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    place: int = 0
    number: int = 0


@dataclass(frozen=True)
class Taken:
    """How often a record was taken into a prompt, and when last."""

    times: int
    last: datetime


@dataclass(frozen=True)
class Intent:
    """What is about to be done to records: noted before it is begun, so that the next process finishes what this one could not.

    Attributes:
        at: When it was begun.
        user_id: Whose records they are; empty where they are several users'.
        ids: The records it is about.
        events: What the journal will say of it.
    """

    doing: Doing
    at: datetime
    user_id: str
    ids: tuple[str, ...]
    events: tuple[Event, ...] = ()


class Journal:
    """The journal of one home folder, in SQLite. Safe to use from several threads.

    Raises:
        StoreError: From any method, where SQLite fails.
        FolderDamaged: From any method, where the file is damaged.
    """

    def __init__(self, file: Path, codec: Codec | None = None) -> None:
        self._codec = codec or Plain()
        self._lock = threading.Lock()
        with journal_errors("opened"):
            self._connection = sqlite3.connect(file, check_same_thread=False, timeout=BUSY_SECONDS)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute("PRAGMA secure_delete=ON")
            self._connection.executescript(SCHEMA)

    def append(self, events: Iterable[Event]) -> None:
        """Add events, all or none; one that the turn already has is passed over."""
        with self._changing() as connection:
            self._add(connection, events)

    def intend(self, intent: Intent) -> int:
        """Note what is about to be done; the number it is settled by."""
        detail = jsonable(intent)
        with self._changing() as connection:
            added = connection.execute("INSERT INTO intents (doing, detail) VALUES (?, ?)", (intent.doing, self._encoded(detail)))
            return int(added.lastrowid or 0)

    def settle(self, number: int, events: Iterable[Event]) -> None:
        """What was intended is done: its events are added, and it is pending no more."""
        with self._changing() as connection:
            self._add(connection, events)
            connection.execute("DELETE FROM intents WHERE number = ?", (number,))

    def pending(self) -> dict[int, Intent]:
        """What was begun and not settled, oldest first."""
        rows = self._read("SELECT number, detail FROM intents ORDER BY number", ())
        return {number: intent_from(self._decoded(detail)) for number, detail in rows}

    def of_record(self, user_id: str, record_id: str) -> list[Event]:
        """All that happened to a record, oldest first."""
        query = f"SELECT {EVENT_COLUMNS}, number FROM events WHERE user_id = ? AND record_id = ? ORDER BY number"
        return [event_of(row, self._codec) for row in self._read(query, (user_id, record_id))]

    def remembered(self, record_ids: Sequence[str]) -> set[str]:
        """Which of the records the journal knows to be remembered."""
        marks = ",".join("?" * len(record_ids))
        query = f"SELECT DISTINCT record_id FROM events WHERE kind = 'remembered' AND record_id IN ({marks})"
        return {record_id for (record_id,) in self._read(query, record_ids)}

    def latest(self, user_id: str, record_id: str, kind: EventKind) -> int:
        """The number of the newest event of a kind of a record; 0 where there is none."""
        query = "SELECT COALESCE(MAX(number), 0) FROM events WHERE user_id = ? AND record_id = ? AND kind = ?"
        return int(self._read(query, (user_id, record_id, kind))[0][0])

    def last(self, user_id: str, record_id: str, kind: EventKind) -> Event | None:
        """The last time that something happened to a record, if ever."""
        query = f"SELECT {EVENT_COLUMNS}, number FROM events WHERE user_id = ? AND record_id = ? AND kind = ? ORDER BY number DESC LIMIT 1"
        rows = self._read(query, (user_id, record_id, kind))
        return event_of(rows[0], self._codec) if rows else None

    def newest(self) -> int:
        """The number of the newest event; 0 where there is none."""
        return int(self._read("SELECT COALESCE(MAX(number), 0) FROM events", ())[0][0])

    def happened(self, user_id: str, kinds: Sequence[EventKind], after: int) -> bool:
        """Whether anything of these kinds happened to a user's memory after an event; looks through the events since, which are few."""
        marks = ",".join("?" * len(kinds))
        query = f"SELECT 1 FROM events NOT INDEXED WHERE number > ? AND user_id = ? AND kind IN ({marks}) LIMIT 1"
        return bool(self._read(query, (after, user_id, *kinds)))

    def remembered_between(self, user_id: str, after: int, before: int, limit: int) -> list[tuple[int, str]]:
        """What a user's memory was given between two events, newest first: the number of each event, and the record's id."""
        query = (
            "SELECT number, record_id FROM events WHERE user_id = ? AND kind = 'remembered' AND number > ? AND number < ?"
            " ORDER BY number DESC LIMIT ?"
        )
        return list(self._read(query, (user_id, after, before, limit)))

    def users(self) -> list[str]:
        """Everybody whose memory was given something."""
        return [user_id for (user_id,) in self._read("SELECT DISTINCT user_id FROM events WHERE kind = 'remembered' ORDER BY user_id", ())]

    def living(self) -> Iterator[tuple[str, str]]:
        """The user and the id of every record that was remembered, and neither deleted nor lost since."""
        query = (
            "SELECT user_id, record_id FROM events WHERE kind IN ('remembered', 'deleted', 'lost') GROUP BY user_id, record_id"
            " HAVING MAX(CASE kind WHEN 'remembered' THEN number ELSE 0 END) > MAX(CASE kind WHEN 'remembered' THEN 0 ELSE number END)"
        )
        yield from self._read(query, ())

    def accesses(self, user_id: str, record_ids: Sequence[str]) -> dict[str, Taken]:
        """How often each record was taken into a prompt; records that never were are left out."""
        marks = ",".join("?" * len(record_ids))
        query = f"SELECT record_id, times, last FROM accesses WHERE user_id = ? AND record_id IN ({marks})"
        return {id: Taken(times, datetime.fromtimestamp(last, UTC)) for id, times, last in self._read(query, (user_id, *record_ids))}

    def forget_words(self, user_id: str) -> None:
        """Blank every query text of a user: the one place of the journal that can hold words."""
        with self._changing() as connection:
            connection.execute("UPDATE events SET query = '' WHERE user_id = ? AND query <> ''", (user_id,))
        with self._lock, journal_errors("written"):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def deleted(self, user_id: str, record_ids: Sequence[str]) -> set[str]:
        """Which of the records of a user were deleted last, and not remembered again."""
        gone: set[str] = set()
        for some in batched(record_ids, ASK_BATCH):
            marks = ",".join("?" * len(some))
            query = (
                f"SELECT record_id, kind, MAX(number) FROM events WHERE user_id = ? AND record_id IN ({marks})"
                " AND kind IN ('remembered', 'deleted') GROUP BY record_id"
            )
            gone.update(id for id, kind, _ in self._read(query, (user_id, *some)) if kind == "deleted")
        return gone

    def having(self, user_id: str, record_ids: Sequence[str], kinds: Sequence[EventKind]) -> set[str]:
        """Which of the records of a user have an event of one of these kinds."""
        found: set[str] = set()
        for some in batched(record_ids, ASK_BATCH):
            query = (
                f"SELECT DISTINCT record_id FROM events WHERE user_id = ? AND record_id IN ({','.join('?' * len(some))})"
                f" AND kind IN ({','.join('?' * len(kinds))})"
            )
            found.update(id for (id,) in self._read(query, (user_id, *some, *kinds)))
        return found

    def unscrubbed(self) -> dict[str, list[str]]:
        """The ids of the records that were deleted and whose bytes were not taken off the disk since, by user."""
        query = (
            "SELECT user_id, record_id FROM events WHERE kind IN ('deleted', 'scrubbed') GROUP BY user_id, record_id"
            " HAVING MAX(CASE kind WHEN 'deleted' THEN number ELSE 0 END) > MAX(CASE kind WHEN 'scrubbed' THEN number ELSE 0 END)"
        )
        due: dict[str, list[str]] = {}
        for user_id, record_id in self._read(query, ()):
            due.setdefault(user_id, []).append(record_id)
        return due

    def threads_of(self, user_id: str, record_ids: Sequence[str]) -> set[str]:
        """The threads in which something happened to one of the records: it was said there, taken into a prompt, or used.

        And all in which a character reflected or planned: of a hundred memories that it looks at it notes only those it takes.
        """
        thought = "SELECT DISTINCT thread_id FROM events WHERE user_id = ? AND kind IN ('reflecting', 'planning') AND thread_id <> ''"
        threads = {thread_id for (thread_id,) in self._read(thought, (user_id,))}
        for some in batched(record_ids, ASK_BATCH):
            marks = ",".join("?" * len(some))
            query = f"SELECT DISTINCT thread_id FROM events WHERE user_id = ? AND record_id IN ({marks}) AND thread_id <> ''"
            threads.update(thread_id for (thread_id,) in self._read(query, (user_id, *some)))
        return threads

    def ids_beginning(self, user_id: str, prefix: str) -> list[str]:
        """The ids of a user's records that begin so."""
        query = "SELECT DISTINCT record_id FROM events WHERE user_id = ? AND record_id >= ? AND record_id < ? LIMIT 100"
        return [id for (id,) in self._read(query, (user_id, prefix, prefix + "g"))]

    def unreadable(self) -> int:
        """How many events and intents hold what cannot be read."""
        written = self._read(
            "SELECT query FROM events WHERE query <> '' UNION ALL SELECT detail FROM events WHERE detail NOT IN ('', '{}')", ()
        )
        return sum(not self._opens(text) for (text,) in [*written, *self._read("SELECT detail FROM intents", ())])

    def _opens(self, written: str) -> bool:
        try:
            self._codec.decode(written)
        except FolderDamaged:
            return False
        return True

    def count(self) -> int:
        """How many events there are."""
        return int(self._read("SELECT COUNT(*) FROM events", ())[0][0])

    def damage(self) -> str:
        """What SQLite's own check finds wrong with the file, or an empty string."""
        found = [line for (line,) in self._read("PRAGMA integrity_check", ())]
        return "" if found == ["ok"] else "; ".join(found)

    def compact(self) -> None:
        """Write the file anew, without what SQLite keeps of deleted words."""
        with self._lock, journal_errors("written"):
            compact(self._connection)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, journal_errors("written"), self._connection:
            yield self._connection

    def _add(self, connection: sqlite3.Connection, events: Iterable[Event]) -> None:
        marks = ",".join("?" * 9)
        connection.executemany(
            f"INSERT OR IGNORE INTO events ({EVENT_COLUMNS}) VALUES ({marks})", [row_of(event, self._codec) for event in events]
        )

    def _read(self, query: str, values: Sequence[Any]) -> list[Any]:
        with self._lock, journal_errors("read"):
            return self._connection.execute(query, values).fetchall()

    def _encoded(self, detail: dict[str, Any]) -> str:
        return self._codec.encode(json.dumps(detail, ensure_ascii=False))

    def _decoded(self, written: str) -> dict[str, Any]:
        detail: dict[str, Any] = json.loads(self._codec.decode(written))
        return detail


def row_of(event: Event, codec: Codec) -> tuple[Any, ...]:
    """An event as it is written."""
    query = codec.encode(event.query) if event.query else ""
    detail = codec.encode(json.dumps(event.detail, ensure_ascii=False)) if event.detail else ""
    whose = (event.at.timestamp(), event.user_id, event.kind, event.record_id, event.thread_id, event.turn_id)
    return (*whose, event.place, query, detail)


def event_of(row: Sequence[Any], codec: Codec) -> Event:
    """An event as it was written; older journals wrote an empty detail as a mapping, in plain."""
    at, user_id, kind, record_id, thread_id, turn_id, place, query, detail, number = row
    words = codec.decode(query) if query else ""
    about = json.loads(codec.decode(detail)) if detail not in ("", "{}") else {}
    return Event(datetime.fromtimestamp(at, UTC), user_id, kind, record_id, thread_id, turn_id, words, about, place, number)


def jsonable(intent: Intent) -> dict[str, Any]:
    """An intent as plain JSON values."""
    events = [{**vars(one), "at": one.at.isoformat()} for one in intent.events]
    return {**vars(intent), "at": intent.at.isoformat(), "events": events}


def intent_from(detail: dict[str, Any]) -> Intent:
    """An intent as it was noted."""
    events = tuple(Event(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in detail["events"])
    return Intent(detail["doing"], datetime.fromisoformat(detail["at"]), detail["user_id"], tuple(detail["ids"]), events)


def compact(connection: sqlite3.Connection) -> None:
    """Write a database anew, so that its files hold nothing that was deleted from it."""
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copy_journal(source: Path, target: Path, old: Codec, new: Codec) -> None:
    """Write a journal anew, also one of an older Mneme, through another codec. What is at the target is replaced.

    Raises:
        StoreError: One of them cannot be read or written.
        FolderDamaged: The source is damaged.
    """
    target.unlink(missing_ok=True)
    if not source.exists():
        return
    with closing(Journal(target, new)) as writing, journal_errors("read"), closing(sqlite3.connect(source)) as connection:
        columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(events)")}
        chosen = EVENT_COLUMNS if "place" in columns else OLDER_COLUMNS
        for rows in batched(connection.execute(f"SELECT {chosen}, number FROM events ORDER BY number"), COPY_BATCH):
            writing.append(event_of(row, old) for row in rows)
        if "intents" in {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}:
            for (detail,) in connection.execute("SELECT detail FROM intents ORDER BY number").fetchall():
                writing.intend(intent_from(json.loads(old.decode(detail))))


def salvage_journal(source: Path, target: Path, codec: Codec) -> int:
    """Write what can be read of a damaged journal to a new one; how many events that were."""
    target.unlink(missing_ok=True)
    with closing(Journal(target, codec)) as writing, closing(sqlite3.connect(source)) as connection:
        for start in range(0, newest_event(connection) + 1, SALVAGE_STEP):
            query = f"SELECT {EVENT_COLUMNS}, number FROM events WHERE number BETWEEN ? AND ?"
            try:
                rows = connection.execute(query, (start, start + SALVAGE_STEP - 1)).fetchall()
                writing.append(event_of(row, codec) for row in rows)
            except (*SQLITE_DAMAGE, FolderDamaged, ValueError):
                continue  # the next rows may lie on a page that is sound
        return writing.count()


def newest_event(connection: sqlite3.Connection) -> int:
    """The number of the newest event; 0 where it cannot be read."""
    try:
        return int(connection.execute("SELECT MAX(number) FROM events").fetchone()[0] or 0)
    except SQLITE_DAMAGE:
        return 0


@contextmanager
def journal_errors(doing: str) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.ProgrammingError as error:
        raise MemoryClosed from error
    except SQLITE_DAMAGE as error:
        if isinstance(error, sqlite3.OperationalError):
            raise StoreError(f"The journal cannot be {doing}: {error}.", "See that the disk has room and can be written.") from error
        raise FolderDamaged(
            f"The journal cannot be {doing}: {error}.", "mneme doctor --repair mends it; mneme snapshot load brings a saved one back."
        ) from error
