"""Generated values, texts, names, filters and sequences of operations, against a dictionary; and a folder that opens again."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from langgraph.store.base import GetOp, InvalidNamespaceError, ListNamespacesOp, MatchCondition, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore

from stores.engines.edge import EdgeEngine
from stores.engines.engine import Engine
from stores.engines.server import IN_MEMORY, Server, ServerEngine
from stores.errors import InputError, RecordRejected
from stores.items import Items
from tests.bare_engines import engine_on, wiped
from tests.contract import NS, SetClock, keys, order, value
from tests.engines import ENGINES
from tests.fakes import HashEmbedder
from tests.generated import (
    ANY_FILTER,
    ANY_TEXT,
    FILTERS,
    LABELS,
    NAMESPACES,
    ODD_TEXTS,
    PATHS,
    SENTENCES,
    SMALL_VALUES,
    VALUES,
    fits,
    nested_in,
    settled,
)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("engine")
    with engine_on(request.param, folder) as opened:
        yield opened
        seen = keys(Items(opened, HashEmbedder()).search((), limit=10**9))
    if request.param == "edge":
        with engine_on("edge", folder) as again:
            assert keys(Items(again, HashEmbedder()).search((), limit=10**9)) == seen


@pytest.fixture
def items(engine: Engine) -> Items:
    return Items(engine, HashEmbedder())


def can_be_kept(value: Any) -> bool:
    """Whether a value is JSON within the bounds, told another way than the store does it."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
        return bool(json.loads(text) == value) and levels(value) <= 32 and len(text) <= 1_000_000
    except (TypeError, ValueError):
        return False


def levels(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(levels, inner), default=0)


@settled(100)
@example(value=nested_in(0, 31) and {"x": nested_in(0, 31)})
@example(value={"x": nested_in(0, 32)})
@example(value={"x": "a" * 999_992})
@example(value={"x": "a" * 999_993})
@given(value=VALUES)
def test_any_value_comes_back_as_it_was_or_is_refused(engine: Engine, items: Items, value: dict[Any, Any]) -> None:
    wiped(engine)
    wanted = can_be_kept(value)
    event("kept" if wanted else "refused")
    try:
        items.put(NS, "k", value, index=False)
    except RecordRejected:
        assert not wanted
        assert items.get(NS, "k") is None
        return
    assert wanted
    item = items.get(NS, "k")
    assert item is not None
    assert item.value == value
    assert json.dumps(item.value) == json.dumps(value)


@settled(50)
@example(text="tea " * 25_000)
@example(text="語" * 20_000)
@given(text=ANY_TEXT | ODD_TEXTS)
def test_any_text_is_found_again_or_is_refused(engine: Engine, items: Items, text: str) -> None:
    wiped(engine)
    try:
        text.encode()
    except UnicodeEncodeError:
        with pytest.raises(RecordRejected):
            items.put(NS, "text", {"text": text})
        with pytest.raises(InputError):
            items.search(NS, query=text)
        return
    items.put(NS, "text", {"text": text}, index=["text"])
    (found,) = items.search(NS, query=text)
    assert (found.value, found.score is None) == ({"text": text}, not text.strip())


@settled(50)
@example(namespace=("a",) * 32, key="k" * 1_000)
@example(namespace=("a",) * 33, key="k")
@given(namespace=st.lists(ANY_TEXT | ODD_TEXTS | LABELS, max_size=4).map(tuple), key=ANY_TEXT | ODD_TEXTS)
def test_any_name_is_found_again_or_is_refused(engine: Engine, items: Items, namespace: tuple[str, ...], key: str) -> None:
    wiped(engine)
    try:
        items.put(namespace, key, {"v": 1}, index=False)
    except InvalidNamespaceError:
        assert not namespace or not all(namespace) or any(set(label) & {".", "\x00"} for label in namespace)
        return
    except RecordRejected:
        assert len(namespace) > 32 or any("\ud800" <= letter <= "\udfff" for name in (*namespace, key) for letter in name)
        return
    assert value(items, key, namespace) == {"v": 1}
    assert key in keys(items.search(namespace, limit=10**9))
    assert items.list_namespaces(prefix=namespace, suffix=namespace, limit=10**9) == sorted(
        set(items.list_namespaces(prefix=namespace, limit=10**9))
    )
    items.delete(namespace, key)
    assert items.get(namespace, key) is None


@settled(100)
@given(values=st.lists(SMALL_VALUES, max_size=5), filter=FILTERS)
def test_a_filter_lets_pass_what_it_says(engine: Engine, items: Items, values: list[dict[str, Any]], filter: dict[str, Any]) -> None:
    wiped(engine)
    items.batch(PutOp(NS, str(number), value, index=False) for number, value in enumerate(values))
    wanted = [str(number) for number, value in enumerate(values) if all(fits(value.get(field), bound) for field, bound in filter.items())]
    assert order(items.search(NS, filter=filter)) == wanted[::-1]
    assert keys(items.search(NS, filter=filter, query="tea")) == wanted


