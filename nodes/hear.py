"""Writes the user's words to the store at once, and begins the turn."""

from datetime import datetime, timedelta

from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime

from models.minds import mind_for
from nodes.character import character_of
from nodes.context import Context, context_of, memory_of, thread_of
from nodes.messages import Scene, records_of, unstored, words_of
from nodes.state import Session, Turn, TurnState, TurnUpdate
from nodes.writing import outcomes, remembered
from stores.access import Access
from stores.errors import InputError
from stores.memory_store import MemoryStore


def hear(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Store what was said, and whatever of the thread an interrupted run left unstored; no model call stands before the disk."""
    context, store = context_of(runtime), memory_of(runtime)
    refuse_strangers(state, context)
    now, fresh = context.moment(), unstored(state)
    message = stamped(last_words(state), now)
    lineage = [*(state.get("lineage") or ()), *(str(one.id) for one in fresh)]
    thread_id = thread_of(runtime, lineage)
    session = session_at(state, now, context, store, thread_id)
    scene = Scene(context, character_of(context, store), thread_id, session["id"], now)
    written = remembered(store, records_of(fresh, state.get("lineage") or (), scene), turn_id=str(message.id))
    turn = begun(message, now, context, store)
    return {"messages": [message], "lineage": lineage, "session": session, "turn": turn | {"stored": outcomes(written)}}


def refuse_strangers(state: TurnState, context: Context) -> None:
    """A thread holds one user's words: nobody else goes on with it.

    Raises:
        InputError: The thread was begun by another user.
    """
    session = state.get("session")
    if session and session["user_id"] != context.user_id:
        raise InputError("This thread belongs to another user.", "Begin another thread.")


def last_words(state: TurnState) -> HumanMessage:
    """The message that this turn answers.

    Raises:
        InputError: The thread does not end with something the user said.
    """
    message = state["messages"][-1] if state["messages"] else None
    if not isinstance(message, HumanMessage) or not words_of(message):
        raise InputError(
            "There is nothing to answer: the last message is not the user's, or it is blank.", "Send a message with some text."
        )
    return message


def stamped(message: HumanMessage, now: datetime) -> HumanMessage:
    """The message with the moment it was said, which the window needs later."""
    note = {"said_at": now.isoformat(), **message.additional_kwargs.get("mneme", {})}
    return message.model_copy(update={"additional_kwargs": {**message.additional_kwargs, "mneme": note}})


def begun(message: HumanMessage, now: datetime, context: Context, store: MemoryStore) -> Turn:
    """A new turn, empty but for what is known at its beginning."""
    mind = mind_for(context.mind, context.model, store.embedder)
    return {
        "id": str(message.id),
        "words": words_of(message),
        "now": now.isoformat(),
        "mind": mind.name,
        "model": mind.model,
        "layers_tried": [],
        "lacking": [],
        "recalled": [],
    }


def session_at(state: TurnState, now: datetime, context: Context, store: MemoryStore, thread_id: str) -> Session:
    """The session that runs now: the one of the thread, or a new one after a pause or under another name."""
    running = state.get("session")
    last = last_turn_at(now, context, store)
    paused = last is not None and now - last > timedelta(hours=context.session_gap_hours)
    if running and not paused and context.session_id in ("", running["id"]):
        return {**running, "last_turn_at": last.isoformat() if last else ""}
    return {
        "id": context.session_id or f"{thread_id}/{now:%Y%m%dT%H%M%S}",
        "user_id": context.user_id,
        "began_at": now.isoformat(),
        "last_turn_at": last.isoformat() if last else "",
        "previous_ended_at": last.isoformat() if last else "",
    }


def last_turn_at(now: datetime, context: Context, store: MemoryStore) -> datetime | None:
    """When the user last talked with this character, in any thread."""
    access = Access(context.user_id, context.character_id)
    latest = store.stream(access=access, kinds=("turn",), until=now, limit=1)
    return latest[0].said_at if latest else None
