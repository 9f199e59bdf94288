"""Runs a world from where it stands: begins it, goes on with it, begins it anew."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from langgraph.checkpoint.base import BaseCheckpointSaver

from graph.simulation.cast import Cast
from graph.simulation.scenario import Scenario
from graph.simulation.steps import remind, step
from graph.simulation.world import Entry, World, begun, forget_world, keep, kept_world
from models.minds import Minds, mind_for
from stores.errors import StoreError
from stores.memory_store import MemoryStore

if TYPE_CHECKING:
    from graph.assembly import Agent


def simulate(
    agent: "Agent",
    scenario: Scenario,
    *,
    until: datetime | None = None,
    minds: Minds = mind_for,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[list[Entry]]:
    """Let a world go on from where it stands; what happened, a step of the clock at a time. Each step is kept before it is given.

    Args:
        agent: The agent, which is every character, with the store and the threads that keep their memories.
        scenario: The world.
        until: The moment before which the last step begins; the world's end where it is None.
        minds: Gives the mind of what is thought beside a turn: the agent's own.
        stopped: Whether to stop, asked between two steps.

    Raises:
        InputError: The world was begun with another file.
        MnemeError: The memory or the model failed; what the step had kept by then is done again by the next call.
    """
    memory = memory_of(agent)
    world = kept_world(scenario, memory) or begun(scenario)
    cast = Cast(agent, memory, scenario, world.run, minds)
    if not world.introduced:
        introduce(world, cast)
        yield list(world.timeline)
    end = min(until or scenario.end, scenario.end)
    while world.clock < end and not stopped():
        entries = step(world, cast)
        keep(world, memory)
        yield entries


def introduce(world: World, cast: Cast) -> None:
    """Keep who the characters are, what they did the day before, and what they know."""
    cast.introduce()
    remind(world, cast)
    world.introduced = True
    keep(world, cast.memory)


def begin_anew(agent: "Agent", scenario: Scenario) -> None:
    """Forget a world with all its memories and threads.

    Raises:
        StoreError: They cannot be removed.
    """
    memory = memory_of(agent)
    run, threads = forget_world(scenario, memory)
    if isinstance(agent.checkpointer, BaseCheckpointSaver):
        for thread in threads:
            agent.checkpointer.delete_thread(thread)
    keep(begun(scenario, run + 1), memory)


def stands_at(agent: "Agent", scenario: Scenario) -> datetime:
    """The next moment of a world.

    Raises:
        InputError: It was begun with another file.
    """
    world = kept_world(scenario, memory_of(agent))
    return world.clock if world else scenario.begin


def memory_of(agent: "Agent") -> MemoryStore:
    """The memory of an agent.

    Raises:
        StoreError: It has another store than Mneme's.
    """
    if not isinstance(agent.store, MemoryStore):
        raise StoreError("The agent has no Mneme store.", "Use graph.assembly.open_agent().")
    return agent.store
