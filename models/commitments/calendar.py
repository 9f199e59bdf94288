"""Days and times counted from a day, as every language counts them."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SUNDAY = 7


def next_weekday(today: date, weekday: int) -> date:
    """The next such day of the week after today; Monday is 0."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def weekday_of_week(today: date, weekday: int, weeks: int) -> date:
    """That day of the week that lies so many weeks after this one; weeks begin on Monday."""
    return today + timedelta(days=weekday - today.weekday() + 7 * weeks)


def days_of_week(today: date, weeks: int) -> list[date]:
    """The days of the week that lies so many weeks after this one; "this week", on a Sunday, is also that to come."""
    coming = [weeks, weeks + 1] if weeks == 0 and today.isoweekday() == SUNDAY else [weeks]
    return [weekday_of_week(today, weekday, week) for week in coming for weekday in range(7)]


def day_of_month(today: date, day: int, months: int = 0) -> date | None:
    """The next such day of a month from today on; with `months`, that day so many months on. None where no month has it."""
    for ahead in [months] if months else range(3):
        month = today.month - 1 + ahead
        year, number = today.year + month // 12, month % 12 + 1
        if 1 <= day <= monthrange(year, number)[1] and (months or date(year, number, day) >= today):
            return date(year, number, day)
    return None


def day_of_year(today: date, month: int, day: int) -> date | None:
    """The next such date from today on, or None where no year has it."""
    for year in range(today.year, today.year + 9):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and date(year, month, day) >= today:
            return date(year, month, day)
    return None


def end_of_month(today: date, months: int = 0) -> date:
    """The last day of this month, or of the one so many months on."""
    month = today.month - 1 + months
    year, number = today.year + month // 12, month % 12 + 1
    return date(year, number, monthrange(year, number)[1])


def at(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    """The clock's time on a day; where the clock skips it (summer time begins) as long after the skip as it lies in it."""
    wall = datetime.combine(day, time(hour, minute), zone)
    return wall.astimezone(UTC).astimezone(zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins."""
    return at(day, 0, 0, zone)
