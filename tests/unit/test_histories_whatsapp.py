"""Exports of WhatsApp: every dialect is read back as it was written, ids stay, and each line is in a message or reported."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stores.errors import InputError
from stores.histories import whatsapp
from stores.histories.history import History, ReadOptions, Said
from stores.histories.stamps import stamp_of

LISBON = ZoneInfo("Europe/Lisbon")
ANN = ReadOptions(zone=LISBON, user_name="Ann")

ANDROID = """\
12/31/23, 9:40\u202fPM - Messages and calls are end-to-end encrypted. Tap to learn more.
12/31/23, 9:41\u202fPM - Ann: Are you coming tonight?
12/31/23, 9:41\u202fPM - Ben: Yes: I bring
the cake
12/31/23, 9:43\u202fPM - Ann: 👍
12/31/23, 9:43\u202fPM - Ann: 👍
1/1/24, 10:04\u202fAM - \u202a+44 7700 900123\u202c: who is this?
"""


def history(text: str, options: ReadOptions = ANN, name: str = "chat.txt") -> History:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", newline="")
        (found,) = whatsapp.read(path, options)
    return found


def said_in(found: History) -> list[Said]:
    return [said for _, said in found.spoken()]


def test_a_chat_is_read_with_its_speakers_and_times() -> None:
    found = history(ANDROID)
    first, second, third, _, last = said_in(found)
    assert (first.speaker, first.role, first.text) == ("Ann", "user", "Are you coming tonight?")
    assert (second.speaker, second.role, second.text) == ("Ben", "assistant", "Yes: I bring\nthe cake")
    assert third.said_at == datetime(2023, 12, 31, 21, 43, tzinfo=UTC)
    assert last.speaker == "+44 7700 900123"
    assert [len(session.said) for session in found.sessions] == [4, 1]
    assert (found.user_name, found.source) == ("Ann", "whatsapp:chat.txt")
    assert [(one.line, "end-to-end" in one.why) for one in found.unreadable] == [(1, True)]


def test_ids_are_those_of_a_longer_export_under_another_name_and_zone() -> None:
    before = history(ANDROID)
    longer = f"{ANDROID}1/1/24, 10:04\u202fAM - Ben: 👍\n"
    after = history(longer, ReadOptions(zone=UTC, user_name="ben"), "_chat.txt")
    assert after.thread_id == before.thread_id
    ids = [said.message_id for said in said_in(before)]
    assert [said.message_id for said in said_in(after)][: len(ids)] == ids
    assert len(set(ids)) == len(ids)


def test_an_iphone_and_an_android_phone_give_one_chat_the_same_ids() -> None:
    iphone = "[31/12/2023, 21:41:05] Ann: Are you coming tonight?\r\n[31/12/2023, 21:41:30] ~\u202fBen: Yes: I bring\r\nthe cake\r\n"
    ids = [said.message_id for said in said_in(history(ANDROID))]
    found = history(iphone)
    assert [said.message_id for said in said_in(found)] == ids[:2]
    assert said_in(found)[1].speaker == "Ben"
    assert found.thread_id == history(ANDROID).thread_id


def test_a_thread_can_be_named() -> None:
    assert history(ANDROID, ReadOptions(zone=LISBON, user_name="Ann", thread="with Ben")).thread_id == "whatsapp:with Ben"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("31.12.23, 21:50 - Ben hat die Gruppe verlassen", "a notice"),
        ('31.12.23, 21:50 - Ann changed the subject to "Rome: the plan"', "a notice"),
        ("31.12.23, 21:50 - Ben: <Medien ausgeschlossen>", "media without words"),
        ("31.12.23, 21:50 - Ben: IMG-20231231-WA0001.jpg (Datei angehängt)", "media without words"),
        ("31.12.23, 21:50 - Ben: Diese Nachricht wurde gelöscht.", "deleted"),
        ("31.12.23, 21:50 - Ben: ", "is empty"),
        ("31.12.23, 21:50 - Ben:", "is empty"),
        ("31.12.23, 21:50 - Ben: a\0b", "NUL"),
        ("31.12.23, 21:50 - \u200e: hello", "speaker is empty"),
        ("45.12.23, 21:50 - Ben: hello\nand more", "no such date"),
    ],
)
def test_what_nobody_said_is_reported(line: str, why: str) -> None:
    found = history(f"31.12.23, 21:41 - Ann: hello\n{line}\n31.12.23, 21:59 - Ben: bye\n")
    assert [said.text for said in said_in(found)] == ["hello", "bye"]
    (trouble,) = found.unreadable
    assert (trouble.line, trouble.lines) == (2, line.count("\n") + 1)
    assert why in trouble.why


@pytest.mark.parametrize(
    "text",
    [
        "\u200eimage omitted",
        "\u200e<attached: 00000012-PHOTO.jpg>",
        "\u200eMissed voice call",
        "Messages to this chat and calls are now secured with end-to-end encryption.",
    ],
)
def test_what_the_iphone_app_wrote_itself_is_reported(text: str) -> None:
    found = history(f"[31/12/2023, 21:41:05] Ann: hello\n\u200e[31/12/2023, 21:42:05] Ann: {text}\n")
    assert [said.text for said in said_in(found)] == ["hello"]
    assert [one.line for one in found.unreadable] == [2]


def test_a_chat_copied_into_a_message_stays_in_it() -> None:
    copied = "[30/12/2023, 10:00:00] Cleo: the plan"
    found = history(f"31.12.23, 21:41 - Ann: look\n{copied}\n31.12.23, 21:42 - Ben: oh\n")
    assert [said.text for said in said_in(found)] == [f"look\n{copied}", "oh"]


def test_a_message_that_arrived_late_stands_where_it_was_said() -> None:
    found = history("31.12.23, 21:41 - Ann: second\n31.12.23, 21:40 - Ben: first\n")
    assert [said.text for said in said_in(found)] == ["first", "second"]


@pytest.mark.parametrize(
    "line",
    [
        "31.12.23",
        "31.12.23, 25:00 - Ann: x",
        "31.12.23, 9:60 - Ann: x",
        "31.12.23, 15:00 AM - Ann: x",
        "31.12.23, 9:00 Ann: x",
        "31.12.23, 9:00, Ann: x",
        "[31.12.23, 9:00 - Ann: x",
        "31.12.23, 9:00] Ann: x",
        "31.12.23, some 9:00 - Ann: x",
        "at 9:00 - Ann: x",
    ],
)
def test_what_is_no_stamp_goes_on_with_the_message_before(line: str) -> None:
    found = history(f"31.12.23, 21:41 - Ann: hello\n{line}\n")
    assert [said.text for said in said_in(found)] == [f"hello\n{line}"]


def test_kakaotalk_is_read_and_its_headings_are_reported() -> None:
    found = history(
        "앤 님과 카카오톡 대화\n저장한 날짜 : 2024년 1월 2일 오전 8:00\n\n2023년 12월 31일 오후 9:41\n"
        "2023년 12월 31일 오후 9:41, 앤 : 오늘 와?\n2023년 12월 31일 오후 9:42, 벤님이 나갔습니다.\n",
        ReadOptions(zone=ZoneInfo("Asia/Seoul"), user_name="앤"),
    )
    (said,) = said_in(found)
    assert (said.speaker, said.text, said.said_at) == ("앤", "오늘 와?", datetime(2023, 12, 31, 12, 41, tzinfo=UTC))
    assert [one.line for one in found.unreadable] == [1, 2, 4, 6]


KAKAOTALK = {
    "android": (
        "2023년 12월 31일 오후 9:41\n2023년 12월 31일 오후 9:41, 앤 : 오늘 와?\n2023년 12월 31일 오후 9:42, 벤 : 응\n둘째 줄\n",
        "\n2024년 1월 1일 오전 9:00\n2024년 1월 1일 오전 9:00, 앤 : 안녕\n2024년 1월 1일 오전 9:01, 벤님이 나갔습니다.\n",
    ),
    "iphone": (
        "2023년 12월 31일 일요일\n2023. 12. 31. 오후 9:41, 앤 : 오늘 와?\n2023. 12. 31. 오후 9:42, 벤 : 응\n둘째 줄\n",
        "\n2024년 1월 1일 월요일\n2024. 1. 1. 오전 9:00, 앤 : 안녕\n2024. 1. 1. 오전 9:01: 벤님이 나갔습니다.\n",
    ),
}


@pytest.mark.parametrize("phone", KAKAOTALK)
def test_kakaotalk_s_headings_and_notices_belong_to_no_message(phone: str) -> None:
    earlier, later = KAKAOTALK[phone]
    options = ReadOptions(zone=ZoneInfo("Asia/Seoul"), user_name="앤")
    found = history(earlier + later, options)
    assert [(said.speaker, said.text) for said in said_in(found)] == [("앤", "오늘 와?"), ("벤", "응\n둘째 줄"), ("앤", "안녕")]
    assert [(one.line, one.lines) for one in found.unreadable] == [(1, 1), (5, 2), (8, 1)]
    before = [said.message_id for said in said_in(history(earlier, options))]
    assert [said.message_id for said in said_in(found)][:2] == before


def test_a_date_in_a_message_of_whatsapp_is_no_heading() -> None:
    found = history("2023. 12. 31. 오후 9:41 - 앤: 우리 만난 날\n2023년 5월 1일 월요일\n", ReadOptions(zone=UTC, user_name="앤"))
    assert [said.text for said in said_in(found)] == ["우리 만난 날\n2023년 5월 1일 월요일"]


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["12/31/23"], datetime(2023, 12, 31, 21, 41, tzinfo=UTC)),
        (["05/06/23", "31/12/23"], datetime(2023, 6, 5, 20, 41, tzinfo=UTC)),
        (["05/06/23", "06/05/23", "06/07/23"], datetime(2023, 5, 6, 20, 41, tzinfo=UTC)),
        (["2023/05/06"], datetime(2023, 5, 6, 20, 41, tzinfo=UTC)),
        (["23. 5. 6. 오후"], datetime(2023, 5, 6, 20, 41, tzinfo=UTC)),
        (["23. 12. 31."], datetime(2023, 12, 31, 21, 41, tzinfo=UTC)),
        (["31. 12. 2023."], datetime(2023, 12, 31, 21, 41, tzinfo=UTC)),
        (["31.12.23."], datetime(2023, 12, 31, 21, 41, tzinfo=UTC)),
    ],
)
def test_the_whole_file_decides_between_day_and_month(dates: list[str], first: datetime) -> None:
    clock = "9:41" if "오후" in dates[0] else "21:41"
    found = history("".join(f"{day}, {clock} - Ann: hello\n" if "오후" not in day else f"{day} {clock} - Ann: hello\n" for day in dates))
    assert said_in(found)[0].said_at == first
    assert len(said_in(found)) == len(dates)


def test_dates_that_can_be_read_in_two_ways_are_refused_until_it_is_said_which() -> None:
    text = "05/06/23, 21:41 - Ann: hello\n06/06/23, 21:41 - Ann: hello\n"
    with pytest.raises(InputError, match="two ways") as refused:
        history(text)
    assert "--day-first" in refused.value.hint
    for day_first, month in ((True, 6), (False, 5)):
        assert said_in(history(text, ReadOptions(zone=UTC, user_name="Ann", day_first=day_first)))[0].said_at.month == month


@pytest.mark.parametrize(
    ("options", "why", "hint"),
    [
        (ReadOptions(user_name="Ann"), "no time zone", "--timezone"),
        (ReadOptions(zone=UTC), "which of the speakers", "Ann, Ben"),
        (ReadOptions(zone=UTC, user_name="Anne"), "Nobody", "Ann, Ben"),
        (ReadOptions(zone=UTC, user_name="Ann", only="x"), "one conversation", "--only"),
    ],
)
def test_what_must_be_said_is_asked_for(options: ReadOptions, why: str, hint: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        history(ANDROID, options)
    assert hint in refused.value.hint


def test_names_that_differ_by_capitals_alone_are_told_apart() -> None:
    text = "31.12.23, 21:41 - Ann: hello\n31.12.23, 21:42 - ANN: bye\n"
    assert [said.role for said in said_in(history(text))] == ["user", "assistant"]
    with pytest.raises(InputError, match="Several"):
        history(text, ReadOptions(zone=UTC, user_name="ann"))


def test_dates_of_another_calendar_are_refused() -> None:
    with pytest.raises(InputError, match="calendar"):
        history("31/12/2566, 21:41 - Ann: hello\n")


def test_a_line_of_nothing_but_a_date_and_spaces_takes_no_longer_than_another() -> None:
    found = history(f"31.12.23, 21:41 - Ann: hello\n31.12.23,{' ' * 100_000}x\n31.12.23, 21:41{' ' * 100_000}x\n")
    assert len(said_in(found)) == 1


def test_an_hour_that_comes_twice_is_read_in_its_order() -> None:
    found = history("".join(f"29.10.23, {clock} - Ann: {clock}\n" for clock in ("01:30", "01:50", "01:10", "02:10")))
    assert [said.said_at.strftime("%H:%M") for said in said_in(found)] == ["00:30", "00:50", "01:10", "02:10"]


@dataclass(frozen=True)
class Dialect:
    """How a phone writes a stamp, and what it puts after the speaker."""

    stamp: Callable[[datetime], str]
    day_first: bool | None = None
    colon: str = ": "


def half(moment: datetime, morning: str, afternoon: str) -> str:
    return morning if moment.hour < 12 else afternoon


def clock12(moment: datetime, seconds: bool = False) -> str:
    return f"{moment.hour % 12 or 12}:{moment:%M:%S}" if seconds else f"{moment.hour % 12 or 12}:{moment:%M}"


ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DIALECTS = {
    "android us": Dialect(lambda m: f"{m.month}/{m.day}/{m:%y}, {clock12(m)}\u202f{half(m, 'AM', 'PM')} - ", False),
    "android uk": Dialect(lambda m: f"{m:%d/%m/%Y}, {m:%H:%M} - ", True),
    "android india": Dialect(lambda m: f"{m:%d/%m/%y}, {clock12(m)} {half(m, 'am', 'pm')} - ", True),
    "android germany": Dialect(lambda m: f"{m:%d.%m.%y}, {m:%H:%M} - ", True),
    "android brazil": Dialect(lambda m: f"{m:%d/%m/%Y} {m:%H:%M} - ", True),
    "android spain": Dialect(lambda m: f"{m.day}/{m.month}/{m:%y}, {clock12(m)}\xa0{half(m, 'a', 'p')}.\xa0m. - ", True),
    "android sweden": Dialect(lambda m: f"{m:%Y-%m-%d} {m:%H:%M} - "),
    "android bulgaria": Dialect(lambda m: f"{m.day}.{m:%m.%y} г., {m:%H:%M} - ", True),
    "android greece": Dialect(lambda m: f"{m.day}/{m.month}/{m:%y}, {clock12(m)} {half(m, 'π.μ.', 'μ.μ.')} - ", True),
    "android korea": Dialect(lambda m: f"{m.year}. {m.month}. {m.day}. {half(m, '오전', '오후')} {clock12(m)} - "),
    "android korea, short": Dialect(lambda m: f"{m:%y}. {m.month}. {m.day}. {half(m, '오전', '오후')} {clock12(m)} - "),
    "android korea, short, 24 hours": Dialect(lambda m: f"{m:%y}. {m.month}. {m.day}. {m:%H:%M} - "),
    "android japan": Dialect(lambda m: f"{m:%Y/%m/%d} {m:%H:%M} - "),
    "android china": Dialect(lambda m: f"{m.year}/{m.month}/{m.day} {half(m, '上午', '下午')}{clock12(m)} - "),
    "android egypt": Dialect(
        lambda m: f"{m.day}\u200f/{m.month}\u200f/{m.year}، {clock12(m)} {half(m, 'ص', 'م')} - ".translate(ARABIC), True
    ),
    "iphone us": Dialect(lambda m: f"[{m.month}/{m.day}/{m:%y}, {clock12(m, True)}\u202f{half(m, 'AM', 'PM')}] ", False),
    "iphone uk": Dialect(lambda m: f"\u200e[{m:%d/%m/%Y}, {m:%H:%M:%S}] ", True),
    "iphone finland": Dialect(lambda m: f"[{m.day}.{m.month}.{m.year} klo {m.hour}.{m:%M.%S}] ", True),
    "iphone korea": Dialect(lambda m: f"[{m.year}. {m.month}. {m.day}. {half(m, '오전', '오후')} {clock12(m, True)}] "),
    "kakaotalk": Dialect(lambda m: f"{m.year}년 {m.month}월 {m.day}일 {half(m, '오전', '오후')} {clock12(m)}, ", None, " : "),
}
NAMES = st.sampled_from(["Ben", "앤", "Dr. O'Neil-Smith", "Ann:)", 'Robert "Bob" Smith', "+44 7700 900123", "🐙", "آنا"])
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<\u200e", include_characters="\n\t"), min_size=1)
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2098, 1, 1))  # noqa: DTZ001


def can_be_told(text: str) -> bool:
    """Whether the text can be told from a message's beginning, and from the app's own words."""
    return bool(text.strip()) and not any(stamp_of(line) for line in text.split("\n"))


@pytest.mark.parametrize("name", DIALECTS)
@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(NAMES, TEXTS.filter(can_be_told), st.integers(0, 3000)), min_size=1, max_size=5), MOMENTS)
def test_each_dialect_is_read_back_as_it_was_written(name: str, messages: list[tuple[str, str, int]], moment: datetime) -> None:
    dialect = DIALECTS[name]
    expected, lines = [], []
    for speaker, text, minutes in messages:
        moment += timedelta(minutes=minutes)
        expected.append((speaker, text, moment.strftime("%Y-%m-%d %H:%M")))
        lines.append(f"{dialect.stamp(moment)}{speaker}{dialect.colon}{text}")
    found = history("\n".join([*lines, ""]), ReadOptions(zone=UTC, user_name=messages[0][0], day_first=dialect.day_first))
    assert [(said.speaker, said.text, said.said_at.strftime("%Y-%m-%d %H:%M")) for said in said_in(found)] == expected
    assert found.unreadable == ()
    assert len({said.message_id for said in said_in(found)}) == len(messages)
    assert {said.speaker for said in said_in(found) if said.role == "user"} == {messages[0][0]}


LINES = st.one_of(
    st.sampled_from(["Ann: hello", "Ann left", "Ben: <Media omitted>", "Ben: ", "\0: x", ""]).map(
        lambda rest: f"31.12.23, 21:41 - {rest}".encode()
    ),
    st.sampled_from([b"45.12.23, 21:41 - Ben: x", b"31.12.23, 21:99 - Ann: x", b"[31.12.23, 21:41:00] Ann: x", b"", b"\xff\xfe", b"\r"]),
    st.binary().map(lambda written: written.replace(b"\n", b"")),
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=8))
@example([b"31.12.23, 21:41 - Ann: ", b"", b"x"])
def test_each_line_is_in_a_message_or_reported(lines: list[bytes]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chat.txt"
        path.write_bytes(b"\n".join([b"31.12.23, 21:40 - Ann: first", *lines, b""]))
        (found,) = whatsapp.read(path, ANN)
    in_messages = sum(said.text.count("\n") + 1 for said in said_in(found))
    reported = sum(one.lines for one in found.unreadable)
    assert in_messages + reported == len(lines) + 1
    assert [one.line for one in found.unreadable] == sorted({one.line for one in found.unreadable})
