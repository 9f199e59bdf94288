"""Finds the threads of life in records: what comes back on several days, told in order."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property

from models.life_threads.names import strands_of_names
from models.life_threads.strands import Strand, What
from models.life_threads.texts import Cast, Text, cast_of, read
from models.life_threads.themes import strands_of_themes
from models.life_threads.wide import strands_of_wide
from stores.errors import InputError
from stores.record import MemoryRecord

LEAST_RECORDS = 3
LEAST_DAYS = 2
LEAST_LIFT = 3.0
ZIPF = 0.1  # a word that n others are more common than is about one in 10 n
COVERED = 0.75
GROWTH = 5  # a theme of 10,000 records is in 20 of them
CLOSEST = 3


@dataclass(frozen=True)
class LifeThread:
    """What runs through a memory.

    Attributes:
        name: As people wrote it most often.
        what: A person (or an animal that is one of the family), a place, or a theme.
        ids: Its records in order of when they were said.
        begins, ends: When the first and the last of them were said.
        also: What else it is called: "my sister" of Mira.
    """

    name: str
    what: What
    ids: tuple[str, ...]
    begins: datetime
    ends: datetime
    also: tuple[str, ...] = ()


def life_threads(records: Iterable[MemoryRecord], own_names: Collection[str] = ()) -> list[LifeThread]:
    """The threads of life in one user's records, the most telling first.

    Nothing of them is stored: they are a view of the records, so a record that is forgotten is in no thread any more. Names, nouns and
    relations are found by rules for English, Korean and Japanese; of other languages only who speaks makes a thread. A thread is found by
    what people say, in three records of two days or conversations at least; what a character said of it belongs to it too.

    Args:
        records: In any order; snapshots, counts of what came up, what only repeats memory or tells of Mneme itself, and what is hidden or
            has given way to other words are left out.
        own_names: What the user is called, where the records do not tell: that is no thread.
    """
    memory = memory_of(records, own_names)
    named = strands_of_names(memory.texts, memory.cast)
    names = {word for strand in named for word in strand.name.lower().split()} | memory.cast.own
    wide = strands_of_wide(memory.texts, memory.cast.own | memory.cast.people)
    found = [one for one in (*named, *strands_of_themes(memory.texts, names), *wide) if memory.comes_back(one) and memory.tells(one)]
    return [memory.thread(one) for one in distinct(sorted(found, key=lambda one: (-memory.weight(one), one.name)))]


def memory_of(records: Iterable[MemoryRecord], own_names: Collection[str]) -> "Memory":
    """The records that take part, read."""
    told = sorted(filter(takes_part, records), key=lambda one: (one.said_at, one.thread_id, one.ordinal, one.id))
    cast = cast_of(told, own_names)
    return Memory(told, [read(record, cast) for record in told], cast)


def takes_part(record: MemoryRecord) -> bool:
    """Whether a record can belong to a thread."""
    gone = record.superseded_by or record.superseded_at or record.deleted_at
    counted = record.kind == "reflection" and record.source == "counted"
    return not gone and not counted and record.kind != "snapshot" and record.trust.origin not in ("recalled", "notice")


@dataclass(frozen=True)
class Memory:
    """The records that take part in order, what they say, and who speaks."""

    records: Sequence[MemoryRecord]
    texts: Sequence[Text]
    cast: Cast

    @cached_property
    def heard(self) -> frozenset[int]:
        """The places of what people said."""
        return frozenset(at for at, text in enumerate(self.texts) if text.voice is not None)

    @cached_property
    def words(self) -> int:
        """How many words people said."""
        return sum(len(self.texts[at].plain) for at in self.heard)

    def comes_back(self, strand: Strand) -> bool:
        """Whether people tell of it in enough records, of several days or sittings; of a theme in more where more is remembered."""
        heard = [self.records[at] for at in strand.at & self.heard]
        days = len({one.said_at.date() for one in heard})
        sittings = len({(one.thread_id, one.session_id) for one in heard})
        least = max(LEAST_RECORDS, round(math.sqrt(len(self.heard)) / GROWTH)) if strand.what == "theme" else LEAST_RECORDS
        return len(heard) >= least and max(days, sittings) >= LEAST_DAYS

    def lift(self, strand: Strand) -> float:
        """How many times as often as in English people tell of it."""
        return len(strand.at & self.heard) / max(1, self.words) * strand.rank / ZIPF

    def tells(self, strand: Strand) -> bool:
        """Whether it is more than a common word."""
        return strand.what != "theme" or self.lift(strand) >= LEAST_LIFT

    def weight(self, strand: Strand) -> float:
        """How telling it is (keyness: Dunning 1993)."""
        return len(strand.at & self.heard) * math.log1p(self.lift(strand))

    def thread(self, strand: Strand) -> LifeThread:
        """The thread of a strand."""
        mine = [self.records[at] for at in sorted(strand.at)]
        return LifeThread(strand.name, strand.what, tuple(one.id for one in mine), mine[0].said_at, mine[-1].said_at, strand.also)


def distinct(strands: Iterable[Strand]) -> Iterator[Strand]:
    """The strands without those that are called as one before them, and without themes that lie in one with which they share a word."""
    kept: list[Strand] = []
    for one in strands:
        same = any(one.name.casefold() == other.name.casefold() for other in kept)
        if not same and (one.what != "theme" or not any(covers(other, one) for other in kept)):
            kept.append(one)
            yield one


def covers(strand: Strand, other: Strand) -> bool:
    shared = set(strand.name.lower().split()) & set(other.name.lower().split())
    return bool(shared) and len(strand.at & other.at) >= COVERED * len(other.at)


def thread_named(threads: Sequence[LifeThread], name: str) -> LifeThread:
    """The thread of a name, in any case, or of what else it is called; "sister" is "my sister" too.

    Raises:
        InputError: There is none; the hint names the closest.
    """
    called: dict[str, LifeThread] = {}
    for thread in threads:
        for one in (thread.name, *thread.also):
            called.setdefault(one.casefold(), thread)
            called.setdefault(one.casefold().removeprefix("my "), thread)
    wanted = " ".join(name.casefold().split())
    if wanted in called:
        return called[wanted]
    near = dict.fromkeys(called[one].name for one in get_close_matches(wanted, called, n=CLOSEST, cutoff=0.5))
    closest = f"The closest: {', '.join(near)}. " if near else ""
    raise InputError(f"There is no thread {name!r}.", f"{closest}mneme threads lists them all.")
