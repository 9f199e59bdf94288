"""What a LangGraph store does: one list of cases, for every backend. A case gives an outcome, which is compared with what is expected.

Where LangGraph's InMemoryStore, the reference, does something else, the case says what, and why Mneme's way is right. The suite holds the
reference to that too, so that the table of differences in docs/store.md stays true.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from langgraph.store.base import BaseStore, GetOp, ListNamespacesOp, MatchCondition, PutOp, SearchOp

NS = ("n",)


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 5, 7, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@dataclass(frozen=True)
class Difference:
    """What the reference does instead.

    Attributes:
        outcome: What the case gives there.
        reference: The same in words.
        mneme: What Mneme does.
        why: Why that is right.
    """

    outcome: object
    reference: str
    mneme: str
    why: str


Run = Callable[[BaseStore, SetClock], object]


@dataclass(frozen=True)
class Case:
    """One thing a store does: how it is tried, and what comes of it."""

    name: str
    run: Run
    expected: object
    difference: Difference | None = None

    @property
    def title(self) -> str:
        """The name as words."""
        return self.name.replace("_", " ")


CASES: list[Case] = []


def case(expected: object, difference: Difference | None = None) -> Callable[[Run], Run]:
    """Adds a function to the cases."""

    def add(run: Run) -> Run:
        CASES.append(Case(run.__name__, run, expected, difference))
        return run

    return add


def outcome(run: Run, store: BaseStore, clock: SetClock) -> object:
    """What a case gives; an error is the name of its kind."""
    return attempt(lambda: run(store, clock))


def attempt(tried: Callable[[], object]) -> object:
    """What comes of something; an error is the name of its kind."""
    try:
        return tried()
    except Exception as error:  # noqa: BLE001 - which kind of error is what is asked
        return f"raises {type(error).__name__}"


def fill(store: BaseStore, *values: dict[str, Any], namespace: tuple[str, ...] = NS, **options: Any) -> None:
    """Put values under the keys 0, 1, 2 ..."""
    for number, value in enumerate(values):
        store.put(namespace, str(number), value, **options)


def order(found: list[Any]) -> list[str]:
    """The keys of what was found, as it was found."""
    return [item.key for item in found]


def keys(found: list[Any]) -> list[str]:
    """The same in their own order, where the store's is not what is asked."""
    return sorted(order(found))


def value(store: BaseStore, key: str = "k", namespace: tuple[str, ...] = NS) -> Any:
    """What is stored under a key, or None."""
    item = store.get(namespace, key)
    return item and item.value


def nested(levels: int) -> Any:
    """A list in a list in a list ..."""
    inner: Any = []
    for _ in range(levels - 1):
        inner = [inner]
    return inner


# Put, get, delete


@case((("a", "b"), "k", {"x": [1, {"y": None}]}))
def a_get_gives_what_was_put(store: BaseStore, clock: SetClock) -> object:
    store.put(("a", "b"), "k", {"x": [1, {"y": None}]})
    item = store.get(("a", "b"), "k")
    return item and (item.namespace, item.key, item.value)


@case(None)
def a_get_of_what_is_not_there_gives_nothing(store: BaseStore, clock: SetClock) -> object:
    return store.get(NS, "k")


@case([None, {"v": 1}])
def a_namespace_is_not_the_one_above_it(store: BaseStore, clock: SetClock) -> object:
    store.put(("a", "b"), "k", {"v": 1})
    return [value(store, namespace=("a",)), value(store, namespace=("a", "b"))]


@case({"b": 2})
def a_put_replaces_the_whole_value(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"a": 1})
    store.put(NS, "k", {"b": 2})
    return value(store)


@case(None)
def a_deleted_item_is_gone(store: BaseStore, clock: SetClock) -> object:
    fill(store, {})
    store.delete(NS, "0")
    return store.get(NS, "0")


@case(None)
def deleting_what_is_not_there_is_no_error(store: BaseStore, clock: SetClock) -> object:
    return store.delete(NS, "k")


@case(
    [True, True],
    Difference(
        [False, True],
        "an update sets `created_at` anew",
        "an update keeps `created_at`",
        "it says when the item was created; PostgresStore keeps it too",
    ),
)
def an_update_keeps_created_at_and_moves_updated_at(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"v": 1})
    first = store.get(NS, "k")
    store.put(NS, "k", {"v": 2})
    second = store.get(NS, "k")
    assert first
    assert second
    return [second.created_at == first.created_at, second.updated_at > first.updated_at]


