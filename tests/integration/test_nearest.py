"""The nearest points are the same where conditions are looked at outside the engine, and where short codes find the candidates."""

import json
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qdrant_edge as qdrant
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stores.engines import edge
from stores.engines.checking import fulfils, payload_fields
from stores.engines.edge import EdgeCollection, EdgeEngine
from stores.engines.engine import AllOf, AnyOf, Between, Condition, Ids, Index, Match, Missing, Point, Unembedded, Where

INDEXES = (Index("user", "tenant"), Index("tags", "keyword"), Index("ends", "integer"))
FIELDS = frozenset(index.field for index in INDEXES)
DIMENSION = 32
TAGS = ("a", "b", "c")
IDS = [f"00000000-0000-0000-0000-{number:012x}" for number in range(300)]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeCollection]:
    """Three hundred points of two users, with one to three vectors each; a few end early, lack a field, or have no vector."""
    folder: Path = tmp_path_factory.mktemp("engine")
    chance, numbers = random.Random(4), np.random.default_rng(4)
    with closing(EdgeEngine(folder)) as engine:
        points = engine.collection("points", DIMENSION, INDEXES)
        assert isinstance(points, EdgeCollection)
        points.upsert([Point(id, payload(chance), pieces(chance, numbers)) for id in IDS])
        yield points


def payload(chance: random.Random) -> dict[str, object]:
    """Where a point stands."""
    ends: list[object] = [5, 90, 90, 90, 90, 90, 90, 90, [3, 95], None]
    fields = {
        "user": chance.choice(("ada", "ada", "ada", "bob")),
        "tags": chance.sample(TAGS, chance.randrange(4)),
        "ends": chance.choice(ends),
    }
    return {**fields, "text": "long"} if chance.random() > 0.1 else {"user": fields["user"], "text": "short"}


def pieces(chance: random.Random, numbers: np.random.Generator) -> list[list[float]]:
    """Unit vectors."""
    rows = numbers.normal(size=(chance.randrange(4), DIMENSION))
    return [list(map(float, row / np.linalg.norm(row))) for row in rows]


def conditions() -> st.SearchStrategy[Condition]:
    bounds = st.none() | st.sampled_from((4.0, 5.0, 90.0, 94.5))
    single: st.SearchStrategy[Condition] = st.one_of(
        st.builds(Match, st.sampled_from(("user", "tags")), st.lists(st.sampled_from((*TAGS, "ada")), min_size=1, max_size=2).map(tuple)),
        st.builds(Missing, st.sampled_from(("tags", "ends"))),
        st.builds(Between, st.just("ends"), bounds, bounds),
        st.builds(Ids, st.frozensets(st.sampled_from(IDS[:20]), min_size=1)),
    )
    groups = st.lists(single, min_size=1, max_size=2).map(tuple)
    return single | st.builds(AnyOf, groups) | st.builds(AllOf, groups)


WHERES = st.builds(Where, st.lists(conditions(), max_size=3).map(tuple), st.lists(conditions(), max_size=2).map(tuple))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=WHERES)
def test_a_condition_holds_where_the_engine_says_so(collection: EdgeCollection, where: Where) -> None:
    assert payload_fields(where, FIELDS) is not None
    found = {point.id for point in collection.scroll(where)}
    assert found == {point.id for point in collection.scroll(Where()) if fulfils(point, where)}


def test_what_a_payload_does_not_tell_is_left_to_the_engine() -> None:
    for condition in (Match("other", ("a",)), AnyOf((Unembedded(),)), Match("tags.inner", ("a",))):
        assert payload_fields(Where((Match("user", ("ada",)), condition)), FIELDS) is None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=WHERES, user=st.sampled_from(("ada", "bob")), limit=st.integers(1, 90), seed=st.integers(0, 5))
