"""The command line. Heavy imports wait inside the commands that need them, so that light ones stay quick."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.console import err, out, print_error, print_json, print_table, print_turn_footer
from stores.errors import InputError, MnemeError

if TYPE_CHECKING:
    from nodes.context import Context

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", help="An agent that remembers the people it talks to."
)
memories_app = typer.Typer(no_args_is_help=True, help="Look at what is remembered.")
app.add_typer(memories_app, name="memories")

UserOption = Annotated[str, typer.Option("--user", "-u", envvar="MNEME_USER", help="Whose memory it is.")]
CharacterOption = Annotated[str, typer.Option("--character", help="The id of the character who answers.")]
ThreadOption = Annotated[str, typer.Option("--thread", "-t", help="The conversation that goes on.")]
NowOption = Annotated[str, typer.Option("--now", metavar="ISO", help="The moment, where it is not now: 2026-05-07T09:30:00+02:00.")]
LocationOption = Annotated[str, typer.Option("--location", help="Where the character is.")]
UserNameOption = Annotated[str, typer.Option("--user-name", help="What the user is called.")]
ZoneOption = Annotated[
    str, typer.Option("--timezone", envvar="MNEME_TIMEZONE", help="The user's time zone; the machine's where it is not given.")
]
LocaleOption = Annotated[str, typer.Option("--locale", envvar="MNEME_LOCALE", help="The language of dates: en, ko, ja, de, ...")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def local_zone(name: str) -> str:
    """The time zone of that name, or the machine's."""
    from tzlocal import get_localzone_name

    return name or get_localzone_name() or "UTC"


def moment_from(written: str, timezone: str) -> datetime | None:
    """The moment a person wrote; without an offset it is in their time zone.

    Raises:
        InputError: It is no ISO 8601 moment, or the zone is unknown.
    """
    from models.times import zone_named

    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise InputError(f"{written!r} is no moment.", "Write it as 2026-05-07T09:30:00+02:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_named(timezone))


def context_from(user: str, character: str, now: str, location: str, user_name: str, timezone: str, locale: str) -> "Context":
    """The run's context from the options of a command."""
    from nodes.context import Context

    zone = local_zone(timezone)
    return Context(
        user_id=user,
        character_id=character,
        now=moment_from(now, zone),
        location=location,
        user_name=user_name,
        timezone=zone,
        locale=locale,
    )


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="What you say.")],
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    thread: ThreadOption = "main",
    now: NowOption = "",
    location: LocationOption = "",
    user_name: UserNameOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Say one thing and read the answer."""
    from app.turns import run_turn, turn_report
    from graph.assembly import open_agent

    context = context_from(user, character, now, location, user_name, timezone, locale)
    with open_agent() as agent:
        report = turn_report(run_turn(agent, text, context, thread), thread)
    if as_json:
        print_json(report)
    else:
        out.print(report["answer"], markup=False)
        print_turn_footer(report)


@app.command()
def chat(
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    thread: ThreadOption = "",
    location: LocationOption = "",
    user_name: UserNameOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
) -> None:
    """Talk, one line at a time. /why explains the last recall, /quit ends."""
    from app.chat import converse
    from app.turns import thread_name
    from graph.assembly import open_agent

    context = context_from(user, character, "", location, user_name, timezone, locale)
    with open_agent() as agent:
        converse(agent, context, thread or thread_name(datetime.now(ZoneInfo(context.timezone))))


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Keep its memory in MNEME_HOME instead of a temporary folder.")] = False,
) -> None:
    """Play a bundled conversation of three sessions through the real graph."""
    from app.demo import play

    play(keep=keep)


@app.command("import")
def import_history(
    file: Annotated[Path, typer.Argument(help="The file to read.")],
    format: Annotated[str, typer.Option("--format", "-f", help="mneme, realmem, locomo or longmemeval.")] = "mneme",
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    only: Annotated[str, typer.Option("--only", help="One conversation of the file, by its name or number.")] = "",
    timezone: ZoneOption = "",
    as_json: JsonOption = False,
) -> None:
    """Read conversations held elsewhere into memory. The same file twice stores nothing twice."""
    from app.importing import import_file
    from models.times import zone_named
    from stores.histories.history import ReadOptions

    zone = zone_named(timezone) if timezone else None
    report = import_file(file, format, user, character, ReadOptions(only=only, zone=zone), progress=not as_json)
    if as_json:
        print_json(report)
        return
    out.print(
        f"Read {report['read']}, stored {report['stored']}, already known {report['duplicates']}, not stored {len(report['rejected'])}."
    )
    for rejected in report["rejected"]:
        err.print(f"  line {rejected['line']}: {rejected['why']}" if rejected["line"] else f"  {rejected['why']}", markup=False)


@app.command()
def recall(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    k: Annotated[int, typer.Option("--k", min=1, max=1_000, help="How many memories.")] = 8,
    now: NowOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Find memories, best first."""
    from graph.assembly import open_memory
    from models.times import ago
    from stores.access import Access

    moment = moment_from(now, local_zone(timezone)) or datetime.now(UTC)
    with open_memory() as memory:
        found = memory.recall(query, access=Access(user, character), k=k, now=moment).taken
    if as_json:
        keys = ("id", "text", "speaker", "said_at", "kind")
        print_json([{**recalled_fields(one.record, keys), "score": one.score, "signals": one.signals} for one in found])
        return
    rows = [(f"{one.score:.2f}", ago(one.record.said_at, moment, locale), one.record.speaker, shortened(one.record.text)) for one in found]
    print_table(f"{len(found)} memories", ("score", "said", "by", "words"), rows)