@case({"a": None, "b": [True, 1, -1.5, 2**53 + 1, 2**80, 1e-300, "é\n\x00🙂\u202e"], "c": {"": {}}, "d": []})
def every_kind_of_json_comes_back_as_it_was(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"a": None, "b": [True, 1, -1.5, 2**53 + 1, 2**80, 1e-300, "é\n\x00🙂\u202e"], "c": {"": {}}, "d": []})
    return value(store)


@case(
    {"x": [1, 2]},
    Difference(
        {"x": (1, 2)}, "keeps a tuple as the object it is", "gives a list", "a value is JSON, as in every store that is written to disk"
    ),
)
def a_tuple_comes_back_as_a_list(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"x": (1, 2)})
    return value(store)


@case(
    {"x": [1]},
    Difference(
        {"x": [1, 2]},
        "shares the inner objects with the caller, who changes what is stored by changing them",
        "stores what the value was at the put",
        "only a put may change what is stored",
    ),
)
def changing_a_value_after_its_put_changes_nothing(store: BaseStore, clock: SetClock) -> object:
    inner = [1]
    store.put(NS, "k", {"x": inner})
    inner.append(2)
    return value(store)


@case(
    {"x": 1},
    Difference(
        {"x": 2},
        "gives out what it stores itself",
        "gives each reader a value of its own",
        "only a put may change what is stored",
    ),
)
def changing_what_was_read_changes_nothing(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"x": 1})
    value(store)["x"] = 2
    return value(store)


UNCHECKED = "keeps any Python object"
REFUSED = "raises RecordRejected, and nothing is stored"
JSON_ONLY = "what cannot be written cannot be kept; a put that is refused is better than a folder that does not open again"


def unfit(name: str, make: Callable[[], Any], reference: str = UNCHECKED, why: str = JSON_ONLY) -> None:
    """Adds the case of a value that is refused."""

    def run(store: BaseStore, clock: SetClock) -> object:
        return [attempt(lambda: store.put(NS, "k", make(), index=False)), store.get(NS, "k") is None]

    CASES.append(Case(name, run, ["raises RecordRejected", True], Difference([None, False], reference, REFUSED, why)))


unfit("nan_is_refused", lambda: {"x": math.nan})
unfit("infinity_is_refused", lambda: {"x": [-math.inf]})
unfit("half_a_surrogate_pair_is_refused", lambda: {"x": "\ud800"})
unfit("half_a_surrogate_pair_in_a_field_is_refused", lambda: {"\udfff": 1})
unfit("a_set_is_refused", lambda: {"x": {1, 2}})
unfit("bytes_are_refused", lambda: {"x": b"x"})
unfit("a_datetime_is_refused", lambda: {"x": datetime(2026, 5, 7, tzinfo=UTC)})
unfit("a_field_that_is_no_text_is_refused", lambda: {"x": {1: "a", "b": "c"}})
unfit("more_than_32_levels_are_refused", lambda: {"x": nested(32)})
unfit("a_value_of_more_than_a_million_characters_is_refused", lambda: {"x": "a" * 1_000_000})
unfit("an_integer_of_5000_digits_is_refused", lambda: {"x": 10**5000})


@case({"x": nested(31)})
def thirty_two_levels_are_kept(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"x": nested(31)})
    return value(store)


@case({"x": "é" * 900_000})
def a_value_of_nearly_a_million_characters_is_kept(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"x": "é" * 900_000}, index=False)
    return value(store)


@case(
    ["raises RecordRejected"] * 3,
    Difference(
        [None] * 3,
        "takes any key and any label",
        "raises RecordRejected",
        "names are written too, and indexed: up to 1,000 characters of Unicode",
    ),
)
def names_that_cannot_be_written_are_refused(store: BaseStore, clock: SetClock) -> object:
    tried = [(NS, "k" * 1_001), (NS, "\ud800"), (("l" * 1_001,), "k")]
    return [attempt(lambda at=at, key=key: store.put(at, key, {})) for at, key in tried]  # type: ignore[misc]


@case([{"v": 0}, {"v": 1}, {"v": 2}, {"v": 3}, {"v": 4}])
def keys_are_any_text(store: BaseStore, clock: SetClock) -> object:
    names = ["", "a\x00b", "שלום\u202e", "🙂 or/else", "a.b"]
    for number, name in enumerate(names):
        store.put(NS, name, {"v": number})
    return [value(store, name) for name in names]


