"""A whole memory in one file, that any engine can read: every point with its vectors, the journal and the threads."""

import base64
import hashlib
import json
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import numpy
from pydantic import BaseModel, ConfigDict, ValidationError

from stores.batches import batched
from stores.engines.engine import Collection, Point, Weights, Where
from stores.engines.opening import drop_collections, engine_at
from stores.engines.server import IN_MEMORY, Server
from stores.errors import FolderDamaged, InputError, MnemeError, StoreError
from stores.home import held
from stores.journal import JOURNAL, SQLITE_DAMAGE
from stores.manifest import FILE as MANIFEST
from stores.manifest import Manifest, check_place, new_server_name, place_of, read_manifest, require_memory, write_manifest
from stores.record import SCHEMA_VERSION
from stores.upkeep.contents import COLLECTIONS, drop_ghosts
from stores.upkeep.replacing import DROPPED, NEXT, PARTS, SAVING, aside_name, finish_replacing, replace_home

TITLE = "snapshot.json"
THREADS = "threads.sqlite"
FORMAT = 1
BATCH = 256
CHUNK = 1 << 20
# What zipfile raises over bytes that were changed: also that it cannot do what a header asks for.
NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)


class Part(BaseModel):
    """One file of a snapshot: its SHA-256, and how many points or rows are in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    count: int


class Title(BaseModel):
    """What a snapshot holds, and from when it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    made_at: datetime
    manifest: Manifest
    parts: dict[str, Part]

    @property
    def counts(self) -> dict[str, int]:
        """How many points each collection holds."""
        return {name: part.count for name in COLLECTIONS if (part := self.parts.get(points_file(name)))}


@dataclass(frozen=True)
class Loaded:
    """What was loaded, and the folder that keeps what was there before; None where there was nothing."""

    title: Title
    replaced: Path | None


def save_snapshot(home: Path, server: Server | None, file: Path, now: datetime) -> Title:
    """Write the whole memory to a file, which appears when it is whole, and verify it. What is forgotten is not in it.

    Raises:
        InputError: The file is there already, its folder is not, or there is no memory.
        FolderInUse: The memory is open.
        FolderDamaged: Something of it cannot be read.
        StoreError: The file cannot be written.
    """
    if file.exists():
        raise InputError(f"{file} is there already.", "Name another file.")
    if not file.absolute().parent.is_dir():
        raise InputError(f"There is no folder {file.absolute().parent}.", "Make it, or name a file in another folder.")
    require_memory(home)
    unfinished = file.with_name(f"{file.name}.part")
    with held(home), writing(file), gone_on_failure(unfinished), TemporaryDirectory(dir=home, prefix=SAVING) as scratch:
        finish_replacing(home)
        manifest = read_manifest(home)
        check_place(manifest, server, home)
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            parts = {**saved_points(home, server, manifest, archive), **saved_databases(home, Path(scratch), archive)}
            title = Title(made_at=now, manifest=manifest, parts=parts)
            archive.writestr(TITLE, title.model_dump_json(indent=2))
        verify_snapshot(unfinished)
        unfinished.replace(file)
    return title


def saved_points(home: Path, server: Server | None, manifest: Manifest, archive: zipfile.ZipFile) -> dict[str, Part]:
    """Write the points of every collection, one a line."""
    parts = {}
    with closing(engine_at(home, server, manifest.prefix)) as engine:
        for name in [one for one in COLLECTIONS if one in engine.collections()]:
            collection = engine.collection(name, manifest.dimension, COLLECTIONS[name].indexes)
            drop_ghosts(name, collection)
            with archive.open(points_file(name), "w", force_zip64=True) as file:
                parts[points_file(name)] = written_lines(file, (line_of(point) for point in collection.points(Where())))
            if parts[points_file(name)].count != collection.count(Where()):
                raise FolderDamaged(f"Not all {name} could be read.", "Run mneme doctor.")
    return parts


def written_lines(file: IO[bytes], lines: Iterable[bytes]) -> Part:
    """Write lines; how many there were, and the hash of them."""
    digest, count = hashlib.sha256(), 0
    for line in lines:
        file.write(line)
        digest.update(line)
        count += 1
    return Part(sha256=digest.hexdigest(), count=count)


