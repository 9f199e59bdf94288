"""Quotes: which of the evidence is said, and how much around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.local.evidence import Evidence, Source
from models.local.head import Head
from models.local.questions import Question
from models.local.sentences import content, is_question, sentences

MOST_QUOTES = 2
MOST_OF_MANY = 3
LONGEST_QUOTE = 320
# What stands beside a sentence often holds the answer: neighbours are quoted with it while all stay within this. In words.
ROOM = 30
PICTURE = re.compile(r"^\W*\[?shares? ")
SAME_WORDS = 0.6
LEANS_BACK = re.compile(r"^\W*(?:it|its|it's|that|that's|this|they|they're|she|he|she's|he's|there|these|those|both)\b", re.IGNORECASE)
MANY = re.compile(
    r"\bhow many\b|\btotal\b|\border\b|\ball\b|\bboth\b|"
    r"\b(?:what|which) (?!(?:is|was|does|has|as)\b)(?:are|were|\w{3,}(?<!s)s|other \w+s)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quote:
    """Words of one source: its `best` sentence, with what it needs beside it to be understood in `text`."""

    text: str
    best: str
    source: Source


def quotes_of(question: Question, evidence: Sequence[Evidence], head: Head) -> list[Quote]:
    """The best sentence, and others of nearly its score that add words; in the order of their scores, one quote a source."""
    many = MANY.search(question.text) is not None
    most = MOST_OF_MANY if many else MOST_QUOTES
    floor = evidence[0].score - head.close * (1.5 if many else 1.0)
    chosen: list[Evidence] = []
    for one in evidence:
        if len(chosen) == most or one.score < floor:
            break
        if not chosen or not (PICTURE.match(one.passage.text) or any(_same_words(one, other) for other in chosen)):
            chosen.append(one)
    by_source: dict[int, list[Evidence]] = {}
    for one in chosen:
        by_source.setdefault(id(one.passage.source), []).append(one)
    return [_quote(group) for group in by_source.values()]


def _same_words(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences share most of their stems."""
    first, second = set(one.passage.stems), set(other.passage.stems)
    return len(first & second) >= SAME_WORDS * max(1, min(len(first), len(second)))


def _quote(group: Sequence[Evidence]) -> Quote:
    """The sentences of one source in their order, with the one before where a sentence leans on it; gaps are marked."""
    source = group[0].passage.source
    parts = sentences(source.text)
    places = {one.passage.place for one in group}
    for place in sorted(places):
        if place and LEANS_BACK.match(parts[place]) and not is_question(parts[place - 1]) and content(parts[place - 1]):
            places.add(place - 1)
    places |= _beside(parts, places, group[0].passage.place)
    text, last = "", -1
    for place in sorted(places):
        text += (" " if place == last + 1 else " … ") + parts[place] if text else parts[place]
        last = place
    return Quote(shortened(text), group[0].passage.text, source)


def _beside(parts: Sequence[str], places: set[int], best: int) -> set[int]:
    """The places after and before the best sentence that tell something and fit into ROOM."""
    taken = sum(len(parts[place].split()) for place in places)
    beside: set[int] = set()
    for place in (best + 1, best - 1):
        if 0 <= place < len(parts) and place not in places and not is_question(parts[place]) and len(content(parts[place])) > 1:
            taken += len(parts[place].split())
            if taken <= ROOM:
                beside.add(place)
    return beside


def shortened(text: str) -> str:
    """The text cut at a word, where it is long."""
    if len(text) <= LONGEST_QUOTE:
        return text
    return text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
