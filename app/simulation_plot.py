"""A shared day as a picture: a lane a character, what it does as spans coloured by place, conversations between lanes, events as marks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from textwrap import shorten, wrap
from typing import TYPE_CHECKING

from graph.simulation.world import Entry, World

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#9ecae1", "#fdd0a2", "#a1d99b", "#dadaeb", "#fdae6b", "#c7e9c0", "#bcbddc", "#d9d9d9", "#f2b6c1", "#e6d690")
TALK, EVENT, CHANGE = "#c03a2b", "#222222", "#2f5d8a"
HEIGHT = 0.5  # of a lane, of 1
LETTERS = 170  # that fit beside one another into the width of the picture
SHORTEST, LINES = 5, 3  # letters of a line, and lines, in a span
MOST_TICKS = 18

Lanes = dict[str, int]


def plot(world: World, file: Path) -> None:
    """Write what happened so far as a PNG.

    Raises:
        OSError, ValueError: The file cannot be written.
    """
    # The object interface: pyplot would look for a screen.
    from matplotlib.figure import Figure

    people = world.scenario.characters
    canvas = Figure(figsize=(15, 1.8 + 1.2 * len(people)), layout="constrained")
    axes = canvas.add_subplot()
    lanes = {one.id: place for place, one in enumerate(people)}
    draw_spans(axes, world, lanes)
    draw_conversations(axes, world, lanes)
    draw_marks(axes, world, lanes)
    draw_axes(axes, world)
    axes.set_yticks(range(len(people)), [one.name for one in people], fontsize=11)
    canvas.legend(*axes.get_legend_handles_labels(), loc="outside right upper", frameon=False, fontsize=9)
    canvas.savefig(file, dpi=120, format="png")


def draw_axes(axes: "Axes", world: World) -> None:
    """The world's clock below, whole hours, and its name above."""
    begin, hours = world.scenario.begin, hour_of(world, world.clock)
    step = max(1, round(hours / MOST_TICKS))
    ticks = range(0, int(hours) + 1, step)
    clocks = [(begin + timedelta(hours=tick)).astimezone(world.scenario.zone) for tick in ticks]
    axes.set_xticks(ticks, [f"{one:%H:%M}" for one in clocks])
    axes.set_xlim(0, max(hours, 1))
    axes.set_ylim(len(world.scenario.characters) - 0.5, -0.9)
    axes.set_title(f"{world.scenario.name}, {begin:%Y-%m-%d}", loc="left", fontsize=11)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def draw_spans(axes: "Axes", world: World, lanes: Lanes) -> None:
    """What everybody does, in the colour of where."""
    places = list(dict.fromkeys(one.place for one in world.timeline if one.kind == "moves"))
    room = LETTERS / max(hour_of(world, world.clock), 1)
    for place, name in enumerate(places):
        spans = [(id, one, end) for id in lanes for one, end in spans_of(world, id) if one.place == name]
        starts = [hour_of(world, one.at) for _, one, _ in spans]
        lengths = [hour_of(world, end) - start for start, (_, _, end) in zip(starts, spans, strict=True)]
        axes.barh([lanes[id] for id, _, _ in spans], lengths, HEIGHT, starts, color=COLOURS[place % len(COLOURS)],
                  edgecolor="white", label=name)  # fmt: skip
        for start, length, (id, one, _) in zip(starts, lengths, spans, strict=True):
            words = "\n".join(wrap(one.text, int(length * room), max_lines=LINES, placeholder="…")) if length * room > SHORTEST else ""
            axes.text(start + length / 2, lanes[id], words, ha="center", va="center", fontsize=7.5, zorder=4)


def draw_conversations(axes: "Axes", world: World, lanes: Lanes) -> None:
    """A line between the lanes of the two who talk."""
    for number, one in enumerate(conversations(world.timeline)):
        at, (above, below) = hour_of(world, one.at), sorted(lanes[id] for id in one.who)
        ends = [above + HEIGHT / 2, below - HEIGHT / 2]
        axes.plot([at, at], ends, color=TALK, marker="o", markersize=6, linewidth=1.6,
                  label="" if number else "conversation")  # fmt: skip


def draw_marks(axes: "Axes", world: World, lanes: Lanes) -> None:
    """Where somebody plans anew, and what happened, with those who saw it."""
    for kind, colour, marker, below, label in (("replans", CHANGE, "^", 0.33, "plans anew"), ("event", EVENT, "*", -0.33, "event")):
        seen = [(hour_of(world, one.at), lanes[id] + below) for one in world.timeline if one.kind == kind for id in one.who]
        if seen:
            hours, heights = zip(*seen, strict=True)
            axes.scatter(hours, heights, color=colour, marker=marker, s=60, zorder=3, label=label)
    for number, one in enumerate(entry for entry in world.timeline if entry.kind == "event"):
        at = hour_of(world, one.at)
        axes.axvline(at, color=EVENT, linewidth=0.7, linestyle=":", zorder=0)
        axes.text(at, -0.72 + 0.16 * (number % 2), f" {shorten(one.text, 70, placeholder=' …')}", fontsize=8, color=EVENT)


def hour_of(world: World, moment: datetime) -> float:
    """How many hours after the beginning a moment is."""
    return (moment - world.scenario.begin) / timedelta(hours=1)


def spans_of(world: World, id: str) -> Iterator[tuple[Entry, datetime]]:
    """What somebody did, each with when it ended."""
    moves = [one for one in world.timeline if one.kind == "moves" and id in one.who]
    yield from ((one, after.at) for one, after in pairwise(moves))
    if moves:
        yield moves[-1], world.clock


def conversations(timeline: list[Entry]) -> Iterator[Entry]:
    """The first line of every conversation."""
    last: tuple[datetime, frozenset[str]] | None = None
    for one in timeline:
        if one.kind == "says":
            if (one.at, frozenset(one.who)) != last:
                yield one
            last = (one.at, frozenset(one.who))
