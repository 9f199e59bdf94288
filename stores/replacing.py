"""Puts files that were made beside a home in the place of the home's own, so that a crash leaves the old ones or the new ones."""

import shutil
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from stores.errors import StoreError

NEXT = "next"  # being made; a crash leaves it for the next try
READY = "ready"  # whole: it only has to be moved into place
ASIDE = "aside"  # names, within what is ready, the folder for what is replaced
DROPPED = "dropped"
SAVING = "saving-"  # how the folders begin in which a snapshot is prepared


def aside_name(home: Path, now: datetime) -> str:
    """A name, not in use, for the folder that keeps what is replaced."""
    name = f"replaced-{now:%Y%m%dT%H%M%S}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(one for one in names if not (home / one).exists())


def replace_home(home: Path, aside: str) -> None:
    """Move what was made in `next` into the home. What it replaces goes to the folder `aside`; into nothing, where that is `dropped`.

    Raises:
        StoreError: A file cannot be moved; the next opening goes on with it.
    """
    try:
        (home / NEXT / ASIDE).write_text(aside, encoding="utf-8")
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
            aside = home / (ready / ASIDE).read_text(encoding="utf-8")
            aside.mkdir(exist_ok=True)
            for entry in sorted(one for one in ready.iterdir() if one.name != ASIDE):
                take_place(entry, home, aside)
            (ready / ASIDE).unlink()
        if ready.exists():
            ready.rmdir()
        if (home / DROPPED).exists():
            shutil.rmtree(home / DROPPED)
    except OSError as error:
        raise StoreError(f"{ready} cannot be put in place: {error.strerror}.", "Make the folder writable, and open it again.") from error


def take_place(entry: Path, home: Path, aside: Path) -> None:
    """Move one entry into the home, and what was there before, with what SQLite keeps beside it, out of the way."""
    for name in (entry.name, f"{entry.name}-wal", f"{entry.name}-shm"):
        if (home / name).exists():
            (home / name).rename(aside / name)
    entry.rename(home / entry.name)
