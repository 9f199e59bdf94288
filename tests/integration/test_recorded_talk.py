"""Two characters of a world plan, meet and talk, each by its own memory; the answers were written by hand (recordings/README.md)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph.assembly import Settings, open_agent
from graph.simulation.running import simulate
from graph.simulation.scenario import scenario_in
from graph.simulation.world import Entry, user_of
from models import prompts
from stores.access import Access
from stores.plans import PlanItem, items_in
from tests.integration.fake_openai import FakeOpenAI, as_recorded

RECORDING = json.loads((Path(__file__).parent / "recordings" / "talk.json").read_text(encoding="utf-8"))
WORLD = scenario_in(json.dumps(RECORDING["world"]), "talk.json")
LINES = [one for one in RECORDING["answers"] if isinstance(one, str)]
OPENING = next(one["words"] for one in RECORDING["answers"] if isinstance(one, dict) and "words" in one)
PLANS = (prompts.NOTICE, prompts.OUTLINE, prompts.BREAK_DOWN, prompts.BREAK_DOWN)
READ = (*PLANS, *PLANS, prompts.GREET, *[prompts.ANSWER] * 5, prompts.NOTICE, prompts.REACT, prompts.NOTICE, prompts.REACT)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    with open_agent(Settings(home=tmp_path)) as opened:
        yield opened


def played(agent: Any, endpoint: FakeOpenAI) -> list[Entry]:
    endpoint.now_replies(*map(as_recorded, RECORDING["answers"]))
    return [entry for entries in simulate(agent, WORLD) for entry in entries]


def known_to(agent: Any, id: str) -> list[str]:
    """What a character remembers that was said, oldest first."""
    stream = agent.store.stream(access=Access(user_of(WORLD), id), kinds=("turn",), now=WORLD.end, limit=100)
    return [one.text for one in sorted(stream, key=lambda one: (one.said_at, one.ordinal))]


def committed(agent: Any, id: str) -> dict[str, PlanItem]:
    stream = agent.store.stream(access=Access(user_of(WORLD), id), kinds=("plan",), now=WORLD.end, limit=500)
    return {one.what: one for one in items_in(stream) if one.level == "commitment"}


def test_the_conversation_goes_as_it_went(agent: Any, endpoint: FakeOpenAI) -> None:
    timeline = played(agent, endpoint)
    assert [one.text for one in timeline if one.kind == "says"] == [OPENING, *LINES]
    assert [one.who[0] for one in timeline if one.kind == "says"] == ["ines", "bo"] * 3
    assert known_to(agent, "ines") == known_to(agent, "bo") == [OPENING, *LINES]


def test_what_was_agreed_on_is_in_both_plans_from_the_words_that_settled_it(agent: Any, endpoint: FakeOpenAI) -> None:
    played(agent, endpoint)
    zone = ZoneInfo(WORLD.timezone)
    teas = [one for id in ("ines", "bo") for what, one in committed(agent, id).items() if what.startswith("tea")]
    assert [f"{one.start.astimezone(zone):%d %H:%M}" for one in teas] == ["13 16:00", "13 16:00"]
    for one, id in zip(teas, ("ines", "bo"), strict=True):
        access = Access(user_of(WORLD), id)
        (record,) = agent.store.read([one.id], access=access)
        assert [source.text for source in agent.store.read(record.derived_from, access=access)] == [LINES[3]]
    assert committed(agent, "ines")["stairs of the reading room done"].by == "assistant"
    assert "stairs of the reading room done" not in committed(agent, "bo")  # he had it already, in other words


def test_what_only_one_of_them_saw_the_other_knows_only_by_word(agent: Any, endpoint: FakeOpenAI) -> None:
    played(agent, endpoint)
    burnt = RECORDING["world"]["characters"][0]["memories"][0]
    assert burnt not in [one.text for one in agent.store.stream(access=Access(user_of(WORLD), "bo"), now=WORLD.end, limit=500)]
    found = agent.store.recall("What happened to the saw?", access=Access(user_of(WORLD), "bo"), now=WORLD.end, kinds=("turn", "fact"))
    assert OPENING in [one.record.text for one in found.taken]


def test_each_judgement_reads_its_prompt(agent: Any, endpoint: FakeOpenAI) -> None:
    played(agent, endpoint)
    said = [str(request["messages"][0]["content"]) for request in endpoint.requests]
    assert [first_line(prompt) in one for prompt, one in zip(READ, said, strict=True)] == [True] * len(READ)


def first_line(prompt: str) -> str:
    """What the first line of a prompt says before the first name in it."""
    return next(line for line in prompt.splitlines() if not line.startswith("$")).split("$")[0].strip()
