"""What was forgotten or hidden leaves the thread too, and what was edited changes there, before it can be said or summarised again."""

from typing import Any, cast

from langchain_core.messages import AIMessage, AnyMessage, RemoveMessage

from nodes.messages import said_id, unstored, words_of
from nodes.state import Turn, TurnState, TurnUpdate
from stores.access import Access
from stores.journal import EventKind
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord

# What a mind wrote or was asked about a turn, and what it was told of plans.
BLANK: Turn = {"lacking": [], "layer_reason": "", "degraded": [], "recall": {}, "agenda": []}
THOUGHT_ABOUT = ("reflection", "planning")
TOUCHED: tuple[EventKind, ...] = ("edited", "hidden", "restored", "deleted")  # by what else than saying a memory changes


def leaving(state: TurnState, user_id: str, thread_id: str, memory: MemoryStore) -> TurnUpdate:
    """The messages of the window whose records were forgotten or are hidden, to be removed; and empty notes, where these rest on such."""
    snapshot, turn = state.get("snapshot_id", ""), state.get("turn", {})
    window = {said_id(user_id, thread_id, str(one.id)): str(one.id) for one in state["messages"]}
    noted = {said_id(user_id, thread_id, one) for one in turn.get("fallen", ())} | {snapshot}
    gone = out_of_sight(user_id, {*window, *noted}, memory)
    update: TurnUpdate = {"messages": [RemoveMessage(id=message) for record, message in window.items() if record in gone]}
    return {**update, "scratchpad": [], "snapshot_id": ""} if noted & gone else update


def reworded(state: TurnState, user_id: str, thread_id: str, memory: MemoryStore) -> list[AnyMessage]:
    """The messages of the window whose memories were edited since, or had earlier words restored, in the words that stand now.

    What a client says anew under an id that is known is no edit: a thread that is forked before it goes on with the words it had.
    """
    said = {said_id(user_id, thread_id, str(one.id)): one for one in state["messages"]}
    touched = memory.journal.having(user_id, [*said], TOUCHED)
    versions = [newest_version(one, memory) for one in memory.read(sorted(touched), access=Access(user_id, role="owner"))]
    now = {said_id(user_id, thread_id, one.message_id): one.text for one in versions if one.updated_at}
    return [said[id].model_copy(update={"content": text}) for id, text in now.items() if text.strip() != words_of(said[id])]


def newest_version(record: MemoryRecord, memory: MemoryStore) -> MemoryRecord:
    """The version of a record that has taken the place of all others; another record that has is none."""
    later = memory.read([record.superseded_by], access=Access(record.user_id, role="owner"))
    return newest_version(later[0], memory) if later and later[0].version_of == (record.version_of or record.id) else record


def without_forgotten(state: TurnState, user_id: str, thread_id: str, memory: MemoryStore) -> TurnState:
    """The state as it is once nothing in it holds or rests on what was forgotten; the turn keeps its figures.

    A reflection and a planning leave it whole: what they ask and plan can hold words of anything that they looked at.
    """
    turn = state.get("turn", {})
    begun, used = turn.get("id", ""), set(turn.get("used", ()))
    said, seen = (said_id(user_id, thread_id, one) for one in (begun, turn.get("observation_id", begun)))
    recalled = {one["id"] for one in (*turn.get("recalled", ()), *turn.get("agenda", ()))}
    gone, update = forgotten(user_id, {said, seen, *used, *recalled}, memory), leaving(state, user_id, thread_id, memory)
    left = {one.id for one in update["messages"]} | (unstored_answers(state) if used & gone else set())
    kept = cast(TurnState, {**state, **{name: {} for name in THOUGHT_ABOUT if state.get(name)}})
    if not gone and not left and "scratchpad" not in update:
        return kept
    messages = [one for one in state["messages"] if one.id not in left]
    return cast(TurnState, {**kept, **update, "messages": messages, "turn": turn_without(turn, gone, said, seen)})


def turn_without(turn: Turn, gone: set[str], said: str, seen: str) -> Turn:
    """A turn without the words that rest on these records; `said` is the record of the user's own, `seen` that of what was observed."""
    words: dict[str, Any] = {**BLANK, "recalled": [one for one in turn.get("recalled", ()) if one["id"] not in gone]}
    words |= {"words": ""} if said in gone else {}
    words |= {"observation": ""} if seen in gone else {}
    words |= {"answer": ""} if gone & {said, *turn.get("used", ())} else {}
    return cast(Turn, {**turn, **{name: value for name, value in words.items() if name in turn}})


def unstored_answers(state: TurnState) -> set[str | None]:
    """The ids of answers that a run which was cut short left in the thread alone."""
    return {one.id for one in unstored(state) if isinstance(one, AIMessage)}


def forgotten(user_id: str, records: set[str], memory: MemoryStore) -> set[str]:
    """Those of the records that were forgotten."""
    known = sorted(records - {""})
    return memory.journal.deleted(user_id, known) if known else set()


def out_of_sight(user_id: str, records: set[str], memory: MemoryStore) -> set[str]:
    """Those of the records that were forgotten or are hidden."""
    touched = memory.journal.having(user_id, sorted(records - {""}), TOUCHED)
    known = memory.read(sorted(touched), access=Access(user_id, role="owner"))
    return forgotten(user_id, touched, memory) | {one.id for one in known if one.deleted_at}
