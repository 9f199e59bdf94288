"""Whether there is anything to plan; told by the journal and the store, so that no run can lose it."""

from collections.abc import Sequence
from datetime import datetime

from models.commitments.finding import calls_off, tells_a_time
from models.mind import MindName
from models.times import zone_named
from nodes.context import Context
from nodes.planning.scene import covers, marker_of, planning_for
from nodes.state import Turn
from stores.journal import Event
from stores.memory_store import MemoryStore
from stores.plans import PlanItem, days_around


def plan_standing(turn: Turn, context: Context, memory: MemoryStore, now: datetime) -> Turn:
    """Whether this turn, or one before it, asks for a plan. What the local mind plans it plans at once: that takes milliseconds."""
    if context.plans == "off":
        return {}
    access = planning_for(context)
    marker = marker_of(access)
    if asks_for_a_plan(turn, context, now):
        memory.journal.append([Event(now, context.user_id, "plan_awaited", marker, turn_id=turn["id"])])
    days = context.plans == "days"
    today = memory.planned(days_around(now, zone_named(context.timezone), 0, 0), access=access, now=now) if days else []
    due = is_awaited(memory, context.user_id, marker) or any(lacks(context, today, now, "local" if turn["mind"] == "local" else "chat"))
    return {"planning_due": due, "plans_now": due and (context.after_turn == "inline" or turn["mind"] == "local")}


def asks_for_a_plan(turn: Turn, context: Context, now: datetime) -> bool:
    """Whether something in it tells a time; or something happened, where that can break the plan of a day."""
    observation = turn.get("observation", "")
    if observation and context.plans == "days":
        return True
    told = [turn["words"], observation, turn.get("answer", "") if turn["mind"] == "chat" else ""]
    return any(may_bind(text, now, context) for text in told if text)


def may_bind(text: str, said_at: datetime, context: Context) -> bool:
    """Whether it is worth looking for commitments in what was said."""
    return tells_a_time(text, said_at, context.timezone) or calls_off(text)


def is_awaited(memory: MemoryStore, user_id: str, marker: str) -> bool:
    """Whether something asked for a plan since the last; where one failed, since that: a model that is down is not asked at every turn."""
    awaited, planned, failed = (memory.journal.latest(user_id, marker, kind) for kind in ("plan_awaited", "planned", "not_planned"))
    return awaited > max(planned, failed)


def lacks(context: Context, today: Sequence[PlanItem], now: datetime, mind: MindName) -> tuple[bool, bool]:
    """Whether the day has no plan for now, and whether what is done now is not broken down, by a mind that does so.

    Both only where days are planned.
    """
    if context.plans != "days":
        return False, False
    missing = not covers(today, now, "stroke")
    return missing, mind == "chat" and (missing or not covers(today, now, "step"))