@case([{"v": 1}, [("日本", "🙂\u202e", "a b/c", "*")]])
def labels_are_any_text_without_period_and_nul(store: BaseStore, clock: SetClock) -> object:
    namespace = ("日本", "🙂\u202e", "a b/c", "*")
    store.put(namespace, "k", {"v": 1})
    return [value(store, namespace=namespace), store.list_namespaces()]


@case(["raises InvalidNamespaceError"] * 6)
def what_langgraph_takes_for_no_namespace_is_refused(store: BaseStore, clock: SetClock) -> object:
    namespaces: list[Any] = [(), ("",), ("a", "b.c"), ("a\x00",), (1,), ("langgraph", "a")]
    return [attempt(lambda at=at: store.put(at, "k", {})) for at in namespaces]  # type: ignore[misc]


# Search without a query


@case([["0", "1"], ["0"], [], ["0", "0", "1"]])
def a_search_keeps_to_its_namespace_and_those_below(store: BaseStore, clock: SetClock) -> object:
    fill(store, {}, {}, namespace=("docs", "en"))
    fill(store, {}, namespace=("docs2",))
    return [keys(store.search(prefix)) for prefix in (("docs",), ("docs2",), ("doc",), ())]


@case(
    ["0", "2", "1"],
    Difference(
        ["0", "1", "2"],
        "lists what was put first, first",
        "lists what was written last, first",
        "a page of a memory is its latest; PostgresStore does it too",
    ),
)
def without_a_query_the_latest_comes_first(store: BaseStore, clock: SetClock) -> object:
    fill(store, {}, {}, {})
    store.put(NS, "0", {"again": True})
    return order(store.search(NS))


@case([10, 0, 12, 2, []])
def limit_and_offset(store: BaseStore, clock: SetClock) -> object:
    fill(store, *({} for _ in range(12)))
    return [
        len(store.search(NS)),
        len(store.search(NS, limit=0)),
        len(store.search(NS, limit=10**12)),
        len(store.search(NS, offset=10)),
        store.search(NS, offset=10**12),
    ]


@case([str(number) for number in range(7)])
def pages_are_disjoint_and_complete(store: BaseStore, clock: SetClock) -> object:
    fill(store, *({"n": number} for number in range(7)))
    return sorted(key for offset in (0, 3, 6) for key in order(store.search(NS, filter={"n": {"$gte": 0}}, limit=3, offset=offset)))


@case(
    ["raises InputError"] * 3,
    Difference(
        [[], ["0"], "raises TypeError"],
        "slices a list with it",
        "raises InputError",
        "a number below zero is a mistake, and an empty page hides it",
    ),
)
def a_page_below_zero_is_refused(store: BaseStore, clock: SetClock) -> object:
    fill(store, {})
    wrong: list[Any] = [{"limit": -1}, {"offset": -1}, {"limit": "1"}]
    return [attempt(lambda page=page: keys(store.search(NS, **page))) for page in wrong]  # type: ignore[misc]


# Filters


def filtering(name: str, values: list[dict[str, Any]], filter: Any, expected: object, difference: Difference | None = None) -> None:
    """Adds the case of a filter over some values, of which some pass, by their place."""

    def run(store: BaseStore, clock: SetClock) -> object:
        fill(store, *values)
        return keys(store.search(NS, filter=filter))

    CASES.append(Case(name, run, expected, difference))


