"""What the tests of planning share: a scripted mind, and short ways to talk, to let something happen, and to look at the plan."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from langchain_core.messages import HumanMessage

from graph.planning import planning_graph
from models.local_mind import LocalMind
from models.mind import (
    Answer,
    AnswerRequest,
    BreakDownRequest,
    Commitments,
    MindName,
    NoticeRequest,
    OutlineRequest,
    Reaction,
    ReactRequest,
    Strokes,
    Tokens,
)
from nodes.context import Context
from nodes.planning.scene import marker_of, planning_for
from stores.access import Access
from stores.errors import ModelUnavailable
from stores.memory_store import MemoryStore
from stores.plans import PlanItem
from stores.record import MemoryRecord
from tests.fakes import record

OWNER = Access("ada", role="owner")
DOWN = ModelUnavailable("The model is down.")
TIMED = "See you tomorrow at 10:00."  # words that tell a time, whatever a scripted mind makes of them


class Planner(LocalMind):
    """A chat mind that does what it is told, and keeps what it was asked; commitments it finds by itself as the local mind does.

    A script is a value, a function of the request, or an exception.
    """

    def __init__(self, embedder: Any) -> None:
        super().__init__(embedder)
        self.answers: Any = Answer(text="I see.")
        self.noticing: Any = super().notice
        self.outlined: Any = ()
        self.parts: Any = ()
        self.reacts: Any = False
        self.asked: list[Any] = []

    @property
    def name(self) -> MindName:
        return "chat"

    @property
    def model(self) -> str:
        return "scripted"

    def answer(self, request: AnswerRequest) -> Answer:
        answered: Answer = self._given(self.answers, request)
        return answered

    def notice(self, request: NoticeRequest) -> Commitments:
        found = self._given(self.noticing, request)
        return found if isinstance(found, Commitments) else Commitments(found, Tokens(10, 1))

    def outline(self, request: OutlineRequest) -> Strokes:
        return Strokes(self._given(self.outlined, request), tokens=Tokens(20, 2))

    def break_down(self, request: BreakDownRequest) -> Strokes:
        return Strokes(self._given(self.parts, request), tokens=Tokens(30, 3))

    def react(self, request: ReactRequest) -> Reaction:
        return Reaction(self._given(self.reacts, request), "so it was told", Tokens(40, 4))

    def _given(self, script: Any, request: Any) -> Any:
        self.asked.append(request)
        if isinstance(script, BaseException):
            raise script
        return script(request) if callable(script) else script

    def asked_for(self, kind: type) -> list[Any]:
        """The requests of a kind, in order."""
        return [one for one in self.asked if isinstance(one, kind)]


def say(agent: Any, words: str | None, now: datetime, thread: str = "t", event: str = "", **context: Any) -> dict[str, Any]:
    """The state after a turn of ada with the local mind; no words and no event go on with what was interrupted."""
    given: Any = {"messages": [HumanMessage(words)]} if words is not None else {}
    given |= {"observation": event} if event else {}
    whose = Context(**{"user_id": "ada", "user_name": "Ada", "mind": "local", "now": now, **context})
    state: dict[str, Any] = agent.invoke(given or None, config={"configurable": {"thread_id": thread}}, context=whose)
    return state


def plan(memory: MemoryStore, mind: Any, now: datetime, *, anyway: bool = False, **context: Any) -> dict[str, Any]:
    """The planning of a run of its own."""
    graph = planning_graph(lambda *_: mind).compile(store=memory)
    whose = Context(**{"user_id": "ada", "user_name": "Ada", "now": now, **context})
    done: dict[str, Any] = graph.invoke({"anyway": anyway}, context=whose)["planning"]
    return done


def told(memory: MemoryStore, words: str, now: datetime, number: int = 0, **fields: Any) -> MemoryRecord:
    """Something that was said, as a record."""
    [written] = memory.remember([record(words, number, said_at=now, created_at=now, **fields)])
    return memory.read([written.id], access=Access(fields.get("user", "ada"), role="owner"))[0]


def items(memory: MemoryStore, *days: str, now: datetime, user: str = "ada", character: str = "mneme") -> list[PlanItem]:
    """What is planned for some days."""
    return memory.planned(days, access=Access(user, character), now=now)


def plan_records(memory: MemoryStore, *, now: datetime, past: bool = False, user: str = "ada") -> list[MemoryRecord]:
    """All records of plans, the oldest first."""
    found = memory.stream(access=Access(user, role="owner"), kinds=("plan",), now=now + timedelta(days=900), past=past, limit=5_000)
    return found[::-1]


def journal_of(memory: MemoryStore, user: str = "ada") -> list[str]:
    """What the journal says of planning, in order."""
    marker = marker_of(planning_for(Context(user_id=user)))
    return [one.kind for one in memory.journal.of_record(user, marker)]


def coming(state: dict[str, Any]) -> list[tuple[str, bool]]:
    """What the turn was told to come up, and whether it was told of before."""
    return [(one["what"], one["told"]) for one in state["turn"]["agenda"]]


def whats(found: Sequence[Any]) -> list[str]:
    """What is planned, in words."""
    return [one.what for one in found]
