"""A simulated world without its agents: its places, its file, whose turn it is, what is told to whom in which words."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

from app.simulation_commands import moment_in
from graph.simulation.meeting import free, pass_on
from graph.simulation.places import Places
from graph.simulation.scenario import scenario_in
from graph.simulation.steps import in_turn
from graph.simulation.world import Doing, News, begun
from models.commitments.alike import shared
from models.commitments.finding import commitments_in
from models.local import wording
from models.local.greeting import greeting, retold
from models.mind import Character, GreetRequest, Memory, Moment
from models.planning.waking import is_asleep
from stores.errors import InputError
from tests.fakes import NOON
from tests.worlds import village, world_of

PLACES = Places({"mill": {"loft": {}, "cellar": {}}, "inn": {"old inn yard": {}}})


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("loft", "loft", True),
        ("loft", "mill", True),
        ("mill", "loft", True),
        ("loft", "cellar", False),
        ("mill", "inn", False),
        ("loft", "", True),
    ],
)
def test_those_meet_who_are_in_one_place_or_one_in_the_building_of_the_other(one: str, other: str, meet: bool) -> None:
    assert PLACES.together(one, other) is meet


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (("in the Loft",), "loft"),
        (("the old inn yard",), "old inn yard"),
        (("nowhere", "at the inn"), "inn"),
        (("the milling place", "innings"), ""),
        ((), ""),
    ],
)
def test_a_place_is_meant_by_its_whole_name(texts: tuple[str, ...], place: str) -> None:
    assert PLACES.meant(*texts) == place


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends": "2026-05-08T08:00"}, "must come after begins"),
        ({"ends": "2026-07-08T08:00"}, "at most 31 days"),
        ({"timezone": "Mars/North"}, "timezone: There is no time zone 'Mars/North'"),
        ({"places": {"mill": {"Inn": {}}, "inn": {}}}, "places: inn: each place needs a name of its own"),
        ({"places": {"mill": ["loft"]}}, "places: a place holds an object of places"),
        ({"places": {"mill": {}, "inn": {}, "barn": {}}}, "characters.ada.home: there is no place 'cave'"),
        ({"events": [{"at": "2026-05-08T08:10", "place": "moon", "what": "It shines."}]}, "events.0.place: there is no place 'moon'"),
        ({"characters": [village()["characters"][0]] * 2}, "two have the same id"),
        ({"characters": []}, "characters: "),
        ({"colour": "red"}, "colour: "),
        ({"name": "a/b"}, "name: "),
    ],
)
def test_a_file_that_tells_of_no_world_says_where(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=r"village\.json tells of no world") as refused:
        world_of(**changes)
    assert told in refused.value.message


@pytest.mark.parametrize(
    ("habit", "told"),
    [
        ({"from": "18:00", "to": "05:00"}, ""),
        ({"from": "18:00", "to": "17:00"}, "characters.ada.routine: 'dance' does not end after it begins"),
        ({"from": "25:00", "to": "26:00"}, "characters.0.routine.0.from"),
        ({"from": "17:00", "to": "18:00", "place": "moon"}, "characters.ada.routine: there is no place 'moon'"),
    ],
)
def test_a_routine_is_checked(habit: dict[str, Any], told: str) -> None:
    one = {**village()["characters"][0], "routine": [{"what": "dance", "place": "inn", **habit}]}
    if not told:
        assert world_of(characters=[one]).characters[0].routine[0].what == "dance"
        return
    with pytest.raises(InputError) as refused:
        world_of(characters=[one])
    assert told in refused.value.message


def test_what_was_done_yesterday_is_on_the_clocks_of_the_world() -> None:
    scenario = world_of(timezone="Asia/Seoul")
    strokes = scenario.yesterday(scenario.person("ada"))
    assert [one.span.start for one in strokes] == [datetime(2026, 5, 6, 22, tzinfo=UTC), datetime(2026, 5, 7, 0, tzinfo=UTC)]
    assert scenario.begin == datetime(2026, 5, 7, 23, tzinfo=UTC)


def test_the_bundled_day_is_a_world() -> None:
    scenario = scenario_in(files("app").joinpath("demo/day.json").read_text(encoding="utf-8"), "the bundled day")
    assert len(scenario.characters) == 3


def test_the_seed_and_the_moment_decide_whose_turn_it_is() -> None:
    world, other = begun(world_of()), begun(world_of(seed=2))
    moments = [world.clock + world.scenario.step * at for at in range(12)]

    def orders(of: Any) -> list[list[str]]:
        return [in_turn(of.model_copy(update={"clock": moment})) for moment in moments]

    assert orders(world) == orders(world)
    assert len({tuple(one) for one in orders(world)}) > 1
    assert orders(world) != orders(other)


def test_two_are_free_to_talk_once_in_a_while() -> None:
    world = begun(world_of())
    assert free(world, "ada", "bo")
    world.considered["ada+bo"] = world.clock - timedelta(minutes=20)
    assert not free(world, "bo", "ada")
    world.considered["ada+bo"] = world.clock - timedelta(minutes=30)
    assert free(world, "bo", "ada")
    world.talked["ada+bo"] = world.clock - timedelta(minutes=110)
    assert not free(world, "ada", "bo")
    assert free(world, "ada", "cy")


def test_who_is_bound_talks_only_to_those_who_are_bound_too() -> None:
    world = begun(world_of())
    world.doing["ada"] = Doing(place="inn", bound=True)
    assert not free(world, "ada", "bo")
    world.doing["bo"] = Doing(place="inn", bound=True)
    assert free(world, "ada", "bo")


def test_news_is_passed_on_with_who_knows_it() -> None:
    world = begun(world_of())
    world.news = {"ada": [News(id="wheel", knows=["ada", "dan"]), News(id="cat", knows=["ada"])]}
    pass_on(world, "ada", "bo", ["wheel"], "what bo heard")
    assert world.news["ada"][0].knows == ["ada", "dan", "bo"]
    assert world.news["ada"][1].knows == ["ada"]
    assert world.news["bo"] == [News(id="what bo heard", knows=["ada", "bo", "dan"])]
    pass_on(world, "ada", "bo", [], "small talk")
    assert len(world.news["bo"]) == 1


@pytest.mark.parametrize(
    ("what", "asleep"),
    [
        ("sleep", True),
        ("Sleeping until the alarm rings", True),
        ("go to bed", True),
        ("fast asleep", True),
        ("잠자기", True),
        ("就寝", True),
        ("wake up after a good sleep", False),
        ("make the bed", False),
        ("sleepwalk", False),
        ("nothing planned", False),
    ],
)
def test_who_sleeps_is_told_by_the_plan(what: str, asleep: bool) -> None:
    assert is_asleep(what) is asleep


def memory(text: str, role: str = "user", speaker: str = "Ada") -> Memory:
    return Memory("m", text, speaker, role, "turn", NOON, 1.0, 1.0)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (memory("The wheel broke.", role="system", speaker=""), "The wheel broke."),
        (memory("Good morning, Bo. The wheel broke."), "Ada told me: “The wheel broke.”"),
        (memory("Good morning, Bo. Ada told me: “The wheel broke.”", speaker="Eve"), "Ada told Eve: “The wheel broke.”"),
        (memory("Good evening, Bo. Ada told Eve: “The wheel broke. Twice.”", speaker="Fay"), "Ada told Eve: “The wheel broke. Twice.”"),
        (memory("Good evening, Bo. Bo told Eve: “The wheel broke.”", speaker="Fay"), "I told Eve: “The wheel broke.”"),
        (memory("Good morning, Bo."), "Ada told me: “Good morning, Bo.”"),
    ],
)
def test_what_is_told_on_says_who_said_it(known: Memory, told: str) -> None:
    assert retold(known, "Bo") == told


def meeting(*news: Memory, hour: int = 9) -> GreetRequest:
    moment = Moment(datetime(2026, 5, 8, hour, tzinfo=UTC), "Asia/Seoul")
    return GreetRequest("Cy is here, at the barn: milk cows.", news, (), (), Character("bo", "Bo"), moment, "Cy")


def test_the_local_mind_tells_the_newest_or_nothing() -> None:
    said = greeting(meeting(memory("The cat is back.", "system"), memory("Good morning, Bo. The wheel broke.")))
    assert (said.talks, said.words, said.tells) == (True, "Good evening, Cy. Ada told me: “The wheel broke.”", (2,))
    silent = greeting(meeting())
    assert (silent.talks, silent.words, list(silent.tells)) == (False, "", [])


def test_who_hears_a_reminder_does_not_take_it_for_an_appointment_of_their_own() -> None:
    reminder = wording.ENGLISH.reminder.format(when="today, 18:00 (in seven hours)", what="meeting in the reading room")
    for noted in wording.ENGLISH.noted:
        assert not commitments_in(f"{noted}\n{reminder}", NOON, "UTC", "user")


def test_words_without_meaning_make_nothing_alike() -> None:
    assert shared("The big oven broke.", "walk by the sea") == 0
    assert shared("The big oven broke.", "bake in the oven") == 1


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("", None),
        ("9:30", datetime(2026, 5, 8, 0, 30, tzinfo=UTC)),
        ("12:00", datetime(2026, 5, 8, 3, tzinfo=UTC)),
        ("2026-05-09T12:00", datetime(2026, 5, 9, 3, tzinfo=UTC)),
        ("2026-05-09T12:00+00:00", datetime(2026, 5, 9, 12, tzinfo=UTC)),
    ],
)
def test_a_moment_to_stop_at_is_on_the_clocks_of_the_world(written: str, moment: datetime | None) -> None:
    scenario = world_of(timezone="Asia/Seoul")
    assert moment_in(written, scenario, scenario.begin) == moment


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(InputError, match="no moment"):
        moment_in("noon", world_of(), NOON)
