"""Turns of the agent on a real engine folder with the bundled embedder; minds that fail or lack context are scripted."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from evals import own
from graph.assembly import Settings, open_agent
from models.mind import Answer, AnswerRequest, ClassifyRequest, LayerChoice, Scratchpad, SummariseRequest, Tokens
from models.read_gate import ReadGate, Weights, load_read_gate
from nodes.character import characters_of
from nodes.context import Context
from nodes.ladder import rung_at
from stores.access import Access
from stores.errors import InputError, ModelAnswerUnusable, ModelUnavailable
from stores.histories.history import records_of
from stores.memory_store import MemoryStore
from stores.writer import Receipt
from tests.fakes import interrupted, record

MAY = datetime(2026, 5, 7, 12, tzinfo=UTC)
OWNER = Access("ada", role="owner")


@dataclass
class ScriptedMind:
    """Gives the answers of a list in order; an exception in the list is raised. Keeps what it was asked."""

    script: list[Any]
    summary: Any = field(default_factory=lambda: Scratchpad(["Ada: likes tea"]))
    asked: list[AnswerRequest] = field(default_factory=list)
    folded: list[SummariseRequest] = field(default_factory=list)
    choice: Any = field(default_factory=lambda: LayerChoice(2, 1.0, 1.0, "asks about Ada", tokens=Tokens(50, 5)))
    classified: list[ClassifyRequest] = field(default_factory=list)
    name: str = "chat"
    model: str = "scripted"

    def answer(self, request: AnswerRequest) -> Answer:
        self.asked.append(request)
        given = self.script.pop(0) if self.script else Answer(text="Fine.", tokens=Tokens(10, 2))
        if isinstance(given, Exception):
            raise given
        assert isinstance(given, Answer)
        return given

    def classify(self, request: ClassifyRequest) -> LayerChoice:
        self.classified.append(request)
        if isinstance(self.choice, Exception):
            raise self.choice
        assert isinstance(self.choice, LayerChoice)
        return self.choice

    def summarise(self, request: SummariseRequest) -> Scratchpad:
        self.folded.append(request)
        if isinstance(self.summary, Exception):
            raise self.summary
        assert isinstance(self.summary, Scratchpad)
        return self.summary


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    with open_agent(Settings(home=tmp_path)) as opened:
        yield opened


@pytest.fixture
def mind(monkeypatch: pytest.MonkeyPatch) -> ScriptedMind:
    scripted = ScriptedMind([])
    monkeypatch.setattr("models.minds.local_mind", lambda _: scripted)
    return scripted


def say(agent: Any, text: str | None, thread: str = "t", now: datetime = MAY, **context: Any) -> dict[str, Any]:
    said = None if text is None else {"messages": [HumanMessage(text)]}
    given = Context(**{"user_id": "ada", "mind": "local", "after_turn": "deferred", "now": now, **context})
    state: dict[str, Any] = agent.invoke(said, config={"configurable": {"thread_id": thread}}, context=given)
    return state


def memory_of(agent: Any) -> MemoryStore:
    memory = agent.store
    assert isinstance(memory, MemoryStore)
    return memory


def texts(agent: Any, access: Access = OWNER) -> list[str]:
    return [one.text for one in memory_of(agent).stream(access=access)]


def test_a_second_thread_remembers_and_another_user_does_not(agent: Any) -> None:
    say(agent, "I adopted a puppy called Biscuit.", "one")
    later = say(agent, "What is my puppy called?", "two", MAY + timedelta(weeks=3))
    assert "Biscuit" in later["turn"]["answer"]
    assert "three weeks ago" in later["turn"]["answer"]
    assert later["turn"]["used"] == [later["turn"]["recalled"][0]["id"]]
    stranger = say(agent, "What is my puppy called?", "three", MAY + timedelta(weeks=3), user_id="bob")
    assert "Biscuit" not in stranger["turn"]["answer"]
    assert stranger["turn"]["recalled"] == []
    assert stranger["turn"]["not_known"]


def test_what_users_said_before_their_name_was_known_is_theirs(agent: Any) -> None:
    say(agent, "My puppy is called Biscuit.", "one", user_id="4f1c")
    later = say(agent, "What is my puppy called?", "two", MAY + timedelta(weeks=3), user_id="4f1c", user_name="Ada Lovelace")
    assert later["turn"]["answer"].startswith("You told me")


def test_the_words_are_on_disk_before_the_answer_and_a_failed_turn_can_be_retried(agent: Any, mind: ScriptedMind) -> None:
    mind.script = [ModelUnavailable("The model is gone."), Answer(text="Hello Ada.")]
    with pytest.raises(ModelUnavailable):
        say(agent, "I am Ada and I like tea.")
    assert texts(agent) == ["I am Ada and I like tea."]
    assert agent.get_state({"configurable": {"thread_id": "t"}}).next == ("answer",)
    state = say(agent, None)
    assert state["turn"]["answer"] == "Hello Ada."
    assert sorted(texts(agent)) == ["Hello Ada.", "I am Ada and I like tea."]


def test_after_a_failed_turn_a_new_message_works_and_nothing_is_lost(agent: Any, mind: ScriptedMind) -> None:
    mind.script = [ModelUnavailable("The model is gone.")]
    with pytest.raises(ModelUnavailable):
        say(agent, "I am Ada.")
    state = say(agent, "Are you there?")
    assert [message.text for message in state["messages"]] == ["I am Ada.", "Are you there?", "Fine."]
    ordered = sorted(memory_of(agent).stream(access=OWNER), key=lambda one: one.ordinal)
    assert [(one.text, one.ordinal) for one in ordered] == [("I am Ada.", 0), ("Are you there?", 1), ("Fine.", 2)]
    assert [one.previous_message_id for one in ordered] == ["", ordered[0].message_id, ordered[1].message_id]


def test_an_answer_never_stored_is_stored_by_the_next_turn(agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch) -> None:
    with interrupted(monkeypatch, "nodes.store.remembered"):
        say(agent, "I am Ada.")
    assert texts(agent) == ["I am Ada."]
    say(agent, "Still there?")
    assert sorted(texts(agent)) == ["Fine.", "Fine.", "I am Ada.", "Still there?"]


@pytest.mark.parametrize(("refused", "user"), [("  ", "ada"), ("x" * 1_000_001, "ada"), ("BOB'S PIN IS 1234", "bob")])
def test_an_answer_never_stored_outlasts_a_message_that_is_refused(
    agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch, refused: str, user: str
) -> None:
    mind.script = [Answer(text="Hello Ada.")]
    with interrupted(monkeypatch, "nodes.store.remembered"):
        say(agent, "I am Ada.")
    with pytest.raises(InputError):
        say(agent, refused, user_id=user)
    state = say(agent, "Still there?")
    assert [message.text for message in state["messages"]] == ["I am Ada.", "Hello Ada.", "Still there?", "Fine."]
    stored = sorted(memory_of(agent).stream(access=OWNER), key=lambda one: one.ordinal)
    assert [one.text for one in stored] == [message.text for message in state["messages"]]
    assert state["turn"].get("refused") is None


def test_the_ladder_is_climbed_to_the_top_and_then_the_answer_is_honest(agent: Any, mind: ScriptedMind) -> None:
    say(agent, "Good morning!")
    mind.script = [
        Answer(lacking="what that is"),
        Answer(lacking="the name of the dog"),
        Answer(lacking="any dog"),
        Answer(text="I don't remember a dog.", not_known=True),
    ]
    turn = say(agent, "Write a haiku about autumn.")["turn"]
    assert (turn["layers_tried"], turn["layer"]) == ([0, 1, 2], 2)
    assert turn["lacking"] == ["what that is", "the name of the dog", "any dog"]
    assert turn["recall"]["query"] == "the name of the dog"
    assert (turn["answer"], turn["not_known"]) == ("I don't remember a dog.", True)
    assert [request.may_lack for request in mind.asked[1:]] == [True, True, True, False]
    assert [request.depth for request in mind.asked[1:]] == [rung_at(layer).told for layer in (0, 1, 2, 2)]
    assert [request.deeper for request in mind.asked[1:]] == [True, True, False, False]


def test_by_itself_the_router_asks_no_model(agent: Any, mind: ScriptedMind) -> None:
    say(agent, "Write a haiku about autumn.")
    assert not mind.classified


def test_the_model_can_be_the_router(agent: Any, mind: ScriptedMind) -> None:
    turn = say(agent, "Write a haiku about autumn.", router="model")["turn"]
    assert (turn["layer"], turn["layer_reason"], turn["needs_memory"]) == (2, "asks about Ada", 1.0)
    assert turn["tokens"] == {"input": 60, "output": 7}
    assert "degraded" not in turn


def test_a_cascade_asks_the_model_only_where_the_head_is_not_sure(agent: Any, mind: ScriptedMind) -> None:
    assert say(agent, "Good morning!", router="cascade")["turn"]["layer"] == 0
    assert not mind.classified
    unsure = say(agent, "The shelf in the hall, is it straight?", router="cascade")["turn"]
    assert [request.words for request in mind.classified] == ["The shelf in the hall, is it straight?"]
    assert [one.text for one in mind.classified[0].window] == ["Good morning!", "Fine."]
    assert unsure["layer"] == 2


def test_where_the_model_fails_to_route_the_head_decides_and_it_is_said(agent: Any, mind: ScriptedMind) -> None:
    mind.choice = ModelAnswerUnusable("It spoke in riddles.")
    turn = say(agent, "Write a haiku about autumn.", router="model")["turn"]
    assert (turn["layer"], turn["answer"]) == (0, "Fine.")
    assert turn["degraded"] == ["classify_layer: It spoke in riddles."]


def test_between_0_and_1_the_users_last_prompts_are_shown_without_the_answers(agent: Any, mind: ScriptedMind) -> None:
    for words in ("My cat is called Olive.", "She sleeps all day.", "Here is a joke: two fish in a tank."):
        say(agent, words)
    mind.script = [Answer(lacking="the answer"), Answer(text="Yes.")]
    turn = say(agent, "Why is that funny?", last_prompts=2)["turn"]
    assert turn["layers_tried"] == [0.5, 1]
    below, above = mind.asked[-2:]
    assert [one.text for one in below.earlier] == ["She sleeps all day.", "Here is a joke: two fish in a tank."]
    assert (below.window, below.scratchpad, below.memories) == ((), (), ())
    assert len(above.window) == 6
    assert not above.earlier


def test_every_attempt_is_counted_beside_what_other_ways_would_have_cost(agent: Any, mind: ScriptedMind) -> None:
    for number in range(8):
        say(agent, f"Note number {number}: the shelf in the hall holds {number} books about ships.", k=4)
    mind.script = [Answer(lacking="the shelf"), Answer(lacking="books on the shelf"), Answer(text="Seven.")]
    turn = say(agent, "Write a haiku about autumn.", k=4)["turn"]
    assert [one["layer"] for one in turn["prompts"]] == [0, 1, 2]
    alone, window, memories = turn["prompts"]
    assert (alone["window"], alone["memories"], window["memories"]) == (0, 0, 0)
    assert window["window"] > 0
    assert memories["memories"] > 0
    assert alone["prompt"] < window["prompt"] < memories["prompt"] == turn["instead"]["always_recall"]
    assert turn["counted_by"] == "estimate"


@pytest.mark.parametrize(
    ("told", "asked", "named"),
    [
        ("猫を飼い始めたよ。名前はむぎ。", "猫の名前は何\uff1f", "むぎ"),
        ("妹の美咲は札幌に住んでいる。", "美咲ってどこに住んでるんだっけ", "札幌"),
        ("강아지 이름은 뭉치야.", "강아지 이름이 뭐지", "뭉치"),
        ("지연이는 요즘 도자기를 배워.", "지연이가 요즘 뭘 배운다고 했더라", "도자기"),
    ],
)
def test_the_local_mind_looks_up_what_is_asked_in_korean_and_japanese(agent: Any, told: str, asked: str, named: str) -> None:
    say(agent, told, "one")
    say(agent, asked, "two")
    turn = say(agent, asked, "three")["turn"]
    assert turn["layers_tried"][-1] == 2
    assert named in turn["answer"]
    assert asked not in turn["answer"]  # a question is no answer


DULL = "The stairs creak. Rain again. Bills. The cat slept. Bread was cheap. Trams were late. Soup for lunch. " * 8
LONG = f"{DULL}The plumber is called Bert. {DULL}".strip()
ASKED = "Do you remember what my plumber is called?"


@pytest.fixture
def long_memory(agent: Any) -> None:
    memory_of(agent).remember([record(LONG, thread_id="old")])


@pytest.mark.usefixtures("long_memory")
def test_a_long_memory_is_shown_in_part(agent: Any, mind: ScriptedMind) -> None:
    turn = say(agent, ASKED)["turn"]
    (shown,) = mind.asked[-1].memories
    assert shown.in_part
    assert "The plumber is called Bert." in shown.text
    assert len(shown.text) < len(LONG) / 3
    assert turn["recalled"][0]["text"] == LONG
    assert turn["prompts"][-1]["memories"] < turn["instead"]["always_recall"] - turn["prompts"][-1]["prompt"]


@pytest.mark.usefixtures("long_memory")
@pytest.mark.parametrize("lacking", ["the plumber's address", ASKED])
def test_an_answer_that_asks_for_more_is_shown_all_of_a_memory(agent: Any, mind: ScriptedMind, lacking: str) -> None:
    mind.script = [Answer(lacking=lacking), Answer(text="Bert.")]
    turn = say(agent, ASKED)["turn"]
    assert [[one.in_part for one in request.memories] for request in mind.asked] == [[True], [False]]
    assert [one.text for one in mind.asked[-1].memories] == [LONG]
    assert turn["prompts"][-1]["prompt"] == turn["instead"]["always_recall"]


@pytest.mark.usefixtures("long_memory")
def test_memories_are_shown_whole_where_that_is_asked_for(agent: Any, mind: ScriptedMind) -> None:
    say(agent, ASKED, memory_tokens=0)
    assert [(one.text, one.in_part) for one in mind.asked[-1].memories] == [(LONG, False)]


@pytest.mark.usefixtures("long_memory")
def test_the_local_mind_reads_all_of_a_memory(agent: Any) -> None:
    turn = say(agent, "What is the plumber called?")["turn"]
    assert "Bert" in turn["answer"]
    assert turn["prompts"][-1]["prompt"] == turn["instead"]["always_recall"]


def test_the_whole_history_costs_more_with_every_turn_while_the_prompt_does_not(agent: Any, mind: ScriptedMind) -> None:
    turns = [say(agent, "Write a poem about autumn, please, if you will.", k=2)["turn"] for _ in range(12)]
    instead = [turn["instead"]["full_history"] for turn in turns]
    assert all(15 < later - earlier < 30 for earlier, later in pairwise(instead[4:]))
    assert len({turn["prompts"][0]["prompt"] for turn in turns[4:]}) == 1
    assert turns[-1]["instead"]["always_recall"] > turns[-1]["prompts"][-1]["prompt"]


def test_a_layer_with_nothing_to_see_is_skipped(agent: Any, mind: ScriptedMind) -> None:
    mind.script = [Answer(lacking="the user's taste"), Answer(text="Tea.")]
    assert say(agent, "Write a haiku about autumn.")["turn"]["layers_tried"] == [0, 2]


def test_at_the_top_memory_is_searched_once_more_for_what_is_lacking(agent: Any, mind: ScriptedMind) -> None:
    say(agent, "The plumber is called Bert.", "old")
    mind.script = [Answer(lacking="the plumber's name"), Answer(text="Bert.")]
    turn = say(agent, "Do you remember whom I should call?", "new")["turn"]
    assert turn["layers_tried"] == [2, 2]
    assert turn["recall"]["query"] == "the plumber's name"
    assert not turn["not_known"]
    mind.script = [Answer(lacking="a name"), Answer(lacking="still a name"), Answer(text="I don't know.", not_known=True)]
    turn = say(agent, "Do you remember whom I should call?", "newer")["turn"]
    assert (turn["layers_tried"], turn["lacking"]) == ([2, 2], ["a name", "still a name"])


def gate_of(intercept: float) -> ReadGate:
    """A gate to which whatever is found has the same probability: half where the intercept is 0."""
    weights = Weights(need=0, score=0, similarity=0, gap=0, intercept=intercept, open_from=0.5)
    return load_read_gate().model_copy(update={"latin": weights, "wide": weights})


@pytest.fixture
def shut_gate(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large memory, before whose recalls the gate is shut whatever is found."""
    memory = memory_of(agent)
    memory.remember([record(f"My cat number {number} is called Tom {number}.", number, thread_id="old") for number in range(60)])
    monkeypatch.setattr("nodes.recall.load_read_gate", lambda: gate_of(-100.0))


