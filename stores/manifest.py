"""What a home folder was written with: checked at every opening, so that vectors of two embedders never mix."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from stores.embedder import Embedder
from stores.errors import EmbedderMismatch, FolderDamaged, InputError, StoreError
from stores.record import SCHEMA_VERSION

FILE = "mneme.json"


class Manifest(BaseModel):
    """The name and dimension of the embedder, and the schema version of the records."""

    model_config = ConfigDict(frozen=True)

    embedder: str
    dimension: int
    schema_version: int = SCHEMA_VERSION


def begin_manifest(home: Path, embedder: Embedder) -> None:
    """Write the manifest of a home folder where there is none. One caller at a time.

    Raises:
        StoreError: It cannot be written.
    """
    file = home / FILE
    if file.exists():
        return
    manifest = Manifest(embedder=embedder.name, dimension=embedder.dimension)
    written = file.with_suffix(".new")
    try:
        written.write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        written.replace(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}.", "Make room, or set MNEME_HOME to another folder.") from error


def check_manifest(home: Path, embedder: Embedder) -> Manifest:
    """The manifest of a home folder, where this Mneme with this embedder may use it.

    Raises:
        EmbedderMismatch: The folder was written with another embedder.
        FolderDamaged: The manifest cannot be read.
        InputError: The folder was written by a newer Mneme.
    """
    return checked(read_manifest(home / FILE), embedder, home)


def read_manifest(file: Path) -> Manifest:
    """The manifest as it stands in the file."""
    try:
        return Manifest.model_validate_json(file.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError, OSError) as error:
        raise FolderDamaged(f"{file} cannot be read.", "Put it back from a backup, or set MNEME_HOME to another folder.") from error


def checked(manifest: Manifest, embedder: Embedder, home: Path) -> Manifest:
    """The manifest, where this Mneme with this embedder may use the folder."""
    if manifest.schema_version > SCHEMA_VERSION:
        raise InputError(f"{home} was written by a newer Mneme (schema {manifest.schema_version}).", "Update Mneme.")
    if (manifest.embedder, manifest.dimension) != (embedder.name, embedder.dimension):
        raise EmbedderMismatch(
            f"{home} was written with the embedder {manifest.embedder} ({manifest.dimension}), not {embedder.name} ({embedder.dimension}).",
            f"Set MNEME_EMBEDDER={manifest.embedder}, or MNEME_HOME to another folder.",
        )
    return manifest
