"""What Korean sentences bind somebody to, and when."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.commitments.commitment import Commitment, Party
from models.commitments.korean import commitments_in, is_written_in, tells_a_time

SEOUL = ZoneInfo("Asia/Seoul")
PIECES = re.findall(r"\S+", "내일 3 99 시 분 일 월 반 까지 ~ 에서 부터 주말 2월 31일 00 : / 뒤 다음 달 일주일 회의 기로 했어 로 미뤄졌어")
THURSDAY = datetime(2026, 5, 14, 10, 0, tzinfo=SEOUL)
HANGS = 120  # seconds: where a rule goes back and forth over its text, it takes longer than anybody waits


def found(text: str, here: datetime = THURSDAY, speaker: Party = "user") -> list[Commitment]:
    return commitments_in(text, here, speaker)


def starts(text: str, here: datetime = THURSDAY) -> list[str]:
    return [f"{one.start:%m-%d}" if one.all_day else f"{one.start:%m-%d %H:%M}" for one in found(text, here) if one.change != "cancelled"]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("내일 오후 세 시 반에 치과 예약했어", "05-15 15:30"),
        ("낼모레 소개팅이다 ㅋㅋㅋ", "05-16"),
        ("글피에 면접 보러 가", "05-17"),
        ("열흘 뒤에 비자 인터뷰 있음", "05-24"),
        ("목요일 오후 3시에 찾아뵙겠습니다", "05-21 15:00"),
        ("이번 주 금요일까지 과제 내야 해", "05-15"),
        ("다다음 주 토요일에 돌잔치 초대받았어", "05-30"),
        ("2주 뒤 금요일에 발표가 있어요", "05-29"),
        ("담주 수욜 점심 12시에 팀 회식!", "05-20 12:00"),
        ("10일에 이사해요", "06-10"),
        ("다음 달 2일에 보증금 넣어야 합니다", "06-02"),
        ("월세 이번 달 말일까지 보내야 돼", "05-31"),
        ("1월 5일에 입학식이 있습니다", "01-05"),
        ("오월 이십삼일 오후 세 시 십오 분에 상담이 있어요", "05-23 15:15"),
        ("5/20 오후 2시에 건강검진 받아요", "05-20 14:00"),
        ("크리스마스에 콘서트 가기로 했어", "12-25"),
        ("한 시간 반 뒤에 전화할게", "05-14 11:30"),
        ("오늘 밤 12시까지 과제 제출이야", "05-15 00:00"),
        ("정오에 점심 먹기로 했어", "05-14 12:00"),
        ("금요일 7시에 저녁 먹기로 했어", "05-15 19:00"),
        ("금요일 8시에 출근해야 돼", "05-15 08:00"),
        ("9시에 회의 있어", "05-14 21:00"),
        ("3시 5분 전에 출발할게", "05-14 14:55"),
        ("금요일에 민지랑 오후 3시에 만나기로 했어", "05-15 15:00"),
        ("동생 졸업식이 26일 오전 10시라 휴가 냈어", "05-26 10:00"),
        ("내일 치과 가요. 오후 4시예요.", "05-15 16:00"),
        ("월요일 저녁 7시 반상회", "05-18 19:00"),
        ("자정까지 제출해야 돼", "05-15 00:00"),
        ("내일 아침 7시에 깨워 줘", "05-15 07:00"),
        ("토요일에 영화 볼 거야", "05-16"),
        ("부장님이 내일 8시까지 나오라는데 미친 거 아니야", "05-15 08:00"),
        ("어머니가 내일 서울 올라오세요", "05-15"),
        ("시험은 20일부터 22일까지입니다", "05-20"),
    ],
)
def test_when(text: str, start: str) -> None:
    assert starts(text) == [start]


@pytest.mark.parametrize(
    ("text", "kind", "by", "what"),
    [
        ("민지한테 책 토요일까지 돌려준다고 했거든", "promise", "user", "민지한테 책 돌려주기"),
        ("모레까지 보고서 보내드릴게요", "promise", "user", "보고서 보내드리기"),
        ("그냥 내일까지 초안 올리겠다고 말씀드렸어요", "promise", "user", "초안 올리기"),
        ("대리님이 부탁하신 자료 금요일까지 드릴게요", "promise", "user", "대리님 부탁하신 자료 드리기"),
        ("세탁소 아저씨가 코트 화요일까지 해 주신다고 했어", "promise", "other", "세탁소 아저씨 코트 해 주시기"),
        ("민수가 일요일까지 돈 갚는다고 했어", "promise", "other", "민수 돈 갚기"),
        ("누나가 좋아하는 케이크 내가 토요일까지 사 가기로 했어", "promise", "user", "누나 좋아하는 케이크 사 가기"),
        ("방 보러 오겠다는 사람이 있어서 월요일 오후 6시에 보여 주기로 했어", "promise", "user", "보여 주기"),
        ("누나가 28일까지 노트북 고쳐다 준댔어", "promise", "other", "누나 노트북 고쳐다 주기"),
        ("집주인이 금요일 오전에 사람 보내 주겠대", "promise", "other", "집주인 사람 보내 주기"),
        ("수리 기사님이 모레 오후 1시에 오신대서 집에 있어야 돼", "appointment", "other", "수리 기사님 오시기"),
        ("다음 주 화요일 오전 11시에 면접이 있어요", "appointment", "user", "면접"),
        ("에든버러는 22일에 다녀오기로 했어", "appointment", "user", "에든버러 다녀오기"),
        ("인수인계 문서는 12일까지 써야 돼", "deadline", "user", "인수인계 문서 쓰기"),
        ("자동차 보험 말일까지 갱신해야 돼요", "deadline", "user", "자동차 보험 갱신"),
        ("팀장님이 금요일까지 기획안 내라고 하셨어", "deadline", "user", "팀장님 기획안"),
        ("논문 제출이 12월 18일까지래요", "deadline", "user", "논문 제출"),
        ("모레 정오까지 입금 안 하면 예약 취소된대", "deadline", "user", "입금"),
        ("금요일까지 구독 취소해야 돼", "deadline", "user", "구독 취소"),
        ("원서 접수 마감이 다음 주 수요일이야", "deadline", "user", "원서 접수 마감"),
        ("유치원에서 20일에 소풍 간대요", "appointment", "user", "유치원에서 소풍 가기"),
        ("민수가 내일 오전 10시에 면접이 있어.", "appointment", "other", "민수 면접"),
        ("동생이 내일 10시에 면접이 있어.", "appointment", "other", "동생 면접"),
        ("내가 내일 10시에 면접이 있어.", "appointment", "user", "면접"),
        ("우리 팀이 내일 10시에 회의가 있어.", "appointment", "user", "팀 회의"),
        ("그나저나 엄마가 이번 주말에 부산에서 올라오셔.", "appointment", "other", "엄마 부산에서 올라오기"),
        ("토요일에 부산 가요.", "appointment", "user", "부산"),
    ],
)
def test_who_is_bound_to_what(text: str, kind: str, by: str, what: str) -> None:
    (one,) = found(text)
    assert (one.kind, one.by, one.what) == (kind, by, what)


@pytest.mark.parametrize(
    "text",
    [
        "어제 3시에 병원 갔다 왔어",
        "금요일에 치과 다녀왔는데 아직도 얼얼하다",
        "토요일에 지수 만나서 놀았어",
        "지난주 금요일에 이사했는데 박스가 산더미야",
        "내일 몇 시에 만날까?",
        "토요일 7시 어때?",
        "우리 월요일에 보는 거 맞지?",
        "금요일에 시간 있으면 영화 보자",
        "시간 되면 금요일에 갈게",
        "만약 내일 3시에 회의가 있다면 어떡하지",
        "금요일에 늦을지도 몰라",
        "토요일에 놀러 가고 싶다",
        "월요일마다 회의가 있어",
        "매주 월요일 7시에 요가 수업이 있어",
        "그 식당은 월요일에 쉬고 평일에는 11시에 엽니다.",
        "영업시간은 10시부터 8시까지입니다",
        "월요일부터 계속 비만 와",
        "내일 비 온대",
        "내일 추울 거래",
        "나 토요일은 못 가",
        "내일 회의 없대",
        "금요일에 만나기로 했는데 안 왔어",
        "동생이 토요일에 소개팅한대",
        "동생이 목요일까지 숙제 내야 한대",
        "친구가 내일 미국 간대",
        "금요일에 신곡 나온대",
        "세일은 일요일까지래",
        '"내일 3시에 만나"라는 책 읽었어',
        "금요일까지 번역 좀 해 줘",
        "내일 날씨 알려 줘",
        "3시간 동안 기다렸어",
        "2~3일 걸려요",
        "우리 애는 3살이고 5월 20일생이야",
        "이번 주 월요일에 회의 있어",
        "2월 31일에 회의 있어",
        "내일 25시에 회의 있어",
        "금요일이요, 알겠습니다",
        "토요일에 영화 볼까 하는데 표를 예약해야 하나",
        "금요일까지 보내 주시면 제가 확인할게요",
        "토요일에 이사했는데 짐을 정리해야 돼",
        "월세는 매달 25일에 나가",
        "나는 보통 7시에 저녁을 먹어",
        "뉴스에서 금요일에 회의가 있대",
        "월요일부터 계속 야근이야",
        "금요일에 표 끊었어",
        "우리 동네 빵집은 오전 11시에 소금빵 나와",
        "내일 바쁠 거야",
        "토요일은 집에 있을 거야",
        "내일 회의가 있나요",
        "영화는 3시에 시작해서 5시에 끝났어",
        "오늘 안에 답장 준다더니 아직도 연락이 없네",
        "「내일 3시에 회의가 있어」라는 글을 읽었어",
        "내일 봐!",
        "잘 자, 내일 또 봐요.",
        "그럼 내일 보자.",
        "월요일에 뵐게요.",
    ],
)
def test_what_binds_nobody(text: str) -> None:
    assert starts(text) == []


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("회의가 화요일 3시로 미뤄졌어", [("moved", "05-19 15:00")]),
        ("금요일 회의 월요일로 옮겼어요", [("moved", "05-18 00:00")]),
        ("화요일 10시에서 11시로 회의가 바뀌었어요", [("moved", "05-19 11:00")]),
        ("저녁 약속이 내일에서 모레로 바뀌었어", [("moved", "05-16 00:00")]),
        ("금요일 말고 토요일에 보자", [("moved", "05-16 00:00")]),
        ("금요일 치과 취소했어", [("cancelled", "05-15 00:00")]),
        ("금요일에 만나기로 했는데 취소됐어", [("cancelled", "05-15 00:00")]),
    ],
)
def test_what_becomes_of_it(text: str, changes: list[tuple[str, str]]) -> None:
    assert [(one.change, f"{one.start:%m-%d %H:%M}") for one in found(text)] == changes


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("오후 2시부터 4시까지 화상회의 있습니다", "05-14 16:00"),
        ("내일 10시~1시 세미나", "05-15 13:00"),
        ("15일부터 19일까지 제주도 가", "05-20 00:00"),
        ("23~25일 워크숍 있습니다", "05-26 00:00"),
        ("이번 주말에 캠핑 가", "05-18 00:00"),
        ("금요일부터 2박 3일 부산 여행이야", "05-18 00:00"),
    ],
)
def test_when_it_ends(text: str, end: str) -> None:
    (one,) = found(text)
    assert one.end is not None
    assert f"{one.end:%m-%d %H:%M}" == end


@pytest.mark.parametrize("text", ["내일 3시에 봐.", "내일 역에서 봐.", "내일 지수랑 만나.", "내일 영화 보자."])
def test_with_a_clock_a_place_or_a_name_it_is_no_leave(text: str) -> None:
    assert len(found(text)) == 1


def test_several_in_one_sentence() -> None:
    text = "내일 오전 10시 반 치과, 월요일 저녁 7시 반상회, 그리고 지훈이한테 사진 15일까지 보내 준다고 했음."
    assert starts(text) == ["05-15 10:30", "05-18 19:00", "05-15"]
    assert starts("11월 3일 오후 2시에 거래처 미팅이고, 자료는 제가 전날까지 돌리겠습니다.") == ["11-03 14:00", "11-02"]


def test_the_speaker_promises_and_the_user_has_the_appointment() -> None:
    (promise,) = found("요청하신 자료는 월요일까지 정리해서 드리겠습니다.", speaker="assistant")
    (appointment,) = found("화요일 오후 1시에 미용실 예약을 넣어 두었습니다.", speaker="assistant")
    assert (promise.by, appointment.by) == ("assistant", "user")


def test_where() -> None:
    assert found("그럼 내일 정오에 회사 1층에서 보는 걸로!")[0].place == "회사 1층"
    assert found("토요일 오후 3시에 지수랑 홍대에서 만나기로 했어")[0].place == "홍대"


def test_a_day_is_the_zones_and_the_clock_skips_no_appointment() -> None:
    berlin = datetime(2026, 3, 28, 23, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert found("내일 새벽 2시 반 기차야", berlin)[0].start.isoformat() == "2026-03-29T03:30:00+02:00"
    assert starts("모레 시험이 있어", datetime(2028, 2, 28, 0, 10, tzinfo=SEOUL)) == ["03-01"]


def test_todays_own_weekday_is_in_seven_days() -> None:
    assert starts("목요일에 이사해요") == ["05-21"]
    assert starts("이번 목요일에 이사해요") == ["05-14"]


def test_decomposed_letters_are_read_too() -> None:
    decomposed = "\u1102\u1162\u110b\u1175\u11af \u1112\u116c\u110b\u1174 \u110b\u1175\u11bb\u110b\u1165"
    assert is_written_in(decomposed)
    assert starts(decomposed) == ["05-15"]


def test_which_texts_are_korean_and_tell_a_time() -> None:
    assert is_written_in("See you at 강남역")
    assert not is_written_in("来週の火曜 at 3")
    assert tells_a_time("금요일에 시간 있어?", THURSDAY)
    assert not tells_a_time("어제 3시에 병원 갔다 왔어", THURSDAY)
    assert not tells_a_time("3시간 걸려", THURSDAY)


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(PIECES)).map(" ".join),
    )
)
def test_any_text_passes(text: str) -> None:
    for one in found(text):
        assert one.end is None or one.end > one.start
    tells_a_time(text, THURSDAY)


@pytest.mark.parametrize("piece", ["내일", "3시~", "오전 오후 ", "매주", "하지 않기로", "님이 ", "회의", '"', "1", "가 "])
@pytest.mark.timeout(HANGS)
def test_a_long_text_is_read_to_its_end(piece: str) -> None:
    found((piece * 100_000)[:100_000])
