"""Is a value from a file what it must be? Each check returns it, typed, or says why not."""

import math
import unicodedata
from typing import Any, cast

from pydantic import JsonValue

DEEPEST = 8
LARGEST_INTEGER = 2**63


class Unfit(ValueError):
    """A value of the file cannot be used, for the reason given."""


def characters(value: object, name: str) -> str:
    """A string that can be written to disk.

    Raises:
        Unfit: When it is no string, or holds NUL or half a character.
    """
    if not isinstance(value, str):
        raise Unfit(f"{name} is missing" if value is None else f"{name} is not text")
    if "\0" in value:
        raise Unfit(f"{name} holds a NUL byte")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Unfit(f"{name} holds half a character (a lone surrogate)")
    return value


def words(value: object, name: str) -> str:
    """A string that says something, as it was written.

    Raises:
        Unfit: When it is blank, or not fit to be written.
    """
    text = characters(value, name)
    if not text.strip():
        raise Unfit(f"{name} is empty")
    return text


def label(value: object, name: str) -> str:
    """A name or an identifier: words on one line.

    Raises:
        Unfit: When it is blank, or holds a control character (record ids are joined with one).
    """
    text = words(value, name)
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise Unfit(f"{name} holds a control character")
    return text


def fields(value: object, name: str) -> dict[str, Any]:
    """A JSON object.

    Raises:
        Unfit: When it is something else.
    """
    if not isinstance(value, dict):
        raise Unfit(f"{name} is missing" if value is None else f"{name} is not a JSON object")
    return value


def items(value: object, name: str) -> list[Any]:
    """A JSON array.

    Raises:
        Unfit: When it is something else.
    """
    if not isinstance(value, list):
        raise Unfit(f"{name} is missing" if value is None else f"{name} is not a list")
    return value


def plain(value: object, name: str, depth: int = 0) -> JsonValue:
    """A JSON value that comes back from every engine as it went in.

    Raises:
        Unfit: When it is nested too deep, not finite, or beyond 64 bits.
    """
    if depth > DEEPEST:
        raise Unfit(f"{name} is nested more than {DEEPEST} levels deep")
    if isinstance(value, dict):
        return {characters(key, name): plain(inner, name, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, name, depth + 1) for inner in value]
    if isinstance(value, str):
        return characters(value, name)
    if isinstance(value, float) and not math.isfinite(value):
        raise Unfit(f"{name} holds a number that is not finite")
    if isinstance(value, int) and abs(value) >= LARGEST_INTEGER:
        raise Unfit(f"{name} holds an integer beyond 64 bits")
    return cast(JsonValue, value)
