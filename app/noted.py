"""Prints what was noted of appointments, promises and deadlines."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from app.console import out, verbatim

if TYPE_CHECKING:
    from nodes.context import Context

SAID = {"new": "noted", "moved": "moved to", "cancelled": "cancelled", "done": "done"}


def print_noted(noted: Sequence[dict[str, Any]], context: "Context") -> None:
    """A dim line for each commitment that was noted, moved, cancelled or done."""
    for one in noted:
        out.print(Text(verbatim(noted_line(one, context)), style="dim"))


def noted_line(one: dict[str, Any], context: "Context") -> str:
    """One of them: "noted: Friday, 8 May 2026, 15:00 (tomorrow): dentist appointment"."""
    from models.agenda import when_planned
    from models.mind import Moment
    from stores.plans import PlanItem

    item = PlanItem.model_validate({name: one[name] for name in ("what", "start", "end", "all_day")})
    moment = Moment(context.moment(), context.timezone, context.locale)
    return f"{SAID[one['change']]}: {when_planned(item, moment)}: {item.what}"
