"""Finds memories for the command line, and puts them in rows."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from stores.access import Access
from stores.errors import InputError
from stores.journal import Event
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord, as_document, is_record_id
from stores.writer import Receipt


def record_by_prefix(memory: MemoryStore, user: str, prefix: str) -> MemoryRecord:
    """The user's one record, of whatever version, whose id begins so.

    Raises:
        InputError: None does, or several.
    """
    access = Access(user, role="owner")
    if is_record_id(prefix) and (found := memory.read([prefix], access=access)):
        return found[0]
    begins = memory.read(memory.journal.ids_beginning(user, prefix), access=access) if prefix else []
    if not begins:
        raise InputError(
            f"No memory of {user} begins with {prefix!r}.",
            "See mneme memories list --all. Of a forgotten one the history is left, under its whole id.",
        )
    if len(begins) > 1:
        raise InputError(f"{len(begins)} memories of {user} begin with {prefix!r}.", "Give more letters of the id.")
    return begins[0]


def history_of(memory: MemoryStore, user: str, prefix: str) -> list[Event]:
    """What happened to a memory, which may be forgotten: then its whole id is needed.

    Raises:
        InputError: The journal knows no such memory of this user.
    """
    id = prefix if is_record_id(prefix) else record_by_prefix(memory, user, prefix).id
    if events := memory.history(id, access=Access(user, role="owner")):
        return events
    raise InputError(f"Nothing is known of a memory {prefix} of {user}.", "See mneme memories list --all.")


def history_rows(events: Sequence[Event]) -> list[tuple[str, str, str, str, str]]:
    """Events as rows of a table."""
    return [(f"{one.at:%Y-%m-%d %H:%M:%S}", one.kind, one.record_id[:8], one.thread_id, detail_of(one)) for one in events]


def detail_of(event: Event) -> str:
    """What an event says besides, in words; of ids their first letters."""
    said = {name: value[:8] if isinstance(value, str) and is_record_id(value) else value for name, value in event.detail.items()}
    return ", ".join(f"{name} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}" for name, value in said.items())


def event_document(event: Event) -> dict[str, Any]:
    """An event as plain values."""
    names = {"at": event.at.isoformat(), "kind": event.kind, "id": event.record_id, "thread": event.thread_id, "turn": event.turn_id}
    return {**names, "detail": event.detail}


def receipt_document(receipt: Receipt, kept: Sequence[str], *, done: bool) -> dict[str, Any]:
    """What was removed, or would be, as plain values; `kept` are the older copies in the home that still hold it."""
    derived = [{"id": one.id, "kind": one.kind, "from": one.source} for one in receipt.derived]
    return {"done": done, "forgotten": list(receipt.forgotten), "derived": derived, "older_copies": list(kept)}


def receipt_rows(memory: MemoryStore, user: str, receipt: Receipt, named: Sequence[str]) -> list[tuple[str, str, str]]:
    """What would be removed, and why."""
    whys = {one.id: f"a {one.kind} made from {one.source[:8]}" for one in receipt.derived}
    whys |= dict.fromkeys(receipt.forgotten, "another version") | dict.fromkeys(named, "named")
    return [(one.id[:8], whys[one.id], one.text) for one in memory.read(receipt.ids, access=Access(user, role="owner"))]


def field_rows(record: MemoryRecord) -> list[tuple[str, str]]:
    """Every field of a record that holds something; what lies within a field stands under its path."""
    return list(flattened(as_document(record), ""))


def flattened(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The leaves of a document, each with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flattened(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, str) and value:
        yield path, value
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield path, ", ".join(value)
    elif value not in (None, "", []):
        yield path, json.dumps(value, ensure_ascii=False)
