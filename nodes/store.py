"""Stores the answer and the scratchpad's snapshot, linked to what they were made of."""

from datetime import datetime

from langgraph.runtime import Runtime

from nodes.accounting import said_tokens
from nodes.context import Context, memory_of
from nodes.lineage import Lineage
from nodes.messages import Scene, ids_of, records_of, said_id, scene_of, unstored
from nodes.planning.standing import plan_standing
from nodes.standing import standing
from nodes.state import Turn, TurnState, TurnUpdate
from nodes.writing import outcomes, remembered
from stores.access import Access
from stores.journal import Event
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord, Trust, record_id


def store(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Write the answer, and a snapshot where the scratchpad changed in this turn; note which memories the answer used."""
    scene, memory, turn = scene_of(state, runtime), memory_of(runtime), state["turn"]
    lineage, fresh = Lineage.of(state), unstored(state)
    records = records_of(fresh, lineage, scene)
    snapshots = [snapshot_record(state, scene, memory)] if "noted_until" in turn else []
    written = remembered(memory, [*records, *snapshots], turn_id=turn["id"])
    user_id, thread_id = scene.context.user_id, scene.thread_id
    offered = [Event(scene.now, user_id, "taken", one["id"], thread_id, turn["id"]) for one in turn.get("agenda", [])]
    used = [Event(scene.now, user_id, "used", one, thread_id, turn["id"]) for one in turn.get("used", [])]
    memory.journal.append([*offered, *used])
    kept = lineage.followed_by(ids_of(fresh)).kept_for(ids_of(state["messages"]))
    due: Turn = {**standing(scene.context, memory), **plan_standing(turn, scene.context, memory, scene.now)}
    added: Turn = {"stored": outcomes(written), **due}
    update: TurnUpdate = {"lineage": kept, "said_tokens": said_tokens(state, fresh, turn), "turn": added}
    return {**update, "snapshot_id": snapshots[0].id} if snapshots else update


def snapshot_record(state: TurnState, scene: Scene, memory: MemoryStore) -> MemoryRecord:
    """This version of the scratchpad, as of the last message folded into it; it takes the place of the version before."""
    context, thread_id = scene.context, scene.thread_id
    folded = [said_id(context.user_id, thread_id, one) for one in state["turn"]["fallen"]]
    before = newest_snapshot(state, scene, memory)
    return MemoryRecord(
        id=record_id(context.user_id, thread_id, state["turn"]["id"], "snapshot"),
        user_id=context.user_id,
        character_id=context.character_id,
        kind="snapshot",
        tier="working",
        text="\n".join(state["scratchpad"]),
        speaker="scratchpad",
        role="system",
        said_at=datetime.fromisoformat(state["turn"]["noted_until"]),
        created_at=scene.now,
        thread_id=thread_id,
        session_id=scene.session_id,
        known_by=(context.character_id,),
        derived_from=(*folded, *before),
        supersedes=tuple(before),
        source="summarise",
        trust=Trust(origin="inferred"),
    )


def newest_snapshot(state: TurnState, scene: Scene, memory: MemoryStore) -> list[str]:
    """The snapshot before this one, if any. The thread can know an older one than the store: its last turn may have been cut short."""
    id, access = state.get("snapshot_id", ""), Access(scene.context.user_id, scene.context.character_id)
    this = record_id(scene.context.user_id, scene.thread_id, state["turn"]["id"], "snapshot")
    while id and (found := memory.read([id], access=access)) and found[0].superseded_by not in ("", this):
        id = found[0].superseded_by
    return [id] if id else []
