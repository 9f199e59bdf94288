"""Who looks back on whom, with which mind, and what happens where the mind fails."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from langgraph.runtime import Runtime

from models.mind import Character, Memory, Mind, Moment, Tokens
from models.minds import Minds
from nodes.answer import moment_of
from nodes.character import character_of
from nodes.context import Context, context_of, memory_of
from nodes.standing import reflecting
from nodes.state import ReflectionState, ReflectionUpdate
from stores.access import Access
from stores.errors import ModelError
from stores.journal import Event, EventKind
from stores.memory_store import MemoryStore
from stores.record import Kind, MemoryRecord
from stores.tally import marker_of

SAID: tuple[Kind, ...] = ("turn", "fact")
LOOKED_BACK_ON: tuple[Kind, ...] = (*SAID, "reflection")

Node = Callable[..., ReflectionUpdate]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LookingBack:
    """A character that looks back on what it remembers of a user."""

    context: Context
    memory: MemoryStore
    access: Access
    character: Character
    moment: Moment
    thread_id: str

    @property
    def now(self) -> datetime:
        """The moment of the reflection, in UTC."""
        return self.moment.now

    @property
    def marker(self) -> str:
        """Under which id the journal keeps when the character reflected."""
        return marker_of(self.access)

    def mind(self, minds: Minds) -> Mind:
        """Who judges."""
        return minds(self.context.mind, self.context.model, self.memory.embedder)

    def event(self, kind: EventKind, reflection_id: str, **detail: object) -> Event:
        """What the journal keeps of the reflection as a whole."""
        return Event(self.now, self.access.user_id, kind, self.marker, self.thread_id, reflection_id, detail=detail)


def looking_back(state: ReflectionState, runtime: Runtime[Context]) -> LookingBack:
    """Who looks back in this run.

    Raises:
        InputError: The run has no user, or its context cannot be used.
    """
    context, memory = context_of(state, runtime), memory_of(runtime)
    running = runtime.execution_info.thread_id if runtime.execution_info else None
    moment = moment_of(state.get("session"), context)
    return LookingBack(context, memory, reflecting(context), character_of(context, memory), moment, running or context.thread_id)


def visibly(node: Node) -> Node:
    """The same node; where the model fails nothing is kept, the state and the journal say so, and the reflection stays due."""

    @wraps(node)
    def tried(state: ReflectionState, runtime: Runtime[Context], **parts: Any) -> ReflectionUpdate:
        try:
            return node(state, runtime, **parts)
        except ModelError as error:
            log.warning("The reflection is put off: %s", error)
            back = looking_back(state, runtime)
            back.memory.journal.append([back.event("not_reflected", state["reflection"]["id"], step=node.__name__)])
            return {"reflection": {"failed": f"{node.__name__}: {error}"}}

    return tried


def remembered(record: MemoryRecord) -> Memory:
    """A record as the minds read it."""
    return Memory(record.id, record.text, record.speaker, record.role, record.kind, record.said_at, 1.0, 1.0, record.place)


def spent(tokens: Tokens) -> dict[str, int]:
    """Tokens as the state keeps them."""
    return {"input": tokens.input, "output": tokens.output}
