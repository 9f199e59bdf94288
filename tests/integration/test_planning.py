"""Planning on a real engine folder: what is heard, corrected, put off, observed, and how a day is planned. Minds are local, or scripted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.messages import HumanMessage

from app.plans import plans_of
from graph.assembly import Settings, open_agent
from graph.due import scrub
from graph.planning import planning_graph
from models.commitments.commitment import Change, Commitment
from models.local_mind import LocalMind
from models.mind import Answer, AnswerRequest, BreakDownRequest, Noticed, NoticeRequest, OutlineRequest, ReactRequest
from models.planning.day import Span, Stroke, day_span, unsound
from models.times import zone_named
from nodes.context import Context
from nodes.observing import OBSERVATION
from nodes.planning.keep_plan import MEANWHILE
from nodes.planning.strokes import strokes_of
from stores.access import Access
from stores.errors import InputError, ModelUnavailable
from stores.journal import Event
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord, Policy
from tests.fakes import interrupted, unembedded
from tests.planning import (
    DOWN,
    OWNER,
    TIMED,
    Planner,
    coming,
    items,
    journal_of,
    plan,
    plan_records,
    say,
    told,
    whats,
)
from tests.searching import forms, written_in

NOW = datetime(2026, 5, 7, 9, 30, tzinfo=UTC)  # a Thursday
DENTIST = "I have a dentist appointment tomorrow at 3pm."
DOORBELL = "The doorbell rings: my mother is at the door."
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    with open_agent(Settings(home=tmp_path)) as opened:
        yield opened


@pytest.fixture
def memory(agent: Any) -> MemoryStore:
    assert isinstance(agent.store, MemoryStore)
    return agent.store


@pytest.fixture
def mind(memory: MemoryStore) -> Planner:
    return Planner(memory.embedder)


@pytest.fixture
def chatting(agent: Any, mind: Planner, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The agent with the scripted mind."""
    monkeypatch.setattr("models.minds.local_mind", lambda _: mind)
    return agent


def appointment(what: str, start: datetime, said: int = 1, *, about: int = 0, change: Change = "new", **fields: Any) -> Noticed:
    """What a mind noticed."""
    return Noticed(Commitment(what, "appointment", "user", start, change=change, **fields), said, about)


# What is heard


def test_what_is_promised_in_a_turn_becomes_an_item_and_comes_up_within_a_day_of_it(agent: Any, memory: MemoryStore) -> None:
    state = say(agent, DENTIST, NOW)
    [item] = plan_records(memory, now=NOW)
    [said] = [one for one in memory.stream(access=OWNER, kinds=("turn",), now=NOW) if one.text == DENTIST]
    assert (item.text, item.derived_from, item.user_id, item.known_by) == ("dentist appointment", (said.id,), "ada", ("mneme",))
    assert item.additional["start"] == "2026-05-08T15:00:00Z"
    assert state["planning"]["kept"] == [item.id]
    assert coming(say(agent, "What about tomorrow?", NOW + 5 * MINUTE)) == [("dentist appointment", True)]  # said in this session
    later = NOW + 24 * HOUR
    assert coming(say(agent, "Good morning!", later, "another")) == [("dentist appointment", False)]
    assert coming(say(agent, "How are you?", later + MINUTE, "another")) == [("dentist appointment", True)]
    assert coming(say(agent, "Good evening!", NOW + 32 * HOUR, "another")) == [("dentist appointment", False)]  # it has just passed
    assert coming(say(agent, "Good night!", NOW + 40 * HOUR, "another")) == []


def test_what_is_further_off_than_a_day_comes_up_where_its_day_is_named(agent: Any) -> None:
    say(agent, "I have a dentist appointment next Friday at 3pm.", NOW)
    assert coming(say(agent, "Good morning!", NOW + DAY, "later")) == []
    assert coming(say(agent, "What am I doing next Friday?", NOW + DAY + MINUTE, "later")) == [("dentist appointment", False)]
    assert coming(say(agent, "Good night!", NOW + 6 * DAY + 15 * HOUR, "later")) == []  # it is tomorrow, but in more than a day


def test_what_is_asked_for_by_its_name_comes_up_however_far_off(agent: Any) -> None:
    say(agent, "I have a dentist appointment on 3 September at 3pm.", NOW)
    say(agent, "Lunch with Bob is on 4 September at noon.", NOW + MINUTE)
    for number in range(6):
        say(agent, f"I have yoga tomorrow at {9 + number}:00.", NOW + (number + 2) * MINUTE, "yoga")
    asked = say(agent, "When is the dentist?", NOW + HOUR)["turn"]
    assert ("dentist appointment", True) in coming({"turn": asked})
    assert "lunch with Bob" not in dict(coming({"turn": asked}))
    assert asked["answer"].startswith("Thursday, 3 September 2026, 15:00")
    assert "dentist appointment" not in dict(coming(say(agent, "I like my dentist.", NOW + 2 * HOUR)))


def test_an_appointment_that_was_put_right_is_told_at_its_new_time(agent: Any) -> None:
    monday = NOW + 4 * DAY
    say(agent, "I have a dentist appointment on Friday at 3pm.", monday)
    say(agent, "Actually the dentist is on Monday at 11.", monday + MINUTE)
    assert say(agent, "When is the dentist?", monday + 2 * MINUTE)["turn"]["answer"].startswith("Monday, 18 May 2026, 11:00 (in a week)")


def test_what_was_moved_is_told_at_its_last_time_and_what_was_cancelled_as_off(agent: Any) -> None:
    say(agent, "My job interview is on Friday at 10.", NOW)
    say(agent, "The interview got moved to Saturday at 2pm.", NOW + MINUTE)
    say(agent, "Dinner with Sam is on Sunday at 8pm.", NOW + 2 * MINUTE)
    say(agent, "Dinner with Sam is cancelled.", NOW + 3 * MINUTE)
    off = say(agent, "When is dinner with Sam?", NOW + HOUR)["turn"]["answer"]
    assert off == "Sunday, 10 May 2026, 20:00 (in three days): Dinner with Sam. It was cancelled."
    over = say(agent, "When was my job interview?", NOW + 5 * DAY)["turn"]["answer"]
    assert over == "Saturday, 9 May 2026, 14:00 (three days ago): job interview."


def test_the_answer_is_told_at_every_layer(chatting: Any, mind: Planner) -> None:
    say(chatting, DENTIST, NOW)
    mind.asked.clear()
    mind.answers = lambda request: Answer(lacking="all") if request.may_lack else Answer(text="I don't know.", not_known=True)
    turn = say(chatting, "Write a haiku about autumn.", NOW + 22 * HOUR)["turn"]
    assert turn["layers_tried"] == [0, 1, 2]
    assert [whats(one.agenda) for one in mind.asked_for(AnswerRequest)] == [["dentist appointment"]] * 4


