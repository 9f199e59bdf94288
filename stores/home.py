"""The folder that holds everything: one process at a time, shared by all who open it in that process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from filelock import FileLock, Timeout

from stores.errors import FolderInUse, StoreError

T = TypeVar("T")


@dataclass
class Share(Generic[T]):
    """One opened thing, its lock and how many use it."""

    thing: T
    lock: FileLock
    users: int


class Shares(Generic[T]):
    """What is open in this process, by folder: the second opening of a folder gives what the first one opened."""

    def __init__(self) -> None:
        self._open: dict[Path, Share[T]] = {}
        self._lock = threading.Lock()

    def acquire(self, folder: Path, opener: Callable[[Path], T]) -> T:
        """What is open at the folder, opened when nothing is.

        Raises:
            FolderInUse: Another process has the folder.
            StoreError: The folder cannot be made or locked.
        """
        folder = folder.expanduser().resolve()
        with self._lock:
            if folder not in self._open:
                self._open[folder] = self._first(folder, opener)
            share = self._open[folder]
            share.users += 1
            return share.thing

    def release(self, folder: Path, closer: Callable[[T], None]) -> None:
        """Give it back; the last one to do so closes it."""
        folder = folder.expanduser().resolve()
        with self._lock:
            share = self._open[folder]
            share.users -= 1
            if share.users == 0:
                del self._open[folder]
                try:
                    closer(share.thing)
                finally:
                    share.lock.release()

    def _first(self, folder: Path, opener: Callable[[Path], T]) -> Share[T]:
        lock = locked(folder)
        try:
            return Share(opener(folder), lock, users=0)
        except BaseException:
            lock.release()
            raise


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder's lock, for work that nobody else may see half done.

    Raises:
        FolderInUse: Somebody has the folder open.
    """
    lock = locked(folder.expanduser().resolve())
    try:
        yield
    finally:
        lock.release()


def locked(folder: Path) -> FileLock:
    """The folder's lock, held."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", thread_local=False)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise FolderInUse(
            f"The memory in {folder} is open in another process.",
            "Close that one (langgraph dev, a chat, a notebook), or set MNEME_HOME.",
        ) from error
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be used: {error.strerror or error}.", "Set MNEME_HOME to a folder that can be written."
        ) from error
    return lock