def saved_databases(home: Path, scratch: Path, archive: zipfile.ZipFile) -> dict[str, Part]:
    """Write the journal and the threads, each as one compact file."""
    parts = {}
    for name in [one for one in (JOURNAL, THREADS) if (home / one).exists()]:
        copy = scratch / name
        with closing(sqlite3.connect(home / name)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        archive.write(copy, name)
        with copy.open("rb") as file:
            parts[name] = Part(sha256=hashlib.file_digest(file, "sha256").hexdigest(), count=rows_in(copy))
    return parts


def verify_snapshot(file: Path) -> Title:
    """Read all of a snapshot and hold it against what it says of itself.

    Raises:
        InputError: There is no such file, or it is no snapshot that this Mneme reads.
        FolderDamaged: A part is missing, or is not as it was written.
    """
    with reading(file) as archive:
        title = title_of(archive, file)
        missing = [name for name in title.parts if name not in archive.namelist()]
        if missing:
            raise FolderDamaged(f"{file} lacks its part {missing[0]}.", "Use another snapshot.")
        for name, part in title.parts.items():
            with archive.open(name) as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != part.sha256:  # type: ignore[arg-type]
                    raise FolderDamaged(f"The part {name} of {file} is not as it was written.", "Use another snapshot.")
    return title


def load_snapshot(file: Path, home: Path, server: Server | None, now: datetime, *, replace_bigger: bool = False) -> Loaded:
    """Put a snapshot in the place of the memory in a folder. What was there is kept aside.

    Args:
        file: The snapshot; it is verified first.
        home: The folder; it may be empty, damaged, or not there.
        server: The server that holds the records, if not the folder.
        now: For the name of what is kept aside.
        replace_bigger: Whether it may replace a memory that holds more, or that cannot be counted.

    Raises:
        InputError: It is no snapshot, or the memory holds more and it was not said that this may be replaced.
        FolderDamaged: The snapshot is damaged; the memory stays as it was.
        FolderInUse: The memory is open.
        StoreError: There is no room, say; the memory stays as it was.
    """
    if server and server.url == IN_MEMORY:
        raise InputError("A memory in :memory: ends with its process; there is nothing to load into.")
    with held(home):
        finish_replacing(home)
        title = verify_snapshot(file)
        if not replace_bigger:
            refuse_smaller(title, counts_of(home, server), home)
        before = manifest_or_none(home)
        manifest = loaded_manifest(title.manifest, before, server)
        if server:
            drop_collections(server, manifest.prefix)  # what an earlier try left there
        unpack(file, title, manifest, home / NEXT, server)
        aside = aside_name(home, now) if any((home / part).exists() for part in PARTS) else DROPPED
        replace_home(home, aside, whole=True)
    return Loaded(title, home / aside if aside != DROPPED else None)


def counts_of(home: Path, server: Server | None) -> dict[str, int] | None:
    """How many points the memory in a folder holds in each collection; None where that cannot be told."""
    if not (home / MANIFEST).exists():
        return None if any((home / part).exists() for part in PARTS) else {}
    try:
        manifest = read_manifest(home)
        check_place(manifest, server, home)
        with closing(engine_at(home, server, manifest.prefix)) as engine:
            there = [one for one in COLLECTIONS if one in engine.collections()]
            return {name: engine.collection(name, manifest.dimension, COLLECTIONS[name].indexes).count(Where()) for name in there}
    except FolderDamaged:
        return None


def refuse_smaller(title: Title, counts: dict[str, int] | None, home: Path) -> None:
    """Refuses to put a snapshot in the place of a memory that holds more."""
    if counts is None:
        raise InputError(
            f"What {home} holds cannot be counted, so it may be more than the snapshot.", "To replace it all the same: --replace-bigger"
        )
    more = [
        f"{count} {name}, where the snapshot has {title.counts.get(name, 0)}"
        for name, count in counts.items()
        if count > title.counts.get(name, 0)
    ]
    if more:
        raise InputError(
            f"The memory in {home} holds more than the snapshot: {'; '.join(more)}.", "To replace it all the same: --replace-bigger"
        )


def unpack(file: Path, title: Title, manifest: Manifest, folder: Path, server: Server | None) -> None:
    """Write a snapshot as a memory into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    with reading(file) as archive, writing(folder):
        folder.mkdir()
        write_manifest(folder, manifest)
        for name in [one for one in (JOURNAL, THREADS) if one in title.parts]:
            with archive.open(name) as source, (folder / name).open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
        with closing(engine_at(folder, server, manifest.prefix)) as engine:
            for name, count in title.counts.items():
                with archive.open(points_file(name)) as lines:
                    load_points(engine.collection(name, manifest.dimension, COLLECTIONS[name].indexes), lines, count)


def load_points(collection: Collection, lines: Iterable[bytes], count: int) -> None:
    """Write the points of a file into a collection, and see that all are there."""
    for batch in batched(lines, BATCH):
        collection.upsert([point_from(line) for line in batch])
    if collection.count(Where()) != count:
        raise StoreError(f"Of {count} points only {collection.count(Where())} were written.", "The memory is as it was.")


def loaded_manifest(saved: Manifest, before: Manifest | None, server: Server | None) -> Manifest:
    """The manifest of a loaded memory: on a server its collections never meet those of another memory, or of the one it replaces."""
    name = before.server_name if before and before.server_name else new_server_name()
    generation = (before.generation if before else 0) + 1
    return saved.model_copy(update={"generation": generation, "server_name": name, "place": place_of(server)})


def manifest_or_none(home: Path) -> Manifest | None:
    """The manifest of a folder, where it has a readable one."""
    try:
        return read_manifest(home)
    except FolderDamaged:
        return None


def points_file(collection: str) -> str:
    """The part that holds the points of a collection."""
    return f"{collection}.jsonl"


def line_of(point: Point) -> bytes:
    """A point as a line of JSON; numbers of vectors are 32-bit floats, little-endian, in base64."""
    words = point.words if isinstance(point.words, Weights) else Weights([], [])
    fields = {
        "id": point.id,
        "payload": point.payload,
        "pieces": [packed(piece) for piece in point.pieces],
        "words": {"indices": words.indices, "values": packed(words.values)},
    }
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def point_from(line: bytes) -> Point:
    """The point of a line."""
    fields: dict[str, Any] = json.loads(line)
    words = Weights(fields["words"]["indices"], unpacked(fields["words"]["values"]))
    return Point(fields["id"], fields["payload"], [unpacked(piece) for piece in fields["pieces"]], words)


def packed(numbers: Iterable[float]) -> str:
    return base64.b64encode(numpy.asarray(list(numbers), dtype="<f4").tobytes()).decode()


def unpacked(text: str) -> list[float]:
    values: list[float] = numpy.frombuffer(base64.b64decode(text), dtype="<f4").tolist()
    return values


def rows_in(file: Path) -> int:
    """How many rows a database holds, in all of its tables."""
    with closing(sqlite3.connect(file)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sum(connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in tables)


def title_of(archive: zipfile.ZipFile, file: Path) -> Title:
    """What a snapshot says of itself.

    Raises:
        InputError: It is none, or was made by a newer Mneme, whose records this one does not read.
    """
    try:
        title = Title.model_validate_json(archive.read(TITLE))
    except (KeyError, ValidationError) as error:
        raise InputError(f"{file} is no snapshot of a memory.", "Make one with: mneme snapshot save FILE") from error
    if title.format > FORMAT:
        raise InputError(f"{file} was made by a newer Mneme (format {title.format}).", "Update Mneme.")
    if title.manifest.schema_version > SCHEMA_VERSION:
        raise InputError(f"{file} was made by a newer Mneme (schema {title.manifest.schema_version}).", "Update Mneme.")
    return title


@contextmanager
def reading(file: Path) -> Iterator[zipfile.ZipFile]:
    """A snapshot, opened."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except MnemeError:
        raise
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.", "Check the name.") from error
    except NOT_A_ZIP as error:
        raise FolderDamaged(f"{file} is no snapshot, or is damaged: {error}.", "Use another snapshot.") from error


@contextmanager
def gone_on_failure(file: Path) -> Iterator[None]:
    """Remove a file where it was not finished."""
    try:
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """What the system or SQLite raise, as an error of our own."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"{place} cannot be written: {error}.", "See that there is room. The memory is as it was.") from error
    except SQLITE_DAMAGE as error:
        raise FolderDamaged(f"The journal or the threads are damaged: {error}.", "Run mneme doctor --repair.") from error
    except OSError as error:
        raise StoreError(
            f"{place} cannot be written: {error.strerror or error}.", "See that there is room. The memory is as it was."
        ) from error
