"""Questions about two events: which came first, and how long lies between them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from models.local.evidence import Evidence
from models.local.happened import day_meant
from models.local.questions import Question, read_question
from models.times import zone_named

FIRST = re.compile(r"\bfirst\b[^,:?]*[,:]\s*(?P<one>[^?]+?),?\s+or\s+(?P<other>[^?]+?)\s*\?", re.IGNORECASE)
BETWEEN = re.compile(r"\bhow many (?P<unit>day|week|month)s\b[^?]*\bbetween (?P<one>[^?]+?) and (?P<other>[^?]+?)\s*\?", re.IGNORECASE)
LEADING = re.compile(r"^(?:the (?:day|time|moment) (?:that |when )?|when )", re.IGNORECASE)
UNITS = {"day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}

# An event's own words are few: so much of them must stand in the sentence itself.
LEAST_SHARED = 0.3

Weigher = Callable[[Question], list[Evidence]]


@dataclass(frozen=True)
class Event:
    """One of the two: its words in the question, what tells of it best, and on which day that was."""

    words: str
    evidence: Evidence
    day: date


@dataclass(frozen=True)
class Comparison:
    """Both events in the order of their days, and what the days tell."""

    text: str
    events: tuple[Event, Event]


def compared(question: Question, timezone: str, weigh: Weigher, answers: Callable[[Question, list[Evidence]], bool]) -> Comparison | None:
    """The comparison that the question asks for, where both events are found in different sentences; else None.

    Args:
        question: The whole question.
        timezone: In which days are counted.
        weigh: Gives the evidence for a question, best first.
        answers: Whether such evidence answers.
    """
    found = BETWEEN.search(question.text) or FIRST.search(question.text)
    if found is None:
        return None
    events: list[Event] = []
    for part in (found["one"], found["other"]):
        asked = _about(question, LEADING.sub("", part.strip()))
        evidence = weigh(asked)
        day = _day_of(evidence[0], timezone) if evidence else None
        if day is None or not _tells_of(evidence[0]) or not answers(asked, evidence):
            return None
        events.append(Event(asked.plain, evidence[0], day))
    if events[0].evidence.passage == events[1].evidence.passage:
        return None
    one, other = sorted(events, key=lambda event: event.day)
    return Comparison(_told(one, other, found.groupdict().get("unit")), (one, other))


def _about(question: Question, part: str) -> Question:
    """The question about one of the events, of the same person."""
    asked = read_question(part)
    return replace(question, plain=part, content=asked.content, names=asked.names, wanted="thing", dated=None, newest=False, oldest=False)


def _tells_of(evidence: Evidence) -> bool:
    """Whether the sentence tells of this very event: its names, enough of its words, and of whom it is asked."""
    signals = evidence.signals
    of_whom = signals["person"] > 0.5 or signals["person"] == 0
    return of_whom and signals["names"] == 1 and signals["overlap"] >= LEAST_SHARED


def _day_of(evidence: Evidence, timezone: str) -> date | None:
    said_at = evidence.passage.source.said_at
    if said_at is None:
        return None
    day = said_at.astimezone(zone_named(timezone)).date()
    return day_meant(evidence.passage.text, day) or day


def _told(one: Event, other: Event, unit: str | None) -> str:
    """What the days of the two tell, with one at least as early as the other."""
    days = (other.day - one.day).days
    if unit:
        apart = spelled(days, unit.lower())
        return f"{apart} {'lies' if apart.startswith('1 ') else 'lie'} between them, by what was said then."
    return f"First: {one.words}, by what was said then." if days else "By what was said then, both were on one day."


def spelled(days: int, unit: str) -> str:
    """So many days in another unit: `3 weeks`."""
    count = max(0, round(days / UNITS[unit]))
    return f"{count} {unit}{'' if count == 1 else 's'}"
