"""Decides what the turn needs to be answered."""

from langgraph.runtime import Runtime

from models.router import choose_layer
from nodes.context import Context, memory_of
from nodes.messages import scene_of, window_before
from nodes.state import TurnState, TurnUpdate


def classify_layer(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Layer 0: nothing remembered; 1: the window and the scratchpad; 2: recalled memories."""
    window = window_before(state, scene_of(state, runtime))
    choice = choose_layer(state["turn"]["words"], window, bool(state.get("scratchpad")), memory_of(runtime).embedder)
    return {"turn": {"layer": choice.layer, "layer_reason": choice.reason, "layer_probability": choice.probability}}
