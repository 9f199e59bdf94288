"""The command line. Heavy imports wait inside the commands that need them, so that light ones stay quick."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from app.console import (
    bear_any_encoding,
    bear_closed_streams,
    err,
    give_up_output,
    log_plainly,
    out,
    print_answer,
    print_error,
    print_json,
    print_turn_footer,
    verbatim,
)
from app.contexts import context_from, moment_from
from app.exit_codes import INTERRUPTED
from app.memory_commands import memories_app
from app.noted import print_noted
from app.options import (
    CharacterOption,
    JsonOption,
    LocaleOption,
    LocationOption,
    NewThreadOption,
    NowOption,
    PlansOption,
    RouterOption,
    ThreadOption,
    UserNameOption,
    UserOption,
    ZoneOption,
    local_zone,
)
from app.planning_commands import PLANNING
from app.reflection_commands import REFLECTION
from app.simulation_commands import simulate
from app.threads import show_threads
from app.upkeep_commands import UPKEEP, snapshot_app
from stores.errors import InputError, MnemeError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(memories_app, name="memories")
app.add_typer(snapshot_app, name="snapshot")
app.command("threads")(show_threads)
for command in (*PLANNING, *REFLECTION, simulate, *UPKEEP):
    app.command()(command)


def print_version(wanted: bool) -> None:
    """Print the version and end, where it is wanted."""
    if wanted:
        out.print(Text(f"mneme {version('mneme')}"))
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """An agent that remembers the people it talks to."""


@app.command()
def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What you say.")],
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    thread: ThreadOption = "main",
    now: NowOption = "",
    location: LocationOption = "",
    user_name: UserNameOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    router: RouterOption = "local",
    plans: PlansOption = "commitments",
    as_json: JsonOption = False,
) -> None:
    """Say one thing and read the answer."""
    from app.turns import run_turn, turn_report
    from graph.assembly import open_agent

    context = context_from(user, character, now, location, user_name, timezone, locale, router, plans)
    with open_agent() as agent:
        report = turn_report(run_turn(agent, text, context, thread), thread)
    if as_json:
        print_json(report)
    else:
        print_answer(report["answer"])
        print_noted(report["noted"], context)
        print_turn_footer(report)


@app.command()
def chat(
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    thread: NewThreadOption = "",
    location: LocationOption = "",
    user_name: UserNameOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    router: RouterOption = "local",
    plans: PlansOption = "commitments",
) -> None:
    """Talk, one line at a time. /why explains the last recall, /quit ends; then Mneme plans and reflects, where that is due."""
    from app.chat import converse, look_ahead, look_back
    from app.turns import thread_name
    from graph.assembly import open_agent

    context = context_from(user, character, "", location, user_name, timezone, locale, router, plans)
    with open_agent() as agent:
        converse(agent, context, thread or thread_name(datetime.now(ZoneInfo(context.timezone))))
        look_ahead(agent, context)
        look_back(agent, context)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Keep its memory in MNEME_HOME instead of a temporary folder.")] = False,
) -> None:
    """Play a bundled conversation of three sessions through the real graph."""
    from app.demo import play

    play(keep=keep)


@app.command("import")
def import_history(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to read, or the zip or folder that an export is.")],
    format: Annotated[
        str,
        typer.Option("--format", "-f", metavar="NAME", help="mneme, whatsapp, telegram, slack, chatgpt, realmem, locomo or longmemeval."),
    ] = "mneme",
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    user_name: Annotated[str, typer.Option("--user-name", metavar="NAME", help="Which of the speakers you are.")] = "",
    only: Annotated[str, typer.Option("--only", metavar="NAME", help="One conversation of the file, by its name, id or number.")] = "",
    thread: Annotated[
        str, typer.Option("--thread", metavar="NAME", help="What to call the conversation, where the file has no name.")
    ] = "",
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="The zone of times in the file that carry none.")] = "",
    day_first: Annotated[bool | None, typer.Option("--day-first/--month-first", help="Whether 05/06 is the fifth of June.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Read conversations held elsewhere into memory. The same file twice stores nothing twice.

    WhatsApp, Telegram, Slack and ChatGPT: docs/imports.md says how to export from each, and what is kept.
    """
    from app.importing import import_file
    from models.times import zone_named
    from stores.histories.history import ReadOptions

    zone = zone_named(timezone) if timezone else None
    options = ReadOptions(only=only, zone=zone, user_name=user_name, thread=thread, day_first=day_first)
    report = import_file(file, format, user, character, options, progress=not as_json)
    if as_json:
        print_json(report)
    else:
        print_import(report)


