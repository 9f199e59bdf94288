"""Collections of entries, on every engine."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stores.codec import Plain
from stores.collections import Collections, Entry
from stores.engines.engine import Engine, Where
from stores.errors import FolderDamaged, InputError, MnemeError, RecordRejected
from tests.bare_engines import engine_on, wiped
from tests.contract import SetClock, attempt, nested
from tests.engines import ENGINES
from tests.fakes import HashEmbedder

NAMES = ["notes", "a.b/c", "日本語", "🙂\u202eabc", "nul\x00here", " ", "*", '"', "n" * 1_000]
EAST = [1.0] + [0.0] * 63
NORTH = [0.0, 1.0] + [0.0] * 62


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
def collections(engine: Engine, clock: SetClock) -> Collections:
    made = Collections(engine, HashEmbedder(), clock=clock)
    made.create("notes")
    return made


def test_collections_are_made_listed_and_deleted(collections: Collections) -> None:
    for name in NAMES:
        collections.create(name)
        collections.upsert(name, Entry(f"tea {name}", id="1"))
    assert collections.list() == sorted(NAMES)
    for name in NAMES:
        entry = collections.get(name, "1")
        assert entry
        assert (entry.text, collections.count(name)) == (f"tea {name}", 1)
        assert [found.text for found, _ in collections.nearest(name, "tea")] == [f"tea {name}"]
        collections.delete(name)
        assert not collections.exists(name)
    assert collections.list() == []


def test_an_empty_collection_is_listed_and_one_that_is_made_again_keeps_its_entries(collections: Collections) -> None:
    assert (collections.list(), collections.count("notes"), collections.nearest("notes", "tea")) == (["notes"], 0, [])
    collections.upsert("notes", Entry("tea"))
    collections.create("notes")
    assert collections.count("notes") == 1


def test_deleting_a_collection_leaves_nothing_of_it(collections: Collections, engine: Engine) -> None:
    collections.create("other")
    for name in ("notes", "other"):
        collections.upsert_batch(name, [Entry("tea", id=str(number)) for number in range(5)])
    collections.delete("notes")
    assert engine.collection("entries", 64, ()).count(Where()) == 6
    collections.create("notes")
    assert (collections.count("notes"), collections.count("other")) == (0, 5)


def test_an_entry_comes_back_whole(collections: Collections, clock: SetClock) -> None:
    made = datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=9)))
    entry = Entry("tea", "a drink", "https://example.org", {"tags": ["a", {"b": None}], "n": 2**80}, "the id", created_at=made)
    assert collections.upsert("notes", entry) == "the id"
    stored = collections.get("notes", "the id")
    assert stored == Entry("tea", "a drink", "https://example.org", {"tags": ["a", {"b": None}], "n": 2**80}, "the id", None, made, clock())


def test_an_entry_without_an_id_gets_one(collections: Collections) -> None:
    first, second = collections.upsert_batch("notes", [Entry("tea"), Entry("tea")])
    assert first != second
    assert [entry.id for entry in collections.get_batch("notes", [second, "absent", first])] == [second, first]


def test_an_update_keeps_when_the_entry_was_made(collections: Collections, clock: SetClock) -> None:
    made = clock()
    collections.upsert("notes", Entry("tea", id="1"))
    clock.advance(5)
    collections.upsert("notes", Entry("coffee", id="1"))
    stored = collections.get("notes", "1")
    assert stored
    assert (stored.text, stored.created_at, stored.updated_at) == ("coffee", made, clock())
    assert [found.text for found, relevance in collections.nearest("notes", "tea") if relevance > 0.5] == []


def test_the_nearest_come_first_down_to_a_relevance(collections: Collections) -> None:
    collections.upsert_batch("notes", [Entry("dog", id="dog"), Entry("green tea", id="half"), Entry("tea", id="tea")])
    found = [(entry.id, round(relevance, 3)) for entry, relevance in collections.nearest("notes", "tea")]
    assert found == [("tea", 1.0), ("half", 0.707), ("dog", 0.0)]
    assert [entry.id for entry, _ in collections.nearest("notes", "tea", min_relevance=0.5)] == ["tea", "half"]
    assert [entry.id for entry, _ in collections.nearest("notes", "tea", limit=1)] == ["tea"]
    assert (collections.nearest("notes", "tea", limit=0), len(collections.nearest("notes", "tea", limit=10**12))) == ([], 3)


def test_equally_near_entries_come_in_the_same_order_at_every_limit(collections: Collections) -> None:
    collections.upsert_batch("notes", [Entry("tea", id=str(number)) for number in range(30)])
    every = [entry.id for entry, _ in collections.nearest("notes", "tea", limit=30)]
    assert [[entry.id for entry, _ in collections.nearest("notes", "tea", limit=limit)] for limit in (1, 7, 29)] == [
        every[:1],
        every[:7],
        every[:29],
    ]


def test_the_least_relevance_may_lie_below_zero(collections: Collections) -> None:
    collections.upsert("notes", Entry("west", id="west", vector=tuple(-one for one in EAST)))
    assert collections.nearest("notes", EAST) == []
    ((_, relevance),) = collections.nearest("notes", EAST, min_relevance=-1.0)
    assert relevance == pytest.approx(-1.0)


def test_a_vector_that_is_given_is_the_one_that_is_used(collections: Collections) -> None:
    collections.upsert_batch(
        "notes", [Entry("tea", id="east", vector=tuple(3 * one for one in EAST)), Entry("tea", id="north", vector=tuple(NORTH))]
    )
    ((nearest, relevance), *_) = collections.nearest("notes", EAST, with_vectors=True)
    assert (nearest.id, nearest.text, relevance) == ("east", "tea", pytest.approx(1.0))
    assert nearest.vector == pytest.approx(EAST)
    north = collections.get("notes", "north", with_vector=True)
    assert north
    assert north.vector == pytest.approx(NORTH)


def test_vectors_of_any_length_point_somewhere(collections: Collections) -> None:
    lengths = {"huge": 1e308, "tiny": 1e-308, "one": 1.0, "number": 10**300}
    collections.upsert_batch("notes", [Entry(id=id, vector=tuple(one * length for one in EAST)) for id, length in lengths.items()])
    collections.upsert("notes", Entry(id="none", vector=(0.0,) * 64))
    for query in (EAST, [one * 1e308 for one in EAST], [one * 1e-308 for one in EAST]):
        found = {entry.id: relevance for entry, relevance in collections.nearest("notes", query)}
        assert found == {**{id: pytest.approx(1.0) for id in lengths}, "none": 0.0}


def test_vectors_come_only_where_they_are_asked_for(collections: Collections) -> None:
    collections.upsert("notes", Entry("tea", id="1"))
    wanted = [collections.get("notes", "1", with_vector=asked) for asked in (False, True)]
    assert [entry and entry.vector and len(entry.vector) for entry in wanted] == [None, 64]
    assert wanted[1]
    assert wanted[1].vector == pytest.approx(HashEmbedder().embed_query("tea"))


def test_a_description_is_embedded_where_there_is_no_text(collections: Collections) -> None:
    collections.upsert_batch("notes", [Entry(" ", "tea", id="described"), Entry("coffee", "tea", id="said")])
    found = {entry.id: round(relevance, 3) for entry, relevance in collections.nearest("notes", "tea")}
    assert found == {"described": 1.0, "said": 0.0}


def test_the_end_of_a_long_text_is_found_and_its_vector_is_one(collections: Collections) -> None:
    collections.upsert("notes", Entry("coffee milk sugar. " * 400 + "A zebra.", id="long"))
    ((entry, relevance),) = collections.nearest("notes", "zebra", with_vectors=True)
    assert relevance > 0.05
    assert entry.vector
    assert sum(one * one for one in entry.vector) == pytest.approx(1.0)


def test_what_counts_as_deleted_is_kept_but_not_found(collections: Collections, clock: SetClock) -> None:
    collections.upsert("notes", Entry("tea", id="1", deleted_at=clock()))
    stored = collections.get("notes", "1")
    assert stored
    assert (stored.deleted_at, collections.nearest("notes", "tea"), collections.count("notes")) == (clock(), [], 0)
    collections.upsert("notes", Entry("tea", id="1"))
    assert collections.count("notes") == 1


def test_removing_says_what_was_there(collections: Collections) -> None:
    collections.upsert_batch("notes", [Entry("tea", id=str(number)) for number in range(4)])
    assert (collections.remove("notes", "0"), collections.remove("notes", "0")) == (True, False)
    assert collections.remove_batch("notes", ["0", "1", "2", "1"]) == 2
    assert collections.remove_batch("notes", []) == 0
    assert collections.count("notes") == 1


def test_every_verb_but_three_wants_the_collection_to_exist(collections: Collections) -> None:
    verbs = [
        lambda: collections.upsert("absent", Entry("tea")),
        lambda: collections.get("absent", "1"),
        lambda: collections.get_batch("absent", []),
        lambda: collections.remove("absent", "1"),
        lambda: collections.nearest("absent", "tea"),
        lambda: collections.count("absent"),
        lambda: collections.delete("absent"),
    ]
    for verb in verbs:
        with pytest.raises(InputError, match="no collection 'absent'") as refused:
            verb()
        assert "create" in refused.value.hint
    assert (collections.exists("absent"), collections.list()) == (False, ["notes"])


@pytest.mark.parametrize("name", ["", "\ud800", "n" * 1_001, 5])
def test_names_that_cannot_be_kept_are_refused(collections: Collections, name: Any) -> None:
    with pytest.raises(InputError):
        collections.create(name)
    assert collections.list() == ["notes"]


UNFIT: list[Any] = [
    Entry(""),
    Entry(" \n", "\t"),
    Entry("tea", id="\ud800"),
    Entry("tea", id="i" * 1_001),
    Entry("\ud800"),
    Entry("tea", source=5),  # type: ignore[arg-type]
    Entry("t" * 1_000_000),
    Entry("tea", additional={"x": nested(32)}),
    Entry("tea", additional={"x": float("nan")}),
    Entry("tea", additional=[1]),  # type: ignore[arg-type]
    Entry("tea", vector=(1.0,) * 63),
    Entry("tea", vector=(float("inf"),) * 64),
    Entry("tea", vector=(10**400,) * 64),
    Entry("tea", vector=("1.0",) * 64),  # type: ignore[arg-type]
    Entry("tea", created_at=datetime(2020, 1, 1)),  # noqa: DTZ001 - without a zone is the point
    Entry("tea", deleted_at="yesterday"),  # type: ignore[arg-type]
    Entry("tea", updated_at="yesterday"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("entry", UNFIT, ids=range(len(UNFIT)))
def test_an_entry_that_cannot_be_kept_is_refused_with_all_beside_it(collections: Collections, entry: Entry) -> None:
    with pytest.raises(RecordRejected):
        collections.upsert_batch("notes", [Entry("fine"), entry])
    assert collections.count("notes") == 0


@pytest.mark.parametrize("query", ["", " ", "\ud800", [1.0] * 63, [float("nan")] * 64])
def test_what_cannot_be_looked_for_is_refused(collections: Collections, query: Any) -> None:
    with pytest.raises(MnemeError):
        collections.nearest("notes", query)


def test_a_limit_below_zero_is_refused(collections: Collections) -> None:
    with pytest.raises(InputError):
        collections.nearest("notes", "tea", limit=-1)


@pytest.mark.parametrize("written", ['{"id": ', Plain().encode('{"id": '), Plain().encode('{"id": "1", "moon": 1}')])
def test_an_entry_that_is_damaged_is_said_to_be(collections: Collections, engine: Engine, written: str) -> None:
    collections.upsert("notes", Entry("tea", id="1"))
    raw = engine.collection("entries", 64, ())
    (point,) = [one for one in raw.scroll(Where()) if "entry" in one.payload]
    raw.patch(point.id, {"entry": written})
    with pytest.raises(FolderDamaged, match='"notes"'):
        collections.get("notes", "1")


def test_eight_threads_lose_nothing(collections: Collections) -> None:
    def write(thread: int) -> None:
        for number in range(20):
            collections.upsert("notes", Entry("tea", id=f"{thread}-{number}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert collections.count("notes") == 160


def test_collections_survive_closing(tmp_path: Path) -> None:
    for _ in range(2):
        with engine_on("edge", tmp_path) as engine:
            kept = Collections(engine, HashEmbedder())
            kept.create("notes")
            if not kept.count("notes"):
                kept.upsert("notes", Entry("tea", id="1"))
            assert [(entry.id, entry.text) for entry, _ in kept.nearest("notes", "tea")] == [("1", "tea")]


texts = st.text(max_size=20)
moments = st.none() | st.datetimes(timezones=st.just(UTC) | st.timezones())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(name="\x00", id="", text="\x00", additional={"": [10**400]}, created=datetime.min.replace(tzinfo=timezone(timedelta(hours=14))))
@given(
    name=texts.filter(bool),
    id=texts,
    text=texts,
    additional=st.dictionaries(texts, st.integers() | texts | st.floats() | st.lists(texts, max_size=2), max_size=3),
    created=moments,
)
def test_any_entry_comes_back_as_it_was_or_is_refused(
    collections: Collections, name: str, id: str, text: str, additional: dict[str, Any], created: datetime | None
) -> None:
    entry = Entry(text, "described", "", additional, id, created_at=created)
    refused = attempt(lambda: (collections.create(name), collections.upsert(name, entry)))
    if refused in ("raises InputError", "raises RecordRejected"):
        return
    assert isinstance(refused, tuple)
    stored = collections.get(name, refused[1])
    assert stored
    assert (stored.text, stored.additional) == (text, additional)
    assert stored.created_at
    assert created is None or stored.created_at.timestamp() == created.timestamp()  # in a fold of time, moments of two zones never equal