NUMBERS: list[dict[str, Any]] = [{"n": 1}, {"n": 2}, {"n": 2.5}, {"n": -3}]
filtering("a_plain_filter_is_equality", NUMBERS, {"n": 2}, ["1"])
filtering("filter_eq", NUMBERS, {"n": {"$eq": 2.5}}, ["2"])
filtering("filter_ne", NUMBERS, {"n": {"$ne": 2}}, ["0", "2", "3"])
filtering("filter_gt", NUMBERS, {"n": {"$gt": 2}}, ["2"])
filtering("filter_gte", NUMBERS, {"n": {"$gte": 2}}, ["1", "2"])
filtering("filter_lt", NUMBERS, {"n": {"$lt": 1}}, ["3"])
filtering("filter_lte", NUMBERS, {"n": {"$lte": 1}}, ["0", "3"])
filtering("operators_of_one_field_all_hold", NUMBERS, {"n": {"$gt": 0, "$lt": 2.5, "$ne": 1}}, ["1"])
filtering("fields_of_a_filter_all_hold", [{"a": 1, "b": 1}, {"a": 1, "b": 2}], {"a": 1, "b": {"$gt": 1}}, ["1"])
filtering("an_empty_filter_lets_all_pass", NUMBERS, {}, ["0", "1", "2", "3"])
filtering("an_infinite_bound_is_a_bound", NUMBERS, {"n": {"$lt": math.inf}}, ["0", "1", "2", "3"])
filtering("a_nested_filter_is_containment", [{"a": {"b": 1, "c": 2}}, {"a": {"b": 2}}, {"a": 1}], {"a": {"b": 1}}, ["0"])
filtering("operators_work_inside_of_what_is_nested", [{"a": {"b": 1}}, {"a": {"b": 2}}], {"a": {"b": {"$gte": 2}}}, ["1"])
filtering("an_empty_nested_filter_wants_a_mapping", [{"a": {"b": 1}}, {"a": {}}, {"a": 1}, {}], {"a": {}}, ["0", "1"])
filtering("lists_are_compared_item_by_item", [{"a": [1, 2]}, {"a": [1]}, {"a": [2, 1]}, {"a": 1}], {"a": [1, {"$gt": 1}]}, ["0"])
filtering("a_number_in_a_list_is_not_the_list", [{"a": [1]}, {"a": 1}], {"a": 1}, ["1"])
filtering("none_fits_what_is_absent", [{"a": None}, {}, {"a": 0}], {"a": None}, ["0", "1"])
filtering("ne_fits_what_is_absent", [{"a": 1}, {}], {"a": {"$ne": 1}}, ["1"])
filtering("true_equals_one", [{"a": True}, {"a": 1}, {"a": "1"}], {"a": 1}, ["0", "1"])
filtering("a_text_that_writes_a_number_is_ordered_beside_numbers", [{"a": "10"}, {"a": 3}], {"a": {"$gt": 5}}, ["0"])
filtering("a_field_with_a_period_is_one_field", [{"a.b": 1}, {"a": {"b": 1}}], {"a.b": 1}, ["0"])
filtering("eq_compares_whole_mappings", [{"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}], {"a": {"$eq": {"b": 1}}}, ["1"])
filtering(
    "eq_compares_mappings_with_names_like_operators", [{"a": {"$ref": "x"}}, {"a": {"$ref": "y"}}], {"a": {"$eq": {"$ref": "x"}}}, ["0"]
)
filtering("eq_finds_a_tuple_as_it_was_put", [{"a": (1, (2,))}, {"a": (1, 2)}], {"a": {"$eq": (1, (2,))}}, ["0"])
filtering("ne_leaves_out_a_tuple_as_it_was_put", [{"a": {"b": (1,)}}, {"a": {"b": (2,)}}], {"a": {"$ne": {"b": (1,)}}}, ["1"])
filtering("the_text_nan_is_above_nothing", [{"a": "nan"}, {"a": 1}], {"a": {"$gte": 0}}, ["1"])
filtering(
    "what_is_absent_is_not_above_a_bound",
    [{"a": 1}, {}],
    {"a": {"$gt": 0}},
    ["0"],
    Difference(
        "raises TypeError", "raises TypeError", "leaves the item out", "one item without the field must not make the others unfindable"
    ),
)
filtering(
    "texts_are_ordered_as_texts",
    [{"a": "2026-05-07"}, {"a": "2025-01-01"}],
    {"a": {"$gte": "2026-01-01"}},
    ["0"],
    Difference(
        "raises ValueError", "raises ValueError", "compares them as texts", "dates are written so; SqliteStore and PostgresStore do it too"
    ),
)
filtering(
    "what_has_no_order_is_left_out",
    [{"a": [1]}, {"a": "x"}, {"a": 2}],
    {"a": {"$gt": 1}},
    ["2"],
    Difference(
        "raises TypeError", "raises TypeError", "leaves the item out", "one item of another shape must not make the others unfindable"
    ),
)
filtering(
    "large_integers_are_compared_exactly",
    [{"a": 2**53 + 1}],
    {"a": {"$gt": 2**53}},
    ["0"],
    Difference(
        [],
        "compares them as floats, which are equal",
        "compares them as integers",
        "ids and nanoseconds are that large",
    ),
)
filtering(
    "the_largest_integers_are_compared_too",
    [{"a": 10**400}],
    {"a": {"$gt": 1}},
    ["0"],
    Difference(
        "raises OverflowError",
        "raises OverflowError",
        "compares them as integers",
        "a value that can be stored can be searched",
    ),
)
filtering(
    "an_unknown_operator_is_refused",
    NUMBERS,
    {"n": {"$in": [1]}},
    "raises InputError",
    Difference(
        "raises ValueError",
        "raises ValueError",
        "raises InputError",
        "every error of Mneme is a MnemeError, with a hint",
    ),
)
filtering(
    "an_unknown_operator_is_refused_where_nothing_is_stored",
    [],
    {"n": {"$in": [1]}},
    "raises InputError",
    Difference(
        [],
        "finds nothing",
        "raises InputError",
        "a mistake should not wait for the first item to be seen",
    ),
)
filtering(
    "operators_and_fields_do_not_mix",
    NUMBERS,
    {"n": {"$gt": 1, "x": 1}},
    "raises InputError",
    Difference(
        "raises ValueError",
        "raises ValueError",
        "raises InputError",
        "every error of Mneme is a MnemeError, with a hint",
    ),
)
filtering(
    "a_filter_that_is_no_json_is_refused",
    NUMBERS,
    {"n": {1, 2}},
    "raises InputError",
    Difference(
        [],
        "finds nothing",
        "raises InputError",
        "no value can be equal to it: it is a mistake",
    ),
)


# Search with a query


@case([("tea", 1.0), ("half", 0.5), ("dog", 0.0)])
def the_nearest_comes_first_with_its_cosine(store: BaseStore, clock: SetClock) -> object:
    for key, text in (("dog", "dog"), ("half", "green cat bird fish"), ("tea", "green")):
        store.put(NS, key, {"text": text}, index=["text"])
    return [(item.key, item.score and round(item.score, 5)) for item in store.search(NS, query="green")]


@case([["tea", "hidden"], [True, False]])
def what_is_not_indexed_comes_last_without_a_score(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "hidden", {"text": "tea"}, index=False)
    store.put(NS, "tea", {"text": "tea"})
    found = store.search(NS, query="tea")
    return [order(found), [item.score is not None for item in found]]


@case(["a", "b"])
def only_the_paths_that_are_named_are_indexed(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "b", {"text": "coffee", "note": "tea"}, index=["text"])
    store.put(NS, "a", {"text": "tea", "note": "coffee"}, index=["text"])
    return order(store.search(NS, query="tea"))


@case([("k", 1.0)])
def an_item_of_several_texts_is_found_by_the_best(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"parts": [{"text": "coffee"}, {"text": "green tea"}, {}]}, index=["parts[*].text"])
    return [(item.key, item.score and round(item.score, 5)) for item in store.search(NS, query="green tea")]


@case(
    [1.0, 1.0],
    Difference(
        [None, None],
        "finds no path through a tuple",
        "indexes what it stores, which is a list",
        "what is read back is found by what it holds",
    ),
)
def the_items_of_a_tuple_are_indexed(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"tags": ("coffee", "tea")}, index=["tags[*]"])
    store.put(NS, "l", {"pair": ({"text": "tea"}, 1)}, index=["pair[0].text"])
    return [item.score and round(item.score, 5) for item in store.search(NS, query="tea")]


@case([None, None])
def what_has_none_of_the_paths_has_no_score(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "a", {"text": "tea"}, index=["absent"])
    store.put(NS, "b", {"text": "tea"}, index=[])
    return [item.score for item in store.search(NS, query="tea")]


@case(
    True,
    Difference(
        False,
        "takes the path for a field of that name",
        "indexes the whole value, as the default does",
        "`$` means the whole value where it is the default",
    ),
)
def the_path_of_the_whole_value_can_be_named(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"text": "tea"}, index=["$"])
    return store.search(NS, query="tea")[0].score is not None


