"""LangGraph's store verbs on every engine, beside LangGraph's InMemoryStore."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.store.base import BaseStore, PutOp
from langgraph.store.memory import InMemoryStore

from stores.errors import RecordRejected
from stores.memory_store import MemoryStore
from tests.engines import ENGINES, opened_on
from tests.fakes import HashEmbedder


@pytest.fixture(scope="module", params=ENGINES)
def mneme(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MemoryStore]:
    with opened_on(request.param, tmp_path_factory.mktemp("items")) as opened:
        yield opened


@pytest.fixture(params=[*ENGINES, "reference"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BaseStore]:
    if request.param == "reference":
        yield InMemoryStore(index={"dims": 64, "embed": HashEmbedder().embed_documents})
        return
    with opened_on(request.param, tmp_path) as opened:
        yield opened


def keys(found: list[Any]) -> set[str]:
    return {item.key for item in found}


def test_put_get_delete(store: BaseStore) -> None:
    store.put(("a", "b"), "k", {"x": [1, {"y": None}]})
    item = store.get(("a", "b"), "k")
    assert item is not None
    assert (item.namespace, item.key, item.value) == (("a", "b"), "k", {"x": [1, {"y": None}]})
    assert store.get(("a",), "k") is None
    store.delete(("a", "b"), "k")
    assert store.get(("a", "b"), "k") is None


def test_search_filters_pages_and_keeps_to_its_namespace(store: BaseStore) -> None:
    for number in range(6):
        store.put(("docs", "en"), str(number), {"n": number, "even": number % 2 == 0})
    store.put(("docs2",), "other", {"n": 1})
    assert keys(store.search(("docs",), filter={"even": True})) == {"0", "2", "4"}
    assert keys(store.search(("docs",), filter={"n": {"$gte": 2, "$lt": 4}})) == {"2", "3"}
    assert keys(store.search(("docs",), filter={"n": {"$ne": 3}}, limit=10)) == {"0", "1", "2", "4", "5"}
    pages = [keys(store.search(("docs",), limit=4, offset=offset)) for offset in (0, 4)]
    assert pages[0] | pages[1] == {str(number) for number in range(6)}
    assert keys(store.search(())) >= {"other"}


def test_search_by_meaning_puts_the_nearest_first(store: BaseStore) -> None:
    store.put(("n",), "tea", {"text": "green tea with honey"})
    store.put(("n",), "dog", {"text": "a dog called Biscuit"})
    store.put(("n",), "hidden", {"text": "green tea with honey"}, index=False)
    found = store.search(("n",), query="green tea with honey")
    assert [item.key for item in found][:2] == ["tea", "dog"]
    assert found[0].score is not None
    assert {item.key: item.score for item in found}["hidden"] is None


def test_namespaces(store: BaseStore) -> None:
    for namespace in (("a", "b", "c"), ("a", "d"), ("e", "c")):
        store.put(namespace, "k", {})
    assert store.list_namespaces() == [("a", "b", "c"), ("a", "d"), ("e", "c")]
    assert store.list_namespaces(prefix=("a",)) == [("a", "b", "c"), ("a", "d")]
    assert store.list_namespaces(suffix=("c",)) == [("a", "b", "c"), ("e", "c")]
    assert store.list_namespaces(prefix=("*", "d")) == [("a", "d")]
    assert store.list_namespaces(max_depth=1) == [("a",), ("e",)]
    assert store.list_namespaces(limit=1, offset=1) == [("a", "d")]


def test_async_verbs(store: BaseStore) -> None:
    async def turn() -> Any:
        await store.aput(("n",), "k", {"x": 1})
        return await store.aget(("n",), "k")

    assert asyncio.run(turn()).value == {"x": 1}


def test_an_update_keeps_when_the_item_was_made(mneme: MemoryStore) -> None:
    mneme.put(("age",), "k", {"v": 1})
    made = mneme.get(("age",), "k")
    mneme.put(("age",), "k", {"v": 2})
    changed = mneme.get(("age",), "k")
    assert made
    assert changed
    assert (changed.created_at, changed.value) == (made.created_at, {"v": 2})
    assert changed.updated_at > made.updated_at


def test_what_is_older_than_its_time_to_live_is_gone(mneme: MemoryStore) -> None:
    mneme.put(("ttl",), "brief", {"v": 1}, ttl=0.005)
    mneme.put(("ttl",), "lasting", {"v": 1}, ttl=60)
    assert keys(mneme.search(("ttl",))) == {"brief", "lasting"}
    time.sleep(0.4)
    assert mneme.get(("ttl",), "brief") is None
    assert keys(mneme.search(("ttl",))) == {"lasting"}


def test_reading_refreshes_only_the_time_to_live(mneme: MemoryStore) -> None:
    mneme.put(("fresh",), "hidden", {"text": "zebra"}, index=False, ttl=0.01)
    before = mneme.get(("fresh",), "hidden", refresh_ttl=False)
    time.sleep(0.4)
    assert mneme.get(("fresh",), "hidden", refresh_ttl=True) == before
    time.sleep(0.4)
    (found,) = mneme.search(("fresh",), query="zebra", refresh_ttl=False)
    assert found.score is None


def test_a_filter_on_a_missing_field_matches_nothing(mneme: MemoryStore) -> None:
    mneme.put(("gap",), "k", {"v": 1})
    assert mneme.search(("gap",), filter={"absent": {"$gt": 0}}) == []


def test_of_two_puts_in_a_batch_the_last_counts(mneme: MemoryStore) -> None:
    mneme.batch(
        [
            PutOp(("last",), "k", {"v": 1}),
            PutOp(("last",), "k", {"v": 2}),
            PutOp(("last",), "gone", {"v": 1}),
            PutOp(("last",), "gone", None),
        ]
    )
    assert [(item.key, item.value) for item in mneme.search(("last",))] == [("k", {"v": 2})]


@pytest.mark.parametrize("value", [{"x": float("nan")}, {"x": {1, 2}}, {"x": "\ud800"}, {"x": eval("[" * 60 + "]" * 60)}])
def test_values_that_cannot_be_kept_are_refused_and_nothing_of_the_batch_is_stored(mneme: MemoryStore, value: dict[str, Any]) -> None:
    with pytest.raises(RecordRejected):
        mneme.batch([PutOp(("bad",), "fine", {"v": 1}), PutOp(("bad",), "unfit", value)])
    assert mneme.search(("bad",)) == []


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(
    value=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values, max_size=4),
    key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
)
def test_any_json_comes_back_as_it_was(mneme: MemoryStore, value: dict[str, Any], key: str) -> None:
    mneme.put(("any",), key, value, index=False)
    item = mneme.get(("any",), key)
    assert item is not None
    assert item.value == value
