"""What a thread is given as an event: something observed, that nobody said to the character."""

from uuid import NAMESPACE_OID, uuid5

from nodes.lineage import Lineage
from nodes.messages import Scene, said_id, written
from nodes.state import TurnState
from stores.errors import RecordRejected
from stores.points import why_unfit
from stores.record import MemoryRecord

OBSERVATION = "observation"  # the source of a record that tells of an event


def observation_in(state: TurnState) -> str:
    """The event that a run was given, without blanks around it."""
    return str(state.get("observation") or "").strip()


def event_id(event: str, lineage: Lineage) -> str:
    """The id by which an event stands in its thread: at the same place of it the same words are the same event."""
    return str(uuid5(NAMESPACE_OID, f"{lineage.last}/{len(lineage)}/{written(event)}"))


def observation_record(event: str, id: str, lineage: Lineage, scene: Scene) -> MemoryRecord:
    """An event as a record, after the messages of `lineage`.

    Raises:
        RecordRejected: It cannot be stored.
    """
    context, character = scene.context, scene.character
    record = MemoryRecord(
        id=said_id(context.user_id, scene.thread_id, id),
        user_id=context.user_id,
        character_id=character.id,
        kind="fact",
        text=written(event),
        role="system",
        said_at=scene.now,
        created_at=scene.now,
        thread_id=scene.thread_id,
        session_id=scene.session_id,
        ordinal=len(lineage),
        message_id=id,
        previous_message_id=lineage.last,
        known_by=(character.id,),
        place=character.location,
        source=OBSERVATION,
    )
    if why := why_unfit(record):
        raise RecordRejected(f"The observation cannot be stored: {why}.", "Shorten it, or send it in parts.")
    return record
