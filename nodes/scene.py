"""Who thinks by itself, with which mind, and what happens where the mind fails."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from langgraph.runtime import Runtime

from models.mind import Character, Memory, Mind, Moment, Tokens
from models.minds import Minds
from nodes.context import Context
from stores.access import Access
from stores.errors import ModelError
from stores.journal import Event, EventKind
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord

Update = TypeVar("Update")
Node = Callable[..., Update]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Looking:
    """A character that thinks by itself about what it remembers of a user."""

    context: Context
    memory: MemoryStore
    access: Access
    character: Character
    moment: Moment
    thread_id: str

    @property
    def now(self) -> datetime:
        """The moment, in UTC."""
        return self.moment.now

    @property
    def marker(self) -> str:
        """Under which id the journal keeps when the character did so."""
        raise NotImplementedError

    def mind(self, minds: Minds) -> Mind:
        """Who judges."""
        return minds(self.context.mind, self.context.model, self.memory.embedder)

    def event(self, kind: EventKind, run_id: str, **detail: object) -> Event:
        """What the journal keeps of it as a whole."""
        return Event(self.now, self.access.user_id, kind, self.marker, self.thread_id, run_id, detail=detail)

    def keep(self, records: Sequence[MemoryRecord], done: Event) -> list[str]:
        """Store records as one write with what the journal keeps of them as a whole; the ids of those that are kept.

        Where the embedder fails they are stored all the same, and embedded with what else has no vector yet.
        """
        try:
            written = self.memory.remember(records, turn_id=done.turn_id, beside=[done])
        except ModelError as error:
            log.warning("It is kept, and not embedded yet: %s", error)
            return self.kept_by(done)
        return [one.id for one in written if one.outcome != "rejected"]

    def kept_by(self, done: Event) -> list[str]:
        """The ids of what was kept then, as far as it was not forgotten since."""
        return [one.id for one in self.memory.read(done.detail["kept"], access=self.access)]


def visibly_failing(stage: str, kind: EventKind, looking: Callable[..., Looking]) -> Callable[[Node[Update]], Node[Update]]:
    """Makes the same node, but where the model fails nothing is kept, the state and the journal say so, and what was due stays due.

    Args:
        stage: The field of the state that tells of it.
        kind: What the journal notes.
        looking: Who thinks in a run.
    """

    def made(node: Node[Update]) -> Node[Update]:
        @wraps(node)
        def tried(state: Any, runtime: Runtime[Context], **parts: Any) -> Any:
            try:
                return node(state, runtime, **parts)
            except ModelError as error:
                log.warning("It is put off: %s: %s", node.__name__, error)
                who = looking(state, runtime)
                who.memory.journal.append([who.event(kind, state[stage]["id"], step=node.__name__)])
                return {stage: {"failed": f"{node.__name__}: {error}"}}

        return tried

    return made


def running_in(runtime: Runtime[Context]) -> str:
    """The thread that a run belongs to: LangGraph's, else the context's."""
    return (runtime.execution_info.thread_id if runtime.execution_info else None) or runtime.context.thread_id


def remembered(record: MemoryRecord) -> Memory:
    """A record as the minds read it."""
    return Memory(record.id, record.text, record.speaker, record.role, record.kind, record.said_at, 1.0, 1.0, record.place)


def spent(tokens: Tokens) -> dict[str, int]:
    """Tokens as the state keeps them."""
    return {"input": tokens.input, "output": tokens.output}
