"""What a home folder was written with: checked at every opening, so that vectors of two embedders, or texts of two keys, never mix."""

from pathlib import Path
from typing import Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from stores.codec import SEALED, Codec
from stores.embedder import Embedder
from stores.engines.server import IN_MEMORY, Server
from stores.errors import EmbedderMismatch, FolderDamaged, InputError, StoreError
from stores.record import SCHEMA_VERSION

FILE = "mneme.json"
WRITTEN_LATER = ("journal.sqlite", "engine", "threads.sqlite")
CHECK = "mneme"
SECOND = 2  # the schema version after the first


Place = Literal["folder", "server", "memory"]


class Manifest(BaseModel):
    """The name and dimension of the embedder, the schema version of the records, and a known word as the codec wrote it.

    The word stands open where texts are written as they are; where they are sealed, only the home's key opens it. The generation counts
    how often the memory was written: on a server a new one stands beside the old until it is whole. `place` is where the records are, and
    `server_name` what their collections are called there, so that two homes on one server stay apart; homes of schema 1 have neither.
    """

    model_config = ConfigDict(frozen=True)

    embedder: str
    dimension: int
    schema_version: int = SCHEMA_VERSION
    check: str = CHECK
    generation: int = 1
    place: Place | None = None
    server_name: str = ""

    @property
    def current(self) -> bool:
        """Whether the records are in the form of this Mneme."""
        return self.schema_version == SCHEMA_VERSION

    @property
    def first(self) -> bool:
        """Whether the first Mneme wrote it: texts as they are, steps that were run twice told twice in the journal, and records that
        do not know what took their place."""
        return self.schema_version < SECOND

    @property
    def prefix(self) -> str:
        """How the names of its collections begin on a server."""
        if not self.server_name:
            return "mneme_" if self.generation == 1 else f"mneme{self.generation}_"
        return f"{self.server_name}_g{self.generation}_"

    def rewritten(self, embedder: Embedder, codec: Codec, server: Server | None) -> "Manifest":
        """The manifest of the same memory, written once more with this embedder and codec."""
        return Manifest(
            embedder=embedder.name,
            dimension=embedder.dimension,
            check=codec.encode(CHECK),
            generation=self.generation + 1,
            place=place_of(server),
            server_name=self.server_name,
        )

    @property
    def sealed(self) -> bool:
        """Whether the texts of the home are encrypted."""
        return self.check.startswith(SEALED)


def begin_manifest(home: Path, embedder: Embedder, codec: Codec, server: Server | None) -> None:
    """Write the manifest of a new home folder. One caller at a time.

    Raises:
        StoreError: It cannot be written.
        FolderDamaged: The folder is not new, but has none.
    """
    if (home / FILE).exists():
        return
    if not is_new(home):
        raise FolderDamaged(f"{home / FILE} is missing.", "Put it back from a backup, or set MNEME_HOME to another folder.")
    empty = Manifest(embedder="", dimension=0, generation=0, server_name=new_server_name())
    write_manifest(home, empty.rewritten(embedder, codec, server))


def write_manifest(home: Path, manifest: Manifest) -> None:
    """Write the manifest in one step.

    Raises:
        StoreError: It cannot be written.
    """
    file = home / FILE
    written = file.with_suffix(".new")
    try:
        written.write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        written.replace(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}.", "Make room, or set MNEME_HOME to another folder.") from error


def check_manifest(home: Path, embedder: Embedder, codec: Codec, server: Server | None) -> Manifest:
    """The manifest of a home folder, where this Mneme with this embedder and this key may use it.

    Raises:
        EmbedderMismatch: The folder was written with another embedder.
        StoreError: It is sealed and the key is missing or another, or it is not sealed and there is a key.
        FolderDamaged: The manifest cannot be read.
        InputError: The folder was written by a newer Mneme.
    """
    manifest = read_manifest(home)
    refuse_older(manifest, home)
    refuse_other_embedder(manifest, embedder, home)
    check_key(manifest, codec, home)
    check_place(manifest, server, home)
    return manifest


