"""Files in the system's cache before anybody waits for them: the engine has them dropped from it whenever it closes a collection."""

import mmap
import os
from collections.abc import Iterable
from pathlib import Path

AT_ONCE = 512 << 10  # bytes; of a longer piece the system reads only the beginning
SHARE = 4  # a quarter of the machine's memory at most
LATER = {"payload_storage": 1, "vectors": 2, "store": 2}  # after the indexes and short codes, by folder: records, then what is large


def read_ahead(folder: Path) -> None:
    """Have the system read the files of a collection, without waiting until it has; where it takes no such wish, nothing is done.

    Else each first look at a record waits for the disk: a hundred times as long as reading it from memory.
    """
    if not hasattr(mmap, "MADV_WILLNEED"):
        return
    left = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // SHARE
    for file in by_use(folder.glob("segments/**/*")):
        told = file.stat()
        size = min(left, told.st_size, told.st_blocks * 512)  # not the holes after what is written
        left -= size
        if size:
            wish_for(file, size)


def wish_for(file: Path, size: int) -> None:
    """Tell the system that the first so many bytes of a file will be read."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), size, access=mmap.ACCESS_READ) as mapped:
        for begin in range(0, size, AT_ONCE):
            mapped.madvise(mmap.MADV_WILLNEED, begin, min(AT_ONCE, size - begin))


def by_use(paths: Iterable[Path]) -> list[Path]:
    """The files among the paths: first those that all of a search goes through, then those of which it reads a little here and there."""
    return sorted((path for path in paths if path.is_file()), key=lambda path: (LATER.get(path.parent.name, 0), path))
