"""What may be stored, checked before the engine sees it: what the engine writes and cannot load again bricks the folder."""

import json
import math
from collections.abc import Iterable, Sequence
from numbers import Real

from stores.errors import InputError, RecordRejected

DEEPEST = 32
LONGEST = 1_000_000
LONGEST_NAME = 1_000
LARGEST_INTEGER = 14_000  # in bits; Python reads and writes no integer of more than 4,300 digits as text
NUMBER = float | Real
PLAIN = (str, int, float, bool, type(None), dict, list, tuple)


def json_text(value: object, what: str) -> str:
    """The value as JSON text of at most LONGEST characters, from which the same value can be read.

    Args:
        value: Nested at most DEEPEST levels.
        what: What it is, for the error, such as "The value".

    Raises:
        RecordRejected: It is too deep or too long, or holds what JSON has no word for.
    """
    why = why_no_json(value) or why_not_finite(value)
    if not why:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        if len(text) <= LONGEST:
            return text
        why = too_long()
    raise RecordRejected(f"{what} {why}.")


def why_no_json(value: object) -> str:
    """Why a value cannot be JSON within the bounds (numbers may be infinite), or an empty string."""
    size = 0
    for one, level in nodes(value):
        size += len(one) if isinstance(one, str) else 1
        if size > LONGEST:
            return too_long()
        if level > DEEPEST:
            return f"is nested deeper than {DEEPEST} levels"
        if why := why_no_node(one):
            return why
    return ""


def nodes(value: object) -> Iterable[tuple[object, int]]:
    """The value and all that is in it, keys included, each with the number of lists and mappings it is in, itself counted.

    Lazy: what holds itself goes on without end, so its levels have to be bounded.
    """
    left = [(value, int(isinstance(value, dict | list | tuple)))]
    while left:
        one, level = left.pop()
        yield one, level
        if isinstance(one, dict | list | tuple):
            inner = [*one.keys(), *one.values()] if isinstance(one, dict) else one
            left.extend((part, level + isinstance(part, dict | list | tuple)) for part in inner)


def why_no_node(one: object) -> str:
    """Why JSON has no word for a value, apart from what is in it, or an empty string."""
    if not isinstance(one, PLAIN):
        return f"holds a {type(one).__name__}, for which JSON has no word"
    if isinstance(one, dict) and not all(isinstance(key, str) for key in one):
        return "has a key that is no text"
    if isinstance(one, str) and not is_unicode(one):
        return "holds half of a surrogate pair, which is no text"
    if isinstance(one, int) and one.bit_length() > LARGEST_INTEGER:
        return "holds an integer of more than 4,200 digits"
    return ""


def why_not_finite(value: object) -> str:
    """Why a JSON value cannot be written, or an empty string: NaN and the infinities are no JSON."""
    finite = all(math.isfinite(one) for one, _ in nodes(value) if isinstance(one, float))
    return "" if finite else "holds a number that is not finite"


def too_long() -> str:
    return f"is longer than {LONGEST:,} characters as JSON"


def is_unicode(text: str) -> bool:
    """Whether the text can be written as UTF-8; half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def why_no_name(name: object) -> str:
    """Why something is no name (of a key, a label, a collection), or an empty string."""
    if not isinstance(name, str):
        return f"is no text, but a {type(name).__name__}"
    if not is_unicode(name):
        return "holds half of a surrogate pair, which is no text"
    return f"is longer than {LONGEST_NAME:,} characters" if len(name) > LONGEST_NAME else ""


def check_vector(vector: Sequence[float], dimension: int) -> None:
    """
    Raises:
        RecordRejected: It is no vector of `dimension` finite numbers.
    """
    if len(vector) != dimension:
        raise RecordRejected(f"A vector has {len(vector)} numbers, not the {dimension} of this memory's embedder.")
    if not all(issubclass(kind, NUMBER) for kind in set(map(type, vector))) or not all_finite(vector):
        raise RecordRejected("A vector holds something else than finite numbers.")


def all_finite(numbers: Sequence[float]) -> bool:
    """Whether none is infinite, no number, or too large for a float."""
    try:
        return all(map(math.isfinite, numbers))
    except OverflowError:
        return False


def check_count(number: object, what: str) -> None:
    """
    Raises:
        InputError: It is no whole number from 0 on.
    """
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise InputError(f"{what} is a whole number from 0 on.")


def check_query(text: object) -> None:
    """
    Raises:
        InputError: It is no text that can be looked for.
    """
    if not isinstance(text, str) or not is_unicode(text):
        raise InputError("The query is no text.", "Look for text in Unicode, without halves of surrogate pairs.")