@settled(50)
@given(filter=ANY_FILTER)
def test_any_filter_is_answered_or_refused(engine: Engine, items: Items, filter: Any) -> None:
    wiped(engine)
    items.put(NS, "k", {"a": {"b": [1, "x", None]}, "b": 2**70, "c": 0.5}, index=False)
    try:
        assert keys(items.search(NS, filter=filter)) in (["k"], [])
    except InputError as refused:
        event(refused.message[:20])


@settled(50)
@given(
    namespaces=st.lists(NAMESPACES, max_size=8),
    conditions=st.lists(st.builds(MatchCondition, st.sampled_from(["prefix", "suffix"]), PATHS), max_size=2),
    depth=st.none() | st.integers(0, 3),
    page=st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
def test_namespaces_are_listed_as_the_reference_does(
    engine: Engine, items: Items, namespaces: list[Any], conditions: list[MatchCondition], depth: int | None, page: tuple[int, int]
) -> None:
    wiped(engine)
    reference = InMemoryStore()
    listing = ListNamespacesOp(tuple(conditions), depth, *page)
    for store in (items, reference):
        store.batch([PutOp(namespace, "k", {}, index=False) for namespace in namespaces])
    assert items.batch([listing]) == reference.batch([listing])


# Sequences of operations


@dataclass(frozen=True)
class Kept:
    """What the dictionary knows of an item; moments are counted in microseconds."""

    value: dict[str, Any]
    texts: tuple[str, ...]
    created: int
    updated: int
    ttl: float | None
    ends: int | None


MINUTE = 60_000_000
TTLS = st.sampled_from([None, None, 1, 5, 0.5])
INDEXES: st.SearchStrategy[Any] = st.sampled_from([False, ["text"], ["text", "a"]])
KEYS = st.sampled_from(["k", "l", "\x00🙂", ""])
WRITTEN = st.builds(lambda value, text: {**value, **text}, SMALL_VALUES, st.fixed_dictionaries({}, optional={"text": SENTENCES}))
PUTS = st.builds(PutOp, NAMESPACES, KEYS, WRITTEN, INDEXES, TTLS)
DELETES = st.builds(PutOp, NAMESPACES, KEYS, st.none())
GETS = st.builds(GetOp, NAMESPACES, KEYS, st.booleans())
PREFIXES = st.lists(LABELS, max_size=2).map(tuple)
QUERIES = st.none() | st.sampled_from(["tea", "milk", " ", ""])
SEARCHES = st.builds(
    SearchOp, PREFIXES, st.none() | FILTERS, st.integers(0, 6) | st.just(10**10), st.integers(0, 4), QUERIES, st.booleans()
)
LISTINGS = st.builds(
    ListNamespacesOp,
    st.lists(st.builds(MatchCondition, st.sampled_from(["prefix", "suffix"]), PATHS), max_size=2).map(tuple),
    st.none() | st.integers(0, 3),
    st.integers(0, 5),
    st.integers(0, 3),
)
REFUSED_PUTS = st.builds(
    PutOp, NAMESPACES, KEYS, st.sampled_from([{"x": float("nan")}, {"x": "\ud800"}, {"x": {1: 2}}, {"x": nested_in(0, 40)}])
)


def words(value: Any) -> str:
    """The text that is embedded of a field."""
    return json.dumps(value, sort_keys=True) if isinstance(value, list | dict) else str(value)


class Sequences(RuleBasedStateMachine):
    """Items beside a dictionary, by one clock."""

    def open(self) -> Engine:
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = SetClock()
        self.kept: dict[tuple[tuple[str, ...], str], Kept] = {}
        self.engine = self.open()
        self.items = Items(self.engine, HashEmbedder(), clock=self.clock)
        self.last, self.batches = 0, 0

    @rule(ops=st.lists(PUTS | DELETES | GETS | SEARCHES | LISTINGS, max_size=6))
    def batch(self, ops: list[Any]) -> None:
        wanted = [self.expected(op) for op in ops]
        assert list(map(self.seen, self.items.batch(ops))) == wanted
        self.write([op for op in ops if isinstance(op, PutOp)])
        self.batches += 1

    @rule(op=PUTS | DELETES | GETS | SEARCHES | LISTINGS)
    def one(self, op: Any) -> None:
        self.batch([op])

    @rule(ops=st.lists(PUTS | DELETES, max_size=3), refused=REFUSED_PUTS)
    def refuse(self, ops: list[Any], refused: PutOp) -> None:
        with pytest.raises(RecordRejected):
            self.items.batch([*ops, refused])

    @rule(minutes=st.sampled_from([0.25, 1, 3, 10, 0.000001]))
    def wait(self, minutes: float) -> None:
        self.clock.now += timedelta(microseconds=int(minutes * MINUTE))

    @rule()
    def sweep(self) -> None:
        self.items.sweep()

    @precondition(lambda self: self.batches >= 10)
    @rule()
    def reopen(self) -> None:
        self.engine.close()
        self.wait(1)
        self.engine = self.open()
        self.items = Items(self.engine, HashEmbedder(), clock=self.clock)
        self.last, self.batches = 0, 0

    def teardown(self) -> None:
        if not hasattr(self, "engine"):
            return
        self.reopen()
        self.batch([SearchOp((), limit=10**6, refresh_ttl=False), ListNamespacesOp(limit=10**6)])
        self.engine.close()
        shutil.rmtree(self.folder)

    # The dictionary

    @property
    def now(self) -> int:
        return self.microseconds(self.clock())

    def microseconds(self, moment: Any) -> int:
        return round(moment.timestamp() * 1_000_000)

    @property
    def alive(self) -> dict[tuple[tuple[str, ...], str], Kept]:
        return {at: one for at, one in self.kept.items() if one.ends is None or one.ends > self.now}

    def write(self, puts: list[PutOp]) -> None:
        last = {(op.namespace, op.key): number for number, op in enumerate(puts)}
        for number, op in enumerate(puts):
            at = (op.namespace, op.key)
            if last[at] != number:
                continue
            old = self.alive.get(at)
            self.kept.pop(at, None)
            if op.value is not None:
                self.last = max(self.now, self.last + 1)
                texts = tuple(words(op.value[path]) for path in op.index or () if op.value.get(path) is not None)  # type: ignore[union-attr]
                ends = self.now + int(op.ttl * MINUTE) if op.ttl else None
                self.kept[at] = Kept(dict(op.value), texts, old.created if old else self.last, self.last, op.ttl, ends)

    def expected(self, op: Any) -> object:
        match op:
            case GetOp():
                return self.expected_item(op)
            case SearchOp():
                return self.expected_page(op)
            case ListNamespacesOp():
                return self.expected_namespaces(op)
        return None

    def expected_item(self, op: GetOp) -> object:
        at = (op.namespace, op.key)
        if at not in self.alive:
            return None
        self.refresh([at], op.refresh_ttl)
        return self.told(at)

    def expected_page(self, op: SearchOp) -> object:
        asked = bool(op.query and op.query.strip())
        passing = [
            at
            for at, one in self.alive.items()
            if at[0][: len(op.namespace_prefix)] == op.namespace_prefix
            and all(fits(one.value.get(field), bound) for field, bound in (op.filter or {}).items())
        ]
        scores = {at: self.score(self.kept[at], op.query or "") if asked else None for at in passing}
        passing.sort(key=lambda at: (scores[at] is None, -(scores[at] or 0), -self.kept[at].updated))
        page = passing[op.offset : op.offset + op.limit]
        self.refresh(page, op.refresh_ttl)
        return [(*self.told(at), scores[at]) for at in page]

    def expected_namespaces(self, op: ListNamespacesOp) -> object:
        reference = InMemoryStore()
        reference.batch([PutOp(namespace, "k", {}) for namespace, _ in self.alive])
        return reference.batch([op])[0]

    def score(self, one: Kept, query: str) -> float | None:
        embedder = HashEmbedder()
        wanted = embedder.embed_query(query)
        vectors = [embedder.embed_query(text) for text in one.texts if text.strip()]
        return max((round(sum(a * b for a, b in zip(wanted, vector, strict=True)), 4) for vector in vectors), default=None)

    def refresh(self, read: list[Any], wanted: bool) -> None:
        for at in read if wanted else []:
            if ttl := self.kept[at].ttl:
                self.kept[at] = replace(self.kept[at], ends=self.now + int(ttl * MINUTE))

    def told(self, at: Any) -> tuple[Any, ...]:
        one = self.kept[at]
        return (*at, one.value, one.created, one.updated)

    def seen(self, result: Any) -> object:
        """A result of the store in the dictionary's terms."""
        if isinstance(result, list):
            return [self.seen(one) for one in result]
        if result is None or isinstance(result, tuple):
            return result
        told = (result.namespace, result.key, result.value, self.microseconds(result.created_at), self.microseconds(result.updated_at))
        return (*told, result.score and round(result.score, 4)) if hasattr(result, "score") else told


class OnEdge(Sequences):
    def open(self) -> Engine:
        return EdgeEngine(self.folder)


class InMemory(Sequences):
    def open(self) -> Engine:
        return getattr(self, "engine", None) or ServerEngine(Server(IN_MEMORY))

    def reopen(self) -> None:
        """Nothing to open again."""


TestSequencesOnEdge = OnEdge.TestCase
TestSequencesOnEdge.settings = settled(5)
TestSequencesInMemory = InMemory.TestCase
TestSequencesInMemory.settings = settled(10)
