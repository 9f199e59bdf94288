"""What is printed: results on stdout, errors with a hint on stderr."""

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from stores.errors import MnemeError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """The value as JSON on stdout, for machines: never wrapped or coloured."""
    out.file.write(json.dumps(value, ensure_ascii=False) + "\n")
    out.file.flush()


def print_error(error: MnemeError) -> None:
    """What went wrong, and what to do about it."""
    err.print(Text("Error: ", style="bold red").append(error.message, style="not bold default"))
    if error.hint:
        err.print(Text(error.hint, style="dim"))


def print_turn_footer(report: dict[str, Any]) -> None:
    """One dim line: the layer, what was recalled and how long it took."""
    tried = " -> ".join(str(layer) for layer in report["layers_tried"])
    count = len(report["recalled"])
    memories = f"{count} {'memory' if count == 1 else 'memories'} recalled"
    spent = sum(report["milliseconds"].values())
    out.print(Text(f"layer {tried} · {memories} · {report['mind']} mind · {spent:.0f} ms", style="dim"))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table."""
    table = Table(*columns, title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out.print(table)