def is_new(home: Path) -> bool:
    """Whether there is no memory in a folder yet."""
    return not any((home / name).exists() for name in (FILE, *WRITTEN_LATER))


def require_memory(home: Path) -> None:
    """Refuses a folder in which there is no memory.

    Raises:
        InputError: There is none.
    """
    if is_new(home):
        raise InputError(f"There is no memory in {home}.", "Set MNEME_HOME to its folder.")


def check_place(manifest: Manifest, server: Server | None, home: Path) -> None:
    """Refuses to look for the records where they are not.

    Raises:
        InputError: They are elsewhere.
    """
    if manifest.place and manifest.place != place_of(server):
        where = {"folder": "in the folder itself", "server": "on a Qdrant server", "memory": "in the memory of a process"}
        raise InputError(
            f"The records of {home} are {where[manifest.place]}, not {where[place_of(server)]}.",
            "Set or unset MNEME_QDRANT_URL. To move a memory: mneme snapshot save, then load into a new home.",
        )


def place_of(server: Server | None) -> Place:
    """Where a memory with this server has its records."""
    if server is None:
        return "folder"
    return "memory" if server.url == IN_MEMORY else "server"


def new_server_name() -> str:
    """A name for the collections of a new home on a server."""
    return f"mneme_{uuid4().hex[:8]}"


def read_manifest(home: Path) -> Manifest:
    """The manifest as it stands in a home folder.

    Raises:
        FolderDamaged: It cannot be read.
        InputError: The folder was written by a newer Mneme.
    """
    file = home / FILE
    try:
        manifest = Manifest.model_validate_json(file.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError, OSError) as error:
        raise FolderDamaged(f"{file} cannot be read.", "mneme snapshot load brings a saved memory back.") from error
    if manifest.schema_version > SCHEMA_VERSION:
        raise InputError(f"{home} was written by a newer Mneme (schema {manifest.schema_version}).", "Update Mneme.")
    return manifest


def refuse_older(manifest: Manifest, home: Path) -> None:
    """Refuses a memory whose records are in the form of an older Mneme."""
    if not manifest.current:
        raise InputError(
            f"{home} was written by an older Mneme (schema {manifest.schema_version}, now {SCHEMA_VERSION}).",
            "Bring it up to date with: mneme migrate",
        )


def refuse_other_embedder(manifest: Manifest, embedder: Embedder, home: Path) -> None:
    """Refuses an embedder whose vectors cannot be compared with those of the memory.

    Raises:
        EmbedderMismatch: It is not the memory's.
    """
    if (manifest.embedder, manifest.dimension) != (embedder.name, embedder.dimension):
        raise EmbedderMismatch(
            f"{home} was written with the embedder {manifest.embedder} ({manifest.dimension}), not {embedder.name} ({embedder.dimension}).",
            f"Set MNEME_EMBEDDER={manifest.embedder}, or embed the memory anew with: mneme reindex --embedder {embedder.name}",
        )


def check_key(manifest: Manifest, codec: Codec, home: Path) -> None:
    """Refuses a codec that is not the home's."""
    keyed = codec.encode(CHECK).startswith(SEALED)
    if manifest.sealed and not keyed:
        raise StoreError(f"{home} is encrypted, and no key is set.", "Set MNEME_KEY, or MNEME_KEY_FILE to the file of its key.")
    if keyed and not manifest.sealed:
        raise StoreError(f"A key is set, but {home} is not encrypted.", "Encrypt it with: mneme migrate --encrypt. Or unset the key.")
    if not opens(codec, manifest.check):
        raise StoreError(f"{home} is encrypted with another key.", "Set MNEME_KEY, or MNEME_KEY_FILE, to the key it was made with.")


def opens(codec: Codec, check: str) -> bool:
    """Whether the codec reads the known word."""
    try:
        return codec.decode(check) == CHECK
    except FolderDamaged:
        return False
