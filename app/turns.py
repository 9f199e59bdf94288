"""Runs one turn of the agent, and gives it in the form that `mneme say --json` promises."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.commitments.commitment import ENDING

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from graph.assembly import Agent
    from nodes.context import Context
    from nodes.state import Planning


NOTED_FIELDS = ("id", "what", "start", "end", "all_day", "kind", "by", "place")
RECALLED_FIELDS = ("id", "text", "speaker", "said_at", "kind", "score")


def config_of(user: str, thread: str) -> "RunnableConfig":
    """LangGraph's configuration of a user's thread: two users may give their threads the same name, whatever slashes are in either."""
    return {"configurable": {"thread_id": f"{without_slashes(user)}/{thread}"}}


def without_slashes(name: str) -> str:
    """The name, in which a slash is written as in an address; no two names become one."""
    return name.replace("%", "%25").replace("/", "%2F")


def observe(agent: "Agent", event: str, context: "Context", thread: str) -> dict[str, Any]:
    """The state after an event.

    Raises:
        MnemeError: It could not be stored, or what follows on it could not be finished.
    """
    seen: Any = {"observation": event}
    state: dict[str, Any] = agent.invoke(seen, config=config_of(context.user_id, thread), context=context)
    return state


def run_turn(agent: "Agent", text: str, context: "Context", thread: str, on_piece: Callable[[str], None] | None = None) -> dict[str, Any]:
    """The state after a turn.

    Args:
        on_piece: Given each piece of the answer as the model streams it; a mind that does not stream gives none.

    Raises:
        MnemeError: The turn could not be finished; the user's words are stored if they were heard.
    """
    from langchain_core.messages import HumanMessage

    said: Any = {"messages": [HumanMessage(text)]}
    config = config_of(context.user_id, thread)
    if on_piece:
        from app.pieces import Pieces

        config["callbacks"] = [Pieces(on_piece)]
    # Not `stream`: that runs the steps in threads of their own, where Ctrl-C does not reach a model that is silent.
    state: dict[str, Any] = agent.invoke(said, config=config, context=context)
    return state


def turn_report(state: dict[str, Any], thread: str) -> dict[str, Any]:
    """A finished turn as plain values."""
    turn = state["turn"]
    return {
        "thread": thread,
        "layer": turn["layer"],
        "layers_tried": turn["layers_tried"],
        "answer": turn["answer"],
        "lacking": turn["lacking"][-1] if turn["not_known"] and turn["lacking"] else None,
        "mind": turn["mind"],
        "recalled": [{key: one[key] for key in RECALLED_FIELDS} for one in turn["recalled"]],
        "stored": turn["stored"],
        "reflection_due": turn["reflection_due"],
        **planning_report(state),
        "tokens": turn["tokens"],
        "prompts": turn["prompts"],
        "instead": turn["instead"],
        "counted_by": turn["counted_by"],
        "milliseconds": turn["milliseconds"],
    }


def planning_report(state: dict[str, Any]) -> dict[str, Any]:
    """What a turn did to what is planned: whether that is left to a run of its own, and what it noted."""
    turn = state["turn"]
    done: Planning = state.get("planning", {}) if turn.get("plans_now") else {}
    return {"planning_due": turn.get("planning_due", False) and "kept" not in done, "noted": noted_in(done)}


def noted_in(planning: "Planning") -> list[dict[str, Any]]:
    """The commitments that a planning kept, moved, cancelled or found done, as plain values."""
    kept = set(planning.get("kept", []))
    heard = [one for one in planning.get("heard", []) if "kept" in planning and (one["change"] in ENDING or one["item"]["id"] in kept)]
    return [{"change": one["change"], "from": one["source"], **{name: one["item"][name] for name in NOTED_FIELDS}} for one in heard]


def observed_report(state: dict[str, Any], thread: str) -> dict[str, Any]:
    """An event that was taken, as plain values."""
    turn = state["turn"]
    due = {"reflection_due": turn["reflection_due"], **planning_report(state)}
    return {"thread": thread, "observation": turn["observation"], "stored": turn["stored"], **due, "milliseconds": turn["milliseconds"]}


def shortened(text: str, most: int = 160) -> str:
    """The text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def thread_name(now: datetime) -> str:
    """A name for a new thread."""
    return f"{now:%Y-%m-%d-%H%M%S}"
