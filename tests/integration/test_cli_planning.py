"""The commands about planning: what they note, list, print, refuse and promise as JSON."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.commands import Typed, printed, refused
from tests.integration.fake_openai import Fails, FakeOpenAI, Reply, Says

BERLIN = ("--user", "ada", "--timezone", "Europe/Berlin")
MORNING, NOON, LATER = (("--now", f"2026-05-07T{hour}") for hour in ("09:30", "12:00", "18:00"))
DENTIST = "I have a dentist appointment tomorrow at 3pm."
MOVED = "The dentist got moved to Monday at 10."
REPORT = "I'll send Bob the report by Wednesday."
OFF = "The report for Bob is cancelled."
GARAGE = "The phone rings: the appointment at the garage is on Monday at 11."
NO_STROKES = '{"strokes": []}'
PLAN = ["id", "what", "start", "end", "all_day", "level", "kind", "by", "place", "character", "from", "became", "moved_to", "because"]
NOTED = ["change", "from", "id", "what", "start", "end", "all_day", "kind", "by", "place"]
FRIDAY = "Friday, 8 May 2026, 15:00 (tomorrow)"


def say(typed: Typed, home: Path, *texts: str, **env: str) -> list[dict[str, Any]]:
    """What was said in the morning, as JSON."""
    return [printed(typed(home, "say", text, *BERLIN, *MORNING, "--json", **env)) for text in texts]


def listed(typed: Typed, home: Path, *more: str) -> list[dict[str, Any]]:
    """What `mneme plans` lists at noon."""
    found: list[dict[str, Any]] = printed(typed(home, "plans", *BERLIN, *NOON, "--json", *more))
    assert all(list(one) == PLAN for one in found)
    return found


def bound(*more: dict[str, Any], **fields: Any) -> Says:
    """What a model says that finds one commitment, and more of it."""
    told = {"message": 1, "what": "dentist", "kind": "appointment", "by": "user", "start": "2026-05-08T15:00", "end": "", "place": ""}
    return Says(json.dumps({"commitments": [{**told, "change": "new", "about": 0, **one} for one in (fields, *more)]}))


def test_what_was_heard_is_noted_and_listed_with_the_words_it_comes_from(tmp_path: Path, typed: Typed) -> None:
    first, second = say(typed, tmp_path, DENTIST, REPORT)
    (noted,) = first["noted"]
    assert list(noted) == NOTED
    assert (noted["change"], noted["what"], noted["start"]) == ("new", "dentist appointment", "2026-05-08T13:00:00Z")
    assert noted["from"] == first["stored"][0]["id"]
    assert (first["planning_due"], second["planning_due"]) == (False, False)
    dentist, report = listed(typed, tmp_path)
    assert (dentist["id"], dentist["from"]) == (noted["id"], [noted["from"]])
    assert (dentist["start"], dentist["all_day"]) == ("2026-05-08T15:00:00+02:00", False)
    assert (dentist["kind"], dentist["by"]) == ("appointment", "user")
    assert (report["start"], report["all_day"], report["kind"]) == ("2026-05-13T00:00:00+02:00", True, "promise")
    assert (report["level"], report["character"], report["became"], report["because"]) == ("commitment", "mneme", "planned", None)
    table = typed(tmp_path, "plans", *BERLIN, *NOON).stdout
    assert table.splitlines()[0].strip() == "2 plans of ada"
    assert [dentist["id"][:8], FRIDAY, "appointment", "ada", noted["from"][:8], "dentist appointment"] == [
        cell.strip() for cell in table.splitlines()[2].split("  ") if cell.strip()
    ]


def test_a_turn_says_what_it_noted(tmp_path: Path, typed: Typed) -> None:
    told = [typed(tmp_path, "say", text, *BERLIN, *MORNING).stdout.splitlines()[1] for text in (DENTIST, MOVED, REPORT, OFF)]
    monday, wednesday = "Monday, 11 May 2026, 10:00 (in four days)", "Wednesday, 13 May 2026 (in six days)"
    assert told == [
        f"noted: {FRIDAY}: dentist appointment",
        f"moved to: {monday}: dentist appointment",
        f"noted: {wednesday}: send Bob the report",
        f"cancelled: {wednesday}: send Bob the report",
    ]
    assert "noted" not in typed(tmp_path, "say", "I like green tea.", *BERLIN, *MORNING).stdout


def test_what_was_moved_or_cancelled_is_history_with_the_words_that_did_so(tmp_path: Path, typed: Typed) -> None:
    said = [one["stored"][0]["id"] for one in say(typed, tmp_path, DENTIST, MOVED, REPORT, OFF)]
    (monday,) = listed(typed, tmp_path)
    assert (monday["what"], monday["start"]) == ("dentist appointment", "2026-05-11T10:00:00+02:00")
    friday, _, report = listed(typed, tmp_path, "--past")
    assert (friday["became"], friday["moved_to"], friday["because"]) == ("moved", monday["id"], said[1])
    assert (report["became"], report["moved_to"], report["because"]) == ("cancelled", None, said[3])
    table = " ".join(typed(tmp_path, "plans", *BERLIN, *NOON, "--past").stdout.split())
    assert f"moved to Monday, 11 May 2026, 10:00 (in four days): “{MOVED}” ({said[1][:8]})" in table
    assert f"cancelled: “{OFF}” ({said[3][:8]})" in table
    for how in ("--hide", "--yes"):
        printed(typed(tmp_path, "memories", "forget", said[3], how, "--user", "ada", "--json"))
        assert [one["because"] for one in listed(typed, tmp_path, "--past") if one["became"] == "cancelled"] == [None]


def test_what_is_done_is_noted_and_is_history_with_the_words_that_say_so(tmp_path: Path, typed: Typed) -> None:
    sent = "I sent Bob the report."
    assert typed(tmp_path, "say", REPORT, *BERLIN, *MORNING).stdout.splitlines()[1].startswith("noted: ")
    (noted,) = say(typed, tmp_path, sent)[0]["noted"]
    assert (noted["change"], noted["what"]) == ("done", "send Bob the report")
    assert listed(typed, tmp_path) == []
    (report,) = listed(typed, tmp_path, "--past")
    assert (report["became"], report["because"]) == ("done", noted["from"])
    assert f"done: “{sent}” ({noted['from'][:8]})" in " ".join(typed(tmp_path, "plans", *BERLIN, *NOON, "--past").stdout.split())


@pytest.mark.parametrize("days", [(), ("--days",)])
def test_what_is_called_off_before_it_was_planned_is_history_at_once(
    tmp_path: Path, typed: Typed, endpoint: FakeOpenAI, days: tuple[str, ...]
) -> None:
    endpoint.now_replies(Says("Good luck."))
    said = say(typed, tmp_path, "The dentist expects me at 3pm.", "The dentist is cancelled.", OPENAI_BASE_URL=endpoint.url)
    three = {"start": "2026-05-07T15:00"}
    endpoint.now_replies(bound({**three, "message": 3, "change": "cancelled"}, **three), Says(NO_STROKES))  # the second is the answer
    printed(typed(tmp_path, "plan", *BERLIN, *NOON, *days, "--json", OPENAI_BASE_URL=endpoint.url))
    assert listed(typed, tmp_path) == []
    (dentist,) = listed(typed, tmp_path, "--past")
    assert (dentist["became"], dentist["because"]) == ("cancelled", said[1]["stored"][0]["id"])
    strokes = [one["what"] for one in listed(typed, tmp_path, "--all", "--past") if one["level"] == "stroke"]
    assert strokes == (["nothing planned"] if days else [])


def test_other_words_for_a_plan_are_the_plan(tmp_path: Path, typed: Typed) -> None:
    (told,) = say(typed, tmp_path, DENTIST)
    edit = printed(typed(tmp_path, "memories", "edit", told["noted"][0]["id"], "Dr. Kim", "--user", "ada", "--json"))
    assert [(one["id"], one["what"]) for one in listed(typed, tmp_path)] == [(edit["id"], "Dr. Kim")]
    assert sorted((one["what"], one["became"]) for one in listed(typed, tmp_path, "--past")) == [
        ("Dr. Kim", "planned"),
        ("dentist appointment", "edited"),
    ]


def test_days_are_those_of_the_users_zone(tmp_path: Path, typed: Typed) -> None:
    say(typed, tmp_path, DENTIST, "I have a concert on 20 May at 8pm.")
    assert [one["what"] for one in listed(typed, tmp_path, "--week")] == ["dentist appointment"]
    assert [one["what"] for one in listed(typed, tmp_path, "--day", "2026-05-20")] == ["concert"]
    assert listed(typed, tmp_path, "--day", "2026-05-21") == []
    assert [one["start"] for one in listed(typed, tmp_path, "--day", "2026-05-21", "--timezone", "Asia/Seoul")] == [
        "2026-05-21T03:00:00+09:00"
    ]
    assert typed(tmp_path, "plans", *BERLIN, *NOON, "--day", "2026-05-21").stdout == "Nothing of ada's is planned for 2026-05-21.\n"
    assert typed(tmp_path, "plans", "--user", "bob", "--week").stdout == "Nothing of bob's is planned for the next seven days.\n"
    after = ("plans", *BERLIN, "--now", "2026-05-09T12:00", "--json")
    assert [one["what"] for one in printed(typed(tmp_path, *after))] == ["concert"]
    assert [one["became"] for one in printed(typed(tmp_path, *after, "--past"))] == ["over", "planned"]
    assert [one["became"] for one in printed(typed(tmp_path, *after, "--day", "2026-05-08"))] == ["over"]


def test_what_cannot_be_asked_for_is_refused(tmp_path: Path, typed: Typed) -> None:
    refused(typed(tmp_path, "plans", "--day", "soon"), "'soon' is no day.", "Write it as 2026-05-08.")
    refused(typed(tmp_path, "plans", "--day", "2026-05-08", "--week"), "A day and a week", "Give --day or --week.")
    refused(typed(tmp_path, "plans", "--timezone", "Mars/Olympus"), "There is no time zone 'Mars/Olympus'.")
    refused(typed(tmp_path, "plans", "--now", "9999-12-31T23:00"), "lies outside the calendar")
    refused(typed(tmp_path, "plan", "--user", " "), "No user is named.")
    refused(typed(tmp_path, "observe", " \n"), "There is nothing to observe: the text is blank.", "Say what happens.")
    refused(typed(tmp_path, "due", "--timezone", "Mars/Olympus"), "There is no time zone 'Mars/Olympus'.")


def test_an_event_is_observed_and_can_bind(tmp_path: Path, typed: Typed) -> None:
    report = printed(typed(tmp_path, "observe", GARAGE, *BERLIN, *MORNING, "--json"))
    assert list(report) == ["thread", "observation", "stored", "reflection_due", "planning_due", "noted", "milliseconds"]
    assert (report["observation"], [one["outcome"] for one in report["stored"]]) == (GARAGE, ["stored"])
    assert [one["from"] for one in listed(typed, tmp_path)] == [[report["stored"][0]["id"]]]
    told = typed(tmp_path, "observe", "It rains.", *BERLIN, *NOON, "--thread", "aside").stdout
    assert told.startswith("Observed: stored ")
    assert len(told.splitlines()) == 1
    assert "garage" in say(typed, tmp_path, "When is my garage appointment?")[0]["answer"]


def test_planning_now_does_what_is_new_and_says_so(tmp_path: Path, typed: Typed) -> None:
    nothing = "Nothing to plan: nothing was said since the last time that tells a time. To plan all the same: --anyway.\n"
    assert typed(tmp_path, "plan", *BERLIN, *NOON).stdout == nothing
    printed(typed(tmp_path, "say", DENTIST, *BERLIN, *MORNING, "--plans", "off", "--json"))
    assert listed(typed, tmp_path) == []
    report = printed(typed(tmp_path, "plan", *BERLIN, *NOON, "--json"))
    assert (report["due"], report["mind"], [one["change"] for one in report["heard"]]) == (True, "local", ["new"])
    assert [one["id"] for one in listed(typed, tmp_path)] == report["kept"]
    assert typed(tmp_path, "plan", *BERLIN, *NOON).stdout == nothing
    assert typed(tmp_path, "plan", *BERLIN, *NOON, "--anyway").stdout == "0 commitments noted.\n"
    assert not printed(typed(tmp_path, "plan", *BERLIN, *NOON, "--json"))["due"]


def test_the_characters_day_is_planned_where_that_is_wanted(tmp_path: Path, typed: Typed) -> None:
    say(typed, tmp_path, DENTIST)
    told = typed(tmp_path, "plan", *BERLIN, "--now", "2026-05-08T09:00", "--days").stdout.splitlines()
    assert told[:5] == [
        "0 commitments noted.",
        "The day, in 3 parts:",
        "  09:00 to 15:00  nothing planned",
        "  15:00 to 16:00  dentist appointment",
        "  16:00 to 00:00  nothing planned",
    ]
    assert told[5].startswith("Left out: Without a language model")
    levels = [one["level"] for one in listed(typed, tmp_path, "--day", "2026-05-08", "--all")]
    assert sorted(levels) == ["commitment", "stroke", "stroke", "stroke"]
    assert [one["level"] for one in listed(typed, tmp_path, "--day", "2026-05-08")] == ["commitment"]


@pytest.mark.parametrize("reply", [Fails(401, "no key"), Says("I would rather talk.")])
def test_a_model_that_fails_keeps_nothing_and_what_was_due_stays_due(
    tmp_path: Path, typed: Typed, endpoint: FakeOpenAI, reply: Reply
) -> None:
    endpoint.now_replies(Says("Good luck."))
    (told,) = say(typed, tmp_path, DENTIST, OPENAI_BASE_URL=endpoint.url)
    assert (told["mind"], told["planning_due"], told["noted"]) == ("chat", True, [])
    endpoint.now_replies(reply)
    refused(
        typed(tmp_path, "plan", *BERLIN, *NOON, OPENAI_BASE_URL=endpoint.url), "Nothing was kept: notice_commitments: ", "Try again later"
    )
    assert typed(tmp_path, "due", OPENAI_BASE_URL=endpoint.url).stdout.startswith("mneme could not plan with ada: notice_commitments: ")
    assert listed(typed, tmp_path, "--past") == []
    endpoint.now_replies(bound(start="2126-05-08T15:00"))
    assert "1 commitment noted." in typed(tmp_path, "plan", *BERLIN, *NOON, OPENAI_BASE_URL=endpoint.url).stdout


def test_what_was_put_off_is_planned_by_the_clock_of_who_said_it(tmp_path: Path, typed: Typed, endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says("Good luck."))
    told = typed(tmp_path, "say", DENTIST, *BERLIN, *MORNING, OPENAI_BASE_URL=endpoint.url).stdout
    assert told.splitlines()[-1].endswith("planning is due")
    endpoint.now_replies(bound(start="2126-05-08T15:00"))
    report = printed(typed(tmp_path, "due", "--timezone", "Asia/Seoul", "--json", OPENAI_BASE_URL=endpoint.url))
    assert list(report) == ["scrubbed", "embedded", "expired", "plannings", "reflections", "indexed"]
    (done,) = report["plannings"]
    (noted,) = done.pop("noted")
    assert done == {"user_id": "ada", "character_id": "mneme", "failed": ""}
    assert (list(noted), noted["start"]) == (NOTED, "2126-05-08T13:00:00Z")
    asked = len(endpoint.requests)
    assert typed(tmp_path, "due", OPENAI_BASE_URL=endpoint.url).stdout == "Nothing was due.\n"
    assert len(endpoint.requests) == asked
    assert [one["id"] for one in listed(typed, tmp_path)] == [noted["id"]]


def test_due_says_what_was_planned_also_where_it_had_failed(tmp_path: Path, typed: Typed, endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says("Good luck."))
    say(typed, tmp_path, DENTIST, OPENAI_BASE_URL=endpoint.url)
    endpoint.now_replies(Fails(401))
    typed(tmp_path, "due", OPENAI_BASE_URL=endpoint.url)
    endpoint.now_replies(bound(start="2126-05-08T15:00"))
    told = typed(tmp_path, "due", OPENAI_BASE_URL=endpoint.url).stdout.splitlines()
    assert told == ["mneme planned with ada: 1 commitment noted.", "0 memories embedded, 0 items removed."]


def chatted(typed: Typed, home: Path, monkeypatch: pytest.MonkeyPatch, **env: str) -> str:
    """What `mneme chat` prints where one thing is said in it."""
    lines = iter((DENTIST, "/quit"))
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    return typed(home, "chat", *BERLIN, **env).stdout


def test_the_chat_shows_what_it_noted(tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    said = chatted(typed, tmp_path, monkeypatch)
    assert re.search(r"noted: \w+, \d+ \w+ \d{4}, 15:00 \([a-z ]+\): dentist appointment", said)


def test_what_was_put_off_is_planned_when_the_chat_ends(
    tmp_path: Path, typed: Typed, endpoint: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.now_replies(Says("Good luck."), bound(start="2126-05-08T15:00"))
    said = chatted(typed, tmp_path, monkeypatch, OPENAI_BASE_URL=endpoint.url)
    assert said.index("planning is due") < said.index("noted: Wednesday, 8 May 2126, 15:00")


def test_planned_words_never_steer_the_terminal(tmp_path: Path, typed: Typed, endpoint: FakeOpenAI) -> None:
    red = "\x1b[31mred\x9b0m"
    endpoint.now_replies(Says("Good luck."), bound(what=f"dentist {red}"))
    printed(typed(tmp_path, "say", f"{DENTIST} {red}", *BERLIN, *MORNING, "--json", OPENAI_BASE_URL=endpoint.url))
    said = [typed(tmp_path, "plan", *BERLIN, *NOON, OPENAI_BASE_URL=endpoint.url), typed(tmp_path, "plans", *BERLIN, *NOON)]
    typed(tmp_path, "say", f"The dentist is cancelled. {red}", *BERLIN, *LATER)
    said += [typed(tmp_path, "plans", *BERLIN, *LATER, "--past"), typed(tmp_path, "plans", "--user", red)]
    assert "cancelled: " in said[2].stdout
    assert all("␛" in one.stdout + one.stderr for one in said)
    assert not any(sign in one.stdout + one.stderr for one in said for sign in ("\x1b", "\x9b"))