@case(
    None,
    Difference(
        1.0, "still finds it by the old text", "finds it by what it holds now", "the text is no longer there, and may have been taken back"
    ),
)
def a_put_without_index_takes_the_old_text_out_of_search(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"text": "tea"}, index=["text"])
    store.put(NS, "k", {"text": "coffee"}, index=False)
    score = store.search(NS, query="tea")[0].score
    return score and round(score, 5)


@case(None)
def an_item_that_was_deleted_and_comes_again_has_no_old_text(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"text": "tea"})
    store.delete(NS, "k")
    store.put(NS, "k", {"text": "coffee"}, index=False)
    return store.search(NS, query="tea")[0].score


@case([["2", "0"], ["0"]])
def a_query_and_a_filter_both_hold(store: BaseStore, clock: SetClock) -> object:
    fill(store, {"text": "green tea", "n": 2}, {"text": "tea", "n": 1}, {"text": "tea", "n": 3}, index=["text"])
    found = {"query": "tea", "filter": {"n": {"$gte": 2}}}
    return [order(store.search(NS, **found)), order(store.search(NS, **found, offset=1))]  # type: ignore[arg-type]


@case(
    ["0", "1", "2", "3"],
    Difference(
        ["0", "1", "2", "2", "3"],
        "begins the items without a score anew on every page",
        "goes on where the last page ended",
        "pages are disjoint and complete",
    ),
)
def pages_of_a_query_are_disjoint_and_complete(store: BaseStore, clock: SetClock) -> object:
    fill(store, {"text": "tea"}, {"text": "green tea"}, index=["text"])
    for key in ("2", "3"):
        store.put(NS, key, {"text": "tea"}, index=False)
    pages = [store.search(NS, query="tea", limit=limit, offset=offset) for offset, limit in ((0, 1), (1, 2), (3, 2))]
    return sorted(key for page in pages for key in order(page))


