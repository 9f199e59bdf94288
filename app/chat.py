"""The conversation at the terminal."""

import readline  # noqa: F401  (gives the input line its editing keys)
from typing import TYPE_CHECKING

from rich.text import Text

from app.console import counted, out, print_error, print_piece, print_turn_footer, verbatim
from app.explaining import print_explanation
from app.noted import print_noted
from app.turns import noted_in, run_turn, turn_report
from stores.errors import MnemeError
from stores.memory_store import MemoryStore

if TYPE_CHECKING:
    from graph.assembly import Agent
    from nodes.context import Context

COMMANDS = "/why explains the last recall, /quit ends."


def converse(agent: "Agent", context: "Context", thread: str) -> None:
    """Read a line, answer it, until the user leaves. An error ends the turn, not the conversation."""
    out.print(Text(f"You talk as {context.user_id}, in thread {thread}. {COMMANDS}", style="dim"))
    while (line := read_line()) != "/quit":
        if line == "/why":
            print_explanation(agent, context, thread)
        elif line.startswith("/"):
            out.print(Text(f"There is no command {line}. {COMMANDS}", style="dim"))
        elif line:
            take_turn(agent, line, context, thread)


def look_back(agent: "Agent", context: "Context") -> None:
    """Reflect once the conversation is over, where that is due; Ctrl-C leaves it for another time."""
    from graph.due import reflected

    memory = agent.store
    assert isinstance(memory, MemoryStore)
    try:
        with out.status("Looking back ..."):
            done = reflected(memory, context)
    except KeyboardInterrupt:
        out.print(Text("(stopped; the reflection stays due)", style="dim"))
        return
    if done:
        kept = done.failed or f"{counted(done.kept, 'insight', 'insights')} kept; see mneme reflections"
        out.print(Text(verbatim(f"Looked back on what is new: {kept}."), style="dim"))


def look_ahead(agent: "Agent", context: "Context") -> None:
    """Plan once the conversation is over, where that was put off; Ctrl-C leaves it for another time."""
    from graph.due import planned

    memory = agent.store
    assert isinstance(memory, MemoryStore)
    try:
        with out.status("Looking ahead ..."):
            done = planned(memory, context)
    except KeyboardInterrupt:
        out.print(Text("(stopped; planning stays due)", style="dim"))
        return
    if done and done.failed:
        out.print(Text(verbatim(f"Looked ahead: {done.failed}."), style="dim"))
    elif done:
        print_noted(noted_in(done.planning), context)


def read_line() -> str:
    """What the user typed; the end of the input is /quit."""
    try:
        return input("\nyou> ").strip()
    except (EOFError, KeyboardInterrupt):
        out.print()
        return "/quit"


def show(piece: str, streamed: list[str]) -> None:
    """Print a piece of the answer, and keep that there was one."""
    print_piece(piece)
    streamed.append(piece)


def take_turn(agent: "Agent", text: str, context: "Context", thread: str) -> None:
    """Print the answer as it comes."""
    try:
        out.print(Text(f"{context.character_name or 'Mneme'}> ", style="bold"), end="")
        streamed: list[str] = []
        report = turn_report(run_turn(agent, text, context, thread, lambda piece: show(piece, streamed)), thread)
        if not streamed:
            print_piece(report["answer"])
        out.print()
        print_noted(report["noted"], context)
        print_turn_footer(report)
    except KeyboardInterrupt:
        out.print(Text("\n(stopped; what you said is kept)", style="dim"))
    except MnemeError as error:
        out.print()
        print_error(error)
