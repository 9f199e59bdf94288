"""The planning graph: find commitments, revise, outline the day, break down what is done now, keep it (Park et al. 2023, 4.3)."""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from models.minds import Minds, mind_for
from nodes.context import Context
from nodes.planning.break_down import break_down
from nodes.planning.keep_plan import keep_plan
from nodes.planning.look_ahead import look_ahead
from nodes.planning.notice_commitments import notice_commitments
from nodes.planning.outline_day import outline_day
from nodes.planning.revise import revise
from nodes.state import Planning, PlanningInput, PlanningState
from nodes.timing import timed

Step = Literal["revise", "outline_day", "break_down", "keep_plan"]


def after_looking_ahead(
    state: PlanningState,
) -> Literal["notice_commitments", "revise", "outline_day", "break_down", "keep_plan", "__end__"]:
    """What does not ask for a plan gets none; commitments are found first, for a plan is made around them."""
    planning = state["planning"]
    if not planning["due"]:
        return "__end__"
    return "notice_commitments" if planning["said"] else next_step(planning)


def after_noticing(
    state: PlanningState, runtime: Runtime[Context]
) -> Literal["revise", "outline_day", "break_down", "keep_plan", "__end__"]:
    """Nothing is kept where a model failed; what the character itself promised has a place in its day too."""
    planning = state["planning"]
    if "failed" in planning:
        return "__end__"
    promised = planning["heard"] and not planning["missing"] and runtime.context.plans == "days"
    return "revise" if promised else next_step(planning)


def next_step(planning: Planning) -> Step:
    """A day without a plan gets one; one that something happened to is revised; one that is not broken down is broken down."""
    if planning["missing"]:
        return "outline_day"
    if planning["event"]:
        return "revise"
    return "break_down" if planning["unbroken"] else "keep_plan"


def after_revising(state: PlanningState) -> Literal["outline_day", "break_down", "keep_plan", "__end__"]:
    """Only what changes is planned anew."""
    planning = state["planning"]
    if "failed" in planning:
        return "__end__"
    if planning["reacts"]:
        return "outline_day"
    return "break_down" if planning["unbroken"] else "keep_plan"


def after_outline(state: PlanningState) -> Literal["break_down", "__end__"]:
    """A new plan is broken down, as far as now."""
    return "__end__" if "failed" in state["planning"] else "break_down"


def after_breaking_down(state: PlanningState) -> Literal["break_down", "keep_plan", "__end__"]:
    """An hour is broken down again, into steps."""
    planning = state["planning"]
    if "failed" in planning:
        return "__end__"
    return "break_down" if planning["unbroken"] else "keep_plan"


def planning_graph(minds: Minds = mind_for) -> StateGraph[PlanningState, Context, PlanningInput, PlanningState]:
    """The graph, not yet compiled.

    Args:
        minds: Gives the mind of a run; another than Mneme's own can be put in its place.
    """
    builder = StateGraph(PlanningState, context_schema=Context, input_schema=PlanningInput)
    for judging in (look_ahead, notice_commitments, revise, outline_day, break_down):
        builder.add_node(judging.__name__, timed(judging, "planning", minds=minds))
    builder.add_node("keep_plan", timed(keep_plan, "planning"))
    builder.add_edge(START, "look_ahead")
    builder.add_conditional_edges("look_ahead", after_looking_ahead)
    builder.add_conditional_edges("notice_commitments", after_noticing)
    builder.add_conditional_edges("revise", after_revising)
    builder.add_conditional_edges("outline_day", after_outline)
    builder.add_conditional_edges("break_down", after_breaking_down)
    builder.add_edge("keep_plan", END)
    return builder


planning = planning_graph().compile(name="planning")