@pytest.mark.usefixtures("shut_gate")
def test_what_hardly_helps_is_kept_out_of_the_prompt(agent: Any, mind: ScriptedMind) -> None:
    turn = say(agent, "What is my cat called?")["turn"]
    assert (turn["layers_tried"], turn["recalled"], turn["recall"]["shut"]) == ([2], [], True)
    assert list(mind.asked[-1].memories) == []
    assert "the turn hardly needs it" in {one["why"] for one in turn["recall"]["candidates"]}
    assert not any(one["taken"] for one in turn["recall"]["candidates"])
    ids = [one["id"] for one in turn["recall"]["candidates"]]
    assert not memory_of(agent).journal.accesses("ada", ids)


@pytest.mark.usefixtures("shut_gate")
@pytest.mark.parametrize(("intercept", "most", "shown"), [(100.0, 20, 20), (0.0, 20, 10), (0.0, 3, 2), (1.0, 20, 15), (-0.1, 20, 0)])
def test_as_many_memories_are_shown_as_the_turn_probably_needs(
    agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch, intercept: float, most: int, shown: int
) -> None:
    monkeypatch.setattr("nodes.recall.load_read_gate", lambda: gate_of(intercept))
    best = memory_of(agent).recall("What is my cat called?", access=Access("ada", "mneme"), k=20, now=MAY).taken
    turn = say(agent, "What is my cat called?", memories=most)["turn"]
    assert [one["id"] for one in turn["recalled"]] == [one.record.id for one in best[:shown]]
    assert len(mind.asked[-1].memories) == shown
    assert len(memory_of(agent).journal.accesses("ada", [one.record.id for one in best])) == shown


