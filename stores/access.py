"""Who asks for memories, as whom, and what for; compiled into the engine's filter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from stores.engines.engine import AnyOf, Between, Condition, Match, Missing, Where
from stores.errors import InputError

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
        InputError: Without a user, or as a character without an id.
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


def tenant(user_id: str) -> Where:
    """All records of a user."""
    return Where(must=(Match("user_id", (user_id,)),))


def visible(access: Access, now: datetime) -> Where:
    """What this access may see: its user's records that are not deleted or expired, cut down for a character."""
    unexpired = AnyOf((Missing("expires_at"), Between("expires_at", at_least=now.timestamp() * 1_000)))
    mine = tenant(access.user_id).also(Missing("deleted_at"), unexpired)
    return mine if access.role == "owner" else mine.also(*character_conditions(access))


def character_conditions(access: Access) -> tuple[Condition, ...]:
    """A character sees what it knows of, for its purpose, and no secrets."""
    return (
        Match("known_by", (access.character_id,)),
        Match("sensitivity", ("normal", "private")),
        AnyOf((Missing("purposes"), Match("purposes", (access.purpose,)))),
    )
