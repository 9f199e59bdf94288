"""Plays the bundled conversation through the real graph: three sessions on different days, then questions about the first ones."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rich.rule import Rule
from rich.text import Text

from app.console import out
from app.turns import run_turn, turn_report

if TYPE_CHECKING:
    from graph.assembly import Agent, Settings

Line = dict[str, str]


def play(*, keep: bool) -> None:
    """Play every line and print what happened in each turn; in a temporary folder, or in the home folder where `keep` is set."""
    from graph.assembly import open_agent

    with demo_settings(keep=keep) as settings, open_agent(settings) as agent:
        for thread, lines in groupby(conversation(), key=lambda line: line["thread"]):
            spoken = list(lines)
            out.print()
            out.print(Rule(f"{thread}: {spoken[0]['now'][:10]}, {spoken[0]['location']}", align="left"))
            for line in spoken:
                print_line(line, played(agent, line))


@contextmanager
def demo_settings(*, keep: bool) -> "Iterator[Settings]":
    """The settings as they are, or with a home that is gone afterwards."""
    from graph.assembly import Settings

    if keep:
        yield Settings()
        return
    with TemporaryDirectory(prefix="mneme-demo-") as folder:
        yield Settings(home=Path(folder))


def conversation() -> list[Line]:
    """The lines of the bundled conversation, in order."""
    text = files("app").joinpath("demo/conversation.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def played(agent: "Agent", line: Line) -> dict[str, Any]:
    """One line said to the agent, as a report."""
    from nodes.context import Context

    context = Context.model_validate(
        {"user_id": "ada", "now": line["now"], "location": line["location"], "user_name": line["user_name"], "memories": 4}
    )
    return turn_report(run_turn(agent, line["text"], context, line["thread"]), line["thread"])


def print_line(line: Line, report: dict[str, Any]) -> None:
    """What was said, at which layer it was answered, what was recalled, and the answer."""
    tried = " -> ".join(str(layer) for layer in report["layers_tried"])
    out.print(Text(f"\n{line['user_name']}> ", style="bold cyan").append(line["text"], style="not bold default"))
    out.print(Text(f"  layer {tried} ({report['mind']} mind)", style="dim"))
    for memory in report["recalled"]:
        out.print(
            Text(
                f"  recalled {memory['score']:.2f} [{memory['said_at'][:10]}] {memory['speaker'] or memory['kind']}: {memory['text']}",
                style="dim",
            )
        )
    out.print(Text("Mneme> ", style="bold green").append(report["answer"], style="not bold default"))
