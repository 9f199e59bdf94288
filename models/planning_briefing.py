"""What a chat model gets to read when it looks ahead: messages to find commitments in, a day to plan, and what happened in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from langchain_core.messages import BaseMessage

from models import prompts
from models.agenda import in_the_calendar
from models.briefing import Remembering, memory_tag, one_line, persona, tagged
from models.mind import BreakDownRequest, Memory, Moment, NoticeRequest, OutlineRequest, ReactRequest, named
from models.planning.day import Stroke
from models.reflection_briefing import briefed, in_short
from models.times import clock_in_words, date_in_words, zone_named

DAYS_SHOWN = 15  # from the first message's day on


def notice_messages(request: NoticeRequest) -> list[BaseMessage]:
    """The system prompt of finding commitments, the messages, a calendar of the days they may mean, and what is planned already."""
    data = (
        tagged("messages", "\n".join(message_tag(one, request, number) for number, one in enumerate(request.said, start=1))),
        tagged("days", days_shown(request)),
        tagged(
            "upcoming",
            "\n".join(
                f"{at}. {in_the_calendar(one, request.moment, request.user_name)}" for at, one in enumerate(request.upcoming, start=1)
            ),
        ),
    )
    words = {"me": one_line(request.character.name), "zone": request.moment.timezone}
    return briefed(request, request.prompt or prompts.NOTICE, words, "\n".join(filter(None, data)))


def outline_messages(request: OutlineRequest) -> list[BaseMessage]:
    """The system prompt of planning a day, and what it follows from."""
    data = (
        tagged("yesterday", strokes_told(request.yesterday, request.moment)),
        tagged("memories", memories_told(request)),
        tagged("commitments", "\n".join(f"- {in_the_calendar(one, request.moment, request.user_name)}" for one in request.fixed)),
        tagged("planned", strokes_told(request.ahead, request.moment)),
        tagged("done", strokes_told(request.past, request.moment)),
        tagged("happened", escape(request.because.strip())),
    )
    words = {"most": str(request.most), **clocks(request.span.start, request.span.end, request.moment)}
    return as_itself(request, request.prompt or prompts.OUTLINE, words, data or ("Nothing is known yet.",))


def break_down_messages(request: BreakDownRequest) -> list[BaseMessage]:
    """The system prompt of breaking something down, and the day that it stands in."""
    day = "\n".join(f"{'>' if one == request.whole else '-'} {stroke_told(one, request.moment)}" for one in request.day)
    span = request.whole.span
    words = {"least": str(request.least), "most": str(request.most), **clocks(span.start, span.end, request.moment)}
    return as_itself(request, request.prompt or prompts.BREAK_DOWN, words, (tagged("day", day),))


def react_messages(request: ReactRequest) -> list[BaseMessage]:
    """The system prompt of reacting, the plan, and what happened."""
    data = (
        tagged("plan", strokes_told(request.plan, request.moment)),
        tagged("memories", memories_told(request)),
        tagged("happened", escape(request.event.strip())),
    )
    return as_itself(request, request.prompt or prompts.REACT, {}, data)


def as_itself(request: Remembering, template: str, words: Mapping[str, str], data: Sequence[str]) -> list[BaseMessage]:
    """A prompt for the character that plans, and what it plans from."""
    return briefed(request, template, words, "\n".join(filter(None, data)), {"character": persona(request.character)})


def memories_told(request: OutlineRequest | ReactRequest) -> str:
    """The memories, oldest first."""
    return "\n".join(memory_tag(in_short(one), request) for one in request.memories)


def message_tag(memory: Memory, request: NoticeRequest, number: int) -> str:
    """A message to find commitments in: who said it, and when to the minute, for some count from that."""
    zone = request.moment.timezone
    said = f"{date_in_words(memory.said_at, zone)}, {clock_in_words(memory.said_at, zone)}"
    by = named(memory.speaker) if memory.role == "user" else one_line(memory.speaker) or "what you noticed"
    return f'<message n="{number}" by={quoteattr(by)} said={quoteattr(said)}>{escape(memory.text)}</message>'


def days_shown(request: NoticeRequest) -> str:
    """The days from the first message on, each with its name, so that no model has to count them."""
    zone = zone_named(request.moment.timezone)
    first = min(one.said_at for one in request.said).astimezone(zone)
    shown = (first + timedelta(days=ahead) for ahead in range(DAYS_SHOWN))
    return "\n".join(f"{day:%Y-%m-%d} {date_in_words(day, request.moment.timezone).partition(',')[0]}" for day in shown)


def strokes_told(strokes: Sequence[Stroke], moment: Moment) -> str:
    """The strokes of a plan, one a line."""
    return "\n".join(f"- {stroke_told(one, moment)}" for one in strokes)


def stroke_told(stroke: Stroke, moment: Moment) -> str:
    """A stroke in words."""
    times = clocks(stroke.span.start, stroke.span.end, moment)
    return escape(f"{times['from']} to {times['to']} {one_line(stroke.what)}{f' ({one_line(stroke.place)})' if stroke.place else ''}")


def clocks(start: datetime, end: datetime, moment: Moment) -> dict[str, str]:
    """The clock's times at which something begins and ends; midnight at the end is 24:00."""
    zone = zone_named(moment.timezone)
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    last = "24:00" if ends.date() > begins.date() and (ends.hour, ends.minute) == (0, 0) else f"{ends:%H:%M}"
    return {"from": f"{begins:%H:%M}", "to": last}
