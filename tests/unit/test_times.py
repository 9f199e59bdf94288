"""Moments in words, in several languages, zones and across changes of summer time."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.mind import Moment
from models.times import ago, clock_in_words, date_in_words, describe_moment, locale_named, zone_named
from stores.errors import InputError

NOW = datetime(2023, 5, 7, 14, 5, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.timezones())  # noqa: DTZ001
locales = st.sampled_from(["en", "en_GB", "en-US", "ko", "ja_JP", "de", "fr", "ar", "zh-Hans-CN", "ru", "pt_BR"])


@pytest.mark.parametrize(
    ("back", "words"),
    [
        ({}, "just now"),
        ({"seconds": 44}, "just now"),
        ({"seconds": 50}, "a minute ago"),
        ({"minutes": 3}, "three minutes ago"),
        ({"minutes": 59, "seconds": 50}, "an hour ago"),
        ({"hours": 2}, "two hours ago"),
        ({"hours": 11}, "11 hours ago"),
        ({"hours": 20}, "yesterday"),
        ({"days": 1}, "yesterday"),
        ({"days": 2}, "two days ago"),
        ({"days": 7}, "a week ago"),
        ({"days": 8}, "eight days ago"),
        ({"days": 20}, "three weeks ago"),
        ({"days": 29}, "four weeks ago"),
        ({"days": 45}, "a month ago"),
        ({"days": 61}, "two months ago"),
        ({"days": 365}, "a year ago"),
        ({"days": 540}, "18 months ago"),
        ({"days": 3653}, "ten years ago"),
        ({"days": -1}, "tomorrow"),
        ({"days": -21}, "in three weeks"),
    ],
)
def test_ago_in_english(back: dict[str, int], words: str) -> None:
    assert ago(NOW - timedelta(**back), NOW) == words


@pytest.mark.parametrize(
    ("locale", "words"),
    [("ko", "3주 전"), ("ja", "3 週間前"), ("de_DE", "vor 3 Wochen"), ("fr", "il y a 3 semaines")],
)
def test_ago_in_other_languages(locale: str, words: str) -> None:
    assert ago(NOW - timedelta(weeks=3), NOW, locale) == words


def test_a_day_is_the_calendars_of_the_zone() -> None:
    then, now = datetime(2023, 5, 6, 12, tzinfo=UTC), datetime(2023, 5, 6, 22, 30, tzinfo=UTC)
    assert ago(then, now, timezone="UTC") == "ten hours ago"
    assert ago(then, now, timezone="Europe/Berlin") == "yesterday"


def test_the_same_night_is_not_yesterday() -> None:
    assert ago(datetime(2023, 5, 6, 23, tzinfo=UTC), datetime(2023, 5, 7, 1, tzinfo=UTC)) == "two hours ago"


def test_hours_are_counted_across_a_change_to_summer_time() -> None:
    before, after = datetime(2023, 3, 26, 1, tzinfo=BERLIN), datetime(2023, 3, 26, 4, tzinfo=BERLIN)
    assert ago(before, after, timezone="Europe/Berlin") == "two hours ago"


def test_an_hour_that_comes_twice_is_an_hour_apart() -> None:
    first = datetime(2023, 10, 29, 2, 30, tzinfo=BERLIN)
    assert ago(first, first.replace(fold=1), timezone="Europe/Berlin") == "an hour ago"


def test_dates_and_clocks_follow_zone_and_locale() -> None:
    late = datetime(2023, 5, 7, 22, 5, tzinfo=UTC)
    assert date_in_words(late) == "Sunday, 7 May 2023"
    assert date_in_words(late, "Asia/Seoul") == "Monday, 8 May 2023"
    assert date_in_words(late, "Asia/Seoul", "ko_KR") == "2023년 5월 8일 월요일"
    assert date_in_words(late, "UTC", "en_US") == "Sunday, May 7, 2023"
    assert clock_in_words(late, "Europe/Berlin") == "00:05"
    assert clock_in_words(late, "UTC", "en_US") == "10:05 PM"


def test_a_moment_is_described_whole() -> None:
    moment = Moment(NOW, "Europe/Berlin", "en", NOW - timedelta(minutes=3), NOW - timedelta(hours=1), NOW - timedelta(days=21))
    assert describe_moment(moment).splitlines() == [
        "Now: Sunday, 7 May 2023, 16:05 (Europe/Berlin)",
        "Last turn: three minutes ago",
        "This session began: an hour ago",
        "Last session ended: three weeks ago (Sunday, 16 April 2023)",
    ]


def test_the_first_moment_has_nothing_before_it() -> None:
    assert describe_moment(Moment(NOW)).splitlines()[1:] == [
        "Last turn: none yet",
        "This session began: just now",
        "Last session ended: there was none",
    ]


@pytest.mark.parametrize("name", ["", "Mars/Base", "America", "../etc/passwd", "/etc/passwd", "\0", "Europe/Berlin "])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="time zone") as caught:
        zone_named(name)
    assert "Europe/Berlin" in caught.value.hint


@pytest.mark.parametrize("name", ["", "xx", "C", "_", "english", "en_XX"])
def test_unknown_locales_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="locale") as caught:
        locale_named(name)
    assert "ko" in caught.value.hint


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError, match="no time zone"):
        ago(datetime(2023, 5, 7), NOW)  # noqa: DTZ001


@given(then=moments, now=moments, locale=locales)
def test_any_two_moments_can_be_told(then: datetime, now: datetime, locale: str) -> None:
    assert ago(then, now, locale, "Asia/Tokyo").strip()
    assert describe_moment(Moment(now, "America/New_York", locale, then, then, then)).count("\n") == 3


@given(then=moments, now=moments, hours=st.integers(-12, 14))
def test_the_words_do_not_hang_on_the_zone_a_moment_is_written_in(then: datetime, now: datetime, hours: int) -> None:
    there = timezone(timedelta(hours=hours))
    assert ago(then.astimezone(there), now.astimezone(UTC)) == ago(then, now)


@given(now=moments, seconds=st.integers(45, 10**9))
def test_before_and_after_are_told_apart(now: datetime, seconds: int) -> None:
    now, back = now.astimezone(UTC), timedelta(seconds=seconds)
    before, after = ago(now - back, now), ago(now, now - back)
    assert before == "yesterday" or before.endswith(" ago")
    assert after == "tomorrow" or after.startswith("in ")