def test_what_comes_up_was_not_told_where_the_answer_failed(chatting: Any, mind: Planner) -> None:
    say(chatting, DENTIST, NOW)
    mind.answers = DOWN
    with pytest.raises(ModelUnavailable):
        say(chatting, "Good morning!", NOW + 24 * HOUR)
    mind.answers = Answer(text="Good morning.")
    assert coming(say(chatting, "Good morning?", NOW + 24 * HOUR + MINUTE)) == [("dentist appointment", False)]
    assert coming(say(chatting, "What's up?", NOW + 24 * HOUR + 2 * MINUTE)) == [("dentist appointment", True)]


def test_where_nothing_is_to_be_planned_nothing_is_heard_and_nothing_comes_up(agent: Any, memory: MemoryStore) -> None:
    state = say(agent, DENTIST, NOW, plans="off")
    assert not plan_records(memory, now=NOW)
    assert "planning_due" not in state["turn"]
    say(agent, DENTIST, NOW + HOUR)
    assert coming(say(agent, "Hello!", NOW + 24 * HOUR, plans="off")) == []


@pytest.mark.parametrize("fields", [{}, {"start": "soon"}, {"level": "dream"}, {"all_day": []}])
def test_what_a_program_calls_a_plan_stands_in_nobodys_way(agent: Any, memory: MemoryStore, fields: dict[str, Any]) -> None:
    say(agent, DENTIST, NOW)
    [kept] = plan_records(memory, now=NOW)
    additional = {**kept.additional, **fields} if fields else {}
    assert (
        memory.remember([kept.model_copy(update={"id": str(uuid4()), "text": "Climb Etna", "additional": additional})])[0].outcome
        == "stored"
    )
    assert coming(say(agent, "Good morning!", NOW + 24 * HOUR)) == [("dentist appointment", False)]
    assert "dentist" in say(agent, "What do I have today?", NOW + 24 * HOUR)["turn"]["answer"]


def test_nobody_elses_appointments_come_up(agent: Any, memory: MemoryStore) -> None:
    say(agent, DENTIST, NOW)
    soon = NOW + 24 * HOUR
    assert coming(say(agent, "Hello!", soon, "bob", user_id="bob")) == []
    assert coming(say(agent, "Hello!", soon, "captain", character_id="captain")) == []
    assert not items(memory, "2026-05-08", now=soon, user="bob")
    assert not items(memory, "2026-05-08", now=soon, character="captain")
    assert coming(say(agent, "Hello!", soon)) == [("dentist appointment", False)]


def test_what_is_planned_goes_with_the_words_that_tell_of_it(agent: Any, memory: MemoryStore) -> None:
    say(agent, DENTIST, NOW)
    [item] = plan_records(memory, now=NOW)
    assert item.id in memory.forget([item.derived_from[0]], access=OWNER).ids
    assert not plan_records(memory, now=NOW, past=True)
    assert coming(say(agent, "Hello!", NOW + 24 * HOUR)) == []


def test_what_was_moved_goes_with_the_words_that_first_told_of_it(agent: Any, memory: MemoryStore) -> None:
    say(agent, DENTIST, NOW)
    say(agent, "It was moved to Saturday at 10:00.", NOW + MINUTE)
    [old, new] = plan_records(memory, now=NOW, past=True)
    assert (new.text, new.supersedes, new.derived_from[1:]) == (old.text, (old.id,), (old.id,))
    assert {old.id, new.id} < set(memory.forget([old.derived_from[0]], access=OWNER).ids)
    assert not plan_records(memory, now=NOW, past=True)
    left = [one.text for one in memory.stream(access=OWNER, kinds=("turn",), now=NOW + HOUR)]
    assert "It was moved to Saturday at 10:00." in left


def test_a_stroke_goes_with_the_words_that_tell_of_its_appointment(memory: MemoryStore, mind: Planner) -> None:
    said = told(memory, TIMED, NOW)
    mind.noticing = [appointment("dentist", NOW + 3 * HOUR)]
    plan(memory, mind, NOW, plans="days")
    assert {one.text for one in plan_records(memory, now=NOW)} == {"dentist", "nothing planned"}
    memory.forget([said.id], access=OWNER)
    assert {one.text for one in plan_records(memory, now=NOW, past=True)} == {"nothing planned"}


def test_what_was_forgotten_while_the_mind_thought_binds_nobody(memory: MemoryStore, mind: Planner) -> None:
    said = told(memory, TIMED, NOW)

    def forgetting(request: NoticeRequest) -> list[Noticed]:
        memory.forget([said.id], access=OWNER)
        return [appointment("dentist", NOW + DAY)]

    mind.noticing = forgetting
    assert plan(memory, mind, NOW)["kept"] == []
    assert not plan_records(memory, now=NOW)


def test_what_moves_something_that_was_forgotten_while_the_mind_thought_binds_nobody(memory: MemoryStore, mind: Planner) -> None:
    said = told(memory, TIMED, NOW)
    mind.noticing = [appointment("dentist", NOW + DAY)]
    plan(memory, mind, NOW)
    told(memory, TIMED, NOW + HOUR, 1)

    def forgetting(request: NoticeRequest) -> list[Noticed]:
        memory.forget([said.id], access=OWNER)
        return [appointment("dentist", NOW + days * DAY, about=1, change="moved") for days in (2, 3)]

    mind.noticing = forgetting
    assert plan(memory, mind, NOW + HOUR)["kept"] == []
    assert not plan_records(memory, now=NOW, past=True)


def test_the_time_of_an_appointment_that_was_forgotten_while_the_mind_thought_is_free(memory: MemoryStore, mind: Planner) -> None:
    """What was planned with its words in sight is not kept: the rest of the day is planned anew by the next run."""
    said = told(memory, TIMED, NOW)

    def forgetting(request: OutlineRequest) -> list[Stroke]:
        memory.forget([said.id], access=OWNER)
        return [Stroke("read", request.span)]

    mind.noticing, mind.outlined = [appointment("dentist", NOW + HOUR)], forgetting
    plan(memory, mind, NOW, plans="days")
    assert {one.text for one in plan_records(memory, now=NOW, past=True)} == {"nothing planned"}
    mind.noticing, mind.outlined = [], lambda request: [Stroke("read", request.span)]
    assert plan(memory, mind, NOW, plans="days")["missing"]
    assert whats(of_today(memory, NOW)) == ["read"]
    assert "dentist" not in [one.text for one in plan_records(memory, now=NOW, past=True)]


def test_where_all_was_forgotten_before_the_mind_was_asked_it_is_not_asked(agent: Any, memory: MemoryStore, mind: Planner) -> None:
    said = told(memory, DENTIST, NOW)
    graph = planning_graph(lambda *_: mind).compile(store=memory, checkpointer=agent.checkpointer, interrupt_after=["look_ahead"])
    whose, config = Context(user_id="ada", now=NOW), {"configurable": {"thread_id": "alone"}}
    graph.invoke({}, context=whose, config=config)
    memory.forget([said.id], access=OWNER)
    assert graph.invoke(None, context=whose, config=config)["planning"]["kept"] == []
    assert not mind.asked


