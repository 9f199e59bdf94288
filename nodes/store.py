"""Stores the answer and the scratchpad's snapshot, linked to what they were made of."""

from langgraph.runtime import Runtime

from nodes.accounting import said_tokens
from nodes.context import Context, memory_of
from nodes.lineage import Lineage
from nodes.messages import ids_of, records_of, scene_of, unstored
from nodes.notes import unstored_notes
from nodes.planning.standing import plan_standing
from nodes.standing import standing
from nodes.state import Turn, TurnState, TurnUpdate
from nodes.writing import outcomes, remembered
from stores.journal import Event


def store(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Write the answer, and a snapshot where the scratchpad changed in this turn; note which memories the answer used."""
    scene, memory, turn = scene_of(state, runtime), memory_of(runtime), state["turn"]
    lineage, fresh = Lineage.of(state), unstored(state)
    records, snapshots = records_of(fresh, lineage, scene), unstored_notes(state, scene, memory)
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
