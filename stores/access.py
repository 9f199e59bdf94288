"""Who asks for memories, as whom, and what for; compiled into the engine's filter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from stores.engines.engine import Between, Condition, Match, Where
from stores.errors import InputError
from stores.points import OWNER, milliseconds, token
from stores.record import writable

AccessRole = Literal["character", "owner"]


@dataclass(frozen=True)
class Access:
    """Who asks.

    Attributes:
        user_id: Whose memory it is. Without one nothing is read or written.
        character_id: The character who asks; needed for the role `character`.
        role: A `character` sees what it was there for and what is not secret; the `owner` sees all that is theirs.
        purpose: What for. A record with purposes of its own is seen for these alone.

    Raises:
        InputError: Without a user, as a character without an id, or with a name that is no text.
    """

    user_id: str
    character_id: str = ""
    role: AccessRole = "character"
    purpose: str = "answer"

    def __post_init__(self) -> None:
        if not self.user_id.strip():
            raise InputError("Memory is only read or written for a user.", "Give a user id.")
        if self.role == "character" and not self.character_id:
            raise InputError("A character that asks for memories needs an id.", "Give a character id, or ask as the owner.")
        if not all(writable(name) for name in (self.user_id, self.character_id, self.purpose)):
            raise InputError("A name holds half of a character.", "Send proper Unicode.")


def tenant(user_id: str) -> Where:
    """All records of a user."""
    return Where(must=(Match("user_id", (user_id,)),))


def owned(access: Access) -> Where:
    """All records of the access's user that it may ever see: a character sees what it knows of, for its purpose, and no secrets."""
    mine = tenant(access.user_id)
    return mine if access.role == "owner" else mine.also(open_for("see", access))


def visible(access: Access, now: datetime) -> Where:
    """What this access may see at a moment: neither hidden nor expired, and not given way to another by then."""
    return owned(access).also(living(now))


def recallable(access: Access, now: datetime) -> Where:
    """What this access may recall at a moment: what it may see, but for what repeats memory or only tells of Mneme itself."""
    return tenant(access.user_id).also(living(now), open_for("recall", access))


def living(now: datetime) -> Condition:
    """The record is not over at a moment."""
    return Between("ends_at", at_least=milliseconds(now) + 1)


def open_for(doing: Literal["see", "recall"], access: Access) -> Condition:
    """The record is open to who asks: a character for any purpose, or for this one; or its owner."""
    if access.role == "owner":
        return Match("open_to", (token(doing, *OWNER),))
    return Match("open_to", (token(doing, access.character_id), token(doing, access.character_id, access.purpose)))
