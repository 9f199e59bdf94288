"""The commands that look after a home as a whole: snapshot, reindex, migrate, doctor, due."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from app.console import counted, err, out, print_json, print_table, verbatim
from app.options import JsonOption, ZoneOption, local_zone
from app.turns import noted_in
from stores.errors import InputError

if TYPE_CHECKING:
    from graph.due import Planned, Reflected
    from stores.keys import Key
    from stores.upkeep.rewriting import Progress, Rewritten
    from stores.upkeep.snapshots import Title

WORTH_SHOWING = 5_000  # memories that are scrubbed of what was forgotten: fewer take a moment

snapshot_app = typer.Typer(no_args_is_help=True, help="Save the whole memory to a file, verify such a file, load it.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file of the snapshot.")]


@snapshot_app.command("save")
def save(file: FileArgument, as_json: JsonOption = False) -> None:
    """Write the whole memory, its journal and its threads to one file. Of an encrypted home it is encrypted too."""
    from graph.assembly import Settings
    from graph.upkeep import save as save_home

    print_title(save_home(Settings(), file, datetime.now(UTC)), file, as_json=as_json)


@snapshot_app.command("verify")
def verify(file: FileArgument, as_json: JsonOption = False) -> None:
    """Read all of a snapshot and hold it against the checksums it was written with."""
    from stores.upkeep.snapshots import verify_snapshot

    print_title(verify_snapshot(file), file, as_json=as_json)


@snapshot_app.command("load")
def load(
    file: FileArgument,
    replace_bigger: Annotated[bool, typer.Option("--replace-bigger", help="Also where the memory holds more than the snapshot.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put a snapshot in the place of the memory. What was there before is kept in a folder beside it."""
    from graph.assembly import Settings
    from graph.upkeep import load as load_home

    loaded = load_home(Settings(), file, datetime.now(UTC), replace_bigger=replace_bigger)
    print_title(loaded.title, file, as_json=as_json, replaced=loaded.replaced)


def print_title(title: "Title", file: Path, *, as_json: bool, replaced: Path | None = None) -> None:
    """What a snapshot holds, and what it replaced."""
    if as_json:
        about = {"file": str(file), "made_at": title.made_at.isoformat(), "counts": title.counts, "encrypted": title.manifest.sealed}
        print_json({**about, "embedder": title.manifest.embedder, "replaced": str(replaced) if replaced else None})
        return
    held = ", ".join(f"{count} {name}" for name, count in title.counts.items())
    out.print(verbatim(f"{file}: sound, made {title.made_at:%Y-%m-%d %H:%M} UTC; {held or 'no memories'}."), markup=False)
    if replaced:
        out.print(verbatim(f"What was there before is kept in {replaced}. Delete it when it is not needed."), markup=False)


def reindex(
    embedder: Annotated[str, typer.Option("--embedder", metavar="NAME", help="The embedder to search by, as in MNEME_EMBEDDER.")],
    as_json: JsonOption = False,
) -> None:
    """Embed the whole memory anew. The old one stays until the new one is whole; when cut short, the same command goes on."""
    from graph.assembly import Settings
    from graph.upkeep import reindex as reindex_home

    settings = Settings()
    with progress_bar(shown=not as_json) as progress:
        report = reindex_home(settings, embedder, progress)
    print_rewritten(report, as_json=as_json)
    if embedder != settings.embedder and not as_json:
        out.print(f"Set MNEME_EMBEDDER={embedder} from now on.", markup=False)


