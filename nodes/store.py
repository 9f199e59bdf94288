"""Stores the answer and the scratchpad's snapshot, linked to what they were made of."""

from langgraph.runtime import Runtime

from nodes.character import character_of
from nodes.context import Context, context_of, memory_of, thread_of
from nodes.messages import records_of, said_id, session_id_of, unstored
from nodes.state import TurnState, TurnUpdate
from nodes.writing import outcomes, remembered
from stores.journal import Event
from stores.record import MemoryRecord, Trust, record_id


def store(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Write the answer, and a snapshot where the scratchpad changed in this turn; note which memories the answer used."""
    context, memory = context_of(runtime), memory_of(runtime)
    thread_id, turn = thread_of(runtime, state["lineage"]), state["turn"]
    fresh = unstored(state)
    records = records_of(fresh, state, context, character_of(context, memory), thread_id)
    snapshots = [snapshot_record(state, context, thread_id)] if turn.get("fallen") and state.get("scratchpad") else []
    written = remembered(memory, [*records, *snapshots], turn_id=turn["id"])
    memory.journal.append(Event(context.moment(), context.user_id, "used", used, thread_id, turn["id"]) for used in turn.get("used", []))
    update: TurnUpdate = {"lineage": [str(one.id) for one in fresh], "turn": {"stored": outcomes(written)}}
    return {**update, "snapshot_id": snapshots[0].id} if snapshots else update


def snapshot_record(state: TurnState, context: Context, thread_id: str) -> MemoryRecord:
    """This version of the scratchpad, derived from the messages folded into it and from the version before."""
    folded = [said_id(context.user_id, thread_id, one) for one in state["turn"]["fallen"]]
    before = [state["snapshot_id"]] if state.get("snapshot_id") else []
    now = context.moment()
    return MemoryRecord(
        id=record_id(context.user_id, thread_id, state["turn"]["id"], "snapshot"),
        user_id=context.user_id,
        character_id=context.character_id,
        kind="snapshot",
        tier="working",
        text="\n".join(state["scratchpad"]),
        speaker="scratchpad",
        role="system",
        said_at=now,
        created_at=now,
        thread_id=thread_id,
        session_id=session_id_of(state),
        known_by=(context.character_id,),
        derived_from=(*folded, *before),
        source="summarise",
        trust=Trust(origin="inferred"),
    )
