"""What is due in a home, and does itself in no turn: bytes of what was forgotten, vectors, old items, planning, reflections, the index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.assembly import Settings, open_memory, open_threads, shared_embedder
from graph.planning import planning_graph
from graph.reflection import reflection_graph
from graph.scrubbing import scrub_thread
from nodes.context import Context
from nodes.planning.scene import marker_of, planning_for
from nodes.planning.standing import is_awaited
from nodes.state import Planning
from stores.codec import codec_of
from stores.engines.server import IN_MEMORY
from stores.journal import Event
from stores.memory_store import MemoryStore
from stores.upkeep.rewriting import Progress, Rewriting, unseen
from stores.upkeep.snapshots import THREADS

WORTH_INDEXING = 20_000  # records; fewer are searched one by one as quickly


@dataclass(frozen=True)
class Reflected:
    """One reflection that was due: of which character on which user, how many insights were kept, and what ended it, if anything did."""

    user_id: str
    character_id: str
    kept: int
    failed: str


@dataclass(frozen=True)
class Planned:
    """One planning that was due: of which character with which user, what it did, and what ended it, if anything did."""

    user_id: str
    character_id: str
    planning: Planning

    @property
    def failed(self) -> str:
        return self.planning.get("failed", "")


@dataclass(frozen=True)
class Done:
    """What was due and is done.

    Attributes:
        scrubbed: Forgotten records whose bytes were taken off the disk.
        embedded: Records that had no vector.
        expired: Items past their time, which were removed.
        plannings: Those that were put off, or failed.
        reflections: Those that were due.
        indexed: Whether the index of a large memory was built.
    """

    scrubbed: int
    embedded: int
    expired: int
    plannings: list[Planned]
    reflections: list[Reflected]
    indexed: bool


def look_after(settings: Settings, now: datetime, timezone: str = "UTC", progress: Progress = unseen) -> Done:
    """Do what is due in a memory.

    Args:
        timezone: The users', where what is due does not name it.

    Raises:
        StoreError: The memory cannot be opened, read or written.
        ModelError: The embedder failed.
    """
    scrubbed = scrub(settings, now, progress)
    with open_memory(settings) as memory:
        embedded, expired = memory.embed_missing(), memory.sweep(now)
        contexts = list(contexts_of(memory, now, timezone))
        plannings = list(filter(None, (planned(memory, one) for one in contexts)))
        reflections = list(filter(None, (reflected(memory, one) for one in contexts)))
        indexed = memory.count_all() >= WORTH_INDEXING and memory.optimize()
        return Done(scrubbed, embedded, expired, plannings, reflections, indexed)


def contexts_of(memory: MemoryStore, now: datetime, timezone: str) -> Iterator[Context]:
    """Every character with every user it knows anything of."""
    for user_id in memory.journal.users():
        for character_id in memory.characters(user_id):
            yield Context(user_id=user_id, character_id=character_id, timezone=timezone, now=now)


def planned(memory: MemoryStore, context: Context) -> Planned | None:
    """What one character plans, where that was put off or failed, by the clock of the turn that asked for it; else None.

    Raises:
        StoreError: The memory cannot be read or written.
    """
    marker = marker_of(planning_for(context))
    if not is_awaited(memory, context.user_id, marker, again=True):
        return None
    asked = memory.journal.last(context.user_id, marker, "plan_awaited")
    asking = context.model_copy(update=asked.detail if asked else {})
    done = planning_graph().compile(store=memory).invoke({"anyway": True}, context=asking)["planning"]
    return Planned(context.user_id, context.character_id, done)


def reflected(memory: MemoryStore, context: Context) -> Reflected | None:
    """The reflection of one character, where it is due; else None.

    Raises:
        StoreError: The memory cannot be read or written.
    """
    done = reflection_graph().compile(store=memory).invoke({"anyway": False}, context=context)["reflection"]
    if not done["due"]:
        return None
    return Reflected(context.user_id, context.character_id, len(done.get("kept", [])), done.get("failed", ""))


def scrub(settings: Settings, now: datetime, progress: Progress = unseen) -> int:
    """Take the bytes of what was forgotten off the disk: out of the threads, the journal and the engine's files.

    What is cut short is begun again by the next call: only at the end the journal notes that it is done.

    Returns:
        How many forgotten records there were whose bytes could still be there.

    Raises:
        StoreError: The memory is open, damaged, or cannot be written; its records stay as they were.
        ModelError: Records without a vector were to get one, and the embedder failed.
    """
    with open_memory(settings) as memory:
        due = memory.journal.unscrubbed()
        if not due:
            return 0
        scrub_threads(settings, memory, due)
        memory.journal.compact()
    if not (settings.server and settings.server.url == IN_MEMORY):
        codec = codec_of(settings.sealing_key)
        Rewriting(settings.home, settings.server, codec, codec, shared_embedder(settings.embedder), progress=progress).run()
    gone = [(user_id, record_id) for user_id, record_ids in due.items() for record_id in record_ids]
    with open_memory(settings) as memory:
        memory.journal.append(Event(now, user_id, "scrubbed", record_id) for user_id, record_id in gone)
    return len(gone)


def scrub_threads(settings: Settings, memory: MemoryStore, due: Mapping[str, Sequence[str]]) -> None:
    """Take what each user has forgotten out of the threads in which it was said, shown or used."""
    found = [(user_id, thread) for user_id, records in due.items() for thread in sorted(memory.journal.threads_of(user_id, records))]
    if not found or not (settings.postgres_url.get_secret_value() or (settings.home / THREADS).exists()):
        return
    with open_threads(settings) as threads:
        for user_id, thread in found:
            scrub_thread(threads, thread, user_id, memory)
        threads.compact()