def test_in_half_a_year_of_talk_each_turn_is_shown_what_it_needs(agent: Any, mind: ScriptedMind) -> None:
    history = own.history(own.read_conversation(own.CONVERSATIONS / "ua-02.json"))
    memory_of(agent).remember(list(records_of(history, user_id="tess", character_id="mneme", created_at=MAY)))
    late = max(one.said_at for one in memory_of(agent).stream(access=Access("tess", role="owner"), now=MAY)) + timedelta(weeks=3)
    shown = {}
    for asked in (
        "What operation did Gumbo need?",
        "Can you suggest a dinner for tonight?",
        "Thanks, that's all!",
        "What is the capital of Mongolia?",
    ):
        say(agent, asked, asked, late, user_id="tess")
        shown[asked] = [one.text for one in mind.asked[-1].memories]
    operation, dinner, thanks, capital = shown.values()
    assert min(len(operation), len(dinner)) > len(thanks) == len(capital) == 0
    assert any("swallowed a hair tie" in one for one in operation)
    assert any("vegetarian since nursing school" in one for one in dinner)


@pytest.mark.usefixtures("shut_gate")
@pytest.mark.parametrize(("intercept", "shown"), [(-100.0, 0), (0.0, 10), (100.0, 20)])
def test_always_recalling_would_show_twelve_whatever_was_shown(
    agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch, intercept: float, shown: int
) -> None:
    monkeypatch.setattr("nodes.recall.load_read_gate", lambda: gate_of(100.0))
    twelve = say(agent, "What is my cat called?", "one", memories=12)["turn"]
    monkeypatch.setattr("nodes.recall.load_read_gate", lambda: gate_of(intercept))
    turn = say(agent, "What is my cat called?", "two")["turn"]
    assert len(turn["recalled"]) == shown
    assert twelve["prompts"][-1]["prompt"] == twelve["instead"]["always_recall"]
    assert turn["instead"]["always_recall"] == pytest.approx(twelve["prompts"][-1]["prompt"], rel=0.2)


