"""A record as a point of the engine, and back."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from stores.codec import Codec
from stores.engines.engine import Found, Index, Point
from stores.errors import FolderDamaged, RecordRejected
from stores.plans import spots_of_plan
from stores.record import MemoryRecord, is_record_id, record_id, written_record
from stores.validation import LONGEST, LONGEST_NAME, why_no_json, why_not_finite

log = logging.getLogger(__name__)

RECORD_INDEXES = (
    Index("user_id", "tenant"),
    Index("kind", "keyword"),
    Index("derived_from", "keyword"),
    Index("version_of", "keyword"),
    Index("open_to", "keyword"),
    Index("spot", "keyword"),
    Index("said_at", "integer"),
    Index("ends_at", "integer"),
)
OWNER: tuple[str, ...] = ()
RECALLABLE = ("said", "imported", "inferred")
NEVER = 2**53  # milliseconds since 1970; exact as a float, which is how engines compare
HIDDEN = 0
AT_HAND = 20_000  # records, a few kilobytes each, and spots


def point_of(record: MemoryRecord, codec: Codec) -> Point:
    """The record as a point without vectors: what is filtered by stands open in the payload, the rest goes through the codec.

    Moments are in whole milliseconds since 1970. What is filtered by has an index: without one the engine reads the payload of every
    point of the user.
    """
    return Point(record.id, payload_of(record, codec), (), spoken(record))


def spoken(record: MemoryRecord) -> str:
    """The words a record is found by."""
    return f"{record.speaker}: {record.text}" if record.speaker else record.text


def payload_of(record: MemoryRecord, codec: Codec) -> dict[str, Any]:
    """What stands beside the vectors of a record."""
    return {
        "user_id": record.user_id,
        "kind": record.kind,
        "derived_from": list(record.derived_from),
        "version_of": record.version_of,
        "spot": spots_of(record),
        "open_to": open_to(record),
        "said_at": milliseconds(record.said_at),
        "ends_at": ends_at(record),
        "document": codec.encode(written_record(record)),
    }


def open_to(record: MemoryRecord) -> list[str]:
    """Who may see a record, and who may recall it, one token each: a search has one condition to check instead of several.

    A secret is open to its owner alone. What repeats memory, or tells of Mneme itself, is seen but recalled by nobody.
    """
    knowing = record.known_by if record.policy.sensitivity != "secret" else ()
    purposes = [[purpose] for purpose in record.policy.purposes] or [[]]
    names = [[character, *purpose] for character in knowing for purpose in purposes]
    recalled = [OWNER, *names] if record.trust.origin in RECALLABLE else []
    return [*(token("see", *one) for one in names), *(token("recall", *one) for one in recalled)]


def spots_of(record: MemoryRecord) -> str | list[str]:
    """By which keywords a record is found beside its words: where in its conversation it was said, or the days it is planned for."""
    return spots_of_plan(record) if record.kind == "plan" else spot_of(record)


def spot_of(record: MemoryRecord, step: int = 0) -> str:
    """Where in its conversation a message stands, or so many messages on, as a keyword that tells nothing else; empty for what is none.

    By it the messages around one are found.
    """
    if record.kind != "turn" or not record.thread_id:
        return ""
    return _spot(record.user_id, record.thread_id, record.ordinal + step)


@lru_cache(maxsize=AT_HAND)
def _spot(user_id: str, thread_id: str, ordinal: int) -> str:
    return record_id(user_id, thread_id, str(ordinal), "spot")


def token(doing: Literal["see", "recall"], *names: str) -> str:
    """What may be done by whom, as a keyword that nothing else gives."""
    return json.dumps((doing, *names), ensure_ascii=False)


def ends_at(record: MemoryRecord) -> int:
    """From when on a record is no longer seen: when it expires or gave way to another, or always where it is hidden."""
    if record.deleted_at:
        return HIDDEN
    ends = [milliseconds(moment) for moment in (record.policy.expires_at, record.superseded_at) if moment]
    return min(ends, default=NEVER)


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return int(moment.timestamp() * 1_000)


class Reader:
    """Reads the records of points, and keeps those that it read last at hand: a conversation comes back to what it is about.

    Args:
        codec: Through which text was written.
    """

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._parsed = lru_cache(maxsize=AT_HAND)(self._parse)

    def record(self, point: Found) -> MemoryRecord:
        """The record of a point.

        Raises:
            FolderDamaged: The point holds no readable record.
        """
        try:
            return self._parsed(written_in(point.payload))
        except (ValidationError, FolderDamaged) as error:
            raise FolderDamaged(f"The record {point.id} is damaged.", "mneme doctor says how much is damaged, and what to do.") from error

    def records(self, points: Iterable[Found]) -> Iterator[MemoryRecord]:
        """The records of points; one that is damaged is left out, and the log says so: the rest is to be read."""
        for point in points:
            try:
                yield self.record(point)
            except FolderDamaged as error:
                log.warning("%s It is left out.", error)

    def forget(self) -> None:
        """Have nothing at hand."""
        self._parsed.cache_clear()

    def _parse(self, written: str) -> MemoryRecord:
        return MemoryRecord.model_validate_json(self._codec.decode(written))


def document_of(payload: Mapping[str, Any], codec: Codec) -> str:
    """The document in a record's payload.

    Raises:
        FolderDamaged: It is not there, or is not as it was written.
    """
    return codec.decode(written_in(payload))


def written_in(payload: Mapping[str, Any]) -> str:
    """The document as it was written.

    Raises:
        FolderDamaged: It is not there.
    """
    document = payload.get("document")
    if not isinstance(document, str):
        raise FolderDamaged("A record has no words.")
    return document


def why_unfit(record: MemoryRecord) -> str:
    """Why a record cannot be stored, or an empty string. Checked before the engine sees it: what it cannot load again bricks the folder."""
    if not is_record_id(record.id):
        return "its id is no UUID"
    if not record.text.strip():
        return "its text is blank"
    if len(record.text) > LONGEST:
        return f"its text is longer than {LONGEST} characters"
    if why := why_no_json(record.additional) or why_not_finite(record.additional):
        return f"`additional` {why}"
    return why_unwritable(record)


def why_unwritable(record: MemoryRecord) -> str:
    """Why a record cannot be written as JSON in UTF-8 and read again, or an empty string."""
    if any(
        len(name) > LONGEST_NAME for name in (record.user_id, record.character_id, record.thread_id, record.session_id, record.message_id)
    ):
        return f"one of its names is longer than {LONGEST_NAME} characters"
    try:
        written = written_record(record)
        MemoryRecord.model_validate_json(written)  # a copy of a record with other fields was never looked at
    except PydanticSerializationError as error:
        return f"it cannot be written: {error}"
    except ValidationError as error:
        return f"it could not be read again: {first_fault(error)}"
    return f"it is longer than {2 * LONGEST:,} characters in all" if len(written) > 2 * LONGEST else ""


def changed(record: MemoryRecord, **fields: Any) -> MemoryRecord:
    """The record with other values in some fields.

    Raises:
        RecordRejected: It could not be stored so.
    """
    try:
        fresh = MemoryRecord.model_validate({**dict(record), **fields})
    except ValidationError as error:
        raise RecordRejected(f"The memory cannot be changed: {first_fault(error)}.") from error
    if why := why_unfit(fresh):
        raise RecordRejected(f"The memory cannot be changed: {why}.")
    return fresh


def first_fault(error: ValidationError) -> str:
    """The first field of a record that is wrong, and why."""
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
