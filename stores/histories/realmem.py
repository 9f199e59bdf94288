"""RealMem: one person and an assistant over months, one JSON document a person.

A session is dated by day; its messages are laid out from noon on (see `timeline`). Sessions are put in the order of their dates.
`memory_used` and `extracted_memory` are what the data set's authors know of the conversation: they are read for measuring, not remembered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from stores.errors import InputError
from stores.histories.checks import Unfit, fields, items, label, words
from stores.histories.files import json_document, not_in_format, printable, source_of
from stores.histories.history import AS_THE_FILE_SAYS, History, HistorySession, ReadOptions, Said, Unreadable
from stores.histories.timeline import history_of, realmem_moment, sifted

FORMAT = "realmem"
ROLES: Mapping[str, Literal["user", "assistant"]] = MappingProxyType({"User": "user", "Assistant": "assistant"})


@dataclass(frozen=True)
class RealMemQuery:
    """A message of the user that can only be answered from memory.

    Attributes:
        session_id: The session it is asked in; `message_id` is its own.
        asked_at: Its moment in the history as `read` lays it out: what was said before it is what can be known.
        evidence: The sessions whose memories the answer used.
        memories: Those memories, in the words of the data set.
        answer: The assistant's answer.
    """

    query_id: str
    text: str
    session_id: str
    message_id: str
    asked_at: datetime
    evidence: tuple[str, ...]
    memories: tuple[str, ...]
    answer: str
    topic: str
    category: str
    session_type: str


def read(path: Path, options: ReadOptions) -> Iterator[History]:
    """The conversation of one file.

    Raises:
        InputError: When the file cannot be read, is not of this format, or is not the thread asked for.
    """
    document = _document(path)
    name = _person(document) or printable(path.stem)
    thread = f"{FORMAT}:{name}"
    if options.only and options.only not in (name, thread):
        raise InputError(f"{path} has no conversation {options.only!r}.", f"It has one: {name}.")
    user_name = options.user_name or name.replace("_", " ")
    sessions: list[HistorySession] = []
    unreadable: list[Unreadable] = []
    for number, dialogue in enumerate(document["dialogues"], start=1):
        session, troubles = _session(number, dialogue, user_name, options)
        sessions.extend([session] if session else [])
        unreadable.extend(troubles)
    yield history_of(thread, user_name, source_of(FORMAT, path), sessions, unreadable)


def read_queries(path: Path, options: ReadOptions = AS_THE_FILE_SAYS) -> list[RealMemQuery]:
    """The queries of a file, in the order of the file. One whose own message or answer cannot be read is left out.

    Raises:
        InputError: When the file cannot be read, is not of this format, or does not say well what a query rests on.
    """
    moments = {said.message_id: said.said_at for history in read(path, options) for _, said in history.spoken()}
    queries: list[RealMemQuery] = []
    for number, dialogue in enumerate(_document(path)["dialogues"], start=1):
        try:
            queries.extend(_queries(dialogue, moments))
        except Unfit as trouble:
            raise InputError(
                f"{path}: a query of session {number} cannot be read: {trouble}.", "Check that the file is whole."
            ) from trouble
    return queries


def _document(path: Path) -> dict[str, Any]:
    document = json_document(path, FORMAT)
    if not isinstance(document, dict) or not isinstance(document.get("dialogues"), list):
        raise not_in_format(path, FORMAT, "it has no list 'dialogues'")
    return document


def _person(document: dict[str, Any]) -> str:
    metadata = document.get("_metadata")
    try:
        return label(metadata.get("person_name"), "person_name") if isinstance(metadata, dict) else ""
    except Unfit:
        return ""


def _session(number: int, dialogue: object, user_name: str, options: ReadOptions) -> tuple[HistorySession | None, list[Unreadable]]:
    place = f"session {number}"
    try:
        session = fields(dialogue, "it")
        name = label(session.get("session_uuid"), "session_uuid")
        place = f"session {name}"
        turns = items(session.get("dialogue_turns"), "dialogue_turns")
        place = f"{place} ({len(turns)} messages)"
        began_at = realmem_moment(words(session.get("current_time"), "current_time"), options.zone)
    except Unfit as trouble:
        return None, [Unreadable(0, f"{place}: {trouble}")]
    said, troubles = sifted(turns, lambda index, turn: _said(index, turn, name, began_at, user_name), f"session {name}")
    return HistorySession(name, began_at, said), troubles


def _said(index: int, value: object, session: str, began_at: datetime, user_name: str) -> Said:
    turn = fields(value, "it")
    speaker = label(turn.get("speaker"), "speaker")
    role = ROLES.get(speaker)
    if role is None:
        raise Unfit(f"speaker is {speaker!r}, not 'User' or 'Assistant'")
    name = user_name if role == "user" else speaker
    return Said(_message_id(session, index), name, role, words(turn.get("content"), "content"), began_at)


def _message_id(session: str, index: int) -> str:
    return f"{session}:{index}"


def _queries(dialogue: object, moments: Mapping[str, datetime]) -> Iterator[RealMemQuery]:
    session = dialogue.get("session_uuid") if isinstance(dialogue, dict) else None
    turns = dialogue.get("dialogue_turns") if isinstance(dialogue, dict) else None
    for index, (turn, reply) in enumerate(pairwise(turns if isinstance(turns, list) else [])):
        message_id, reply_id = _message_id(str(session), index), _message_id(str(session), index + 1)
        if moments.keys() >= {message_id, reply_id} and turn.get("is_query"):
            yield _query(str(session), message_id, moments[message_id], turn, reply)


def _query(session: str, message_id: str, asked_at: datetime, turn: dict[str, Any], reply: dict[str, Any]) -> RealMemQuery:
    used = [fields(memory, "memory_used") for memory in items(reply.get("memory_used") or [], "memory_used")]
    return RealMemQuery(
        query_id=str(turn.get("query_id") or message_id),
        text=turn["content"],
        session_id=session,
        message_id=message_id,
        asked_at=asked_at,
        evidence=tuple(dict.fromkeys(label(memory.get("session_uuid"), "session_uuid") for memory in used)),
        memories=tuple(words(memory.get("content"), "content") for memory in used),
        answer=reply["content"],
        topic=str(turn.get("topic") or ""),
        category=str(turn.get("category_name") or ""),
        session_type=str(turn.get("session_type") or ""),
    )
