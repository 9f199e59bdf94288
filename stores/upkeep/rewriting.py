"""Writes a whole memory anew: for another embedder, another key, a newer Mneme. The old one stays in place until the new one is whole."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stores.batches import batched
from stores.codec import Codec
from stores.embedder import Embedder
from stores.engines.engine import Collection, Engine, Point, Where
from stores.engines.opening import drop_collections, engine_at
from stores.engines.rescue import rescue
from stores.engines.server import IN_MEMORY, Server
from stores.errors import EmbedderMismatch, FolderDamaged, InputError, StoreError
from stores.home import held
from stores.journal import JOURNAL, copy_journal
from stores.manifest import Manifest, check_key, check_place, opens, read_manifest, require_memory, write_manifest
from stores.points import Reader, payload_of
from stores.upkeep.contents import COLLECTIONS, Change, drop_ghosts
from stores.upkeep.replacing import DROPPED, NEXT, finish_replacing, replace_home

BATCH = 256
SCRATCH = "rescue"

Progress = Callable[[str, int, int], None]
Beside = Callable[[Path, Path], None]


def unseen(name: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass
class Rewritten:
    """How many points each collection had (as far as it could be opened) and has, the ids of those that could not be read,
    and the collections of which nothing could."""

    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rewriting:
    """What to write anew, and how.

    Attributes:
        home: The folder of the memory.
        server: Where its records are, if not in the folder.
        old: The codec it was written with.
        new: The codec it will be written with.
        embedder: The embedder it will be searched by.
        embed: Whether all vectors are made anew, also where the embedder is the same.
        beside: Writes what else belongs to the home (its threads) from the home into the new folder.
        salvage: Whether points that cannot be read are left behind, and told; else the first of them ends it.
        aside: The folder that keeps what is replaced; by default nothing does.
        progress: Told the collection, how many of its points are done, and of how many.
    """

    home: Path
    server: Server | None
    old: Codec
    new: Codec
    embedder: Embedder
    embed: bool = False
    beside: Beside = lambda home, fresh: None
    salvage: bool = False
    aside: str = DROPPED
    progress: Progress = unseen

    def run(self) -> Rewritten:
        """Write it anew, then put it in place. Where an earlier try was cut short, go on from there.

        Raises:
            InputError: There is none, it is the process's own and gone with it, or it was written by a newer Mneme.
            FolderDamaged: Something of it cannot be read; it stays as it is.
            StoreError: The new one holds less than the old one, or cannot be written; the old one stays as it is.
            ModelError: The embedder failed; the next try goes on from there.
        """
        if self.server and self.server.url == IN_MEMORY:
            raise InputError("A memory in :memory: ends with its process; there is nothing to write anew.")
        require_memory(self.home)
        with held(self.home):
            finish_replacing(self.home)
            manifest = read_manifest(self.home)
            check_key(manifest, self.old, self.home)
            check_place(manifest, self.server, self.home)
            report = self._written(manifest)
            self._write_beside(manifest)
            replace_home(self.home, self.aside)
        if self.server and self.aside == DROPPED:
            drop_collections(self.server, manifest.prefix)
        return report

    def _written(self, manifest: Manifest) -> Rewritten:
        """The points written into the new engine."""
        another = (manifest.embedder, manifest.dimension) != (self.embedder.name, self.embedder.dimension)
        change = Change(self.old, self.new, self.embedder, self.embed or another, self.salvage)
        fresh = manifest.rewritten(self.embedder, self.new, self.server)
        self._begin(manifest, fresh)
        report = Rewritten()
        with (
            closing(engine_at(self.home, self.server, manifest.prefix)) as source,
            closing(engine_at(self.home / NEXT, self.server, fresh.prefix)) as target,
        ):
            for name in [one for one in COLLECTIONS if one in source.collections()]:
                with self._source(source, name, manifest.dimension) as old:
                    drop_ghosts(name, old)
                    report.gone += [name] if old is None else []
                    self._copy(name, old, collection_of(target, name, self.embedder), change, report)
            if manifest.first and "records" in target.collections():
                link_superseded(collection_of(target, "records", self.embedder), self.new)
        return report

    @contextmanager
    def _source(self, engine: Engine, name: str, dimension: int) -> Iterator[Collection | None]:
        """A collection to read from; where it does not open, what can be rescued of it, or None."""
        scratch = self.home / NEXT / SCRATCH
        try:
            collection: Collection | None = engine.collection(name, dimension, ())
        except FolderDamaged:
            if not self.salvage or self.server:
                raise
            collection = rescue(self.home / "engine" / name, scratch, dimension)
        yield collection
        if scratch.exists():
            shutil.rmtree(scratch)

    def _begin(self, manifest: Manifest, fresh: Manifest) -> None:
        """The folder for what is new: the one of an earlier try to do the same, or an empty one."""
        folder = self.home / NEXT
        if folder.exists() and not same_aim(folder, fresh, self.new):
            shutil.rmtree(folder)
            if self.server:
                drop_collections(self.server, fresh.prefix)
        folder.mkdir(exist_ok=True)
        write_manifest(folder, fresh)

    def _copy(self, name: str, source: Collection | None, target: Collection, change: Change, report: Rewritten) -> None:
        """Write the points of a collection that are not there yet, and count them."""
        total = source.count(Where()) if source else 0
        read = 0
        for batch in batched(self._points(source), BATCH) if source else ():
            report.lost += [one for one in batch if isinstance(one, str)]
            points = [one for one in batch if isinstance(one, Point)]
            known = {one.id for one in target.retrieve([point.id for point in points])}
            target.upsert(self._changed(name, [point for point in points if point.id not in known], change, report))
            read += len(batch)
            self.progress(name, read, total)
        report.counts[name] = (total, target.count(Where()))
        if not self.salvage and report.counts[name] != (read, read):
            raise StoreError(
                f"Of {total} {name} only {report.counts[name][1]} were written anew, so the memory stays as it was.", "Run mneme doctor."
            )

    def _points(self, source: Collection) -> Iterator[Point | str]:
        return source.salvage() if self.salvage else source.points(Where())

    def _changed(self, name: str, points: list[Point], change: Change, report: Rewritten) -> list[Point]:
        try:
            return change.points(COLLECTIONS[name], points)
        except (FolderDamaged, EmbedderMismatch):
            if not self.salvage:
                raise
            if len(points) == 1:
                report.lost.append(points[0].id)
                return []
            return [one for point in points for one in self._changed(name, [point], change, report)]

    def _write_beside(self, manifest: Manifest) -> None:
        """The journal and the threads, where they change."""
        if self.old is self.new and not manifest.first:
            return
        copy_journal(self.home / JOURNAL, self.home / NEXT / JOURNAL, self.old, self.new)
        if self.old is not self.new:
            self.beside(self.home, self.home / NEXT)


def same_aim(folder: Path, fresh: Manifest, codec: Codec) -> bool:
    """Whether an earlier try in the folder was to write the same."""
    try:
        before = read_manifest(folder)
    except FolderDamaged:
        return False
    return opens(codec, before.check) and before.model_copy(update={"check": fresh.check}) == fresh


def collection_of(engine: Engine, name: str, embedder: Embedder) -> Collection:
    """A collection with all that it is searched by."""
    return engine.collection(name, embedder.dimension, COLLECTIONS[name].indexes)


def link_superseded(records: Collection, codec: Codec) -> None:
    """Let records give way to those that say they take their place: older versions of Mneme only looked at it in recall."""
    read = Reader(codec).record
    for newer in [read(one) for one in records.scroll(Where())]:
        olds = [read(one) for one in records.retrieve(list(newer.supersedes))] if newer.supersedes else []
        for old in olds:
            if not old.superseded_by and old.user_id == newer.user_id:
                changed = old.model_copy(update={"superseded_by": newer.id, "superseded_at": newer.counts_from})
                records.patch(old.id, payload_of(changed, codec))
