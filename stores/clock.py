"""The one clock by which items expire, and moments as whole numbers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from stores.errors import InputError

Clock = Callable[[], datetime]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system_clock() -> datetime:
    """The moment that it is, in UTC."""
    return datetime.now(UTC)


def aware(moment: datetime) -> datetime:
    """The moment, which has a time zone.

    Raises:
        InputError: It has none, or is no moment.
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise InputError(f"{moment} is no moment with a time zone.", "Give one, such as datetime.now(UTC).")
    return moment


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(since_1970: int) -> datetime:
    """The moment of whole microseconds since 1970, in UTC."""
    return EPOCH + timedelta(microseconds=since_1970)
