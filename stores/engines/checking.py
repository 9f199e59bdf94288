"""Conditions looked at outside the engine, on what was read back."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from stores.engines.engine import AllOf, AnyOf, Between, Condition, Found, Ids, Match, Missing, Scalar, Unembedded, Where


def payload_fields(where: Where, indexed: Collection[str]) -> set[str] | None:
    """The fields that have to be read to look at these conditions; None where they ask for more than whole values of indexed fields.

    Only these are compared alike here and in an engine, which may also take a field's name for a path into its value.
    """
    fields: set[str] = set()
    for condition in flat((*where.must, *where.must_not)):
        match condition:
            case Match(field, _) | Missing(field) | Between(field, _, _) if field in indexed:
                fields.add(field)
            case Ids(_):
                continue
            case _:
                return None
    return fields


def flat(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    """The conditions, with what is in groups."""
    for one in conditions:
        yield from flat(one.conditions) if isinstance(one, AnyOf | AllOf) else (one,)


def fulfils(point: Found, where: Where) -> bool:
    """Whether all of `must` hold for a point, and none of `must_not`."""
    return all(holds(one, point) for one in where.must) and not any(holds(one, point) for one in where.must_not)


def holds(condition: Condition, point: Found) -> bool:
    """Whether one condition holds for a point."""
    match condition:
        case Match(field, values):
            return any(is_among(have, values) for have in listed(point.payload.get(field)))
        case Missing(field):
            return not listed(point.payload.get(field))
        case Between(field, at_least, at_most):
            return any(lies(have, at_least, at_most) for have in listed(point.payload.get(field)))
        case AnyOf(conditions):
            return any(holds(one, point) for one in conditions)
        case AllOf(conditions):
            return all(holds(one, point) for one in conditions)
        case Ids(ids):
            return point.id in ids
        case Unembedded():
            raise ValueError("A point that is read back does not tell whether it is embedded.")


def listed(value: Any) -> list[Any]:
    """The values of a field, which holds one or a list of them, or none."""
    return value if isinstance(value, list) else [] if value is None else [value]


def is_among(have: Any, values: Sequence[Scalar]) -> bool:
    """Whether a value is one of several, also in kind: true is not 1."""
    return have in values if isinstance(have, str) else any(type(have) is type(value) and have == value for value in values)


def lies(have: Any, at_least: float | None, at_most: float | None) -> bool:
    """Whether a value is a number between two others, either of which may be missing."""
    if isinstance(have, bool) or not isinstance(have, int | float):
        return False
    return (at_least is None or have >= at_least) and (at_most is None or have <= at_most)
