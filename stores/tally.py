"""What has added up since the last reflection (Park et al. 2023, section 4.2); derived from the store, so that no run can lose it."""

from collections.abc import Iterator
from dataclasses import dataclass

from stores.access import Access
from stores.memory_store import MemoryStore
from stores.points import RECALLABLE
from stores.ranking import NO_IMPORTANCE
from stores.record import Kind, MemoryRecord, record_id

COUNTED: tuple[Kind, ...] = ("turn", "fact")
PAGE = 64
EVER = 2**62  # later than any event


@dataclass(frozen=True)
class Tally:
    """How much importance is new to one character of one user.

    Attributes:
        importance: The sum of what was remembered since the last reflection; once it is enough no more is added up.
        since_failure: The same since a reflection failed, where one did since.
        after: The number of the last reflection in the journal; 0 where there was none.
    """

    importance: float
    since_failure: float
    after: int


def tally(memory: MemoryStore, access: Access, enough: float) -> Tally:
    """What has added up: turns and facts, newest first until it is enough; neither reflections nor plans nor snapshots.

    Args:
        memory: Where it is read.
        access: The character that reflects, and on whom.
        enough: The sum from which on more makes no difference.

    Raises:
        StoreError: The engine or the journal failed.
    """
    marker = marker_of(access)
    after = memory.journal.latest(access.user_id, marker, "reflected")
    failed = memory.journal.latest(access.user_id, marker, "not_reflected")
    total = since_failure = 0.0
    for number, record in counted_since(memory, access, after):
        total += record.importance or NO_IMPORTANCE
        since_failure = total if number > failed else since_failure
        if total >= enough:
            break
    return Tally(round(total, 1), round(since_failure if failed > after else total, 1), after)


def counted_since(memory: MemoryStore, access: Access, after: int) -> Iterator[tuple[int, MemoryRecord]]:
    """What counts of what was remembered since an event of the journal, newest first, each with the number of its event."""
    before = EVER
    while page := memory.journal.remembered_between(access.user_id, after, before, PAGE):
        known = {one.id: one for one in memory.read([id for _, id in page], access=access)}
        yield from ((number, known[id]) for number, id in page if id in known and counts(known[id]))
        before = page[-1][0]


def counts(record: MemoryRecord) -> bool:
    """Whether a record is something new: neither derived by Mneme, nor a repetition, nor other words for what was counted before."""
    return record.kind in COUNTED and record.trust.origin in RECALLABLE and not record.version_of


def marker_of(access: Access) -> str:
    """The id under which the journal keeps when a character reflected."""
    return record_id(access.user_id, "", access.character_id, "reflections")