def test_an_item_is_as_private_as_the_words_that_tell_of_it(memory: MemoryStore) -> None:
    ends = NOW + 9 * DAY
    policies = [Policy(sensitivity="private"), Policy(sensitivity="secret"), Policy(purposes=("answer",)), Policy(expires_at=ends)]
    for number, (policy, day) in enumerate(zip(policies, ("Monday", "Tuesday", "Wednesday", "Thursday"), strict=True)):
        told(memory, f"I have an appointment with Dr. Kim on {day} at 10.", NOW, number, policy=policy)
    plan(memory, LocalMind(memory.embedder), NOW)
    kept = {one.additional["start"]: one.policy for one in plan_records(memory, now=NOW - 900 * DAY)}
    assert kept == {"2026-05-11T10:00:00Z": policies[0], "2026-05-14T10:00:00Z": policies[3]}
    assert whats(items(memory, "2026-05-14", now=NOW)) == ["appointment with Dr. Kim"]
    assert not items(memory, "2026-05-14", now=ends)


def test_forgetting_leaves_no_bytes_of_what_was_planned(tmp_path: Path) -> None:
    settings, token = Settings(home=tmp_path / "home"), "Zanzibarquartz"
    with open_agent(settings) as agent:
        say(agent, f"I have a {token} appointment tomorrow at 3pm.", NOW, "told")
        reminded = say(agent, "Good morning!", NOW + 24 * HOUR, "reminded")
        assert token in reminded["turn"]["answer"]
        say(agent, "I like plum cake.", NOW + 24 * HOUR, "apart")
        say(agent, None, NOW + 25 * HOUR, "saw", event=f"The {token} appointment is cancelled.")
        say(agent, f"I have a {token} lesson tomorrow at 5pm.", NOW + DAY, "told", plans="off")
        alone = planning_graph().compile(checkpointer=agent.checkpointer, store=agent.store)
        whose = Context(user_id="ada", mind="local", now=NOW + 26 * HOUR)
        assert alone.invoke({}, context=whose, config={"configurable": {"thread_id": "alone"}})["planning"]["kept"]
        seen = [one for one in agent.store.stream(access=OWNER, kinds=("turn", "fact"), now=NOW + 2 * DAY) if token in one.text]
        agent.store.forget([one.id for one in seen if one.role != "assistant"], access=OWNER)
    scrub(settings, NOW + 2 * DAY)
    files = [file for file in settings.home.rglob("*") if file.is_file()]
    assert not [file.name for file in files if any(form in written_in(file) for form in forms(token))]
    with open_agent(settings) as agent:
        assert say(agent, "What do I like?", NOW + 2 * DAY, "apart")["turn"]["answer"]


# What is corrected


def test_edited_words_bind_in_place_of_the_earlier_ones(agent: Any, memory: MemoryStore) -> None:
    said = say(agent, DENTIST, NOW)["turn"]["stored"][0]["id"]
    memory.edit(said, "I have a dentist appointment on Saturday at 11am.", access=OWNER, now=NOW + MINUTE)
    assert not items(memory, "2026-05-08", now=NOW + MINUTE)
    assert say(agent, "Hello!", NOW + MINUTE, "other")["turn"]["planning_due"]
    assert whats(items(memory, "2026-05-09", now=NOW + HOUR)) == ["dentist appointment"]
    assert not say(agent, "Hello again!", NOW + HOUR, "other")["turn"]["planning_due"]
    memory.restore(said, access=OWNER, now=NOW + HOUR)
    say(agent, "Good evening!", NOW + HOUR, "other")
    assert sorted((one.item.start.day, one.became) for one in plans_of(memory, "ada", NOW + HOUR, past=True)) == [
        (8, "edited"),
        (8, "planned"),
        (9, "edited"),
    ]
    memory.forget([said], access=OWNER)
    assert not plan_records(memory, now=NOW, past=True)


def test_words_that_were_edited_before_they_were_planned_bind_nobody(agent: Any, memory: MemoryStore, mind: Planner) -> None:
    said = say(agent, DENTIST, NOW, plans="off")["turn"]["stored"][0]["id"]
    edited = memory.edit(said, "I have a dentist appointment on Saturday at 11am.", access=OWNER, now=NOW + MINUTE)
    assert plan(memory, mind, NOW + HOUR)["said"] == [edited.id]


def test_words_said_anew_in_a_fork_bind_in_place_of_those_of_the_first_branch(agent: Any, memory: MemoryStore) -> None:
    say(agent, DENTIST, NOW)
    [before] = [one for one in agent.get_state_history({"configurable": {"thread_id": "t"}}) if one.next == ("hear",)]
    anew = HumanMessage("I have a dentist appointment on Saturday at 11am.", id=before.values["messages"][0].id)
    fork = agent.update_state(before.config, {"messages": [anew]})
    agent.invoke(None, config=fork, context=Context(user_id="ada", mind="local", now=NOW + MINUTE))
    assert not items(memory, "2026-05-08", now=NOW + MINUTE)
    assert whats(items(memory, "2026-05-09", now=NOW + HOUR)) == ["dentist appointment"]


def test_what_is_moved_stays_as_history_and_the_new_time_comes_up(agent: Any, memory: MemoryStore) -> None:
    say(agent, DENTIST, NOW)
    say(agent, "The dentist got moved to Monday at 10.", NOW + HOUR)
    [new] = plan_records(memory, now=NOW)
    [old, _] = plan_records(memory, now=NOW, past=True)
    assert (old.text, old.additional["start"], old.superseded_by) == ("dentist appointment", "2026-05-08T15:00:00Z", new.id)
    assert (new.text, new.additional["start"], new.supersedes) == ("dentist appointment", "2026-05-11T10:00:00Z", (old.id,))
    assert coming(say(agent, "Good morning!", NOW + 24 * HOUR)) == []
    [shown] = say(agent, "Good morning!", NOW + 4 * DAY - HOUR)["turn"]["agenda"]
    assert shown["start"] == "2026-05-11T10:00:00Z"


def test_what_was_told_wrong_is_put_right(agent: Any, memory: MemoryStore) -> None:
    say(agent, "I have a meeting with the bank tomorrow at 10.", NOW)
    say(agent, "Actually the meeting is on Monday at 11.", NOW + MINUTE)
    [new] = plan_records(memory, now=NOW)
    assert (new.text, new.additional["start"]) == ("meeting with the bank", "2026-05-11T11:00:00Z")
    [old, _] = plan_records(memory, now=NOW, past=True)
    assert (old.additional["start"], old.superseded_by, new.supersedes) == ("2026-05-08T10:00:00Z", new.id, (old.id,))


def test_what_is_put_right_in_the_same_message_is_one(agent: Any, memory: MemoryStore) -> None:
    say(agent, "I have a meeting with the bank tomorrow at 10. Sorry, the meeting is on Monday at 11.", NOW)
    [item] = plan_records(memory, now=NOW)
    assert (item.text, item.additional["start"]) == ("meeting with the bank", "2026-05-11T11:00:00Z")


def test_a_time_of_day_alone_is_put_right_on_its_day(agent: Any, memory: MemoryStore) -> None:
    say(agent, "I have a meeting with the bank on Monday at 10.", NOW)
    say(agent, "Actually the meeting is at 11.", NOW + MINUTE)
    [item] = plan_records(memory, now=NOW)
    assert (item.text, item.additional["start"]) == ("meeting with the bank", "2026-05-11T11:00:00Z")


