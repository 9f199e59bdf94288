"""The context of a run, from the options of a command."""

from datetime import datetime
from typing import TYPE_CHECKING

from app.options import Plans, Router, local_zone
from stores.errors import InputError

if TYPE_CHECKING:
    from nodes.context import Context


def moment_from(written: str, timezone: str) -> datetime | None:
    """The moment a person wrote; without an offset it is in their time zone.

    Raises:
        InputError: It is no ISO 8601 moment, it lies outside the calendar, or the zone is unknown.
    """
    from models.times import zone_named
    from nodes.context import require_in_calendar

    zone = zone_named(timezone)
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise InputError(f"{written!r} is no moment.", "Write it as 2026-05-07T09:30:00+02:00.") from error
    require_in_calendar(moment)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def context_from(
    user: str, character: str, now: str, location: str, user_name: str, timezone: str, locale: str, router: Router, plans: Plans
) -> "Context":
    """The run's context from the options of a command, checked before anything is opened or written.

    Raises:
        InputError: No user or character is named, or the moment, the zone or the locale is not one.
    """
    from models.times import locale_named, zone_named
    from nodes.context import Context

    zone = local_zone(timezone)
    zone_named(zone)
    locale_named(locale)
    require(user, "user", "--user, or MNEME_USER")
    require(character, "character", "--character")
    return Context(
        user_id=user,
        character_id=character,
        now=moment_from(now, zone),
        location=location,
        user_name=user_name,
        timezone=zone,
        locale=locale,
        router=router,
        plans=plans,
        after_turn="deferred",  # nobody waits for a reflection before they read their answer
    )


def require(id: str, what: str, option: str) -> None:
    """Refuses an id that is blank.

    Raises:
        InputError: It is.
    """
    if not id.strip():
        raise InputError(f"No {what} is named.", f"Name one with {option}.")
