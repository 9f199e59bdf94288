"""Decides what the turn needs to be answered."""

import logging

from langgraph.runtime import Runtime

from models.mind import ClassifyRequest, LayerChoice
from models.minds import Minds
from models.router import choose_layer
from nodes.answer import moment_of
from nodes.context import Context, memory_of
from nodes.ladder import begins_at
from nodes.messages import scene_of, window_before
from nodes.state import Turn, TurnState, TurnUpdate
from nodes.timing import apart
from stores.errors import ModelError

SURE = 0.8

log = logging.getLogger(__name__)


def classify_layer(state: TurnState, runtime: Runtime[Context], minds: Minds) -> TurnUpdate:
    """Layer 0: nothing remembered; 1: the window and the scratchpad; 2: recalled memories. Where the model fails, the head decides."""
    scene = scene_of(state, runtime)
    context, embedder = scene.context, memory_of(runtime).embedder
    request = ClassifyRequest(
        words=state["turn"]["words"],
        window=window_before(state, scene),
        has_notes=bool(state.get("scratchpad")),
        moment=moment_of(state.get("session"), context),
        user_name=context.called,
        prompt=context.classify_prompt,
    )
    choice = choose_layer(request.words, request.window, request.has_notes, embedder)
    if context.router == "local" or (context.router == "cascade" and choice.probability >= SURE):
        return {"turn": chosen(choice, context)}
    try:
        with apart("model"):
            judged = minds(context.mind, context.model, embedder).classify(request)
    except ModelError as error:
        log.warning("The layer is chosen without the model: %s", error)
        return {"turn": {**chosen(choice, context), "degraded": [f"classify_layer: {error}"]}}
    return {"turn": {**chosen(judged, context), "tokens": {"input": judged.tokens.input, "output": judged.tokens.output}}}


def chosen(choice: LayerChoice, context: Context) -> Turn:
    """Where the turn begins, and why."""
    return {
        "layer": begins_at(choice.layer, context.last_prompts),
        "layer_reason": choice.reason,
        "layer_probability": choice.probability,
        "needs_memory": choice.memory,
        "probe": choice.probe,
    }
