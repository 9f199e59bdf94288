"""The memory streams of three simulated agents, replayed: they reflect exactly where the importance of what is new adds up to 150."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evals.ratings import STREAMS, SUFFIX
from graph.reflection import reflection_graph
from models.local_mind import LocalMind
from models.mind import AskRequest, Questions
from nodes.context import Context
from stores.memory_store import MemoryStore
from stores.record import Kind, MemoryRecord
from tests.fakes import HashEmbedder, record

DATA = Path(os.environ.get("MNEME_DATA", Path(__file__).parents[3] / "shared" / "data"))
FILES = sorted((DATA / STREAMS).glob(f"*{SUFFIX}"))
MOST = 10_000 if os.environ.get("MNEME_THOROUGH") else 260  # records of a stream
ENOUGH = 150

pytestmark = pytest.mark.skipif(not FILES, reason=f"no data: set MNEME_DATA to the folder that holds {STREAMS}")


class Interrupted(LocalMind):
    """Asks nothing, so that a reflection keeps only that there was one; the first time it is asked the run is cut off."""

    def __init__(self, cut_off: bool) -> None:
        super().__init__(HashEmbedder())
        self.cut_off = cut_off

    def ask(self, request: AskRequest) -> Questions:
        if self.cut_off:
            self.cut_off = False
            raise KeyboardInterrupt
        return Questions([])


def stream_of(file: Path) -> list[MemoryRecord]:
    """An agent's memories in the order in which they came."""
    nodes = sorted(json.loads(file.read_text("utf-8")).values(), key=lambda node: node["node_count"])[:MOST]
    return [memory_of(node, number) for number, node in enumerate(nodes)]


def memory_of(node: dict[str, Any], number: int) -> MemoryRecord:
    kinds: dict[str, Kind] = {"event": "fact", "chat": "fact", "thought": "plan" if node["predicate"] == "plan" else "reflection"}
    at = datetime.fromisoformat(node["created"]).replace(tzinfo=UTC)
    return record(node["description"], number, kind=kinds[node["type"]], importance=float(node["poignancy"]), said_at=at, created_at=at)


def expected(stream: list[MemoryRecord]) -> list[int]:
    """After which memories the sum crosses, by hand."""
    due, total = [], 0.0
    for number, one in enumerate(stream):
        total += (one.importance or 0.0) if one.kind == "fact" else 0.0
        if total >= ENOUGH:
            due.append(number)
            total = 0.0
    return due


def replayed(home: Path, stream: list[MemoryRecord], *, restarts: frozenset[int] = frozenset(), cut_off: bool = False) -> Iterator[int]:
    """After which memories a reflection is done; the store is closed and opened again after those of `restarts`."""
    mind, left = Interrupted(cut_off), list(enumerate(stream))
    while left:
        with MemoryStore.open(home, HashEmbedder()) as memory:
            graph = reflection_graph(lambda *_: mind).compile(store=memory)
            while left:
                number, one = left.pop(0)
                memory.remember([one])
                if reflects(graph, one.said_at):
                    yield number
                if number in restarts:
                    break


def reflects(graph: Any, now: datetime) -> bool:
    """Whether a reflection is due and done now; a run that is cut off is tried again."""
    context = Context(user_id="ada", now=now)
    try:
        done = graph.invoke({"anyway": False}, context=context)
    except KeyboardInterrupt:
        done = graph.invoke({"anyway": False}, context=context)
    assert "failed" not in done["reflection"]
    return bool(done["reflection"]["due"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(SUFFIX))
def test_agents_reflect_exactly_where_the_sum_crosses_also_after_restarts_and_interrupted_runs(file: Path, tmp_path: Path) -> None:
    stream = stream_of(file)
    due = expected(stream)
    restarts = frozenset((10, *(number for number in (due[0] - 1, due[0], due[0] + 1)), len(stream) // 2))
    assert due
    assert list(replayed(tmp_path / "one", stream)) == due
    assert list(replayed(tmp_path / "two", stream, restarts=restarts, cut_off=True)) == due
