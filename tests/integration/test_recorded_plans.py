"""A day of Ines, planned, revised three times and left as it is once; the answers were written by hand (recordings/README.md)."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph.assembly import Settings, open_agent
from models import prompts
from models.planning.day import Span, day_at, day_span, unsound
from nodes.context import Context
from nodes.planning.strokes import strokes_of
from stores.access import Access
from stores.plans import PlanItem, items_in
from tests.integration.fake_openai import FakeOpenAI, as_recorded

RECORDING = json.loads((Path(__file__).parent / "recordings" / "plans.json").read_text(encoding="utf-8"))
STEPS = RECORDING["steps"]
ZONE = ZoneInfo(RECORDING["context"]["timezone"])
OWNER = Access("ada", role="owner")
OUTLINED = (prompts.OUTLINE, prompts.BREAK_DOWN)
REPLANNED = (*OUTLINED, prompts.BREAK_DOWN)
READ = [
    OUTLINED,
    (prompts.ANSWER, prompts.NOTICE, *REPLANNED),
    (prompts.REACT, *OUTLINED),
    (prompts.ANSWER, prompts.NOTICE, *OUTLINED),
    (prompts.REACT,),
]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    with open_agent(Settings(home=tmp_path)) as opened:
        yield opened


def moment(step: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(step["now"])


def replay(agent: Any, endpoint: FakeOpenAI, steps: list[dict[str, Any]] = STEPS) -> Iterator[dict[str, Any]]:
    """The state after each step."""
    for step in steps:
        endpoint.now_replies(*(as_recorded(answer) for answer in step["answers"]))
        given = {"observation": step["observation"]} if "observation" in step else {"messages": [step["message"]]}
        context = Context(**RECORDING["context"], now=moment(step))
        yield agent.invoke(given, config={"configurable": {"thread_id": "day"}}, context=context)


def items(agent: Any, now: datetime, *, past: bool = False) -> list[PlanItem]:
    return items_in(agent.store.stream(access=OWNER, kinds=("plan",), now=now, limit=500, past=past))


def test_the_plan_is_sound_after_every_step(agent: Any, endpoint: FakeOpenAI) -> None:
    first = moment(STEPS[0])
    for step, state in zip(STEPS, replay(agent, endpoint), strict=True):
        assert "failed" not in state["planning"]
        now = moment(step)
        told = items(agent, now)
        day = strokes_of(told)
        assert unsound(day, Span(first, day_span(day_at(first, ZONE), ZONE).end)) == ""
        spans = {one.id: Span(one.start, one.over) for one in told if one.over > one.start}
        assert all(spans[one.id].within(spans[one.parent]) == spans[one.id] for one in told if one.level in ("hour", "step"))


def test_what_is_past_stays_and_what_is_replaced_is_history(agent: Any, endpoint: FakeOpenAI) -> None:
    before: list[PlanItem] = []
    for step, _ in zip(STEPS, replay(agent, endpoint), strict=True):
        now = moment(step)
        told = {one.id: one for one in items(agent, now)}
        assert all(told[one.id] == one for one in before if one.over <= now)
        before = list(told.values())
    every = items(agent, now, past=True)
    assert {"glue up and sand the stair strings", "eat lunch with Jon on the quay"} <= {one.what for one in every}
    assert "glue up and sand the stair strings" not in {one.what for one in before}


def test_a_promise_is_kept_in_the_plan_and_moved_with_its_history(agent: Any, endpoint: FakeOpenAI) -> None:
    states = list(replay(agent, endpoint))
    now = moment(STEPS[-1])
    (door,) = [one for one in items(agent, now) if one.level == "commitment"]
    assert (door.start.astimezone(ZONE).hour, door.by, door.place) == (15, "assistant", "the school kitchen")
    (stroke,) = [one for one in items(agent, now) if one.parent == door.id]
    assert (stroke.start, stroke.over) == (door.start, door.start + timedelta(hours=1))
    (old,) = [one for one in items(agent, now, past=True) if one.level == "commitment" and one.id != door.id]
    assert old.start.astimezone(ZONE).hour == 14
    said, before = agent.store.read(agent.store.read([door.id], access=OWNER)[0].derived_from, access=OWNER)
    assert (said.text, before.id) == (states[3]["turn"]["answer"], old.id)


def test_what_the_day_was_planned_by_takes_the_plan_along_where_it_is_forgotten(agent: Any, endpoint: FakeOpenAI) -> None:
    list(replay(agent, endpoint))
    now = moment(STEPS[-1])
    (sea,) = [one for one in agent.store.stream(access=OWNER, kinds=("fact",), now=now) if "The sea is flat" in one.text]
    derived = {one.id for one in agent.store.forget([sea.id], access=OWNER).derived}
    assert derived
    left = items(agent, now, past=True)
    assert not any("the sea is flat" in one.what or one.id in derived for one in left)
    assert [one.what for one in left if one.level == "commitment"] == ["look at the school kitchen door"] * 2


def test_only_what_breaks_the_plan_changes_it(agent: Any, endpoint: FakeOpenAI) -> None:
    states = list(replay(agent, endpoint))
    assert [state["planning"].get("reacts") for state in states] == [None, True, True, True, False]
    assert states[-1]["planning"]["kept"] == []


def test_each_step_reads_its_prompts(agent: Any, endpoint: FakeOpenAI) -> None:
    for _, expected in zip(replay(agent, endpoint), READ, strict=True):
        said = [str(request["messages"][0]["content"]) for request in endpoint.requests]
        endpoint.requests.clear()
        assert [first_line(prompt) in one for prompt, one in zip(expected, said, strict=True)] == [True] * len(expected)


def first_line(prompt: str) -> str:
    """What the first line of a prompt says before the first name in it."""
    return next(line for line in prompt.splitlines() if not line.startswith("$")).split("$")[0].strip()


@pytest.mark.parametrize("failing", range(1, 5))
def test_nothing_is_planned_where_the_model_fails(agent: Any, endpoint: FakeOpenAI, failing: int) -> None:
    """The second step, of which one call after another is answered with what is no plan, twice."""
    list(replay(agent, endpoint, STEPS[:1]))
    step = STEPS[1]
    before = items(agent, moment(step), past=True)
    answers = [*step["answers"][:failing], "no", "no"]
    (state,) = replay(agent, endpoint, [{**step, "answers": answers}])
    assert "twice" in state["planning"]["failed"]
    assert items(agent, moment(step), past=True) == before
