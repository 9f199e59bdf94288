"""What a chat model said of plans, as Mneme's own: local times become moments, and what cannot be is left out."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from models.chat_schemas import Bound, Doing
from models.commitments.calendar import at, midnight
from models.commitments.commitment import Commitment
from models.mind import Moment, Noticed, NoticeRequest
from models.planning.day import Span, Stroke, clock_span, day_at
from models.times import zone_named


def noticed_in(told: Sequence[Bound], request: NoticeRequest) -> list[Noticed]:
    """The commitments that a model named; those of messages that it was not shown are left out."""
    shown = [one for one in told if 1 <= one.message <= len(request.said)]
    return [Noticed(commitment_of(one, request.moment), one.message, about_of(one, request)) for one in shown]


def about_of(told: Bound, request: NoticeRequest) -> int:
    """Which upcoming item is changed: none where there is no such item."""
    return told.about if told.change != "new" and 1 <= told.about <= len(request.upcoming) else 0


def commitment_of(told: Bound, moment: Moment) -> Commitment:
    """A commitment with its local times as moments."""
    all_day = is_day(told.start)
    start = moment_of(told.start, moment)
    return Commitment(
        what=" ".join(told.what.split()),
        kind=told.kind,
        by=told.by,
        start=start,
        end=end_of(told, start, moment),
        all_day=all_day,
        place=" ".join(told.place.split()),
        change=told.change,
    )


def end_of(told: Bound, start: datetime, moment: Moment) -> datetime | None:
    """When it ends; a last day is over at its midnight. None where that is not said, or before it starts."""
    if not told.end:
        return None
    end = moment_of(told.end, moment) + (timedelta(days=1) if is_day(told.end) else timedelta())
    return end if end > start else None


def moment_of(written: str, moment: Moment) -> datetime:
    """The moment that a local time, or a day, names; one with an offset of its own keeps it."""
    zone, told = zone_named(moment.timezone), datetime.fromisoformat(written)
    if told.tzinfo:
        return told.astimezone(zone)
    return midnight(told.date(), zone) if is_day(written) else at(told.date(), told.hour, told.minute, zone)


def is_day(written: str) -> bool:
    """Whether only a day is told."""
    return len(written.strip()) <= len("2026-05-08") and datetime.fromisoformat(written).time() == time()


def strokes_of(told: Sequence[Doing], span: Span, moment: Moment) -> list[Stroke]:
    """The strokes that a model named, on the day of the span."""
    zone = zone_named(moment.timezone)
    day = day_at(span.start, zone)
    timed = [(one, clock_span(day, one.begins, one.ends, zone)) for one in told]
    return [Stroke(" ".join(one.what.split()), when, " ".join(one.place.split())) for one, when in timed if when]
