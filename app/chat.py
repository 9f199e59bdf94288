"""The conversation at the terminal."""

import readline  # noqa: F401  (gives the input line its editing keys)
from typing import TYPE_CHECKING

from rich.text import Text

from app.console import out, print_error, print_piece, print_turn_footer
from app.explaining import print_explanation
from app.turns import run_turn, turn_report
from stores.errors import MnemeError

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
        print_turn_footer(report)
    except KeyboardInterrupt:
        out.print(Text("\n(stopped; what you said is kept)", style="dim"))
    except MnemeError as error:
        out.print()
        print_error(error)
