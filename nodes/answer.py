"""Answers, or says what is lacking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime

from models.accounting import Spent, prompt_tokens
from models.excerpts import excerpt
from models.mind import Answer, AnswerRequest, Memory, Moment
from models.minds import Minds
from nodes.accounting import ALWAYS, counter_of, instead
from nodes.context import Context, memory_of
from nodes.ladder import TOP, Rung, climbed, rung_at
from nodes.messages import NOTE, Scene, scene_of, window_before
from nodes.state import Session, Turn, TurnState, TurnUpdate
from nodes.timing import apart
from stores.errors import ModelAnswerUnusable
from stores.plans import PlanItem


def answer(state: TurnState, runtime: Runtime[Context], minds: Minds) -> TurnUpdate:
    """One attempt at the turn's layer; where context is insufficient the turn climbs."""
    scene, turn = scene_of(state, runtime), state["turn"]
    request = request_for(state, scene, rung_at(turn["layer"]))
    with apart("model"):
        given = minds(scene.context.mind, scene.context.model, memory_of(runtime).embedder).answer(request)
    spent = prompt_tokens(request, counter_of(turn))
    tried: Turn = {
        "layers_tried": [*turn["layers_tried"], turn["layer"]] if request.may_lack else turn["layers_tried"],
        "tokens": {"input": given.tokens.input, "output": given.tokens.output},
        "prompts": [{"layer": turn["layer"], **spent}],
    }
    if given.lacking and not request.may_lack:
        raise ModelAnswerUnusable(f"{turn['model']} lacks context where there is no more to be had.", "Try again, or use another model.")
    if given.lacking:
        return {"turn": {**tried, **climbed(turn, given.lacking, begun=has_begun(state), prompts=scene.context.last_prompts)}}
    said: Turn = {"answer": given.text, "not_known": given.not_known, "used": list(given.used)}
    said["instead"] = instead(state, spent, with_everything(state, scene, request, spent), scene.context.memories)
    return {"messages": [spoken(given, request)], "turn": {**tried, **said}}


def with_everything(state: TurnState, scene: Scene, request: AnswerRequest, spent: Spent) -> Spent:
    """The tokens of the prompt, had it shown the window, the notes and all of the memories that always recalling would show."""
    if not request.deeper and len(request.memories) <= ALWAYS and not any(one.in_part for one in request.memories):
        return spent
    return prompt_tokens(request_for(state, scene, TOP, whole=True), counter_of(state["turn"]))


def has_begun(state: TurnState) -> bool:
    """Something was said in the thread before this turn."""
    return len(state["messages"]) > 1 or bool(state.get("scratchpad"))


def request_for(state: TurnState, scene: Scene, rung: Rung, *, whole: bool = False) -> AnswerRequest:
    """What the mind gets to see at a layer; `whole` shows the best memories, and all of each."""
    turn, context, window = state["turn"], scene.context, window_before(state, scene)
    asked = [one for one in window if one.role == "user"][-context.last_prompts :]
    recalled = in_order(turn["recalled"][:ALWAYS]) if whole else memories_of(turn, context.memory_tokens)
    memories = [replace(one, speaker=context.called) if one.speaker == context.user_id else one for one in recalled]
    return AnswerRequest(
        words=turn["words"],
        character=scene.character,
        moment=moment_of(state.get("session"), context),
        user_name=context.called,
        depth=rung.told_where(begun=has_begun(state)),
        deeper=rung is not TOP,
        earlier=asked if "prompts" in rung.sees else (),
        window=window if "window" in rung.sees else (),
        scratchpad=state.get("scratchpad", []) if "notes" in rung.sees else (),
        snapshot_id=state.get("snapshot_id", ""),
        memories=memories if "memories" in rung.sees else (),
        agenda=[PlanItem.model_validate(one) for one in turn.get("agenda", [])],
        lacking=turn["lacking"],
        may_lack=not turn.get("searched_everything", False),
        prompt=context.answer_prompt,
    )


def memories_of(turn: Turn, most: int) -> list[Memory]:
    """What was recalled; until an answer lacks something, no more of each than so many tokens (0: all).

    The local mind reads no prompt and picks its sentences itself.
    """
    memories = in_order(turn["recalled"])
    cut = memories and most and not turn["lacking"] and turn["mind"] != "local"
    return at_first(memories, turn["recall"]["query"], most) if cut else memories


def at_first(memories: Sequence[Memory], query: str, most: int) -> list[Memory]:
    """The memories, of long ones what fits the query best in so many tokens."""
    parts = [excerpt(query, one.text, most) for one in memories]
    return [one if part == one.text else replace(one, text=part, in_part=True) for one, part in zip(memories, parts, strict=True)]


def spoken(given: Answer, request: AnswerRequest) -> AIMessage:
    """The answer as a message, under the id it was streamed with."""
    note = {"said_at": request.moment.now.isoformat(), "origin": given.origin, "used": list(given.used)}
    return AIMessage(
        given.text,
        id=given.message_id or str(uuid4()),
        name=request.character.name,
        additional_kwargs={NOTE: note},
    )


def moment_of(session: Session | None, context: Context) -> Moment:
    """Where the turn stands in time."""

    def when(written: str) -> datetime | None:
        return datetime.fromisoformat(written) if written else None

    times = [when(session[key]) if session else None for key in ("last_turn_at", "began_at", "previous_ended_at")]
    return Moment(context.moment(), context.timezone, context.locale, *times)


def in_order(recalled: Sequence[dict[str, Any]]) -> list[Memory]:
    """The memories as they were said, oldest first; what was said at one moment in the order of its thread, plans in that of their time."""
    return [
        Memory(
            id=one["id"],
            text=one["text"],
            speaker=one["speaker"],
            role=one["role"],
            kind=one["kind"],
            said_at=datetime.fromisoformat(one["said_at"]),
            place=one["place"],
            score=one["score"],
            similarity=one["similarity"],
            planned=PlanItem.model_validate(planned) if (planned := one.get("planned")) else None,
        )
        for one in sorted(recalled, key=lambda one: (datetime.fromisoformat(one["said_at"]), one["ordinal"], starts(one)))
    ]


def starts(recalled: dict[str, Any]) -> str:
    """When a recalled plan item starts; empty where it is none."""
    planned: dict[str, str] = recalled.get("planned") or {}
    return planned.get("start", "")