def recalled_fields(record: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    """Some fields of a record as plain values."""
    document = record.model_dump(mode="json", include=set(keys))
    return {key: document[key] for key in keys}


def shortened(text: str, most: int = 160) -> str:
    """The text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


@memories_app.command("list")
def list_memories(
    user: UserOption = "me",
    kind: Annotated[str, typer.Option("--kind", help="Only turn, snapshot, reflection, plan, profile or fact.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """The memory stream, newest first."""
    from graph.assembly import open_memory
    from stores.access import Access
    from stores.record import KINDS, as_document

    if kind and kind not in KINDS:
        raise InputError(f"There is no kind {kind!r}.", f"The kinds are {', '.join(KINDS)}.")
    with open_memory() as memory:
        records = memory.stream(access=Access(user, role="owner"), kinds=[one for one in KINDS if one == kind], limit=limit)
    if as_json:
        print_json([as_document(record) for record in records])
        return
    rows = [
        (record.id[:8], f"{record.said_at:%Y-%m-%d %H:%M}", record.kind, record.speaker, shortened(record.text, 100)) for record in records
    ]
    print_table(f"{len(records)} memories of {user}", ("id", "said (UTC)", "kind", "by", "words"), rows)


@memories_app.command("show")
def show_memory(
    id: Annotated[str, typer.Argument(help="The memory's id, or its first letters.")],
    user: UserOption = "me",
    as_json: JsonOption = False,
) -> None:
    """One memory with all that is known of it, and what happened to it."""
    from app.memories import history_rows, record_by_prefix
    from graph.assembly import open_memory
    from stores.record import as_document

    with open_memory() as memory:
        record = record_by_prefix(memory, user, id)
        rows = history_rows(memory, record)
    if as_json:
        print_json(as_document(record))
        return
    print_table(
        record.id,
        ("field", "value"),
        [(name, str(value)) for name, value in as_document(record).items() if value not in ("", None, [], {})],
    )
    out.print()
    print_table("What happened to it", ("when (UTC)", "what", "thread"), rows)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Say what Mneme runs on, and what is wrong."""
    from app.doctor import examined

    report = examined()
    if as_json:
        print_json(report)
    else:
        problems = report.pop("problems")
        print_table("Mneme", ("part", "is"), [(name, str(value)) for name, value in report.items()])
        out.print("\n".join(f"Problem: {problem}" for problem in problems) or "No problems found.", markup=False)


@app.command(name="eval")
def evaluate(
    name: Annotated[str, typer.Argument(help="Which evaluation; a wrong name lists them.")],
    data: Annotated[Path | None, typer.Option("--data", envvar="MNEME_DATA", help="The folder of the data sets.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only so many questions or conversations.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="For every choice by chance.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Measure Mneme on conversations and questions."""
    from app.evaluating import evaluate as run_eval

    run_eval(name, data, limit, seed, as_json=as_json)


@contextmanager
def reported() -> Iterator[None]:
    """Errors of our own become one message with a hint, and exit code 2."""
    try:
        yield
    except MnemeError as error:
        print_error(error)
        sys.exit(2)


def main() -> None:
    """The command `mneme`."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with reported():
        app()


if __name__ == "__main__":
    main()
