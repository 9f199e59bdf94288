"""Asks what the latest memories raise (Park et al. 2023, section 4.2)."""

from langgraph.runtime import Runtime

from models.mind import AskRequest
from models.minds import Minds
from nodes.context import Context
from nodes.reflection.scene import LOOKED_BACK_ON, LookingBack, looking_back, visibly
from nodes.scene import remembered, spent
from nodes.state import ReflectionState, ReflectionUpdate
from nodes.timing import apart
from stores.points import RECALLABLE
from stores.record import MemoryRecord

LATEST = 100  # records
QUESTIONS = 3


@visibly
def choose_questions(state: ReflectionState, runtime: Runtime[Context], minds: Minds) -> ReflectionUpdate:
    """The most salient questions over the latest memories."""
    back = looking_back(state, runtime)
    request = AskRequest(
        memories=[remembered(one) for one in latest(back)],
        character=back.character,
        moment=back.moment,
        user_name=back.context.called,
        most=QUESTIONS,
        prompt=back.context.ask_prompt,
    )
    back.memory.journal.append([back.event("reflecting", state["reflection"]["id"])])
    with apart("model"):
        asked = back.mind(minds).ask(request)
    return {"reflection": {"questions": list(asked.questions), "tokens": spent(asked.tokens)}}


def latest(back: LookingBack) -> list[MemoryRecord]:
    """The latest memories, oldest first; what repeats memory, or tells of Mneme itself, is none."""
    found = back.memory.stream(access=back.access, kinds=LOOKED_BACK_ON, until=back.now, now=back.now, limit=LATEST)
    told = [one for one in found if one.trust.origin in RECALLABLE]
    return sorted(told, key=lambda one: (one.said_at, one.thread_id, one.ordinal, one.id))
