"""How fast and how right is recall among very many records, what room do they take, and what does each way of coding vectors cost?

Each step runs in a process of its own, so that the memory one takes is not told of another.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, ParamSpec, TypeVar, get_args

import numpy as np

from evals.cases import LONGMEMEVAL
from evals.result import Figure, Result
from evals.session_records import ASKED_AT, CHARACTER, Exact, Known, Source, batches, made_records, source_of, user_of
from graph.assembly import shared_ranker
from graph.due import WORTH_INDEXING
from models.embedding import DEFAULT_EMBEDDER, open_embedder
from stores.access import Access, recallable, tenant
from stores.codec import Plain
from stores.engines.edge import Codes, EdgeEngine
from stores.engines.engine import Collection, Point
from stores.memory_store import DOCUMENT, POOL, WRITE_BATCH, MemoryStore
from stores.points import RECORD_INDEXES, payload_of

NAME = "scale"
SIZES = (5_000, 50_000)
EACH = 5_000  # records, of each of many users
CODED = 20_000  # records, for the ways of coding side by side
RECORDS = "records"
K = 10
WARM_UP = 5
RESAMPLES = 1_000
SLACK = 1e-5  # of a cosine
STATUS = Path("/proc/self/status")
SERVING = {"VmRSS": "memory, MB", "RssAnon": "of it not mapped files, MB"}
AT_MOST = {"VmHWM": "memory at most, MB"}

Figures = dict[str, Figure]
Cosines = list[list[float]]
Given = ParamSpec("Given")
Done = TypeVar("Done")
Case = TypeVar("Case")


@dataclass(frozen=True)
class Shape:
    """How many records, and how many of them are each user's."""

    size: int
    each: int

    @property
    def users(self) -> int:
        return self.size // self.each

    @property
    def name(self) -> str:
        return f"{self.size:,}" if self.users == 1 else f"{self.users} x {self.each:,}"

    def askers(self, source: Source) -> list[Access]:
        """Who asks each question: the users in turn."""
        users = [user_of(number % self.users * self.each, self.each) for number in range(len(source.questions))]
        return [Access(user, CHARACTER) for user in users]


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """Milliseconds, what is found, room and time to build: for one user, for many, and for each way of coding the vectors.

    Args:
        data: The folder of the data sets, or LongMemEval's own.
        limit: How many records one user has; 5,000 and 50,000 where it is None.
        seed: Of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    sizes = (limit,) if limit else SIZES
    most = max(sizes)
    source = source_of(data / LONGMEMEVAL if (data / LONGMEMEVAL).is_dir() else data, open_embedder(DEFAULT_EMBEDDER), most)
    shapes = [Shape(size, size) for size in sizes] + ([Shape(most // EACH * EACH, EACH)] if most > EACH else [])
    coded = Shape(min(CODED, most), min(CODED, most))
    systems = {shape.name: remembered(source, shape, seed) for shape in shapes}
    systems |= {f"{coded.size:,} {codes}": searched(source, coded, codes, seed) for codes in get_args(Codes)}
    return Result(
        name=NAME,
        data=f"records of one user, or of many; records from {len(source.turns):,} turns of LongMemEval; then vectors in each code",
        seed=seed,
        systems=systems,
    )


def remembered(source: Source, shape: Shape, seed: int) -> Figures:
    """A memory of that shape: written, asked, indexed, and asked again."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        figures, cosines = alone(fill, home, source, shape)
        figures |= {"disk, MB": single(megabytes(home)), **alone(ask, home, source, shape, cosines, seed)}
        if shape.size < WORTH_INDEXING:
            return figures
        built = alone(build, home, source)
        after = {"disk, MB": single(megabytes(home)), **alone(ask, home, source, shape, cosines, seed)}
        return figures | built | indexed(after)


