"""What hypothesis makes of values, texts, names and filters, and how many of them are tried."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(), max_size=30)  # halves of surrogate pairs too
TEXT = st.text(max_size=30)
ODD_TEXTS = st.sampled_from(
    ["", "\x00", "a\x00b", "\u202eשלום", "🙂👩‍👩‍👧", "\ud83d", "\udfff tea", "é" * 1_000, "日本語。", "$", "$gt", "nan", "1e999", "\ufeff"]
)
NUMBERS = (
    st.integers(-3, 3)
    | st.integers()
    | st.floats()
    | st.sampled_from([2**53 + 1, 2**64, -(2**63), 10**400, -0.0, 1e-320])
    | st.just(5000).map(lambda digits: 10**digits)
)
LEAVES: st.SearchStrategy[Any] = st.none() | st.booleans() | NUMBERS | TEXT | ODD_TEXTS
FIELDS = st.sampled_from(["a", "b", "c"]) | TEXT
WORDS = ("tea", "coffee", "milk", "sugar")


def settled(percent: int) -> settings:
    """Settings that try that share of the profile's number of examples: of 100, or of 5,000 where it is thorough."""
    return settings(
        max_examples=max(1, settings.default.max_examples * percent // 100),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def json_like(leaves: st.SearchStrategy[Any], fields: st.SearchStrategy[Any] = FIELDS) -> st.SearchStrategy[Any]:
    """Leaves in lists and mappings."""
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields, inner, max_size=3), max_leaves=8)


def nested_in(inner: Any, levels: int) -> Any:
    """Something in a list in a mapping in a list ..."""
    for level in range(levels):
        inner = [inner] if level % 2 else {"x": inner}
    return inner


DEEP = st.builds(nested_in, LEAVES, st.integers(20, 60))
UNWRITABLE: st.SearchStrategy[Any] = st.binary(max_size=3) | st.dates() | st.frozensets(st.integers(), max_size=2) | st.complex_numbers()
FINE = json_like(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.integers(0, 4_000).map(lambda n: 10**n)
)
ODD = json_like(LEAVES) | DEEP | json_like(LEAVES | UNWRITABLE, FIELDS | st.none())
VALUES = st.dictionaries(FIELDS, FINE, max_size=4) | st.dictionaries(FIELDS | ODD_TEXTS | st.integers(0, 3), ODD, max_size=4)

# Small worlds, in which what is generated meets
BOUNDS: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 2, 2.5, -1, "", "x", "y", "2", "nan", [1], [], {"b": 1}, {}, 2**53, 2**53 + 1]
)
SMALL_VALUES = st.dictionaries(st.sampled_from(["a", "b"]), BOUNDS | st.lists(BOUNDS, max_size=2), max_size=2)
OPERATORS = st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"])
CONDITIONS = st.recursive(
    BOUNDS | st.dictionaries(OPERATORS, BOUNDS, min_size=1, max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=3,
)
FILTERS = st.dictionaries(st.sampled_from(["a", "b", "absent"]), CONDITIONS, max_size=2)
ANY_FILTER = (
    FILTERS
    | st.dictionaries(FIELDS | st.integers(0, 1), json_like(LEAVES | UNWRITABLE, FIELDS | OPERATORS | st.just("$in")), max_size=2)
    | LEAVES
)
LABELS = st.sampled_from(["a", "b", "日本"])
NAMESPACES = st.lists(LABELS, min_size=1, max_size=3).map(tuple)
PATHS = st.lists(LABELS | st.just("*"), max_size=3).map(tuple)
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


def fits(have: Any, wanted: Any) -> bool:
    """What a filter means, told another way than the store does it."""
    if isinstance(wanted, dict) and any(name.startswith("$") for name in wanted):
        return all(operation_holds(have, name, bound) for name, bound in wanted.items())
    if isinstance(wanted, dict):
        return isinstance(have, dict) and not [field for field in wanted if not fits(have.get(field), wanted[field])]
    if isinstance(wanted, list):
        return isinstance(have, list) and len(have) == len(wanted) and not [i for i in range(len(have)) if not fits(have[i], wanted[i])]
    return bool(have == wanted)


def operation_holds(have: Any, name: str, bound: Any) -> bool:
    if name in ("$eq", "$ne"):
        return (have == bound) == (name == "$eq")
    if not (isinstance(have, str) and isinstance(bound, str)):
        try:
            have, bound = (float(one) if isinstance(one, str) else one + 0 for one in (have, bound))
        except (TypeError, ValueError):
            return False
    return {"$gt": have > bound, "$gte": have >= bound, "$lt": have < bound, "$lte": have <= bound}[name]
