"""A conversation whose answers were written by hand (recordings/README.md), replayed through the real chat client over loopback."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from string import Template
from typing import Any
from xml.sax.saxutils import escape

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from graph.assembly import Settings, open_agent
from models import prompts
from models.chat_mind import insufficient_context
from models.excerpts import excerpt
from models.router import LayerChoice
from nodes.context import Context
from stores.access import Access
from stores.errors import ModelUnavailable
from tests.integration.fake_openai import USAGE, BreaksOff, FakeOpenAI, Says, as_recorded

RECORDING = json.loads((Path(__file__).parent / "recordings" / "ada.json").read_text(encoding="utf-8"))
MORNING = datetime.fromisoformat("2026-05-07T08:10:00+01:00")


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    with open_agent(Settings(home=tmp_path)) as opened:
        yield opened


def config(thread: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": thread}}


def context(now: datetime, location: str = "") -> Context:
    return Context(**RECORDING["context"], now=now, location=location)


def said_aloud(agent: Any, words: str | None, thread: str, given: Context, into: list[str]) -> None:
    """Run a turn and keep the tokens that a person would see."""
    said = None if words is None else {"messages": [HumanMessage(words)]}
    for message, _ in agent.stream(said, config=config(thread), context=given, stream_mode="messages"):
        if isinstance(message, AIMessage) and message.text:
            into.append(message.text)


def constant(name: str) -> str:
    """What a prompt's constant says before the first name that is filled in."""
    return Template(getattr(prompts, name)).template.split("$")[0].strip()


def check_prompt(call: dict[str, Any], request: dict[str, Any]) -> None:
    """The request is of the call's kind, and its prompt holds what it must, in order, and nothing that it must not."""
    prompt = "\n\n".join(str(message["content"]) for message in request["messages"])
    tools = [one["function"]["name"] for one in request.get("tools", [])]
    at_the_end = "NOT_FOUND" in call["says"]
    assert tools == ([insufficient_context.name] if call["kind"] == "answer" and not at_the_end else [])
    assert ("response_format" in request) == (call["kind"] == "summarise")
    assert bool(request.get("stream")) == (call["kind"] == "answer")
    for name in call["says"]:
        assert constant(name) in prompt, name
    at = 0
    for text in call["contains"]:
        assert text in prompt[at:], text
        at = prompt.index(text, at) + len(text)
    for text in call["lacks"]:
        assert text not in prompt, text


def check_memories(turn: dict[str, Any], request: dict[str, Any]) -> None:
    """What was recalled stands in the prompt in the order in which it was said, escaped; long ones in part, unless more was asked for."""
    prompt = str(request["messages"][0]["content"])
    in_time = sorted(turn["recalled"], key=lambda one: (one["said_at"], one["ordinal"]))
    most = 10_000 if turn["lacking"] else Context().memory_tokens
    places = [prompt.index(f">{escape(excerpt(turn['recall']['query'], one['text'], most))}</memory>") for one in in_time]
    assert places == sorted(places)


def check_turn(turn: dict[str, Any], state: dict[str, Any], streamed: list[str]) -> None:
    """The turn became what the recording says, and streamed its answer only."""
    became, expected, calls = state["turn"], turn["expected"], turn["calls"]
    answer = [call["answer"] for call in calls if call["kind"] == "answer"][-1]
    assert became["answer"] == "".join(streamed) == answer
    assert {name: became[name] for name in ("layers_tried", "lacking", "not_known")} == {
        name: expected[name] for name in ("layers_tried", "lacking", "not_known")
    }
    assert became["layer"] == expected["layers_tried"][-1]
    assert set(expected["recalled"]) <= {one["text"] for one in became["recalled"]}
    assert became.get("recall", {}).get("query") == expected["query"]
    assert [one["outcome"] for one in became["stored"]] == expected["stored"]
    assert became["tokens"] == {"input": USAGE["prompt_tokens"] * len(calls), "output": USAGE["completion_tokens"] * len(calls)}
    assert "degraded" not in became
    for call in calls:
        if call["kind"] == "summarise":
            assert state["scratchpad"] == call["answer"]["notes"]


