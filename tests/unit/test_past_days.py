"""The days gone by that words name."""

from datetime import date

import pytest

from models.local.past_days import days_gone, without_days

TUESDAY = date(2026, 5, 12)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", "2026-05-12", ""),
        ("yesterday", "2026-05-11", ""),
        ("three days ago", "2026-05-09", ""),
        ("on Friday", "2026-05-08", ""),
        ("on Tuesday", "2026-05-05", ""),
        ("on May 4", "2026-05-04", ""),
        ("on the 3rd of May", "2026-05-03", ""),
        ("on June 4", "2025-06-04", ""),
        ("on 4 May 2024", "2024-05-04", ""),
        ("on the 30th", "2026-04-30", ""),
        ("last week", "2026-05-04", "2026-05-10"),
        ("two weeks ago", "2026-04-27", "2026-05-03"),
        ("last weekend", "2026-05-09", "2026-05-10"),
        ("last month", "2026-04-01", "2026-04-30"),
        ("in March", "2026-03-01", "2026-03-31"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("what was in 2024", "2024-01-01", "2024-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("어제", "2026-05-11", ""),
        ("3일 전에", "2026-05-09", ""),
        ("지난주에", "2026-05-04", "2026-05-10"),
        ("지난 주 금요일에", "2026-05-08", ""),
        ("금요일에", "2026-05-08", ""),
        ("5월 4일에", "2026-05-04", ""),
        ("이번 달", "2026-05-01", "2026-05-31"),
        ("一昨日", "2026-05-10", ""),
        ("先週", "2026-05-04", "2026-05-10"),
        ("先週の月曜日", "2026-05-04", ""),
        ("2週間前", "2026-04-27", "2026-05-03"),
        ("5月4日", "2026-05-04", ""),
        ("去年", "2025-01-01", "2025-12-31"),
    ],
)
def test_words_name_days_gone_by(words: str, first: str, last: str) -> None:
    found = days_gone(words, TUESDAY)
    assert found is not None
    assert (str(found.first), str(found.last)) == (first, last or first)


@pytest.mark.parametrize("words", ["tomorrow", "next week", "on May 4 2027", "on 31 February", "a few days ago", "in a week", "about Rex"])
def test_other_words_name_none(words: str) -> None:
    assert days_gone(words, TUESDAY) is None


def test_what_is_said_beside_the_days() -> None:
    assert without_days("to Tom on Monday").split() == ["to", "Tom"]
    assert without_days("어제 지수에게").split() == ["지수에게"]
