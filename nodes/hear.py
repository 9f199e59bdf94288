"""Writes the user's words to the store at once, and begins the turn; or refuses to."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langgraph.runtime import Runtime

from models.minds import Minds
from nodes.accounting import counter_of, said_tokens
from nodes.agenda import agenda_of
from nodes.character import character_of
from nodes.context import Context, context_of, memory_of, thread_of
from nodes.forgetting import leaving, reworded
from nodes.lineage import LATEST, Lineage
from nodes.messages import NOTE, Scene, ids_of, note_of, records_of, said_at, said_id, turn_record, unstored, words_of
from nodes.notes import unstored_notes
from nodes.observing import event_id, observation_in, observation_record
from nodes.state import Session, Turn, TurnState, TurnUpdate
from nodes.writing import outcomes, remembered
from stores.access import Access
from stores.errors import InputError, RecordRejected
from stores.journal import Event
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord


def hear(state: TurnState, runtime: Runtime[Context], minds: Minds) -> TurnUpdate:
    """Store what was said, and whatever of the thread an interrupted run left unstored; no model call stands before the disk."""
    try:
        context = context_of(state, runtime)
        again = sent_again(state, context, runtime)
        fresh = without(state, again)
        update = (observed if is_observation(fresh) else heard)(fresh, context, runtime, minds)
        return {**update, "messages": [*(RemoveMessage(id=id) for id in again), *update["messages"]]}
    except (InputError, RecordRejected) as refusal:
        return refused(state, refusal)


def sent_again(state: TurnState, context: Context, runtime: Runtime[Context]) -> set[str]:
    """The messages that left the window long ago, and that a client which sends the whole thread has put back into it."""
    lineage, fresh = Lineage.of(state), ids_of(unstored(state))[:-1]
    if not fresh or not lineage.forgets:
        return set()
    ids = [said_id(context.user_id, thread_of(runtime, lineage), one) for one in fresh]
    known = memory_of(runtime).read(ids, access=Access(context.user_id, role="owner"))
    return {one.message_id for one in known if one.ordinal < lineage.forgets}


def without(state: TurnState, ids: Collection[str]) -> TurnState:
    """The state without some of the messages."""
    return {**state, "messages": [one for one in state["messages"] if one.id not in ids]} if ids else state


@dataclass(frozen=True)
class Opening:
    """A turn that may begin.

    Attributes:
        scene: Who talks with whom, in which session; `session` says more of that.
        fresh: The messages of the thread that are not stored yet.
        lineage: What will be stored of the thread once they are.
    """

    state: TurnState
    store: MemoryStore
    scene: Scene
    session: Session
    fresh: Sequence[AnyMessage]
    lineage: Lineage

    def begun(self, id: str, words: str, minds: Minds) -> Turn:
        """A new turn, empty but for what is known at its beginning."""
        context = self.scene.context
        mind = minds(context.mind, context.model, self.store.embedder)
        turn: Turn = {"id": id, "words": words, "now": self.scene.now.isoformat(), "mind": mind.name, "model": mind.model}
        turn |= {"layers_tried": [], "lacking": [], "recalled": [], "character": asdict(self.scene.character)}
        return {**turn, "counted_by": counter_of(turn).name}

    def update(self, id: str, words: str, records: Sequence[MemoryRecord], minds: Minds) -> TurnUpdate:
        """The update of the turn, once its records are stored, with whatever the turn before left; only then is there a mind.

        Raises:
            RecordRejected: One of them cannot be stored.
        """
        notes = unstored_notes(self.state, self.scene, self.store)
        written = remembered(self.store, [*notes, *records], turn_id=id)
        turn = self.begun(id, words, minds)
        gone = left_behind(self.state, notes, self.scene, self.store)
        return {
            "observation": "",
            **gone,
            "messages": [*self.fresh, *(one for one in gone["messages"] if one.id != id)],
            "lineage": self.lineage.kept_for(ids_of(self.state["messages"])),
            "said_tokens": said_tokens(self.state, self.fresh, turn),
            "session": self.session,
            "turn": {**turn, "stored": outcomes(written)},
        }


def opened(state: TurnState, runtime: Runtime[Context], now: datetime, fresh: Sequence[AnyMessage], lineage: Lineage) -> Opening:
    """The turn that may begin with these messages."""
    store, context = memory_of(runtime), runtime.context
    scene = Scene(context, character_of(context, store), thread_of(runtime, lineage), "", now)
    session = session_at(state, scene, store)
    return Opening(state, store, replace(scene, session_id=session["id"]), session, fresh, lineage)


def heard(state: TurnState, context: Context, runtime: Runtime[Context], minds: Minds) -> TurnUpdate:
    """The update of a turn that answers something; what was observed besides comes before it.

    Raises:
        InputError: There is nothing to answer.
        RecordRejected: The words cannot be stored.
    """
    said, event, stored, now = last_words(state, context), observation_in(state), Lineage.of(state), context.moment()
    fresh = [stamped(one, now, state) for one in unstored(state)]
    seen = [event_id(event, stored)] if event else []
    opening = opened(state, runtime, now, fresh, stored.followed_by([*seen, *ids_of(fresh)]))
    again = [] if any(one.id == said.id for one in fresh) else [turn_record(said, stored.until(str(said.id)), opening.scene)]
    events = [observation_record(event, seen[0], stored, opening.scene)] if event else []
    records = events + records_of(fresh, stored.followed_by(seen), opening.scene) + again
    update = opening.update(str(said.id), words_of(said), records, minds)
    turn: Turn = {**update["turn"], "listens": not context.answers}
    turn |= {"observation": event, "observation_id": seen[0]} if event else {}
    turn["agenda"] = coming_up(turn, opening.session, opening.scene, opening.store)
    return {**update, "turn": turn}


def coming_up(turn: Turn, session: Session, scene: Scene, store: MemoryStore) -> list[dict[str, Any]]:
    """What is coming up, as plain values; the journal knows at once that the thread holds it, for the answer may fail."""
    context, now = scene.context, scene.now
    agenda = agenda_of(context, store, session, now, turn["words"])
    store.journal.append(Event(now, context.user_id, "recalled", one.id, scene.thread_id, turn["id"]) for one in agenda)
    return [one.model_dump(mode="json") for one in agenda]


def is_observation(state: TurnState) -> bool:
    """Whether this turn begins with something observed, and nobody has said anything new; an answer may still have to be stored."""
    return bool(observation_in(state)) and all(is_ours(one, state) for one in unstored(state))


def observed(state: TurnState, context: Context, runtime: Runtime[Context], minds: Minds) -> TurnUpdate:
    """The update of a turn that begins with an event: it is stored and needs no answer.

    Raises:
        RecordRejected: It cannot be stored.
    """
    event, stored, now = observation_in(state), Lineage.of(state), context.moment()
    fresh = [stamped(one, now, state) for one in unstored(state)]
    before = stored.followed_by(ids_of(fresh))
    id = event_id(event, before)
    opening = opened(state, runtime, now, fresh, before.followed_by([id]))
    records = [*records_of(fresh, stored, opening.scene), observation_record(event, id, before, opening.scene)]
    update = opening.update(id, "", records, minds)
    return {**update, "turn": {**update["turn"], "observation": event, "observation_id": id}}


def left_behind(state: TurnState, notes: Sequence[MemoryRecord], scene: Scene, store: MemoryStore) -> TurnUpdate:
    """What the turn before leaves: its notes are stored now, where they were not; what was forgotten is gone, what was edited changed."""
    user_id, thread_id = scene.context.user_id, scene.thread_id
    gone = leaving(state, user_id, thread_id, store)
    gone["messages"] += reworded(without(state, {one.id for one in gone["messages"]}), user_id, thread_id, store)
    return {"snapshot_id": notes[0].id, **gone} if notes else gone


def refused(state: TurnState, refusal: InputError | RecordRejected) -> TurnUpdate:
    """What was not heard leaves the thread again, so that no later turn takes it for the user's words; all else stays for the next turn."""
    answers = {one.id for one in unstored(state) if is_ours(one, state)}
    leaving = [RemoveMessage(id=str(one.id)) for one in state["messages"] if one.id not in Lineage.of(state) and one.id not in answers]
    return {"messages": leaving, "observation": "", "turn": {"refused": {"message": refusal.message, "hint": refusal.hint}}}


