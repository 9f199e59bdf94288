"""Writers that are killed: processes that change a home by chance and tell of each change, when it is begun and when it is done.

    with Nursery() as nursery:
        writer = nursery.writer(Job("forget", home, model, seed=1, log=file))
        writer.kill()

A writer draws its changes from a model of what the home holds, which the parent keeps: what is acknowledged happened, and the one change
that was begun and not acknowledged happened whole or not at all. A new kind of writer is one line in `KINDS`.
"""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from langgraph.store.base import PutOp

from graph.agent import turn_graph
from graph.assembly import Settings
from graph.due import scrub
from graph.threads import SqliteThreads, open_sqlite
from models.mind import Answer, AnswerRequest, AskRequest, Questions, Scratchpad, SummariseRequest
from nodes.context import Context
from stores.access import Access
from stores.codec import Plain
from stores.engines.edge import EdgeCollection
from stores.errors import EmbedderMismatch
from stores.journal import Journal
from stores.manifest import read_manifest
from stores.memory_store import MOST, MemoryStore
from stores.upkeep.rewriting import Rewriting
from tests.fakes import NOON, HashEmbedder, record
from tests.integration.processes import ROOT, environment

OWNER = Access("ada", role="owner")
TALKER = Access("eve", role="owner")
OTHER_EMBEDDER = HashEmbedder("other", 96)
NOTES = ("notes", "ada")
THREADS = 3
MANY = 150  # records beyond which a writer forgets some before it goes on
WORDS = ["heron", "teapot", "lantern", "orchard", "violin", "harbour", "thistle", "saddle", "marble", "ferry", "kettle", "meadow"]

Change = dict[str, Any]


@dataclass
class Kept:
    """A record as the home should hold it: its versions, newest last, what it was made of, and by which change it was hidden."""

    texts: list[str]
    derived_from: tuple[int, ...] = ()
    hidden: str = ""


@dataclass
class Model:
    """What a home should hold. Records go by their number, items by their key; `said` are the words of finished turns, by thread."""

    records: dict[int, Kept] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)
    perhaps: set[str] = field(default_factory=set)

    def after(self, change: Change) -> "Model":
        """The model after a change."""
        later = deepcopy(self)
        later.apply(change)
        return later

    def apply(self, change: Change) -> None:
        getattr(self, change["do"])(**{name: value for name, value in change.items() if name != "do"})

    def reached(self, numbers: Iterable[int]) -> set[int]:
        """The records and all that was derived from them."""
        reached: set[int] = set()
        frontier = set(numbers)
        while frontier:
            reached |= frontier
            frontier = {one for one, kept in self.records.items() if one not in reached and reached & set(kept.derived_from)}
        return reached

    def remember(self, records: list[tuple[int, str, tuple[int, ...]]]) -> None:
        for number, text, sources in records:
            self.records.setdefault(number, Kept([text], tuple(sources)))

    def edit(self, number: int, text: str) -> None:
        self.records[number].texts.append(text)

    def revert(self, number: int) -> None:
        self.records[number].texts.append(self.records[number].texts[0])

    def hide(self, numbers: list[int], mark: str) -> None:
        for number in self.reached(numbers):
            self.records[number].hidden = self.records[number].hidden or mark

    def restore(self, number: int) -> None:
        mark = self.records[number].hidden
        for one in self.reached([number]):
            if self.records[one].hidden == mark:
                self.records[one].hidden = ""

    def forget(self, numbers: list[int]) -> None:
        for number in self.reached(numbers):
            del self.records[number]

    def put(self, items: list[tuple[str, str | None]]) -> None:
        for key, value in items:
            self.items.pop(key, None)
            if value is not None:
                self.items[key] = value

    def reindex(self) -> None:
        """Nothing is lost and nothing comes."""

    def say(self, thread: str, text: str) -> None:
        self.said.setdefault(thread, []).extend([text, reply_to(text)])


