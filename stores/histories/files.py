"""Files as JSON: whole, line by line, or item by item; and what kind of file one seems to be."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from json.decoder import JSONDecodeError
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, TextIO

from stores.errors import InputError
from stores.histories.exports import Export, opened
from stores.histories.history import Unreadable
from stores.histories.stamps import stamp_of

FIRST_LINES = 50  # an export of a chat may begin with lines that no one said
CHUNK = 1 << 20


@dataclass(frozen=True)
class Line:
    """One line of a JSONL file, counted from 1, and the value on it."""

    number: int
    value: Any


def parsed(written: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: When it is not UTF-8, not JSON, or nested beyond what Python reads; the message says which.
    """
    try:
        return json.loads(written.decode("utf-8-sig"))
    except UnicodeDecodeError as trouble:
        raise ValueError(f"not UTF-8: {trouble.reason} at byte {trouble.start}") from trouble
    except JSONDecodeError as trouble:
        raise ValueError(f"not JSON: {trouble.msg} at character {trouble.pos + 1}") from trouble
    except RecursionError as trouble:
        raise ValueError("not JSON that can be read: nested too deep") from trouble


def json_document(path: Path, wanted: str) -> Any:
    """The value of a file that is one JSON document, in format `wanted`.

    Raises:
        InputError: When the file cannot be read, or is not one.
    """
    with opened(path) as file:
        written = file.read()
    try:
        return parsed(written)
    except ValueError as trouble:
        raise not_in_format(path, wanted, str(trouble)) from trouble


def json_lines(path: Path) -> Iterator[Line | Unreadable]:
    """The lines of a JSONL file, one at a time. Blank lines hold nothing and are passed over.

    Raises:
        InputError: When the file cannot be read.
    """
    with opened(path) as file:
        for number, written in enumerate(file, start=1):
            if not written.strip():
                continue
            try:
                yield Line(number, parsed(written))
            except ValueError as trouble:
                yield Unreadable(number, str(trouble))


def json_items(path: Path, wanted: str) -> Iterator[Any]:
    """The items of a file that is one JSON array, one at a time: such a file may be larger than memory.

    Raises:
        InputError: When the file cannot be read, or is not a JSON array to its end.
    """
    with opened(path) as file:
        yield from items_of(file, path, wanted)


def items_of(file: BinaryIO, path: Path, wanted: str) -> Iterator[Any]:
    """The items of a JSON array that stands in the file or zip at `path`, one at a time.

    Raises:
        InputError: When it is not a JSON array to its end.
    """
    text = TextIOWrapper(file, encoding="utf-8-sig")
    try:
        pending = text.read(CHUNK).lstrip()
        if not pending.startswith("["):
            raise not_in_format(path, wanted, "it is not a JSON array")
        yield from _decoded(pending[1:], text)
    except (ValueError, RecursionError) as trouble:
        raise InputError(f"{path} cannot be read to its end: {trouble}.", "Check that the file is whole.") from trouble
    finally:
        text.detach()  # the file is its opener's to close


def _decoded(pending: str, text: TextIO) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    while True:
        start = len(pending) - len(pending.lstrip(" \t\r\n,"))
        if pending.startswith("]", start):
            return
        try:
            item, end = decoder.raw_decode(pending, start)
        except JSONDecodeError:
            # An item that does not end yet is tried again with twice as much, so that a long one costs no more than a constant.
            more = text.read(max(CHUNK, len(pending)))
            if not more:
                raise
            pending += more
        else:
            yield item
            pending = pending[end:]


def source_of(name: str, path: Path) -> str:
    """What a record says of where it came from: the format and the file's name."""
    return f"{name}:{printable(path.name)}"


def printable(name: str) -> str:
    """A file's name as text: bytes of it that are none become question marks."""
    return name.encode(errors="replace").decode()


def not_in_format(path: Path, wanted: str, why: str, hint: str = "") -> InputError:
    """The error for a file that is not what was said, with the format it seems to be, or else with `hint`."""
    seems = seeming_format(path)
    if seems and seems != wanted:
        hint = f"This looks like a {seems} file: try --format {seems}."
    return InputError(f"{path} cannot be read as {wanted}: {why}.", hint or f"Check that it is a {wanted} file.")


def seeming_format(path: Path) -> str:
    """The format a file, folder or zip seems to have, judged by its first value or by its names; an empty string when it looks like none.

    Raises:
        InputError: When it cannot be read.
    """
    with Export(path) as export:
        if not export.is_file:
            return _format_of_names(export.members())
    with opened(path) as file:
        first_line = next((line for line in file if line.strip()), b"")
        rest = file.read()
    for written in (first_line, first_line + rest):
        try:
            return _format_of(parsed(written))
        except ValueError:
            continue
    lines = islice(BytesIO(first_line + rest), FIRST_LINES)
    return "whatsapp" if any(stamp_of(line.decode(errors="replace").rstrip("\r\n")) for line in lines) else ""


def _format_of_names(members: tuple[str, ...]) -> str:
    names = {PurePosixPath(member).name for member in members}
    if "result.json" in names:
        return "telegram"
    if any(name.startswith("conversations") and name.endswith(".json") for name in names):
        return "chatgpt"
    if names & {"users.json", "org_users.json"}:
        return "slack"
    if names & {"sessions.jsonl", "sessions.jsonl.gz"}:
        return "longmemeval"
    return "whatsapp" if any(name.endswith(".txt") for name in names) else ""


def _format_of(value: object) -> str:
    sample = value[0] if isinstance(value, list) and value else value
    if not isinstance(sample, dict):
        return ""
    marks = {
        "realmem": {"dialogues"},
        "locomo": {"conversation"},
        "longmemeval": {"haystack_session_ids"},
        "mneme": {"thread", "text"},
        "chatgpt": {"mapping"},
        "slack": {"type", "ts"},
        "telegram": {"messages", "type"},
    }
    named = next((name for name, mark in marks.items() if mark <= sample.keys()), "")
    if named:
        return named
    if {"session_id", "turns"} <= sample.keys():
        return "longmemeval"
    chats = sample.get("chats") or sample.get("left_chats")
    return "telegram" if isinstance(chats, dict) and "list" in chats else ""
