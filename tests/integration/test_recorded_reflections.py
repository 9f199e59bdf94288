"""Two whole reflections on what Tess told, the second also over the first; the answers were written by hand (recordings/README.md)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from evals import own
from graph.assembly import Settings, open_agent
from models import prompts
from models.tokens import estimated
from nodes.context import Context
from nodes.reflection.draw_insights import CITES_NOTHING, CITES_UNSHOWN
from nodes.reflection.verify_insights import NOT_BORNE_OUT
from stores.access import Access
from stores.histories.history import records_of
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord
from tests.integration.fake_openai import FakeOpenAI, as_recorded

RECORDING = json.loads((Path(__file__).parent / "recordings" / "reflections.json").read_text(encoding="utf-8"))
TURNS = RECORDING["turns"]
CONVERSATION = Path(own.__file__).parent / "data" / "conversations" / "ua-02.json"
OWNER = Access("tess", role="owner")
AFTER = datetime(2024, 8, 1, tzinfo=UTC)
STEPS = (prompts.ASK, prompts.INFER, prompts.INFER, prompts.INFER, prompts.VERIFY)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    with open_agent(Settings(home=tmp_path)) as opened:
        yield opened


def past() -> list[MemoryRecord]:
    """What Tess told in half a year: one of the project's own conversations."""
    history = own.history(own.read_conversation(CONVERSATION))
    return list(records_of(history, user_id="tess", character_id="mneme", created_at=datetime(2024, 7, 13, tzinfo=UTC)))


def replay(agent: Any, endpoint: FakeOpenAI) -> list[dict[str, Any]]:
    """The states after the turns, before each of which what Tess had told by then is remembered."""
    memory, told, states = agent.store, past(), []
    for turn in TURNS:
        now = datetime.fromisoformat(turn["now"])
        memory.remember([one for one in told if one.said_at <= now])  # what was there before is a duplicate
        endpoint.now_replies(*(as_recorded(answer) for answer in turn["answers"]))
        config = {"configurable": {"thread_id": turn["thread"]}}
        context = Context(**RECORDING["context"], now=now)
        states.append(agent.invoke({"messages": [HumanMessage(turn["words"])]}, config=config, context=context))
    return states


def texts(memory: MemoryStore, ids: list[str]) -> list[str]:
    return [one.text for one in memory.read(ids, access=OWNER)]


def test_both_reflections_become_what_they_became(agent: Any, endpoint: FakeOpenAI) -> None:
    states = replay(agent, endpoint)
    for turn, state in zip(TURNS, states, strict=True):
        reflection, expected = state["reflection"], turn["expected"]
        assert reflection["questions"] == expected["questions"]
        assert texts(agent.store, reflection["kept"]) == expected["kept"]
        assert texts(agent.store, reflection["strengthened"]) == expected["strengthened"]
        assert [{"text": one["text"], "why": one["why"]} for one in reflection["dropped"]] == expected["dropped"]


def test_each_step_read_its_prompt(agent: Any, endpoint: FakeOpenAI) -> None:
    replay(agent, endpoint)
    judged = [request for request in endpoint.requests if "response_format" in request]
    looking_back = [str(request["messages"][0]["content"]) for request in judged if not is_rating(request)]
    told = [line.split("$")[0].strip() for prompt in (*STEPS, *STEPS) for line in [first_line(prompt)]]
    assert len(looking_back) == len(told)
    assert all(line in one for line, one in zip(told, looking_back, strict=True))


def test_a_reflection_reads_no_more_than_the_page_on_costs_says(agent: Any, endpoint: FakeOpenAI) -> None:
    replay(agent, endpoint)
    looking_back = [request for request in endpoint.requests if "response_format" in request and not is_rating(request)]
    spent = [sum(estimated(str(message["content"])) for message in request["messages"]) for request in looking_back]
    each = [sum(spent[: len(STEPS)]), sum(spent[len(STEPS) :])]
    assert all(8_000 < one < 13_000 for one in each), each


def is_rating(request: dict[str, Any]) -> bool:
    return "You rate how much" in str(request["messages"][0]["content"])


def first_line(prompt: str) -> str:
    """The line by which a prompt is known."""
    return next(line for line in prompt.splitlines() if not line.startswith("$"))


def test_every_citation_resolves_and_the_second_reflection_rests_on_the_first(agent: Any, endpoint: FakeOpenAI) -> None:
    first, second = replay(agent, endpoint)
    insights = agent.store.stream(access=OWNER, kinds=("reflection",), now=AFTER)
    for one in insights:
        cited = agent.store.read(list(one.derived_from), access=OWNER)
        assert len(cited) == len(one.derived_from) > 0
    deep = agent.store.read(second["reflection"]["kept"], access=OWNER)
    assert {one.additional["depth"] for one in deep} == {2}
    assert all(set(one.derived_from) & set(first["reflection"]["kept"]) for one in deep)


def test_forgetting_what_was_said_takes_every_insight_above_it(agent: Any, endpoint: FakeOpenAI) -> None:
    replay(agent, endpoint)
    memory = agent.store
    said = next(one for one in memory.stream(access=OWNER, kinds=("turn",), now=AFTER, limit=500) if "barbecue people" in one.text)
    derived = {one.id: one.kind for one in memory.forget([said.id], access=OWNER).derived}
    assert list(derived.values()).count("reflection") == 2
    left = memory.stream(access=OWNER, kinds=("reflection",), now=AFTER)
    assert not any(set(one.derived_from) & {said.id, *derived} for one in left)


def test_the_recording_shows_what_it_is_there_for() -> None:
    dropped = {one["why"] for turn in TURNS for one in turn["expected"]["dropped"]}
    assert dropped == {CITES_NOTHING, CITES_UNSHOWN, NOT_BORNE_OUT}
    assert any(turn["expected"]["strengthened"] for turn in TURNS)
    assert all(len(turn["expected"]["kept"]) >= 3 for turn in TURNS)
