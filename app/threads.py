"""`mneme threads`: what runs through a memory, and one of it told in order."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from app.console import counted, out, print_json, print_table, verbatim
from app.options import JsonOption, LocaleOption, UserOption, ZoneOption, local_zone
from app.turns import shortened

if TYPE_CHECKING:
    from models.life_threads.weaving import LifeThread
    from nodes.life_threads import Told


def show_threads(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The thread to tell; without it they are listed.")] = "",
    user: UserOption = "me",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=5_000, help="How many are listed, the most telling first.")] = 30,
    full: Annotated[bool, typer.Option("--full", help="All words of each memory.")] = False,
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    as_json: JsonOption = False,
) -> None:
    """The people, places and themes that run through a memory; with NAME, one of them told in order, oldest first.

    They are found anew each time, in the newest 5,000 memories of the user, by rules for English.
    """
    from graph.assembly import open_memory
    from nodes.life_threads import thread_told, threads_of
    from stores.access import Access

    zone, access = checked(timezone, locale), Access(user, role="owner")
    with open_memory() as memory:
        if name:
            told = thread_told(memory, access, name)
        else:
            threads = threads_of(memory, access)[:limit]
    if as_json:
        print_json(told_document(told) if name else [thread_document(one) for one in threads])
    elif name:
        print_told(told, zone, locale, full=full)
    else:
        print_threads(threads, user, zone)


def checked(timezone: str, locale: str) -> str:
    """The time zone in which moments are told.

    Raises:
        InputError: The zone or the locale is unknown.
    """
    from models.times import locale_named, zone_named

    locale_named(locale)
    return zone_named(local_zone(timezone)).key


def print_threads(threads: Sequence["LifeThread"], user: str, zone: str) -> None:
    """The threads as a table, each with its first and last day."""
    from models.times import zone_named

    if not threads:
        out.print(Text(verbatim(f"No thread runs through the memories of {user} yet: one needs three memories of two days.")))
        return
    place = zone_named(zone)
    rows = [
        (one.what, str(len(one.ids)), f"{one.begins.astimezone(place):%Y-%m-%d}", f"{one.ends.astimezone(place):%Y-%m-%d}", titled(one))
        for one in threads
    ]
    print_table(f"{counted(len(threads), 'thread', 'threads')} of {user}", ("what", "memories", "from", "to", "name"), rows)


def titled(thread: "LifeThread") -> str:
    """The name of a thread, and what else it is called."""
    return f"{thread.name} ({', '.join(thread.also)})" if thread.also else thread.name


def print_told(told: "Told", zone: str, locale: str, *, full: bool) -> None:
    """A thread told in order, oldest first."""
    from models.times import date_in_words

    rows = [(date_in_words(one.said_at, zone, locale), one.speaker, one.text if full else shortened(one.text)) for one in told.records]
    print_table(f"{titled(told.thread)}: {counted(len(rows), 'memory', 'memories')}", ("said", "by", "words"), rows)


def thread_document(thread: "LifeThread") -> dict[str, Any]:
    """A thread as plain values."""
    return {
        "name": thread.name,
        "what": thread.what,
        "also": list(thread.also),
        "memories": len(thread.ids),
        "from": thread.begins.isoformat(),
        "to": thread.ends.isoformat(),
    }


def told_document(told: "Told") -> dict[str, Any]:
    """A thread with its memories as plain values, oldest first."""
    records = [
        {"id": one.id, "text": one.text, "speaker": one.speaker, "said_at": one.said_at.isoformat(), "kind": one.kind}
        for one in told.records
    ]
    return {**thread_document(told.thread), "records": records}
