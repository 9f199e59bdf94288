"""Looks for words in the bytes of files."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

ALPHABETS = (base64.b64encode, base64.urlsafe_b64encode)


def forms(mark: str) -> Iterator[bytes]:
    """How a word can stand in a file: in UTF-8 and UTF-16, as it is or inside base64 at any of its three offsets."""
    for spelling in {mark, mark.lower(), mark.upper()}:
        for raw in (spelling.encode(), spelling.encode("utf-16-le"), spelling.encode("utf-16-be")):
            yield raw
            for before in range(3):
                begin, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
                yield from {encode(bytes(before) + raw)[begin:end] for encode in ALPHABETS}


def written_in(file: Path) -> bytes:
    """What a file holds but for its holes, which read as zeros: engines make their files long in advance."""
    with file.open("rb", buffering=0) as opened:
        return b"".join(os.pread(opened.fileno(), end - start, start) for start, end in extents(opened.fileno()))


def extents(descriptor: int) -> Iterator[tuple[int, int]]:
    """Where the written stretches of a file begin and end."""
    end, length = 0, os.fstat(descriptor).st_size
    while end < length:
        try:
            start = os.lseek(descriptor, end, os.SEEK_DATA)
        except OSError:  # there is only a hole behind it
            return
        end = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield start, end
