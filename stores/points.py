"""A record as a point of the engine, and back."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from stores.codec import Codec
from stores.engines.engine import Found, Index, Point
from stores.errors import FolderDamaged
from stores.migration import record_from
from stores.record import MemoryRecord

RECORD_INDEXES = (
    Index("user_id", "tenant"),
    Index("kind", "keyword"),
    Index("known_by", "keyword"),
    Index("thread_id", "keyword"),
    Index("message_id", "keyword"),
    Index("derived_from", "keyword"),
    Index("origin", "keyword"),
    Index("sensitivity", "keyword"),
    Index("purposes", "keyword"),
    Index("said_at", "integer"),
    Index("expires_at", "integer"),
    Index("deleted_at", "integer"),
)
DEEPEST = 32
LONGEST = 1_000_000


def point_of(record: MemoryRecord, codec: Codec, vectors: Sequence[Sequence[float]]) -> Point:
    """The record as a point: what is filtered by stands open in the payload, the rest goes through the codec.

    Moments are in whole milliseconds since 1970. What is filtered by has an index: without one the engine reads the payload of every
    point of the user.
    """
    payload: dict[str, Any] = {
        "user_id": record.user_id,
        "character_id": record.character_id,
        "kind": record.kind,
        "known_by": list(record.known_by),
        "thread_id": record.thread_id,
        "message_id": record.message_id,
        "derived_from": list(record.derived_from),
        "origin": record.trust.origin,
        "sensitivity": record.policy.sensitivity,
        "purposes": list(record.policy.purposes),
        "said_at": milliseconds(record.said_at),
        "expires_at": milliseconds(record.policy.expires_at) if record.policy.expires_at else None,
        "deleted_at": milliseconds(record.deleted_at) if record.deleted_at else None,
        "document": codec.encode(record.model_dump_json()),
    }
    words = f"{record.speaker}: {record.text}" if record.speaker else record.text
    return Point(record.id, payload, vectors, words)


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return int(moment.timestamp() * 1_000)


def record_of(point: Found, codec: Codec) -> MemoryRecord:
    """The record of a point.

    Raises:
        FolderDamaged: The point holds no readable record.
    """
    try:
        return record_from(json.loads(codec.decode(point.payload["document"])))
    except (KeyError, json.JSONDecodeError) as error:
        raise FolderDamaged(f"The record {point.id} cannot be read.") from error


def why_unfit(record: MemoryRecord) -> str:
    """Why a record cannot be stored, or an empty string. Checked before the engine sees it: what it cannot load again bricks the folder."""
    if not record.text.strip():
        return "its text is blank"
    if len(record.text) > LONGEST:
        return f"its text is longer than {LONGEST} characters"
    if depth(record.additional) > DEEPEST:
        return f"`additional` is nested deeper than {DEEPEST} levels"
    return ""


def depth(value: JsonValue, levels: int = 0) -> int:
    """How deep a JSON value is nested; the search ends where it is too deep."""
    if levels > DEEPEST or not isinstance(value, dict | list):
        return levels
    inner = value.values() if isinstance(value, dict) else value
    return max((depth(one, levels + 1) for one in inner), default=levels + 1)
