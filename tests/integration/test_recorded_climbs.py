"""Turns that climb the ladder, over half a year that Tess told of; the answers were written by hand (recordings/README.md)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from evals import own
from graph.assembly import Settings, open_agent
from models.mind import SOMEBODY, LayerChoice
from nodes.context import Context
from nodes.ladder import LADDER, MOST_CLIMBS, rung_at
from stores.histories.history import records_of
from stores.record import MemoryRecord
from tests.integration.fake_openai import FakeOpenAI, as_recorded

RECORDING = json.loads((Path(__file__).parent / "recordings" / "climbs.json").read_text(encoding="utf-8"))
TURNS = RECORDING["turns"]
CONVERSATION = Path(own.__file__).parent / "data" / "conversations" / "ua-02.json"
WORDS_OF_A_RUNG = 60  # letters by which a prompt is seen to be of a layer


def past() -> list[MemoryRecord]:
    """What Tess told in half a year: one of the project's own conversations."""
    history = own.history(own.read_conversation(CONVERSATION))
    return list(records_of(history, user_id="tess", character_id="mneme", created_at=datetime(2024, 7, 13, tzinfo=UTC)))


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    with open_agent(Settings(home=tmp_path)) as opened:
        opened.store.remember(past())  # type: ignore[union-attr]
        yield opened


def take(agent: Any, turn: dict[str, Any]) -> dict[str, Any]:
    """The state after a turn."""
    knobs = {name: turn[name] for name in ("last_prompts", "router") if name in turn}
    context = Context(**RECORDING["context"], **knobs, now=datetime.fromisoformat(turn["now"]))
    config = {"configurable": {"thread_id": turn["thread"]}}
    state: dict[str, Any] = agent.invoke({"messages": [HumanMessage(turn["words"])]}, config=config, context=context)
    return state


def stands_at(request: dict[str, Any], layer: float, *, begun: bool) -> bool:
    """Whether the prompt of an answer says that it sees what this layer shows."""
    told = rung_at(layer).told_where(begun=begun).replace("$user", RECORDING["context"].get("user_name", SOMEBODY))
    return told[:WORDS_OF_A_RUNG] in str(request["messages"][0]["content"])


def test_every_turn_climbs_as_it_was_answered(agent: Any, endpoint: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set[str]()
    for turn in TURNS:
        before, expected = len(endpoint.requests), turn["expected"]
        begun = LayerChoice(**turn["begun"], reason="as recorded")
        monkeypatch.setattr("nodes.classify_layer.choose_layer", lambda *_, begun=begun: begun)
        endpoint.now_replies(*(as_recorded(answer) for answer in turn["answers"]))
        became = take(agent, turn)["turn"]
        assert {name: became[name] for name in ("layers_tried", "lacking", "not_known", "answer")} == expected, turn["words"]
        assert became.get("recall", {}).get("query") == turn["query"]
        assert all(any(text in one["text"] for one in became["recalled"]) for text in turn["recalled"]), turn["words"]
        attempts = [request for request in endpoint.requests[before:] if "response_format" not in request]
        tried = zip(attempts, became["layers_tried"], strict=False)
        assert all(stands_at(request, layer, begun=turn["thread"] in threads) for request, layer in tried)
        threads.add(turn["thread"])
        assert len(became["prompts"]) == len(attempts)


def test_the_recording_shows_what_it_is_there_for() -> None:
    climbing = [turn for turn in TURNS if len(set(turn["expected"]["layers_tried"])) > 1]
    ways = [turn["expected"]["layers_tried"] for turn in TURNS]
    assert len(TURNS) >= 20
    assert len(climbing) >= 8
    assert all(way in ways for way in ([0], [1], [2], [0, 2], [1, 2]))
    assert any(0.5 in way for way in ways)
    assert {turn.get("router", "local") for turn in TURNS} == {"local", "model", "cascade"}
    assert any(turn["expected"]["not_known"] for turn in TURNS)
    assert all(len(set(way)) - 1 <= MOST_CLIMBS for way in ways)
    assert {layer for way in ways for layer in way} == {rung.layer for rung in LADDER}