@case(
    ["2", "1", "0"],
    Difference(
        ["0", "1", "2"], "puts what was put first, first", "puts what was written last, first", "what is known latest is the better guess"
    ),
)
def of_equals_the_latest_comes_first(store: BaseStore, clock: SetClock) -> object:
    fill(store, {"text": "tea"}, {"text": "tea"}, {"text": "tea"}, index=["text"])
    return order(store.search(NS, query="tea"))


@case([None])
def an_empty_query_lists(store: BaseStore, clock: SetClock) -> object:
    fill(store, {"text": "tea"})
    return [item.score for item in store.search(NS, query="")]


@case(
    "raises InputError",
    Difference(
        [],
        "hands it to the embedder",
        "raises InputError",
        "tokenizers fail on what is no Unicode",
    ),
)
def a_query_that_is_no_unicode_is_refused(store: BaseStore, clock: SetClock) -> object:
    return store.search(NS, query="\ud800")


# Namespaces


def listing(name: str, expected: object, **options: Any) -> None:
    """Adds the case of a listing of some namespaces."""

    def run(store: BaseStore, clock: SetClock) -> object:
        for namespace in (("a", "b", "c"), ("a", "d"), ("e", "c"), ("a",)):
            store.put(namespace, "k", {})
        return store.list_namespaces(**options)

    CASES.append(Case(name, run, expected))


listing("namespaces_are_sorted", [("a",), ("a", "b", "c"), ("a", "d"), ("e", "c")])
listing("namespaces_by_prefix", [("a",), ("a", "b", "c"), ("a", "d")], prefix=("a",))
listing("namespaces_by_suffix", [("a", "b", "c"), ("e", "c")], suffix=("c",))
listing("namespaces_by_both", [("a", "b", "c")], prefix=("a",), suffix=("c",))
listing("a_star_in_a_prefix_is_any_label", [("a", "d")], prefix=("*", "d"))
listing("a_star_in_a_suffix_is_any_label", [("a", "b", "c")], suffix=("b", "*"))
listing("a_star_stands_for_one_label", [("a", "b", "c"), ("a", "d")], prefix=("a", "*"))
listing("a_path_longer_than_a_namespace_does_not_fit", [], prefix=("a", "b", "c", "d"))
listing("namespaces_cut_at_a_depth_are_listed_once", [("a",), ("a", "b"), ("a", "d"), ("e", "c")], max_depth=2)
listing("depth_is_cut_after_the_match", [("a",), ("e",)], suffix=("c",), max_depth=1)
listing("a_depth_of_zero", [()], max_depth=0)
listing("a_page_of_namespaces", [("a", "d")], limit=1, offset=2)
listing("a_page_of_namespaces_cut_at_a_depth", [("e",)], max_depth=1, limit=5, offset=1)
listing("no_page_of_namespaces", [], limit=0)


