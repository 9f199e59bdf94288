from datetime import UTC, datetime

import pytest

from models.commitments.finding import commitments_in
from models.local.happened import day_meant, denies, means_one_day, when_happened
from models.local.sentences import content

SAID = datetime(2023, 7, 15, 12, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("I went yesterday.", "on 14 July 2023"),
        ("Last night was great.", "on 14 July 2023"),
        ("We leave tomorrow.", "on 16 July 2023"),
        ("It began three days ago.", "on 12 July 2023"),
        ("It began 2 weeks ago.", "2 weeks before 15 July 2023 (around 1 July 2023)"),
        ("I moved eight months ago.", "in November 2022"),
        ("I moved four years ago.", "in 2019"),
        ("We met a few days ago.", "a few days before 15 July 2023"),
        ("Last Friday I won.", "on Friday, 14 July 2023 (the Friday before 15 July 2023)"),
        ("Last Saturday I won.", "on Saturday, 8 July 2023 (the Saturday before 15 July 2023)"),
        ("I will see her on Monday.", "on Monday, 17 July 2023 (the Monday after 15 July 2023)"),
        ("I saw her on Monday.", "on Monday, 10 July 2023 (the Monday before 15 July 2023)"),
        ("The dentist is on Monday at 11.", "on Monday, 17 July 2023 (the Monday after 15 July 2023)"),
        ("It's actually on Monday.", "on Monday, 17 July 2023 (the Monday after 15 July 2023)"),
        ("What it is I learned on Monday.", "on Monday, 10 July 2023 (the Monday before 15 July 2023)"),
        ("I'm meeting Lena on Sunday at noon.", "on Sunday, 16 July 2023 (the Sunday after 15 July 2023)"),
        ("My train leaves on Monday.", "on Monday, 17 July 2023 (the Monday after 15 July 2023)"),
        ("Dinner with Sam on Friday at 8pm.", "on Friday, 21 July 2023 (the Friday after 15 July 2023)"),
        ("I was ill, so I'm seeing the doctor on Monday.", "on Monday, 17 July 2023 (the Monday after 15 July 2023)"),
        ("I finished my thesis this Wednesday.", "on Wednesday, 12 July 2023 (the Wednesday before 15 July 2023)"),
        ("We painted the fence on Monday, and tomorrow we rest.", "on Monday, 10 July 2023 (the Monday before 15 July 2023)"),
        ("The flight is booked this Monday.", "on Monday, 17 July 2023 (the Monday after 15 July 2023)"),
        ("I bought a laptop on Friday.", "on Friday, 14 July 2023 (the Friday before 15 July 2023)"),
        ("We got a puppy on Friday.", "on Friday, 14 July 2023 (the Friday before 15 July 2023)"),
        ("I've got a meeting on Friday.", "on Friday, 21 July 2023 (the Friday after 15 July 2023)"),
        ("I'm looking for a use of the salsa I made on Friday.", "on Friday, 14 July 2023 (the Friday before 15 July 2023)"),
        ("I'm interested in the flight on Friday.", "on Friday, 21 July 2023 (the Friday after 15 July 2023)"),
        ("We leave the day after tomorrow.", "on 17 July 2023"),
        ("It rained the day before yesterday.", "on 13 July 2023"),
        ("It was last week.", "in the week before 15 July 2023"),
        ("It is next month.", "in August 2023"),
        ("It was last year.", "in 2022"),
        ("It was this past weekend.", "on the weekend before 15 July 2023"),
        ("It was fun.", ""),
    ],
)
def test_relative_words_are_counted_from_the_day_they_were_said(text: str, then: str) -> None:
    assert when_happened(text, SAID) == then


def test_the_day_is_the_one_where_the_speaker_was() -> None:
    late = datetime(2023, 7, 15, 20, tzinfo=UTC)
    assert when_happened("I did it today.", late, "Asia/Tokyo") == "on 16 July 2023"


