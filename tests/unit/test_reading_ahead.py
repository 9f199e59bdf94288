"""Files that the system is to read before anybody waits for them."""

import ctypes
import mmap
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from stores.engines import reading_ahead
from stores.engines.reading_ahead import AT_ONCE, read_ahead

PATIENCE_S = 20.0
DENSE = "segments/s/vector_storage-dense"
FILES = {f"{DENSE}/vectors/chunk": 9_000, "segments/s/payload_storage/page": 5_000, f"{DENSE}/quantized.data": 3_000, "wal/open-1": 7_000}
Wished = list[tuple[str, int]]


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A folder with files as the engine has them: vectors, payloads, and a log that nobody searches."""
    for name, size in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    return tmp_path


@pytest.fixture
def wished(monkeypatch: pytest.MonkeyPatch) -> Wished:
    """The files that were wished for, each with how many bytes."""
    wished: Wished = []
    monkeypatch.setattr(reading_ahead, "wish_for", lambda file, size: wished.append((file.name, size)))
    return wished


def test_what_is_searched_is_wished_for_whole_vectors_last(collection: Path, wished: Wished) -> None:
    read_ahead(collection)
    assert wished == [("quantized.data", 3_000), ("page", 5_000), ("chunk", 9_000)]


def test_no_more_is_wished_for_than_a_share_of_the_memory(collection: Path, wished: Wished, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 4 * 9, "SC_PAGE_SIZE": 1_000}.__getitem__)
    read_ahead(collection)
    assert wished == [("quantized.data", 3_000), ("page", 5_000), ("chunk", 1_000)]


def test_holes_are_not_wished_for(collection: Path, wished: Wished) -> None:
    os.truncate(collection / "segments/s/payload_storage/page", 32 << 20)
    read_ahead(collection)
    assert dict(wished)["page"] < 1 << 20


def test_a_system_that_takes_no_wish_is_asked_for_nothing(collection: Path, wished: Wished, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mmap, "MADV_WILLNEED")
    read_ahead(collection)
    assert wished == []


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which pages are in its cache")
def test_the_whole_of_a_long_file_comes_into_the_cache(collection: Path) -> None:
    file = collection / "segments/s/payload_storage/page"
    with file.open("wb") as written:
        written.write(os.urandom(5 * AT_ONCE))
        written.flush()
        os.fsync(written.fileno())
        os.posix_fadvise(written.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if share_in_cache(file) > 0.5:
        pytest.skip("the file system keeps its files in memory")
    read_ahead(collection)
    give_up = time.monotonic() + PATIENCE_S
    while share_in_cache(file) < 1 and time.monotonic() < give_up:
        time.sleep(0.01)
    assert share_in_cache(file) == 1


def share_in_cache(file: Path) -> float:
    """The share of a file's pages that are in the system's cache."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        told = np.zeros(-(-len(mapped) // mmap.PAGESIZE), np.uint8)
        data = np.frombuffer(mapped, np.uint8)
        begin, found = ctypes.c_void_p(data.ctypes.data), told.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte))
        failed = ctypes.CDLL(None, use_errno=True).mincore(begin, ctypes.c_size_t(len(mapped)), found)
        del data
    assert not failed
    return float((told & 1).mean())