def fill(home: Path, source: Source, shape: Shape) -> tuple[Figures, Cosines]:
    """Write the records; also give the cosines of the nearest to each question, by comparing all."""
    spent, exact = 0.0, Exact(source, [access.user_id for access in shape.askers(source)], POOL)
    embedder = Known(source.embedder, source.dimension)
    with MemoryStore.open(home, embedder) as memory:
        for numbers in batches(shape.size, shape.each, WRITE_BATCH):
            records, vectors = made_records(source, numbers, shape.each)
            exact.see(records, vectors)
            embedder.learn(records, vectors)
            spent += seconds(partial(memory.remember, records))
        return {"records written a second": single(shape.size / spent), **memory_used(AT_MOST, "writing: ")}, exact.cosines


def build(home: Path, source: Source) -> Figures:
    """Build the index."""
    with MemoryStore.open(home, Known(source.embedder, source.dimension)) as memory:
        return {"index, s": single(seconds(memory.optimize)), **memory_used(AT_MOST, "indexing: ")}


def ask(home: Path, source: Source, shape: Shape, cosines: Cosines, seed: int) -> Figures:
    """Put each question: to the whole ranked recall, which has read none of the texts before, and again, when it has; then to each search
    alone."""
    embedder, askers = Known(source.embedder, source.dimension, dict(source.questions)), shape.askers(source)
    with MemoryStore.open(home, embedder, shared_ranker()) as memory:
        asked = list(zip(source.questions, askers, strict=True))
        _, spent = timed(lambda one: memory.recall(one[0], access=one[1], k=K, now=ASKED_AT), asked)
        _, again = timed(lambda one: memory.recall(one[0], access=one[1], k=K, now=ASKED_AT), asked)
        figures = {**milliseconds("recall", spent, seed), **milliseconds("recall again", again, seed), **memory_used(SERVING)}
    with MemoryStore.open(home, embedder) as memory:
        _, spent = timed(lambda one: memory.recall(one[0], access=one[1], k=K, now=ASKED_AT), asked)
        figures |= milliseconds("recall by fusion", spent, seed)
    with closing(EdgeEngine(home / "engine")) as engine:
        records = engine.collection(RECORDS, source.dimension, RECORD_INDEXES)
        return {**figures, **words_alone(records, source, askers, seed), **vectors_alone(records, source, askers, cosines, seed)}


def words_alone(records: Collection, source: Source, askers: Sequence[Access], seed: int) -> Figures:
    """The search by words."""
    asked = [(words, recallable(one, ASKED_AT), tenant(one.user_id)) for words, one in zip(source.questions, askers, strict=True)]
    _, spent = timed(lambda one: records.matching(one[0], one[1], POOL, one[2], DOCUMENT), asked)
    return milliseconds("by words", spent, seed)


def vectors_alone(records: Collection, source: Source, askers: Sequence[Access], cosines: Cosines, seed: int) -> Figures:
    """The search by vectors, and how much it finds of what comparing all finds."""
    asked = [(vector, recallable(one, ASKED_AT)) for vector, one in zip(source.questions.values(), askers, strict=True)]
    found, spent = timed(lambda one: records.nearest(one[0], one[1], POOL, DOCUMENT), asked)
    figures = milliseconds("by vectors", spent, seed)
    for depth in (K, POOL):
        shares = [share_found([point.score for point in points], due, depth) for points, due in zip(found, cosines, strict=True)]
        figures[f"found of the nearest {depth}"] = resampled(shares, np.mean, seed)
    return figures


def share_found(scores: Sequence[float], due: Sequence[float], depth: int) -> float:
    """How many of the first so many are as near as comparing all gives, as a share: of equally near ones any will do."""
    farthest = due[:depth][-1] - SLACK
    return sum(score >= farthest for score in scores[:depth]) / len(due[:depth])


def searched(source: Source, shape: Shape, codes: Codes, seed: int) -> Figures:
    """The search by vectors alone in one way of coding them, before and after they are indexed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        cosines = alone(fill_coded, folder, source, shape, codes)
        before = {"disk, MB": single(megabytes(folder)), **alone(search_coded, folder, source, shape, cosines, seed)}
        built = alone(build_coded, folder, source)
        after = {"disk, MB": single(megabytes(folder)), **alone(search_coded, folder, source, shape, cosines, seed)}
        return before | built | indexed(after)


def fill_coded(folder: Path, source: Source, shape: Shape, codes: Codes) -> Cosines:
    """Write the records' points; give the cosines of the nearest to each question."""
    exact = Exact(source, [access.user_id for access in shape.askers(source)], POOL)
    with closing(EdgeEngine(folder, codes)) as engine:
        records = engine.collection(RECORDS, source.dimension, RECORD_INDEXES)
        for numbers in batches(shape.size, shape.each, WRITE_BATCH):
            some, vectors = made_records(source, numbers, shape.each)
            exact.see(some, vectors)
            pairs = zip(some, vectors, strict=True)
            records.upsert([Point(one.id, payload_of(one, Plain()), rows.tolist()) for one, rows in pairs])
    return exact.cosines


