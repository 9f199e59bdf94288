"""What has added up since the last reflection (Park et al. 2023, section 4.2); derived from the store, so that no run can lose it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from stores.access import Access
from stores.journal import EventKind, Journal
from stores.points import RECALLABLE
from stores.ranking import NO_IMPORTANCE
from stores.record import Kind, MemoryRecord, record_id

COUNTED: tuple[Kind, ...] = ("turn", "fact")
CHANGING: tuple[EventKind, ...] = ("rated", "edited", "hidden", "restored", "deleted", "lost", "reflected", "not_reflected")
PAGE = 64
AT_HAND = 1_000  # tallies

Read = Callable[[Sequence[str], Access], list[MemoryRecord]]


@dataclass(frozen=True)
class Tally:
    """How much importance is new to one character of one user.

    Attributes:
        importance: The sum of what was remembered since the last reflection; once it is enough no more is added up.
        since_failure: The same since a reflection failed, where one did since.
        after: The number of the last reflection in the journal; 0 where there was none.
        until: The number of the newest event when it was added up.
        whole: Whether everything in it is rated, so that it only grows.
    """

    importance: float
    since_failure: float
    after: int
    until: int
    whole: bool = True


class Tallies:
    """Adds up, and keeps the sums at hand: what comes later is added, and where something changed all is added up anew.

    Args:
        journal: Tells what was remembered when.
        read: Gives the records of these ids that an access may see.
    """

    def __init__(self, journal: Journal, read: Read) -> None:
        self._journal, self._read = journal, read
        self._known: dict[tuple[Access, float], Tally] = {}

    def of(self, access: Access, enough: float) -> Tally:
        """What has added up: turns and facts; neither reflections nor plans nor snapshots.

        Args:
            access: The character that reflects, and on whom.
            enough: The sum from which on more makes no difference.

        Raises:
            StoreError: The engine or the journal failed.
        """
        known, newest = self._known.get((access, enough)), self._journal.newest()
        begun = known if known and not self._journal.happened(access.user_id, CHANGING, known.until) else self._begun(access)
        tally = self._added(begun, access, enough, newest)
        if len(self._known) >= AT_HAND:
            self._known.clear()
        if tally.whole:
            self._known[access, enough] = tally
        return tally

    def since(self, access: Access, after: int, before: int, *, reworded: bool = False) -> Iterator[tuple[int, MemoryRecord]]:
        """What counts of what was remembered between two events of the journal, newest first, each with the number of its event.

        What was forgotten and then remembered again counts once, as of then. With `reworded`, other words for what counts do too.
        """
        wanted = is_own if reworded else counts
        seen: set[str] = set()
        while page := self._journal.remembered_between(access.user_id, after, before, PAGE):
            known = {one.id: one for one in self._read([id for _, id in page], access) if wanted(one)}
            for number, id in page:
                if id in known and id not in seen:
                    seen.add(id)
                    yield number, known[id]
            before = page[-1][0]

    def _begun(self, access: Access) -> Tally:
        after = self._journal.latest(access.user_id, marker_of(access), "reflected")
        return Tally(0.0, 0.0, after, after)

    def _added(self, tally: Tally, access: Access, enough: float, newest: int) -> Tally:
        """The tally with what was remembered since, newest first until it is enough."""
        failed = self._journal.latest(access.user_id, marker_of(access), "not_reflected")
        for number, record in self.since(access, tally.until, newest + 1):
            if tally.importance >= enough and (tally.since_failure >= enough or number <= failed):
                break
            worth = record.importance or NO_IMPORTANCE
            tally = replace(
                tally,
                importance=tally.importance + worth,
                since_failure=tally.since_failure + (worth if number > failed else 0.0),
                whole=tally.whole and record.importance is not None,
            )
        return replace(tally, until=newest)


def counts(record: MemoryRecord) -> bool:
    """Whether a record is something new: neither derived by Mneme, nor a repetition, nor other words for what was counted before."""
    return is_own(record) and not record.version_of


def is_own(record: MemoryRecord) -> bool:
    """Whether a record is neither derived by Mneme nor a repetition."""
    return record.kind in COUNTED and record.trust.origin in RECALLABLE


def marker_of(access: Access) -> str:
    """The id under which the journal keeps when a character reflected."""
    return record_id(access.user_id, "", access.character_id, "reflections")