def print_import(report: dict[str, Any]) -> None:
    """How much of a file was stored, and what was not and why."""
    from app.importing import place_of

    counts = (report["read"], report["stored"], report["duplicates"], len(report["rejected"]))
    out.print("Read {}, stored {}, already known {}, not stored {}.".format(*counts))
    for rejected in report["rejected"]:
        err.print(f"  {place_of(rejected)}{verbatim(rejected['why'])}", markup=False)


@app.command()
def recall(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What to look for.")],
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    k: Annotated[int, typer.Option("--k", metavar="N", min=0, max=1_000, help="How many; 0: the most memories that a turn takes.")] = 0,
    ranking: Annotated[str, typer.Option(metavar="NAME", help="How they are ordered; a wrong name lists the rankings.")] = "",
    along: Annotated[str, typer.Option("--along", metavar="NAME", help="Only along this thread of life; see mneme threads.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Every candidate: its signals, and why it was taken or left.")] = False,
    sessions: Annotated[bool, typer.Option("--sessions", help="The conversations that hold it, in place of memories.")] = False,
    now: NowOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Find memories, best first, or the conversations that they come from."""
    from app.recalling import print_recall, print_sessions
    from graph.assembly import open_memory, shared_ranker
    from models.times import locale_named, zone_named
    from nodes.life_threads import thread_told
    from stores.access import Access
    from stores.memory_store import TAKEN
    from stores.sessions import sessions_of

    locale_named(locale)
    if explain and sessions:
        raise InputError("--explain is of memories, --sessions of conversations.", "Give one of them.")
    access = Access(user, character)
    zone = local_zone(timezone)
    replayed = moment_from(now, zone)
    moment = (replayed or datetime.now(UTC)).astimezone(zone_named(zone))
    with open_memory() as memory:
        ranker = shared_ranker(ranking) if ranking else None
        among = thread_told(memory, access, along, until=replayed, now=moment).thread.ids if along else ()
        recall = memory.recall(query, access=access, k=k or TAKEN, now=moment, until=replayed, among=among, ranker=ranker)
    if sessions:
        print_sessions(sessions_of(recall.candidates)[: k or TAKEN], moment, zone, locale, as_json=as_json)
    else:
        print_recall(recall, moment, zone, locale, explain=explain, as_json=as_json)


@app.command(name="eval")
def evaluate(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which evaluation; a wrong name lists them.")],
    data: Annotated[Path | None, typer.Option("--data", metavar="FOLDER", envvar="MNEME_DATA", help="The folder of the data sets.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only so many questions or conversations.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="For every choice by chance.")] = 0,
    folder: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Also write the figures and their plot there.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure Mneme on conversations and questions."""
    from app.evaluating import evaluate as run_eval

    run_eval(name, data, limit, seed, as_json=as_json, folder=folder)


@app.command("key")
def make_key(
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="Write it there, for its owner alone to read.")] = None,
) -> None:
    """Make a key to encrypt a home with. Whoever loses it loses what it encrypts."""
    from stores.keys import new_key, write_key

    if file is None:
        typer.echo(new_key())
        return
    write_key(file)
    out.print(Text(verbatim(f"A new key is in {file}. Keep a copy of it elsewhere, and set MNEME_KEY_FILE={file.absolute()}.")))


@contextmanager
def reported() -> Iterator[None]:
    """Errors of our own, and of a system that takes no output, become one message with a hint, and exit code 2; an interruption is one
    line, and exit code 130."""
    try:
        yield
    except MnemeError as error:
        print_error(error)
        sys.exit(2)
    except OSError as error:
        give_up_output()
        what = error.filename or "The output"
        print_error(
            MnemeError(f"{what} cannot be used: {error.strerror or error}.", "See that the disk has room. What was stored is kept.")
        )
        sys.exit(2)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            err.print("Stopped. What was stored is kept.", style="dim")
        raise


def refuse_garbled(arguments: list[str]) -> None:
    """Refuses bytes that are no text, before they are taken for somebody's words.

    Raises:
        InputError: There are such bytes.
    """
    try:
        " ".join(arguments).encode()
    except UnicodeEncodeError as error:
        raise InputError("What was given is not text in this terminal's encoding.", "Set the terminal to UTF-8.") from error


def main() -> None:
    """The command `mneme`."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    bear_any_encoding()
    bear_closed_streams()
    log_plainly()
    with reported():
        refuse_garbled(sys.argv)
        try:
            app(prog_name="mneme")
        finally:
            sys.stdout.flush()
