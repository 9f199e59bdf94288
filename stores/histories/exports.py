"""Downloads as they come: a file, a folder or a zip. What is in them is read in memory; nothing is ever unpacked to disk."""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self, cast

from stores.errors import InputError

GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
LARGEST = 1 << 30  # bytes of one file in a zip, unpacked: a small zip can unpack to petabytes
MACHINES_OWN = "__MACOSX/"  # what a Mac adds to the zips it makes
WHOLE = "Check the name, and that the file is whole."
ZIP_TROUBLES = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, ValueError, KeyError, RuntimeError)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where it is gzip.

    Raises:
        InputError: When it is not there, may not be read, or breaks off.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == GZIP
            raw.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield raw
    except (OSError, EOFError, zlib.error) as trouble:
        raise InputError(f"{path} cannot be read: {trouble}", WHOLE) from trouble


class Export:
    """A file, a folder or a zip, as a list of files with their names. A zip is open within `with`.

    Args:
        path: Where it is.

    Raises:
        InputError: When it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_file = False
        self._archive: zipfile.ZipFile | None = None

    def __enter__(self) -> Self:
        if not self.path.is_dir():
            with opened(self.path) as file:
                self.is_file = file.read(4) not in ZIP
            if not self.is_file:
                self._archive = self._opened()
        return self

    def __exit__(self, *_: object) -> None:
        if self._archive:
            self._archive.close()

    def members(self) -> tuple[str, ...]:
        """The names of its files, with slashes between folders; of a single file its own name."""
        if self._archive:
            names = dict.fromkeys(one.filename for one in self._archive.infolist() if not one.is_dir())
            return tuple(name for name in names if not name.startswith(MACHINES_OWN))
        return (self.path.name,) if self.is_file else tuple(sorted(self._files_of_folder()))

    def named(self, *names: str) -> tuple[str, ...]:
        """Its files of these names, in whatever folder of it they are."""
        return tuple(one for one in self.members() if PurePosixPath(one).name in names)

    def read(self, member: str) -> bytes:
        """The bytes of one of its files.

        Raises:
            InputError: When it cannot be read, or is too large.
        """
        if self._archive:
            return self._unpacked(self._archive, member)
        with opened(self.path if self.is_file else self.path / member) as file:
            return file.read()

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except ZIP_TROUBLES as trouble:
            raise self._unreadable(trouble) from trouble

    def _files_of_folder(self) -> Iterator[str]:
        try:
            for path in self.path.rglob("*"):
                # A link could lead anywhere, so it is none of the export's files.
                if path.is_file() and not path.is_symlink():
                    yield path.relative_to(self.path).as_posix()
        except OSError as trouble:
            raise self._unreadable(trouble) from trouble

    def _unpacked(self, archive: zipfile.ZipFile, member: str) -> bytes:
        try:
            with archive.open(member) as file:
                content = file.read(LARGEST + 1)
        except ZIP_TROUBLES as trouble:
            raise self._unreadable(trouble) from trouble
        if len(content) > LARGEST:
            raise InputError(f"{member} in {self.path} is larger than {LARGEST} bytes.", "Unpack it, and import the file itself.")
        return content

    def _unreadable(self, trouble: Exception) -> InputError:
        return InputError(f"{self.path} cannot be read: {trouble}.", WHOLE)
