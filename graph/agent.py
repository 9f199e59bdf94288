"""The turn graph: hear, classify, recall where needed, answer, climb where context is lacking, summarise, store; then reflect and plan."""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.planning import planning_graph
from graph.reflection import reflection_graph
from models.minds import Minds, mind_for
from nodes.answer import answer
from nodes.classify_layer import classify_layer
from nodes.context import Context
from nodes.hear import hear
from nodes.ladder import needs_recall
from nodes.rate import is_time_to_rate, rate
from nodes.recall import recall
from nodes.refuse import refuse
from nodes.state import TurnInput, TurnState
from nodes.store import store
from nodes.summarise import overflows, summarise
from nodes.timing import timed


def after_hear(state: TurnState) -> Literal["classify_layer", "store", "refuse"]:
    """Words that were not heard go no further; what was only observed, or is only listened to, needs no answer."""
    turn = state["turn"]
    if "refused" in turn:
        return "refuse"
    observed = turn.get("observation") and not turn["words"]
    return "store" if observed or turn.get("listens") else "classify_layer"


def after_classify(state: TurnState) -> Literal["recall", "answer"]:
    """Memories are looked for first where the turn needs them."""
    return "recall" if needs_recall(state["turn"]) else "answer"


def after_answer(state: TurnState, runtime: Runtime[Context]) -> Literal["recall", "answer", "summarise", "store"]:
    """Climb while context is lacking; once there is an answer, fold what fell out of the window and store."""
    turn = state["turn"]
    if "answer" not in turn:
        return "recall" if needs_recall(turn) else "answer"
    return "summarise" if overflows(state, runtime.context) else "store"


def after_store(state: TurnState) -> Literal["rate", "reflection", "planning", "__end__"]:
    """Let the mind rate what waits for it; reflect where enough has added up, unless that is left to a run of its own."""
    return "rate" if is_time_to_rate(state["turn"]) else after_rate(state)


def after_rate(state: TurnState) -> Literal["reflection", "planning", "__end__"]:
    """Reflect where enough has added up, unless that is left to a run of its own."""
    return "reflection" if state["turn"].get("reflects_now", False) else after_reflection(state)


def after_reflection(state: TurnState) -> Literal["planning", "__end__"]:
    """Plan where a commitment was heard, the day has no plan, or something happened that may break it."""
    return "planning" if state["turn"].get("plans_now", False) else "__end__"


def turn_graph(minds: Minds = mind_for) -> StateGraph[TurnState, Context, TurnInput, TurnState]:
    """The graph, not yet compiled, so that any store and checkpointer can be given to it.

    Args:
        minds: Gives the mind of a run; another than Mneme's own can be put in its place.
    """
    builder = StateGraph(TurnState, context_schema=Context, input_schema=TurnInput)
    for judging in (hear, classify_layer, answer, summarise, rate):
        builder.add_node(judging.__name__, timed(judging, minds=minds))
    for node in (refuse, recall, store):
        builder.add_node(node.__name__, timed(node))
    builder.add_node("reflection", reflection_graph(minds).compile(name="reflection"))
    builder.add_node("planning", planning_graph(minds).compile(name="planning"))
    builder.add_edge(START, "hear")
    builder.add_conditional_edges("hear", after_hear)
    builder.add_conditional_edges("classify_layer", after_classify)
    builder.add_edge("recall", "answer")
    builder.add_conditional_edges("answer", after_answer)
    builder.add_edge("summarise", "store")
    builder.add_edge("refuse", END)
    builder.add_conditional_edges("store", after_store)
    builder.add_conditional_edges("rate", after_rate)
    builder.add_conditional_edges("reflection", after_reflection)
    builder.add_edge("planning", END)
    return builder


agent = turn_graph().compile(name="mneme")
