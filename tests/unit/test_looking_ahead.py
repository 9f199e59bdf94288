"""The local mind looks ahead: what it hears in a batch, what it mentions, and what it answers of plans."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.agenda import agenda_line
from models.local.looking_ahead import noticed, reminded, told_of_plans
from models.mind import Answer, AnswerRequest, Character, Memory, Moment, NoticeRequest
from stores.plans import PlanItem

NOW = datetime(2026, 5, 7, 9, tzinfo=UTC)  # a Thursday
ME = Character("mneme")
NOTARY = "appointment with the notary"


def item(what: str, days: float, **fields: object) -> PlanItem:
    told = {"what": what, "start": NOW + timedelta(days=days), "kind": "appointment", "by": "user", "id": what, "told_at": NOW}
    return PlanItem.model_validate({**told, **fields})


def asking(words: str, *agenda: PlanItem, recalled: tuple[PlanItem, ...] = ()) -> AnswerRequest:
    memories = [Memory(one.id, one.what, "", "assistant", "plan", NOW, 1.0, 1.0, planned=one) for one in recalled]
    return AnswerRequest(words, ME, Moment(NOW), user_name="Ada", agenda=agenda, memories=memories)


def heard(*texts: str, upcoming: tuple[PlanItem, ...] = ()) -> list[tuple[str, str, int]]:
    said = [Memory(str(at), text, "Ada", "user", "turn", NOW + timedelta(minutes=at), 1.0, 1.0) for at, text in enumerate(texts)]
    found = noticed(NoticeRequest(said, upcoming, ME, Moment(NOW)))
    return [(one.commitment.change, one.commitment.what, one.about) for one in found]


def test_what_is_called_off_or_moved_is_meant_by_the_name_it_was_heard_under() -> None:
    dentist, lunch = "I have a dentist appointment tomorrow at 3pm.", "Lunch with Bob on Saturday at noon."
    told = heard(dentist, lunch, "The dentist got moved to Monday at 10.", "The lunch with Bob is cancelled.")
    assert [one[::2] for one in told] == [("new", 0), ("new", 0), ("moved", 0), ("cancelled", 0)]
    assert [what for _, what, _ in told[2:]] == [what for _, what, _ in told[:2]]


def test_what_stands_in_the_calendar_is_named_by_its_number_and_keeps_its_name() -> None:
    upcoming = (item("lunch with Bob", 1), item("dentist", 2))
    assert heard("The dentist is cancelled.", upcoming=upcoming) == [("cancelled", "dentist", 2)]
    assert heard("The dentist got moved to Monday at 10.", upcoming=upcoming) == [("moved", "dentist", 2)]
    assert heard("Is the dentist cancelled?", "The concert is cancelled.", upcoming=upcoming) == []


def test_what_is_done_is_the_earliest_of_its_name_that_the_speaker_is_bound_to() -> None:
    next_one, later, theirs, late = (
        item("pay the rent", days, kind="deadline", id=str(days), by=by)
        for days, by in ((1, "user"), (31, "user"), (2, "other"), (-2, "user"))
    )
    assert heard("I paid the rent.", upcoming=(next_one, later, theirs)) == [("done", "pay the rent", 1)]
    assert heard("I paid the rent.", upcoming=(next_one, later, theirs, late)) == [("done", "pay the rent", 4)]
    assert heard("I paid the rent.", upcoming=(theirs,)) == []
    assert heard("I have to pay the rent by Friday.", "I paid the rent.")[1:] == [("done", "pay the rent", 0)]
    both = heard("I paid the rent, and the dentist is tomorrow at 3pm.", upcoming=(next_one,))
    assert [one[:2] for one in both] == [("new", "dentist"), ("done", "pay the rent")]
    off = heard("I paid the rent. Dinner with Sam is cancelled.", upcoming=(next_one, item("dinner with Sam", 3)))
    assert off == [("done", "pay the rent", 1), ("cancelled", "dinner with Sam", 2)]


def test_what_is_done_is_told_as_done_and_brought_up_no_more() -> None:
    rent, paid = item("pay the rent", 0.5, kind="deadline"), item("pay the rent", 0.5, kind="deadline", standing="done")
    assert told("Did I pay the rent?", paid).endswith(": pay the rent. It is done.")
    assert told("Do I still have to pay the rent?", rent).endswith(": pay the rent.")
    assert told("Did I pay the bill?", rent, paid) == ""
    assert reminded(Answer("ok"), asking("I paid the rent.", rent)).text == "ok"
    assert "DONE" in agenda_line(paid, Moment(NOW), "Ada")


def test_what_is_moved_stays_what_it_was() -> None:
    due = item("hand in the insurance form", 4, kind="deadline")
    [moved] = noticed(
        NoticeRequest([Memory("1", "Actually it's due on Tuesday.", "Ada", "user", "turn", NOW, 1, 1)], (due,), ME, Moment(NOW))
    )
    assert (moved.commitment.change, moved.commitment.kind, moved.commitment.start.date().day, moved.about) == ("moved", "deadline", 12, 1)


def told(words: str, *agenda: PlanItem) -> str:
    answer = told_of_plans(asking(words, *agenda))
    return answer.text if answer else ""


def test_what_is_over_or_cancelled_is_told_where_it_is_asked_for_by_its_name() -> None:
    over, off = item("job interview", -2), item("dinner with Sam", 1, standing="cancelled")
    assert told("When was my job interview?", over) == "Tuesday, 5 May 2026, 09:00 (two days ago): job interview."
    assert told("When is dinner with Sam?", off) == "Friday, 8 May 2026, 09:00 (tomorrow): dinner with Sam. It was cancelled."
    assert told("What are my plans?", over, off) == told("When was the interview room built?", over) == ""


def test_what_is_asked_for_is_what_was_or_what_is_to_come() -> None:
    appointments = (item("dentist appointment", -7, id="first"), item("dentist appointment", 1, id="second"))
    assert told("When was my last dentist appointment?", *appointments).startswith("Thursday, 30 April")
    assert told("When is my dentist appointment?", *appointments).startswith("Friday, 8 May")


def test_what_is_somebody_elses_is_told_where_that_is_asked_for() -> None:
    appointments = (item("Anna's dentist appointment", 2), item("dentist appointment", 1))
    assert told("When is my dentist appointment?", *appointments) == "Friday, 8 May 2026, 09:00 (tomorrow): dentist appointment."
    assert told("When is Anna\u2019s dentist appointment?", *appointments).endswith("(in two days): Anna's dentist appointment.")


@pytest.mark.parametrize(
    ("words", "mine"),
    [
        ("What are my plans?", True),
        ("What's tomorrow's schedule?", True),
        ("What is on this week's agenda?", True),
        ("What are my sister's plans for the summer?", False),
        ("What is on Bob\u2019s calendar tomorrow?", False),
        ("What are her plans for tomorrow?", False),
    ],
)
def test_mine_are_not_told_where_somebody_elses_plans_are_asked_for(words: str, mine: bool) -> None:
    assert bool(told(words, item("dentist appointment", 1))) == mine


def test_what_is_cancelled_is_not_brought_up() -> None:
    request = asking("Good morning!", item("dinner with Sam", 0.5, standing="cancelled"))
    assert reminded(Answer("Good morning!"), request).text == "Good morning!"
    assert "Not mentioned yet" not in agenda_line(request.agenda[0], request.moment, "Ada")


def test_it_is_what_was_told_last() -> None:
    dentist, lunch = "I have a dentist appointment tomorrow at 3pm.", "Lunch with Bob is on Saturday at noon."
    assert [one[:2] for one in heard(dentist, "My dog is called Rex.", "It got moved to Monday at 10.")][1:] == [
        ("moved", "dentist appointment")
    ]
    assert [one[:2] for one in heard(dentist, lunch, "No wait, it's on Sunday.")][2:] == [("moved", "Lunch with Bob")]
    assert [one[:2] for one in heard(dentist, lunch, "It's cancelled.")][2:] == [("cancelled", "Lunch with Bob")]


def test_it_is_what_stands_in_the_calendar_since_a_moment_ago() -> None:
    upcoming = (item("lunch with Bob", 1, told_at=NOW - timedelta(minutes=5)), item("dentist", 2, told_at=NOW - timedelta(hours=5)))
    assert heard("It got moved to Monday at 10.", upcoming=upcoming) == [("moved", "lunch with Bob", 1)]
    assert heard("It's cancelled.", upcoming=upcoming) == [("cancelled", "lunch with Bob", 1)]
    assert heard("It got moved to Monday at 10.", "It's cancelled.", upcoming=upcoming[1:]) == []


def test_it_is_put_right_on_its_own_day() -> None:
    [found] = noticed(
        NoticeRequest(
            [Memory("0", "Actually it's at 11.", "Ada", "user", "turn", NOW, 1.0, 1.0)],
            (item("lunch with Bob", 1, told_at=NOW - timedelta(minutes=5)),),
            ME,
            Moment(NOW),
        )
    )
    assert (found.commitment.what, found.commitment.change, found.about) == ("lunch with Bob", "moved", 1)
    assert found.commitment.start == NOW + timedelta(days=1, hours=2)


@pytest.mark.parametrize(
    ("words", "what", "said"),
    [
        ("치과 언제야?", "치과", "2026년 5월 8일 금요일, 오전 9:00 (1일 후): 치과."),
        ("歯医者はいつ\uff1f", "歯医者", "2026年5月8日金曜日, 9:00 (1 日後): 歯医者。"),
        ("When is the dentist?", "dentist", "Friday, 8 May 2026, 09:00 (tomorrow): dentist."),
    ],
)
def test_plans_are_told_in_the_language_of_the_words(words: str, what: str, said: str) -> None:
    assert told(words, item(what, 1)) == said
    assert told(words, item(what, 1, standing="cancelled")).startswith(said + " ")
    reminder = reminded(Answer("ok"), asking(words, item(what, 1))).text.removeprefix("ok\n")
    assert reminder.endswith(said) or said.partition(": ")[0] in reminder


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("Dinner with Sam is cancelled.", True),
        ("Sam cancelled.", True),
        ("The dinner is off.", True),
        ("I haven't cancelled dinner with Sam.", False),
        ("Dinner with Sam is not cancelled.", False),
        ("If it rains, dinner with Sam is off.", False),
        ("My boss cancelled his dinner.", False),
        ("The dinner last month was cancelled.", False),
        ("I cancelled the hotel with Sam.", False),
        ("Sam is off work today.", False),
    ],
)
def test_what_is_called_off_is_what_is_named_and_no_more(words: str, changes: bool) -> None:
    assert bool([one for one in heard(words, upcoming=(item("dinner with Sam", 1),)) if one[2]]) == changes


@pytest.mark.parametrize(
    ("known", "words", "ends"),
    [
        ("dentist appointment", "The lawyer appointment is cancelled.", False),
        ("dentist appointment", "My appointment with the lawyer was moved to Monday.", False),
        ("dentist appointment", "Unfortunately dentist appointment cancelled.", True),
        ("dentist appointment", "Unfortunately my appointment is cancelled.", True),
        ("appointment with the notary", "The notary's appointment is cancelled.", True),
        ("meeting with Anna", "The meeting with Bob is cancelled.", False),
        ("meeting with Anna", "The meeting is cancelled.", True),
        ("team meeting", "The budget meeting is cancelled.", False),
        ("team meeting", "Today's meeting is cancelled.", True),
        ("team meeting", "Our weekly meeting is cancelled.", True),
        ("flight to Rome", "Tom's flight was cancelled.", False),
        ("flight to Rome", "The flight to Oslo is cancelled.", False),
        ("flight to Rome", "My flight is cancelled.", True),
        ("wife's appointment with the dentist", "My dentist appointment was moved to Monday.", False),
        ("wife's appointment with the dentist", "My wife's dentist appointment was moved to Monday.", True),
        ("민수랑 회의", "지은이랑 회의 취소됐어", False),
        ("민수랑 회의", "민수랑 회의 취소됐어", True),
        ("민수랑 회의", "회의 취소됐어", True),
        ("田中さんと会議", "佐藤さんとの会議が中止になった", False),
        ("田中さんと会議", "田中さんとの会議が中止になった", True),
        ("田中さんと会議", "会議が中止になった", True),
    ],
)
def test_what_is_called_off_or_moved_of_another_of_its_kind_changes_nothing_known(known: str, words: str, ends: bool) -> None:
    told = heard(words, upcoming=(item(known, 1, told_at=NOW - timedelta(hours=5)),))
    assert bool([one for one in told if one[2]]) == ends


@pytest.mark.parametrize(
    ("words", "cancels"),
    [
        ("Forget the notary appointment.", True),
        ("Forget the notary appointment on Monday.", True),
        ("Please forget about the notary!", True),
        ("Forget about the notary, it's cancelled.", True),
        ("Never mind the notary.", True),
        ("Forget what I said about the notary.", False),
        ("Forget that I like the notary.", False),
        ("Forget the notary's phone number.", False),
        ("Don't forget the notary appointment.", False),
        ("Forget the notary? Never!", False),
        ("Forget the hairdresser appointment.", False),
        ("Forget the appointment.", False),
        ("Forget it.", False),
    ],
)
def test_to_forget_about_what_is_planned_cancels_it(words: str, cancels: bool) -> None:
    upcoming = tuple(item(what, day, told_at=NOW - timedelta(hours=5)) for day, what in enumerate(("dentist appointment", NOTARY), start=1))
    assert heard(words, upcoming=upcoming) == ([("cancelled", NOTARY, 2)] if cancels else [])
    assert heard(words) == []


def test_to_forget_about_one_of_several_cancels_none() -> None:
    assert heard("Forget the lunch.", upcoming=(item("lunch with Bob", 1), item("lunch with Anna", 2))) == []
    assert heard("Forget the flight.", upcoming=(item("Tom's flight", 1),)) == []


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        ("Dinner with Sam got moved to Saturday.", True),
        ("The dinner got moved to Saturday.", True),
        ("Sam moved to Berlin on Saturday.", False),
        ("The trip with Sam got moved to Saturday.", False),
    ],
)
def test_what_is_moved_is_what_is_named_and_nothing_beside_it(words: str, moved: bool) -> None:
    assert bool([one for one in heard(words, upcoming=(item("dinner with Sam", 1),)) if one[2]]) == moved


@pytest.mark.parametrize(
    ("asked", "accepted", "start"),
    [
        ("Are we on for Saturday?", "Yes, dinner at 8.", "2026-05-09 20:00"),
        ("Are you free on Saturday?", "I said yes, lunch at 1.", "2026-05-09 13:00"),
        ("Are you free on Saturday?", "Dinner at 8.", "2026-05-07 20:00"),
        ("Are you free on Saturday?", "Yes, but dinner is on Friday at 8.", "2026-05-08 20:00"),
        ("What did you do last Saturday?", "Great, dinner at 8.", "2026-05-07 20:00"),
    ],
)
def test_what_is_accepted_is_on_the_day_that_was_asked_about(asked: str, accepted: str, start: str) -> None:
    for texts in ((asked, accepted), (f"{asked} {accepted}",)):
        said = [Memory(text, text, "Ada", "user", "turn", NOW + timedelta(minutes=at), 1.0, 1.0) for at, text in enumerate(texts)]
        found = noticed(NoticeRequest(said, (), ME, Moment(NOW)))
        assert [(f"{one.commitment.start:%Y-%m-%d %H:%M}", one.said) for one in found] == [(start, len(texts))]


def test_a_time_of_day_alone_moves_within_the_day() -> None:
    said = [Memory("0", "The dentist got moved to 4pm.", "Ada", "user", "turn", NOW, 1.0, 1.0)]
    [found] = noticed(NoticeRequest(said, (item("dentist", 1),), ME, Moment(NOW)))
    assert (found.commitment.start, found.about) == (NOW + timedelta(days=1, hours=7), 1)


@pytest.mark.parametrize("hours", [0, 13])  # of the day it is said at: nine in the morning, ten at night
@pytest.mark.parametrize(
    ("words", "what", "hour"),
    [
        ("The meeting was pushed to 3.", "meeting", 15),
        ("The meeting got moved back to 11.", "meeting", 11),
        ("회의가 3시로 미뤄졌어.", "회의", 15),
        ("회의가 11시로 당겨졌어.", "회의", 11),
        ("会議は3時に変更になりました。", "会議", 15),
        ("会議は11時に変更になりました。", "会議", 11),
    ],
)
def test_a_new_time_of_day_is_of_the_known_day_in_every_language(words: str, what: str, hour: int, hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    said = [Memory("0", words, "Ada", "user", "turn", now, 1.0, 1.0)]
    [found] = noticed(NoticeRequest(said, (item(what, 3),), ME, Moment(now)))
    assert (found.commitment.change, found.about) == ("moved", 1)
    assert found.commitment.start == datetime(2026, 5, 10, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "what", "day"),
    [
        ("회의가 내일 3시로 미뤄졌어.", "회의", 8),
        ("会議は明日の3時に変更になりました。", "会議", 8),
        ("会議が30分後に変更になりました。", "会議", 7),
    ],
)
def test_a_day_that_is_said_beside_the_time_counts(words: str, what: str, day: int) -> None:
    [found] = noticed(NoticeRequest([Memory("0", words, "Ada", "user", "turn", NOW, 1.0, 1.0)], (item(what, 3),), ME, Moment(NOW)))
    assert found.commitment.start.day == day


@pytest.mark.parametrize(
    ("words", "what", "keeps"),
    [
        ("Sorry, the interview is on Monday, not on Friday.", "interview", True),
        ("No wait, it's on Monday.", "interview", True),
        ("The interview is moved to Monday, same time.", "interview", True),
        ("The interview got moved to Monday. Same time, same place.", "interview", True),
        ("요가가 월요일로 옮겨졌어, 시간은 그대로야.", "요가", True),
        ("ヨガは月曜に変更になりました。時間は同じです。", "ヨガ", True),
        ("The interview is moved to Monday.", "interview", False),
        ("요가가 월요일로 옮겨졌어.", "요가", False),
        ("Sorry, the interview is on Monday morning.", "interview", False),
    ],
)
def test_the_time_of_day_stays_where_only_the_day_is_put_right(words: str, what: str, keeps: bool) -> None:
    known = item(what, 1.25, end=NOW + timedelta(days=1.3))
    [found] = noticed(NoticeRequest([Memory("0", words, "Ada", "user", "turn", NOW, 1.0, 1.0)], (known,), ME, Moment(NOW)))
    moved = found.commitment
    assert (found.about, moved.change, moved.all_day) == (1, "moved", not keeps)
    assert moved.start == datetime(2026, 5, 11, 15 if keeps else 0, tzinfo=UTC)
    assert moved.end == (moved.start + timedelta(days=0.05) if keeps else None)


def test_a_whole_day_stays_one() -> None:
    said = [Memory("0", "Sorry, the trip is on Monday.", "Ada", "user", "turn", NOW, 1.0, 1.0)]
    known = item("trip", 1, start=datetime(2026, 5, 8, tzinfo=UTC), end=datetime(2026, 5, 9, tzinfo=UTC), all_day=True)
    [found] = noticed(NoticeRequest(said, (known,), ME, Moment(NOW)))
    assert (found.commitment.start, found.commitment.all_day) == (datetime(2026, 5, 11, tzinfo=UTC), True)


def test_another_plan_is_not_told_for_what_is_asked() -> None:
    sam, lena = item("meeting with Sam", 1), item("meeting with Lena", 2, standing="cancelled")
    assert told("When is my meeting with Lena?", sam, lena).endswith("meeting with Lena. It was cancelled.")
    assert told("When is my meeting with Lena?", sam) == told("When was Sam born?", item("meeting with Sam", -1)) == ""
    assert told("When is my meeting?", sam).endswith("meeting with Sam.")
    assert told("When do I fly to Lisbon?", item("flight to Lisbon", 1)).endswith("flight to Lisbon.")


BANK = "meeting with the bank"


@pytest.mark.parametrize(
    ("words", "planned", "expected"),
    [
        ("Actually the meeting is on Monday at 11.", (BANK, "dentist"), ("moved", BANK, 1)),
        ("Actually the bank meeting is on Monday at 11.", ("meeting with Bob", BANK), ("moved", BANK, 2)),
        ("No, my dentist appointment is on Monday at 9.", (BANK, "dentist"), ("moved", "dentist", 2)),
        ("Actually the meeting is on Monday at 11.", ("meeting with Bob", BANK), ("new", "meeting", 0)),
        ("Actually the meeting is on Monday at 11.", ("prepare the meeting", "study for the meeting"), ("new", "meeting", 0)),
        ("Actually the meeting with Bob is on Monday at 11.", (BANK, "dentist"), ("new", "meeting with Bob", 0)),
        ("Actually my doctor appointment is on Monday at 9.", ("dentist appointment",), ("new", "doctor appointment", 0)),
        ("Actually I have a meeting on Monday at 11.", (BANK,), ("new", "meeting", 0)),
        ("Actually my rent is due on Monday.", ("rent",), ("new", "rent", 0)),  # that is an appointment
        ("Actually the second meeting is on Monday at 11.", (BANK,), ("new", "second meeting", 0)),
        ("I was wrong, the dentist is on Monday at 11.", (BANK, "dentist appointment"), ("moved", "dentist appointment", 2)),
        ("Actually the doctor's appointment is on Monday.", ("doctor's appointment",), ("moved", "doctor's appointment", 1)),
        ("Actually my flight is on Monday at 9.", ("Tom's flight",), ("new", "flight", 0)),
        ("Actually Tom's flight is on Monday at 9.", ("flight",), ("new", "Tom's flight", 0)),
        ("Actually the flight is on Monday at 9.", ("flight check-in",), ("new", "flight", 0)),
        ("Actually the wedding is on May 30.", ("wedding dress fitting", "wedding rehearsal"), ("new", "wedding", 0)),
    ],
)
def test_what_is_put_right_is_the_one_thing_that_is_called_so(words: str, planned: tuple[str, ...], expected: tuple[str, str, int]) -> None:
    assert heard(words, upcoming=tuple(item(what, 1 + day) for day, what in enumerate(planned))) == [expected]


LUNCH = "lunch with Bob"


@pytest.mark.parametrize(
    ("words", "planned", "expected"),
    [
        ("The dentist called, they moved my appointment to Monday at 11.", (LUNCH, "dentist"), ("dentist", 2)),
        (
            "The dentist called, they moved my appointment to Monday.",
            ("vet appointment", "dentist appointment"),
            ("dentist appointment", 2),
        ),
        ("Bob called, we had to move it to Monday.", ("dentist", LUNCH), (LUNCH, 2)),
        ("They moved my appointment to Monday at 11.", ("dentist",), ("dentist", 1)),
        ("They moved my appointment to Monday at 11.", ("dentist", LUNCH), ("appointment", 0)),
        ("They moved my physio to Monday at 11.", ("dentist",), ("physio", 0)),
        ("The physio got moved to Monday at 11.", ("dentist",), ("physio", 0)),
        ("The dentist was awful. They moved the trip to Monday.", ("dentist",), ("trip", 0)),
        ("치과에서 전화 왔는데 예약이 월요일 11시로 바뀌었어.", ("회의", "치과"), ("치과", 2)),
        ("치과에서 전화 왔는데 예약이 월요일 11시로 바뀌었어.", ("미용실 예약", "치과 예약"), ("치과 예약", 2)),
        ("예약이 월요일 11시로 바뀌었어.", ("회의", "치과"), ("예약", 0)),
    ],
)
def test_what_is_moved_by_no_name_is_what_the_words_speak_of(words: str, planned: tuple[str, ...], expected: tuple[str, int]) -> None:
    long_ago = NOW - timedelta(hours=5)
    upcoming = tuple(item(what, 1 + day, told_at=long_ago) for day, what in enumerate(planned))
    assert heard(words, upcoming=upcoming) == [("moved", *expected)]


def test_what_the_clinic_had_to_move_is_what_was_told_last_or_nothing() -> None:
    words = "The clinic called, they had to move it to Monday at 11."
    assert heard(words, upcoming=(item(LUNCH, 1, told_at=NOW - timedelta(hours=5)), item("dentist", 2))) == [("moved", "dentist", 2)]
    assert heard(words, upcoming=(item("dentist", 2, told_at=NOW - timedelta(hours=5)),)) == []


@pytest.mark.parametrize(("words", "hour"), [("at 4pm", 16), ("at 11", 11), ("at 3", 15)])
@pytest.mark.parametrize("hours", [0, 13])  # of the day it is said at: nine in the morning, ten at night
def test_a_time_of_day_alone_puts_right_that_of_the_known_day(words: str, hour: int, hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    said = [Memory("0", f"Sorry, the meeting is {words}.", "Ada", "user", "turn", now, 1.0, 1.0)]
    [found] = noticed(NoticeRequest(said, (item(BANK, 3),), ME, Moment(now)))
    assert (found.commitment.change, found.about) == ("moved", 1)
    assert found.commitment.start == datetime(2026, 5, 10, hour, tzinfo=UTC)


def test_what_was_put_right_before_can_be_put_right_again() -> None:
    told = [
        "I have a meeting with the bank tomorrow at 10.",
        "Actually the meeting is on Monday.",
        "Sorry, the meeting is on Tuesday at 9.",
    ]
    assert heard(*told) == [("new", BANK, 0), ("moved", BANK, 0), ("moved", BANK, 0)]
    assert heard(*told[1:], upcoming=(item(BANK, 1),)) == [("moved", BANK, 1), ("moved", BANK, 1)]


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        ("When is my dentist appointment?", ["dentist"]),
        ("What do I have tomorrow?", ["dentist"]),
        ("What is on my calendar?", ["dentist", "concert"]),
        ("What do I have on Sunday?", ["concert"]),
        ("What did I ask you to remind me of?", ["dentist", "concert"]),
        ("Do I have anything planned?", ["dentist", "concert"]),
        ("Do I have anything planned tomorrow?", ["dentist"]),
        ("Anything on Sunday?", ["concert"]),
        ("And what about Sunday?", ["concert"]),
        ("What\u2019s on tomorrow?", ["dentist"]),
        ("Which reminders do I have?", ["dentist", "concert"]),
        ("What must I not forget?", ["dentist", "concert"]),
        ("What do I have to do?", ["dentist", "concert"]),
        ("이번 주에 할 일이 뭐야?", ["dentist", "concert"]),
        ("이번 주에 뭐 있어?", ["dentist", "concert"]),
        ("할 일이 뭐야?", ["dentist", "concert"]),
        ("다음 주 일정은?", None),
        ("이번 주소는 뭐야?", None),
        ("今週の予定は?", ["dentist", "concert"]),
        ("今週やることは?", ["dentist", "concert"]),
        ("今週何がある?", ["dentist", "concert"]),
        ("来週の予定は?", None),
        ("내가 뭘 알려 달라고 했지?", ["dentist", "concert"]),
        ("何をリマインドしてって言ったっけ?", ["dentist", "concert"]),
        ("내일 일정 있어?", ["dentist"]),
        ("明日の予定は?", ["dentist"]),
        ("What is the weather tomorrow?", None),
        ("When did Anna move to Rome?", None),
        ("What do I have on Saturday?", None),
        ("What about Lena?", None),
        ("What do I have to do to get a visa?", None),
        ("What does this song remind you of?", None),
        ("What should I remember about Lena?", None),
    ],
)
def test_a_question_for_plans_is_answered_from_them(words: str, answered: list[str] | None) -> None:
    given = told_of_plans(asking(words, item("dentist", 1), recalled=(item("concert", 3), item("choir", 1, standing="cancelled"))))
    assert (list(given.used) if given else None) == answered
    assert given is None or all(what in given.text for what in answered or ())


def test_this_week_on_a_sunday_is_also_the_week_to_come() -> None:
    sunday, thursday = (Moment(NOW + timedelta(days=days)) for days in (3, 0))
    wednesday = item("dentist", 6)
    asked = replace(asking("Do I have anything planned this week?", wednesday), moment=sunday)
    given = told_of_plans(asked)
    assert given is not None
    assert list(given.used) == ["dentist"]
    assert told_of_plans(replace(asked, moment=thursday)) is None


def test_what_is_coming_up_is_mentioned_once_and_not_beside_an_answer_that_tells_it() -> None:
    request = asking("Hello", item("dentist", 0.25), item("choir", 0.5, told=True), item("lunch", -0.5), item("cook", 0.1, level="stroke"))
    given = reminded(Answer("Hello.", origin="notice"), request)
    assert given.text.splitlines()[1:] == ["That reminds me: today, 15:00 (in six hours): dentist."]
    assert list(given.used) == ["dentist"]
    assert reminded(Answer("At three.", used=("dentist",)), request).text == "At three."
    assert reminded(Answer(lacking="the name"), request) == Answer(lacking="the name")


def test_a_line_of_the_agenda_says_whose_it_is_when_and_whether_it_was_mentioned() -> None:
    moment = Moment(NOW)
    told = agenda_line(item("dentist", 1, place="Rua 5"), moment, "Ada")
    assert told == "- Friday, 8 May 2026, 09:00 (tomorrow): dentist (Ada's appointment; at Rua 5) Not mentioned yet."
    several = item("trip", 1, all_day=True, start=datetime(2026, 5, 8, tzinfo=UTC), end=datetime(2026, 5, 11, tzinfo=UTC), told=True)
    assert agenda_line(several, moment, "Ada") == "- Friday, 8 May 2026 to Sunday, 10 May 2026 (tomorrow): trip (Ada's appointment)"
    off = agenda_line(item("choir", 1, standing="cancelled", told=True), moment, "Ada")
    assert off.endswith("CANCELLED")
    own = agenda_line(item("cook", -0.01, level="stroke", end=NOW + timedelta(hours=1), place="flat"), moment, "Ada")
    assert own == "- you, now, until 10:00: cook (flat)"