def test_what_could_be_meant_by_two_moves_neither(agent: Any, memory: MemoryStore) -> None:
    for number, whom in enumerate(["the bank", "Bob"]):
        say(agent, f"I have a meeting with {whom} tomorrow at {10 + number}.", NOW + number * MINUTE)
    say(agent, "Actually the meeting is on Monday at 11.", NOW + 2 * MINUTE)
    starts = {one.text: one.additional["start"] for one in plan_records(memory, now=NOW, past=True)}
    bank, bob = "2026-05-08T10:00:00Z", "2026-05-08T11:00:00Z"
    assert starts == {"meeting with the bank": bank, "meeting with Bob": bob, "meeting": "2026-05-11T11:00:00Z"}


def test_what_is_cancelled_comes_up_no_more_and_is_not_lost(agent: Any, memory: MemoryStore) -> None:
    say(agent, DENTIST, NOW)
    say(agent, "The dentist appointment is cancelled.", NOW + HOUR)
    [item] = plan_records(memory, now=NOW, past=True)
    assert (item.text, item.additional["standing"]) == ("dentist appointment", "cancelled")
    assert not items(memory, "2026-05-08", now=NOW + HOUR)
    assert coming(say(agent, "Good morning!", NOW + 24 * HOUR)) == []


RENT = "I have to pay the rent by Saturday."


def test_what_is_done_comes_up_no_more_and_is_told_as_done(agent: Any, memory: MemoryStore) -> None:
    say(agent, RENT, NOW)
    answer = say(agent, "I paid the rent.", NOW + 47 * HOUR)["turn"]["answer"]
    assert "pay the rent" not in answer
    [item] = plan_records(memory, now=NOW, past=True)
    assert (item.text, item.additional["standing"]) == ("pay the rent", "done")
    assert not items(memory, "2026-05-09", now=NOW + 47 * HOUR)
    assert coming(say(agent, "Good morning!", NOW + 48 * HOUR)) == []
    assert say(agent, "Did I pay the rent?", NOW + 48 * HOUR)["turn"]["answer"] == "Today: pay the rent. It is done."


def test_what_is_done_late_is_done(agent: Any, memory: MemoryStore) -> None:
    say(agent, RENT, NOW)
    say(agent, "I paid the rent.", NOW + 5 * DAY)
    assert [one.additional["standing"] for one in plan_records(memory, now=NOW, past=True)] == ["done"]


def test_of_several_of_one_name_the_next_is_done(agent: Any, memory: MemoryStore) -> None:
    for number, due in enumerate((RENT, "I have to pay the rent by 31 May.")):
        say(agent, due, NOW + number * MINUTE)
    say(agent, "I paid the rent.", NOW + HOUR)
    standing = {one.additional["start"][:10]: one.additional["standing"] for one in plan_records(memory, now=NOW, past=True)}
    assert standing == {"2026-05-09": "done", "2026-05-31": "planned"}


def test_what_is_done_before_it_was_planned_is_history_at_once(chatting: Any, memory: MemoryStore, mind: Planner) -> None:
    say(chatting, RENT, NOW, after_turn="deferred")
    say(chatting, "I paid the rent.", NOW + MINUTE, after_turn="deferred")
    plan(memory, mind, NOW + HOUR)
    [item] = plan_records(memory, now=NOW, past=True)
    paid = next(one for one in memory.stream(access=OWNER, kinds=("turn",), now=NOW + HOUR) if one.text == "I paid the rent.")
    assert (item.additional["standing"], item.additional["because"]) == ("done", paid.id)


def test_a_mind_is_asked_what_is_done_only_where_that_may_be_something_known(chatting: Any, mind: Planner) -> None:
    say(chatting, RENT, NOW)
    asked = len(mind.asked_for(NoticeRequest))
    say(chatting, "I watered the garden and baked some bread.", NOW + MINUTE)
    assert len(mind.asked_for(NoticeRequest)) == asked
    say(chatting, "I paid the rent.", NOW + 2 * MINUTE)
    assert [one.what for one in mind.asked_for(NoticeRequest)[-1].upcoming] == ["pay the rent"]
    assert len(mind.asked_for(NoticeRequest)) == asked + 1


def test_what_is_said_again_is_not_doubled(agent: Any, memory: MemoryStore) -> None:
    say(agent, DENTIST, NOW)
    say(agent, DENTIST, NOW + HOUR)
    say(agent, "My dentist appointment is on Friday at 3pm, you know.", NOW + 2 * HOUR)
    say(agent, "I have the dentist appointment tomorrow.", NOW + 3 * HOUR)
    assert [(one.text, one.additional["start"]) for one in plan_records(memory, now=NOW, past=True)] == [
        ("dentist appointment", "2026-05-08T15:00:00Z")
    ]


@pytest.mark.parametrize("together", [True, False], ids=["in one message", "in two"])
def test_two_appointments_that_share_a_word_are_two(agent: Any, memory: MemoryStore, together: bool) -> None:
    words = ["I have a meeting with Bob tomorrow at 10.", "I have a meeting with Alice tomorrow at 3pm."]
    for number, one in enumerate([" ".join(words)] if together else words):
        say(agent, one, NOW + number * MINUTE)
    assert {one.text for one in plan_records(memory, now=NOW)} == {"meeting with Bob", "meeting with Alice"}


def test_the_dentist_of_two_people_is_two(agent: Any, memory: MemoryStore) -> None:
    say(agent, "My wife's appointment with the dentist is on Friday at 2pm.", NOW)
    say(agent, "Dentist on Friday at 4pm.", NOW + MINUTE)
    say(agent, "My dentist appointment was moved to Monday at 9.", NOW + 2 * MINUTE)
    kept = {(one.text, one.additional["start"]) for one in plan_records(memory, now=NOW)}
    assert kept == {("wife's appointment with the dentist", "2026-05-08T14:00:00Z"), ("Dentist", "2026-05-11T09:00:00Z")}


def test_the_same_thing_twice_a_day_said_in_one_message_is_two(memory: MemoryStore, mind: Planner) -> None:
    told(memory, TIMED, NOW)
    mind.noticing = [appointment("take the pills", NOW + 23 * HOUR), appointment("take the pills", NOW + 34 * HOUR)]
    plan(memory, mind, NOW)
    assert len(plan_records(memory, now=NOW)) == 2


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Seoul", "Europe/Berlin"])
def test_days_are_those_of_the_user_where_something_is_corrected(agent: Any, memory: MemoryStore, zone: str) -> None:
    morning = datetime(2026, 5, 7, 7, tzinfo=zone_named(zone))  # a Thursday
    say(agent, "I have gym on Friday at 8pm.", morning, timezone=zone)
    say(agent, "I have gym on Saturday at 9am.", morning + MINUTE, timezone=zone)
    assert len(plan_records(memory, now=NOW)) == 2  # another day: another time of the same thing
    say(agent, "I have gym on Friday at 7am.", morning + 2 * MINUTE, timezone=zone)
    starts = {datetime.fromisoformat(str(one.additional["start"])).astimezone(zone_named(zone)) for one in plan_records(memory, now=NOW)}
    assert starts == {datetime(2026, 5, day, hour, tzinfo=zone_named(zone)) for day, hour in ((8, 7), (9, 9))}


