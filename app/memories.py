"""Finds one memory for the command line."""

import json
from collections.abc import Iterator
from typing import Any

from stores.access import Access
from stores.errors import InputError
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord, as_document


def record_by_prefix(memory: MemoryStore, user: str, prefix: str) -> MemoryRecord:
    """The user's one record whose id begins so.

    Raises:
        InputError: None does, or several.
    """
    access = Access(user, role="owner")
    if len(prefix) == 36 and (found := memory.read([prefix], access=access)):
        return found[0]
    begins = [record for record in memory.stream(access=access, limit=max(1, memory.count(access))) if record.id.startswith(prefix)]
    if len(begins) != 1:
        raise InputError(
            f"{len(begins) or 'No'} {'memories begin' if len(begins) > 1 else 'memory begins'} with {prefix!r}.", "See mneme memories list."
        )
    return begins[0]


def history_rows(memory: MemoryStore, record: MemoryRecord) -> list[tuple[str, str, str]]:
    """What happened to a record, from the journal."""
    return [(f"{event.at:%Y-%m-%d %H:%M:%S}", event.kind, event.thread_id) for event in memory.journal.of_record(record.user_id, record.id)]


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