def build_coded(folder: Path, source: Source) -> Figures:
    """Build the index of these points."""
    with closing(EdgeEngine(folder)) as engine:
        records = engine.collection(RECORDS, source.dimension, RECORD_INDEXES)
        return {"index, s": single(seconds(records.optimize)), **memory_used(AT_MOST, "indexing: ")}


def search_coded(folder: Path, source: Source, shape: Shape, cosines: Cosines, seed: int) -> Figures:
    """Search these points."""
    with closing(EdgeEngine(folder)) as engine:
        records = engine.collection(RECORDS, source.dimension, RECORD_INDEXES)
        return {**vectors_alone(records, source, shape.askers(source), cosines, seed), **memory_used(SERVING)}


def alone(function: Callable[Given, Done], *args: Given.args, **options: Given.kwargs) -> Done:
    """What a function gives in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(function, *args, **options).result()


@dataclass(frozen=True)
class Spent:
    """The milliseconds of each case by the clock, and by the processors."""

    clock: list[float]
    processors: list[float]


def timed(function: Callable[[Case], Done], cases: Sequence[Case]) -> tuple[list[Done], Spent]:
    """What a function gives for each case, and what it took, after some for warming up."""
    for case in cases[:WARM_UP]:
        function(case)
    given, spent = [], Spent([], [])
    for case in cases:
        began, worked = perf_counter(), process_time()
        given.append(function(case))
        spent.clock.append((perf_counter() - began) * 1_000)
        spent.processors.append((process_time() - worked) * 1_000)
    return given, spent


def seconds(function: Callable[[], object]) -> float:
    """How long a function takes."""
    began = perf_counter()
    function()
    return perf_counter() - began


def milliseconds(what: str, spent: Spent, seed: int) -> Figures:
    """The median and the 95th percentile, and the median of the processors' time, which other programs change less."""
    return {
        f"{what}, ms p50": resampled(spent.clock, np.median, seed),
        f"{what}, ms p95": resampled(spent.clock, upper, seed),
        f"{what}, processor ms p50": resampled(spent.processors, np.median, seed),
    }


def upper(values: Any, axis: int | None = None) -> Any:
    """The 95th percentile."""
    return np.quantile(values, 0.95, axis=axis)


def resampled(values: Sequence[float], statistic: Callable[..., Any], seed: int) -> Figure:
    """A statistic of some values, with its bootstrap interval."""
    known = np.array(values)
    again = statistic(np.random.default_rng(seed).choice(known, (RESAMPLES, len(known))), axis=1)
    low, high = np.quantile(again, (0.025, 0.975))
    return Figure(value=float(statistic(known)), low=float(low), high=float(high))


def single(value: float) -> Figure:
    """What is measured once."""
    return Figure(value=value, low=value, high=value)


def indexed(figures: Figures) -> Figures:
    """Figures under names that tell them from those before the index was built."""
    return {f"indexed: {name}": figure for name, figure in figures.items()}


def megabytes(folder: Path) -> float:
    """What the files of a folder take on the disk."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file()) / 2**20


def memory_used(wanted: Mapping[str, str], when: str = "") -> Figures:
    """The memory of this process, where the system tells it."""
    lines = [line.split() for line in STATUS.read_text().splitlines()] if STATUS.exists() else []
    kilobytes = {line[0].rstrip(":"): float(line[1]) for line in lines if line[-1:] == ["kB"]}
    return {when + name: single(kilobytes[key] / 2**10) for key, name in wanted.items() if key in kilobytes}
