"""The commands under `mneme memories`: look at what is remembered, change it, forget it."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from app.console import counted, out, print_json, print_table, verbatim
from app.options import JsonOption, UserOption
from app.turns import shortened
from stores.errors import InputError

if TYPE_CHECKING:
    from graph.assembly import Settings

memories_app = typer.Typer(no_args_is_help=True, help="Look at what is remembered, change it, forget it.")

HISTORY_COLUMNS = ("when (UTC)", "what", "memory", "thread", "more")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The memory's id, or its first letters.")]


@memories_app.command("list")
def list_memories(
    user: UserOption = "me",
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="Only turn, snapshot, reflection, plan, profile or fact.")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1_000_000, help="How many, newest first.")] = 50,
    past: Annotated[bool, typer.Option("--all", help="Also what is hidden, expired, or has given way to newer words.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The memory stream, newest first."""
    from graph.assembly import open_memory
    from stores.access import Access
    from stores.record import KINDS, as_document

    if kind and kind not in KINDS:
        raise InputError(f"There is no kind {kind!r}.", f"The kinds are {', '.join(KINDS)}.")
    with open_memory() as memory:
        records = memory.stream(access=Access(user, role="owner"), kinds=[one for one in KINDS if one == kind], limit=limit, past=past)
    if as_json:
        print_json([as_document(record) for record in records])
        return
    if not records:
        out.print(Text(verbatim(f"Nothing{f' of the kind {kind}' if kind else ''} is remembered of {user}.")))
        return
    rows = [
        (record.id[:8], f"{record.said_at:%Y-%m-%d %H:%M}", record.kind, record.speaker, shortened(record.text, 100)) for record in records
    ]
    print_table(f"{counted(len(records), 'memory', 'memories')} of {user}", ("id", "said (UTC)", "kind", "by", "words"), rows)


@memories_app.command("show")
def show_memory(id: IdArgument, user: UserOption = "me", as_json: JsonOption = False) -> None:
    """One memory with all that is known of it, and what happened to it."""
    from app.memories import field_rows, history_of, history_rows, record_by_prefix
    from graph.assembly import open_memory
    from stores.record import as_document

    with open_memory() as memory:
        record = record_by_prefix(memory, user, id)
        events = history_of(memory, user, record.id)
    if as_json:
        print_json(as_document(record))
        return
    print_table(f"Memory {record.id}", ("field", "value"), field_rows(record))
    out.print()
    print_table("What happened to it", HISTORY_COLUMNS, history_rows(events))


@memories_app.command("history")
def show_history(id: IdArgument, user: UserOption = "me", as_json: JsonOption = False) -> None:
    """All that happened to a memory and its other versions, from the first word to its deletion. A forgotten one needs its whole id."""
    from app.memories import event_document, history_of, history_rows
    from graph.assembly import open_memory

    with open_memory() as memory:
        events = history_of(memory, user, id)
    if as_json:
        print_json([event_document(event) for event in events])
    else:
        print_table(f"What happened to {id}", HISTORY_COLUMNS, history_rows(events))


@memories_app.command("edit")
def edit_memory(
    id: IdArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it should say.")],
    user: UserOption = "me",
    as_json: JsonOption = False,
) -> None:
    """Give a memory other words. The earlier ones are kept, are recalled no more, and can be restored."""
    from app.memories import record_by_prefix
    from graph.assembly import open_memory
    from stores.access import Access

    with open_memory() as memory:
        access, record = Access(user, role="owner"), record_by_prefix(memory, user, id)
        resting = memory.would_forget([record.id], access=access).derived
        written = memory.edit(record.id, text, access=access)
    if as_json:
        print_json({"id": written.id, "outcome": written.outcome, "why": written.why, "derived": [one.id for one in resting]})
        return
    if written.outcome == "duplicate":
        out.print("It says so already.")
        return
    out.print(f"Memory {written.id[:8]} takes the place of {record.id[:8]}. To undo it: mneme memories restore {record.id[:8]}")
    if resting:
        out.print(f"{counted(len(resting), 'memory was', 'memories were')} made from the earlier words, and may still repeat them.")


