"""Whether there is anything to plan; told by the journal and the store, so that no run can lose it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from models.agenda import tells_done
from models.commitments.doing import may_say_done
from models.commitments.finding import calls_off, tells_a_time
from models.mind import MindName
from models.times import zone_named
from nodes.context import Context
from nodes.planning.scene import covers, marker_of, planning_for, still_open
from nodes.planning.strokes import strokes_of, unbroken_in
from nodes.state import Turn
from stores.journal import Event
from stores.memory_store import MemoryStore
from stores.plans import PlanItem, days_around

Coming = Callable[[], Sequence[PlanItem]]

AGAIN = timedelta(hours=1)  # before a day that a model failed to plan is tried again, where nothing asks for it


def plan_standing(turn: Turn, context: Context, memory: MemoryStore, now: datetime) -> Turn:
    """Whether this turn, or one before it, asks for a plan. What the local mind plans it plans at once: that takes milliseconds."""
    if context.plans == "off":
        return {}
    access = planning_for(context)
    marker = marker_of(access)
    if asks_for_a_plan(turn, context, now, partial(still_open, memory, access, zone_named(context.timezone), now)):
        asked = {"timezone": context.timezone, "plans": context.plans}  # a run of its own reads the words by the same clock
        memory.journal.append([Event(now, context.user_id, "plan_awaited", marker, turn_id=turn["id"], detail=asked)])
    days = context.plans == "days"
    today = memory.planned(days_around(now, zone_named(context.timezone), 0, 0), access=access, now=now) if days else []
    due = is_awaited(memory, context.user_id, marker) or any(lacks(context, today, now, "local" if turn["mind"] == "local" else "chat"))
    at_once = context.after_turn == "inline" or turn["mind"] == "local"
    return {"planning_due": due, "plans_now": due and at_once and not is_put_off(memory, context.user_id, marker, now)}


def asks_for_a_plan(turn: Turn, context: Context, now: datetime, coming: Coming) -> bool:
    """Whether something in it tells a time, or ends something of what is `coming`; or something happened, where that can break the plan of
    a day."""
    observation = turn.get("observation", "")
    if observation and context.plans == "days":
        return True
    told = [turn["words"], observation, turn.get("answer", "") if turn["mind"] == "chat" else ""]
    return any(may_bind(text, now, context, coming) for text in told if text)


def may_bind(text: str, said_at: datetime, context: Context, coming: Coming) -> bool:
    """Whether it is worth looking for commitments in what was said: what is `coming` is only read where something may be done of it."""
    if tells_a_time(text, said_at, context.timezone) or calls_off(text):
        return True
    return may_say_done(text) and any(tells_done(text, one) for one in coming())


def is_awaited(memory: MemoryStore, user_id: str, marker: str, *, again: bool = False) -> bool:
    """Whether something asked for a plan since the last; where one failed, since that: a model that is down is not asked at every turn.

    With `again`, also where one failed since.
    """
    awaited, failed = (memory.journal.latest(user_id, marker, kind) for kind in ("plan_awaited", "not_planned"))
    planned = memory.journal.last(user_id, marker, "planned")
    heeded = int(planned.detail["until"]) if planned else 0  # what was said while that plan was made is not in it
    return awaited > (heeded if again else max(heeded, failed))


def lacks(context: Context, today: Sequence[PlanItem], now: datetime, mind: MindName) -> tuple[bool, bool]:
    """Whether the day has no plan for now, and whether what is done now is not broken down, by a mind that does so.

    Both only where days are planned.
    """
    if context.plans != "days":
        return False, False
    missing = not covers(today, now, "stroke")
    return missing, mind == "chat" and (missing or unbroken_in(partial(strokes_of, today), now) is not None)


def is_put_off(memory: MemoryStore, user_id: str, marker: str, now: datetime) -> bool:
    """Whether a model failed a short while ago, and nothing was planned or asked for since: it is not asked at every turn."""
    failed = memory.journal.last(user_id, marker, "not_planned")
    since = max(memory.journal.latest(user_id, marker, kind) for kind in ("plan_awaited", "planned"))
    return failed is not None and failed.number > since and now - failed.at < AGAIN