def test_the_nearest_of_many_are_those_of_few(collection: EdgeCollection, where: Where, user: str, limit: int, seed: int) -> None:
    """As if there were so many points that none is compared one by one."""
    vector, where = pieces(random.Random(1), np.random.default_rng(seed))[0], Where((Match("user", (user,)), *where.must), where.must_not)
    exact = collection.nearest(vector, where, limit, ("text",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge, "ONE_BY_ONE", -1)
        quick = collection.nearest(vector, where, limit, ("text",))
    assert [(one.id, one.payload) for one in quick] == [(one.id, one.payload) for one in exact]
    assert [one.score for one in quick] == pytest.approx([one.score for one in exact], abs=1e-5)


ENDING = Between("ends", at_most=100.0)
FEW = (Match("tags", ("a", "b")), Missing("ends"))


@pytest.mark.parametrize(
    ("user", "others", "scope"),
    [
        ("ada", (ENDING,), ()),  # three quarters of all points are hers
        ("bob", (ENDING,), (Match("user", ("bob",)),)),
        ("ada", FEW, (Match("user", ("ada",)), *FEW)),
        ("nobody", (ENDING,), (Match("user", ("nobody",)), ENDING)),
    ],
)
def test_the_widest_scope_of_which_most_points_match_is_searched(
    collection: EdgeCollection, user: str, others: tuple[Condition, ...], scope: tuple[Condition, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "ONE_BY_ONE", -1)
    asked: list[Where] = []
    search = collection._search

    def noted(vector: object, using: str, where: Where, *rest: object) -> object:
        asked.append(where)
        return search(vector, using, where, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(collection, "_search", noted)
    collection.nearest([1.0] + [0.0] * (DIMENSION - 1), Where((Match("user", (user,)), *others)), 20)
    assert asked == [Where(scope)]


def test_a_search_reads_what_was_written_last(tmp_path: Path) -> None:
    """Payloads are kept at hand; whatever changes them lets them go."""
    vector = [1.0] + [0.0] * (DIMENSION - 1)
    with closing(EdgeEngine(tmp_path)) as engine:
        points = engine.collection("points", DIMENSION, INDEXES)

        def read() -> list[dict[str, object]]:
            return [one.payload for one in points.nearest(vector, Where(), 5, ("text",))]

        points.upsert([Point(IDS[0], {"user": "ada", "text": "tea"}, [vector])])
        assert read() == [{"text": "tea"}]
        points.patch(IDS[0], {"text": "coffee"})
        assert read() == [{"text": "coffee"}]
        points.upsert([Point(IDS[0], {"user": "ada"}, [vector])])
        assert read() == [{}]
        points.delete([IDS[0]])
        assert read() == []
        points.upsert([Point(IDS[0], {"user": "bob", "text": "milk"}, [vector])])
        assert read() == [{"text": "milk"}]


def test_a_folder_whose_indexes_an_earlier_version_held_in_memory_opens_with_the_same_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, numbers = random.Random(5), np.random.default_rng(5)
    where = Where((Match("user", ("ada",)), Between("ends", 4.0, 94.0)))

    def seen(change: list[Point]) -> list[str]:
        """What is found of the points, after some are written."""
        with closing(EdgeEngine(tmp_path)) as engine:
            points = engine.collection("points", DIMENSION, INDEXES)
            points.upsert(change)
            return sorted(one.id for one in points.scroll(where))

    def memory() -> set[object]:
        """Where the engine keeps each index."""
        configs = [json.loads(path.read_text()) for path in tmp_path.glob("points/segments/*/payload_index/config.json")]
        return {index.get("memory") for config in configs for index in config["indexed_fields"].values()}

    monkeypatch.setattr(edge, "index_schema", held_in_memory)
    before = seen([Point(id, payload(chance), pieces(chance, numbers)) for id in IDS])
    assert (bool(before), memory()) == (True, {None})
    monkeypatch.undo()
    assert (seen([]), memory()) == (before, {"cold"})
    added = [Point(f"00000000-0000-0000-0001-{number:012x}", {"user": "ada", "ends": 50}) for number in range(3)]
    assert seen(added) == sorted([*before, *(one.id for one in added)])


def held_in_memory(index: Index) -> Any:
    """The schema of an index as earlier versions had it."""
    return {
        "keyword": qdrant.KeywordIndexParams(),
        "tenant": qdrant.KeywordIndexParams(is_tenant=True),
        "integer": qdrant.IntegerIndexParams(),
    }[index.kind]
