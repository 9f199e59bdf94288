"""The state of a world between two moments of its clock, and where it is kept."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from graph.simulation.scenario import Scenario
from stores.access import Access
from stores.errors import InputError
from stores.memory_store import MOST, MemoryStore
from stores.record import Moment

EntryKind = Literal["plan", "moves", "notices", "says", "event", "reflects", "replans"]

KEPT, STATE = "simulations", "state"


class Entry(BaseModel):
    """What happened at a moment: to whom, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Moment
    kind: EntryKind
    who: tuple[str, ...]
    text: str
    place: str = ""


class News(BaseModel):
    """A memory that its owner may tell, and the characters who, as far as it knows, know of it."""

    id: str
    knows: list[str]


class Doing(BaseModel):
    """What somebody does, and where; whether they are bound to it, and whether they sleep."""

    what: str = ""
    place: str
    bound: bool = False
    asleep: bool = False


class World(BaseModel):
    """Where a simulation stands.

    Attributes:
        scenario: What it was begun with.
        run: How often it was begun: what belongs to one run stands in no thread of another.
        introduced: Whether everybody knows who they are and what they did the day before.
        clock: The next moment to come.
        happened: How many of the events have happened.
        doing: What each character does.
        seen: Whom each character sees.
        considered: When two last thought of talking, and `talked` when they did, by both ids.
        news: What each character can tell.
    """

    model_config = ConfigDict(extra="forbid")

    scenario: Scenario
    run: int = 1
    introduced: bool = False
    clock: Moment
    happened: int = 0
    doing: dict[str, Doing]
    seen: dict[str, list[str]] = Field(default_factory=dict)
    considered: dict[str, Moment] = Field(default_factory=dict)
    talked: dict[str, Moment] = Field(default_factory=dict)
    news: dict[str, list[News]] = Field(default_factory=dict)
    timeline: list[Entry] = Field(default_factory=list)

    @property
    def user_id(self) -> str:
        """Whose memories they are: no person's."""
        return user_of(self.scenario)

    @property
    def over(self) -> bool:
        """Whether it has come to its end."""
        return self.clock >= self.scenario.end

    def tell(self, entry: Entry) -> None:
        """Add to the timeline."""
        self.timeline.append(entry)


def user_of(scenario: Scenario) -> str:
    """The user under whom the memories of a simulation are kept."""
    return f"simulation {scenario.name}"


def begun(scenario: Scenario, run: int = 1) -> World:
    """A world in which nothing has happened yet; everybody is at home."""
    return World(scenario=scenario, run=run, clock=scenario.begin, doing={one.id: Doing(place=one.home) for one in scenario.characters})


def kept_world(scenario: Scenario, memory: MemoryStore) -> World | None:
    """The world as it was kept, to go on with; None where it was never begun.

    Raises:
        InputError: It was begun with another file; only the end may be another.
    """
    if (item := memory.get((KEPT, scenario.name), STATE)) is None:
        return None
    world = World.model_validate(item.value)
    if world.scenario.model_copy(update={"ends": scenario.ends}) != scenario:
        raise InputError(f"{scenario.name} was begun with another file.", "Begin anew with --restart, or give it another name.")
    world.scenario = scenario
    return world


def keep(world: World, memory: MemoryStore) -> None:
    """Write down where the world stands, all of it at once."""
    value: dict[str, Any] = world.model_dump(mode="json", by_alias=True)
    memory.put((KEPT, world.scenario.name), STATE, value, index=False)


def forget_world(scenario: Scenario, memory: MemoryStore) -> tuple[int, list[str]]:
    """Remove all memories of a world; how often it was begun, and the threads that they were made in, which the caller removes.

    Raises:
        StoreError: The memory cannot be written.
    """
    access = Access(user_of(scenario), role="owner")
    records = memory.stream(access=access, past=True, limit=MOST)
    if records:
        memory.forget([one.id for one in records], access=access)
    kept = memory.get((KEPT, scenario.name), STATE)
    return (kept.value["run"] if kept else 0), sorted({one.thread_id for one in records if one.thread_id})