def test_what_is_made_and_changed_in_one_run_stands_as_it_was_said_last(memory: MemoryStore, mind: Planner) -> None:
    for number in range(3):
        told(memory, TIMED, NOW, number)
    first, then, last = (NOW + hours * HOUR for hours in (2, 3, 4))
    mind.noticing = [
        appointment("dentist", first, 1),
        appointment("dentist", then, 2, change="moved"),
        appointment("dentist", last, 3, change="moved"),
        appointment("hairdresser", first, 1),
        appointment("hairdresser", first, 2, change="cancelled"),
    ]
    plan(memory, mind, NOW, plans="days")
    standing = items(memory, "2026-05-07", now=NOW)
    assert [(one.what, one.start) for one in standing if one.level == "commitment"] == [("dentist", last)]
    assert [(one.what, one.start) for one in standing if one.parent] == [("dentist", last)]
    [kept] = mind.asked_for(OutlineRequest)[0].fixed
    assert kept.start == last


def test_one_thing_that_two_messages_move_stands_once(memory: MemoryStore, mind: Planner) -> None:
    told(memory, TIMED, NOW)
    mind.noticing = [appointment("dentist", NOW + 2 * HOUR)]
    plan(memory, mind, NOW)
    for number in (1, 2):
        told(memory, TIMED, NOW + HOUR, number)
    mind.noticing = [appointment("dentist", NOW + (2 + said) * HOUR, said, about=1, change="moved") for said in (1, 2)]
    plan(memory, mind, NOW + HOUR)
    assert [one.start for one in items(memory, "2026-05-07", now=NOW + HOUR)] == [NOW + 4 * HOUR]
    assert len(plan_records(memory, now=NOW, past=True)) == 3


def test_an_appointment_can_be_moved_however_much_was_planned_since(memory: MemoryStore, mind: Planner) -> None:
    told(memory, TIMED, NOW)
    mind.noticing = [appointment("wedding", NOW + 40 * DAY)]
    plan(memory, mind, NOW)
    [wedding] = plan_records(memory, now=NOW)
    later = {"kind": "plan", "source": "planned", "said_at": NOW + HOUR, "additional": {**wedding.additional, "level": "step"}}
    memory.remember([wedding.model_copy(update={**later, "id": f"{number:08}{wedding.id[8:]}"}) for number in range(600)])
    told(memory, TIMED, NOW + 2 * HOUR, 1)
    mind.noticing = lambda request: [appointment("wedding", NOW + 41 * DAY, about=1, change="moved")]
    plan(memory, mind, NOW + 2 * HOUR)
    assert whats(mind.asked_for(NoticeRequest)[-1].upcoming) == ["wedding"]
    assert memory.read([wedding.id], access=OWNER)[0].superseded_by


