"""Decides whether there is anything to reflect on."""

from uuid import uuid4

from langgraph.runtime import Runtime

from models.minds import Minds
from nodes.context import Context
from nodes.reflection.scene import looking_back
from nodes.standing import is_due
from nodes.state import ReflectionState, ReflectionUpdate
from stores.record import record_id


def consider(state: ReflectionState, runtime: Runtime[Context], minds: Minds) -> ReflectionUpdate:
    """Begin a reflection, where enough has added up or where it is wanted in any case; while the same one is due its id is the same."""
    back = looking_back(state, runtime)
    added, mind = back.memory.tallies.of(back.access, back.context.reflect_at), back.mind(minds)
    return {
        "reflection": {
            "id": record_id(back.access.user_id, "", back.marker, str(added.after)),
            "run": str(uuid4()),
            "began_at": back.now.isoformat(),
            "importance": round(added.importance, 1),
            "due": is_due(added, back.context) or state.get("anyway", False),
            "mind": mind.name,
            "model": mind.model,
            "after": added.after,
        }
    }
