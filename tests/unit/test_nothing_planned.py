"""What is done every week, where it is asked what is planned."""

from datetime import UTC, datetime

import pytest

from models.local.evidence import Source
from models.local.nothing_planned import done_weekly
from models.mind import Moment

NOW = datetime(2026, 5, 7, 12, tzinfo=UTC)  # a Thursday
CHOIR, TENNIS = "I have choir every Monday at 7pm.", "On Tuesdays I play tennis."
SAID = (CHOIR, TENNIS, "I do yoga every Wednesday.", "I quit yoga.", "On Thursday I went out.", "Tom swims every Thursday.")


def told(words: str, *said: str, role: str = "user") -> list[str]:
    sources = [Source(text, text, "", role, NOW, 0.5, 0.5) for text in said]
    return [quote.text for quote in done_weekly(words, sources, "Ada", Moment(NOW))]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("What do I have on Monday?", [CHOIR]),
        ("Anything on Tuesday?", [TENNIS]),
        ("What do I have next week?", [CHOIR, TENNIS]),
        ("What do I have on Wednesday?", []),  # which is over
        ("What do I have on Thursday?", []),
        ("Where do I go on Mondays?", []),
    ],
)
def test_what_is_done_on_the_days_that_are_asked_about_is_told(words: str, found: list[str]) -> None:
    assert told(words, *SAID) == found
    assert told(words, *SAID, role="assistant") == []


def test_it_is_told_in_korean_and_japanese() -> None:
    assert told("다음 주 일정이 뭐야?", "매주 월요일에 합창 연습이 있어") == ["매주 월요일에 합창 연습이 있어"]
    assert told("来週の予定は?", "毎週月曜日に合唱がある") == ["毎週月曜日に合唱がある"]
    assert told("明日の予定は?", "毎週月曜日に合唱がある") == []
