"""The command that lets a world go on, and shows what happened in it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from signal import SIGINT, default_int_handler, signal
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from app.console import err, out, print_json, verbatim
from app.options import JsonOption
from stores.errors import InputError

if TYPE_CHECKING:
    from graph.simulation.scenario import Scenario
    from graph.simulation.world import Entry, World


def simulate(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", show_default=False, help="The world, as JSON (docs/simulation.md); else the bundled day."),
    ] = None,
    until: Annotated[
        str, typer.Option("--until", metavar="ISO", help="Stop there: 12:00 of the day it stands in, or 2026-05-08T12:00.")
    ] = "",
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew: its memories, plans and threads are forgotten.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Only show what happened so far; nothing goes on.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Also draw what happened so far, as a PNG.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Let several characters live through a shared day. It can be stopped with Ctrl-C, and the same command goes on with it.

    They wake, plan, notice each other, talk by what each of them remembers, and look back at night. Who was not there does not know.
    """
    from graph.assembly import open_memory
    from graph.simulation.world import kept_world

    if restart and replay:
        raise InputError("--restart forgets what --replay shows.", "Give one of them.")
    scenario = scenario_of(file)
    if not replay:
        run(scenario, until, restart=restart, quiet=as_json)
    with open_memory() as memory:
        world = kept_world(scenario, memory)
    if world is None:
        raise InputError(f"{scenario.name} has not begun yet.", "Run it without --replay.")
    if plot:
        draw(world, plot)
    if as_json:
        print_json(world_document(world))
    elif replay:
        print_entries(world.timeline, scenario)


def scenario_of(file: Path | None) -> "Scenario":
    """The world of a file, or the bundled day.

    Raises:
        InputError: The file does not tell of a world.
    """
    from graph.simulation.scenario import read_scenario, scenario_in

    if file:
        return read_scenario(file)
    return scenario_in(files("app").joinpath("demo/day.json").read_text(encoding="utf-8"), "The bundled day")


def run(scenario: "Scenario", until: str, *, restart: bool, quiet: bool) -> None:
    """Let a world go on, and print what happens as it does.

    Raises:
        MnemeError: It cannot be begun, or the memory or the model failed.
    """
    from graph.assembly import open_agent
    from graph.simulation.running import begin_anew, simulate, stands_at

    with ExitStack() as opened:
        agent = opened.enter_context(open_agent())
        if restart:
            begin_anew(agent, scenario)
        end = moment_in(until, scenario, stands_at(agent, scenario))
        stopping = opened.enter_context(stoppable())
        for entries in simulate(agent, scenario, until=end, stopped=lambda: bool(stopping)):
            if not quiet:
                print_entries(entries, scenario)
        at = stands_at(agent, scenario)
    if not quiet:
        err.print(Text(where_it_stands(at, scenario), style="dim"))


def where_it_stands(at: datetime, scenario: "Scenario") -> str:
    """Whether it has come to its end, and if not, how it goes on."""
    if at >= scenario.end:
        return "It is over. --replay shows it again, --restart begins anew."
    return f"It stands at {at.astimezone(scenario.zone):%Y-%m-%d %H:%M}. The same command goes on with it."


def moment_in(written: str, scenario: "Scenario", now: datetime) -> datetime | None:
    """A moment that a person wrote, on the world's clocks; a time alone is that of the day that it is there.

    Raises:
        InputError: It is none.
    """
    if not written:
        return None
    day = "" if "T" in written or "-" in written else f"{now.astimezone(scenario.zone).date().isoformat()}T{written:0>5}"
    try:
        return scenario.moment(datetime.fromisoformat(day or written))
    except ValueError as error:
        raise InputError(f"{written!r} is no moment.", "Write it as 12:00, or as 2026-05-08T12:00.") from error


@contextmanager
def stoppable() -> Iterator[list[bool]]:
    """Within it the first Ctrl-C only asks to stop, by filling the list; the second one interrupts."""
    asked: list[bool] = []

    def ask(*_: object) -> None:
        asked.append(True)
        signal(SIGINT, default_int_handler)
        err.print("Stopping after this step; Ctrl-C again stops in the middle of it.", style="dim")

    before = signal(SIGINT, ask)
    try:
        yield asked
    finally:
        signal(SIGINT, before)


def print_entries(entries: "list[Entry]", scenario: "Scenario") -> None:
    """What happened, one thing a line."""
    for one in entries:
        told = Text(f"{one.at.astimezone(scenario.zone):%H:%M} ", style="dim")
        told.append(verbatim(line_of(one, scenario)), style="not dim bold" if one.kind == "says" else "not dim")
        out.print(told, soft_wrap=not out.is_terminal)


def line_of(entry: "Entry", scenario: "Scenario") -> str:
    """What happened, in words."""
    names = [scenario.person(id).name for id in entry.who]
    where, text = f" ({entry.place})" if entry.place else "", " ".join(entry.text.split())
    match entry.kind:
        case "says":
            return f"{names[0]} to {names[1]}{where}: {text}"
        case "event":
            return f"* {text}{where} {'Seen by ' + ' and '.join(names) if names else 'Nobody is there'}."
        case "notices":
            return f"{text}{where}."
        case "moves":
            return f"{names[0]}: {text or 'nothing planned'}{where}"
        case kind:
            return f"{names[0]} {kind}: {text}".replace(" plan:", " plans:")


def world_document(world: "World") -> dict[str, Any]:
    """Where a world stands, and all that happened in it, as plain values."""
    told = world.model_dump(mode="json", include={"clock", "timeline"})
    return {"name": world.scenario.name, "user": world.user_id, "over": world.over, **told}


def draw(world: "World", file: Path) -> None:
    """Write what happened as a PNG.

    Raises:
        InputError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from app.simulation_plot import plot

        plot(world, file)
    except ImportError as error:
        raise InputError("Plots need matplotlib.", "Install mneme with the extra `plots`.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be written: {error}.", "Name a PNG file in a folder that is there.") from error
