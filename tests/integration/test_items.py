"""LangGraph's store contract, case by case, on every backend; and what the contract leaves open about items."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langgraph.store.base import GetOp, PutOp
from langgraph.store.memory import InMemoryStore

from stores import paging
from stores import vectors as vectors_module
from stores.codec import Plain
from stores.engines.engine import Collection, Engine, Found, Point, Where
from stores.engines.server import IN_MEMORY, Server, ServerEngine
from stores.errors import FolderDamaged, InputError, MnemeError, RecordRejected, StoreError
from stores.items import Items, item_id, texts_to_embed
from stores.validation import why_no_json
from tests.bare_engines import engine_on, wiped
from tests.contract import CASES, NS, Case, SetClock, attempt, fill, keys, nested, order, outcome, value
from tests.engines import ENGINES, opened_on
from tests.fakes import HashEmbedder

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "store.md"


@pytest.fixture(scope="module", params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_on(request.param, tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture
def engine(opened: Engine) -> Iterator[Engine]:
    yield opened
    wiped(opened)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def items(engine: Engine, clock: SetClock) -> Items:
    return Items(engine, HashEmbedder(), clock=clock)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_contract(case: Case, items: Items, clock: SetClock) -> None:
    assert outcome(case.run, items, clock) == case.expected


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_reference_does_the_same_or_what_the_table_says(case: Case) -> None:
    reference = InMemoryStore(index={"dims": 64, "embed": HashEmbedder().embed_documents})
    wanted = case.difference.outcome if case.difference else case.expected
    assert outcome(case.run, reference, SetClock()) == wanted
    assert case.difference is None or wanted != case.expected


def test_the_page_about_the_store_has_every_difference() -> None:
    rows = [f"| {case.title} | {one.reference} | {one.mneme} | {one.why} |" for case in CASES if (one := case.difference)]
    assert [row for row in rows if row not in DOCS.read_text(encoding="utf-8").splitlines()] == []


def test_the_code_on_that_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(code, "store.md", "exec"), names)
    said = capsys.readouterr().out
    assert "tea Ada drinks green tea." in said
    assert "than coffee. 12" in said


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_memory_store_is_such_a_store(engine_name: str, tmp_path: Path) -> None:
    with opened_on(engine_name, tmp_path) as store:
        store.put(("a", "b"), "k", {"text": "tea"}, ttl=60)
        assert order(store.search(("a",), query="tea", filter={"text": "tea"})) == ["k"]
        assert store.list_namespaces() == [("a", "b")]
        with pytest.raises(RecordRejected):
            store.put(("a", "b"), "k", {"text": nested(40)})
        assert value(store, "k", ("a", "b")) == {"text": "tea"}


# A batch is done or not done


class Watched:
    """A collection that notes its writes, and fails where it is told to."""

    def __init__(self, inner: Collection) -> None:
        self._inner = inner
        self.writes: list[tuple[str, list[str]]] = []
        self.fails = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def upsert(self, points: Sequence[Point]) -> None:
        self._note("upsert", [point.id for point in points])
        self._inner.upsert(points)

    def delete(self, ids: Sequence[str]) -> None:
        self._note("delete", list(ids))
        self._inner.delete(ids)

    def _note(self, write: str, ids: list[str]) -> None:
        if self.fails == write:
            raise StoreError("The disk is full.")
        self.writes += [(write, ids)] if ids else []


class WatchedEngine:
    """An engine of one watched collection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.watched: Watched | None = None

    def collection(self, *named: Any) -> Any:
        if self.watched is None:
            self.watched = Watched(self._engine.collection(*named))
        return self.watched


@pytest.fixture
def watched(engine: Engine, clock: SetClock) -> tuple[Items, Watched]:
    watching = WatchedEngine(engine)
    store = Items(watching, HashEmbedder(), clock=clock)  # type: ignore[arg-type]
    store.put(NS, "old", {"v": 1})
    assert watching.watched
    watching.watched.writes.clear()
    return store, watching.watched


MIXED = (PutOp(NS, "new", {"v": 2}), PutOp(NS, "old", None), PutOp(NS, "absent", None), PutOp(("m",), "k", {"v": 3}))


def test_one_write_of_the_engine_carries_a_batch(watched: tuple[Items, Watched]) -> None:
    store, collection = watched
    store.batch(MIXED)
    new, old, other = item_id(NS, "new"), item_id(NS, "old"), item_id(("m",), "k")
    assert collection.writes == [("upsert", [new, other, old]), ("delete", [old])]
    assert keys(store.search(())) == ["k", "new"]