@pytest.mark.usefixtures("shut_gate")
@pytest.mark.parametrize("lacking", ["my cat's name", "What is my cat called?"])
def test_the_gate_opens_to_an_answer_that_asks_for_it(agent: Any, mind: ScriptedMind, lacking: str) -> None:
    mind.script = [Answer(lacking=lacking), Answer(text="Tom.")]
    turn = say(agent, "What is my cat called?")["turn"]
    assert turn["layers_tried"] == [2, 2]
    assert [bool(request.memories) for request in mind.asked] == [False, True]
    assert (turn["recall"]["shut"], turn["recall"]["helps"]) == (False, 1.0)


@pytest.mark.usefixtures("shut_gate")
@pytest.mark.parametrize(("intercept", "tried"), [(-100.0, [0]), (100.0, [2])])
def test_a_probe_takes_the_turn_to_memory_only_where_the_gate_opens(
    agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch, intercept: float, tried: list[int]
) -> None:
    monkeypatch.setattr("nodes.recall.load_read_gate", lambda: gate_of(intercept))
    monkeypatch.setattr("nodes.classify_layer.choose_layer", lambda *_: LayerChoice(0, 0.9, 0.1, "", probe=True))
    turn = say(agent, "Feed the cat.")["turn"]
    assert turn["layers_tried"] == tried
    assert turn["recall"]["query"] == "Feed the cat."
    assert bool(mind.asked[-1].memories) == bool(turn["recalled"]) == (tried == [2])


