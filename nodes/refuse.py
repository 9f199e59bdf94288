"""Ends a run whose words were not heard."""

from langgraph.runtime import Runtime

from nodes.context import Context
from nodes.state import TurnState, TurnUpdate
from stores.errors import InputError


def refuse(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Say why; the words have left the thread already.

    Raises:
        InputError: Always.
    """
    refused = state["turn"]["refused"]
    raise InputError(refused["message"], refused["hint"])
