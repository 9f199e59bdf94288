"""How long does each step of a turn take, in a small memory and in a large one, apart from the model?"""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
from langchain_core.messages import HumanMessage
from langgraph.graph import END, START, StateGraph

from evals.result import Figure, Result
from evals.session_records import record_of
from graph.agent import turn_graph
from graph.assembly import shared_ranker
from graph.reflection import reflection_graph
from graph.threads import open_sqlite
from models.embedding import DEFAULT_EMBEDDER, BundledEmbedder, Purpose, Vector, open_embedder
from models.importance import LearnedRater
from nodes.context import Context
from nodes.state import TurnInput, TurnState, TurnUpdate
from nodes.timing import apart
from stores.embedder import Embedder
from stores.memory_store import WRITE_BATCH, MemoryStore

NAME = "latency"
SIZES = (1_000, 50_000)
TURNS = 40
WARM_UP = 5
SENTENCES = 1_000  # that are embedded; the records of a memory are these, each vector moved a little
NOISE = 0.02
RESAMPLES = 1_000
USER, SPEAKER = "ada", "Ada"
OWN = "all but model, embedding"
OWN_RECALLING, OWN_OTHERS = "the same, turns that recall", "the same, turns that do not"
EMBEDDED = "embeddings of the words"
ANSWERED, WAITED = "to the end of the answer", "the next message's wait"
STEPS = ("hear", "classify_layer", "recall", "answer", "store")
BARE, LOOP = "a turn", "a million additions in Python"
REFLECTING: Mapping[str, Mapping[str, Any]] = {  # how much importance a reflection needs, and when it comes
    "no reflection due": {"reflect_at": 1_000.0},
    "reflection due": {"reflect_at": 0.1},
    "reflection due, deferred": {"reflect_at": 0.1, "after_turn": "deferred"},
}
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)

# About as many words as people have for what they talk of, so that a word finds about a hundredth of the records.
WHO = """
Ada Anna Aziz Bea Ben Carla Chidi Clara Daniel Dora Elif Emil Eva Farid Felix Greta Hana Hugo Ida Igor Ines Ivan Jana Jonas Josef
Julia Kaito Karim Klara Lars Lena Leo Lin Lucia Malik Marta Mehmet Mia Mina Nadia Nils Noor Olga Omar Oskar Pablo Petra Quentin
Rahel Ravi Rosa Samir Sara Sofia Tariq Thea Tomas Uma Vera Viktor Wanda Yara Yusuf Zoe
"""
DID = """
painted mended sold found lost borrowed photographed buried admired broke hid washed ordered copied carried described forgot
promised returned inherited collected repaired drew weighed wrapped
"""
WHAT = """
accordion anchor apron atlas axe balcony banjo barrel basket bicycle blanket boat bonsai bookcase bracelet bridge broom bucket
cactus camera candle canoe carpet cello chair chessboard clock coat compass cradle curtain cushion diary drum earring easel engine
fence fiddle flute fountain garden gate glove greenhouse guitar hammer harp hat helmet horse hourglass jacket jar kettle kite ladder
lamp lantern letter lighthouse loom map mask medal microscope mirror mosaic necklace notebook oven parasol parrot pearl pendulum
piano pillow pipe poncho pottery quilt raft recipe ring rocket rope saddle sail scarf sculpture shawl sled spoon statue stove
tapestry telescope tent teapot trumpet tunnel umbrella vase vest violin wagon wardrobe watch whistle windmill
"""
WHEN = """
Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October
November December Easter Christmas Carnival
"""
ASKED = ("Which {what} was it that {who} {did}?", "Who {did} the {what} in {when}?", "When was it that {who} {did} a {what}?")


