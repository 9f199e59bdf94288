"""Measures each node and writes the milliseconds into the turn."""

from time import perf_counter
from typing import Protocol

from langgraph.runtime import Runtime

from nodes.context import Context
from nodes.state import Turn, TurnState, TurnUpdate


class Node(Protocol):
    """A step of a turn."""

    __name__: str

    def __call__(self, state: TurnState, runtime: Runtime[Context]) -> TurnUpdate: ...


def timed(node: Node) -> Node:
    """The same node, which also says how long it took."""

    def measured(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
        began = perf_counter()
        update = node(state, runtime)
        spent: Turn = {"milliseconds": {node.__name__: round((perf_counter() - began) * 1_000, 2)}}
        return {**update, "turn": {**update.get("turn", {}), **spent}}

    return measured
