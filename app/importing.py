"""Reads a history into memory, in batches, with a bar that shows how far it is."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.console import err
from graph.assembly import open_memory
from stores.access import Access
from stores.histories.chats import beginning
from stores.histories.formats import read_histories
from stores.histories.history import History, ReadOptions, records_of
from stores.memory_store import WRITE_BATCH, MemoryStore

Report = dict[str, Any]


def import_file(file: Path, format: str, user: str, character: str, options: ReadOptions, *, progress: bool) -> Report:
    """How many messages were read, stored and known already, and each one that was not stored, with its line and why.

    Raises:
        InputError: The file is not there, or not of this format.
        StoreError: The memory could not be written; what was stored before stays, and the same import goes on from there.
    """
    access = Access(user, character)
    report: Report = {"read": 0, "stored": 0, "duplicates": 0, "rejected": []}
    with open_memory() as memory, bar(shown=progress) as shown:
        task, total = shown.add_task("", total=0, visible=False), 0
        for history in read_histories(file, format, options):
            total += sum(len(session.said) for session in history.sessions)
            shown.update(task, description=history.thread_id, total=total, visible=True)
            for stored in import_history(memory, history, access, report):
                shown.advance(task, stored)
    return report


def import_history(memory: MemoryStore, history: History, access: Access, report: Report) -> Any:
    """Store a history batch by batch, add it to the report, and yield the size of each batch."""
    records = iter(records_of(history, user_id=access.user_id, character_id=access.character_id, created_at=datetime.now(UTC)))
    report["rejected"] += [{"line": one.line, "lines": one.lines, "why": one.why} for one in history.unreadable]
    report["read"] += len(history.unreadable)
    while batch := list(islice(records, WRITE_BATCH)):
        for record, written in zip(batch, memory.remember(batch), strict=True):
            report["read"] += 1
            if written.outcome == "rejected":
                place = beginning(f"{record.said_at:%Y-%m-%d %H:%M} UTC, {record.speaker} in {record.thread_id}")
                report["rejected"].append({"line": 0, "lines": 1, "why": f"{place}: {written.why}"})
            else:
                report["duplicates" if written.outcome == "duplicate" else "stored"] += 1
        yield len(batch)


def place_of(rejected: Report) -> str:
    """Where something stands that was not stored: `line 3: `, `lines 3 to 5: `, or nothing where the reason says it."""
    first, last = rejected["line"], rejected["line"] + rejected["lines"] - 1
    if not first:
        return ""
    return f"line {first}: " if first == last else f"lines {first} to {last}: "


def bar(*, shown: bool) -> Progress:
    """The progress bar, on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, disable=not shown)
