"""Writers killed with SIGKILL: at random moments, and right before or after each step of a write.

Twelve kills in a normal run; MNEME_THOROUGH=1 makes it two hundred.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from stores.engines.engine import Where
from stores.memory_store import MOST, MemoryStore
from stores.pieces import message_pieces
from tests.writers import (
    KINDS,
    OWNER,
    TALKER,
    Change,
    Draws,
    Job,
    Model,
    Nursery,
    WriterProcess,
    expected,
    held,
    kept_items,
    opened,
    perform,
    reindex,
    talking,
)

THOROUGH = bool(os.environ.get("MNEME_THOROUGH"))
KILLS = 200 if THOROUGH else 12
LONGEST_S = 1.5 if THOROUGH else 0.3
HOMES = 4
STARTS_WITHIN_S = 30
DOES = {  # the writers that come by each kill point
    "intend": ("edit", "forget"),
    "upsert": ("edit", "items"),
    "patch": ("edit", "forget"),
    "embed": ("import", "edit"),
    "delete": ("forget", "items"),
    "settle": ("edit", "forget"),
    "checkpoint": ("say",),
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as opened:
        yield opened


@dataclass
class Ordeal:
    """A home, what it should hold, and how it fared."""

    home: Path
    model: Model = field(default_factory=Model)
    acknowledged: int = 0

    def survive(self, nursery: Nursery, kind: str, seed: int, kill: tuple[str, str, int] | None = None) -> None:
        """Let a writer work until it is killed, by itself or at a random moment; then see that the home holds what it should."""
        writer = nursery.writer(Job(kind, self.home, self.model, seed, self.home.with_name(f"{self.home.name}-{seed}.log"), kill))
        if not kill:
            kill_sometime(writer, Random(seed))
        assert writer.ended() == signal.SIGKILL
        done, doubtful = writer.report()
        for change in done:
            self.model.apply(change)
        self.acknowledged += len(done)
        with opened(self.home) as memory:
            self.settle(memory, doubtful)
            assert_sound(memory)

    def settle(self, memory: MemoryStore, doubtful: Change | None) -> None:
        """See that everything acknowledged is there and the doubtful change whole or not at all; go on from what is there."""
        if doubtful and doubtful["do"] == "say":
            self.model.perhaps |= {doubtful["text"], f"Noted: {doubtful['text']}"}
        elif doubtful and is_as(memory, later := self.model.after(doubtful)):
            self.model = later
        assert held(memory) == expected(self.model)
        assert kept_items(memory) == self.model.items
        assert_said(memory, self.model)


def kill_sometime(writer: WriterProcess, chance: Random) -> None:
    """Kill a writer within moments of its first acknowledgement, or, one time in six, while it starts."""
    if chance.random() < 1 / 6:
        time.sleep(chance.uniform(0, 0.1))
    else:
        give_up = time.monotonic() + STARTS_WITHIN_S
        while not writer.has_acknowledged() and time.monotonic() < give_up:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.02, LONGEST_S))
    writer.kill()


def is_as(memory: MemoryStore, model: Model) -> bool:
    return held(memory) == expected(model) and kept_items(memory) == model.items


def assert_said(memory: MemoryStore, model: Model) -> None:
    """The words and answers of finished turns are there once; those of turns cut short at most once."""
    for thread, texts in model.said.items():
        stored = [one.text for one in memory.stream(access=TALKER, kinds=("turn",), limit=MOST) if one.thread_id == thread]
        assert len(stored) == len(set(stored))
        assert set(texts) <= set(stored) <= {*texts, *model.perhaps}


def assert_sound(memory: MemoryStore) -> None:
    """Journal and engine agree, nothing is left half done, and every record has the vectors of its words."""
    memory.embed_missing()
    past = [*memory.stream(access=OWNER, past=True, limit=MOST), *memory.stream(access=TALKER, past=True, limit=MOST)]
    assert len(past) == memory.count_all()
    assert sorted(id for _, id in memory.journal.living()) == sorted(one.id for one in past)
    assert memory.journal.pending() == {}
    vectors = {point.id: point.pieces for point in memory._records.points(Where())}
    for one in past:
        wanted = memory.embedder.embed_documents(message_pieces(one.text))
        assert [pytest.approx(piece, abs=1e-6) for piece in vectors[one.id]] == wanted


def test_what_writers_acknowledged_outlives_their_being_killed(
    nursery: Nursery, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    ordeals = [Ordeal(tmp_path / f"home{number}") for number in range(HOMES)]
    for seed in range(KILLS):
        ordeals[seed % HOMES].survive(nursery, [*KINDS][seed % len(KINDS)], seed)
    acknowledged = sum(one.acknowledged for one in ordeals)
    record_property("acknowledged", acknowledged)  # pytest --junitxml FILE -o junit_family=xunit1 tells it
    assert acknowledged > 10 * KILLS


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("point", DOES)
def test_a_writer_killed_between_two_steps_of_a_write_leaves_it_whole_or_undone(
    nursery: Nursery, tmp_path: Path, point: str, side: str
) -> None:
    ordeal = Ordeal(tmp_path / "home")
    for seed, kind in enumerate(DOES[point]):
        for call in (3, 8) if THOROUGH else (4,):
            ordeal.survive(nursery, kind, 10 * seed + call, (point, side, call))


def test_a_conversation_cut_short_goes_on(nursery: Nursery, tmp_path: Path) -> None:
    ordeal = Ordeal(tmp_path / "home")
    for call in (3, 8, 14):
        ordeal.survive(nursery, "say", call, ("checkpoint", "before", call))
    ordeal.survive(nursery, "say", 1, ("settle", "before", 21))  # words
    ordeal.survive(nursery, "say", 2, ("settle", "after", 22))  # an answer
    with opened(ordeal.home) as memory, talking(memory, ordeal.home) as say:
        for thread in list(ordeal.model.said):
            state = say(thread, f"Good morning in {thread}.")
            assert state["turn"]["answer"] == f"Noted: Good morning in {thread}."
            ordeal.model.apply({"do": "say", "thread": thread, "text": f"Good morning in {thread}."})
        ordeal.settle(memory, None)


def test_a_thread_has_one_newest_snapshot_also_after_crashes(nursery: Nursery, tmp_path: Path) -> None:
    ordeal = Ordeal(tmp_path / "home")
    for seed in range(3):
        ordeal.survive(nursery, "say", seed, ("settle", "after", 40))  # the answer and the snapshot are stored, the thread's state is not
    with opened(ordeal.home) as memory:
        snapshots = [one.thread_id for one in memory.stream(access=TALKER, kinds=("snapshot",))]
    assert sorted(snapshots) == sorted(ordeal.model.said)


REWRITING = [("upsert", "after", 8), *[("rename", "before", call) for call in range(1, 6)], ("rmdir", "before", 1), ("rmtree", "before", 1)]


@pytest.mark.parametrize("kill", REWRITING, ids=lambda kill: f"{kill[0]} {kill[2]}")
def test_a_memory_killed_while_it_is_written_anew_is_the_old_or_the_new_one(
    nursery: Nursery, tmp_path: Path, kill: tuple[str, str, int]
) -> None:
    ordeal = Ordeal(tmp_path / "home")
    ordeal.survive(nursery, "reindex", 1, kill)
    ordeal.survive(nursery, "reindex", 2, ("rmtree", "after", 1))  # and it can be written anew again


@pytest.mark.parametrize("doing", ["edit", "hide", "forget"])
def test_what_changed_since_a_reindex_was_cut_short_is_in_the_next_one(nursery: Nursery, tmp_path: Path, doing: str) -> None:
    ordeal = Ordeal(tmp_path / "home")
    ordeal.survive(nursery, "reindex", 1, ("rename", "before", 1))
    with opened(ordeal.home) as memory:
        draws = Draws(ordeal.model, Random(1), "since", first=2_000_000)
        for _ in range(5):
            change = draws.change(doing)
            perform(change, memory)
            ordeal.model.apply(change)
    reindex(ordeal.home)
    with opened(ordeal.home) as memory:
        ordeal.settle(memory, None)
        assert_sound(memory)