def test_december_and_january_carry_the_year() -> None:
    assert when_happened("next month", datetime(2023, 12, 5, tzinfo=UTC)) == "in January 2024"
    assert when_happened("last month", datetime(2023, 1, 5, tzinfo=UTC)) == "in December 2022"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("yesterday", 14),
        ("ten days ago", 5),
        ("two weeks ago", 1),
        ("last Friday", 14),
        ("next Monday", 17),
        ("last week", 8),
        ("a couple of days ago", 13),
        ("a few days ago", 12),
        ("a few weeks ago", None),
        ("last year", None),
        ("", None),
    ],
)
def test_the_day_that_is_meant(text: str, day: int | None) -> None:
    meant = day_meant(text, SAID.date())
    assert (meant.day if meant else None) == day


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("yesterday", True),
        ("two weeks ago", True),
        ("two months ago", False),
        ("A year ago", False),
        ("last Friday", True),
        ("last week", False),
        ("a few days ago", False),
        ("tea", False),
    ],
)
def test_words_mean_one_day_or_a_time_about_it(text: str, one: bool) -> None:
    assert means_one_day(text) == one


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("I didn't go to the party on Saturday.", True),
        ("I don't have a dentist appointment this week.", True),
        ("You won't believe it - I got mentored yesterday!", False),
        ("I'm going to make it this weekend - can't wait!", False),
        ("I have no big events, but I hope to go next month.", False),
        ("I did not.", False),
    ],
)
def test_what_is_denied_is_what_the_time_belongs_to(text: str, denied: bool) -> None:
    assert denies(text) == denied


@pytest.mark.parametrize(
    ("text", "asked", "then"),
    [
        ("I moved to Berlin last year and I'm getting married next month.", "getting married", "in August 2023"),
        ("I moved to Berlin last year and I'm getting married next month.", "moved to Berlin", "in 2022"),
        (
            "I bought the bike yesterday and sold the car two weeks ago.",
            "sell the car",
            "two weeks before 15 July 2023 (around 1 July 2023)",
        ),
        ("I bought the bike yesterday and sold the car two weeks ago.", "the boat", ""),
        ("I bought the bike yesterday.", "the boat", "on 14 July 2023"),
    ],
)
def test_of_several_times_that_of_what_is_asked_for_counts(text: str, asked: str, then: str) -> None:
    assert when_happened(text, SAID, about=content(asked)) == then


def test_what_is_known_to_be_over_was_the_last_one() -> None:
    assert when_happened("I read Emma on Sunday.", SAID).startswith("on Sunday, 16 July")
    assert when_happened("I read Emma on Sunday.", SAID, past=True).startswith("on Sunday, 9 July")
    assert when_happened("On Sunday we beat Leeds.", SAID, past=True).startswith("on Sunday, 9 July")


@pytest.mark.parametrize(
    "text",
    [
        "I'm flying to Rome on Monday.",
        "On Monday I'm running a marathon.",
        "My sister is getting married on Monday.",
        "We're off to Whitby on Monday.",
        "My parents arrive on Monday.",
        "Lunch with Tom on Monday.",
    ],
)
def test_what_was_to_come_when_it_was_said_was_no_week_before(text: str) -> None:
    assert when_happened(text, SAID, past=True) == "on Monday, 17 July 2023 (the Monday after 15 July 2023)"


def test_a_weekday_of_next_week_is_counted_as_what_is_planned_for_it() -> None:
    monday, text = datetime(2026, 5, 4, 9, tzinfo=UTC), "Next Tuesday I start my new job at Bolt."
    assert when_happened(text, monday) == when_happened(text, monday, past=True) == "on Tuesday, 12 May 2026 (in the week after 4 May 2026)"
    assert [one.start.day for one in commitments_in(text, monday, "UTC")] == [12]
    assert when_happened("This coming Tuesday I start.", monday).startswith("on Tuesday, 5 May 2026")