def migrate(
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Encrypt a home that is not, with the key that is set.")] = False,
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Write an encrypted home in plain.")] = False,
    new_key_file: Annotated[
        Path | None, typer.Option("--new-key-file", metavar="FILE", help="Change the key to the one in a file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a home that an older Mneme wrote up to date, or change its key."""
    from graph.assembly import Settings
    from graph.upkeep import migrate as migrate_home
    from stores.keys import key_from

    if encrypt + decrypt + bool(new_key_file) > 1:
        raise InputError("A home is encrypted, decrypted or given another key, one at a time.")
    settings = Settings()
    key = settings.sealing_key
    if encrypt or decrypt or new_key_file:
        check_change(settings.home, key, encrypt=encrypt)
    old = None if encrypt else key
    new = None if decrypt else key_from("", new_key_file) if new_key_file else key
    with progress_bar(shown=not as_json) as progress:
        report = migrate_home(settings, old, new, progress)
    if report is None and not as_json:
        out.print("There is nothing to do: the memory is in the form of this Mneme.")
    else:
        print_rewritten(report, as_json=as_json)


def check_change(home: Path, key: "Key | None", *, encrypt: bool) -> None:
    """Refuses to encrypt a home that is encrypted, to decrypt one that is not or change its key, and to do either without a key."""
    from graph.upkeep import settled_manifest

    sealed = settled_manifest(home).sealed
    if encrypt and sealed:
        raise InputError(f"{home} is encrypted already.", "To change its key: mneme migrate --new-key-file FILE")
    if not encrypt and not sealed:
        raise InputError(f"{home} is not encrypted.", "To encrypt it: mneme migrate --encrypt")
    if key is None:
        make, name = "Make one with: mneme key --file FILE, and set MNEME_KEY_FILE.", "Set MNEME_KEY_FILE to the file of the home's key."
        raise InputError("No key is set.", make if encrypt else name)


def print_rewritten(report: "Rewritten | None", *, as_json: bool) -> None:
    """How many points each collection had and has."""
    counts = report.counts if report else {}
    if as_json:
        print_json({name: {"before": before, "after": after} for name, (before, after) in counts.items()})
        return
    for name, (before, after) in counts.items():
        out.print(f"{name}: {before} before, {after} after.")


def due(timezone: ZoneOption = "", as_json: JsonOption = False) -> None:
    """Do what is due: scrub what was forgotten, embed what has no vector, remove old items, plan, reflect, index a large memory."""
    from dataclasses import asdict

    from graph.assembly import Settings
    from graph.due import look_after
    from models.times import zone_named

    zone = local_zone(timezone)
    zone_named(zone)
    with progress_bar(shown=not as_json, least=WORTH_SHOWING) as progress:
        done = look_after(Settings(), datetime.now(UTC), zone, progress)
    if as_json:
        print_json({**asdict(done), "plannings": [planned_document(one) for one in done.plannings]})
        return
    for planned in done.plannings:
        out.print(Text(verbatim(told_of_plans(planned))))
    for one in done.reflections:
        out.print(Text(verbatim(told_of(one))))
    counts = f"{counted(done.embedded, 'memory', 'memories')} embedded, {counted(done.expired, 'item', 'items')} removed"
    counts += f", {counted(done.scrubbed, 'forgotten memory', 'forgotten memories')} scrubbed" if done.scrubbed else ""
    index = "; the index was built" if done.indexed else ""
    out.print(f"{counts}{index}." if any(asdict(done).values()) else "Nothing was due.")


def planned_document(one: "Planned") -> dict[str, Any]:
    """A planning that was due, as plain values."""
    return {"user_id": one.user_id, "character_id": one.character_id, "noted": noted_in(one.planning), "failed": one.failed}


def told_of_plans(one: "Planned") -> str:
    """What became of a planning that was due, for a person."""
    if one.failed:
        return f"{one.character_id} could not plan with {one.user_id}: {one.failed}"
    return f"{one.character_id} planned with {one.user_id}: {counted(len(noted_in(one.planning)), 'commitment', 'commitments')} noted."


def told_of(one: "Reflected") -> str:
    """What became of a reflection that was due, for a person."""
    if one.failed:
        return f"{one.character_id} could not reflect on {one.user_id}: {one.failed}"
    return f"{one.character_id} reflected on {one.user_id}: {counted(one.kept, 'insight', 'insights')} kept."


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what Mneme runs on, and what is wrong; the exit code is 1 where something is."""
    from app.doctor import examined

    report = examined(mend=repair)
    problems = report["problems"]
    if as_json:
        print_json(report)
    else:
        parts = [(name, in_words(value)) for name, value in report.items() if not isinstance(value, list)]
        print_table("Mneme", ("part", "is"), parts)
        told = (("Mended", report["mended"]), ("Lost", report["lost"]), ("Problem", problems))
        lines = [f"{word}: {one}" for word, several in told for one in several]
        none_yet = f"There is no memory in {report['home']} yet: the first words begin one."
        well = none_yet if report["begun"] is False else "No problems found."
        out.print(verbatim("\n".join([*(lines or [well]), *report["due"]])), markup=False)
    if problems:
        raise typer.Exit(1)


def in_words(value: str | int | None) -> str:
    """A value of the report, for a person."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else str(value)


@contextmanager
def progress_bar(*, shown: bool, least: int = 0) -> Iterator["Progress"]:
    """A bar on stderr, one line for each collection that has so many points at least."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    bar = Progress(*columns, console=err, disable=not shown)
    with ExitStack() as stack:

        def advance(name: str, done: int, total: int) -> None:
            if total < least:
                return
            if not tasks:
                stack.enter_context(bar)  # not before: a bar without a task leaves an empty line
            if name not in tasks:
                tasks[name] = bar.add_task(name)
            bar.update(tasks[name], completed=done, total=total)

        yield advance


UPKEEP = (reindex, migrate, doctor, due)
