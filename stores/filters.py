"""The filters of LangGraph's search, on JSON values: equality, containment, and the operators $eq, $ne, $gt, $gte, $lt, $lte."""

import json
import operator
from collections.abc import Callable, Mapping
from typing import Any

from stores.errors import InputError
from stores.validation import why_no_json

Filter = Mapping[str, Any]
ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
OPERATORS = ("$eq", "$ne", *ORDERINGS)


def check_filter(conditions: object) -> None:
    """
    Raises:
        InputError: It is no mapping of JSON values, or has an operator that is unknown.
    """
    if not isinstance(conditions, dict):
        raise InputError(f"A filter is a mapping of fields to what they hold, not a {type(conditions).__name__}.")
    if why := why_no_json(conditions):
        raise InputError(f"The filter {why}.")
    for wanted in conditions.values():
        check_operators(wanted)


def check_operators(wanted: Any) -> None:
    """What stands behind an operator is a value, in which a name may begin with `$` as any other.

    Raises:
        InputError: An operator is unknown.
    """
    match wanted:
        case dict() if is_operation(wanted):
            if unknown := [name for name in wanted if name not in OPERATORS]:
                raise InputError(f"{unknown[0]!r} is no filter operator.", f"Use {', '.join(OPERATORS)}.")
        case dict() | list() | tuple():
            for inner in wanted.values() if isinstance(wanted, dict) else wanted:
                check_operators(inner)


def as_json(conditions: Filter) -> Filter:
    """The conditions as they would come back from the disk, as the values do: a tuple is a list there."""
    return dict(json.loads(json.dumps(conditions)))


def passes(value: Mapping[str, Any], conditions: Filter) -> bool:
    """Whether all conditions, which are `as_json`, hold; a field that is absent counts as None."""
    return all(fits(value.get(field), wanted) for field, wanted in conditions.items())


def fits(have: Any, wanted: Any) -> bool:
    """Whether a value is what is wanted: by its operators, containing the fields of a mapping, item by item in a list, else equal."""
    match wanted:
        case dict() if is_operation(wanted):
            return all(compares(have, name, bound) for name, bound in wanted.items())
        case dict():
            return isinstance(have, dict) and all(fits(have.get(field), inner) for field, inner in wanted.items())
        case list():
            return isinstance(have, list) and len(have) == len(wanted) and all(map(fits, have, wanted))
        case _:
            return bool(have == wanted)


def is_operation(wanted: Mapping[str, Any]) -> bool:
    """Whether a mapping is one of operators; one of them is enough, so that a mistyped one is not taken for a field."""
    return any(name.startswith("$") for name in wanted)


def compares(have: Any, name: str, bound: Any) -> bool:
    """Whether one operator holds. What has no order, as a text and a list, is not above nor below."""
    if name == "$eq":
        return bool(have == bound)
    if name == "$ne":
        return bool(have != bound)
    pair = ordered_pair(have, bound)
    return pair is not None and ORDERINGS[name](*pair)


def ordered_pair(have: Any, bound: Any) -> tuple[Any, Any] | None:
    """Both as texts or both as numbers, or None; beside a number a text counts as the number that it writes."""
    if isinstance(have, str) and isinstance(bound, str):
        return have, bound
    left, right = number(have), number(bound)
    return None if left is None or right is None else (left, right)


def number(value: Any) -> float | int | None:
    """The number that a JSON value is or writes; true and false are 1 and 0."""
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