class TimedEmbedder(BundledEmbedder):
    """The bundled embedder, whose time is told apart from that of the steps, and which keeps what it embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def _embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        self.embedded += texts
        with apart("embedding"):
            return super()._embed(texts, purpose)


class MovedVectors:
    """Vectors for a large memory without embedding all of it: those of some sentences, each moved a little at random."""

    def __init__(self, embedder: Embedder, seed: int) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._vectors = np.array(embedder.embed_documents(sentences(SENTENCES, seed)))
        self._random = np.random.default_rng(seed)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        chosen = self._vectors[self._random.integers(len(self._vectors), size=len(texts))]
        moved = chosen + self._random.normal(scale=NOISE, size=chosen.shape)
        return (moved / np.linalg.norm(moved, axis=1, keepdims=True)).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def run(data: Path | None = None, limit: int | None = None, seed: int = 0) -> Result:
    """Milliseconds of each step, p50 and p95, for memories of one user.

    Args:
        data: Not used.
        limit: How many turns each is measured over; forty where it is None.
        seed: Of the sentences and of the bootstrap.
    """
    turns = limit or TURNS
    systems = {f"LangGraph alone, {len(STEPS)} empty steps": figures(empty_turns(turns), seed)}
    for size in SIZES:
        with TemporaryDirectory() as folder:
            home = Path(folder)
            fill(home, size, seed)
            systems[f"{size:,} records"] = figures(measured(home, turns, seed, "plain", checkpoints=False), seed)
            systems[f"{size:,}, checkpoints"] = figures(measured(home, turns, seed, "kept", checkpoints=True), seed)
            if size == min(SIZES):
                systems |= {name: figures(reflecting(home, turns, seed, name, knobs), seed) for name, knobs in REFLECTING.items()}
            if size == max(SIZES):
                with MemoryStore.open(home, open_embedder(DEFAULT_EMBEDDER)) as memory:
                    memory.optimize()
                systems[f"{size:,}, indexed"] = figures(measured(home, turns, seed, "indexed", checkpoints=False), seed)
    return Result(
        name=NAME, data=f"{turns} turns each, milliseconds, local mind, records of generated sentences", seed=seed, systems=systems
    )


def fill(home: Path, size: int, seed: int) -> None:
    """A memory of that many records of one user, in threads of a hundred messages."""
    embedder = MovedVectors(open_embedder(DEFAULT_EMBEDDER), seed)
    with MemoryStore.open(home, embedder, rater=LearnedRater(embedder.name)) as memory:
        texts = sentences(size, seed)
        for start in range(0, size, WRITE_BATCH):
            memory.remember([record_of(number, SPEAKER, texts[number], USER) for number in range(start, min(size, start + WRITE_BATCH))])


def measured(home: Path, turns: int, seed: int, thread: str, *, checkpoints: bool) -> list[dict[str, float]]:
    """Milliseconds by step of each turn of one thread, and of the whole turn; every other turn asks for something remembered.

    Reflections are left to runs of their own.
    """
    embedder = TimedEmbedder()
    with ExitStack() as stack:
        memory = stack.enter_context(MemoryStore.open(home, embedder, shared_ranker(), rater=LearnedRater(embedder.name)))
        saver = stack.enter_context(open_sqlite(home / "threads.sqlite")) if checkpoints else None
        agent = turn_graph().compile(checkpointer=saver, store=memory)
        words = words_said(turns, seed)
        return [turn_spent(agent, embedder, one, number, thread) for number, one in enumerate(words)][WARM_UP:]


def empty_turns(turns: int) -> list[dict[str, float]]:
    """Milliseconds of turns whose steps do nothing, below which no memory can go; and of a loop, which tells how fast the machine is."""
    builder = StateGraph(TurnState, context_schema=Context, input_schema=TurnInput)
    for step in STEPS:
        builder.add_node(step, empty)
    for before, after in pairwise((START, *STEPS, END)):
        builder.add_edge(before, after)
    agent = builder.compile()
    said: TurnInput = {"messages": [HumanMessage("x")]}
    return [{BARE: spent_on(lambda: agent.invoke(said)), LOOP: spent_on(adding)} for _ in range(WARM_UP + turns)][WARM_UP:]


def empty(state: TurnState) -> TurnUpdate:
    """A step that says that it was there."""
    return {"turn": {"id": "x"}}


def adding() -> None:
    """A million additions."""
    total = 0
    for number in range(1_000_000):
        total += number


def spent_on(work: Callable[[], object]) -> float:
    """Its milliseconds."""
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1_000


def words_said(turns: int, seed: int) -> list[str]:
    """What the user says, turn by turn: something new, then something that is asked for."""
    said = zip(sentences(turns + WARM_UP, seed + 1), questions(turns + WARM_UP, seed + 2), strict=True)
    return [one for pair in said for one in pair][: turns + WARM_UP]


def reflecting(home: Path, turns: int, seed: int, thread: str, knobs: Mapping[str, Any]) -> list[dict[str, float]]:
    """Milliseconds of each turn until its answer is whole, and from then on until the thread can take the next message."""
    embedder = open_embedder(DEFAULT_EMBEDDER)
    with MemoryStore.open(home, embedder, shared_ranker(), rater=LearnedRater(embedder.name)) as memory:
        reflection_graph().compile(store=memory).invoke({"anyway": True}, context=Context(user_id=USER, now=NOW, mind="local"))
        agent = turn_graph().compile(store=memory)
        words = words_said(turns, seed)
        return [answered_and_waited(agent, one, number, thread, knobs) for number, one in enumerate(words)][WARM_UP:]


def answered_and_waited(agent: Any, words: str, number: int, thread: str, knobs: Mapping[str, Any]) -> dict[str, float]:
    """The milliseconds of one turn."""
    context = Context(user_id=USER, now=NOW + timedelta(minutes=number), thread_id=thread, mind="local", **knobs)
    began, answered = perf_counter(), 0.0
    for update in agent.stream({"messages": [HumanMessage(words)]}, context=context, stream_mode="updates"):
        if "answer" in update.get("answer", {}).get("turn", {}):
            answered = (perf_counter() - began) * 1_000
    return {ANSWERED: answered, WAITED: (perf_counter() - began) * 1_000 - answered}


def turn_spent(agent: Any, embedder: TimedEmbedder, words: str, number: int, thread: str) -> dict[str, float]:
    """Milliseconds of one turn by step, in all, and how often its words were embedded."""
    embedder.embedded.clear()
    context = Context(user_id=USER, now=NOW + timedelta(minutes=number), thread_id=thread, mind="local", after_turn="deferred")
    config = {"configurable": {"thread_id": thread}}
    began = perf_counter()
    state = agent.invoke({"messages": [HumanMessage(words)]}, context=context, config=config)
    whole = (perf_counter() - began) * 1_000
    spent = state["turn"]["milliseconds"]
    own = whole - spent.get("model", 0.0) - spent.get("embedding", 0.0)
    kind = OWN_RECALLING if "recall" in spent else OWN_OTHERS
    return {**spent, "whole turn": whole, OWN: own, kind: own, EMBEDDED: float(embedder.embedded.count(words))}


def figures(turns: Sequence[dict[str, float]], seed: int) -> dict[str, Figure]:
    """The median and the 95th percentile of each step, over the turns in which it ran."""
    random = np.random.default_rng(seed)
    found: dict[str, Figure] = {}
    for step in dict.fromkeys(name for turn in turns for name in turn):
        values = np.array([turn[step] for turn in turns if step in turn])
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            resampled = np.quantile(random.choice(values, (RESAMPLES, len(values))), share, axis=1)
            low, high = np.quantile(resampled, (0.025, 0.975))
            found[f"{step}, {name}"] = Figure(value=float(np.quantile(values, share)), low=float(low), high=float(high))
    return found


def sentences(count: int, seed: int) -> list[str]:
    """Sentences about a few people and things, each said once in a while."""
    chosen = random.Random(seed)
    return [
        f"{pick(chosen, WHO)} {pick(chosen, DID)} the {pick(chosen, WHAT)} of {pick(chosen, WHO)} in {pick(chosen, WHEN)} ({number})."
        for number in range(count)
    ]


def questions(count: int, seed: int) -> list[str]:
    """Questions about the same people and things."""
    chosen, blanks = random.Random(seed), {"who": WHO, "did": DID, "what": WHAT, "when": WHEN}
    return [chosen.choice(ASKED).format(**{name: pick(chosen, words) for name, words in blanks.items()}) for _ in range(count)]


def pick(chosen: random.Random, words: str) -> str:
    """One of several words, by chance."""
    return chosen.choice(words.split())
