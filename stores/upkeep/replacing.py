"""Puts files that were made beside a home in the place of the home's own, so that a crash leaves the old ones or the new ones."""

import os
import shutil
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from stores.errors import StoreError

NEXT = "next"  # being made; a crash leaves it for the next try
READY = "ready"  # whole: it only has to be moved into place
ASIDE = "aside"  # names, within what is ready, the folder for what is replaced
DROPPED = "dropped"
WHOLE = "whole"
PARTS = ("engine", "journal.sqlite", "threads.sqlite", "mneme.json")
SAVING = "saving-"  # how the folders begin in which a snapshot is prepared
REPLACED = "replaced-"
DAMAGED = ".damaged-"


def aside_name(home: Path, now: datetime) -> str:
    """A name, not in use, for the folder that keeps what is replaced."""
    name = f"{REPLACED}{now:%Y%m%dT%H%M%S}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(one for one in names if not (home / one).exists())


def older_copies(home: Path) -> list[str]:
    """The names of what a home keeps of the time before something took its place."""
    return sorted(one.name for one in home.iterdir() if one.name.startswith(REPLACED) or DAMAGED in one.name)


def replace_home(home: Path, aside: str, *, whole: bool = False) -> None:
    """Move what was made in `next` into the home.

    Args:
        home: The folder.
        aside: The folder for what is replaced; with `dropped` it is deleted.
        whole: Whether everything of the old home is replaced, also what has no successor.

    Raises:
        StoreError: A file cannot be moved; the next opening goes on with it.
    """
    try:
        note_aside(home / NEXT, aside, WHOLE if whole else "")
        write_through(home / NEXT)
        (home / NEXT).rename(home / READY)
    except OSError as error:
        raise StoreError(f"{home / NEXT} cannot be put in place: {error.strerror}.", "The memory is as it was.") from error
    finish_replacing(home)


def finish_replacing(home: Path) -> None:
    """Move what is ready into place, whoever began it. One caller at a time.

    Raises:
        StoreError: A file cannot be moved; the next opening goes on with it.
    """
    ready = home / READY
    try:
        if (ready / ASIDE).exists():
            name, extent = (ready / ASIDE).read_text(encoding="utf-8").split("\n")
            aside = home / name
            aside.mkdir(exist_ok=True)
            if extent == WHOLE:
                for part in [one for one in PARTS if not (ready / one).exists()]:
                    move_away(part, home, aside)
                # From here on a part that is not in `ready` any more is the new one.
                note_aside(ready, name, "")
            for entry in sorted(one for one in ready.iterdir() if not one.name.startswith(ASIDE)):
                take_place(entry, home, aside)
            (ready / ASIDE).unlink()
        if ready.exists():
            ready.rmdir()
        if (home / DROPPED).exists():
            shutil.rmtree(home / DROPPED)
    except OSError as error:
        raise StoreError(f"{ready} cannot be put in place: {error.strerror}.", "Make the folder writable, and open it again.") from error


def note_aside(folder: Path, name: str, extent: str) -> None:
    """Note in one step where what is replaced goes, and whether that is everything."""
    written = folder / f"{ASIDE}.new"
    written.write_text(f"{name}\n{extent}", encoding="utf-8")
    written.replace(folder / ASIDE)


def take_place(entry: Path, home: Path, aside: Path) -> None:
    """Move one entry into the home, and what was there before out of the way."""
    move_away(entry.name, home, aside)
    entry.rename(home / entry.name)


def move_away(part: str, home: Path, aside: Path) -> None:
    """Move a part of the home, with what SQLite keeps beside it, out of the way."""
    for name in (part, f"{part}-wal", f"{part}-shm"):
        if (home / name).exists():
            (home / name).rename(aside / name)


def write_through(folder: Path) -> None:
    """Have the disk keep everything in a folder, before what it replaces goes."""
    for file in [one for one in folder.rglob("*") if one.is_file()]:
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
