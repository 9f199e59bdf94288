"""A home as a whole: saved, loaded, written anew, examined and mended. Nobody else may have it open."""

from datetime import datetime
from functools import partial
from pathlib import Path

from graph.assembly import Settings, shared_embedder
from graph.resealing import reseal_threads
from stores.codec import Bare, codec_of
from stores.errors import InputError
from stores.home import held
from stores.keys import Key
from stores.manifest import Manifest, read_manifest, refuse_other_embedder, require_memory
from stores.upkeep.examining import Examination, Examiner, Repair
from stores.upkeep.replacing import finish_replacing
from stores.upkeep.rewriting import Progress, Rewriting, Rewritten
from stores.upkeep.snapshots import THREADS, Loaded, Title, load_snapshot, save_snapshot


def save(settings: Settings, file: Path, now: datetime) -> Title:
    """Write the whole memory and its threads to a file. Threads in Postgres are not in it.

    Raises:
        InputError: The file is there already, or there is no memory.
        StoreError: The memory is open or damaged, or the file cannot be written.
    """
    return save_snapshot(settings.home, settings.server, file, now)


def load(settings: Settings, file: Path, now: datetime, *, replace_bigger: bool) -> Loaded:
    """Put a saved memory in the place of the one in the home, which is kept aside.

    Raises:
        InputError: It is no snapshot, or the memory holds more and may not be replaced.
        StoreError: The snapshot is damaged, the memory is open, or there is no room; the memory stays as it was.
    """
    return load_snapshot(file, settings.home, settings.server, now, replace_bigger=replace_bigger)


def reindex(settings: Settings, embedder: str, progress: Progress) -> Rewritten:
    """Embed the whole memory anew, with another embedder or the same.

    Raises:
        InputError: There is no such embedder.
        StoreError: The memory is open or damaged, or would shrink; it stays as it was.
        ModelError: The embedder failed; the next try goes on from there.
    """
    codec = codec_of(settings.sealing_key)
    return Rewriting(settings.home, settings.server, codec, codec, shared_embedder(embedder), embed=True, progress=progress).run()


def migrate(settings: Settings, old: Key | None, new: Key | None, progress: Progress) -> Rewritten | None:
    """Bring the memory up to the form of this Mneme, under another key where the two differ; None where there is nothing to do.

    Raises:
        InputError: The threads are in Postgres and would need another key.
        StoreError: The memory is open or damaged, or the old key is not its key; it stays as it was.
    """
    if old is not new and settings.postgres_url.get_secret_value():
        raise InputError(
            "Threads that are in Postgres cannot be given another key.",
            "Unset MNEME_POSTGRES_URL to migrate the rest; its threads are then unreadable.",
        )
    manifest = settled_manifest(settings.home)
    embedder = shared_embedder(settings.embedder)
    refuse_other_embedder(manifest, embedder, settings.home)
    if old is new and manifest.current:
        return None
    codec = Bare() if manifest.first and not old else codec_of(old)
    fresh = codec if old is new and not manifest.first else codec_of(new)
    threads = partial(reseal, old=old, new=new)
    return Rewriting(settings.home, settings.server, codec, fresh, embedder, beside=threads, progress=progress).run()


def settled_manifest(home: Path) -> Manifest:
    """The manifest of a home, once what was being put in place there is in place.

    Raises:
        InputError: There is no memory, or a newer Mneme wrote it.
        StoreError: The memory is open, or its manifest cannot be read.
    """
    require_memory(home)
    with held(home):
        finish_replacing(home)
    return read_manifest(home)


def reseal(home: Path, fresh: Path, old: Key | None, new: Key | None) -> None:
    """Write the threads of a home anew into another folder."""
    reseal_threads(home / THREADS, fresh / THREADS, old, new)


def examine(settings: Settings) -> Examination:
    """Read all of the memory, and say what is wrong with it.

    Raises:
        StoreError: The memory is open, or its manifest or its key is not what it must be.
    """
    return examiner(settings).examine()


def repair(settings: Settings, now: datetime) -> Repair:
    """Mend what can be mended, and say what is lost.

    Raises:
        StoreError: The memory is open, or its manifest or its key is not what it must be.
    """
    return examiner(settings).repair(now)


def examiner(settings: Settings) -> Examiner:
    """What looks through the home of these settings."""
    return Examiner(settings.home, settings.server, shared_embedder(settings.embedder), codec_of(settings.sealing_key))
