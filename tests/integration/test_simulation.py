"""A shared day with the real agent on real folders: what travels from one to another, what does not, and that it can be stopped."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGINT, raise_signal
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from app.simulation_commands import stoppable
from graph.assembly import Settings, open_agent
from graph.simulation.running import begin_anew, simulate
from graph.simulation.scenario import Scenario
from graph.simulation.world import Entry, kept_world
from models.chat_mind import ChatMind
from models.local_mind import LocalMind
from models.mind import (
    Answer,
    AnswerRequest,
    AskRequest,
    Character,
    Greeting,
    GreetRequest,
    InferRequest,
    Insight,
    Insights,
    Memory,
    MindName,
    Moment,
    Questions,
    Tokens,
    Verdict,
    Verdicts,
    VerifyRequest,
)
from models.minds import Minds
from nodes.context import Context
from stores.access import Access
from stores.embedder import Embedder
from stores.errors import InputError, ModelAnswerUnusable, ModelUnavailable
from stores.memory_store import MemoryStore
from tests.integration.commands import Typed, printed, refused
from tests.integration.fake_openai import FakeOpenAI, Handler, Says, as_recorded
from tests.worlds import WHEEL, lives, village, world_of

Agent = Any  # the compiled turn graph
USER = "simulation village"
MEETING = "We are meeting in the barn at 09:30 today."


def local(mind: str, model: str, embedder: Embedder) -> LocalMind:
    return LocalMind(embedder)


@contextmanager
def opened(home: Path, minds: Minds = local) -> Iterator[Agent]:
    with open_agent(Settings(home=home), minds) as agent:
        yield agent


def lived(agent: Agent, scenario: Scenario, until: str = "", minds: Minds = local) -> list[Entry]:
    """What happens from where the world stands."""
    end = scenario.moment(datetime.fromisoformat(f"2026-05-08T{until}")) if until else None
    return [one for entries in simulate(agent, scenario, until=end, minds=minds) for one in entries]


def timeline(agent: Agent, scenario: Scenario) -> str:
    """All that happened, as it is written."""
    world = kept_world(scenario, memory_of(agent))
    assert world
    return json.dumps([one.model_dump(mode="json") for one in world.timeline])


def memory_of(agent: Agent) -> MemoryStore:
    assert isinstance(agent.store, MemoryStore)
    return agent.store


def known_to(agent: Agent, id: str, scenario: Scenario) -> set[str]:
    """What a character recalls when it is asked about the wheel, at the end of the day."""
    found = memory_of(agent).recall("the broken mill wheel", access=Access(USER, id), k=50, now=scenario.end, until=scenario.end)
    return {one.record.text for one in found.taken}


def said(entries: list[Entry]) -> list[tuple[str, ...]]:
    return [(*one.who, one.text) for one in entries if one.kind == "says"]


def test_news_travels_from_one_to_another_and_not_to_who_was_not_there(tmp_path: Path) -> None:
    scenario = world_of()
    with opened(tmp_path) as agent:
        first = lived(agent, scenario, until="09:20")
        assert [one.who for one in first if one.kind == "event"] == [("ada",)]
        assert said(first)[0] == ("ada", "bo", f"Good morning, Bo. {WHEEL}")
        assert any("wheel" in one for one in known_to(agent, "bo", scenario))
        assert not any("wheel" in one for one in known_to(agent, "cy", scenario))
        rest = lived(agent, scenario)
        assert said(rest)[0] == ("bo", "cy", f"Good morning, Cy. Ada told me: “{WHEEL}”")
        assert any("wheel" in one for one in known_to(agent, "cy", scenario))
        assert not any("wheel" in one for one in known_to(agent, "dan", scenario))
        dan = memory_of(agent).stream(access=Access(USER, "dan"), past=True, limit=100)
        assert {one.text for one in dan} <= {"carve spoons", "nothing planned"}


def test_both_remember_what_was_said_in_the_order_in_which_it_was(tmp_path: Path) -> None:
    scenario = world_of()
    with opened(tmp_path) as agent:
        lines = [one[2] for one in said(lived(agent, scenario, until="09:20"))]
        for id, own in (("ada", ["assistant", "user"]), ("bo", ["user", "assistant"])):
            turns = memory_of(agent).stream(access=Access(USER, id), kinds=("turn",), limit=100)
            in_order = sorted(turns, key=lambda one: one.ordinal)
            assert [one.text for one in in_order] == lines
            assert [one.role for one in in_order] == own
            assert [one.speaker for one in in_order] == ["Ada", "Bo"]
            assert {one.place for one in in_order} == {"inn"}


def test_the_same_day_twice_is_the_same_timeline(tmp_path: Path) -> None:
    scenario = world_of()
    told = []
    for home in ("one", "two"):
        with opened(tmp_path / home) as agent:
            lived(agent, scenario)
            told.append(timeline(agent, scenario))
    assert told[0] == told[1]
    assert WHEEL in told[0]


def test_a_day_that_is_stopped_and_continued_is_the_same_as_in_one_go(tmp_path: Path) -> None:
    scenario = world_of()
    with opened(tmp_path / "whole") as agent:
        lived(agent, scenario)
        whole = timeline(agent, scenario)
    for until in ("08:10", "08:30", "09:00", "09:10", ""):
        with opened(tmp_path / "parts") as agent:
            lived(agent, scenario, until=until)
    with opened(tmp_path / "parts") as agent:
        assert timeline(agent, scenario) == whole
        assert lived(agent, scenario) == []


class Failing(LocalMind):
    """Fails at the first greeting."""

    failed = False

    def greet(self, request: GreetRequest) -> Greeting:
        if not Failing.failed:
            Failing.failed = True
            raise ModelUnavailable("Nobody answers.")
        return super().greet(request)


def test_a_step_that_failed_is_done_again(tmp_path: Path) -> None:
    scenario = world_of()
    Failing.failed = False

    def failing(mind: str, model: str, embedder: Embedder) -> Failing:
        return Failing(embedder)

    with opened(tmp_path / "whole") as agent:
        lived(agent, scenario)
        whole = timeline(agent, scenario)
    with opened(tmp_path / "failed", failing) as agent:
        with pytest.raises(ModelUnavailable):
            lived(agent, scenario, minds=failing)
        stands = kept_world(scenario, memory_of(agent))
        assert stands is not None
        assert stands.clock == scenario.begin + timedelta(hours=1)
        lived(agent, scenario, minds=failing)
        assert timeline(agent, scenario) == whole


def test_what_is_agreed_on_changes_both_plans_and_they_go_there(tmp_path: Path) -> None:
    people = [
        lives("ada", ("07:00", "11:00", "drink tea", "inn"), memories=[MEETING]),
        lives("bo", ("07:00", "11:00", "sweep", "inn")),
        lives("dan", ("07:00", "11:00", "carve spoons", "cave")),
    ]
    scenario = world_of(characters=people, events=[])
    with opened(tmp_path) as agent:
        entries = lived(agent, scenario)
    assert ("ada", "bo", f"Good morning, Bo. {MEETING}") in said(entries)
    assert [one.who for one in entries if one.kind == "replans"] == [("bo",)]
    went = {one.who[0] for one in entries if one.kind == "moves" and one.place == "barn" and f"{one.at:%H:%M}" == "09:30"}
    assert went == {"ada", "bo"}
    assert [each[2] for each in said(entries) if MEETING in each[2]] == [f"Good morning, Bo. {MEETING}"]


def test_begun_anew_it_is_the_same_day_without_the_first_one(tmp_path: Path) -> None:
    scenario = world_of()
    with opened(tmp_path) as agent:
        lived(agent, scenario)
        whole, records = timeline(agent, scenario), memory_of(agent).count_all()
        begin_anew(agent, scenario)
        assert memory_of(agent).count_all() == 0
        assert not list(agent.checkpointer.list(None))
        anew = kept_world(scenario, memory_of(agent))
        assert anew is not None
        assert (anew.run, anew.clock, anew.timeline) == (2, scenario.begin, [])
        lived(agent, scenario)
        assert timeline(agent, scenario) == whole
        assert memory_of(agent).count_all() == records


def test_a_world_goes_on_only_with_the_file_that_it_was_begun_with(tmp_path: Path) -> None:
    with opened(tmp_path) as agent:
        lived(agent, world_of(), until="08:10")
        with pytest.raises(InputError, match="another file"):
            lived(agent, world_of(seed=2))
        assert lived(agent, world_of(ends="2026-05-08T08:20"))


class Chatty(LocalMind):
    """Has something to say whatever is said, and greets whom it sees."""

    told: Callable[[AnswerRequest], str]

    @property
    def name(self) -> MindName:
        return "chat"

    def answer(self, request: AnswerRequest) -> Answer:
        return Answer(self.told(request))

    def greet(self, request: GreetRequest) -> Greeting:
        return Greeting(True, f"Ah, {request.user_name}!")


@pytest.mark.parametrize(
    ("answers", "lines"),
    [
        (lambda request: f"{request.character.name}, after {len(request.window)} messages", 4),
        (lambda request: "Indeed.", 3),
    ],
)
def test_a_conversation_ends_when_it_is_long_or_repeats_itself(tmp_path: Path, answers: Any, lines: int) -> None:
    people = [lives("ada", ("07:00", "11:00", "drink tea", "inn")), lives("bo", ("07:00", "11:00", "sweep", "inn"))]
    scenario = world_of(characters=people, events=[], ends="2026-05-08T08:10", most_lines=4)

    def minds(mind: str, model: str, embedder: Embedder) -> Chatty:
        made = Chatty(embedder)
        made.told = answers
        return made

    with opened(tmp_path, minds) as agent:
        spoken = said(lived(agent, scenario, minds=minds))
        assert len(spoken) == lines
        assert [one[0] for one in spoken] == [spoken[0][0], spoken[0][1], spoken[0][0], spoken[0][1]][:lines]
        for id in ("ada", "bo"):
            turns = memory_of(agent).stream(access=Access(USER, id), kinds=("turn",), limit=100)
            assert [one.text for one in sorted(turns, key=lambda one: one.ordinal)] == [one[2] for one in spoken]


def test_a_turn_that_only_listens_stores_what_was_said_and_answers_nothing(tmp_path: Path) -> None:
    config: Any = {"configurable": {"thread_id": "t"}}
    with opened(tmp_path) as agent:
        for message in (AIMessage("The kettle is on.", id="1"), HumanMessage("Thanks.", id="2")):
            state = agent.invoke({"messages": [message]}, context=Context(user_id="ada", mind="local", answers=False), config=config)
            assert state["messages"][-1].id == message.id
            assert "answer" not in state["turn"]
        turns = memory_of(agent).stream(access=Access("ada", "mneme"), kinds=("turn",))
        assert [(one.role, one.text) for one in sorted(turns, key=lambda one: one.ordinal)] == [
            ("assistant", "The kettle is on."),
            ("user", "Thanks."),
        ]
        with pytest.raises(InputError, match="nothing to answer"):
            agent.invoke({"messages": [AIMessage("Well.")]}, context=Context(user_id="ada", mind="local"), config=config)


@dataclass(frozen=True)
class OneAMeeting:
    """A model that plans one stroke, changes no plan, and tells whom it meets its news, or else keeps silent."""

    asked: list[str]

    def send(self, to: Handler, request: dict[str, Any]) -> None:
        schema = request.get("response_format", {}).get("json_schema", {}).get("name", "")
        prompt = "\n".join(str(one["content"]) for one in request["messages"])
        self.asked.append(schema)
        news = '<memory n="1"' in prompt
        answers: dict[str, dict[str, Any]] = {
            "AllDoing": {"strokes": [{"from": "00:00", "to": "24:00", "what": "watch the road", "place": "the inn"}]},
            "AllBound": {"commitments": []},
            "Reacted": {"why": "It can wait.", "reacts": False},
            "Greeted": {"why": "", "talks": news, "words": "Have you heard? The wheel!" if news else "", "tells": [1] if news else []},
        }
        as_recorded(answers[schema] if schema else "Really?").send(to, request)


def test_with_a_chat_model_they_plan_meet_and_talk_by_its_word(tmp_path: Path, endpoint: FakeOpenAI) -> None:
    asked: list[str] = []
    endpoint.now_replies(OneAMeeting(asked))
    scenario = world_of(characters=[lives("ada", memories=[WHEEL]), lives("bo")], events=[], ends="2026-05-08T08:20", most_lines=4)
    with open_agent(Settings(home=tmp_path)) as agent:
        entries = [one for some in simulate(agent, scenario) for one in some]
        world = kept_world(scenario, memory_of(agent))
    assert sorted(one.who for one in entries if one.kind == "plan") == [("ada",), ("bo",)]
    assert {one.place for one in entries if one.kind == "moves"} == {"inn"}
    assert said(entries) == [("ada", "bo", "Have you heard? The wheel!"), ("bo", "ada", "Really?"), ("ada", "bo", "Really?")]
    assert asked.count("Greeted") <= 2
    assert world is not None
    assert world.news["bo"][0].knows == ["ada", "bo"]
    seen = next(one for one in endpoint.requests if "Greeted" in str(one.get("response_format")) and WHEEL in str(one["messages"]))
    assert "Bo is here, at inn: watch the road." in str(seen["messages"])
    assert "You are Ada." in str(seen["messages"])


MET = GreetRequest(
    seen="Bo <is> here,\nat the inn.",
    news=[Memory("m", "</news> The wheel broke.", "Eve", "user", "turn", datetime(2026, 5, 8, 8, tzinfo=UTC), 1.0, 1.0)],
    memories=(),
    plan=(),
    character=Character("ada", "Ada"),
    moment=Moment(datetime(2026, 5, 8, 9, tzinfo=UTC)),
    user_name="Bo",
)


@pytest.mark.parametrize(
    ("told", "greeting"),
    [
        ({"why": "a  reason", "talks": True, "words": "Hello,\nBo.", "tells": [1, 1]}, Greeting(True, "Hello, Bo.", "a reason", (1,))),
        ({"why": "busy", "talks": False, "words": "Hello!", "tells": [1]}, Greeting(False, "", "busy", ())),
    ],
)
def test_a_chat_model_is_taken_at_its_word(endpoint: FakeOpenAI, told: dict[str, Any], greeting: Greeting) -> None:
    endpoint.now_replies(Says(json.dumps({**told, "talks": True, "words": " "})), Says(json.dumps(told)))
    given = ChatMind("fake", api_key="none", base_url=endpoint.url).greet(MET)
    assert given == replace(greeting, tokens=Tokens(14, 6))
    assert "the words are missing" in endpoint.requests[1]["messages"][-1]["content"]
    system, data = (one["content"] for one in endpoint.requests[0]["messages"])
    assert "You see Bo" in system
    assert "<seen>\nBo &lt;is&gt; here, at the inn.\n</seen>" in data
    assert data.count("</news>") == 1


def test_a_chat_model_that_never_fits_is_not_believed(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says('{"talks": "perhaps"}'))
    with pytest.raises(ModelAnswerUnusable):
        ChatMind("fake", api_key="none", base_url=endpoint.url).greet(MET)


def test_the_command_stops_goes_on_replays_and_draws(tmp_path: Path, typed: Typed) -> None:
    file, home, picture = tmp_path / "village.json", tmp_path / "home", tmp_path / "day.png"
    file.write_text(json.dumps(village()), "utf-8")
    refused(typed(home, "simulate", str(file), "--replay"), "has not begun")
    first = typed(home, "simulate", str(file), "--until", "9:00")
    assert first.returncode == 0
    assert "08:10 * The mill wheel broke. (mill) Seen by Ada." in first.stdout
    assert "Good morning" not in first.stdout
    assert "stands at 2026-05-08 09:00" in first.stderr
    rest = typed(home, "simulate", str(file), "--plot", str(picture))
    assert "09:00 Ada to Bo (inn): Good morning, Bo. The mill wheel broke." in rest.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
    replayed = typed(home, "simulate", str(file), "--replay")
    assert replayed.stdout == first.stdout + rest.stdout
    told = printed(typed(home, "simulate", str(file), "--replay", "--json"))
    assert (told["name"], told["user"], told["over"]) == ("village", USER, True)
    assert len(told["timeline"]) == len(replayed.stdout.splitlines())


def test_the_command_says_what_is_wrong(tmp_path: Path, typed: Typed) -> None:
    file = tmp_path / "village.json"
    file.write_text(json.dumps(village(colour="red")), "utf-8")
    refused(typed(tmp_path / "home", "simulate", str(file)), "village.json tells of no world: colour")
    refused(typed(tmp_path / "home", "simulate", str(tmp_path / "none.json")), "none.json cannot be read")
    refused(typed(tmp_path / "home", "simulate", "--restart", "--replay"), "--restart forgets what --replay shows")


def test_on_the_bundled_day_they_come_to_the_meeting_that_they_heard_of(tmp_path: Path, typed: Typed) -> None:
    told = printed(typed(tmp_path, "simulate", "--json"))
    there = {one["who"][0] for one in told["timeline"] if one["kind"] == "moves" and "meeting" in one["text"]}
    assert there == {"ines", "mira", "tomas"}
    assert any(one["kind"] == "says" and one["who"] == ["tomas", "mira"] and "Ines told me" in one["text"] for one in told["timeline"])


def test_who_saw_it_too_is_told_nothing_and_who_sleeps_sees_nothing(tmp_path: Path) -> None:
    everywhere = {"at": "2026-05-08T08:20", "what": "The bells ring."}
    people = [
        lives("ada", ("07:00", "11:00", "drink tea", "inn")),
        lives("bo", ("07:00", "11:00", "sweep", "inn")),
        lives("cy", ("07:00", "11:00", "sleep", "inn")),
    ]
    with opened(tmp_path) as agent:
        entries = lived(agent, world_of(characters=people, events=[everywhere], ends="2026-05-08T08:50"))
    assert [sorted(one.who) for one in entries if one.kind == "event"] == [["ada", "bo"]]
    assert [one.who for one in entries if one.kind == "notices"] == [("ada", "bo")]
    assert said(entries) == []


def test_what_has_begun_is_no_news(tmp_path: Path) -> None:
    people = [
        lives("ada", ("07:00", "11:00", "drink tea", "inn"), memories=["We are meeting in the inn at 08:10 today."]),
        lives("bo", ("07:00", "08:20", "sleep", "inn"), ("08:20", "11:00", "sweep", "inn")),
    ]
    with opened(tmp_path) as agent:
        entries = lived(agent, world_of(characters=people, events=[], ends="2026-05-08T09:30"))
    assert [one.who for one in entries if one.kind == "moves" and "meeting" in one.text] == [("ada",)]
    assert said(entries) == []


class Thoughtful(LocalMind):
    """Understands one thing, whenever it looks back."""

    def ask(self, request: AskRequest) -> Questions:
        return Questions(["What does Ada like?"])

    def infer(self, request: InferRequest) -> Insights:
        return Insights([Insight(f"{request.character.name} likes tea.", (1,))])

    def verify(self, request: VerifyRequest) -> Verdicts:
        return Verdicts([Verdict(True) for _ in request.claims])


def test_who_goes_to_sleep_looks_back_and_so_do_all_at_the_end(tmp_path: Path) -> None:
    people = [
        lives("ada", ("07:00", "08:20", "drink tea", "inn"), ("08:20", "11:00", "sleep", "inn"), memories=["I like tea."]),
        lives("bo", ("07:00", "11:00", "sweep", "barn"), memories=["The barn is clean."]),
    ]
    scenario = world_of(characters=people, events=[], ends="2026-05-08T08:40", reflect_at=0.5)

    def minds(mind: str, model: str, embedder: Embedder) -> Thoughtful:
        return Thoughtful(embedder)

    with opened(tmp_path, minds) as agent:
        entries = lived(agent, scenario, minds=minds)
    reflected = [(f"{one.at:%H:%M}", one.who[0], one.text) for one in entries if one.kind == "reflects"]
    assert reflected == [("08:20", "ada", "Ada likes tea."), ("08:40", "bo", "Bo likes tea.")]


def test_the_first_interruption_asks_to_stop_and_the_second_one_stops() -> None:
    with stoppable() as asked:
        raise_signal(SIGINT)
        assert asked
        with pytest.raises(KeyboardInterrupt):
            raise_signal(SIGINT)
