"""What is printed: results on stdout, errors with a hint on stderr."""

import io
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from stores.errors import MnemeError

out = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, emoji=False)

CONTROLS = [code for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if chr(code) not in "\n\t"]
NARROWEST_TABLE = 60  # columns of a terminal
NARROWEST_COLUMN = 16  # of the one that wraps
GAP = 2  # between two columns
SHOWN_CONTROLS = {code: chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "\ufffd" for code in CONTROLS}


def bear_any_encoding() -> None:
    """What the terminal's encoding lacks is printed as a replacement sign, instead of ending the command; what is read and is no text stays
    what it is, to be refused where it would be kept."""
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace"), (sys.stderr, "replace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def bear_closed_streams() -> None:
    """An input that is closed, as it is for what a system starts by itself, is one that has ended; what is printed goes nowhere then."""
    sys.stdin = sys.stdin or io.StringIO()
    sys.stdout = sys.stdout or io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8")


def give_up_output() -> None:
    """What is still to be printed goes nowhere: else Python tries once more when it ends, and gives an exit code of its own."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def print_json(value: Any) -> None:
    """The value as one line of JSON in UTF-8 on stdout, for machines: never wrapped or coloured."""
    typer.echo(json.dumps(value, ensure_ascii=False).encode())


def verbatim(text: str) -> str:
    """The text as it is, but for control characters, which are shown as signs: remembered words never steer the terminal."""
    return text.translate(SHOWN_CONTROLS)


class PlainLines(logging.Formatter):
    """Formats what is logged, which can quote an endpoint or a file, so that it never steers the terminal either."""

    def format(self, record: logging.LogRecord) -> str:
        return verbatim(super().format(record))


def log_plainly() -> None:
    """What is logged goes to stderr, as Python does it, but for control characters."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLines())
    logging.basicConfig(handlers=[handler])


def counted(count: int, one: str, many: str) -> str:
    """A number of things, in words that agree with it."""
    return f"{count} {one if count == 1 else many}"


def print_answer(text: str) -> None:
    """An answer, wrapped for a terminal alone."""
    out.print(Text(verbatim(text)), soft_wrap=not out.is_terminal)


def print_piece(text: str) -> None:
    """A piece of an answer, at once."""
    out.file.write(verbatim(text))
    out.file.flush()


def print_error(error: MnemeError) -> None:
    """What went wrong, and what to do about it."""
    soft_wrap = not err.is_terminal
    err.print(Text("Error: ", style="bold red").append(verbatim(error.message), style="not bold default"), soft_wrap=soft_wrap)
    if error.hint:
        err.print(Text(verbatim(error.hint), style="dim"), soft_wrap=soft_wrap)


def print_turn_footer(report: dict[str, Any]) -> None:
    """One dim line: the layer, what was recalled, how long it took, and for a chat model what its prompts cost."""
    tried = " -> ".join(str(layer) for layer in report["layers_tried"])
    count = len(report["recalled"])
    memories = f"{count} {'memory' if count == 1 else 'memories'} recalled"
    spent = sum(report["milliseconds"].values())
    parts = [f"layer {tried}", memories, f"{report['mind']} mind", f"{spent:.0f} ms"]
    if report["mind"] == "chat":
        prompts = sum(one["prompt"] for one in report["prompts"])
        parts.append(f"{prompts:,} tokens (whole thread: {report['instead']['full_history']:,})")
    if report["reflection_due"]:
        parts.append("a reflection is due")
    if report["planning_due"]:
        parts.append("planning is due")
    out.print(Text(" · ".join(parts), style="dim"))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table, whose last column wraps; where a line has no room for it, it stands below the others."""
    others = sum(max(map(cell_len, column)) + GAP for column in list(zip(columns, *rows, strict=True))[:-1])
    if out.width < max(NARROWEST_TABLE, others + NARROWEST_COLUMN):
        print_stacked(title, rows)
        return
    table = Table(title=Text(verbatim(title)), title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column != columns[-1])
    for row in rows:
        table.add_row(*(Text(verbatim(cell)) for cell in row))
    out.print(table)


def print_stacked(title: str, rows: Sequence[Sequence[str]]) -> None:
    """The rows of a table for a narrow terminal: the last cell of each on lines of its own."""
    out.print(Text(verbatim(title), style="italic"))
    for *cells, last in rows:
        out.print(Text(verbatim(" ".join(filter(None, cells))), style="dim"))
        out.print(Padding(Text(verbatim(last)), (0, 0, 0, 2)))
