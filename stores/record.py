"""The unit of memory: one record, and what it is made of."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args
from uuid import UUID, uuid5

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

SCHEMA_VERSION = 3
RECORD_IDS = UUID("6f1c2a52-93d5-5d0f-9a7e-0d8d1d1f2b10")
IDS_AT_HAND = 10_000  # the messages of a window are named several times a turn
AS_JSON = json.JSONEncoder(ensure_ascii=False)  # json.dumps makes one at every call

Kind = Literal["turn", "snapshot", "reflection", "plan", "profile", "fact"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Tier = Literal["working", "episodic", "long_term"]
Sensitivity = Literal["normal", "private", "secret"]
Origin = Literal["said", "imported", "inferred", "recalled", "notice"]
Role = Literal["user", "assistant", "system"]


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC."""
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Policy(Frozen):
    """What may be done with a record.

    Attributes:
        sensitivity: `secret` is never recalled for an answer; `private` only by its owner's own characters.
        purposes: The purposes it may be recalled for; empty means any.
        expires_at: After this moment it is no longer recalled.
        pinned: Never forgotten by itself.
    """

    sensitivity: Sensitivity = "normal"
    purposes: tuple[str, ...] = ()
    expires_at: Moment | None = None
    pinned: bool = False


class Trust(Frozen):
    """Where the words come from, and how far they can be relied on.

    Attributes:
        origin: `said` in conversation, `imported` from elsewhere, `inferred` by a model; `recalled` repeats what is already remembered
            and `notice` tells of Mneme itself: neither is ever recalled, so memory does not feed on itself.
        confidence: Between 0 and 1.
    """

    origin: Origin = "said"
    confidence: float = Field(default=1.0, ge=0, le=1)


class MemoryRecord(Frozen):
    """One thing remembered.

    Times are UTC. `said_at` is when it was said or happened, `created_at` when it was stored. `ordinal` counts the
    messages of a thread from 0; `previous_message_id` is the message before this one. `known_by` names the characters who were there.
    `derived_from` and `supersedes` hold record ids. `importance` runs from 1 to 10. `domains` are tags with weights between 0 and 1.
    `source`, `description` and `additional` are Semantic Kernel's metadata.

    Other words under one id are a *version*: `version_of` names the first one. A record that gave way to another carries its id in
    `superseded_by`, and from `superseded_at` on it is no longer recalled. One with `deleted_at` is hidden until it is restored.
    `weight` is how much the gate lets it count in ranking, between 0 and 1.
    """

    id: str
    user_id: str = Field(min_length=1)
    character_id: str = Field(min_length=1)
    kind: Kind
    tier: Tier = "episodic"
    text: str = Field(min_length=1)
    speaker: str = ""
    role: Role = "user"
    said_at: Moment
    created_at: Moment
    updated_at: Moment | None = None
    deleted_at: Moment | None = None
    thread_id: str = ""
    session_id: str = ""
    ordinal: int = Field(default=0, ge=0)
    message_id: str = ""
    previous_message_id: str = ""
    known_by: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    superseded_by: str = ""
    superseded_at: Moment | None = None
    version_of: str = ""
    weight: float = Field(default=1.0, ge=0, le=1)
    importance: float | None = Field(default=None, ge=1, le=10)
    domains: dict[str, float] = Field(default_factory=dict)
    language: str = ""
    place: str = ""
    source: str = ""
    description: str = ""
    additional: dict[str, JsonValue] = Field(default_factory=dict)
    policy: Policy = Policy()
    trust: Trust = Trust()
    schema_version: int = SCHEMA_VERSION

    @property
    def counts_from(self) -> datetime:
        """From when on it stands in the place of others: when it was said; a version, which says the same otherwise, once it is stored."""
        return min(self.said_at, self.created_at) if self.version_of else self.said_at


@lru_cache(maxsize=IDS_AT_HAND)
def record_id(user_id: str, thread_id: str, message_id: str, part: str) -> str:
    """The id of the record made from one part of one message: the same input gives the same id, on every machine."""
    return id_of(user_id, thread_id, message_id, part)


def version_id(record: MemoryRecord, text: str) -> str:
    """The id of the version that follows a record with other words."""
    return id_of(record.user_id, record.thread_id, record.message_id, f"{record.id}\x1f{text}")


def id_of(*parts: str) -> str:
    """A UUID that names these texts."""
    return str(uuid5(RECORD_IDS, AS_JSON.encode(parts)))


def is_record_id(text: str) -> bool:
    """Whether the text can be the id of a record."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def writable(text: str) -> bool:
    """Whether the text can be written as UTF-8: it holds no lone surrogate."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def written_record(record: MemoryRecord) -> str:
    """The record as it is written: JSON without what is as by default, which reading fills in; that is half the bytes.

    The schema is always told: what its fields are by default may change with it.

    Raises:
        PydanticSerializationError: A text is no Unicode.
    """
    told = record.model_dump_json(exclude_defaults=True, exclude={"schema_version"})
    return f'{told[:-1]},"schema_version":{record.schema_version}}}'


def as_document(record: MemoryRecord) -> dict[str, Any]:
    """The record as plain JSON values."""
    return record.model_dump(mode="json")
