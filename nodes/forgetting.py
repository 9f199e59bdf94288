"""What was forgotten leaves the thread too, before it can be said or summarised again."""

from langchain_core.messages import RemoveMessage

from nodes.messages import said_id
from nodes.state import TurnState, TurnUpdate
from stores.memory_store import MemoryStore


def leaving(state: TurnState, user_id: str, thread_id: str, memory: MemoryStore) -> TurnUpdate:
    """The messages of the window whose records were forgotten, to be removed; and empty notes, where these rest on such words."""
    stored, snapshot = set(state.get("lineage") or ()), state.get("snapshot_id", "")
    window = {said_id(user_id, thread_id, str(one.id)): str(one.id) for one in state["messages"] if one.id in stored}
    known = [*window, *([snapshot] if snapshot else [])]
    gone = memory.journal.deleted(user_id, known) if known else set()
    update: TurnUpdate = {"messages": [RemoveMessage(id=message) for record, message in window.items() if record in gone]}
    return {**update, "scratchpad": [], "snapshot_id": ""} if snapshot in gone else update
