"""Writes of the nodes, and what is said of them in the state."""

from collections.abc import Sequence

from stores.errors import RecordRejected
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord
from stores.writer import Written


def remembered(store: MemoryStore, records: Sequence[MemoryRecord], *, turn_id: str) -> list[Written]:
    """What became of the records.

    Raises:
        RecordRejected: The user's words cannot be stored as they are.
    """
    written = store.remember(records, turn_id=turn_id)
    for record, one in zip(records, written, strict=True):
        if one.outcome == "rejected" and not one.gated and record.role == "user" and record.message_id == turn_id:
            raise RecordRejected(f"The message cannot be stored: {one.why}.", "Shorten it, or send it in parts.")
    return written


def outcomes(written: Sequence[Written]) -> list[dict[str, str]]:
    """What became of each write, for the state."""
    return [{"id": one.id, "outcome": one.outcome} | ({"why": one.why} if one.why else {}) for one in written]
