"""The reflection graph: look back on what has added up, ask, gather evidence, draw insights, verify them, keep them (Park et al. 2023)."""

from typing import Literal

from langgraph.graph import END, START, StateGraph

from models.minds import Minds, mind_for
from nodes.context import Context
from nodes.reflection.choose_questions import choose_questions
from nodes.reflection.consider import consider
from nodes.reflection.draw_insights import draw_insights
from nodes.reflection.gather_evidence import gather_evidence
from nodes.reflection.keep_insights import keep_insights
from nodes.reflection.verify_insights import verify_insights
from nodes.state import ReflectionInput, ReflectionState
from nodes.timing import timed


def after_consider(state: ReflectionState) -> Literal["choose_questions", "__end__"]:
    """What is not due is not done."""
    return "choose_questions" if state["reflection"]["due"] else "__end__"


def after_questions(state: ReflectionState) -> Literal["gather_evidence", "keep_insights", "__end__"]:
    """Where nothing raises a question, that there was a reflection is all there is to keep."""
    if "failed" in state["reflection"]:
        return "__end__"
    return "gather_evidence" if state["reflection"]["questions"] else "keep_insights"


def after_evidence(state: ReflectionState) -> Literal["draw_insights", "__end__"]:
    """Where the embedder failed the reflection ends."""
    return "__end__" if "failed" in state["reflection"] else "draw_insights"


def after_insights(state: ReflectionState) -> Literal["verify_insights", "keep_insights", "__end__"]:
    """Only what was drawn can be verified."""
    if "failed" in state["reflection"]:
        return "__end__"
    return "verify_insights" if state["reflection"]["drawn"] else "keep_insights"


def after_verifying(state: ReflectionState) -> Literal["keep_insights", "__end__"]:
    """What could not be verified is not kept."""
    return "__end__" if "failed" in state["reflection"] else "keep_insights"


def reflection_graph(minds: Minds = mind_for) -> StateGraph[ReflectionState, Context, ReflectionInput, ReflectionState]:
    """The graph, not yet compiled.

    Args:
        minds: Gives the mind of a run; another than Mneme's own can be put in its place.
    """
    builder = StateGraph(ReflectionState, context_schema=Context, input_schema=ReflectionInput)
    for judging in (consider, choose_questions, draw_insights, verify_insights):
        builder.add_node(judging.__name__, timed(judging, "reflection", minds=minds))
    for node in (gather_evidence, keep_insights):
        builder.add_node(node.__name__, timed(node, "reflection"))
    builder.add_edge(START, "consider")
    builder.add_conditional_edges("consider", after_consider)
    builder.add_conditional_edges("choose_questions", after_questions)
    builder.add_conditional_edges("gather_evidence", after_evidence)
    builder.add_conditional_edges("draw_insights", after_insights)
    builder.add_conditional_edges("verify_insights", after_verifying)
    builder.add_edge("keep_insights", END)
    return builder


reflection = reflection_graph().compile(name="reflection")
