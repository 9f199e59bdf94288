"""Strokes of a plan as the state carries them: plain values, each under the id that its record has or will have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from models.planning.day import FREE, Span, Stroke, now_in
from stores.plans import Level, PlanItem
from stores.record import record_id

MINUTES: dict[Level, tuple[int, int]] = {"hour": (30, 60), "step": (5, 15)}  # the shortest and the longest part


def strokes_of(items: Sequence[PlanItem], level: Level = "stroke") -> list[Stroke]:
    """The stored items of a level as strokes, in the order of time; what is there for a commitment is fixed."""
    wanted = [one for one in items if one.level == level and one.over > one.start]
    return [Stroke(one.what, Span(one.start, one.over), one.place, one.id, level == "stroke" and bool(one.parent)) for one in wanted]


def settled(day: Sequence[Stroke], known: Sequence[PlanItem], planning_id: str, user_id: str) -> list[dict[str, Any]]:
    """The strokes of a planned day, each with an id of its own: that of the stored one that is the same, or of a record to come.

    A fixed stroke comes with the id of its commitment, which becomes its parent.
    """
    stored = {(one.what, one.start, one.end, one.parent): one.id for one in known if one.level == "stroke"}
    ids = {one.id for one in known if one.level == "stroke"}
    told = []
    for stroke in day:
        parent = stroke.id if stroke.fixed and stroke.id not in ids else ""
        own = stroke.id if stroke.id in ids else stored.get((stroke.what, stroke.span.start, stroke.span.end, parent), "")
        told.append(plain(stroke, "stroke", parent) | {"id": own or made_id(stroke, "stroke", planning_id, user_id)})
    return told


def parts_that_stand(day: Sequence[Stroke], known: Sequence[PlanItem], now: datetime) -> dict[str, PlanItem]:
    """The stored hours and steps that still stand in a day that was planned anew, by id.

    What has begun stands, and ends with its stroke at the latest; what has not stands where its stroke goes on for as long.
    """
    strokes, items = {one.id: one.span for one in day}, {one.id: one for one in known}
    standing = {}
    for item in known:
        span = strokes.get(stroke_of(item, items))
        if item.level in MINUTES and span and span.contains(item.start) and (item.start < now or item.over <= span.end):
            standing[item.id] = item.model_copy(update={"end": min(item.over, span.end)})
    return standing


def stroke_of(item: PlanItem, items: Mapping[str, PlanItem]) -> str:
    """The id of the stroke that an item is a part of, or its own."""
    while item.level in MINUTES and item.parent in items:
        item = items[item.parent]
    return item.id


def unbroken_in(planned: Callable[[Level], Sequence[Stroke]], now: datetime) -> Stroke | None:
    """What is left of the finest thing under way, where it is not in steps yet and can be: neither an appointment nor nothing."""
    if now_in(planned("step"), now):
        return None
    whole = now_in(planned("hour"), now) or now_in(planned("stroke"), now)
    if whole is None or whole.fixed or whole.what == FREE:
        return None
    left = replace(whole, span=Span(max(whole.span.start, now), whole.span.end))
    return left if left.span.minutes > MINUTES["step"][1] else None


def made_id(stroke: Stroke, level: Level, planning_id: str, user_id: str) -> str:
    """The id of the record of a stroke that a planning made."""
    return record_id(user_id, "", planning_id, f"{level} {stroke.span.start.isoformat()} {stroke.what}")


def plain(stroke: Stroke, level: Level, parent: str) -> dict[str, Any]:
    """A stroke as plain values."""
    span = {"start": stroke.span.start.isoformat(), "end": stroke.span.end.isoformat()}
    return {"what": stroke.what, **span, "place": stroke.place, "id": stroke.id, "fixed": stroke.fixed, "level": level, "parent": parent}


def stroke_from(told: dict[str, Any]) -> Stroke:
    """A stroke from its plain values."""
    span = Span(datetime.fromisoformat(told["start"]), datetime.fromisoformat(told["end"]))
    return Stroke(told["what"], span, told["place"], told["id"], told["fixed"])