def test_a_batch_whose_write_fails_leaves_everything_as_it_was(watched: tuple[Items, Watched]) -> None:
    store, collection = watched
    collection.fails = "upsert"
    with pytest.raises(StoreError, match="full"):
        store.batch(MIXED)
    assert [(item.key, item.value) for item in store.search(())] == [("old", {"v": 1})]


def test_what_a_batch_deletes_is_unseen_also_where_its_removal_fails(watched: tuple[Items, Watched], clock: SetClock) -> None:
    store, collection = watched
    collection.fails = "delete"
    with pytest.raises(StoreError, match="full"):
        store.batch(MIXED)
    assert (store.get(NS, "old"), keys(store.search(())), keys(store.search((), query="v"))) == (None, ["k", "new"], ["k", "new"])
    assert store.list_namespaces() == [("m",), NS]
    collection.fails = ""
    assert store.sweep() == 1
    assert collection.retrieve([item_id(NS, "old")]) == []
    store.put(NS, "old", {"v": 4})
    assert value(store, "old") == {"v": 4}


def test_no_reader_sees_half_a_batch(items: Items) -> None:
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            there, gone = ("a", "b") if number % 2 else ("b", "a")
            now = {"n": number}
            items.batch([PutOp(NS, "n", now), PutOp(NS, there, now), PutOp(NS, gone, None), PutOp(("m",), "n", now)])

    items.batch([PutOp(NS, "n", {"n": 0}), PutOp(NS, "b", {"n": 0}), PutOp(("m",), "n", {"n": 0})])
    writer = threading.Thread(target=write)
    writer.start()
    seen = [[item.value["n"] for item in items.search((), refresh_ttl=False)] for _ in range(100)]
    done.set()
    writer.join()
    assert [numbers for numbers in seen if len(numbers) != 3 or len(set(numbers)) != 1] == []