@case(
    [],
    Difference(
        [NS],
        "lists it for ever",
        "lists namespaces that hold something",
        "a namespace is nothing beside its items",
    ),
)
def a_namespace_without_items_is_not_listed(store: BaseStore, clock: SetClock) -> object:
    fill(store, {})
    store.delete(NS, "0")
    return store.list_namespaces()


@case([], Difference([NS], "makes the namespace by looking into it", "lists namespaces that hold something", "reading writes nothing"))
def looking_into_a_namespace_does_not_make_it(store: BaseStore, clock: SetClock) -> object:
    store.get(NS, "k")
    return store.list_namespaces()


@case(
    "raises InputError",
    Difference(
        "raises ValueError",
        "raises ValueError",
        "raises InputError",
        "every error of Mneme is a MnemeError, with a hint",
    ),
)
def an_unknown_way_to_match_is_refused(store: BaseStore, clock: SetClock) -> object:
    fill(store, {})
    return store.batch([ListNamespacesOp((MatchCondition("middle", ("n",)),))])  # type: ignore[arg-type]


# Batches


@case([("k", {"v": 2})])
def the_last_of_several_puts_counts(store: BaseStore, clock: SetClock) -> object:
    store.batch([PutOp(NS, "k", {"v": 1}), PutOp(NS, "gone", {}), PutOp(NS, "k", {"v": 2}), PutOp(NS, "gone", None)])
    return [(item.key, item.value) for item in store.search(NS)]


@case([{"v": 1}, None, ["k"], [NS], {"v": 2}])
def reads_of_a_batch_see_what_was_there_before(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"v": 1})
    found: list[Any] = store.batch([PutOp(NS, "k", {"v": 2}), GetOp(NS, "k"), PutOp(NS, "l", {}), SearchOp(NS), ListNamespacesOp()])
    return [found[1].value, found[2], keys(found[3]), found[4], value(store)]


@case([[], [None, None]])
def a_batch_is_any_iterable_also_an_empty_one(store: BaseStore, clock: SetClock) -> object:
    return [store.batch([]), store.batch(GetOp(NS, key) for key in "ab")]


@case(
    ["raises RecordRejected", {"v": 1}, []],
    Difference(
        [[None, None, None], None, ["a", "b"]],
        UNCHECKED,
        "raises RecordRejected, and nothing of the batch is stored",
        "a batch is done or not done",
    ),
)
def a_batch_with_a_value_that_is_refused_is_refused(store: BaseStore, clock: SetClock) -> object:
    store.put(("old",), "k", {"v": 1})
    ops = [PutOp(NS, "a", {}), PutOp(("old",), "k", None), PutOp(NS, "b", {"x": math.nan})]
    return [attempt(lambda: store.batch(ops)), value(store, namespace=("old",)), keys(store.search(NS))]


@case(
    ["raises InvalidNamespaceError"] * 3,
    Difference(
        [[None]] * 3,
        "checks namespaces in its verbs only",
        "checks every operation",
        "`a.b` must not be taken for `a` and `b`, whoever writes it",
    ),
)
def namespaces_are_checked_in_batches_too(store: BaseStore, clock: SetClock) -> object:
    ops: list[Any] = [PutOp(("a.b",), "k", {}), GetOp(("",), "k"), PutOp("abc", "k", {})]  # type: ignore[arg-type]
    return [attempt(lambda op=op: store.batch([op])) for op in ops]  # type: ignore[misc]


@case(
    "raises InputError",
    Difference(
        "raises ValueError",
        "raises ValueError",
        "raises InputError",
        "every error of Mneme is a MnemeError, with a hint",
    ),
)
def what_is_no_operation_is_refused(store: BaseStore, clock: SetClock) -> object:
    return store.batch(["get"])  # type: ignore[list-item]


@case([{"v": 1}, ["k"], [NS], None])
def the_asynchronous_verbs_do_the_same(store: BaseStore, clock: SetClock) -> object:
    async def verbs() -> list[Any]:
        await store.aput(NS, "k", {"v": 1})
        got, found, listed = await store.aget(NS, "k"), await store.asearch(NS, query="v"), await store.alist_namespaces()
        await store.adelete(NS, "k")
        return [got and got.value, keys(found), listed, await store.aget(NS, "k")]

    return asyncio.run(verbs())


