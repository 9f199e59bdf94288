"""What somebody plans and does, as the timeline tells it."""

from datetime import datetime

from graph.simulation.cast import Cast
from graph.simulation.world import Entry, World
from nodes.planning.strokes import stroke_from
from nodes.state import Planning


def look_ahead(world: World, cast: Cast, id: str) -> None:
    """Let somebody who is awake plan, where there is anything to plan, and go over to what the plan says."""
    doing = cast.doing(id, world.clock)
    if not doing.asleep:
        tell_plan(world, id, cast.plan(id, world.clock, world.doing[id].place))
        doing = cast.doing(id, world.clock)
    before, world.doing[id] = world.doing[id], doing
    if (before.what, before.place) != (doing.what, doing.place):
        world.tell(Entry(at=world.clock, kind="moves", who=(id,), text=doing.what, place=doing.place))


def tell_plan(world: World, id: str, planned: Planning) -> None:
    """Tell of a day that was planned, or planned anew."""
    if not planned.get("day"):
        return
    strokes = [stroke_from(one) for one in planned["day"]]
    told = "; ".join(f"{clock(world, one.span.start)} {one.what}" for one in strokes if one.span.end > world.clock)
    if planned.get("reacts"):
        world.tell(Entry(at=world.clock, kind="replans", who=(id,), text=f"{planned.get('why', '')} {told}".strip()))
    else:
        world.tell(Entry(at=world.clock, kind="plan", who=(id,), text=told))


def clock(world: World, moment: datetime) -> str:
    """The time on the world's clocks."""
    return f"{moment.astimezone(world.scenario.zone):%H:%M}"
