"""Messages of the thread as utterances and as records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any
from unicodedata import category

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.runtime import Runtime

from models.mind import Character, Utterance
from nodes.context import Context, context_of, thread_of
from nodes.lineage import Lineage
from nodes.state import TurnState
from stores.errors import RecordRejected
from stores.record import MemoryRecord, Trust, record_id, writable

NOTE = "mneme"  # the key of a message's additional_kwargs under which Mneme keeps when it was said, and what it rests on

UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Zs"}  # kinds of signs: controls, joiners and blanks


def words_of(message: AnyMessage) -> str:
    """The text of a message, without blanks around it; none where nothing of it can be seen."""
    text = str(message.text).strip()
    return text if any(category(sign) not in UNSEEN for sign in text) else ""


def note_of(message: AnyMessage) -> dict[str, Any]:
    """What Mneme wrote on a message."""
    note: dict[str, Any] = message.additional_kwargs.get(NOTE, {})
    return note


def said_at(message: AnyMessage, default: datetime) -> datetime:
    """When a message was said."""
    written = note_of(message).get("said_at")
    return datetime.fromisoformat(written) if written else default


def speaker_of(message: AnyMessage, context: Context, character: Character) -> str:
    """The name of who said a message."""
    if message.name:
        return message.name
    return character.name if isinstance(message, AIMessage) else context.called


def unstored(state: TurnState) -> list[AnyMessage]:
    """The messages of the thread that are not stored yet; blank ones and tool traffic never are."""
    stored = Lineage.of(state)
    return [one for one in state["messages"] if one.id not in stored and spoken(one)]


def ids_of(messages: Iterable[AnyMessage]) -> list[str]:
    """The ids of messages, in their order."""
    return [str(one.id) for one in messages]


def spoken(message: AnyMessage) -> bool:
    """Whether somebody said something: not a system message, not tool traffic, not blank."""
    return isinstance(message, HumanMessage | AIMessage) and bool(words_of(message))


@dataclass(frozen=True)
class Scene:
    """Who talks with whom, in which thread and session, and since when the turn runs."""

    context: Context
    character: Character
    thread_id: str
    session_id: str
    now: datetime


def scene_of(state: TurnState, runtime: Runtime[Context]) -> Scene:
    """The scene of a turn that was heard."""
    context = context_of(state, runtime)
    character = Character(**state["turn"]["character"])
    return Scene(context, character, thread_of(runtime, Lineage.of(state)), state["session"]["id"], context.moment())


def window_before(state: TurnState, scene: Scene) -> list[Utterance]:
    """The messages before this turn's, oldest first."""
    return [utterance(one, scene) for one in state["messages"] if one.id != state["turn"]["id"] and spoken(one)]


def utterance(message: AnyMessage, scene: Scene) -> Utterance:
    """A message as the minds read it."""
    return Utterance(
        speaker=speaker_of(message, scene.context, scene.character),
        role="assistant" if isinstance(message, AIMessage) else "user",
        text=words_of(message),
        said_at=said_at(message, scene.now),
        record_id=said_id(scene.context.user_id, scene.thread_id, str(message.id)),
        origin=note_of(message).get("origin", "said"),
    )


def records_of(messages: Sequence[AnyMessage], lineage: Lineage, scene: Scene) -> list[MemoryRecord]:
    """The records of messages that follow the thread's lineage."""
    before = accumulate(ids_of(messages), lambda so_far, id: so_far.followed_by([id]), initial=lineage)
    return [turn_record(one, said, scene) for one, said in zip(messages, before, strict=False)]


def turn_record(message: AnyMessage, lineage: Lineage, scene: Scene) -> MemoryRecord:
    """One message as a record, after the messages of `lineage`.

    Raises:
        RecordRejected: Its text cannot be written as UTF-8.
    """
    context, character, note = scene.context, scene.character, note_of(message)
    return MemoryRecord(
        id=said_id(context.user_id, scene.thread_id, str(message.id)),
        user_id=context.user_id,
        character_id=character.id,
        kind="turn",
        text=written(words_of(message)),
        speaker=written(speaker_of(message, context, character)),
        role="assistant" if isinstance(message, AIMessage) else "user",
        said_at=said_at(message, scene.now),
        created_at=scene.now,
        thread_id=scene.thread_id,
        session_id=scene.session_id,
        ordinal=len(lineage),
        message_id=str(message.id),
        previous_message_id=lineage.last,
        known_by=(character.id,),
        derived_from=tuple(note.get("used", ())),
        place=character.location,
        source="conversation",
        trust=Trust(origin=note.get("origin", "said")),
    )


def written(text: str) -> str:
    """The text, where it can be written down.

    Raises:
        RecordRejected: It holds half of a character (a lone surrogate).
    """
    if not writable(text):
        raise RecordRejected("The message holds half of a character, which cannot be stored.", "Send proper Unicode.")
    return text


def said_id(user_id: str, thread_id: str, message_id: str) -> str:
    """The record id of a message."""
    return record_id(user_id, thread_id, message_id, "said")
