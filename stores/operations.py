"""LangGraph's store operations: checked before anything is read or written, and what their parts mean."""

from collections.abc import Mapping
from typing import Any

from langgraph.store.base import (
    GetOp,
    InvalidNamespaceError,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    SearchOp,
    validate_op_namespace,
)

from stores.errors import InputError, RecordRejected
from stores.filters import check_filter
from stores.validation import check_count, check_query, why_no_name

MOST_LABELS = 32
LONGEST_TTL = 60 * 24 * 365 * 100  # in minutes: a hundred years

Namespace = tuple[str, ...]


def checked(op: Op) -> Op:
    """The operation, where it makes sense.

    Raises:
        InputError, InvalidNamespaceError: It makes none.
        RecordRejected: It would store what cannot be kept; values and vectors are checked later.
    """
    if not isinstance(op, GetOp | PutOp | SearchOp | ListNamespacesOp):
        raise InputError(f"{type(op).__name__} is no store operation.")
    for namespace in namespaces_of(op):
        if not isinstance(namespace, tuple | list):
            raise InvalidNamespaceError(f"A namespace is a tuple of labels, not a {type(namespace).__name__}.")
    validate_op_namespace(op)
    match op:
        case PutOp(value=None) | GetOp():
            check_key(op.key)
        case PutOp():
            check_put(op)
        case SearchOp():
            check_search(op)
        case ListNamespacesOp():
            check_listing(op)
    return op


def namespaces_of(op: Op) -> list[Any]:
    """Where an operation reads or writes."""
    match op:
        case SearchOp():
            return [op.namespace_prefix]
        case ListNamespacesOp():
            return [condition.path for condition in op.match_conditions or ()]
        case _:
            return [op.namespace]


def check_key(key: object) -> None:
    if not isinstance(key, str):
        raise InputError(f"A key is text, not a {type(key).__name__}.")


def check_put(op: PutOp) -> None:
    for what, name in (("The key", op.key), *(("A label of the namespace", label) for label in op.namespace)):
        if why := why_no_name(name):
            raise RecordRejected(f"{what} {why}.")
    if len(op.namespace) > MOST_LABELS:
        raise RecordRejected(f"The namespace has more than {MOST_LABELS} labels.")
    if not isinstance(op.value, Mapping):
        raise RecordRejected(f"A value is a mapping, not a {type(op.value).__name__}.")
    index: object = op.index
    if not (index is None or index is False or (isinstance(index, list) and all(isinstance(path, str) for path in index))):
        raise RecordRejected("`index` is False or a list of paths.", 'Write index=["text"] to search by one field.')
    if op.ttl is not None and not is_time_to_live(op.ttl):
        raise RecordRejected(f"A time to live is a number of minutes above 0 and up to {LONGEST_TTL:,}.")


def is_time_to_live(ttl: object) -> bool:
    """Whether something is a number of minutes that an item can live."""
    return isinstance(ttl, int | float) and not isinstance(ttl, bool) and 0 < ttl <= LONGEST_TTL


def check_search(op: SearchOp) -> None:
    check_count(op.limit, "The limit")
    check_count(op.offset, "The offset")
    if op.filter is not None:
        check_filter(op.filter)
    if op.query is not None:
        check_query(op.query)


def check_listing(op: ListNamespacesOp) -> None:
    check_count(op.limit, "The limit")
    check_count(op.offset, "The offset")
    if op.max_depth is not None:
        check_count(op.max_depth, "The depth")
    for condition in op.match_conditions or ():
        if condition.match_type not in ("prefix", "suffix"):
            raise InputError(f"{condition.match_type!r} is no way to match a namespace.", "Use prefix or suffix.")


def asks(op: SearchOp) -> bool:
    """Whether there is something to look for; a blank query lists."""
    return bool(op.query and op.query.strip())


def is_plain_prefix(condition: MatchCondition) -> bool:
    """Whether the engine can decide it: it knows whole prefixes, without the wildcard."""
    return condition.match_type == "prefix" and "*" not in condition.path


def namespace_matches(namespace: Namespace, condition: MatchCondition) -> bool:
    """The namespace begins or ends with the path, in which * stands for any one label."""
    path = condition.path
    if len(path) > len(namespace):
        return False
    part = namespace[: len(path)] if condition.match_type == "prefix" else namespace[len(namespace) - len(path) :]
    return all(wanted in ("*", label) for label, wanted in zip(part, path, strict=True))
