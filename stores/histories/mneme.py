"""Mneme's own format: JSONL in UTF-8 (or gzip), one message a line.

A line is an object with these fields, all of them text and none of them blank:

- `thread`, `session`: the conversation, and the sitting of it, in which it was said;
- `speaker`: the name of who said it; `role`: `user` for people, `assistant` for who answers them;
- `text`: the words, verbatim;
- `said_at`: ISO 8601 with its offset, such as `2026-03-01T09:30:00+01:00`;
- `message_id` (optional): unique in the thread. Without it one is made from the message, so that lines can be added later on;
- `additional` (optional): an object, kept with the record.

Sessions and messages are put in the order of time; the order of lines decides between equal times. A line with an unknown field, or
one that cannot be read, is reported with its number and left out. Blank lines are passed over.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Literal, cast

from stores.errors import InputError
from stores.histories.checks import Unfit, fields, label, plain, words
from stores.histories.files import Line, json_lines, not_in_format, seeming_format, source_of
from stores.histories.history import History, HistorySession, ReadOptions, Said, Unreadable
from stores.histories.timeline import iso_moment

FORMAT = "mneme"
FIELDS = frozenset({"thread", "session", "speaker", "role", "text", "said_at", "message_id", "additional"})
ID_LENGTH = 24


@dataclass
class _Thread:
    """A thread while it is read: the messages of each session, and the line that used each message id."""

    sessions: dict[str, list[Said]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def add(self, line: int, session: str, said: Said) -> None:
        named = said if said.message_id else replace(said, message_id=self._made_id(session, said))
        if named.message_id in self.lines:
            raise Unfit(f"message_id {named.message_id!r} was used on line {self.lines[named.message_id]} already")
        self.lines[named.message_id] = line
        self.sessions.setdefault(session, []).append(named)

    def _made_id(self, session: str, said: Said) -> str:
        made_from = "\x1f".join((session, said.speaker, said.role, said.said_at.isoformat(), said.text))
        made = sha256(made_from.encode()).hexdigest()[:ID_LENGTH]
        # The same words of the same moment, said again, are a message of their own.
        return next(name for again in count() if (name := f"{made}-{again}" if again else made) not in self.lines)

    def laid_out(self) -> tuple[HistorySession, ...]:
        in_order = {name: sorted(said, key=lambda one: one.said_at) for name, said in self.sessions.items()}
        sessions = (HistorySession(name, said[0].said_at, tuple(said)) for name, said in in_order.items())
        return tuple(sorted(sessions, key=lambda session: session.began_at))


def read(path: Path, options: ReadOptions) -> Iterator[History]:
    """The threads of a file. What of it cannot be read stands with the first of them, or alone where there is none.

    Raises:
        InputError: When the file cannot be read, is not of this format at all, or has no thread of the name asked for.
    """
    threads: dict[str, _Thread] = {}
    unreadable: list[Unreadable] = []
    objects = 0
    for line in json_lines(path):
        if isinstance(line, Unreadable):
            unreadable.append(line)
            continue
        objects += isinstance(line.value, dict)
        try:
            _take(line, threads, options)
        except Unfit as trouble:
            unreadable.append(Unreadable(line.number, str(trouble)))
    if unreadable and not threads and (not objects or seeming_format(path) not in ("", FORMAT)):
        raise not_in_format(path, FORMAT, f"line {unreadable[0].line}: {unreadable[0].why}")
    yield from _histories(path, threads, unreadable, options)


def _take(line: Line, threads: dict[str, _Thread], options: ReadOptions) -> None:
    message = fields(line.value, "the line")
    unknown = sorted(message.keys() - FIELDS)
    if unknown:
        raise Unfit(f"unknown field {unknown[0]!r} (what else there is to keep goes under 'additional')")
    name, session = label(message.get("thread"), "thread"), label(message.get("session"), "session")
    said = _message(message, options)
    threads.setdefault(name, _Thread()).add(line.number, session, said)


def _message(message: dict[str, Any], options: ReadOptions) -> Said:
    role = label(message.get("role"), "role")
    if role not in ("user", "assistant"):
        raise Unfit(f"role is {role!r}, not 'user' or 'assistant'")
    additional = fields(message.get("additional", {}), "additional")
    return Said(
        message_id=label(message["message_id"], "message_id") if "message_id" in message else "",
        speaker=label(message.get("speaker"), "speaker"),
        role=cast(Literal["user", "assistant"], role),
        text=words(message.get("text"), "text"),
        said_at=iso_moment(words(message.get("said_at"), "said_at"), options.zone),
        additional={label(key, "additional"): plain(value, "additional", depth=1) for key, value in additional.items()},
    )


def _histories(path: Path, threads: dict[str, _Thread], unreadable: list[Unreadable], options: ReadOptions) -> Iterator[History]:
    if options.only and options.only not in threads:
        raise InputError(f"{path} has no thread {options.only!r}.", f"It has: {', '.join(threads) or 'none that can be read'}.")
    wanted = [options.only] if options.only else list(threads)
    reported = tuple(unreadable)
    for name in wanted:
        sessions = threads[name].laid_out()
        yield History(name, options.user_name or _only_user(sessions), source_of(FORMAT, path), sessions, reported)
        reported = ()
    if reported:
        yield History("", options.user_name, source_of(FORMAT, path), (), reported)


def _only_user(sessions: Iterable[HistorySession]) -> str:
    users = {said.speaker for session in sessions for said in session.said if said.role == "user"}
    return users.pop() if len(users) == 1 else ""


def write(histories: Iterable[History], path: Path) -> int:
    """Writes histories as a file of this format, over what was there; reading it gives the same messages with the same ids.

    Returns:
        The number of messages written.

    Raises:
        InputError: When the file cannot be written.
    """
    written = 0
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for history in histories:
                for session, said in history.spoken():
                    file.write(json.dumps(_line(history, session, said), ensure_ascii=False) + "\n")
                    written += 1
    except OSError as trouble:
        raise InputError(f"{path} cannot be written: {trouble}", "Check the folder and its rights.") from trouble
    return written


def _line(history: History, session: HistorySession, said: Said) -> dict[str, Any]:
    named = {"thread": history.thread_id, "session": session.id, "message_id": said.message_id, "speaker": said.speaker, "role": said.role}
    additional = {"additional": said.additional} if said.additional else {}
    return {**named, "said_at": said.said_at.isoformat(), "text": said.text, **additional}