@case([None, None, {"v": 1}, {"v": 2}])
def an_asynchronous_batch_does_the_same(store: BaseStore, clock: SetClock) -> object:
    async def verbs() -> list[Any]:
        found: list[Any] = await store.abatch([PutOp(NS, "k", {"v": 1}), GetOp(NS, "k")])
        later: list[Any] = await store.abatch([GetOp(NS, "k"), PutOp(NS, "k", {"v": 2})])
        return [*found, later[0].value, value(store)]

    return asyncio.run(verbs())


# Time to live

NO_TTL = Difference(
    "raises NotImplementedError", "knows no time to live", "keeps an item as long as it says", "LangGraph's contract has it"
)


def living(expected: object) -> Callable[[Run], Run]:
    """Adds a function to the cases; the reference cannot do it."""
    return case(expected, NO_TTL)


@living([{"v": 1}, None, [], [], {"v": 2}])
def an_item_is_gone_when_its_time_is_over(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"v": 1}, ttl=10)
    clock.advance(9.99)
    seen = store.get(NS, "k", refresh_ttl=False)
    clock.advance(0.01)
    store.put(("other",), "k", {"v": 2})
    return [seen and seen.value, store.get(NS, "k"), store.search(NS), store.list_namespaces(prefix=NS), value(store, namespace=("other",))]


@living([True, None])
def reading_begins_the_time_anew(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {}, ttl=10)
    clock.advance(9)
    store.get(NS, "k")
    clock.advance(9)
    there = store.get(NS, "k", refresh_ttl=False) is not None
    clock.advance(1)
    return [there, store.get(NS, "k")]


@living([["a"], ["a"], []])
def finding_begins_the_time_anew_of_what_is_on_the_page(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "b", {"text": "coffee"}, ttl=10)
    store.put(NS, "a", {"text": "tea"}, ttl=10)
    clock.advance(9)
    found = order(store.search(NS, limit=1))
    clock.advance(9)
    later = order(store.search(NS, query="tea", refresh_ttl=False))
    clock.advance(9)
    return [found, later, store.search(NS)]


@living([["hidden"], [None]])
def beginning_the_time_anew_changes_nothing_else(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "hidden", {"text": "tea"}, index=False, ttl=10)
    before = store.get(NS, "hidden", refresh_ttl=False)
    clock.advance(5)
    assert store.get(NS, "hidden") == before
    found = store.search(NS, query="tea")
    assert before == found[0]
    return [order(found), [item.score for item in found]]


@living({"v": 2})
def a_put_without_a_time_lifts_it(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {"v": 1}, ttl=10)
    store.put(NS, "k", {"v": 2})
    clock.advance(1_000_000)
    return value(store)


@living(True)
def what_comes_again_after_its_time_is_new(store: BaseStore, clock: SetClock) -> object:
    store.put(NS, "k", {}, ttl=10)
    clock.advance(10)
    store.put(NS, "k", {})
    item = store.get(NS, "k")
    return item is not None and item.created_at == clock()


@living(["1", "3"])
def what_is_over_does_not_fill_a_page(store: BaseStore, clock: SetClock) -> object:
    for number in range(4):
        store.put(NS, str(number), {"text": "tea"}, ttl=None if number % 2 else 10)
    clock.advance(10)
    return keys(store.search(NS, query="tea", limit=2))


@living([None, {"v": 2}, {"v": 3}])
def a_default_time_counts_where_none_is_given(store: BaseStore, clock: SetClock) -> object:
    if not store.supports_ttl:
        raise NotImplementedError
    store.ttl_config = {"default_ttl": 10, "refresh_on_read": False}
    store.put(NS, "default", {"v": 1})
    store.put(NS, "none", {"v": 2}, ttl=None)
    store.put(NS, "longer", {"v": 3}, ttl=20)
    clock.advance(9)
    store.search(NS)
    clock.advance(1)
    return [value(store, key) for key in ("default", "none", "longer")]


@living(["raises RecordRejected"] * 6)
def a_time_that_is_none_is_refused(store: BaseStore, clock: SetClock) -> object:
    if not store.supports_ttl:
        raise NotImplementedError
    times: list[Any] = [0, -1, math.nan, math.inf, 1e300, "10"]
    return [attempt(lambda ttl=ttl: store.put(NS, "k", {}, ttl=ttl)) for ttl in times]  # type: ignore[misc]