def test_all_reads_of_a_batch_see_one_state(watched: tuple[Items, Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    store, collection = watched
    store.batch([PutOp(NS, "a", {"n": 1}), PutOp(NS, "b", {"n": 1})])
    writer = threading.Thread(target=store.batch, args=([PutOp(NS, "a", {"n": 2}), PutOp(NS, "b", {"n": 2})],))
    retrieve = collection.retrieve

    def retrieve_and_let_others_write(ids: Sequence[str]) -> list[Found]:
        found: list[Found] = retrieve(ids)
        if writer.ident is None:
            writer.start()
            writer.join(0.3)
        return found

    monkeypatch.setattr(collection, "retrieve", retrieve_and_let_others_write, raising=False)
    seen = store.batch([GetOp(NS, "a"), GetOp(NS, "b")])
    writer.join()
    assert [item.value for item in seen] == [{"n": 1}, {"n": 1}]  # type: ignore[union-attr]
    assert [value(store, key) for key in "ab"] == [{"n": 2}, {"n": 2}]


def test_a_batch_survives_a_kill_whole_or_not_at_all(tmp_path: Path) -> None:
    number = 0
    for kill in range(3):
        writing = [sys.executable, "-W", "ignore", "-m", "tests.item_writer", str(tmp_path), str(number)]
        with subprocess.Popen(writing, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
            assert writer.stdout
            said = [writer.stdout.readline() for _ in range(5 + 20 * kill)]
            writer.kill()
            said += writer.stdout.readlines()
        stored = int([line for line in said if line.endswith("\n")][-1])
        with engine_on("edge", tmp_path) as engine:
            items = Items(engine, HashEmbedder())
            numbers = [item.value["n"] for item in items.search(())]
        assert len(numbers) == 3
        assert numbers in ([stored] * 3, [stored + 1] * 3)
        number = numbers[0]


# Embedding


class OddEmbedder(HashEmbedder):
    """Gives what it is told to instead of vectors."""

    def __init__(self, given: Any) -> None:
        super().__init__()
        self.given = given

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        given: list[list[float]] = self.given
        return given

    def embed_query(self, text: str) -> list[float]:
        given: list[float] = self.given[0]
        return given


@pytest.mark.parametrize("given", [[], [[1.0] * 63], [[1.0] * 64] * 2, [[float("nan")] * 64], [[None] * 64]])
def test_vectors_that_are_none_are_refused_before_anything_is_written(engine: Engine, items: Items, given: Any) -> None:
    odd = Items(engine, OddEmbedder(given))
    with pytest.raises(RecordRejected):
        odd.batch([PutOp(NS, "plain", {}, index=False), PutOp(NS, "k", {"text": "tea"})])
    assert items.search(()) == []


def test_a_query_vector_that_is_none_is_refused(engine: Engine) -> None:
    with pytest.raises(RecordRejected, match="63 numbers"):
        Items(engine, OddEmbedder([[1.0] * 63])).search(NS, query="tea")


def test_nobody_waits_while_texts_are_embedded(engine: Engine) -> None:
    lock = threading.Lock()
    held: list[bool] = []

    class Asking(HashEmbedder):
        def embed_query(self, text: str) -> list[float]:
            held.append(lock.locked())
            return super().embed_query(text)

    store = Items(engine, Asking(), lock=lock)
    store.put(NS, "k", {"text": "tea"})
    store.search(NS, query="tea")
    assert held == [False, False]


def test_a_blank_query_embeds_nothing(engine: Engine) -> None:
    embedder = HashEmbedder()
    store = Items(engine, embedder)
    fill(store, {"text": "tea"}, index=False)
    assert [item.score for item in store.search(NS, query=" \n\u3000")] == [None]
    assert embedder.asked == []


def test_too_much_text_to_search_by_is_refused_but_kept_without(items: Items, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "MOST_PIECES", 2)
    words = {"text": "tea. " * 500}
    with pytest.raises(RecordRejected, match="too much text"):
        items.put(NS, "k", words)
    items.put(NS, "k", words, index=False)
    assert value(items) == words


def test_the_end_of_a_long_text_is_found(items: Items) -> None:
    items.put(NS, "long", {"text": "coffee milk sugar. " * 400 + "A zebra."}, index=["text"])
    items.put(NS, "short", {"text": "tea"}, index=["text"])
    (found, _) = items.search(NS, query="zebra")
    assert found.key == "long"
    assert found.score


@pytest.mark.parametrize(
    ("index", "texts"), [(None, ['{"a": "tea", "b": ["x", "y"]}']), (["a", "b[*]"], ["tea", "x", "y"]), (["absent"], []), (False, [])]
)
def test_another_embedder_finds_the_same_texts_in_what_is_stored(engine: Engine, items: Items, index: Any, texts: list[str]) -> None:
    items.put(NS, "k", {"b": ["x", "y"], "a": "tea"}, index=index)
    (point,) = engine.collection("items", 64, ()).scroll(Where())
    assert texts_to_embed(point.payload, Plain()) == texts


# Pages


def test_pages_are_complete_where_moments_are_equal(engine: Engine, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 3)
    for key in "abcdefghijk":
        Items(engine, HashEmbedder(), clock=clock).put(NS, key, {"odd": key in "acegik"}, index=False)
    store = Items(engine, HashEmbedder(), clock=clock)
    assert len({item.updated_at for item in store.search(NS, limit=100)}) == 1
    assert keys(store.search(NS, limit=100)) == list("abcdefghijk")
    assert keys(store.search(NS, limit=100, filter={"odd": True})) == list("acegik")
    pages = [item.key for offset in range(0, 12, 2) for item in store.search(NS, limit=2, offset=offset)]
    assert len(pages) == 11


def test_pages_are_complete_where_scores_are_equal(items: Items, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "WIDEST", 2)
    fill(items, *({"text": "tea" if number % 2 else "green tea", "n": number} for number in range(20)), index=["text"])
    fill(items, {"n": 1}, namespace=("n", "below"), index=False)
    wanted = [str(number) for number in (*range(19, 0, -2), *range(18, -1, -2))] + ["0"]
    assert order(items.search(NS, query="tea", limit=100)) == wanted
    assert [item.key for offset in range(0, 24, 3) for item in items.search(NS, query="tea", limit=3, offset=offset)] == wanted
    assert order(items.search(NS, query="tea", limit=100, filter={"n": {"$lt": 3}})) == ["1", "2", "0", "0"]


def test_what_is_equally_similar_stays_so_where_its_item_is_put_again(clock: SetClock) -> None:
    """qdrant-client's own memory computes the score of a point that was written over in single precision, and others in double."""
    items = Items(ServerEngine(Server(IN_MEMORY)), HashEmbedder(), clock=clock)
    items.put(("n", "again"), "k", {}, index=False)
    for namespace in (("n", "again"), ("n", "once")):
        clock.advance(1)
        items.put(namespace, "k", {"text": "tea milk sugar"}, index=["text"])
    found = items.search(("n",), query="tea")
    assert [item.namespace for item in found] == [("n", "once"), ("n", "again")]
    assert found[0].score != found[1].score  # else this test tests nothing


def test_nothing_is_found_twice_where_a_search_is_widened(items: Items, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "WIDEST", 2)
    fill(items, *({"text": " ".join("abcdefghijklmnopqrst"[: number + 1])} for number in range(20)), index=["text"])
    assert order(items.search(NS, query="a", limit=100)) == [str(number) for number in range(20)]


def test_a_search_reads_no_more_than_it_needs(watched: tuple[Items, Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    store, collection = watched
    fill(store, *({"n": number} for number in range(50)), index=False)
    asked: list[int] = []

    def newest(where: Where, by: str, limit: int, offset: int = 0) -> list[Found]:
        asked.append(limit)
        return collection._inner.newest(where, by, limit, offset)

    monkeypatch.setattr(collection, "newest", newest, raising=False)
    store.search(NS, limit=5)
    store.search(NS, limit=1_000_000)
    assert asked == [5, 1_000]


def test_the_latest_write_is_the_latest_also_where_the_clock_is_set_back(items: Items, clock: SetClock) -> None:
    items.put(NS, "a", {})
    clock.advance(-60)
    items.put(NS, "b", {})
    items.batch([PutOp(NS, "c", {}), PutOp(NS, "d", {}), PutOp(NS, "c", {})])
    assert order(items.search(NS)) == ["c", "d", "b", "a"]


def test_an_item_is_never_updated_before_it_was_made_also_after_a_restart(engine: Engine, items: Items, clock: SetClock) -> None:
    items.put(NS, "a", {})
    clock.advance(-60)
    reopened = Items(engine, HashEmbedder(), clock=clock)
    reopened.put(NS, "a", {"v": 1})
    reopened.put(NS, "b", {})
    item = reopened.get(NS, "a")
    assert item
    assert item.updated_at > item.created_at
    assert order(reopened.search(NS)) == ["b", "a"]


# Time to live


def test_sweeping_removes_what_is_over_and_nothing_else(items: Items, clock: SetClock, engine: Engine) -> None:
    for number in range(6):
        items.put(NS, str(number), {}, ttl=[None, 10, 20][number % 3], index=False)
    assert items.sweep() == 0
    clock.advance(10)
    assert engine.collection("items", 64, ()).count(Where()) == 6
    assert items.sweep() == 2
    assert engine.collection("items", 64, ()).count(Where()) == 4
    clock.advance(100)
    assert items.sweep(SetClock()()) == 0
    assert items.sweep() == 2
    assert keys(items.search(NS)) == ["0", "3"]


def test_a_time_to_live_that_begins_anew_is_that_of_the_item(items: Items, clock: SetClock) -> None:
    items.put(NS, "k", {}, ttl=0.5)
    for _ in range(3):
        clock.advance(0.4)
        assert items.search(NS)
    clock.advance(0.5)
    assert items.search(NS) == []


# What is damaged


@pytest.mark.parametrize("written", ['{"v": ', Plain().encode('{"v": ')])
def test_an_item_that_cannot_be_read_is_named(engine: Engine, items: Items, written: str) -> None:
    items.put(NS, "k", {"v": 1}, index=False)
    engine.collection("items", 64, ()).patch(item_id(NS, "k"), {"value": written})
    with pytest.raises(FolderDamaged, match="'k'"):
        items.get(NS, "k")


@pytest.mark.parametrize(
    "value",
    [
        {"x": nested(100_000)},
        {"x": [[[0] * 1_000] * 1_000] * 1_000},
        {"x": object()},
        [("x", 1)],
        "text",
    ],
)
def test_hostile_values_are_refused(items: Items, value: Any) -> None:
    with pytest.raises(RecordRejected) as refused:
        items.put(NS, "k", value)
    assert refused.value.message.endswith(".")
    assert items.search(()) == []


def test_a_long_text_that_is_there_many_times_is_counted_each_time() -> None:
    assert "longer" in why_no_json(["a" * 600_000] * 2)
    assert why_no_json(["a" * 400_000] * 2) == ""


def test_a_value_that_holds_itself_is_refused(items: Items) -> None:
    inner: list[Any] = []
    inner.extend([inner] * 10)
    with pytest.raises(RecordRejected, match="levels"):
        items.put(NS, "k", {"x": inner})


def test_operations_of_the_wrong_types_are_refused_by_name(items: Items) -> None:
    many = 10**5_000
    with pytest.raises(InputError):
        items.search(NS, limit=-many)
    with pytest.raises(RecordRejected):
        items.put(NS, "k", {}, ttl=many)
    wrong: list[Any] = [GetOp(NS, b"k"), PutOp(NS, 5, {}), PutOp(NS, "k", {}, index="text"), GetOp(None, "k"), PutOp(NS, None, None)]  # type: ignore[arg-type]
    kinds = [attempt(lambda op=op: items.batch([op])) for op in wrong]  # type: ignore[misc]
    refused = "raises RecordRejected"
    assert kinds == ["raises InputError", refused, refused, "raises InvalidNamespaceError", "raises InputError"]
    assert issubclass(InputError, MnemeError)
