"""A home as a whole: saved, loaded, written anew, scrubbed, examined, mended, and looked after. Nobody else may have it open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from graph.assembly import Settings, open_memory, open_threads, shared_embedder
from graph.resealing import reseal_threads
from graph.scrubbing import scrub_thread
from stores.codec import Bare, codec_of
from stores.engines.server import IN_MEMORY
from stores.errors import InputError
from stores.home import held
from stores.journal import Event
from stores.keys import Key
from stores.manifest import Manifest, read_manifest, refuse_other_embedder, require_memory
from stores.memory_store import MemoryStore
from stores.upkeep.examining import Examination, Examiner, Repair
from stores.upkeep.replacing import finish_replacing
from stores.upkeep.rewriting import Progress, Rewriting, Rewritten, unseen
from stores.upkeep.snapshots import THREADS, Loaded, Title, load_snapshot, save_snapshot

WORTH_INDEXING = 20_000  # records; fewer are searched one by one as quickly


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


def scrub(settings: Settings, now: datetime, progress: Progress = unseen) -> int:
    """Take the bytes of what was forgotten off the disk: out of the threads, the journal and the engine's files.

    What is cut short is begun again by the next call: only at the end the journal notes that it is done.

    Returns:
        How many forgotten records there were whose bytes could still be there.

    Raises:
        StoreError: The memory is open, damaged, or cannot be written; its records stay as they were.
        ModelError: Records without a vector were to get one, and the embedder failed.
    """
    with open_memory(settings) as memory:
        due = memory.journal.unscrubbed()
        if not due:
            return 0
        scrub_threads(settings, memory, due)
        memory.journal.compact()
    if not (settings.server and settings.server.url == IN_MEMORY):
        codec = codec_of(settings.sealing_key)
        Rewriting(settings.home, settings.server, codec, codec, shared_embedder(settings.embedder), progress=progress).run()
    gone = [(user_id, record_id) for user_id, record_ids in due.items() for record_id in record_ids]
    with open_memory(settings) as memory:
        memory.journal.append(Event(now, user_id, "scrubbed", record_id) for user_id, record_id in gone)
    return len(gone)


def scrub_threads(settings: Settings, memory: MemoryStore, due: Mapping[str, Sequence[str]]) -> None:
    """Take what each user has forgotten out of the threads in which it was said, shown or used."""
    found = [(user_id, thread) for user_id, records in due.items() for thread in sorted(memory.journal.threads_of(user_id, records))]
    if not found or not (settings.postgres_url.get_secret_value() or (settings.home / THREADS).exists()):
        return
    with open_threads(settings) as threads:
        for user_id, thread in found:
            scrub_thread(threads, thread, user_id, memory)
        threads.compact()


@dataclass(frozen=True)
class Reflected:
    """One reflection that was due: of which character on which user, how many insights were kept, and what ended it, if anything did."""

    user_id: str
    character_id: str
    kept: int
    failed: str


@dataclass(frozen=True)
class Done:
    """What was due and is done.

    Attributes:
        scrubbed: Forgotten records whose bytes were taken off the disk.
        embedded: Records that had no vector.
        expired: Items past their time, which were removed.
        reflections: Those that were due.
        indexed: Whether the index of a large memory was built.
    """

    scrubbed: int
    embedded: int
    expired: int
    reflections: list[Reflected]
    indexed: bool


def look_after(settings: Settings, now: datetime, progress: Progress = unseen) -> Done:
    """Do what is due in a memory.

    Raises:
        StoreError: The memory cannot be opened, read or written.
        ModelError: The embedder failed.
    """
    scrubbed = scrub(settings, now, progress)
    with open_memory(settings) as memory:
        embedded, expired = memory.embed_missing(), memory.sweep(now)


from collections.abc import Mapping, Sequence
