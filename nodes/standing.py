"""How far it is to the next reflection."""

from itertools import islice

from nodes.context import Context
from nodes.state import Turn
from stores.access import Access
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord
from stores.tally import Tally

AGAIN = 0.1  # of what a reflection needs: so much more before one that failed is tried again
RATED_AT_ONCE = 16  # memories that a mind is given to rate
ENOUGH_TO_RATE = 8


def reflecting(context: Context) -> Access:
    """What a character may look back on: what it knows of, may be recalled for a reflection, and is no secret."""
    return Access(context.user_id, context.character_id, purpose="reflection")


def is_due(added: Tally, context: Context) -> bool:
    """Enough has added up; where a reflection failed since, some more of it, so that a model that is down is not asked at every turn."""
    return added.importance >= context.reflect_at and added.since_failure >= context.reflect_at * AGAIN


def standing(context: Context, memory: MemoryStore) -> Turn:
    """What has added up, whether it is enough, and how much of it the mind is yet to rate."""
    added = memory.tallies.of(reflecting(context), context.reflect_at)
    unrated = len(to_rate(context, memory, added)) if context.rating == "model" else 0
    due = is_due(added, context)
    now = due and context.after_turn == "inline"
    return {"unreflected": round(added.importance, 1), "reflection_due": due, "reflects_now": now, "unrated": unrated}


def to_rate(context: Context, memory: MemoryStore, added: Tally) -> list[MemoryRecord]:
    """The newest memories since the last reflection that only the trained head has rated, oldest first."""
    latest = [record for _, record in islice(memory.tallies.since(reflecting(context), added.after, added.until + 1), RATED_AT_ONCE)]
    rated = memory.journal.having(context.user_id, [one.id for one in latest], ("rated",))
    return [one for one in reversed(latest) if one.id not in rated]
