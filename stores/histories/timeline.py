"""When things were said: the data sets' ways of writing a time, and messages laid out along it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from stores.histories.checks import Unfit
from stores.histories.history import History, HistorySession, Said, Unreadable

BETWEEN_MESSAGES = timedelta(seconds=1)
NOON = timedelta(hours=12)
WEEKDAY = re.compile(r"\s*\([^()]*\)")
YEARS = range(1000, 9000)


def realmem_moment(written: str, zone: tzinfo | None) -> datetime:
    """`2025-12-15 (Monday)`: noon of that day, which is the same day nearly everywhere, as midnight is not.

    Raises:
        Unfit: When it is written otherwise.
    """
    return in_utc(_read(WEEKDAY.sub("", written), "%Y-%m-%d") + NOON, zone)


def locomo_moment(written: str, zone: tzinfo | None) -> datetime:
    """`1:56 pm on 8 May, 2023`.

    Raises:
        Unfit: When it is written otherwise.
    """
    return in_utc(_read(written, "%I:%M %p on %d %B, %Y"), zone)


def longmemeval_moment(written: str, zone: tzinfo | None) -> datetime:
    """`2023/05/20 (Sat) 08:00`.

    Raises:
        Unfit: When it is written otherwise.
    """
    return in_utc(_read(WEEKDAY.sub("", written), "%Y/%m/%d %H:%M"), zone)


def iso_moment(written: str, zone: tzinfo | None) -> datetime:
    """ISO 8601. Without an offset of its own it is a time of `zone`.

    Raises:
        Unfit: When it is written otherwise, or has no offset and there is no zone.
    """
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as trouble:
        raise Unfit(f"{written!r} is not an ISO 8601 time, such as 2026-03-01T09:30:00+01:00") from trouble
    if moment.tzinfo is None and zone is None:
        raise Unfit(f"{written!r} has no time zone: write 2026-03-01T09:30:00+01:00, or say the zone of the file")
    return in_utc(moment, zone)


def epoch_moment(value: object) -> datetime:
    """Seconds since 1970 in UTC, as a number or as its digits.

    Raises:
        Unfit: When it is something else, or too far away.
    """
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        return in_utc(datetime.fromtimestamp(float(value), UTC), None)
    except (ValueError, OverflowError, OSError) as trouble:
        raise Unfit("its time is missing" if value is None else f"{value!r} is not a number of seconds since 1970") from trouble


def _read(written: str, pattern: str) -> datetime:
    try:
        # The data carry no zone; in_utc adds the one that is assumed.
        return datetime.strptime(written.strip(), pattern)  # noqa: DTZ007
    except ValueError as trouble:
        raise Unfit(f"{written!r} is not a time as this format writes it") from trouble


def in_utc(moment: datetime, zone: tzinfo | None) -> datetime:
    """The moment in UTC; one that has no zone is taken to be of `zone`, or of UTC when there is none.

    Raises:
        Unfit: When the year is not between 1000 and 8999.
    """
    if moment.year not in YEARS:
        raise Unfit(f"the year {moment.year} is not between {YEARS.start} and {YEARS.stop - 1}")
    placed = moment if moment.tzinfo else moment.replace(tzinfo=zone or UTC)
    return placed.astimezone(UTC)


def laid_out(sessions: Iterable[HistorySession]) -> tuple[HistorySession, ...]:
    """Sessions in the order of time, for data that date a session and not its messages.

    The first message is given the session's time and each one after it a second more. A session that is dated no later than
    the end of the one before (two on one day, where only the day is known) begins a second after that end. So the order is kept.
    """
    placed: list[HistorySession] = []
    free = datetime.min.replace(tzinfo=UTC)
    for session in sorted((session for session in sessions if session.said), key=lambda session: session.began_at):
        began_at = max(session.began_at, free)
        said = tuple(replace(one, said_at=began_at + number * BETWEEN_MESSAGES) for number, one in enumerate(session.said))
        placed.append(replace(session, began_at=began_at, said=said))
        free = said[-1].said_at + BETWEEN_MESSAGES
    return tuple(placed)


def sifted(values: Sequence[object], read: Callable[[int, object], Said], place: str) -> tuple[tuple[Said, ...], list[Unreadable]]:
    """What of `values` can be read as messages, and what cannot, each with its number from 1 and the reason."""
    said: list[Said] = []
    unreadable: list[Unreadable] = []
    for index, value in enumerate(values):
        try:
            said.append(read(index, value))
        except Unfit as trouble:
            unreadable.append(Unreadable(0, f"{place}, message {index + 1}: {trouble}"))
    return tuple(said), unreadable


def without_repeats(sessions: Iterable[HistorySession]) -> tuple[list[HistorySession], list[Unreadable]]:
    """The sessions with every message id once. A second message of one id would get the record id of the first: it is reported."""
    seen: set[str] = set()
    kept: list[HistorySession] = []
    repeats: list[Unreadable] = []
    for session in sessions:
        new = []
        for said in session.said:
            if said.message_id in seen:
                repeats.append(Unreadable(0, f"session {session.id}: a second message with the id {said.message_id!r}"))
            else:
                seen.add(said.message_id)
                new.append(said)
        kept.append(replace(session, said=tuple(new)))
    return kept, repeats


def history_of(name: str, user_name: str, source: str, sessions: Iterable[HistorySession], unreadable: Iterable[Unreadable]) -> History:
    """A history of sessions that are dated as a whole: each message id once, laid out along the time."""
    kept, repeats = without_repeats(sessions)
    return History(name, user_name, source, laid_out(kept), (*unreadable, *repeats))
