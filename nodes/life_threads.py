"""The threads of life in the memory of a user."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.life_threads.weaving import LifeThread, life_threads, thread_named
from stores.access import Access
from stores.memory_store import MemoryStore
from stores.record import KINDS, MemoryRecord

MOST_READ = 5_000  # of a user's records, the newest
WOVEN = tuple(kind for kind in KINDS if kind != "snapshot")


@dataclass(frozen=True)
class Told:
    """A thread with its records, oldest first."""

    thread: LifeThread
    records: tuple[MemoryRecord, ...]


def threads_of(
    memory: MemoryStore, access: Access, *, until: datetime | None = None, now: datetime | None = None, own_names: Collection[str] = ()
) -> list[LifeThread]:
    """The threads of life in the newest 5,000 records that the access may see, the most telling first.

    Args:
        memory: Where they are.
        access: Who asks.
        until: Only what was said up to this moment; all where it is None.
        now: The moment at which they are seen; the clock's where it is None.
        own_names: What the user is called, where the records do not tell.
    """
    return life_threads(read_for(memory, access, until, now), own_names)


def thread_told(
    memory: MemoryStore,
    access: Access,
    name: str,
    *,
    until: datetime | None = None,
    now: datetime | None = None,
    own_names: Collection[str] = (),
) -> Told:
    """A thread by its name, with its records; the rest as in `threads_of`.

    Raises:
        InputError: There is no thread of that name; the hint names the closest.
    """
    records = read_for(memory, access, until, now)
    thread = thread_named(life_threads(records, own_names), name)
    by_id = {record.id: record for record in records}
    return Told(thread, tuple(by_id[id] for id in thread.ids))


def read_for(memory: MemoryStore, access: Access, until: datetime | None, now: datetime | None) -> Sequence[MemoryRecord]:
    """The newest records, but for snapshots, which only repeat."""
    return memory.stream(access=access, kinds=WOVEN, until=until, now=now, limit=MOST_READ)
