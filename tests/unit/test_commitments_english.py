"""Commitments in English sentences. All are said on Wednesday, 4 March 2026, at 10:20 in Berlin, where nothing else is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.commitments.commitment import Commitment
from models.commitments.english import commitments_in, tells_a_time
from models.commitments.english_times import plain

BERLIN = ZoneInfo("Europe/Berlin")
HERE = datetime(2026, 3, 4, 10, 20, tzinfo=BERLIN)
HANGS = 120  # seconds: where a rule goes back and forth over its text, it takes longer than anybody waits


def starts(found: list[Commitment]) -> list[str]:
    """When each begins: a date where only a day was said."""
    return [one.start.strftime("%Y-%m-%d" if one.all_day else "%Y-%m-%dT%H:%M") for one in found]


def ends(found: list[Commitment]) -> list[str]:
    return [one.end.strftime("%Y-%m-%dT%H:%M") for one in found if one.end]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Dentist on Friday at 3.", "2026-03-06T15:00"),
        ("Dentist on Wednesday at 3.", "2026-03-11T15:00"),
        ("Dentist this Wednesday at 3.", "2026-03-04T15:00"),
        ("Dentist next Friday at 10.", "2026-03-13T10:00"),
        ("Dentist Friday next week at 10.", "2026-03-13T10:00"),
        ("Dentist a week on Friday at 10.", "2026-03-13T10:00"),
        ("dentist tmrw 5pm", "2026-03-05T17:00"),
        ("I finally have a dentist appointment, on 2 April at half past three.", "2026-04-02T15:30"),
        ("I now have an interview on Monday at 9am.", "2026-03-09T09:00"),
        ("We finally got a table for 12 March at noon.", "2026-03-12T12:00"),
        ("Dentist the day after tomorrow at half past four", "2026-03-06T16:30"),
        ("Dentist at ten to nine in the morning on the 14th", "2026-03-14T08:50"),
        ("Dentist on the 3rd", "2026-04-03"),
        ("Dentist on the 5th of next month", "2026-04-05"),
        ("Dentist on 29 February", "2028-02-29"),
        ("Dentist on March 3 at noon", "2027-03-03T12:00"),
        ("Dentist on 9/3 at 11:20", "2026-03-09T11:20"),
        ("Passport office appointment 9/3 at 11:20", "2026-03-09T11:20"),
        ("Dentist on Monday the 9th at 7:45", "2026-03-09T07:45"),
        ("My flight is at 6:40 on Friday.", "2026-03-06T06:40"),
        ("My train leaves at 5:15 tomorrow.", "2026-03-05T05:15"),
        ("I have to be at the airport at 5 on Friday.", "2026-03-06T05:00"),
        ("I have to be at the airport at 5.", "2026-03-04T17:00"),
        ("My flight is at 6:40 tonight.", "2026-03-04T18:40"),
        ("Train to Leeds at 2 on Friday", "2026-03-06T14:00"),
        ("Gym at 6 on Friday", "2026-03-06T18:00"),
        ("Dentist at 3:30 on Friday", "2026-03-06T15:30"),
        ("Dentist in two weeks", "2026-03-18"),
        ("Dentist a week from Friday at 10 am", "2026-03-13T10:00"),
        ("Dentist at 7:30 tonight", "2026-03-04T19:30"),
        ("Dentist at 9 today", "2026-03-04T21:00"),
        ("Dinner at Luigi's on Saturday at 7:30", "2026-03-07T19:30"),
        ("Breakfast at Luigi's on Saturday at 7:30", "2026-03-07T07:30"),
        ("I have to take the bread out in 20 minutes", "2026-03-04T10:40"),
        ("Standup at 9:30 tomorrow", "2026-03-05T09:30"),
        ("Lunch party on Saturday at 11", "2026-03-07T11:00"),
        ("Dinner 8 tonight", "2026-03-04T20:00"),
        ("Dinner on Friday is at 8", "2026-03-06T20:00"),
        ("Flu jab booked, Saturday 7 March at 11:20 in the pharmacy", "2026-03-07T11:20"),
        ("The gas man is coming on Friday, some time between 8 and 1", "2026-03-06T08:00"),
    ],
)
def test_times_are_counted_from_when_they_were_said(text: str, start: str) -> None:
    assert starts(commitments_in(text, HERE, "user")) == [start]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("I'm babysitting on Friday from 6 to 10", "2026-03-06T18:00", "2026-03-06T22:00"),
        ("My shift is on Friday, 9:30 to 1 pm", "2026-03-06T09:30", "2026-03-06T13:00"),
        ("Party on Friday, 10pm to 2am", "2026-03-06T22:00", "2026-03-07T02:00"),
        ("The plumber is coming between noon and 2 on Friday", "2026-03-06T12:00", "2026-03-06T14:00"),
        ("We're going to Paris from June 3 to June 7", "2026-06-03", "2026-06-08T00:00"),
        ("We're camping this weekend", "2026-03-07", "2026-03-09T00:00"),
        ("I'm in Vienna from Monday to Wednesday", "2026-03-09", "2026-03-12T00:00"),
    ],
)
def test_ranges_end_on_their_day_or_after_their_last(text: str, start: str, end: str) -> None:
    found = commitments_in(text, HERE, "user")
    assert (starts(found), ends(found)) == ([start], [end])


@pytest.mark.parametrize(
    ("text", "kind", "by"),
    [
        ("I've got a meeting with Anna tomorrow at 9", "appointment", "user"),
        ("We agreed on Tuesday 2pm for the call.", "appointment", "user"),
        ("Taking Bello to the groomer Saturday 9:30", "appointment", "user"),
        ("My flight leaves tomorrow at 7:05 am", "appointment", "user"),
        ("I've been invited to Leo's party on Saturday and I said yes", "appointment", "user"),
        ("My son has football practice on Thursday at 5 pm", "appointment", "user"),
        ("They're delivering the sofa on Thursday", "appointment", "other"),
        ("Tom's flight is on Friday at 9.", "appointment", "other"),
        ("My sister's exam is on Friday at 9.", "appointment", "other"),
        ("Her dentist appointment is on Friday at 9.", "appointment", "other"),
        ("The doctor's appointment is on Friday at 9.", "appointment", "user"),
        ("Tom's birthday party is on Friday at 8.", "appointment", "user"),
        ("My son's dentist appointment is on Friday at 9.", "appointment", "user"),
        ("Let's have a meeting on Friday at 9.", "appointment", "user"),
        ("My husband has a job interview on Friday at 10.", "appointment", "other"),
        ("My sister has surgery on Friday", "appointment", "other"),
        ("My friend Lena has her wedding on Saturday", "appointment", "other"),
        ("My boss has a meeting with the board on Friday", "appointment", "other"),
        ("I'll send the slides tonight", "promise", "user"),
        ("I told Ben I'd pick him up on Friday", "promise", "user"),
        ("Nan's flight lands on Friday and I've said I'll be there", "promise", "user"),
        ("Can you remind me to call the bank tomorrow?", "promise", "user"),
        ("The landlord promised to fix the heating by Monday", "promise", "other"),
        ("My brother said he'd bring the drill on Saturday", "promise", "other"),
        ("My rent is due on the 1st", "deadline", "user"),
        ("I need to renew my passport by the end of April", "deadline", "user"),
        ("Boss wants the numbers by tomorrow", "deadline", "user"),
        ("I have until the 20th to reply to the landlord", "deadline", "user"),
        ("Taxes. Due. Tomorrow.", "deadline", "user"),
        ("I have to submit my thesis by March 31", "deadline", "user"),
        ("The numbers on Friday at the latest", "deadline", "user"),
        ("Mum lands at 6:20 pm on Friday and I'm picking her up", "promise", "user"),
        ("Back in half an hour", "promise", "user"),
    ],
)
def test_who_is_bound_to_what(text: str, kind: str, by: str) -> None:
    assert [(one.kind, one.by, one.change) for one in commitments_in(text, HERE, "user")] == [(kind, by, "new")]


@pytest.mark.parametrize(
    "text",
    [
        "I went to the dentist on Friday",
        "I finally had the interview on Monday",
        "The dentist on Friday was awful",
        "I finished the report on Monday",
        "I moved into my new flat on Saturday.",
        "I moved the sofa on Monday.",
        "I've moved the bed on Saturday.",
        "We pushed the car on Wednesday because it broke down.",
        "I switched jobs on Monday.",
        "We moved to 3 restaurants",
        "I went from 5 to 3",
        "Sam moved to Berlin on Saturday.",
        "If I have time on Friday I'll go",
        "If the weather's nice, we'll go hiking on Sunday",
        "I might go to the concert on Saturday",
        "I'd love to come on Saturday",
        "I would have sent it by Friday",
        "Do you have time tomorrow at 5?",
        "How about dinner on Friday at 8",
        "The shop opens at 9 on Mondays",
        "On Sundays we have brunch at 11",
        "I play tennis every Thursday at 7",
        "I'm not going to the party on Saturday, I don't have anything on Sunday",
        "I'll be useless tomorrow",
        "I'm free on Friday at 3",
        "My sister is flying to Oslo on Friday",
        "My husband has no interview on Friday",
        "My husband had an interview on Friday",
        "Tom works from 9 to 5 tomorrow",
        "They say it'll snow on Saturday",
        'She said "I\'ll call you on Friday" in the film',
        "We could do Friday at 3 or Monday at 4",
        "I owe 3/4 cup of flour at 5 euros, and 12 people at 3 restaurants",
        "My grandfather landed on June 6, 1944",
        "I've lived here since Monday",
        "Dinner was tonight at 8, an hour ago",
        "Write me a poem about Friday at 5pm",
        "I'm away until Friday",
        "I'm going to be tired on Friday",
        "I'm dreading Friday at 3",
        "Maybe we meet on Tuesday at 3",
        "Suppose we meet on Friday at 5",
        "You should come on Saturday at 6",
        "You had your checkup on 3 March",
        "Dentist on Friday at 3 or Monday at 4",
        "The comet on Friday at 9",
        "Nan's flight lands on Friday at 9",
        'My favourite line: "Dinner on Friday at 8, dear"',
    ],
)
def test_what_binds_nobody_is_left_out(text: str) -> None:
    assert commitments_in(text, HERE, "user") == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Good night, see you tomorrow!", 0),
        ("Talk to you later, see you on Friday!", 0),
        ("I'll see you tomorrow then.", 0),
        ("Let's talk tomorrow.", 0),
        ("I'll tell you more tomorrow.", 0),
        ("We'll talk again on Monday.", 0),
        ("See you at the station at 8", 1),
        ("See you tomorrow at 8.", 1),
        ("See you at the station tomorrow.", 1),
        ("Let's have lunch with Tom tomorrow.", 1),
        ("Let's talk to Tom tomorrow.", 1),
        ("I'll tell Tom more tomorrow.", 1),
        ("I'll tell you the results tomorrow.", 1),
        ("Talk on Friday", 1),
    ],
)
def test_taking_leave_arranges_nothing(text: str, count: int) -> None:
    assert len(commitments_in(text, HERE, "user")) == count


def test_what_is_over_is_left_out() -> None:
    assert commitments_in("Dinner today at 8 am", HERE, "user") == []
    assert starts(commitments_in("Dinner today at 8", HERE, "user")) == ["2026-03-04T20:00"]


@pytest.mark.parametrize(
    ("text", "start", "change"),
    [
        ("The meeting has been moved to Thursday at 4pm.", "2026-03-05T16:00", "moved"),
        ("They moved my physio from Friday to Monday at 10", "2026-03-09T10:00", "moved"),
        ("I moved my dentist appointment to Friday at 11.", "2026-03-06T11:00", "moved"),
        ("They pushed our call until Friday.", "2026-03-06", "moved"),
        ("We switched to Friday.", "2026-03-06", "moved"),
        ("Let's do Friday instead of Thursday", "2026-03-06", "moved"),
        ("Dinner's off, Marco is sick, so we're doing Sunday at 7 instead", "2026-03-08T19:00", "moved"),
        ("The dentist on Tuesday is off", "2026-03-10", "cancelled"),
        ("The dentist on Tuesday, that's been cancelled", "2026-03-10", "cancelled"),
        ("My yoga class tomorrow got cancelled", "2026-03-05", "cancelled"),
        ("I'll help you move on the 26th", "2026-03-26", "new"),
    ],
)
def test_what_is_moved_has_its_new_time_and_what_is_cancelled_its_old(text: str, start: str, change: str) -> None:
    found = commitments_in(text, HERE, "user")
    assert (starts(found), [one.change for one in found]) == ([start], [change])


@pytest.mark.parametrize(
    ("text", "what", "start"),
    [
        ("Actually the meeting is on Friday at 11.", "meeting", "2026-03-06T11:00"),
        ("Actually, the meeting's on Friday at 11.", "meeting", "2026-03-06T11:00"),
        ("Wait, actually my Dentist appointment is on Monday at 9.", "Dentist appointment", "2026-03-09T09:00"),
        ("Correction: our meeting with Anna will be on Friday at 11.", "meeting with Anna", "2026-03-06T11:00"),
        ("I meant the meeting is on Friday at 11.", "meeting", "2026-03-06T11:00"),
        ("Sorry, I got the day wrong. The meeting is on Friday at 11.", "meeting", "2026-03-06T11:00"),
        ("No, the meeting is on Friday at 11 in the big room.", "meeting", "2026-03-06T11:00"),
        ("The meeting is actually on Friday at 11.", "meeting", "2026-03-06T11:00"),
        ("The meeting isn't on Thursday but on Friday at 11.", "meeting", "2026-03-06T11:00"),
        ("The meeting is not Thursday, but Friday.", "meeting", "2026-03-06"),
        ("The meeting is on Friday at 11, not on Thursday.", "meeting", "2026-03-06T11:00"),
        ("Actually my rent is due on the 9th.", "rent", "2026-03-09"),
    ],
)
def test_what_is_put_right_is_named_as_something_known(text: str, what: str, start: str) -> None:
    found = commitments_in(text, HERE, "user")
    assert (starts(found), [(one.what, one.change, one.corrects) for one in found]) == (
        [start],
        [(what, "new", "day" if "T" in start else "day alone")],
    )


@pytest.mark.parametrize(
    ("text", "start", "corrects"),
    [
        ("No wait, it's on Friday at 11.", "2026-03-06T11:00", "day"),
        ("Sorry, it is on Friday at 11.", "2026-03-06T11:00", "day"),
        ("It's on Friday at 11, not on Thursday.", "2026-03-06T11:00", "day"),
        ("It's actually on Friday.", "2026-03-06", "day alone"),
        ("It's actually on Friday morning.", "2026-03-06", "day"),
        ("It's at 11 tomorrow, not 9.", "2026-03-05T11:00", "day"),
        ("It's at 23:10, not 22.", "2026-03-04T23:10", "23:10"),
        ("It's at half past 10 tonight, not ten.", "2026-03-04T22:30", "day"),
    ],
)
def test_what_was_told_last_is_put_right_as_it(text: str, start: str, corrects: str) -> None:
    found = commitments_in(text, HERE, "user")
    assert (starts(found), [(one.what.lower(), one.change, one.corrects) for one in found]) == ([start], [("it", "moved", corrects)])


@pytest.mark.parametrize("text", ["The meeting now starts at 23:10.", "The meeting is at 23:10, not 22.", "The meeting is now at 23:10."])
def test_a_time_of_day_alone_is_put_right(text: str) -> None:
    [found] = commitments_in(text, HERE, "user")
    assert (found.what, found.change, found.corrects) == ("meeting", "new", "23:10")


def test_what_is_put_right_in_the_next_sentence_loses_nothing() -> None:
    told = commitments_in("My dentist appointment is tomorrow at 9. It's at 11, not 9.", HERE, "user")
    assert [(one.what.lower(), one.change) for one in told] == [("dentist appointment", "new"), ("it", "moved")]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The meeting is on Friday at 11.", 1),
        ("Actually I have a meeting on Friday too.", 1),
        ("Actually the meeting is on Friday too.", 1),
        ("Actually the other meeting is on Friday at 11.", 1),
        ("Actually there's a meeting on Friday at 11.", 1),
        ("Sorry I'm late. The meeting is on Friday at 11.", 1),
        ("Actually the meeting on Friday was great.", 0),
        ("Actually the meeting was on Friday at 11.", 0),
        ("Actually the film was great.", 0),
        ("Actually, the meeting might be on Friday at 11.", 0),
        ("Actually the meeting is on Friday, I guess.", 1),
        ("Actually the meeting is on Friday, right?", 1),
        ("Actually the meeting is on Friday unless Anna is ill.", 1),
        ("Actually the meeting is on Friday in theory.", 0),
        ("Actually the wedding is on Friday in the film.", 0),
        ("No thanks, the meeting is on Friday.", 1),
        ("Sorry, my meeting is in 5 minutes.", 1),
        ("The party is not on Friday but on Saturday we have a dinner at 7.", 0),
        ("Actually the meeting is on Friday at 11?", 0),
        ("It's on Friday at 11.", 0),
        ("Actually it's Friday today.", 0),
        ("No, it's raining on Friday.", 0),
    ],
)
def test_what_is_new_past_or_unsure_puts_nothing_right(text: str, count: int) -> None:
    assert [one.corrects for one in commitments_in(text, HERE, "user")] == [""] * count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'll email you the itinerary by 6 pm today.", [("promise", "assistant")]),
        ("Your car is booked for Monday, and I'll remind you on Sunday.", [("appointment", "user"), ("promise", "assistant")]),
        ("Noted: vet on Monday at 9:30.", [("appointment", "user")]),
        ("The concert starts at 8 pm on Friday.", []),
        ("Dentists, Friday at 3", []),
    ],
)
def test_the_assistant_binds_itself_or_notes_what_binds_the_user(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.by) for one in commitments_in(text, HERE, "assistant")] == expected


def test_several_commitments_of_a_sentence_have_their_own_times() -> None:
    text = "I'll get you the drawings by Tuesday, the inspection is on the 27th at 10 am, and Gary says he'll be done by the 22nd."
    found = commitments_in(text, HERE, "user")
    assert starts(found) == ["2026-03-10", "2026-03-27T10:00", "2026-03-22"]
    assert [one.by for one in found] == ["user", "user", "other"]
    both = commitments_in("Standup at 9:30 tomorrow, then review at 3", HERE, "user")
    assert starts(both) == ["2026-03-05T09:30", "2026-03-05T15:00"]
    assert starts(commitments_in("Blood test Monday, nothing to eat after midnight", HERE, "user")) == ["2026-03-09"]


def test_it_is_told_in_the_words_of_the_sentence_without_the_time() -> None:
    [found] = commitments_in("So, I've got a meeting with Anna on Friday at 3 at the Elm Street garage.", HERE, "user")
    assert (found.what, found.place) == ("meeting with Anna at the Elm Street garage", "the Elm Street garage")
    [found] = commitments_in("My rent is due on the 1st", HERE, "user")
    assert found.what == "rent"
    [found] = commitments_in("Could you please remind me to water the plants tomorrow?", HERE, "user")
    assert found.what == "water the plants"
    for told, what in (
        ("I promised Tom to fix his bike on Friday.", "fix Tom's bike"),
        ("Remind me to water the plants every Monday.", "water the plants"),
        ("Remind me every Monday to water the plants.", "water the plants"),
        ("Flight check-in on Saturday at 8.", "Flight check-in"),
        ("Meeting at 25:99 tomorrow.", "Meeting"),
        ("My husband has a job interview on Friday.", "husband's job interview"),
        ("My friend Lena has her wedding on Saturday.", "friend Lena's wedding"),
        ("Next Tuesday I fly to Rome at 9:30.", "fly to Rome"),
        ("On Friday I have a meeting at 10 with Bob.", "meeting with Bob"),
        ("I promised my sister that I'd call her tomorrow.", "call sister"),
        ("I told Anna I'd give her back the book on Friday.", "give Anna back the book"),
        ("I promised Tom to cook on Saturday.", "cook (Tom)"),
        ("I promised to return the books on Friday.", "return the books"),
        ("I promised myself to go running tomorrow.", "go running"),
        ("I promised to talk to Anna tomorrow.", "talk to Anna"),
        ("I promised to listen to his talk tomorrow.", "listen to his talk"),
        ("I promised to come to Anna's party on Saturday.", "come to Anna's party"),
        ("I promise to speak to him on Friday.", "promise to speak to him"),
    ):
        [found] = commitments_in(told, HERE, "user")
        assert found.what == what
    [found] = commitments_in("Eye doctor wants me back, they put me down for Friday", HERE, "user")
    assert found.what.startswith("they put me down")


def test_an_hour_is_an_hour_where_the_clock_skips_one() -> None:
    here = datetime(2026, 3, 29, 0, 35, tzinfo=ZoneInfo("Europe/London"))
    assert starts(commitments_in("taxi's picking me up in an hour", here, "user")) == ["2026-03-29T02:35"]


def test_the_month_comes_first_in_america() -> None:
    here = HERE.astimezone(ZoneInfo("America/New_York"))
    assert starts(commitments_in("Dentist on 5/6 at 11:20", here, "user")) == ["2026-05-06T11:20"]
    assert starts(commitments_in("Dentist on 5/6 at 11:20", HERE, "user")) == ["2026-06-05T11:20"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The shop opens on Fridays", True),
        ("See you next week", True),
        ("I went there yesterday", False),
        ("I ran 5 km", False),
        ("It was this morning at 7", False),
    ],
)
def test_a_time_to_come_is_told(text: str, told: bool) -> None:
    assert tells_a_time(text, HERE) is told


@given(st.text(), st.sampled_from(["user", "assistant", "other"]))
def test_any_text_is_read(text: str, speaker: str) -> None:
    assert len(plain(text)) == len(text)
    commitments_in(text, HERE, speaker)  # type: ignore[arg-type]
    tells_a_time(text, HERE)


PHRASES = (
    "dentist at 3 on friday by the until from to and 31st 30 february 12 9/3 in two weeks of next month noon midnight 25 , . ? 0 24:00 12am"
    " half past seven i'll send it moved is off weekend end 2026-02-30 pm months a couple morning"
)
WORDS = st.sampled_from(PHRASES.split())


@example("24:00 until 0 dentist", 0)
@example("dentist friday weekend february 12", 0)
@given(st.lists(WORDS, max_size=14).map(" ".join), st.integers(min_value=0, max_value=7_000_000_000))
def test_any_words_of_time_are_read_at_any_time(text: str, seconds: int) -> None:
    for one in commitments_in(text, datetime.fromtimestamp(seconds, BERLIN), "user"):
        assert one.start.tzinfo is not None
        assert one.end is None or one.end > one.start


@pytest.mark.parametrize(
    "seed",
    [
        "at 3 ",
        "I'll do it on friday at 3. ",
        "1 ",
        "from 1 to 2 ",
        '"friday ',
        "and the ",
        ", ",
        "!",
        ".",
        "-",
        " ",
        "\n",
        "june 3 to ",
        "é",
    ],
)
@pytest.mark.timeout(HANGS)
def test_the_longest_text_is_read_to_its_end(seed: str) -> None:
    commitments_in(f"dentist on friday {seed * (100_000 // len(seed))}x", HERE, "user")


@pytest.mark.parametrize("seed", [" ", ".", "-", "so ", "so, ", "is ", "(", "promised ", "said i'd ", "at A ", "actually ", "the meeting "])
@pytest.mark.timeout(HANGS)
def test_no_run_of_anything_in_a_clause_holds_it_up(seed: str) -> None:
    commitments_in(f"Dentist {(seed * 200)[:300]}x on Friday at 3. " * 100, HERE, "user")