@dataclass
class Draws:
    """Draws changes that the model allows. `names` makes the texts and numbers of one writer its own."""

    model: Model
    chance: Random
    names: str
    first: int
    drawn: int = 0

    def change(self, doing: str) -> Change:
        """A change of that kind, or one that makes room or ground for it."""
        self.drawn += 1
        shown = [number for number, kept in self.model.records.items() if not kept.hidden]
        hidden = [number for number, kept in self.model.records.items() if kept.hidden]
        edited = [number for number in shown if self.model.records[number].texts[-1] != self.model.records[number].texts[0]]
        if len(self.model.records) > MANY:
            return {"do": "forget", "numbers": self.chance.sample(sorted(self.model.records), MANY // 2)}
        ground = {"edit": shown, "hide": shown, "forget": shown + hidden, "restore": hidden, "revert": edited}.get(doing, [0])
        return getattr(self, doing if ground else "remember")(ground)  # type: ignore[no-any-return]

    def text(self) -> str:
        return f"{' '.join(self.chance.choices(WORDS, k=6))} {self.names}-{self.drawn}"

    def remember(self, _: list[int]) -> Change:
        """A batch as an import writes it: new records, some made of others, and now and then some that are known."""
        known = sorted(self.model.records)
        start = self.first + 100 * self.drawn
        fresh = range(start, start + self.chance.randint(1, 20))
        sources = [tuple(self.chance.sample(known, min(len(known), self.chance.choice((0, 0, 1))))) for _ in fresh]
        batch = [(one, f"{self.text()}.{one}", made_of) for one, made_of in zip(fresh, sources, strict=True)]
        again = [(one, self.model.records[one].texts[0], ()) for one in known[:2] if self.chance.random() < 0.2]
        return {"do": "remember", "records": batch + again}

    def edit(self, ground: list[int]) -> Change:
        return {"do": "edit", "number": self.chance.choice(ground), "text": self.text()}

    def revert(self, ground: list[int]) -> Change:
        return {"do": "revert", "number": self.chance.choice(ground)}

    def hide(self, ground: list[int]) -> Change:
        return {"do": "hide", "numbers": self.chance.sample(ground, min(len(ground), 3)), "mark": f"{self.names}-{self.drawn}"}

    def restore(self, ground: list[int]) -> Change:
        return {"do": "restore", "number": self.chance.choice(ground)}

    def forget(self, ground: list[int]) -> Change:
        return {"do": "forget", "numbers": self.chance.sample(ground, min(len(ground), 3))}

    def put(self, _: list[int]) -> Change:
        keys = self.chance.sample(range(40), 6)
        return {"do": "put", "items": [(f"{self.first}:{key}", self.chance.choice([None, self.text(), self.text()])) for key in keys]}

    def say(self, _: list[int]) -> Change:
        return {"do": "say", "thread": f"t{self.chance.randrange(THREADS)}", "text": self.text()}


KINDS: dict[str, tuple[str, ...]] = {
    "import": ("remember",),
    "edit": ("remember", "edit", "edit", "edit", "revert"),
    "forget": ("remember", "hide", "restore", "forget"),
    "items": ("put",),
    "mixed": ("remember", "edit", "revert", "hide", "restore", "forget", "put"),
    "say": ("say",),
    "reindex": ("remember", "edit", "hide", "forget", "put", "reindex"),
}


@dataclass(frozen=True)
class Job:
    """What a writer is to do. `kill` names a kill point, `before` or `after`, and which use of it."""

    kind: str
    home: Path
    model: Model
    seed: int
    log: Path
    kill: tuple[str, str, int] | None = None


KILL_POINTS: dict[str, tuple[Any, str]] = {
    "intend": (Journal, "intend"),
    "upsert": (EdgeCollection, "upsert"),
    "patch": (EdgeCollection, "patch"),
    "embed": (EdgeCollection, "embed"),
    "delete": (EdgeCollection, "delete"),
    "settle": (Journal, "settle"),
    "checkpoint": (SqliteThreads, "put"),
    "rename": (Path, "rename"),
    "rmdir": (Path, "rmdir"),
    "rmtree": (shutil, "rmtree"),
    "append": (Journal, "append"),
}


def perform(change: Change, memory: MemoryStore, say: Callable[[str, str], Any] | None = None) -> None:
    """Do to the memory what the change tells."""
    match change:
        case {"do": "remember", "records": records}:
            outcomes = {one.outcome for one in memory.remember([written(*one) for one in records])}
            assert outcomes <= {"stored", "duplicate"}, outcomes
        case {"do": "edit", "number": number, "text": text}:
            memory.edit(id_of(number), text, access=OWNER)
        case {"do": "revert" | "restore", "number": number}:
            memory.restore(id_of(number), access=OWNER)
        case {"do": "hide", "numbers": numbers}:
            memory.hide([id_of(one) for one in numbers], access=OWNER)
        case {"do": "forget", "numbers": numbers}:
            memory.forget([id_of(one) for one in numbers], access=OWNER)
        case {"do": "put", "items": items}:
            memory.batch([PutOp(NOTES, key, None if text is None else {"text": text}) for key, text in items])
        case {"do": "say", "thread": thread, "text": text}:
            assert say is not None
            say(thread, text)


def id_of(number: int) -> str:
    return str(record("x", number).id)


def written(number: int, text: str, derived_from: Iterable[int] = ()) -> Any:
    """The record of that number."""
    return record(text, number, derived_from=tuple(id_of(one) for one in derived_from))


def reply_to(text: str) -> str:
    return f"Noted: {text}"


class Parrot:
    """A mind that repeats what it is told."""

    name = "chat"
    model = "parrot"

    def answer(self, request: AnswerRequest) -> Answer:
        return Answer(text=reply_to(request.words))

    def summarise(self, request: SummariseRequest) -> Scratchpad:
        return Scratchpad([*request.scratchpad, *(one.text for one in request.fallen)][-request.most :])

    def ask(self, request: AskRequest) -> Questions:
        """No question: a writer that lives long comes to reflect, and notes that it did."""
        return Questions([])


@contextmanager
def talking(memory: MemoryStore, home: Path) -> Iterator[Callable[[str, str], Any]]:
    """Says something in a thread of the home to a parrot."""
    with open_sqlite(home / "threads.sqlite") as threads:
        agent: Any = turn_graph(lambda *_: Parrot()).compile(checkpointer=threads, store=memory)
        context = Context(user_id=TALKER.user_id, k=4, notes=2)
        yield lambda thread, text: agent.invoke(
            {"messages": [("user", text)]}, context=context, config={"configurable": {"thread_id": thread}}
        )


def write(job: Job) -> None:
    """Change the home without end; each change stands in the log when it is begun, and again when it is done.

    A writer of the kind `scrub` takes what was forgotten off the disk, and changes nothing.
    """
    draws = Draws(job.model, Random(job.seed), f"w{job.seed}", first=1_000_000 * (job.seed + 1))
    log = os.open(job.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    if job.kill:
        arm(*job.kill)
    if job.kind == "scrub":
        scrub(Settings(home=job.home), NOON)
        os._exit(0)
    while True:
        with opened(job.home) as memory, talking(memory, job.home) as say:
            while (doing := draws.chance.choice(KINDS[job.kind])) != "reindex":
                with told(log, draws.change(doing), job.model) as change:
                    perform(change, memory, say)
        with told(log, {"do": "reindex"}, job.model):
            reindex(job.home)


@contextmanager
def told(log: int, change: Change, model: Model) -> Iterator[Change]:
    """Within it the change is made."""
    os.write(log, f"{json.dumps(change)}\n".encode())
    yield change
    os.write(log, b"done\n")
    model.apply(change)


@contextmanager
def opened(home: Path) -> Iterator[MemoryStore]:
    """The memory of a home, with the embedder that it was last written for."""
    with ExitStack() as stack:
        try:
            memory = stack.enter_context(MemoryStore.open(home, HashEmbedder()))
        except EmbedderMismatch:
            memory = stack.enter_context(MemoryStore.open(home, OTHER_EMBEDDER))
        yield memory


def reindex(home: Path) -> None:
    """Write the memory anew, for the other embedder."""
    now = read_manifest(home).embedder
    embedder = HashEmbedder() if now == OTHER_EMBEDDER.name else OTHER_EMBEDDER
    Rewriting(home, None, Plain(), Plain(), embedder, embed=True).run()


def arm(point: str, side: str, call: int) -> None:
    """From now on the process kills itself at the `call`-th use of a function, before or after it."""
    owner, name = KILL_POINTS[point]
    real = getattr(owner, name)
    left = iter(range(call - 1, -1, -1))

    def deadly(*args: Any, **kwargs: Any) -> Any:
        last = next(left) == 0
        if last and side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)


def held(memory: MemoryStore) -> dict[int, tuple[str, tuple[str, ...]]]:
    """What the memory holds of each number: the words that are seen (none where it is hidden), and those of all versions."""
    versions: dict[int, list[str]] = {}
    seen: dict[int, list[str]] = {}
    for one in memory.stream(access=OWNER, past=True, limit=MOST):
        versions.setdefault(one.ordinal, []).append(one.text)
    for one in memory.stream(access=OWNER, limit=MOST):
        seen.setdefault(one.ordinal, []).append(one.text)
    return {number: ("|".join(seen.get(number, [])), tuple(sorted(texts))) for number, texts in versions.items()}


def expected(model: Model) -> dict[int, tuple[str, tuple[str, ...]]]:
    """The same, of a model."""
    return {number: ("" if kept.hidden else kept.texts[-1], tuple(sorted(kept.texts))) for number, kept in model.records.items()}


def kept_items(memory: MemoryStore) -> dict[str, str]:
    """The items that the memory holds."""
    return {one.key: one.value["text"] for one in memory.search(NOTES, limit=MOST)}


@dataclass
class WriterProcess:
    """A running writer."""

    pid: int
    log: Path
    nursery: "Nursery"

    def has_acknowledged(self) -> bool:
        return self.log.exists() and b"done\n" in self.log.read_bytes()

    def kill(self) -> None:
        """End it with SIGKILL, where it has not ended yet."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def ended(self) -> int:
        """Wait for its end; the signal that ended it, or 0."""
        return int(self.nursery.said())

    def report(self) -> tuple[list[Change], Change | None]:
        """The acknowledged changes, and the one that was begun last and not acknowledged."""
        lines = self.log.read_bytes().splitlines() if self.log.exists() else []
        done = [json.loads(change) for change, mark in pairwise(lines) if mark == b"done"]
        doubtful = json.loads(lines[-1]) if lines and lines[-1] != b"done" else None
        return done, doubtful


class Nursery:
    """Starts writers quickly: a process that has imported everything and forks. One writer at a time."""

    def __enter__(self) -> "Nursery":
        command = [sys.executable, "-m", "tests.writers"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment(ROOT), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.communicate()

    def writer(self, job: Job) -> WriterProcess:
        assert self._process.stdin
        pickle.dump(job, self._process.stdin)
        self._process.stdin.flush()
        return WriterProcess(int(self.said()), job.log, self)

    def said(self) -> str:
        """The next line of the nursery."""
        assert self._process.stdout
        return self._process.stdout.readline().decode()


def nurse() -> None:
    """Fork a writer for each job on stdin; tell its process id, and, when it has ended, by which signal."""
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pid = os.fork()
        if pid == 0:
            write(job)
        os.write(1, f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        os.write(1, f"{os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}\n".encode())


if __name__ == "__main__":
    from tests.writers import nurse as nurse_by_name  # so that jobs, which are pickled by name, are found

    nurse_by_name()
