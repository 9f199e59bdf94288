"""Looks for memories that the turn needs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
from langgraph.runtime import Runtime

from models.local.telling import days_asked
from models.names_said import share_named
from models.read_gate import BEST, fit_of, load_read_gate
from models.times import zone_named
from models.tokens import estimated
from nodes.accounting import ALWAYS, cost_of
from nodes.answer import moment_of
from nodes.context import Context, context_of, memory_of, thread_of
from nodes.ladder import TOP, query_of, rung_at
from nodes.lineage import Lineage
from nodes.state import Turn, TurnState, TurnUpdate
from stores.access import Access
from stores.embedder import Embedder
from stores.journal import Event
from stores.memory_store import Recall, Shown
from stores.plans import is_plan_item, item_of
from stores.ranking import Candidate
from stores.record import Kind, MemoryRecord

TOKENS_OF_A_DATE = 8
SHUT_OUT = "the turn hardly needs it"
FEW = 40  # candidates: scores are not calibrated for fewer
FEW_FROM = 0.125  # how probably a turn needs memory where few are shown: they cost little, so one missed counts as seven in vain
SHOWN = 30  # candidates explained in the state; the rest were far from being taken


def recall(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Recall by what the answer lacked, or else by the user's words; what stands in the window and the notes is left out.

    Unless an answer asked for it, a chat model is shown only as much of what was found as the read gate thinks that the turn needs.
    """
    context, store, turn = context_of(state, runtime), memory_of(runtime), state["turn"]
    thread_id, (since, until) = thread_of(runtime, Lineage.of(state)), said_within(turn, context)
    found = store.recall(
        query_of(turn),
        access=Access(context.user_id, context.character_id),
        k=max(context.memories, BEST),
        now=context.local_moment(),
        since=since,
        until=until,
        leave_out=Shown(thread_id, tuple(str(message.id) for message in state["messages"]), unquotable(turn)),
    )
    helps, worth = judged(turn, found, context.memories, store.embedder)
    shown = found.taking(worth) if worth else shut_out(found)
    store.journal.append(events(shown, state, context, thread_id))
    kept_back = cost_of(turn, (one.record.text for one in found.taken[worth:ALWAYS]))
    told = {**explained(shown), "helps": round(helps, 4), "shut": not worth, "kept_back": kept_back}
    recalled = joined(turn["recalled"], [recalled_form(one) for one in shown.taken])
    return {"turn": {"layer": TOP.layer if shown.taken else turn["layer"], "recall": told, "recalled": recalled}}


def unquotable(turn: Turn) -> tuple[Kind, ...]:
    """What is of no use to the turn's mind: the local one quotes what was said, and an insight was not."""
    return ("reflection",) if turn["mind"] == "local" else ()


def said_within(turn: Turn, context: Context) -> tuple[datetime | None, datetime | None]:
    """Since when and until when that was said which can answer: asked what was said on some days, the local mind tells of these alone."""
    days = days_asked(turn["words"], moment_of(None, context)) if turn["mind"] == "local" else None
    if days is None:
        return None, context.now
    first, after = (datetime.combine(day, time(), zone_named(context.timezone)) for day in (days.first, days.last + timedelta(days=1)))
    last = after.astimezone(UTC) - timedelta(milliseconds=1)
    return first, min(last, context.now or last)


def judged(turn: Turn, found: Recall, most: int, embedder: Embedder) -> tuple[float, int]:
    """How probably the turn needs what was found, and how many memories are shown.

    Where the gate has nothing to spare or to go by, the router's word counts: then all are shown, or none.
    """
    gate, need = load_read_gate(), turn["needs_memory"]
    if turn["lacking"]:
        return 1.0, most
    if turn["mind"] == "local" or len(found.candidates) < FEW or embedder.name != gate.embedder:
        return (1.0, most) if "memories" in rung_at(turn["layer"]).sees else (need, most if need >= FEW_FROM or names_one(found) else 0)
    helps = gate.probability(turn["words"], need, fit_of(turn["words"], found.candidates))
    return helps, gate.worth(turn["words"], helps, most)


def names_one(found: Recall) -> bool:
    """Whether the words name somebody or something that memory knows."""
    return share_named(found.query, [one.record.text for one in found.candidates]) > 0


def shut_out(found: Recall) -> Recall:
    """The recall, of which nothing reaches the prompt."""
    return replace(found, candidates=tuple(one._replace(taken=False, why=SHUT_OUT) if one.taken else one for one in found.candidates))


def joined(before: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What both searches of a turn found, best first."""
    known = {one["id"] for one in found}
    return sorted([*found, *(one for one in before if one["id"] not in known)], key=lambda one: -one["score"])


def events(found: Recall, state: TurnState, context: Context, thread_id: str) -> list[Event]:
    """What the journal keeps: the query, where it is not the user's own words, the candidates in order, and each one taken."""
    turn_id = state["turn"]["id"]
    query = "" if found.query == state["turn"]["words"] else found.query
    ranks = {"candidates": [one.record.id for one in found.candidates[:SHOWN]]}
    now, searches = context.moment(), len(state["turn"]["layers_tried"])
    searched = Event(now, context.user_id, "recalled", "", thread_id, turn_id, query, ranks, place=searches)
    return [searched, *(Event(now, context.user_id, "taken", one.record.id, thread_id, turn_id) for one in found.taken)]


def recalled_form(candidate: Candidate) -> dict[str, Any]:
    """A recalled record as plain values; its other signals stand once in the state, in what is explained of the recall."""
    record = candidate.record
    return {
        "id": record.id,
        "text": record.text,
        "speaker": record.speaker,
        "role": record.role,
        "said_at": record.said_at.isoformat(),
        "ordinal": record.ordinal,
        "place": record.place,
        "kind": record.kind,
        "score": round(candidate.score, 4),
        "similarity": round(candidate.signals["similarity"], 4),
        "planned": item_of(record).model_dump(mode="json") if is_plan_item(record) else None,
    }


def explained(found: Recall) -> dict[str, Any]:
    """Every candidate near the top with its signals, and why it was taken or left."""
    return {"query": found.query, "considered": len(found.candidates), "candidates": explanations(found.candidates[:SHOWN])}


def explanations(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Why each candidate was taken or left; without its words, which the store keeps."""
    return [
        {
            "id": one.record.id,
            "score": round(one.score, 4),
            "signals": rounded(one.signals),
            "taken": one.taken,
            "why": one.why,
            "tokens": tokens_of(one.record),
        }
        for one in candidates
    ]


def tokens_of(record: MemoryRecord) -> int:
    """About how many tokens a record takes in a prompt, with its date and speaker."""
    return estimated(f"{record.speaker}: {record.text}") + TOKENS_OF_A_DATE


def rounded(signals: Mapping[str, float]) -> dict[str, float]:
    """The signals to four places."""
    return dict(zip(signals, np.round(list(signals.values()), 4).tolist(), strict=True))
