"""What is told without any memory, in the language of the question."""

from datetime import UTC, datetime

import pytest

from models.local.without_memory import told_without_memory
from models.mind import AnswerRequest, Character, Moment

NOW = datetime(2026, 5, 4, 6, 30, tzinfo=UTC)  # a Monday
ENGLISH = "It is Monday, 4 May 2026, 15:30"
KOREAN = "지금은 2026년 5월 4일 월요일, 오후 3:30입니다"
JAPANESE = "今は2026年5月4日月曜日、15:30です"


def told(words: str) -> str:
    return told_without_memory(AnswerRequest(words, Character("mneme", name="Mneme", location="Kyoto"), Moment(NOW, "Asia/Seoul")))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("What day is it?", ENGLISH),
        ("what's the date today", ENGLISH),
        ("what's today?", ENGLISH),
        ("what year is it", ENGLISH),
        ("What's today's date?", ENGLISH),
        ("Is it Monday?", f"Yes. {ENGLISH}"),
        ("Is today Tuesday?", f"No. {ENGLISH}"),
        ("What's tomorrow's date?", "That is Tuesday, 5 May 2026."),
        ("What day is it tomorrow?", "That is Tuesday, 5 May 2026."),
        ("What day was yesterday?", "That is Sunday, 3 May 2026."),
        ("오늘 며칠이야?", KOREAN),
        ("오늘이 무슨 요일이지", KOREAN),
        ("지금 몇 시야?", KOREAN),
        ("내일 며칠이야?", "2026년 5월 5일 화요일입니다."),
        ("今日は何日\uff1f", JAPANESE),
        ("今日は何曜日ですか", JAPANESE),
        ("今何時\uff1f", JAPANESE),
        ("明日は何日\uff1f", "2026年5月5日火曜日です。"),
        ("Who are you?", "I am Mneme, running without a language model"),
        ("너 누구야?", "저는 Mneme입니다. 언어 모델 없이"),
        ("뭐 할 수 있어?", "저는 Mneme입니다."),
        ("あなたは誰\uff1f", "Mnemeです。言語モデルなし"),
        ("何ができるの\uff1f", "Mnemeです。"),
        ("Where are you?", "I am in Kyoto."),
    ],
)
def test_who_one_is_and_what_day_it_is_are_told(words: str, said: str) -> None:
    assert told(words).startswith(said)


@pytest.mark.parametrize(
    "words",
    [
        "What's today's plan?",
        "What day is my exam?",
        "Is it Monday that I fly?",
        "Is it Monday tomorrow?",
        "What year was I born?",
        "What day was the party?",
        "시험이 며칠이야?",
        "회의 몇 시야?",
        "오늘 몇 시에 회의야?",
        "그 사람 누구야?",
        "오늘 뭐 할 수 있어?",
        "試験は何日\uff1f",
        "今日の会議は何時\uff1f",
        "健太は誰\uff1f",
        "健太は何ができる\uff1f",
    ],
)
def test_what_memory_answers_is_left_to_it(words: str) -> None:
    assert told(words) == ""
