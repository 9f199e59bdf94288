"""Measures each node and writes the milliseconds into the turn; what a model takes is told apart from Mneme's own work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Any, Protocol

from langgraph.runtime import Runtime

from nodes.context import Context


class Step(Protocol):
    """A step of a graph, as it runs it."""

    def __call__(self, state: Any, runtime: Runtime[Context]) -> Any: ...


SPENT_APART: ContextVar[dict[str, float] | None] = ContextVar("SPENT_APART", default=None)


@contextmanager
def apart(name: str) -> Iterator[None]:
    """What is done within counts under its own name, not as the node's; what is told apart within it again belongs to it."""
    spent, began = SPENT_APART.get(), perf_counter()
    token = SPENT_APART.set(None)
    try:
        yield
    finally:
        SPENT_APART.reset(token)
        if spent is not None:
            spent[name] = spent.get(name, 0.0) + milliseconds_since(began)


def timed(node: Callable[..., Any], field: str = "turn", **parts: Any) -> Step:
    """The same node with the parts it is given, which also says how long it took, in that field of its update."""

    def measured(state: Any, runtime: Runtime[Context]) -> Any:
        began, others = perf_counter(), dict[str, float]()
        token = SPENT_APART.set(others)
        try:
            update = node(state, runtime, **parts)
        finally:
            SPENT_APART.reset(token)
        spent = {node.__name__: milliseconds_since(began) - sum(others.values()), **others}
        told = {**update.get(field, {}), "milliseconds": {name: round(value, 2) for name, value in spent.items()}}
        return {**update, field: told}

    return measured


def milliseconds_since(began: float) -> float:
    """Milliseconds since a reading of the clock."""
    return (perf_counter() - began) * 1_000
