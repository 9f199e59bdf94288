"""Times in words: what a person would say of a moment, in their language and their time zone."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta

from models.mind import Moment
from stores.errors import InputError

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]

JUST_NOW_S = 45
# What was said late in the evening was said "two hours ago", not "yesterday", while the night lasts.
SAME_NIGHT_S = 6 * 3600
DAYS_A_MONTH = 30.436875
DAYS_A_YEAR = 365.2425
SPELLED = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LENGTHS: dict[Unit, timedelta] = {
    # As Babel counts them.
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises:
        InputError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(f"There is no time zone {name!r}.", "Use an IANA name such as Europe/Berlin, Asia/Seoul or UTC.") from error


@lru_cache(maxsize=64)
def locale_named(name: str) -> Locale:
    """The locale of a name such as `en`, `en_GB`, `ko-KR`.

    Raises:
        InputError: There is no such locale.
    """
    try:
        return Locale.parse(name.split(".")[0].replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise InputError(f"There is no locale {name!r}.", "Use a name such as en, en_GB, ko or ja_JP.") from error


def here_and_now(moment: Moment) -> datetime:
    """Now, where the user is.

    Raises:
        InputError: There is no such zone.
    """
    return moment.now.astimezone(zone_named(moment.timezone))


def ago(then: datetime, now: datetime, locale: str = "en", timezone: str = "UTC") -> str:
    """How long before `now` something was: "just now", "yesterday", "three weeks ago"; "in two days" where it is still to come.

    Days are the calendar's, in `timezone`; what is longer is rounded.

    Raises:
        InputError: The zone or the locale is unknown, or a moment has no time zone.
    """
    then, now, language = _in_utc(then), _in_utc(now), locale_named(locale)
    count, unit = _span(then, now, zone_named(timezone))
    if language.language == "en":
        return _in_english(count, unit, future=then > now)
    span = count * LENGTHS[unit] * (1 if then > now else -1)
    return _plain(format_timedelta(span, granularity=unit, threshold=count, add_direction=True, locale=language))


@lru_cache(maxsize=4096)
def date_in_words(moment: datetime, timezone: str = "UTC", locale: str = "en") -> str:
    """The day of a moment: "Sunday, 7 May 2023".

    Raises:
        InputError: The zone or the locale is unknown, or the moment has no time zone.
    """
    language = locale_named(locale)
    pattern = "EEEE, d MMMM y" if _is_plain_english(language) else "full"
    return _plain(format_date(_local(moment, timezone), pattern, locale=language))


def clock_in_words(moment: datetime, timezone: str = "UTC", locale: str = "en") -> str:
    """The clock's time at a moment: "14:05", or as the locale writes it.

    Raises:
        InputError: The zone or the locale is unknown, or the moment has no time zone.
    """
    language = locale_named(locale)
    pattern = "HH:mm" if _is_plain_english(language) else "short"
    return _plain(format_time(_local(moment, timezone), pattern, tzinfo=zone_named(timezone), locale=language))


def describe_moment(moment: Moment) -> str:
    """Where a turn stands in time, one fact a line, in the user's locale and zone.

    Raises:
        InputError: The zone or the locale is unknown, or a moment has no time zone.
    """
    day = date_in_words(moment.now, moment.timezone, moment.locale)
    clock = clock_in_words(moment.now, moment.timezone, moment.locale)
    return "\n".join(
        (
            f"Now: {day}, {clock} ({moment.timezone})",
            f"Last turn: {_when(moment.last_turn_at, moment) or 'none yet'}",
            f"This session began: {_when(moment.session_began_at, moment) or 'just now'}",
            f"Last session ended: {_when(moment.last_session_ended_at, moment) or 'there was none'}",
        )
    )


def _when(then: datetime | None, moment: Moment) -> str:
    """Its age, and its date where that is another day's."""
    if then is None:
        return ""
    age = ago(then, moment.now, moment.locale, moment.timezone)
    day = date_in_words(then, moment.timezone, moment.locale)
    return age if day == date_in_words(moment.now, moment.timezone, moment.locale) else f"{age} ({day})"


def _span(then: datetime, now: datetime, zone: tzinfo) -> tuple[int, Unit]:
    """The distance between two UTC moments in the unit that a person would use, at least one of it."""
    seconds = abs((now - then).total_seconds())
    if seconds < JUST_NOW_S:
        return max(1, round(seconds)), "second"
    if round(seconds / 60) < 60:
        return max(1, round(seconds / 60)), "minute"
    days = abs((now.astimezone(zone).date() - then.astimezone(zone).date()).days)
    if days == 0 or seconds < SAME_NIGHT_S:
        return round(seconds / 3600), "hour"
    return _span_of_days(days)


def _span_of_days(days: int) -> tuple[int, Unit]:
    if days < 14 and days != 7:
        return days, "day"
    if days < 30:
        return round(days / 7), "week"
    months = round(days / DAYS_A_MONTH)
    if months < 24 and months != 12:
        return months, "month"
    return round(days / DAYS_A_YEAR), "year"


def _in_english(count: int, unit: Unit, *, future: bool) -> str:
    if unit == "second":
        return "just now"
    if unit == "day" and count == 1:
        return "tomorrow" if future else "yesterday"
    number = SPELLED[count] if count < len(SPELLED) else str(count)
    if count == 1:
        number = "an" if unit == "hour" else "a"
    words = f"{number} {unit}{'' if count == 1 else 's'}"
    return f"in {words}" if future else f"{words} ago"


def _is_plain_english(locale: Locale) -> bool:
    """English of no country: the day before the month and 24 hours are read everywhere."""
    return str(locale) == "en"


def _plain(text: str) -> str:
    """Locales write narrow and unbreakable spaces, which terminals and models read badly."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def _in_utc(moment: datetime) -> datetime:
    # Python subtracts moments of one zone by the clock on the wall, an hour wrong across a change to summer time: count in UTC.
    if moment.utcoffset() is None:
        raise InputError("A moment has no time zone.", "Write it with its offset, as in 2026-05-07T09:30:00+02:00.")
    return moment.astimezone(UTC)


def _local(moment: datetime, timezone: str) -> datetime:
    return _in_utc(moment).astimezone(zone_named(timezone))
