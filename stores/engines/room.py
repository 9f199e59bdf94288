"""Whether there is room on a disk: the embedded engine writes through mapped memory, and a full disk kills the process without a word."""

import os
from pathlib import Path

from stores.errors import StoreError

CHANGE_ROOM = 8 << 20  # bytes that have to be free to open a collection, or to change a little in it
WRITE_ROOM = 32 << 20  # and to write points, beside room for these
# A file system in memory gives pages to the holes of a sparse file when it is mapped: so much where a written collection is opened.
MAPPED = 224 << 20  # at most
ALL_MAPPED = 490 << 20  # and this where all three collections are
MOUNTS = Path("/proc/mounts")


def need_room(folder: Path, wanted: int) -> None:
    """Refuses to begin what the disk may have no room for: the engine writes through mapped memory, and a full disk kills the process.

    Args:
        folder: Where it would be written.
        wanted: How many bytes must be free.

    Raises:
        StoreError: There are fewer.
    """
    try:
        disk = os.statvfs(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror}.", "See that the disk is there.") from error
    if (free := disk.f_bavail * disk.f_frsize) < wanted:
        raise StoreError(
            f"There is no room on the disk of {folder}: {free >> 20} MB are free, {-(-wanted >> 20)} MB are needed.",
            "Make room; what was stored is kept.",
        )


def room_to_open(folder: Path) -> int:
    """How many bytes have to be free to open the collection in a folder."""
    return CHANGE_ROOM + (MAPPED if in_memory(folder) and holes_in(folder) > MAPPED else 0)


def room_to_write(folder: Path) -> int:
    """How many bytes have to stay free beside what is written, so that everything can be opened again."""
    return WRITE_ROOM + (ALL_MAPPED if in_memory(folder) else 0)


def holes_in(folder: Path) -> int:
    """How many bytes the sparse files of a collection could still fill; those of its log are not mapped as a whole."""
    sizes = [file.stat() for file in folder.rglob("*") if file.is_file() and file.parent.name != "wal"]
    return sum(max(0, one.st_size - one.st_blocks * 512) for one in sizes)


def in_memory(folder: Path) -> bool:
    """Whether a folder is on a file system that is kept in memory; where the system does not tell, it is not."""
    if not MOUNTS.exists():
        return False
    mounts = [line.split()[1:3] for line in MOUNTS.read_text(errors="replace").splitlines()]
    above = [(len(place), kind) for place, kind in mounts if folder.resolve().is_relative_to(place)]
    return max(above, default=(0, ""))[1] in ("tmpfs", "ramfs")
