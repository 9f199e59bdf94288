"""What was forgotten leaves the threads: their newest state goes on without it, and there is none before it."""

from datetime import UTC, datetime
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, CheckpointTuple, copy_checkpoint
from langgraph.checkpoint.base.id import uuid6

from graph.threads import Threads
from nodes.forgetting import without_forgotten
from stores.memory_store import MemoryStore

NEXT_STEP = "branch:to:"  # how LangGraph names the channels that say which step comes next


def scrub_thread(threads: Threads, thread_id: str, user_id: str, memory: MemoryStore) -> None:
    """Let a thread go on from its newest state, without what was forgotten and without its earlier states.

    A run that was cut short in it has ended: it cannot go on with words that are gone.

    Raises:
        FolderDamaged: The thread cannot be read.
        StoreError: It cannot be written; the next try does it.
    """
    newest = threads.get_tuple({"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}})
    if newest is None or newest.checkpoint["channel_values"].get("session", {}).get("user_id", user_id) != user_id:
        return
    state: Any = {"messages": [], **newest.checkpoint["channel_values"]}
    put_after(threads, newest, without_steps(without_forgotten(state, user_id, thread_id, memory)))
    threads.prune([thread_id])


def without_steps(values: Any) -> dict[str, Any]:
    """The values of a thread in which nothing is left to be done."""
    return {name: value for name, value in values.items() if not name.startswith(NEXT_STEP)}


def put_after(threads: Threads, newest: CheckpointTuple, values: dict[str, Any]) -> None:
    """Give a thread a newer state, with nothing before it."""
    before, step = newest.checkpoint, newest.metadata.get("step", 0) + 1
    known, seen = before["channel_values"], dict[str, Any](before["channel_versions"])
    changed = [name for name in {**known, **values} if name not in known or name not in values or known[name] != values[name]]
    versions: ChannelVersions = {name: threads.get_next_version(seen.get(name), None) for name in changed}
    fresh = copy_checkpoint(before) | {
        "id": str(uuid6(clock_seq=step)),
        "ts": datetime.now(UTC).isoformat(),
        "channel_values": values,
        "channel_versions": {**seen, **versions},
    }
    config: RunnableConfig = {"configurable": {"thread_id": newest.config["configurable"]["thread_id"], "checkpoint_ns": ""}}
    threads.put(config, fresh, {**newest.metadata, "source": "update", "step": step}, versions)
