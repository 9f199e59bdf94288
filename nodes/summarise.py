"""Folds the messages that fall out of the window into the scratchpad."""

import logging

from langchain_core.messages import RemoveMessage
from langgraph.runtime import Runtime

from models.mind import SummariseRequest
from models.minds import Minds
from nodes.answer import moment_of
from nodes.context import Context, memory_of
from nodes.messages import said_at, scene_of, spoken, utterance
from nodes.state import Turn, TurnState, TurnUpdate
from nodes.timing import apart
from stores.errors import ModelError

log = logging.getLogger(__name__)


def overflows(state: TurnState, context: Context) -> bool:
    """There are more messages than the window holds."""
    return len(state["messages"]) > context.k


def summarise(state: TurnState, runtime: Runtime[Context], minds: Minds) -> TurnUpdate:
    """New notes; the messages leave the state once they are in them. Where the model fails, everything stays as it was, visibly."""
    scene = scene_of(state, runtime)
    context = scene.context
    fallen = state["messages"][: -context.k]
    request = SummariseRequest(
        fallen=[utterance(one, scene) for one in fallen if spoken(one)],
        scratchpad=state.get("scratchpad", []),
        moment=moment_of(state.get("session"), context),
        user_name=context.called,
        most=context.notes,
        prompt=context.summarise_prompt,
    )
    try:
        with apart("model"):
            folded = minds(context.mind, context.model, memory_of(runtime).embedder).summarise(request)
    except ModelError as error:
        log.warning("The scratchpad stays as it was: %s", error)
        return {"turn": {"degraded": [f"summarise: {error}"]}}
    turn: Turn = {"fallen": [str(one.id) for one in fallen], "tokens": {"input": folded.tokens.input, "output": folded.tokens.output}}
    if folded.notes and list(folded.notes) != state.get("scratchpad", []):
        turn["noted_until"] = said_at(fallen[-1], scene.now).isoformat()
    return {"messages": [RemoveMessage(id=str(one.id)) for one in fallen], "scratchpad": list(folded.notes), "turn": turn}
