"""The characters of a world: each is the agent itself, with its own memory, plan and threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from graph.planning import planning_graph
from graph.reflection import reflection_graph
from graph.simulation.places import Places
from graph.simulation.scenario import Scenario
from graph.simulation.world import Doing, user_of
from models.mind import Greeting, Moment
from models.minds import Minds
from models.planning.waking import is_asleep
from nodes.agenda import FINEST
from nodes.character import character_of, characters_of
from nodes.context import Context
from nodes.greet import greet
from nodes.messages import note_of, said_id
from nodes.planning.keep_plan import record_of
from nodes.planning.scene import LookingAhead, planning_for
from nodes.planning.strokes import made_id
from nodes.state import Planning, Reflection
from stores.errors import ModelAnswerUnusable
from stores.memory_store import MemoryStore
from stores.plans import Level, PlanItem, days_around
from stores.record import MemoryRecord

if TYPE_CHECKING:
    from graph.assembly import Agent

ADDS_NOTHING = "notice"  # the origin of an answer that only tells of Mneme itself


@dataclass(frozen=True)
class Heard:
    """What became of words that somebody heard: the memory of them, the answer, and whether there is nothing more in it."""

    memory: str
    answer: str
    closes: bool
    planned: Planning


@dataclass(frozen=True)
class Cast:
    """Runs the agent as each of the characters.

    Args:
        agent: The compiled turn graph, with its store and threads.
        memory: That store.
        scenario: Who they are.
        run: Which run of the simulation it is.
        minds: Gives the mind of what is thought beside a turn.
    """

    agent: "Agent"
    memory: MemoryStore
    scenario: Scenario
    run: int
    minds: Minds

    @cached_property
    def places(self) -> Places:
        return Places(self.scenario.places)

    @cached_property
    def _planning(self) -> Any:
        return planning_graph(self.minds).compile(store=self.memory)

    @cached_property
    def _reflection(self) -> Any:
        return reflection_graph(self.minds).compile(store=self.memory)

    def introduce(self) -> None:
        """Keep who everybody is, and what they did the day before."""
        around = f"The places here: {', '.join(self.places.names)}."
        for one in self.scenario.characters:
            told = {"name": one.name, "description": f"{one.description} You live here: {one.home}. {around}".strip(), "voice": one.voice}
            self.memory.put(characters_of(user_of(self.scenario)), one.id, told, index=False)
            self.memory.remember(self.routine(one.id))

    def routine(self, id: str) -> list[MemoryRecord]:
        """What a character did the day before, as the records of a plan."""
        before = self.scenario.begin - self.scenario.step
        ahead, key = self.ahead(id, before), f"{self.scenario.name} {self.run} {id}"
        strokes = self.scenario.yesterday(self.scenario.person(id))
        ids = [made_id(one, "stroke", key, ahead.access.user_id) for one in strokes]
        items = [
            PlanItem(what=one.what, start=one.span.start, end=one.span.end, level="stroke", place=one.place, id=made, told_at=before)
            for one, made in zip(strokes, ids, strict=True)
        ]
        return [record_of(item, ahead, (), ()) for item in items]

    def context(self, id: str, now: datetime, place: str = "", other: str = "", answers: bool = True) -> Context:
        """The context of a run as a character; by itself it is its own user."""
        return Context(
            user_id=user_of(self.scenario),
            character_id=id,
            user_name=other or self.scenario.person(id).name,
            location=place,
            timezone=self.scenario.timezone,
            now=now,
            plans="days",
            after_turn="deferred",
            reflect_at=self.scenario.reflect_at,
            answers=answers,
        )

    def ahead(self, id: str, now: datetime, place: str = "", other: str = "") -> LookingAhead:
        """A character that looks at its plan."""
        context = self.context(id, now, place, other)
        moment = Moment(context.moment(), context.timezone, context.locale)
        return LookingAhead(context, self.memory, planning_for(context), character_of(context, self.memory), moment, "")

    def thread(self, id: str, now: datetime, other: str = "") -> str:
        """A character's thread of the day: with another, or by itself."""
        day, pair = now.astimezone(self.scenario.zone).date(), "+".join(sorted(filter(None, (id, other))))
        return "/".join(filter(None, (user_of(self.scenario), str(self.run), day.isoformat(), pair if other else "", id)))

    def observe(self, id: str, what: str, now: datetime, place: str) -> Heard:
        """Let a character observe something.

        Raises:
            InputError, ModelError, StoreError: What a turn raises.
        """
        return self._turn({"observation": what}, self.thread(id, now), self.context(id, now, place))

    def says(self, id: str, other: str, words: str, now: datetime, place: str) -> Heard:
        """Let a character say something to another, as a memory of its own.

        Raises:
            InputError, ModelError, StoreError: What a turn raises.
        """
        return self._with(id, other, AIMessage(words, name=self.scenario.person(id).name), now, place, answers=False)

    def hears(self, id: str, other: str, words: str, now: datetime, place: str, *, answers: bool) -> Heard:
        """Let a character hear what another says to it, and answer, where it is to.

        Raises:
            InputError, ModelError, StoreError: What a turn raises.
        """
        return self._with(id, other, HumanMessage(words, name=self.scenario.person(other).name), now, place, answers=answers)

    def _with(self, id: str, other: str, message: AnyMessage, now: datetime, place: str, *, answers: bool) -> Heard:
        thread = self.thread(id, now, other)
        message.id = str(uuid5(NAMESPACE_OID, f"{thread} {now.isoformat()}"))
        context = self.context(id, now, place, self.scenario.person(other).name, answers)
        return self._turn({"messages": [message]}, thread, context)

    def _turn(self, given: Any, thread: str, context: Context) -> Heard:
        state = self.agent.invoke(given, config={"configurable": {"thread_id": thread}}, context=context)
        turn = state["turn"]
        answer, last = turn.get("answer", ""), state["messages"][-1] if state["messages"] else None
        closes = not answer or (last is not None and note_of(last).get("origin") == ADDS_NOTHING)
        planned: Planning = state.get("planning", {}) if turn.get("plans_now") else {}
        return Heard(said_id(context.user_id, thread, turn["id"]), answer.strip(), closes, sound(planned))

    def plan(self, id: str, now: datetime, place: str) -> Planning:
        """Let a character plan, where there is anything to plan.

        Raises:
            ModelAnswerUnusable: The model failed; nothing was planned.
        """
        done: Planning = self._planning.invoke({}, context=self.context(id, now, place))["planning"]
        return sound(done)

    def reflect(self, id: str, now: datetime, place: str) -> list[str]:
        """Let a character look back, where enough has added up; what it understood.

        Raises:
            ModelAnswerUnusable: The model failed; nothing was kept.
        """
        context = self.context(id, now, place)
        done: Reflection = self._reflection.invoke({"anyway": False}, context=context)["reflection"]
        if "failed" in done:
            raise ModelAnswerUnusable(f"{id} could not reflect: {done['failed']}", "Run it again to go on.")
        return [one.text for one in self.memory.read(done.get("kept", []), access=planning_for(context))]

    def greet(self, id: str, other: str, seen: str, news: Sequence[str], now: datetime, place: str) -> tuple[Greeting, list[str]]:
        """Whether a character speaks to another who is there, and the ids of the news that it tells.

        Raises:
            ModelError: The model gave nothing usable.
        """
        return greet(self.ahead(id, now, place, self.scenario.person(other).name), seen, news, self.minds)

    def sources_of_begun(self, id: str, now: datetime) -> set[str]:
        """The memories that told a character of what was to take place today, and has begun."""
        ahead = self.ahead(id, now)
        begun = [one.id for one in ahead.planned() if one.level == "commitment" and one.start <= now]
        return {source for one in ahead.memory.read(begun, access=ahead.access) for source in one.derived_from}

    def doing(self, id: str, now: datetime) -> Doing:
        """What a character does by its plan, and where; at home where the plan names no place that there is."""
        access = planning_for(self.context(id, now))
        planned = self.memory.planned(days_around(now, self.scenario.zone, 0, 0), access=access, now=now)
        under_way: dict[Level, PlanItem] = {one.level: one for one in planned if one.start <= now < one.over}
        found = [under_way[level] for level in FINEST if level in under_way]
        home = self.scenario.person(id).home
        if not found:
            return Doing(place=home)
        bound = bool(found[-1].level == "stroke" and found[-1].parent)
        named = [*(one.place for one in found), *(one.what for one in found if bound)]
        asleep = any(is_asleep(one.what) for one in found)
        return Doing(what=found[0].what, place=self.places.meant(*named) or home, bound=bound, asleep=asleep)


def sound(planned: Planning) -> Planning:
    """A planning that came to its end.

    Raises:
        ModelAnswerUnusable: It did not.
    """
    if "failed" in planned:
        raise ModelAnswerUnusable(f"A day could not be planned: {planned['failed']}", "Run it again to go on.")
    return planned
