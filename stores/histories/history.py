"""A conversation held elsewhere, and the records it becomes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal

from pydantic import JsonValue

from stores.errors import InputError
from stores.record import MemoryRecord, Trust, record_id

PART = "said"


@dataclass(frozen=True)
class Said:
    """One message, verbatim. `said_at` is aware UTC; `message_id` is its own within the thread.

    The role `user` is the person whose memory it becomes; `assistant` is everyone who speaks with them, with their own name. Where
    neither of two speakers is that person (LoCoMo), both have the role `user`.
    """

    message_id: str
    speaker: str
    role: Literal["user", "assistant"]
    text: str
    said_at: datetime
    additional: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class HistorySession:
    """Messages that were said in one sitting, in the order they were said. `began_at` is aware UTC."""

    id: str
    began_at: datetime
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Unreadable:
    """Something in the file that could not be read.

    Attributes:
        line: Its line, counted from 1; 0 in formats that are one JSON document, where `why` names the place instead.
        why: What is wrong with it, in words.
        lines: How many lines it takes, where it takes several.
    """

    line: int
    why: str
    lines: int = 1


@dataclass(frozen=True)
class History:
    """One thread of a file: its sessions in the order of time, and what of it could not be read.

    Attributes:
        thread_id: The thread its records will carry.
        user_name: The name of the person whose assistant it was, or an empty string where the file does not say (or where two people talk).
        source: Format and file, such as `realmem:Lin_Wanyu.json`.
    """

    thread_id: str
    user_name: str
    source: str
    sessions: tuple[HistorySession, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    def spoken(self) -> Iterator[tuple[HistorySession, Said]]:
        """Every message of the thread in order, with the session it was said in."""
        for session in self.sessions:
            for said in session.said:
                yield session, said


@dataclass(frozen=True)
class ReadOptions:
    """What the person who imports can say about a file.

    Attributes:
        only: One of the conversations of the file: the `thread` of a mneme file, the `sample_id` (or number, from 1) of a LoCoMo file,
            the `question_id` of LongMemEval, whose haystack it is; the name or the id of a Telegram chat, a Slack channel or a
            conversation with ChatGPT. Empty: all of them.
        zone: The time zone of times that carry none. The data sets never say theirs, so UTC is assumed for them; a mneme file must say it,
            here or in every `said_at`; an export of WhatsApp needs it.
        user_name: The name of the person whose assistant it was, where the file does not say or says it otherwise; in a chat of several
            people, the name (or id) of the one whose memory it becomes.
        undated: When to take a session as held that has no date at all (LongMemEval's sessions without its questions).
        thread: The name of the conversation, where the file does not give one (WhatsApp).
        day_first: Whether 05/06 is the fifth of June; None where the file shall decide.
    """

    only: str = ""
    zone: tzinfo | None = None
    user_name: str = ""
    undated: datetime | None = None
    thread: str = ""
    day_first: bool | None = None


AS_THE_FILE_SAYS = ReadOptions()


def records_of(history: History, *, user_id: str, character_id: str, created_at: datetime) -> Iterator[MemoryRecord]:
    """The turn records of a history, in order.

    A record's id is made of the user, the thread and the message, so the same file gives the same ids each time it is read.

    Args:
        user_id: Whose memory it becomes.
        character_id: The character who will know of it.
        created_at: When it is stored, aware.

    Raises:
        InputError: When the user or the character is missing.
    """
    if not user_id or not character_id:
        raise InputError("A history is imported for a user and a character, and one of them is missing.", "Name both.")
    before = ""
    for ordinal, (session, said) in enumerate(history.spoken()):
        yield MemoryRecord(
            id=record_id(user_id, history.thread_id, said.message_id, PART),
            user_id=user_id,
            character_id=character_id,
            kind="turn",
            text=said.text,
            speaker=said.speaker,
            role=said.role,
            said_at=said.said_at,
            created_at=created_at,
            thread_id=history.thread_id,
            session_id=session.id,
            ordinal=ordinal,
            message_id=said.message_id,
            previous_message_id=before,
            known_by=(character_id,),
            source=history.source,
            additional=said.additional,
            trust=Trust(origin="imported"),
        )
        before = said.message_id