def test_the_recorded_conversation_goes_as_it_went(agent: Any, endpoint: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    for turn in RECORDING["turns"]:
        before, streamed = len(endpoint.requests), list[str]()
        # Where each turn began is a part of the recording: the answers were written for what is seen there.
        begun = LayerChoice(turn["expected"]["layers_tried"][0], 1.0, 0.0, "as recorded")
        monkeypatch.setattr("nodes.classify_layer.choose_layer", lambda *_, begun=begun: begun)
        endpoint.now_replies(*(as_recorded(call["answer"]) for call in turn["calls"]))
        said_aloud(agent, turn["words"], turn["thread"], context(datetime.fromisoformat(turn["now"]), turn["location"]), streamed)
        for call, request in zip(turn["calls"], endpoint.requests[before:], strict=True):
            check_prompt(call, request)
        state = agent.get_state(config(turn["thread"])).values
        asked = [request for request in endpoint.requests[before:] if "response_format" not in request]
        check_memories(state["turn"], asked[-1])
        check_turn(turn, state, streamed)


def test_the_recording_shows_what_it_is_there_for() -> None:
    turns = RECORDING["turns"]
    climbs = [turn["expected"]["layers_tried"] for turn in turns]
    assert len(turns) >= 10
    assert all(climb in climbs for climb in ([0, 1], [1, 2], [0, 2], [2, 2]))
    assert any(turn["expected"]["not_known"] for turn in turns)
    assert any(call["kind"] == "summarise" for turn in turns for call in turn["calls"])
    assert len({turn["thread"] for turn in turns}) == len({turn["location"] for turn in turns}) == 2


def test_everything_that_was_said_is_remembered_verbatim_with_its_place(agent: Any, endpoint: FakeOpenAI) -> None:
    spoken = []
    for turn in RECORDING["turns"][:7]:
        endpoint.now_replies(*(as_recorded(call["answer"]) for call in turn["calls"]))
        said_aloud(agent, turn["words"], turn["thread"], context(datetime.fromisoformat(turn["now"]), turn["location"]), [])
        spoken += [(turn["words"], turn["location"]), (agent.get_state(config(turn["thread"])).values["turn"]["answer"], turn["location"])]
    kept = agent.store.stream(access=Access("ada", role="owner"), kinds=["turn"])
    assert [(one.text, one.place) for one in sorted(kept, key=lambda one: one.ordinal)] == spoken


@pytest.mark.parametrize("afterwards", ["try again", "say something else"])
def test_an_endpoint_that_dies_in_the_middle_of_an_answer(agent: Any, endpoint: FakeOpenAI, afterwards: str) -> None:
    streamed: list[str] = []
    endpoint.now_replies(BreaksOff("Lemon cake sounds"))
    with pytest.raises(ModelUnavailable):
        said_aloud(agent, "My sister Mira is allergic to walnuts.", "t", context(MORNING), streamed)
    kept = agent.store.stream(access=Access("ada", role="owner"))
    assert ([one.text for one in kept], streamed) == (["My sister Mira is allergic to walnuts."], ["Lemon cake sounds"])
    assert agent.get_state(config("t")).next == ("answer",)

    endpoint.now_replies(Says("Lemon cake sounds safe."))
    again = afterwards == "try again"
    said = None if again else {"messages": [HumanMessage("Are you there?")]}
    state = agent.invoke(said, config=config("t"), context=context(MORNING + timedelta(minutes=1)))
    words = ["My sister Mira is allergic to walnuts.", *([] if again else ["Are you there?"]), "Lemon cake sounds safe."]
    assert [message.text for message in state["messages"]] == words
    kept = agent.store.stream(access=Access("ada", role="owner"))
    assert [one.text for one in sorted(kept, key=lambda one: one.ordinal)] == words
    assert agent.get_state(config("t")).next == ()
