"""The eval of commitments: what counts as right, what the shares are of, and what plain dateparser finds."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from evals import commitment_data, commitments
from evals.commitment_data import Gold, Sentence, Session, Spoken, sentences, sessions
from evals.commitments import HALVES, dates_to_come, end_of, ends, figures, found_by_mneme, judge, mean, run, words_in_common
from evals.registry import eval_named
from evals.turns import LANGUAGES
from models.commitments.commitment import Commitment
from stores.errors import InputError

SEOUL = ZoneInfo("Asia/Seoul")
FRIDAY = datetime(2026, 5, 8, 12, tzinfo=SEOUL)


def gold(start: str, **fields: Any) -> Gold:
    return Gold(**{"what": "dentist", "kind": "appointment", "by": "user", "start": start, **fields})


def sentence(*golds: Gold, name: str = "en-001", text: str = "…") -> Sentence:
    return Sentence(id=name, said_at=FRIDAY, timezone="Asia/Seoul", speaker="user", text=text, commitments=golds)


def found(start: datetime, *, all_day: bool = False, **fields: Any) -> Commitment:
    return Commitment(**{"what": "dentist", "kind": "appointment", "by": "user", "start": start, "all_day": all_day, **fields})


def on(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=SEOUL)


def spoken(text: str, language: Any = "en", said_at: datetime = FRIDAY) -> Spoken:
    return Spoken(text, said_at, "Asia/Seoul", "user", language)


def test_the_project_s_own_sentences_are_whole_and_of_what_is_to_come() -> None:
    read = sentences()
    halves = Counter((one.language, one.half) for one in read)
    assert halves == {(language, half): 45 for language in LANGUAGES for half in HALVES}
    assert len({one.id for one in read}) == len(read) == 270
    for one in read:
        now = one.said_at.astimezone(ZoneInfo(one.timezone))
        assert now.utcoffset() == one.said_at.utcoffset(), one.id
        assert all(each.start >= now.strftime("%Y-%m-%dT%H:%M")[: len(each.start)] for each in one.commitments), one.id
        assert all(each.end is None or each.end > each.start for each in one.commitments), one.id


@pytest.mark.parametrize(("name", "half"), [("ko-007", "held out"), ("ja-090", "seen"), ("en-001", "held out"), ("en-010", "seen")])
def test_sentences_of_odd_numbers_are_held_out(name: str, half: str) -> None:
    assert sentence(name=name).half == half


@pytest.mark.parametrize(
    ("start", "one", "right"),
    [
        ("2026-05-12T10:15", found(on(12, 10, 15)), True),
        ("2026-05-12T10:15", found(on(12, 10, 15).astimezone(UTC)), True),
        ("2026-05-12T10:15", found(on(12, 10, 16)), False),
        ("2026-05-12T10:15", found(on(12), all_day=True), False),
        ("2026-05-12T00:00", found(on(12), all_day=True), False),
        ("2026-05-12", found(on(12), all_day=True), True),
        ("2026-05-12", found(on(12).astimezone(UTC), all_day=True), True),
        ("2026-05-12", found(on(12)), False),
        ("2026-05-12", found(on(13), all_day=True), False),
    ],
)
def test_right_is_what_starts_exactly_then(start: str, one: Commitment, right: bool) -> None:
    assert bool(judge(sentence(gold(start)), [one]).pairs) is right


def test_a_found_one_is_right_of_one_thing_only() -> None:
    twice = judge(sentence(gold("2026-05-12"), gold("2026-05-12", what="rent")), [found(on(12), all_day=True)])
    again = judge(sentence(gold("2026-05-12")), [found(on(12), all_day=True), found(on(12), all_day=True)])
    assert (twice.hits, twice.reached) == ([1.0], [1.0, 0.0])
    assert (again.hits, again.reached) == ([1.0, 0.0], [1.0])


def test_of_two_at_the_same_time_the_closest_words_go_together() -> None:
    rent, dentist = found(on(12), all_day=True, what="pay the rent", kind="deadline"), found(on(12), all_day=True)
    judged = judge(sentence(gold("2026-05-12"), gold("2026-05-12", what="the rent", kind="deadline")), [rent, dentist])
    assert [one.what for _, one in judged.pairs] == ["dentist", "pay the rent"]


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (found(on(12, 9), end=on(12, 11).astimezone(UTC)), "2026-05-12T11:00"),
        (found(on(22), all_day=True, end=on(27)), "2026-05-26"),
        (found(on(22), all_day=True), None),
    ],
)
def test_of_several_days_the_last_is_their_end(one: Commitment, told: str | None) -> None:
    assert end_of(one, SEOUL) == told


def test_an_end_is_asked_for_only_where_one_is_told_or_found() -> None:
    golds = gold("2026-05-12"), gold("2026-05-13", end="2026-05-14"), gold("2026-05-15")
    judged = judge(sentence(*golds), [found(on(12), all_day=True), *(found(on(day), all_day=True, end=on(15)) for day in (13, 15))])
    assert ends(judged) == [True, False]


def test_words_in_common_are_stems_and_in_korean_and_japanese_pairs_of_letters() -> None:
    assert words_in_common("appointment with the dentist", "dentists appointment") == 1.0
    assert words_in_common("pay rent", "pay bills") == pytest.approx(0.5)
    assert words_in_common("rent", "") == 0.0
    assert 0.5 < words_in_common("고모네 가게", "고모네") < 1.0
    assert 0.5 < words_in_common("歯医者の予約", "歯医者") < 1.0


def test_the_figures_are_shares_of_what_was_found_and_of_what_there_was() -> None:
    told = [
        sentence(gold("2026-05-12"), gold("2026-05-13", by="other"), name="en-001", text="both"),
        sentence(gold("2026-05-12T10:00"), name="en-003", text="neither"),
        sentence(name="en-005", text="nothing"),
        sentence(name="en-007", text="alarm"),
        sentence(gold("2026-05-12"), name="en-002", text="neither"),
    ]
    says = {
        "both": [found(on(12), all_day=True, kind="promise"), found(on(13), all_day=True)],
        "neither": [found(on(12), all_day=True)],
        "nothing": [],
        "alarm": [found(on(12), all_day=True)],
    }
    values = {name: figure.value for name, figure in figures("Mneme", lambda said: says[said.text], told, [], 0).items()}
    assert values["en precision, held out"] == pytest.approx(2 / 4)
    assert values["en recall, held out"] == pytest.approx(2 / 3)
    assert values["en F1, held out"] == pytest.approx(2 * 2 / (4 + 3))
    assert values["en recall of the day alone, held out"] == 1.0
    assert values["en sentences of nothing that raised one, held out"] == pytest.approx(1 / 2)
    assert values["en kind, held out"] == values["en by whom, held out"] == pytest.approx(1 / 2)
    assert values["en precision, seen"] == values["en recall, seen"] == 1.0
    assert "en end, where there is one, held out" not in values
    assert not [name for name in values if name.startswith(("ko", "ja", "RealMem"))]


def test_only_mneme_says_who_is_bound_to_what() -> None:
    names = figures("dateparser", lambda said: [found(on(12), all_day=True)], [sentence(gold("2026-05-12"))], [], 0)
    assert "en recall, held out" in names
    assert not {"en kind, held out", "en by whom, held out", "en words in common, held out"} & set(names)


def test_what_belongs_to_a_sentence_is_resampled_together() -> None:
    one = mean([("a", [1.0, 1.0, 0.0, 0.0])], 0)
    assert one is not None
    assert (one.value, one.low, one.high) == (0.5, 0.5, 0.5)
    two = mean([("a", [1.0, 1.0]), ("b", [0.0, 0.0]), ("c", [])], 0)
    assert two is not None
    assert (two.value, two.low, two.high) == (0.5, 0.0, 1.0)
    assert mean([("a", []), ("b", [])], 0) is None


def test_sentences_with_nothing_to_count_are_drawn_too_and_widen_the_interval() -> None:
    few = [("a", [1.0]), ("b", [1.0]), ("c", [1.0]), ("d", [0.0])]
    alone, among = mean(few, 0), mean([*few, *((f"empty {number}", []) for number in range(40))], 0)
    assert alone is not None
    assert among is not None
    assert alone.value == among.value == 0.75
    assert among.low < alone.low


def test_what_is_cancelled_counts_as_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def finder(*given: Any) -> list[Commitment]:
        asked.append(given)
        return [found(on(12), all_day=True, change=change, what=change) for change in ("new", "moved", "cancelled")]

    monkeypatch.setattr(commitments, "commitments_in", finder)
    assert [one.what for one in found_by_mneme(spoken("…"))] == ["new", "moved"]
    assert asked == [("…", FRIDAY, "Asia/Seoul", "user")]


@pytest.mark.parametrize(
    ("text", "language", "start", "all_day"),
    [
        ("I am at the dentist on Tuesday at 10:15", "en", on(12, 10, 15), False),
        ("The rent is due on May 20", "en", on(20), True),
        ("내일 병원에 가요", "ko", on(9), True),
        ("明日病院に行きます", "ja", on(9), True),
    ],
)
def test_dateparser_s_dates_count_as_commitments(text: str, language: str, start: datetime, all_day: bool) -> None:
    pytest.importorskip("dateparser")
    (one,) = dates_to_come(spoken(text, language, FRIDAY.astimezone(UTC)))
    assert (one.start, one.all_day) == (start, all_day)


def test_what_dateparser_finds_in_the_past_does_not_count() -> None:
    pytest.importorskip("dateparser")
    assert not dates_to_come(spoken("I saw her yesterday"))
    assert not dates_to_come(spoken("I like my dog"))


def test_without_dateparser_mneme_stands_alone_and_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commitments, "commitments_in", lambda *given: [])
    monkeypatch.setattr(commitments, "find_spec", lambda name: None)
    result = run(limit=12)
    assert list(result.systems) == ["Mneme"]
    assert "extra `evals`" in result.data


def test_without_a_folder_realmem_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commitments, "commitments_in", right_answers())
    monkeypatch.setattr(commitments, "find_spec", lambda name: None)
    result = eval_named("commitments")(Path(), None, 0)
    assert "RealMem" not in result.data
    assert "135 of them held out" in result.data
    values = {name: figure.value for name, figure in result.systems["Mneme"].items()}
    wrong = {name for name, value in values.items() if value != ("raised one" not in name) and "end" not in name}
    assert not wrong
    assert {name: value for name, value in values.items() if " end, " in name and value != 1.0} == {}
    assert len(result.shown) == 6
    assert all("held out" in metric for metric in result.shown)


def right_answers() -> Any:
    """A finder that knows the sentences."""
    known = {one.text: one for one in sentences()}

    def finder(text: str, said_at: datetime, timezone: str, speaker: str) -> list[Commitment]:
        zone = ZoneInfo(timezone)

        def moment(told: str, *, last: bool = False) -> datetime:
            read = datetime.fromisoformat(told).replace(tzinfo=zone)
            return read + timedelta(days=1) if last and "T" not in told else read

        return [
            Commitment(
                one.what,
                one.kind,
                one.by,
                moment(one.start),
                moment(one.end, last=True) if one.end else None,
                all_day="T" not in one.start,
            )
            for one in known[text].commitments
        ]

    return finder


@pytest.fixture
def realmem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    whens = {"s-1": "2026-02-14", "s-2": "recurring", "s-3": "none", "s-5": "2026-02-20"}
    lines = [json.dumps({"person": "Ada", "index": index, "when": when}) for index, when in whens.items()]
    (tmp_path / "schedules.jsonl").write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(commitment_data, "SCHEDULES", tmp_path / "schedules.jsonl")
    document = {
        "_metadata": {"person_name": "Ada"},
        "dialogues": [
            dialogue("one", "2026-02-08 (Sunday)", ["s-1", "s-2"], "Saturday and Sunday", "Saturday it is"),
            dialogue("two", "2026-02-09 (Monday)", ["s-3", "s-4"], "Saturday"),
            dialogue("three", "2026-02-10 (Tuesday)", None, "Sunday", "Saturday"),
            dialogue("four", "2026-02-11 (Wednesday)", [], "nothing"),
            dialogue("five", "2026-02-12 (Thursday)", ["s-5"], "Saturday"),
        ],
    }
    (tmp_path / "realmem").mkdir()
    (tmp_path / "realmem" / "Ada.json").write_text(json.dumps(document))
    return tmp_path


def dialogue(name: str, at: str, notes: list[str] | None, *said: str) -> dict[str, Any]:
    noted = notes and [{"index": index, "type": "Schedule"} for index in notes] + [{"index": "x", "type": "Static"}]
    turns = [{"speaker": ("User", "Assistant")[at % 2], "content": text} for at, text in enumerate(said)]
    return {"session_uuid": name, "current_time": at, "dialogue_turns": turns, "extracted_memory": noted}


def weekend(said: Spoken) -> list[Commitment]:
    days = {"Saturday": 14, "Sunday": 15}
    return [found(datetime(2026, 2, day, 9, tzinfo=UTC)) for name, day in days.items() if name in said.text]


def test_a_session_of_realmem_knows_its_days_and_its_turns(realmem: Path) -> None:
    first, *_, last = sessions(realmem)
    assert (first.days, first.scheduled) == ({date(2026, 2, 14)}, ("one day", "recurring"))
    assert [(one.text, one.speaker, one.said_at.hour) for one in first.said] == [
        ("Saturday and Sunday", "user", 12),
        ("Saturday it is", "assistant", 12),
    ]
    assert last.days == {date(2026, 2, 20)}
    assert [one.id for one in sessions(realmem / "realmem")] == ["one", "two", "three", "four", "five"]


def test_days_found_in_realmem_are_held_against_the_day_that_was_noted(realmem: Path) -> None:
    found = {name: figure.value for name, figure in figures("Mneme", weekend, [], sessions(realmem), 0).items()}
    assert found == {
        "RealMem recall of days": pytest.approx(1 / 2),  # the 14th is found, the 20th is not
        "RealMem precision of days": pytest.approx(2 / 3),  # the 14th twice, once in a session that noted another day; the 15th is nobody's
        "RealMem days a session of no schedule": pytest.approx(1.0),  # two days in one, none in the other
    }


def test_days_of_another_person_do_not_count() -> None:
    said = (spoken("Saturday", said_at=datetime(2026, 2, 8, 12, tzinfo=UTC)),)
    known = [
        Session("Ada", "1", said, ("one day",), frozenset({date(2026, 2, 20)})),
        Session("Bea", "1", (), ("one day",), frozenset({date(2026, 2, 14)})),
    ]
    assert figures("Mneme", weekend, [], known, 0)["RealMem precision of days"].value == 0.0


def test_how_many_schedules_tell_a_day_is_said(realmem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commitments, "commitments_in", lambda *given: [])
    monkeypatch.setattr(commitments, "find_spec", lambda name: None)
    told = run(realmem, limit=3).data
    assert "5 Schedule memories of RealMem, 2 on one day to come, 1 recurring, 1 on no day that is told, 1 that nobody has read" in told


def test_data_that_are_not_there_or_not_whole_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no files of RealMem"):
        sessions(tmp_path)
    (tmp_path / "Ada.json").write_text(json.dumps({"dialogues": [{"session_uuid": "one", "current_time": "someday"}]}))
    with pytest.raises(InputError, match="cannot be read"):
        sessions(tmp_path)
