"""What a home folder was written with: checked at every opening, so that vectors of two embedders, or texts of two keys, never mix."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from stores.codec import SEALED, Codec
from stores.embedder import Embedder
from stores.errors import EmbedderMismatch, FolderDamaged, InputError, StoreError
from stores.record import SCHEMA_VERSION

FILE = "mneme.json"
WRITTEN_LATER = ("journal.sqlite", "engine", "threads.sqlite")
CHECK = "mneme"


class Manifest(BaseModel):
    """The name and dimension of the embedder, the schema version of the records, and a known word as the codec wrote it.

    The word stands open where texts are written as they are; where they are sealed, only the home's key opens it. The generation counts
    how often the memory was written: on a server a new one stands beside the old until it is whole.
    """

    model_config = ConfigDict(frozen=True)

    embedder: str
    dimension: int
    schema_version: int = SCHEMA_VERSION
    check: str = CHECK
    generation: int = 1

    @property
    def current(self) -> bool:
        """Whether the records are in the form of this Mneme."""
        return self.schema_version == SCHEMA_VERSION

    @property
    def sealed(self) -> bool:
        """Whether the texts of the home are encrypted."""
        return self.check.startswith(SEALED)


def begin_manifest(home: Path, embedder: Embedder, codec: Codec) -> None:
    """Write the manifest of a new home folder. One caller at a time.

    Raises:
        StoreError: It cannot be written.
        FolderDamaged: The folder is not new, but has none.
    """
    if (home / FILE).exists():
        return
    if any((home / name).exists() for name in WRITTEN_LATER):
        raise FolderDamaged(f"{home / FILE} is missing.", "Put it back from a backup, or set MNEME_HOME to another folder.")
    write_manifest(home, manifest_of(embedder, codec))


def manifest_of(embedder: Embedder, codec: Codec, generation: int = 1) -> Manifest:
    """The manifest of a memory that is written with this embedder and codec."""
    return Manifest(embedder=embedder.name, dimension=embedder.dimension, check=codec.encode(CHECK), generation=generation)


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


def check_manifest(home: Path, embedder: Embedder, codec: Codec) -> Manifest:
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
    return manifest


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