def test_a_run_that_is_cut_short_while_it_keeps_its_plan_doubles_nothing(
    agent: Any, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(agent, DENTIST, NOW)
    real = memory.remember

    def cut_short(records: list[MemoryRecord], **given: Any) -> Any:
        written = real(records, **given)
        if any(one.kind == "plan" for one in records):
            raise KeyboardInterrupt
        return written

    with monkeypatch.context() as broken:
        broken.setattr(memory, "remember", cut_short)
        with pytest.raises(KeyboardInterrupt):
            say(agent, "The dentist got moved to Monday at 10.", NOW + HOUR)
    assert agent.get_state({"configurable": {"thread_id": "t"}}).next == ("planning",)
    state = say(agent, None, NOW + HOUR)
    assert "failed" not in state["planning"]
    assert len(plan_records(memory, now=NOW)) == 1
    assert len(plan_records(memory, now=NOW, past=True)) == 2
    assert journal_of(memory).count("planned") == 2
    assert coming(say(agent, "Hello!", NOW + 4 * DAY)) == [("dentist appointment", False)]


@pytest.mark.parametrize("step", ["notice_commitments", "keep_plan"])
def test_a_run_that_is_cut_short_before_it_keeps_anything_goes_on(agent: Any, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    broken_at = {"notice_commitments": "models.local.looking_ahead.noticed", "keep_plan": "nodes.planning.keep_plan.amend"}[step]
    with interrupted(monkeypatch, broken_at):
        say(agent, DENTIST, NOW)
    assert not plan_records(agent.store, now=NOW)
    say(agent, None, NOW)
    say(agent, "Hello!", NOW + MINUTE)
    assert len(plan_records(agent.store, now=NOW, past=True)) == 1


def test_of_two_runs_beside_each_other_one_says_that_the_other_has_planned(memory: MemoryStore, mind: Planner) -> None:
    told(memory, DENTIST, NOW)

    def slow(request: NoticeRequest) -> Any:
        plan(memory, LocalMind(memory.embedder), NOW)
        return [appointment("dentist appointment", NOW + DAY)]

    mind.noticing = slow
    assert plan(memory, mind, NOW)["failed"] == MEANWHILE
    assert len(plan_records(memory, now=NOW, past=True)) == 1
    assert journal_of(memory) == ["planned"]


def test_what_was_said_while_another_run_planned_is_not_lost(agent: Any, memory: MemoryStore, mind: Planner) -> None:
    told(memory, DENTIST, NOW)

    def slow(request: NoticeRequest) -> list[Noticed]:
        if len(request.said) == 1:
            say(agent, "I have a lesson tomorrow at 5pm.", NOW, "beside", after_turn="deferred", plans="off")
            memory.journal.append([Event(NOW, "ada", "plan_awaited", marker(), turn_id="beside")])
        return []

    mind.noticing = slow
    plan(memory, mind, NOW)
    assert say(agent, "Hello!", NOW + MINUTE, "other")["turn"]["planning_due"]
    assert "lesson" in " ".join(one.text for one in plan_records(memory, now=NOW))


def marker() -> str:
    from nodes.planning.scene import marker_of, planning_for

    return marker_of(planning_for(Context(user_id="ada")))


# Times


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-05-08", 24)], ids=["summer time begins", "it ends", "any day"]
)
def test_a_whole_day_is_the_users_day_and_no_other(memory: MemoryStore, mind: Planner, day: str, hours: int) -> None:
    zone = zone_named("Europe/Berlin")
    begins = datetime.fromisoformat(day).replace(tzinfo=zone)
    before, after = (begins.date() - DAY).isoformat(), (begins.date() + DAY).isoformat()
    told(memory, TIMED, begins - DAY)
    mind.noticing = [appointment("fair", begins, all_day=True)]
    plan(memory, mind, begins - DAY, timezone="Europe/Berlin")
    [fair] = items(memory, day, now=begins)
    assert (fair.start, fair.over - fair.start) == (begins, hours * HOUR)
    assert not items(memory, before, after, now=begins)


def test_all_day_items_last_to_the_last_hour_of_the_day(agent: Any) -> None:
    zone = zone_named("Europe/Berlin")
    say(agent, "My exam is on Sunday, all day.", datetime(2026, 10, 20, 9, tzinfo=zone), timezone="Europe/Berlin")
    last = datetime(2026, 10, 25, 23, 30, tzinfo=zone)
    assert [what for what, _ in coming(say(agent, "Good night!", last, "late", timezone="Europe/Berlin"))] == ["exam"]
    assert coming(say(agent, "Good night!", last + HOUR, "late", timezone="Europe/Berlin")) == [("exam", True)]  # has just passed
    assert coming(say(agent, "Good night!", last + 10 * HOUR, "later", timezone="Europe/Berlin")) == []


def test_what_lasts_several_days_is_found_on_each_of_them(memory: MemoryStore, mind: Planner) -> None:
    zone = zone_named("Asia/Seoul")
    told(memory, TIMED, NOW)
    begins = datetime(2026, 5, 11, tzinfo=zone)
    mind.noticing = [appointment("conference", begins, end=begins + 3 * DAY, all_day=True)]
    plan(memory, mind, NOW, timezone="Asia/Seoul")
    found = [whats(items(memory, f"2026-05-{day}", now=NOW)) for day in range(10, 15)]
    assert found == [[], ["conference"], ["conference"], ["conference"], []]


def test_what_spans_midnight_lies_on_both_days_and_what_ends_with_it_does_not(memory: MemoryStore, mind: Planner) -> None:
    zone = zone_named("America/New_York")
    told(memory, TIMED, NOW)
    evening = datetime(2026, 5, 9, 22, tzinfo=zone)
    mind.noticing = [appointment("night train", evening, end=evening + 9 * HOUR), appointment("concert", evening, end=evening + 2 * HOUR)]
    plan(memory, mind, NOW, timezone="America/New_York")
    assert whats(items(memory, "2026-05-09", now=NOW)) == ["concert", "night train"]
    assert whats(items(memory, "2026-05-10", now=NOW)) == ["night train"]


def test_words_are_read_by_the_clock_of_the_user(agent: Any, memory: MemoryStore) -> None:
    late = datetime(2026, 5, 7, 23, 30, tzinfo=zone_named("America/Los_Angeles"))  # already the 8th in UTC
    say(agent, "I have a dentist appointment tomorrow at 12:30am.", late, timezone="America/Los_Angeles")
    [item] = plan_records(memory, now=NOW)
    assert item.additional["start"] == "2026-05-08T07:30:00Z"
    assert item.additional["days"] == ["2026-05-08"]


# Where the model fails


def day_of(words: str, *clocks: float, now: datetime = NOW) -> list[Stroke]:
    """Strokes that begin at these hours of a day in UTC, each up to the next."""
    begins = now.replace(hour=0, minute=0)
    ends = [*clocks[1:], clocks[-1] + 1]
    return [Stroke(f"{words} {clock:g}", Span(begins + clock * HOUR, begins + end * HOUR)) for clock, end in zip(clocks, ends, strict=True)]


def planned_day(memory: MemoryStore, mind: Planner) -> None:
    """A plan for ada's day, and something that happened in it."""
    mind.outlined = day_of("read", 9, 12, 15)
    assert plan(memory, mind, NOW, plans="days")["kept"]
    told(memory, "The lamp broke.", NOW + MINUTE, 1, kind="fact", source=OBSERVATION, role="system")
    told(memory, TIMED, NOW + MINUTE, 2)


FAILING = [
    ("notice_commitments", "noticing", False),
    ("outline_day", "outlined", False),
    ("break_down", "parts", False),
    ("revise", "reacts", True),
    ("outline_day", "outlined", True),
    ("break_down", "parts", True),
]


@pytest.mark.parametrize(("step", "script", "begun"), FAILING, ids=[f"{step}{' again' * begun}" for step, _, begun in FAILING])
def test_where_the_model_fails_nothing_is_kept_and_it_stays_due(
    memory: MemoryStore, mind: Planner, step: str, script: str, begun: bool
) -> None:
    if begun:
        planned_day(memory, mind)
        mind.reacts = True
    else:
        mind.outlined = day_of("read", 9, 12, 15)
        told(memory, DENTIST, NOW)
    working, before, at = getattr(mind, script), plan_records(memory, now=NOW, past=True), NOW + 2 * MINUTE
    setattr(mind, script, DOWN)
    done = plan(memory, mind, at, plans="days")
    assert done["due"]
    assert done["failed"] == f"{step}: The model is down."
    assert "kept" not in done
    assert plan_records(memory, now=NOW, past=True) == before
    assert journal_of(memory)[-1] == "not_planned"
    setattr(mind, script, working)
    again = plan(memory, mind, at + MINUTE, plans="days")
    assert again["kept"]
    assert journal_of(memory)[-1] == "planned"
    assert not plan(memory, mind, at + 2 * MINUTE)["due"]


def test_what_is_stored_and_cannot_be_embedded_is_kept_and_embedded_later(
    memory: MemoryStore, mind: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(memory, DENTIST, NOW)
    with unembedded(monkeypatch):
        done = plan(memory, mind, NOW + MINUTE)
    assert done["kept"] == [one.id for one in plan_records(memory, now=NOW)] != []
    assert "failed" not in done
    assert journal_of(memory)[-1] == "planned"
    assert not plan(memory, mind, NOW + 2 * MINUTE)["due"]
    assert memory.embed_missing() == 1


def test_a_model_that_is_down_is_not_asked_at_every_turn(chatting: Any, memory: MemoryStore, mind: Planner) -> None:
    mind.noticing = DOWN
    state = say(chatting, DENTIST, NOW)
    assert state["turn"]["answer"] == "I see."
    assert state["planning"]["failed"] == "notice_commitments: The model is down."
    state = say(chatting, "The tea was good.", NOW + MINUTE)
    assert not state["turn"]["plans_now"]
    assert len(mind.asked_for(NoticeRequest)) == 1
    mind.noticing = LocalMind(memory.embedder).notice
    assert say(chatting, "I have a lesson tomorrow at 5pm.", NOW + 2 * MINUTE)["planning"]["kept"]
    assert {one.text for one in plan_records(memory, now=NOW)} == {"dentist appointment", "lesson"}


@pytest.mark.parametrize(("script", "asked"), [("outlined", OutlineRequest), ("parts", BreakDownRequest)])
def test_a_model_that_plans_no_day_is_not_asked_at_every_turn_either(
    chatting: Any, mind: Planner, memory: MemoryStore, script: str, asked: type
) -> None:
    mind.outlined = lambda request: day_of("read", 9, 12, 15, now=request.span.start)
    working = getattr(mind, script)
    setattr(mind, script, DOWN)
    for number in range(4):
        state = say(chatting, "The tea was good.", NOW + number * MINUTE, plans="days")
    assert len(mind.asked_for(asked)) == 1
    assert (state["turn"]["planning_due"], state["turn"]["plans_now"]) == (True, False)
    setattr(mind, script, working)
    assert say(chatting, DENTIST, NOW + 5 * MINUTE, plans="days")["planning"]["kept"]
    setattr(mind, script, DOWN)
    assert say(chatting, "The tea was good.", NOW + DAY, plans="days")["planning"]["failed"]  # another day: it is asked again
    assert "failed" in say(chatting, "The tea was good.", NOW + DAY + 2 * HOUR, plans="days")["planning"]
    assert journal_of(memory).count("not_planned") == 3


def test_a_deferred_plan_waits_for_a_run_of_its_own(chatting: Any, memory: MemoryStore, mind: Planner) -> None:
    state = say(chatting, DENTIST, NOW, after_turn="deferred")
    assert (state["turn"]["planning_due"], state["turn"]["plans_now"]) == (True, False)
    assert not state.get("planning")
    assert not mind.asked_for(NoticeRequest)
    assert say(chatting, "The tea was good.", NOW + MINUTE, after_turn="deferred")["turn"]["planning_due"]
    assert plan(memory, mind, NOW + HOUR)["kept"]
    assert not say(chatting, "The tea was good.", NOW + 2 * HOUR, after_turn="deferred")["turn"]["planning_due"]
    assert coming(say(chatting, "Hello!", NOW + 24 * HOUR)) == [("dentist appointment", False)]


def test_what_the_local_mind_plans_it_plans_at_once(agent: Any, memory: MemoryStore) -> None:
    assert say(agent, DENTIST, NOW, after_turn="deferred")["turn"]["plans_now"]
    assert plan_records(memory, now=NOW)


def test_where_nothing_tells_a_time_no_mind_is_asked(chatting: Any, mind: Planner) -> None:
    state = say(chatting, "I had tea.", NOW)
    assert not state["turn"]["planning_due"]
    assert not state.get("planning")
    assert [type(one) for one in mind.asked] == [AnswerRequest]


# A day


def of_today(memory: MemoryStore, now: datetime, level: Any = "stroke", zone: str = "UTC") -> list[Stroke]:
    """The strokes, hours or steps that are planned for the day."""
    return strokes_of(items(memory, now.astimezone(zone_named(zone)).date().isoformat(), now=now), level)


def test_a_day_is_planned_around_what_was_promised_and_broken_down_as_far_as_now(chatting: Any, memory: MemoryStore, mind: Planner) -> None:
    mind.outlined = day_of("read", 9, 12, 15)
    mind.parts = lambda request: [Stroke("first", Span(request.whole.span.start, request.whole.span.start + request.most * MINUTE))]
    state = say(chatting, "I have a dentist appointment today at 1pm.", NOW, plans="days")
    strokes = of_today(memory, NOW)
    assert whats(strokes) == ["read 9", "read 12", "dentist appointment", "read 12", "read 15", "nothing planned"]
    assert not unsound(strokes, Span(NOW, NOW.replace(hour=0, minute=0) + DAY))
    assert [one.whole.what for one in mind.asked_for(BreakDownRequest)] == ["read 9", "first"]
    assert {one.span.minutes <= 15 for one in of_today(memory, NOW, "step")} == {True}
    assert state["planning"]["tokens"] == {"input": 80, "output": 8}
    assert [one["what"] for one in say(chatting, "Hello!", NOW + MINUTE, plans="days")["turn"]["agenda"]] == [
        "first",
        "dentist appointment",
    ]


def test_what_happens_in_a_day_and_changes_nothing_leaves_the_plan_as_it_is(memory: MemoryStore, mind: Planner) -> None:
    planned_day(memory, mind)
    before = of_today(memory, NOW)
    mind.noticing, mind.outlined = [], day_of("write", 9, 12, 15)
    done = plan(memory, mind, NOW + HOUR, plans="days")
    assert (done["reacts"], done["why"]) == (False, "so it was told")
    assert mind.asked_for(ReactRequest)[0].event.splitlines() == ["Ada: The lamp broke.", f"Ada: {TIMED}"]
    assert of_today(memory, NOW) == before


@pytest.mark.parametrize("change", ["moved", "cancelled", "done"])
def test_an_appointment_that_leaves_the_day_leaves_its_plan(memory: MemoryStore, mind: Planner, change: Change) -> None:
    told(memory, TIMED, NOW)
    mind.noticing = [appointment("dentist", NOW + 4 * HOUR)]
    mind.outlined = day_of("read", 9, 12, 15)
    plan(memory, mind, NOW, plans="days")
    assert "dentist" in whats(of_today(memory, NOW))
    told(memory, TIMED, NOW + HOUR, 1)
    mind.noticing = [appointment("dentist", NOW + DAY, about=1, change=change)]
    done = plan(memory, mind, NOW + HOUR, plans="days")
    assert done["reacts"]
    assert "dentist" not in whats(of_today(memory, NOW + HOUR))
    assert not mind.asked_for(ReactRequest)


def test_what_the_character_itself_promised_stands_in_its_day(memory: MemoryStore, mind: Planner) -> None:
    mind.outlined = day_of("read", 9, 12, 15)
    plan(memory, mind, NOW, plans="days")
    told(memory, TIMED, NOW + MINUTE, role="assistant")
    mind.noticing = [appointment("meet Ada", NOW + 3 * HOUR)]
    assert plan(memory, mind, NOW + 2 * MINUTE, plans="days")["reacts"]
    assert "meet Ada" in whats(of_today(memory, NOW + 2 * MINUTE))


def test_the_next_day_gets_a_plan_of_its_own_and_the_mind_is_shown_the_one_before(memory: MemoryStore, mind: Planner) -> None:
    zone = "Europe/Berlin"
    last = datetime(2026, 3, 28, 23, 50, tzinfo=zone_named(zone))
    mind.outlined = lambda request: [Stroke("sleep", request.span)]
    plan(memory, mind, last, plans="days", timezone=zone)
    before = of_today(memory, last, zone=zone)
    first = last + 20 * MINUTE
    plan(memory, mind, first, plans="days", timezone=zone)
    today = day_span(first.date(), zone_named(zone))
    assert today.length == 23 * HOUR
    assert not unsound(of_today(memory, first, zone=zone), Span(first, today.end))
    assert whats(mind.asked_for(OutlineRequest)[-1].yesterday) == ["sleep"]
    assert mind.asked_for(OutlineRequest)[-1].past == []
    assert of_today(memory, last, zone=zone) == before


def test_the_local_mind_goes_on_as_the_day_before_and_invents_nothing(memory: MemoryStore, mind: Planner) -> None:
    mind.outlined = day_of("read", 9, 12, 15)
    plan(memory, mind, NOW, plans="days")
    done = plan(memory, LocalMind(memory.embedder), NOW + DAY, plans="days")
    assert done["left_out"]
    assert whats(of_today(memory, NOW + DAY)) == ["read 9", "read 12", "read 15", "nothing planned"]


# What is observed


def facts(memory: MemoryStore) -> list[MemoryRecord]:
    return memory.stream(access=OWNER, kinds=("fact",), now=NOW + 900 * DAY)[::-1]


def test_an_event_is_stored_once_needs_no_answer_and_counts(agent: Any, memory: MemoryStore) -> None:
    state = say(agent, None, NOW, event="  The doorbell rings: my mother is at the door.  ")
    [fact] = facts(memory)
    assert (fact.text, fact.source, fact.role, fact.thread_id) == (
        "The doorbell rings: my mother is at the door.",
        OBSERVATION,
        "system",
        "t",
    )
    assert 1 <= (fact.importance or 0) <= 10
    assert memory.count_all() == 1
    assert (state["messages"], state["lineage"]["latest"], state["observation"]) == ([], [fact.message_id], "")
    assert "answer" not in state["turn"]
    assert state["turn"]["stored"] == [{"id": fact.id, "outcome": "stored"}]
    assert state["turn"]["unreflected"] == pytest.approx(fact.importance, abs=0.05)
    assert memory.recall("Who is at the door?", access=Access("ada", "mneme"), now=NOW + DAY).taken[0].record.id == fact.id


def test_an_event_beside_a_message_is_stored_before_it(agent: Any, memory: MemoryStore) -> None:
    say(agent, "Hello!", NOW)
    state = say(agent, "Did you hear that?", NOW + MINUTE, event="A plate breaks.")
    stored = sorted(memory.stream(access=OWNER, now=NOW + DAY), key=lambda one: one.ordinal)
    assert [(one.ordinal, one.text) for one in stored][2:4] == [(2, "A plate breaks."), (3, "Did you hear that?")]
    assert [one.previous_message_id for one in stored] == ["", *(one.message_id for one in stored[:-1])]
    assert state["lineage"]["latest"] == [one.message_id for one in stored]
    assert state["turn"]["observation"] == "A plate breaks."
    assert state["turn"]["answer"]


def test_the_same_thing_observed_twice_is_two_events_and_a_retry_is_one(
    agent: Any, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with interrupted(monkeypatch, "nodes.hear.outcomes"):
        say(agent, None, NOW, event="It thunders.")
    say(agent, None, NOW + MINUTE)
    assert len(facts(memory)) == 1
    say(agent, None, NOW + HOUR, event="It thunders.")
    assert len(facts(memory)) == 2


@pytest.mark.parametrize(
    ("event", "words"),
    [("x" * 1_000_001, "longer than"), ("half \ud83d", "half of a character"), (" \n\u3000", "nothing to answer")],
    ids=["too long", "half a character", "blank"],
)
@pytest.mark.parametrize("beside", [None, "Did you hear that?"], ids=["alone", "beside a message"])
def test_an_event_that_cannot_be_kept_is_refused_and_leaves_the_thread_usable(
    agent: Any, memory: MemoryStore, event: str, words: str, beside: str | None
) -> None:
    say(agent, "Hello!", NOW)
    before = memory.count_all()
    if event.strip() or not beside:
        with pytest.raises(InputError, match=words) as refusal:
            say(agent, beside, NOW + MINUTE, event=event)
        assert refusal.value.hint
        assert memory.count_all() == before
    else:
        say(agent, beside, NOW + MINUTE, event=event)
        assert not facts(memory)
    state = say(agent, "Are you there?", NOW + 2 * MINUTE)
    assert state["turn"]["answer"]
    stored = sorted(memory.stream(access=OWNER, now=NOW + DAY), key=lambda one: one.ordinal)
    assert [one.message_id for one in stored] == state["lineage"]["latest"]
    assert say(agent, None, NOW + 3 * MINUTE, event="A plate breaks.")["turn"]["stored"][0]["outcome"] == "stored"


def test_an_event_does_not_wipe_out_an_answer_that_was_never_stored(
    agent: Any, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with interrupted(monkeypatch, "nodes.store.remembered"):
        say(agent, "Hello!", NOW)
    state = say(agent, None, NOW + MINUTE, event="A plate breaks.")
    stored = sorted(memory.stream(access=OWNER, now=NOW + DAY), key=lambda one: one.ordinal)
    assert [one.kind for one in stored] == ["turn", "turn", "fact"]
    assert [one.message_id for one in stored] == state["lineage"]["latest"]
    assert len(state["messages"]) == 2


def test_an_event_can_be_observed_in_one_branch_of_a_thread(agent: Any, memory: MemoryStore) -> None:
    say(agent, "Hello!", NOW)
    fork = agent.get_state({"configurable": {"thread_id": "t"}}).config
    one = say(agent, None, NOW + MINUTE, event="A plate breaks.")
    other = agent.invoke({"observation": "A glass breaks."}, config=fork, context=Context(user_id="ada", mind="local", now=NOW + MINUTE))
    assert {fact.text for fact in facts(memory)} == {"A plate breaks.", "A glass breaks."}
    assert one["lineage"]["latest"][:-1] == other["lineage"]["latest"][:-1]
    assert {fact.ordinal for fact in facts(memory)} == {2}
    agent.invoke({"observation": "A glass breaks."}, config=fork, context=Context(user_id="ada", mind="local", now=NOW + MINUTE))
    assert len(facts(memory)) == 2  # the same event at the same place of the thread
    assert say(agent, "What broke?", NOW + HOUR)["turn"]["answer"]


@pytest.mark.parametrize("beside", [None, "Did you hear that?"], ids=["alone", "beside a message"])
def test_an_event_makes_the_day_be_planned_anew(chatting: Any, memory: MemoryStore, mind: Planner, beside: str | None) -> None:
    mind.outlined = day_of("read", 9, 12, 15)
    say(chatting, "Hello!", NOW, plans="days")
    mind.reacts, mind.outlined = True, day_of("mend", 9, 12, 15)
    state = say(chatting, beside, NOW + MINUTE, event="The lamp broke.", plans="days")
    assert state["planning"]["reacts"]
    assert mind.asked_for(ReactRequest)[0].event.splitlines()[0] == "The lamp broke."
    assert whats(of_today(memory, NOW + MINUTE)) == ["read 9", "mend 9", "mend 12", "mend 15", "nothing planned"]


def test_what_is_planned_because_of_an_event_goes_with_it(chatting: Any, memory: MemoryStore, mind: Planner) -> None:
    mind.outlined = day_of("read", 9, 12, 15)
    say(chatting, "Hello!", NOW, plans="days")
    mind.reacts, mind.outlined = True, day_of("mend the lamp", 9, 12, 15)
    say(chatting, None, NOW + MINUTE, event="The lamp broke.", plans="days")
    [fact] = facts(memory)
    assert len([one for one in plan_records(memory, now=NOW) if "lamp" in one.text]) == 3
    memory.forget([fact.id], access=OWNER)
    assert [one.text for one in plan_records(memory, now=NOW, past=True) if "lamp" in one.text] == []


def test_an_event_can_tell_of_an_appointment(agent: Any, memory: MemoryStore) -> None:
    say(agent, DENTIST, NOW)
    say(agent, None, NOW + HOUR, event="The phone rings: the dentist appointment got moved to Monday at 9am.")
    [item] = plan_records(memory, now=NOW)
    [fact] = facts(memory)
    assert (item.additional["start"], item.derived_from[0]) == ("2026-05-11T09:00:00Z", fact.id)
