"""A step of the clock: all plan and go where the plan says, what happens is observed, those who meet may talk, the tired reflect."""

from collections.abc import Sequence
from random import Random

from graph.simulation.cast import Cast
from graph.simulation.meeting import meet
from graph.simulation.reporting import look_ahead, tell_plan
from graph.simulation.scenario import Happening
from graph.simulation.world import Entry, News, World


def step(world: World, cast: Cast) -> list[Entry]:
    """Let a world go on to its next moment; what happened in between.

    Raises:
        MnemeError: The memory or the model failed; the world then stands in the middle of the step.
    """
    before = len(world.timeline)
    order = in_turn(world)
    slept = {id for id in order if world.doing[id].asleep}
    for id in order:
        look_ahead(world, cast, id)
    happen(world, cast, order)
    meet(world, cast, order)
    tired = [id for id in order if world.doing[id].asleep and id not in slept]
    reflect(world, cast, tired)
    world.clock += world.scenario.step
    if world.over:
        reflect(world, cast, [id for id in order if not world.doing[id].asleep])
    return world.timeline[before:]


def in_turn(world: World) -> list[str]:
    """The characters in the order of this step: the seed and the moment decide."""
    ids = [one.id for one in world.scenario.characters]
    Random(f"{world.scenario.seed} {world.clock.isoformat()}").shuffle(ids)
    return ids


def remind(world: World, cast: Cast) -> None:
    """Let everybody know what they know as it all begins: of that they can tell."""
    for one in world.scenario.characters:
        for what in one.memories:
            heard = cast.observe(one.id, what, world.clock, one.home)
            tell_plan(world, one.id, heard.planned)
            world.news.setdefault(one.id, []).append(News(id=heard.memory, knows=[one.id]))


def happen(world: World, cast: Cast, order: Sequence[str]) -> None:
    """Let what is due happen, for those who are there and awake."""
    events = sorted(world.scenario.events, key=lambda one: world.scenario.moment(one.at))
    for event in events[world.happened :]:
        if world.scenario.moment(event.at) > world.clock:
            return
        there = [id for id in order if not world.doing[id].asleep and cast.places.together(world.doing[id].place, event.place)]
        world.tell(Entry(at=world.clock, kind="event", who=tuple(there), text=event.what, place=event.place))
        for id in there:
            observed(world, cast, id, event, there)
        world.happened += 1


def observed(world: World, cast: Cast, id: str, event: Happening, there: list[str]) -> None:
    """Somebody sees what happens, may plan anew, and can tell those who were not there."""
    heard = cast.observe(id, event.what, world.clock, world.doing[id].place)
    world.news.setdefault(id, []).append(News(id=heard.memory, knows=list(there)))
    tell_plan(world, id, heard.planned)
    look_ahead(world, cast, id)


def reflect(world: World, cast: Cast, tired: Sequence[str]) -> None:
    """Let those who go to sleep look back, where enough has added up."""
    for id in tired:
        for insight in cast.reflect(id, world.clock, world.doing[id].place):
            world.tell(Entry(at=world.clock, kind="reflects", who=(id,), text=insight, place=world.doing[id].place))