@memories_app.command("forget")
def forget_memories(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The memories' ids, or their first letters.")],
    user: UserOption = "me",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    hide: Annotated[bool, typer.Option("--hide", help="Do not erase: hide, until `mneme memories restore`.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Forget memories for good, with all their versions and everything that was derived from them, also out of the files and threads."""
    from app.memories import receipt_document, receipt_rows, record_by_prefix
    from graph.assembly import Settings, open_memory
    from stores.access import Access

    settings = Settings()
    with open_memory(settings) as memory:
        access = Access(user, role="owner")
        wanted = [record_by_prefix(memory, user, id).id for id in ids]
        receipt = memory.would_forget(wanted, access=access)
        if not as_json:
            shown = [(id, why, shortened(words, 100)) for id, why, words in receipt_rows(memory, user, receipt, wanted)]
            print_table("What is hidden" if hide else "What goes", ("id", "why", "words"), shown)
        if not dry_run:
            confirm(len(receipt.ids), hide=hide, yes=yes, as_json=as_json)
            receipt = memory.hide(wanted, access=access) if hide else memory.forget(wanted, access=access)
    if not (as_json or dry_run):
        out.print(f"{counted(len(receipt.ids), 'memory is', 'memories are')} {'hidden' if hide else 'forgotten'}.")
    kept = [] if dry_run or hide else scrubbed(settings, shown=not as_json)
    if as_json:
        print_json(receipt_document(receipt, kept, done=not dry_run))


def scrubbed(settings: "Settings", *, shown: bool) -> list[str]:
    """Take the bytes of what was forgotten out of the home; the older copies in it that keep them."""
    from app.upkeep_commands import WORTH_SHOWING, progress_bar
    from graph.due import scrub
    from stores.upkeep.replacing import older_copies

    with progress_bar(shown=shown, least=WORTH_SHOWING) as progress:
        scrub(settings, datetime.now(UTC), progress)
    kept = older_copies(settings.home)
    if shown:
        out.print("Their words are in no file of the home any more." if not kept else f"Older copies keep their words: {', '.join(kept)}.")
    return kept


def confirm(count: int, *, hide: bool, yes: bool, as_json: bool) -> None:
    """Asks before anything is erased.

    Raises:
        InputError: There is nobody to ask, or the answer was no.
    """
    if yes or hide:
        return
    if as_json or not sys.stdin.isatty():
        raise InputError("Nothing was forgotten: there is nobody to ask whether to.", "Say --yes, or look first with --dry-run.")
    if not typer.confirm(f"Erase {counted(count, 'memory', 'memories')} for good?"):
        raise InputError("Nothing was forgotten.")


@memories_app.command("restore")
def restore_memory(id: IdArgument, user: UserOption = "me", as_json: JsonOption = False) -> None:
    """Bring back what was hidden, or make the words of an earlier version the newest again."""
    from app.memories import record_by_prefix
    from graph.assembly import open_memory
    from stores.access import Access

    with open_memory() as memory:
        record = record_by_prefix(memory, user, id)
        seen = memory.restore(record.id, access=Access(user, role="owner"))
    if as_json:
        print_json({"restored": list(seen)})
    else:
        out.print(f"{counted(len(seen), 'memory is', 'memories are')} seen again: {', '.join(one[:8] for one in seen)}.")


@memories_app.command("feedback")
def give_feedback(
    id: IdArgument,
    helpful: Annotated[bool, typer.Option("--good/--bad", help="Whether it helped.")],
    user: UserOption = "me",
) -> None:
    """Say whether a recalled memory helped. It is noted in the journal."""
    from app.memories import record_by_prefix
    from graph.assembly import open_memory
    from stores.access import Access

    with open_memory() as memory:
        memory.feedback(record_by_prefix(memory, user, id).id, helpful, access=Access(user, role="owner"))
    out.print("Noted.")
