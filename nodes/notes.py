"""The notes of a thread as records: every version of them is kept as a snapshot."""

from datetime import datetime

from nodes.forgetting import out_of_sight
from nodes.messages import Scene, said_id
from nodes.state import TurnState
from stores.access import Access
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord, Trust, record_id


def unstored_notes(state: TurnState, scene: Scene, memory: MemoryStore) -> list[MemoryRecord]:
    """The snapshot of the notes that the thread's turn changed, if it is not stored and nothing beneath it was put out of sight since."""
    if "noted_until" not in state.get("turn", {}) or not state["scratchpad"] or state.get("snapshot_id") == snapshot_id(state, scene):
        return []
    snapshot = snapshot_record(state, scene, memory)
    return [] if out_of_sight(snapshot.user_id, {*snapshot.derived_from}, memory) else [snapshot]


def snapshot_id(state: TurnState, scene: Scene) -> str:
    """The record id of the notes as the thread's turn left them."""
    return record_id(scene.context.user_id, scene.thread_id, state["turn"]["id"], "snapshot")


def snapshot_record(state: TurnState, scene: Scene, memory: MemoryStore) -> MemoryRecord:
    """This version of the scratchpad, as of the last message folded into it; it takes the place of the version before."""
    user_id, character_id = scene.context.user_id, state["turn"]["character"]["id"]
    folded = [said_id(user_id, scene.thread_id, one) for one in state["turn"]["fallen"]]
    before = newest_snapshot(state, scene, memory)
    return MemoryRecord(
        id=snapshot_id(state, scene),
        user_id=user_id,
        character_id=character_id,
        kind="snapshot",
        tier="working",
        text="\n".join(state["scratchpad"]),
        speaker="scratchpad",
        role="system",
        said_at=datetime.fromisoformat(state["turn"]["noted_until"]),
        created_at=scene.now,
        thread_id=scene.thread_id,
        session_id=state["session"]["id"],
        known_by=(character_id,),
        derived_from=(*folded, *before),
        supersedes=tuple(before),
        source="summarise",
        trust=Trust(origin="inferred"),
    )


def newest_snapshot(state: TurnState, scene: Scene, memory: MemoryStore) -> list[str]:
    """The snapshot before this one, if any. The thread can know an older one than the store: its last turn may have been cut short."""
    id, access = state.get("snapshot_id", ""), Access(scene.context.user_id, state["turn"]["character"]["id"])
    this = snapshot_id(state, scene)
    while id and (found := memory.read([id], access=access)) and found[0].superseded_by not in ("", this):
        id = found[0].superseded_by
    return [id] if id else []
