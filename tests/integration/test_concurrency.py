"""Many at once: threads over one memory and one agent, a `langgraph dev` under fifty threads of one user, and a second process."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Barrier, Event
from typing import Any, TypeVar

import pytest
from langgraph.store.base import GetOp, PutOp
from langgraph_sdk import get_client

from graph.assembly import Settings, open_agent, open_memory
from nodes.context import Context
from stores.access import Access
from stores.errors import InputError
from stores.memory_store import MOST, MemoryStore
from tests.engines import ENGINES, opened_on
from tests.fakes import HashEmbedder, record
from tests.integration.commands import mneme, refused
from tests.integration.processes import environment, langgraph_dev
from tests.writers import OWNER, Draws, Model, expected, held, kept_items, perform

THREADS = 8
CHANGES = 40
DOINGS = ("remember", "edit", "edit", "revert", "hide", "restore", "forget", "put", "put")
PARALLEL = 50
TROUBLES = ("Blocking call", "BlockingError", "Traceback", "run failed", "database is locked")

CONTEXT: dict[str, Any] = {"user_id": "ada", "mind": "local", "k": 4}

T = TypeVar("T")


def together(work: Callable[[int], T], workers: int = THREADS) -> list[T]:
    """What the work gives for 0, 1, 2, ..., each in a thread of its own, all begun at one moment. Raises what any of them raised."""
    ready = Barrier(workers)

    def begun(number: int) -> T:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(begun, number) for number in range(workers)]
        wait(futures)
        return [future.result() for future in futures]


@contextmanager
def meanwhile(work: Callable[[], None]) -> Any:
    """Within it the work is done over and over in another thread; what it raised is raised at the end."""
    over = Event()

    def repeated() -> int:
        times = 0
        while not over.is_set():
            work()
            times += 1
        return times

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(repeated)
        try:
            yield
        finally:
            over.set()
        assert future.result() > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_eight_threads_change_one_memory_and_nothing_is_lost_or_doubled(engine: str, tmp_path: Path) -> None:
    with opened_on(engine, tmp_path) as memory:

        def work(number: int) -> Model:
            """Changes of one thread's own records, and questions in between; whose changes these are is known at the end."""
            draws = Draws(Model(), Random(number), f"t{number}", first=1_000_000 * number)
            for _ in range(CHANGES if engine == "edge" else CHANGES // 4):
                change = draws.change(draws.chance.choice(DOINGS))
                perform(change, memory)
                draws.model.apply(change)
                assert memory.recall(draws.text(), access=OWNER).candidates or not draws.model.records
                memory.search(("notes",), query="heron", limit=5)
            return draws.model

        models = together(work)
        assert held(memory) == {number: kept for model in models for number, kept in expected(model).items()}
        assert kept_items(memory) == {key: text for model in models for key, text in model.items.items()}
        assert sorted(id for _, id in memory.journal.living()) == sorted(
            one.id for one in memory.stream(access=OWNER, past=True, limit=MOST)
        )
        assert (memory.journal.pending(), memory.embed_missing()) == ({}, 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_eight_threads_that_write_the_same_write_it_once(engine: str, tmp_path: Path) -> None:
    with opened_on(engine, tmp_path) as memory:
        batch = [record(f"the same {number}", number) for number in range(20)]
        fates = [[one.outcome for one in written] for written in together(lambda _: memory.remember(batch))]
        assert Counter(tuple(one) for one in fates) == {("stored",) * 20: 1, ("duplicate",) * 20: THREADS - 1}
        written = together(lambda number: memory.edit(batch[0].id, f"words of {number}", access=OWNER))
        assert len({one.id for one in written}) == THREADS
        assert next(one.text for one in memory.stream(access=OWNER) if one.ordinal == 0).startswith("words of")
        assert memory.count(OWNER) == 20
        assert len(memory.stream(access=OWNER, past=True)) == 20 + THREADS
        together(lambda number: memory.put(("shared",), "key", {"by": number}))
        assert memory.get(("shared",), "key").value["by"] in range(THREADS)  # type: ignore[union-attr]
        assert len(memory.search(("shared",))) == 1
        gone = together(lambda _: outcome_of(lambda: memory.forget([batch[1].id], access=OWNER)))
        assert sorted(gone) == ["done", *["refused"] * (THREADS - 1)]
        assert len(memory.stream(access=OWNER)) == 19


def outcome_of(change: Callable[[], object]) -> str:
    try:
        change()
    except InputError:
        return "refused"
    return "done"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_reader_sees_a_batch_whole_or_not_at_all(engine: str, tmp_path: Path) -> None:
    with opened_on(engine, tmp_path) as memory:

        def look() -> None:
            sizes = Counter(one.thread_id for one in memory.stream(access=OWNER, limit=MOST))
            assert set(sizes.values()) <= {25}
            assert len({one.value["round"] for one in memory.search(("pair",))}) <= 1
            both = memory.batch([GetOp(("pair",), key) for key in 10 * ("left", "right")])
            assert len({getattr(one, "value", {}).get("round") for one in both}) == 1

        with meanwhile(look):
            for number in range(25):
                memory.remember([record("words", one, thread_id=f"batch {number}") for one in range(25)])
                memory.batch([PutOp(("pair",), key, {"round": number}) for key in ("left", "right")])


def say(agent: Any, text: str, thread: str) -> dict[str, Any]:
    state: dict[str, Any] = agent.invoke(spoken(text), context=Context(**CONTEXT), config={"configurable": {"thread_id": thread}})
    return state


@pytest.mark.parametrize("threads", [THREADS, 1], ids=["a thread each", "all in one thread"])
def test_eight_at_once_talk_to_one_agent(tmp_path: Path, threads: int) -> None:
    with open_agent(Settings(home=tmp_path)) as agent:
        say(agent, "Hello.", "first")

        def talk(number: int) -> list[str]:
            said = [f"My note {number}.{turn} is on the table." for turn in range(3)]
            answers = [say(agent, text, f"t{number % threads}")["turn"]["answer"] for text in said]
            assert all(answers)
            return said

        said = [text for texts in together(talk) for text in texts]
        turns = memory_of(agent).stream(access=OWNER, kinds=("turn",), limit=MOST)
        assert Counter(one.text for one in turns if one.role == "user" and one.thread_id != "first") == Counter(said)
        assert sum(one.role == "assistant" for one in turns) == len(said) + 1
        assert memory_of(agent).journal.pending() == {}
        assert say(agent, "Where is my note 3.1?", "t0")["turn"]["answer"]


def memory_of(agent: Any) -> MemoryStore:
    memory = agent.store
    assert isinstance(memory, MemoryStore)
    return memory


def test_one_home_opened_and_closed_by_many_threads_stays_one(tmp_path: Path) -> None:
    def work(number: int) -> None:
        for turn in range(4):
            with MemoryStore.open(tmp_path, HashEmbedder()) as memory:
                memory.remember([record(f"{number}.{turn}", 10 * number + turn)])
                assert memory.count(OWNER) > 0

    together(work)
    with MemoryStore.open(tmp_path, HashEmbedder()) as memory:
        assert memory.count(OWNER) == 4 * THREADS


async def talk_in_fifty_threads(url: str) -> list[tuple[Sequence[str], Sequence[Any]]]:
    """Two turns in each of fifty threads, all at once: what was said, and the answers' states."""
    async with get_client(url=url, timeout=120) as client:

        async def talk(number: int) -> tuple[Sequence[str], Sequence[Any]]:
            thread = (await client.threads.create())["thread_id"]
            said = [f"In city {number} I met friend {number}.", f"What did I do in city {number}?"]
            return said, [await client.runs.wait(thread, "agent", input=spoken(text), context=CONTEXT) for text in said]

        return await asyncio.gather(*map(talk, range(PARALLEL)))


def spoken(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


def test_fifty_threads_of_one_user_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with langgraph_dev(tmp_path, environment(home, MNEME_MIND="local")) as server:
        talks = asyncio.run(talk_in_fifty_threads(server.url))
        refused(mneme(home, "say", "Hello.", FORCE_COLOR=""), f"The memory in {home} is open in another process.", "Close that one")
        log = server.log.read_text(encoding="utf-8")
    assert [trouble for trouble in TROUBLES if trouble in log] == []
    turns = [state["turn"] for _, states in talks for state in states]
    assert all(turn["answer"] and [one["outcome"] for one in turn["stored"]] == ["stored", "stored"] for turn in turns)
    with open_memory(Settings(home=home)) as memory:
        stored = memory.stream(access=Access("ada", role="owner"), kinds=("turn",), limit=MOST)
        assert Counter(one.text for one in stored if one.role == "user") == Counter(text for said, _ in talks for text in said)
        assert Counter(one.text for one in stored if one.role == "assistant") == Counter(turn["answer"] for turn in turns)
        assert {one.id for one in stored} == {id for _, id in memory.journal.living()}
        assert (memory.journal.pending(), memory.embed_missing()) == ({}, 0)
