"""Times of plans in words, in the language of the user."""

from datetime import UTC, datetime, timedelta

import pytest

from models.agenda import clock_told, when_planned
from models.mind import Moment
from stores.plans import PlanItem

NOW = datetime(2026, 5, 7, 9, tzinfo=UTC)  # a Thursday
MIDNIGHT = NOW - timedelta(hours=9)


def planned(locale: str, start: datetime, end: datetime | None = None, *, all_day: bool = False) -> str:
    return when_planned(PlanItem(what="trip", start=start, end=end, all_day=all_day), Moment(NOW, locale=locale))


@pytest.mark.parametrize(
    ("locale", "days", "today", "hours"),
    [
        ("en", "Saturday, 9 May 2026 to Monday, 11 May 2026", "today", "today, 15:00 to 17:00"),
        ("ko", "2026년 5월 9일 토요일부터 2026년 5월 11일 월요일까지", "2026년 5월 7일 목요일 (오늘)", "오후 3:00부터 오후 5:00까지"),
        ("ja", "2026年5月9日土曜日から2026年5月11日月曜日まで", "2026年5月7日木曜日 (今日)", "15:00から17:00まで"),
        ("ko_KR", "2026년 5월 9일 토요일부터 2026년 5월 11일 월요일까지", "2026년 5월 7일 목요일 (오늘)", "오후 3:00부터 오후 5:00까지"),
        ("de", "Samstag, 9. Mai 2026 to Montag, 11. Mai 2026", "Donnerstag, 7. Mai 2026 (today)", "15:00 to 17:00"),
    ],
)
def test_times_are_told_in_the_language_of_the_user(locale: str, days: str, today: str, hours: str) -> None:
    assert planned(locale, MIDNIGHT + timedelta(days=2), MIDNIGHT + timedelta(days=5), all_day=True).startswith(days + " (")
    assert planned(locale, MIDNIGHT, MIDNIGHT + timedelta(days=1), all_day=True) == today
    assert hours in planned(locale, NOW + timedelta(hours=6), NOW + timedelta(hours=8))


def test_the_clock_is_told_where_the_user_is() -> None:
    assert clock_told(NOW, Moment(NOW, "Asia/Seoul", "ko")) == "오후 6:00"
    assert clock_told(NOW, Moment(NOW, "UTC", "ko")) == "오전 9:00"
    assert clock_told(NOW, Moment(NOW, "UTC", "en_US")) == "9:00 AM"
