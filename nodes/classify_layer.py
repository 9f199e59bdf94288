"""Decides what the turn needs to be answered."""

from langgraph.runtime import Runtime

from models.router import choose_layer
from nodes.character import character_of
from nodes.context import Context, context_of, memory_of
from nodes.messages import window_before
from nodes.state import TurnState, TurnUpdate


def classify_layer(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Layer 0: nothing remembered; 1: the window and the scratchpad; 2: recalled memories."""
    context, store = context_of(state, runtime), memory_of(runtime)
    window = window_before(state, context, character_of(context, store))
    choice = choose_layer(state["turn"]["words"], window, bool(state.get("scratchpad")), store.embedder)
    return {"turn": {"layer": choice.layer, "layer_reason": choice.reason, "layer_probability": choice.probability}}