def last_words(state: TurnState, context: Context) -> AnyMessage:
    """The message that this turn answers; where it only listens, also what the character said itself.

    Raises:
        InputError: The thread does not end with something the user said.
    """
    message = state["messages"][-1] if state["messages"] else None
    speakers = (HumanMessage,) if context.answers else (HumanMessage, AIMessage)
    if not isinstance(message, speakers) or not words_of(message):
        raise InputError(
            "There is nothing to answer: the last message is not the user's, or it is blank.", "Send a message with some text."
        )
    return message


def stamped(message: AnyMessage, now: datetime, state: TurnState) -> AnyMessage:
    """The message with the moment it was said, which the window needs later.

    What a client wrote in Mneme's name does not count; an answer of this graph that an interrupted run left unstored keeps its note.
    """
    note = note_of(message) if is_ours(message, state) else {"said_at": now.isoformat()}
    return message.model_copy(update={"additional_kwargs": {**message.additional_kwargs, NOTE: note}})


def is_ours(message: AnyMessage, state: TurnState) -> bool:
    """Whether a message is the answer of this graph's last turn."""
    return isinstance(message, AIMessage) and state.get("turn", {}).get("answer", "").strip() == words_of(message)


def session_at(state: TurnState, scene: Scene, store: MemoryStore) -> Session:
    """The session that runs now: the one of the thread, or a new one after a pause or under another name."""
    context, now, running = scene.context, scene.now, state.get("session")
    last = last_turn_at(state, scene, store)
    paused = last is not None and now - last > timedelta(hours=context.session_gap_hours)
    if running and not paused and context.session_id in ("", running["id"]):
        return {**running, "last_turn_at": last.isoformat() if last else ""}
    return {
        "id": context.session_id or f"{scene.thread_id}/{now:%Y%m%dT%H%M%S}",
        "user_id": context.user_id,
        "began_at": now.isoformat(),
        "last_turn_at": last.isoformat() if last else "",
        "previous_ended_at": last.isoformat() if last else "",
    }


def last_turn_at(state: TurnState, scene: Scene, store: MemoryStore) -> datetime | None:
    """When the user last talked with this character, in any thread; of this one only the messages before this turn's count.

    Where the thread was forked, the newest memories can all be of the branch that was left: then the window tells.
    """
    before, access = Lineage.of(state), Access(scene.context.user_id, scene.context.character_id)
    latest = store.stream(access=access, kinds=("turn",), until=scene.now, now=scene.now, limit=LATEST)
    found = next((one.said_at for one in latest if one.thread_id != scene.thread_id or one.message_id in before), None)
    here = [said_at(one, scene.now) for one in state["messages"] if one.id in before]
    return found or max((moment for moment in here if moment <= scene.now), default=None)
