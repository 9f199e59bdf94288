"""Finds out what is wrong with the memory in a folder, and mends what can be mended."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from stores.codec import Codec
from stores.embedder import Embedder
from stores.engines.engine import Collection, Match, Point, Where
from stores.engines.opening import engine_at
from stores.engines.server import IN_MEMORY, Server
from stores.engines.words import Words
from stores.errors import FolderDamaged
from stores.home import held
from stores.journal import JOURNAL, SQLITE_DAMAGE, Event, Journal, salvage_journal
from stores.manifest import Manifest, check_manifest
from stores.upkeep.contents import COLLECTIONS, drop_ghosts, has_its_vectors, sound_words
from stores.upkeep.replacing import DAMAGED, NEXT, aside_name, finish_replacing, replace_home
from stores.upkeep.rewriting import Rewriting
from stores.upkeep.snapshots import THREADS

CODED = ("document", "value", "index", "entry")  # fields that the codec writes, which are checked by reading them


@dataclass
class Examination:
    """What is in a memory, and what is wrong with it.

    Attributes:
        counts: How many points of each collection can be read.
        damaged: Points that cannot, by collection.
        unsearchable: Points whose vectors or words are missing or damaged, by collection: they are not found as they should be.
        doubled: How many points are stored twice, by collection.
        closed: Collections that cannot be opened at all, with the reason.
        lost: The user and the id of each record that the journal knows and the engine does not.
        unnoted: The same the other way round.
        hidden_from: Users of whom the engine finds fewer records than there are.
        journal: What is wrong with the journal.
        threads: What is wrong with the threads.
        unfinished: A new writing of the memory (reindex, migrate) was cut short; the same command goes on with it.
        unscrubbed: How many records were deleted whose bytes may still be on the disk.
    """

    counts: dict[str, int] = field(default_factory=dict)
    damaged: dict[str, list[str]] = field(default_factory=dict)
    unsearchable: dict[str, list[str]] = field(default_factory=dict)
    doubled: dict[str, int] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    lost: list[tuple[str, str]] = field(default_factory=list)
    unnoted: list[tuple[str, str]] = field(default_factory=list)
    hidden_from: list[str] = field(default_factory=list)
    journal: str = ""
    threads: str = ""
    unfinished: bool = False
    unscrubbed: int = 0

    @property
    def engine_damaged(self) -> bool:
        """Whether the engine has to be written anew."""
        return bool(self.damaged or self.closed or self.hidden_from or self.unsearchable or self.doubled)

    @property
    def problems(self) -> list[str]:
        """What is wrong, each in one sentence."""
        return [*self._engine_problems(), *self._journal_problems()]

    def _engine_problems(self) -> Iterator[str]:
        for name, why in self.closed.items():
            yield f"The {name} cannot be opened: {why}"
        for name, ids in self.damaged.items():
            yield f"{len(ids)} of the {name} cannot be read: {some_of(ids)}."
        for name, ids in self.unsearchable.items():
            yield f"{len(ids)} of the {name} have no sound vector, so they are not found as they should be: {some_of(ids)}."
        for name, count in self.doubled.items():
            yield f"{count} of the {name} are stored twice, which takes twice the room: the building of an index was cut short."
        if self.hidden_from:
            yield f"The engine does not find all records of {some_of(self.hidden_from)}."

    def _journal_problems(self) -> Iterator[str]:
        if self.journal:
            yield f"The journal is damaged: {self.journal}."
        if self.lost:
            yield f"{len(self.lost)} memories that the journal knows are lost: {some_of([id for _, id in self.lost])}."
        if self.unnoted:
            yield f"{len(self.unnoted)} memories are not in the journal: {some_of([id for _, id in self.unnoted])}."
        if self.threads:
            yield f"The threads are damaged: {self.threads}."
        if self.unfinished:
            yield "Writing the memory anew was cut short. The same command (reindex, migrate) goes on with it; the memory is as it was."


@dataclass(frozen=True)
class Repair:
    """What was wrong, what of it is lost for good (but for a snapshot), and what the memory is like now."""

    before: Examination
    lost: list[str]
    after: Examination


@dataclass(frozen=True)
class Examiner:
    """Looks through the memory in a folder that nobody else has open.

    Attributes:
        home: The folder.
        server: The server that holds its records, if not the folder.
        embedder: The embedder it was written with.
        codec: The codec it was written with.
    """

    home: Path
    server: Server | None
    embedder: Embedder
    codec: Codec

    def examine(self) -> Examination:
        """Read everything, and say what is wrong.

        Raises:
            FolderInUse: The memory is open.
            FolderDamaged: Its manifest cannot be read.
            StoreError: The key is not the memory's, or the server fails.
            EmbedderMismatch: It was written with another embedder.
        """
        with held(self.home):
            finish_replacing(self.home)
            manifest = check_manifest(self.home, self.embedder, self.codec, self.server)
            found = Examination(unfinished=(self.home / NEXT).exists(), threads=database_damage(self.home / THREADS))
            owners = self._examine_engine(manifest, found)
            self._examine_journal(owners, found)
        return found

    def repair(self, now: datetime) -> Repair:
        """Mend what can be mended, say what is lost, and examine again. What was damaged is kept beside what takes its place.

        The engine is written anew from what can be read of it. Raises what `examine` does.
        """
        found, lost = self.examine(), list[str]()
        if found.threads:
            set_aside(self.home / THREADS, now)
            lost.append("The threads are lost: conversations begin anew, the memories stay.")
        if found.journal:
            self._repair_journal(now)
        if found.engine_damaged:
            aside = aside_name(self.home, now)
            done = Rewriting(self.home, self.server, self.codec, self.codec, self.embedder, salvage=True, aside=aside).run()
            lost += [f"The {name} are lost: nothing of them could be read." for name in done.gone]
            lost += [f"Points that could not be read are lost: {some_of(done.lost)}."] if done.lost else []
        again = self.examine()
        lost += [f"{len(again.lost)} memories are lost: {some_of([id for _, id in again.lost])}."] if again.lost else []
        self._repair_notes(again, now)
        return Repair(found, lost, self.examine())

    def _examine_engine(self, manifest: Manifest, found: Examination) -> dict[str, str]:
        """Read every point; the user of each record that can be read, by its id."""
        owners: dict[str, str] = {}
        if self.server and self.server.url == IN_MEMORY:
            return owners
        with closing(engine_at(self.home, self.server, manifest.prefix)) as engine:
            for name in [one for one in COLLECTIONS if one in engine.collections()]:
                try:
                    collection = engine.collection(name, manifest.dimension, COLLECTIONS[name].indexes)
                except FolderDamaged as error:
                    found.closed[name] = error.message
                    continue
                drop_ghosts(name, collection)
                readable = self._examine_points(name, collection, found)
                found.doubled |= {name: twice} if (twice := collection.doubled()) else {}
                if name == "records":
                    owners = readable
                    found.hidden_from = hidden_owners(collection, owners)
        return owners

    def _examine_points(self, name: str, collection: Collection, found: Examination) -> dict[str, str]:
        """Read the points of a collection; whose each is that can be read, by its id."""
        readable: dict[str, str] = {}
        words = Words()
        for point in collection.salvage():
            if isinstance(point, str):
                found.damaged.setdefault(name, []).append(point)
                continue
            try:
                searchable = self._searchable(name, point, words)
            except FolderDamaged:
                found.damaged.setdefault(name, []).append(point.id)
                continue
            readable[point.id] = str(point.payload.get("user_id", ""))
            if not searchable:
                found.unsearchable.setdefault(name, []).append(point.id)
        found.counts[name] = len(readable)
        return readable

    def _searchable(self, name: str, point: Point, words: Words) -> bool:
        """Whether a point has the id, the payload, the vectors and the words that belong to its texts.

        Raises:
            FolderDamaged: It cannot be read.
        """
        content = COLLECTIONS[name]
        fresh = content.anew(point.payload, self.codec, self.codec)
        moved = content.id(point.payload, self.codec) != point.id
        if moved or any(point.payload.get(field) != value for field, value in fresh.items() if field not in CODED):
            return False
        due = words.of_point(content.words(point.payload, self.codec))
        return has_its_vectors(content, point, self.codec) and sound_words(point, due)

    def _examine_journal(self, owners: dict[str, str], found: Examination) -> None:
        """Hold the journal against the engine, but for what was begun and not settled, which the next opening finishes."""
        try:
            with closing(Journal(self.home / JOURNAL, self.codec)) as journal:
                found.journal = journal.damage() or unreadable_events(journal.unreadable())
                if found.journal:
                    return
                living = {id: user for user, id in journal.living()}
                begun = {id for intent in journal.pending().values() for id in intent.ids}
                found.unscrubbed = sum(map(len, journal.unscrubbed().values()))
        except FolderDamaged as error:
            found.journal = error.message.removesuffix(".")
            return
        found.lost = [(user, id) for id, user in living.items() if id not in owners and id not in begun]
        found.unnoted = [(user, id) for id, user in owners.items() if id not in living and id not in begun]

    def _repair_journal(self, now: datetime) -> None:
        """Write what can be read of the journal to a new one; the damaged one is kept."""
        with held(self.home):
            shutil.rmtree(self.home / NEXT, ignore_errors=True)
            (self.home / NEXT).mkdir()
            salvage_journal(self.home / JOURNAL, self.home / NEXT / JOURNAL, self.codec)
            replace_home(self.home, aside_name(self.home, now))

    def _repair_notes(self, found: Examination, now: datetime) -> None:
        """Let the journal say what is so: which records there are, and which are lost."""
        with held(self.home), closing(Journal(self.home / JOURNAL, self.codec)) as journal:
            journal.append(Event(now, user, "remembered", id, detail={"repaired": True}) for user, id in found.unnoted)
            journal.append(Event(now, user, "lost", id) for user, id in found.lost)


def hidden_owners(records: Collection, owners: dict[str, str]) -> list[str]:
    """The users of whom the engine's index finds fewer records than there are."""
    there = Counter(owners.values())
    return [user for user, count in there.items() if records.count(Where((Match("user_id", (user,)),))) < count]


def unreadable_events(count: int) -> str:
    """What is wrong with so many events, or an empty string."""
    return f"{count} of its entries cannot be read" if count else ""


def database_damage(file: Path) -> str:
    """What SQLite's own check finds wrong with a file, or an empty string."""
    if not file.exists():
        return ""
    try:
        with closing(sqlite3.connect(file)) as connection:
            found = [line for (line,) in connection.execute("PRAGMA integrity_check")]
    except SQLITE_DAMAGE as error:
        return str(error)
    return "" if found == ["ok"] else found[0]


def set_aside(file: Path, now: datetime) -> None:
    """Give a damaged file another name, with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        damaged = file.with_name(file.name + suffix)
        if damaged.exists():
            damaged.rename(file.with_name(f"{file.name}{DAMAGED}{now:%Y%m%dT%H%M%S}{suffix}"))


def some_of(names: Sequence[str], most: int = 3) -> str:
    """The first few of several names."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