@pytest.mark.usefixtures("shut_gate")
def test_a_probe_in_vain_does_not_stand_in_the_way_of_a_climb(agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.classify_layer.choose_layer", lambda *_: LayerChoice(0, 0.9, 0.1, "", probe=True))
    mind.script = [Answer(lacking="the cat's name"), Answer(text="Tom.")]
    turn = say(agent, "Feed the cat.")["turn"]
    assert (turn["layers_tried"], turn["recall"]["query"]) == ([0, 2], "the cat's name")
    assert mind.asked[-1].memories


def test_the_local_mind_and_a_handful_of_memories_are_not_probed_in_vain(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.classify_layer.choose_layer", lambda *_: LayerChoice(0, 0.9, 0.1, "", probe=True))
    say(agent, "My cat is called Tom.", "one")
    assert "recall" not in say(agent, "Thanks!", "two")["turn"]
    monkeypatch.setattr("models.minds.local_mind", lambda _: ScriptedMind([]))
    assert say(agent, "Feed the cat.", "three")["turn"]["layers_tried"] == [0]
    named = say(agent, "Is Tom in?", "named")["turn"]
    assert (named["layers_tried"], named["recalled"][0]["text"]) == ([2], "My cat is called Tom.")
    monkeypatch.setattr("nodes.classify_layer.choose_layer", lambda *_: LayerChoice(0, 0.8, 0.13, "", probe=True))
    fed = say(agent, "Feed the cat.", "four")["turn"]
    assert (fed["layers_tried"], fed["recall"]["helps"]) == ([2], 0.13)
    assert "My cat is called Tom." in [one["text"] for one in fed["recalled"]]


@pytest.mark.usefixtures("shut_gate")
def test_a_handful_of_memories_is_always_shown(agent: Any, mind: ScriptedMind) -> None:
    say(agent, "My cat is called Tom.", "one", user_id="bob")
    turn = say(agent, "What is my cat called?", "two", user_id="bob")["turn"]
    assert [one["text"] for one in turn["recalled"]] == ["My cat is called Tom.", "Fine."]


def test_each_layer_sees_what_it_may(agent: Any, mind: ScriptedMind) -> None:
    say(agent, "I like tea.", "one")
    say(agent, "My cat is Tom.", "two")
    mind.script = [Answer(lacking="x"), Answer(lacking="what I like to drink"), Answer(text="Tea.")]
    say(agent, "Translate 'good night' into French.", "two")
    nothing, window, memories = mind.asked[-3:]
    assert (list(nothing.window), list(nothing.memories)) == ([], [])
    assert [(one.speaker, one.text) for one in window.window] == [("ada", "My cat is Tom."), ("Mneme", "Fine.")]
    assert list(window.memories) == []
    assert "I like tea." in [one.text for one in memories.memories]
    assert "My cat is Tom." not in [one.text for one in memories.memories]


def test_memories_are_in_the_order_of_time_and_the_best_first_in_the_state(agent: Any, mind: ScriptedMind) -> None:
    for day, text in enumerate(["my cat is called Tom", "my dog is called Rex", "my cat Tom caught a mouse"]):
        say(agent, text, f"old {day}", MAY + timedelta(days=day))
    state = say(agent, "What did my cat catch?", "new", MAY + timedelta(days=9), memories=2)
    assert state["turn"]["recalled"][0]["text"] == "my cat Tom caught a mouse"
    times = [one.said_at for one in mind.asked[-1].memories]
    assert times == sorted(times)
    assert len(times) == 2


def test_what_belongs_to_one_turn_does_not_leak_into_the_next(agent: Any, mind: ScriptedMind) -> None:
    mind.script = [Answer(lacking="x"), Answer(text="one", used=(), tokens=Tokens(7, 3))]
    first = say(agent, "What did I tell you about my sister?")["turn"]
    second = say(agent, "Thanks, that helps.")["turn"]
    assert first["layer"] == 2
    assert (first["recall"]["query"], second["recall"]["query"]) == ("x", "Thanks, that helps.")
    assert (second["recalled"], second["lacking"], second["layers_tried"]) == ([], [], [second["layer"]])
    assert second["tokens"] == {"input": 10, "output": 2}
    assert set(second["milliseconds"]) == {"hear", "classify_layer", "recall", "answer", "model", "store"}
    assert [one["outcome"] for one in second["stored"]] == ["stored", "stored"]


def test_what_falls_out_of_the_window_is_folded_stored_and_leaves_the_state(agent: Any, mind: ScriptedMind) -> None:
    for number in range(4):
        mind.summary = Scratchpad([f"Ada: counts to {number}"])
        state = say(agent, f"I say number {number}.", k=4, now=MAY + timedelta(minutes=number))
    assert [message.text for message in state["messages"]] == ["I say number 2.", "Fine.", "I say number 3.", "Fine."]
    assert state["scratchpad"] == ["Ada: counts to 3"]
    assert state["lineage"]["length"] == 8
    snapshots = memory_of(agent).stream(access=OWNER, kinds=["snapshot"], past=True)
    assert [one.text for one in snapshots] == ["Ada: counts to 3", "Ada: counts to 2"]
    assert memory_of(agent).stream(access=OWNER, kinds=["snapshot"]) == snapshots[:1]
    newest, oldest = sorted(snapshots, key=lambda one: len(one.derived_from), reverse=True)
    said = {one.id: one.text for one in memory_of(agent).stream(access=OWNER)}
    assert [said[one] for one in oldest.derived_from] == ["I say number 0.", "Fine."]
    assert newest.derived_from[-1] == oldest.id
    assert newest.supersedes == (oldest.id,)
    assert mind.asked[-1].window[-1].text == "Fine."
    assert list(mind.asked[-1].scratchpad) == ["Ada: counts to 2"]
    assert newest.said_at == MAY + timedelta(minutes=1)


def test_notes_that_did_not_change_are_no_new_snapshot(agent: Any, mind: ScriptedMind) -> None:
    for number in range(4):
        say(agent, f"I say number {number}.", k=4)
    assert len(memory_of(agent).stream(access=OWNER, kinds=["snapshot"])) == 1


GOES_ON = pytest.mark.parametrize(
    "given", [{"messages": [HumanMessage("And now?")]}, {"observation": "A plate breaks."}], ids=["a message", "an event"]
)


def go_on(agent: Any, given: Any) -> dict[str, Any]:
    context = Context(user_id="ada", mind="local", after_turn="deferred", now=MAY, k=2)
    state: dict[str, Any] = agent.invoke(given, config={"configurable": {"thread_id": "t"}}, context=context)
    return state


def cut_short_with_notes(agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch) -> str:
    """A turn that folded a message into the notes, and stored neither these nor its answer; the record of the message."""
    said = say(agent, "The pin is 4711.", k=2)["turn"]["stored"][0]["id"]
    mind.summary = Scratchpad(["Ada: has the pin 4711"])
    with interrupted(monkeypatch, "nodes.store.remembered"):
        say(agent, "I like tea.", k=2)
    assert agent.get_state({"configurable": {"thread_id": "t"}}).values["scratchpad"] == ["Ada: has the pin 4711"]
    return str(said)


@GOES_ON
def test_notes_never_stored_are_stored_by_the_next_turn(
    agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch, given: Any
) -> None:
    said, memory = cut_short_with_notes(agent, mind, monkeypatch), memory_of(agent)
    mind.summary = Scratchpad(["Ada: has the pin 4711", "Ada: likes tea"])
    state = go_on(agent, given)
    first, *later = sorted(memory.stream(access=OWNER, kinds=["snapshot"], past=True), key=lambda one: len(one.text))
    assert (first.text, first.derived_from[0]) == ("Ada: has the pin 4711", said)
    assert [one.derived_from[-1] for one in later] == [first.id] * len(later)
    assert state["snapshot_id"] == [first, *later][-1].id
    memory.forget([said], access=OWNER)
    assert not memory.stream(access=OWNER, kinds=["snapshot"], past=True)


@GOES_ON
def test_notes_never_stored_go_with_what_was_forgotten(agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch, given: Any) -> None:
    memory_of(agent).forget([cut_short_with_notes(agent, mind, monkeypatch)], access=OWNER)
    mind.summary = Scratchpad([])
    assert go_on(agent, given)["scratchpad"] == []
    assert not memory_of(agent).stream(access=OWNER, kinds=["snapshot"], past=True)


@pytest.mark.parametrize("away", [MemoryStore.forget, MemoryStore.hide])
def test_a_turn_that_goes_on_stores_no_notes_of_what_was_forgotten_or_hidden_meanwhile(
    agent: Any, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch, away: Callable[..., Receipt]
) -> None:
    away(memory_of(agent), [cut_short_with_notes(agent, mind, monkeypatch)], access=OWNER)
    assert go_on(agent, None)["turn"]["stored"]
    assert not memory_of(agent).stream(access=OWNER, kinds=["snapshot"], past=True)
    assert say(agent, "And now?")["scratchpad"] == []


def test_the_threads_own_notes_are_not_recalled_into_it(agent: Any, mind: ScriptedMind) -> None:
    for number in range(3):
        say(agent, f"I say number {number}.", "one", k=2)
    for thread, recalled in (("one", False), ("two", True)):
        turn = say(agent, "Do you remember if Ada likes tea?", thread, k=2)["turn"]
        assert ("snapshot" in [one["kind"] for one in turn["recalled"]]) is recalled


def test_a_model_that_fails_to_summarise_leaves_everything_and_the_turn_goes_on(agent: Any, mind: ScriptedMind) -> None:
    mind.summary = ModelUnavailable("The model is gone.")
    for number in range(3):
        state = say(agent, f"I say number {number}.", k=4)
    assert len(state["messages"]) == 6
    assert state["turn"]["degraded"] == ["summarise: The model is gone."]
    assert "scratchpad" not in state
    assert len(texts(agent)) == 6
    mind.summary = Scratchpad(["Ada: counts"])
    state = say(agent, "I say number 3.", k=4)
    assert len(state["messages"]) == 4
    assert "degraded" not in state["turn"]
    assert len(mind.folded[-1].fallen) == 4


def test_the_location_and_the_character_change_in_mid_conversation(agent: Any, mind: ScriptedMind) -> None:
    say(agent, "Hello there!", location="Lisbon")
    memory_of(agent).put(characters_of("ada"), "mneme", {"name": "Iris", "voice": "dry"}, index=False)
    say(agent, "Hello there!", location="Porto")
    first, second = (request.character for request in mind.asked)
    assert (first.id, first.name, first.location) == ("mneme", "Mneme", "Lisbon")
    assert (second.id, second.name, second.voice, second.location) == ("mneme", "Iris", "dry", "Porto")
    stream = sorted(memory_of(agent).stream(access=OWNER), key=lambda one: one.ordinal)
    assert [one.place for one in stream] == ["Lisbon"] * 2 + ["Porto"] * 2


def test_a_session_ends_with_a_pause_and_time_is_told(agent: Any, mind: ScriptedMind) -> None:
    first = say(agent, "Hello there!", now=MAY)
    second = say(agent, "I like tea.", now=MAY + timedelta(hours=1))
    third = say(agent, "I like coffee.", now=MAY + timedelta(hours=8))
    assert first["session"]["id"] == second["session"]["id"] != third["session"]["id"]
    moment = mind.asked[-1].moment
    assert (moment.last_turn_at, moment.session_began_at) == (MAY + timedelta(hours=1), MAY + timedelta(hours=8))
    assert moment.last_session_ended_at == MAY + timedelta(hours=1)


def test_a_fork_knows_the_last_turn_of_its_own_branch(agent: Any) -> None:
    begun = say(agent, "I like tea.")["session"]
    fork = agent.get_state({"configurable": {"thread_id": "t"}}).config
    for minutes in range(1, 6):
        say(agent, f"I ate {minutes} cakes.", now=MAY + timedelta(minutes=minutes))
    for later, goes_on in ((timedelta(minutes=10), True), (timedelta(days=3), False)):
        given = Context(user_id="ada", now=MAY + later)
        session = agent.invoke({"messages": [HumanMessage("I like walnuts.")]}, config=fork, context=given)["session"]
        assert session["last_turn_at"] == MAY.isoformat()
        assert (session["id"] == begun["id"]) is goes_on


def plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(plain(inner) for inner in value)
    return value is None or isinstance(value, str | int | float | bool | BaseMessage)


def test_the_state_is_plain_and_json(agent: Any) -> None:
    say(agent, "I adopted a puppy called Biscuit.", "one")
    state = say(agent, "What is my puppy called?", "two")
    assert plain(state)
    json.dumps({name: value for name, value in state.items() if name != "messages"})


def test_a_run_without_a_user_or_with_nothing_to_answer_is_refused(agent: Any) -> None:
    config = {"configurable": {"thread_id": "t"}}
    with pytest.raises(InputError, match="no user"):
        agent.invoke({"messages": [HumanMessage("Hi")]}, config=config)
    for context in ({}, {"user_id": " "}):
        with pytest.raises(InputError, match="no user"):
            agent.invoke({"messages": [HumanMessage("Hi")]}, config=config, context=context)
    for messages in ([], [HumanMessage("  ")], [HumanMessage("Hi"), AIMessage("Hello")]):
        with pytest.raises(InputError, match="nothing to answer"):
            agent.invoke({"messages": messages}, config={"configurable": {"thread_id": "u"}}, context=Context(user_id="ada"))
    assert memory_of(agent).count_all() == 0


def test_a_thread_is_one_users_alone(agent: Any, mind: ScriptedMind) -> None:
    say(agent, "My secret is safe.", "shared")
    with pytest.raises(InputError, match="another user"):
        say(agent, "What was said here?", "shared", user_id="bob")
    assert len(mind.asked) == 1
    assert texts(agent, Access("bob", role="owner")) == []


def test_a_stranger_cannot_go_on_with_a_turn_that_failed(agent: Any, mind: ScriptedMind) -> None:
    mind.script = [ModelUnavailable("The model is gone.")]
    with pytest.raises(ModelUnavailable):
        say(agent, "My secret is safe.")
    with pytest.raises(InputError, match="another user"):
        say(agent, None, user_id="bob")
    assert texts(agent, Access("bob", role="owner")) == []
    assert say(agent, None)["turn"]["answer"] == "Fine."


@pytest.mark.parametrize("refused", ["  ", "x" * 1_000_001])
def test_what_was_refused_leaves_the_thread_and_the_next_message_works(agent: Any, mind: ScriptedMind, refused: str) -> None:
    say(agent, "I like tea.")
    with pytest.raises(InputError):
        say(agent, refused)
    state = say(agent, "I like coffee.")
    assert [message.text for message in state["messages"]] == ["I like tea.", "Fine.", "I like coffee.", "Fine."]
    assert len(texts(agent)) == 4


def test_a_strangers_words_never_become_the_owners(agent: Any, mind: ScriptedMind) -> None:
    say(agent, "I like tea.", "shared")
    with pytest.raises(InputError, match="another user"):
        say(agent, "BOB'S PIN IS 1234", "shared", user_id="bob")
    state = say(agent, "I like coffee.", "shared")
    assert not any("1234" in text for text in [*texts(agent), *(message.text for message in state["messages"])])


@pytest.mark.parametrize("user", ["ada@example.com", "ada.l", "a/b", "Ada Lovelace", "아다", "a\x00b"])
def test_any_name_can_be_a_user(agent: Any, user: str) -> None:
    say(agent, "I adopted a puppy called Biscuit.", "one", user_id=user)
    assert "Biscuit" in say(agent, "What is my puppy called?", "two", user_id=user)["turn"]["answer"]
    memory_of(agent).put(characters_of(user), "mneme", {"name": "Iris"}, index=False)
    assert say(agent, "Hello!", "two", user_id=user)["messages"][-1].name == "Iris"


@pytest.mark.parametrize(
    "note", [{"said_at": "yesterday"}, "a string", {"origin": "notice", "used": "abc", "said_at": "2999-01-01T00:00:00Z"}]
)
def test_what_a_client_writes_in_our_name_does_not_count(agent: Any, mind: ScriptedMind, note: Any) -> None:
    message = HumanMessage("I like tea.", additional_kwargs={"mneme": note})
    context = Context(user_id="ada", now=MAY)
    agent.invoke({"messages": [message]}, config={"configurable": {"thread_id": "t"}}, context=context)
    (said,) = [one for one in memory_of(agent).stream(access=OWNER) if one.role == "user"]
    assert (said.said_at, said.trust.origin, said.derived_from) == (MAY, "said", ())


def test_other_words_under_a_known_message_id_are_stored_too(agent: Any, mind: ScriptedMind) -> None:
    mind.script = [ModelUnavailable("The model is gone.")]
    config, context = {"configurable": {"thread_id": "t"}}, Context(user_id="ada", now=MAY)
    with pytest.raises(ModelUnavailable):
        agent.invoke({"messages": [HumanMessage("I live in Oslo.", id="m1")]}, config=config, context=context)
    state = agent.invoke({"messages": [HumanMessage("I live in Bergen.", id="m1")]}, config=config, context=context)
    assert sorted(texts(agent)) == ["Fine.", "I live in Bergen."]
    past = memory_of(agent).stream(access=OWNER, past=True)
    assert sorted(one.text for one in past) == ["Fine.", "I live in Bergen.", "I live in Oslo."]
    assert [one["outcome"] for one in state["turn"]["stored"]] == ["superseded", "stored"]


def test_message_ids_need_only_be_unique_within_a_thread(agent: Any) -> None:
    for thread, text in (("one", "My boat is called Aurora."), ("two", "What is my boat called?")):
        said = {"messages": [HumanMessage(text, id="m1")]}
        state = agent.invoke(said, config={"configurable": {"thread_id": thread}}, context=Context(user_id="ada", mind="local"))
    assert "Aurora" in state["turn"]["answer"]


def test_messages_that_come_together_keep_one_moment_and_only_speech_is_shown(agent: Any, mind: ScriptedMind) -> None:
    given = [SystemMessage("SYSTEM RULE"), HumanMessage("I like tea."), AIMessage("Noted."), HumanMessage("Which do I like?")]
    agent.invoke({"messages": given}, config={"configurable": {"thread_id": "t"}}, context=Context(user_id="ada", now=MAY))
    say(agent, "And now?", now=MAY + timedelta(hours=1))
    window = mind.asked[-1].window
    assert [(one.text, one.said_at) for one in window[:3]] == [("I like tea.", MAY), ("Noted.", MAY), ("Which do I like?", MAY)]
    assert "SYSTEM RULE" not in [one.text for one in window]


def test_hearing_again_after_a_crash_keeps_the_session(agent: Any, mind: ScriptedMind) -> None:
    first = say(agent, "Good morning!", now=MAY)
    later = say(agent, "I like tea.", now=MAY + timedelta(hours=10))
    config = next(state.config for state in agent.get_state_history({"configurable": {"thread_id": "t"}}) if state.next == ("hear",))
    again = agent.invoke(None, config=config, context=Context(user_id="ada", now=MAY + timedelta(hours=10)))
    assert again["session"] == later["session"] != first["session"]


@pytest.mark.parametrize(
    "context", [{"user_name": "half \ud800"}, {"location": "\udfff"}, {"now": datetime(9999, 12, 31, tzinfo=UTC)}, {"locale": "klingon"}]
)
def test_a_context_that_would_fail_later_is_refused_at_once(agent: Any, context: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        say(agent, "Hello there!", **context)
    assert memory_of(agent).count_all() == 0


def test_half_a_character_is_refused(agent: Any) -> None:
    with pytest.raises(InputError, match="half of a character"):
        say(agent, "broken \ud83d")
    assert "Biscuit" in say(agent, "My puppy is Biscuit. What is my puppy called?")["messages"][0].text


def test_a_mind_that_lacks_where_it_may_not_ends_the_turn(agent: Any, mind: ScriptedMind) -> None:
    mind.script = [Answer(lacking="x")] * 9
    with pytest.raises(ModelAnswerUnusable):
        say(agent, "Write a haiku about autumn.")


def test_a_time_zone_nobody_knows_is_refused(agent: Any) -> None:
    with pytest.raises(InputError):
        say(agent, "Hello", timezone="Mars/Olympus")


def test_ainvoke_shares_the_thread_with_invoke(agent: Any) -> None:
    async def talk() -> Any:
        config = {"configurable": {"thread_id": "t"}}
        context = Context(user_id="ada", mind="local")
        await agent.ainvoke({"messages": [HumanMessage("I like green tea.")]}, config=config, context=context)
        return [state.values async for state in agent.aget_state_history(config)]

    history = asyncio.run(talk())
    assert len(history) > 3
    state = say(agent, "What tea do I like?", now=datetime.now(UTC))
    assert state["messages"][0].text == "I like green tea."
    assert state["lineage"]["length"] == 4


def test_the_answer_streams_before_it_is_stored(agent: Any) -> None:
    seen: list[str] = []
    said = {"messages": [HumanMessage("I like tea.")]}
    config = {"configurable": {"thread_id": "t"}}
    for mode, chunk in agent.stream(said, config=config, context=Context(user_id="ada", mind="local"), stream_mode=["messages", "updates"]):
        if mode == "messages" and isinstance(chunk[0], AIMessage) and chunk[0].text:
            seen.append("token")
        elif mode == "updates":
            seen += list(chunk)
    assert seen.index("token") < seen.index("store")
    assert seen.count("token") == 1


def test_the_words_of_a_turn_are_embedded_once(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    say(agent, "I like tea.", "one")
    passes: list[str] = []
    embedder: Any = memory_of(agent).embedder
    embed = type(embedder)._embed
    monkeypatch.setattr(type(embedder), "_embed", lambda self, given, purpose: passes.extend(given) or embed(self, given, purpose))
    say(agent, "Do you remember which hot drink I like?", "two")
    assert passes.count("Do you remember which hot drink I like?") == 1


def test_the_journal_tells_what_was_recalled_taken_and_used(agent: Any) -> None:
    said = say(agent, "I adopted a puppy called Biscuit.", "one")["turn"]["stored"][0]["id"]
    say(agent, "What is my puppy called?", "two")
    assert [event.kind for event in memory_of(agent).journal.of_record("ada", said)] == ["remembered", "taken", "used"]
    assert said in memory_of(agent).journal.accesses("ada", [said])


def test_answers_that_repeat_memory_are_kept_but_never_recalled(agent: Any) -> None:
    say(agent, "I adopted a puppy called Biscuit.", "one")
    say(agent, "What is my puppy called?", "two")
    again = say(agent, "What is my puppy called?", "three")
    assert {one["role"] for one in again["turn"]["recalled"]} == {"user"}
    assert any('"I adopted a puppy called Biscuit."' in text for text in texts(agent))


def test_forgotten_words_leave_the_thread_and_its_notes(agent: Any, mind: ScriptedMind) -> None:
    config, context = {"configurable": {"thread_id": "t"}}, Context(user_id="ada", now=MAY, k=2)
    for words in ("the pin is 4711", "I like tea"):
        state = agent.invoke({"messages": [HumanMessage(words)]}, config=config, context=context)
    assert state["scratchpad"]
    memory = memory_of(agent)
    pins = [one.id for one in memory.stream(access=OWNER, kinds=["turn"]) if "4711" in one.text or one.text == "I like tea"]
    memory.forget(pins, access=OWNER)
    state = agent.invoke({"messages": [HumanMessage("And now?")]}, config=config, context=context)
    seen = [*(str(one.text) for one in state["messages"]), *state["scratchpad"], *(one.text for one in mind.asked[-1].window)]
    assert not [one for one in seen if "4711" in one or one == "I like tea"]
    assert mind.asked[-1].scratchpad == []


def test_hidden_words_leave_the_thread_and_its_notes_and_come_back_once_restored(agent: Any) -> None:
    said = say(agent, "I adopted a puppy called Biscuit.")["turn"]["stored"][0]["id"]
    assert "Biscuit" in say(agent, "What is my puppy called?")["turn"]["answer"]
    noted = say(agent, "I adopted a puppy called Biscuit.", "noted", k=2)["turn"]["stored"][0]["id"]
    assert "Biscuit" in "".join(say(agent, "Good morning!", "noted", k=2)["scratchpad"])
    memory_of(agent).hide([said, noted], access=OWNER)
    for thread, k in (("t", 12), ("noted", 2)):
        state = say(agent, "And now, what is my puppy called?", thread, k=k)
        seen = [state["turn"]["answer"], *(str(message.text) for message in state["messages"]), *state.get("scratchpad", [])]
        assert "Biscuit" not in "".join(seen)
    memory_of(agent).restore(said, access=OWNER)
    assert "Biscuit" in say(agent, "What is my puppy called?")["turn"]["answer"]


def test_edited_words_change_in_the_window_too(agent: Any) -> None:
    said = say(agent, "I adopted a puppy called Biscuit.")["turn"]["stored"][0]["id"]
    say(agent, "I live in Lisbon.")
    for name in ("Brownie", "Cookie"):
        memory_of(agent).edit(said, f"I adopted a puppy called {name}.", access=OWNER)
    state = say(agent, "What is my puppy called?")
    assert ["Cookie" in state["turn"]["answer"], "Biscuit" in state["turn"]["answer"]] == [True, False]
    assert [str(one.text) for one in state["messages"]][:3:2] == ["I adopted a puppy called Cookie.", "I live in Lisbon."]
    memory_of(agent).restore(said, access=OWNER)
    assert str(say(agent, "And now?")["messages"][0].text) == "I adopted a puppy called Biscuit."


def test_edited_words_leave_the_notes_that_were_made_of_them(agent: Any) -> None:
    said = say(agent, "I adopted a puppy called Biscuit.", k=2)["turn"]["stored"][0]["id"]
    say(agent, "Good morning!", k=2)
    assert "Biscuit" in "".join(say(agent, "Good evening!", k=2)["scratchpad"])
    memory_of(agent).edit(said, "I adopted a puppy called Brownie.", access=OWNER)
    elsewhere = say(agent, "What is my puppy called?", "elsewhere")["turn"]
    assert [one["text"] for one in elsewhere["recalled"] if "puppy" in one["text"]] == ["I adopted a puppy called Brownie."]
    state = say(agent, "So what puppy was adopted?", k=2)
    assert "Brownie" in state["turn"]["answer"]
    assert "Biscuit" not in "".join([state["turn"]["answer"], *state["scratchpad"]])
    for words in ("I like tea.", "I like plums."):
        assert "Biscuit" not in "".join(say(agent, words, k=2)["scratchpad"])


def test_edited_words_are_noted_as_they_stand_and_leave_the_notes_once_they_are_edited_again(agent: Any) -> None:
    said = say(agent, "I adopted a puppy called Biscuit.", k=4)["turn"]["stored"][0]["id"]
    memory_of(agent).edit(said, "I adopted a puppy called Brownie.", access=OWNER)
    say(agent, "Good morning!", k=4)
    assert "Brownie" in "".join(say(agent, "Good evening!", k=4)["scratchpad"])
    memory_of(agent).edit(said, "I adopted a puppy called Cookie.", access=OWNER)
    assert "Brownie" not in "".join(say(agent, "Good night!", k=4)["scratchpad"])


def test_words_said_anew_in_a_fork_change_nothing_in_the_first_branch(agent: Any) -> None:
    config, context = {"configurable": {"thread_id": "t"}}, Context(user_id="ada", now=MAY)
    agent.invoke({"messages": [HumanMessage("I live in Porto.", id="one")]}, config=config, context=context)
    branch, *_, beginning = [state.config for state in agent.get_state_history(config)]
    agent.invoke({"messages": [HumanMessage("I live in Lisbon.", id="one")]}, config=beginning, context=context)
    state = agent.invoke({"messages": [HumanMessage("And now?")]}, config=branch, context=context)
    assert str(state["messages"][0].text) == "I live in Porto."


def test_forgetting_reaches_an_answer_that_quotes_the_window(agent: Any) -> None:
    said = say(agent, "I adopted a puppy called Biscuit.")["turn"]["stored"][0]["id"]
    turn = say(agent, "What is my puppy called?")["turn"]
    assert turn["recalled"] == []
    assert "Biscuit" in turn["answer"]
    memory = memory_of(agent)
    assert [event.kind for event in memory.journal.of_record("ada", said)] == ["remembered", "used"]
    assert not memory.journal.accesses("ada", [said])
    memory.forget([said], access=OWNER)
    assert not [text for text in texts(agent) if "Biscuit" in text]
    state = say(agent, "And now, what is my puppy called?")
    assert "Biscuit" not in "".join([state["turn"]["answer"], *(message.text for message in state["messages"])])


def test_forgetting_reaches_an_answer_that_quotes_the_notes(agent: Any) -> None:
    said = say(agent, "I adopted a puppy called Biscuit.", k=2)["turn"]["stored"][0]["id"]
    noted = say(agent, "Good morning!", k=2)
    assert any("Biscuit" in note for note in noted["scratchpad"])
    turn = say(agent, "So what puppy was adopted?", k=2)["turn"]
    assert "Biscuit" in turn["answer"]
    assert (turn["recalled"], turn["used"]) == ([], [noted["snapshot_id"]])
    memory_of(agent).forget([said], access=OWNER)
    assert not [text for text in texts(agent) if "Biscuit" in text]


@pytest.mark.parametrize("timezone", ["UTC", "America/Los_Angeles"])
def test_what_was_said_on_a_day_is_found_among_much_that_was_said_on_others(agent: Any, timezone: str) -> None:
    """Seven in the morning of May 4 in London is midnight in California."""
    hours = [datetime(2026, 4, 20, tzinfo=UTC) + timedelta(hours=hour) for hour in range(1, 400, 6)]
    memory_of(agent).remember([record(f"I lost mirror number {n} before lunch.", n, said_at=at) for n, at in enumerate(hours)])
    turn = say(agent, "What did I tell you on the 3rd?", "next", timezone=timezone)["turn"]
    days = [datetime.fromisoformat(one["said_at"]).astimezone(ZoneInfo(timezone)).day for one in turn["recalled"]]
    assert days == [3] * 4
    assert turn["answer"].count("3 May 2026") == 4


@pytest.mark.parametrize(("timezone", "on_the_day"), [("UTC", 0.0), ("America/Los_Angeles", 1.0)])
def test_yesterday_is_the_day_before_where_the_user_is(agent: Any, timezone: str, on_the_day: float) -> None:
    """Nine in the evening in California is the next day in London."""
    evening = datetime(2023, 5, 8, 4, tzinfo=UTC)
    say(agent, "I planted a fig tree behind the shed.", "garden", evening, timezone=timezone)
    [planted] = [one.id for one in memory_of(agent).stream(access=OWNER) if "fig" in one.text]
    turn = say(agent, "What did I plant yesterday?", "next", evening + timedelta(hours=16), timezone=timezone)["turn"]
    assert [one["signals"]["on the day"] for one in turn["recall"]["candidates"] if one["id"] == planted] == [on_the_day]
