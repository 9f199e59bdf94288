"""From signals to a score to a choice, and why each candidate was taken or left."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol

from stores.record import MemoryRecord

HOURLY_DECAY = 0.995
DENSE_WEIGHT, WORDS_WEIGHT, NEIGHBOURS_WEIGHT = 0.5, 0.5, 0.5
DECAYING = 0.2  # the share of a score that fades with time, where any does
COSINES_APART = 0.2  # the best and the worst of a hundred candidates are farther apart
SHORT = 300  # letters: what is longer is hardly ever said twice but for its marks
QUESTION_MARKS = ("?", "\uff1f", "\u061f")  # also of full width, and the Arabic one
KEPT = 20_000  # texts whose plain words are kept
INSIGHTS = 0.25  # of what is taken
NO_IMPORTANCE = 1.0  # of what nobody rated: the least

Signals = Mapping[str, float]


class Row(Mapping[str, float]):
    """One row of columns that all candidates of a recall share: of a hundred and fifty candidates the signals of thirty are ever read.

    Args:
        columns: The values by name, one a candidate.
        place: Which of them.
    """

    __slots__ = ("_columns", "_place")

    def __init__(self, columns: Mapping[str, Sequence[float]], place: int) -> None:
        self._columns, self._place = columns, place

    def __getitem__(self, name: str) -> float:
        return self._columns[name][self._place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


class Candidate(NamedTuple):
    """A record that recall considered.

    Attributes:
        signals: What was measured. `similarity` is the cosine of its best piece and `bm25` the raw lexical score; `recency` is
            0.995^hours since it was last taken into a prompt, or since it was said (Park et al. 2023, section 4.1); `weight` is what
            the gate lets it count. The ranker adds its own.
        score: Between 0 and 1.
        taken: Whether it is among the k that recall gives.
        why: Why it was taken or left, in words.
    """

    record: MemoryRecord
    signals: Signals
    score: float = 0.0
    taken: bool = False
    why: str = ""


class Ranker(Protocol):
    """Orders candidates, best first, with their scores."""

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]: ...


class FusionRanker:
    """Half dense and half lexical similarity, each brought to 0..1 within the query, plus half the mean of the neighbouring turns.

    Recency is measured and shown but not weighed: where questions come after the conversation it brings nothing.
    """

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
        fused = fused_scores(candidates)
        neighbours = neighbour_means(candidates, fused)
        scores = [(f + NEIGHBOURS_WEIGHT * n) / (1 + NEIGHBOURS_WEIGHT) for f, n in zip(fused, neighbours, strict=True)]
        return best_first(candidates, scores, {"fused": fused, "neighbours": neighbours})


class CosineRanker:
    """By the cosine alone."""

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
        return best_first(candidates, [max(0.0, one.signals["similarity"]) for one in candidates], {})


class GenerativeAgentsRanker:
    """Recency, importance and relevance, each brought to 0..1 within the query, in equal parts (Park et al. 2023, section 4.1)."""

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
        parts = {
            "recent": within_query([one.signals["recency"] for one in candidates]),
            "important": within_query([one.record.importance or NO_IMPORTANCE for one in candidates]),
            "relevant": within_query([one.signals["similarity"] for one in candidates]),
        }
        return best_first(candidates, [sum(three) / len(parts) for three in zip(*parts.values(), strict=True)], parts)


class DecayingRanker:
    """Another ranker's order, of which what was neither said nor taken into a prompt lately loses up to a fifth of its score."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
        ranked = self._ranker.rank(query, candidates, now)
        faded = [1 - DECAYING * (1 - one.signals["recency"]) for one in ranked]
        return sorted(
            (one._replace(score=one.score * left) for one, left in zip(ranked, faded, strict=True)), key=lambda one: one.score, reverse=True
        )


def best_first(candidates: Sequence[Candidate], scores: Sequence[float], signals: Mapping[str, Sequence[float]]) -> list[Candidate]:
    """The candidates by their scores, which count as much as each record's weight says, with more signals; of equals the newest first."""
    weights = [one.record.weight for one in candidates]
    columns = {**columns_of(candidates), **signals, "weight": weights}
    scored = [
        Candidate(one.record, Row(columns, place), weight * score)
        for place, (one, weight, score) in enumerate(zip(candidates, weights, scores, strict=True))
    ]
    return sorted(scored, key=lambda one: (-one.score, -one.record.said_at.timestamp(), one.record.id))


def columns_of(candidates: Sequence[Candidate]) -> dict[str, list[float]]:
    """What was measured of all candidates, by name."""
    names = candidates[0].signals if candidates else ()
    return {name: [one.signals[name] for one in candidates] for name in names}


def fused_scores(candidates: Sequence[Candidate]) -> list[float]:
    """Half dense and half lexical similarity, each brought to 0..1 within the query."""
    dense = within_query([one.signals["similarity"] for one in candidates], COSINES_APART)
    words = within_query([one.signals["bm25"] for one in candidates], max((one.signals["bm25"] for one in candidates), default=0.0))
    return [DENSE_WEIGHT * d + WORDS_WEIGHT * w for d, w in zip(dense, words, strict=True)]


def within_query(values: Sequence[float], least: float = 0.0) -> list[float]:
    """The values moved to begin at 0 and scaled (min-max); all 0 where they do not differ.

    Args:
        least: A difference that still counts as one: smaller ones are not stretched to 0..1, as between two candidates that hardly differ.
    """
    low, high = min(values, default=0.0), max(values, default=0.0)
    span = max(high - low, least)
    return [(value - low) / span if span > 0 else 0.0 for value in values]


def neighbour_means(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[float]:
    """For each candidate the mean score of the messages before and after it in its thread; one that is no candidate counts 0."""
    at = {
        (one.record.thread_id, one.record.ordinal): score
        for one, score in zip(candidates, scores, strict=True)
        if one.record.kind == "turn"
    }
    return [
        (at.get((one.record.thread_id, one.record.ordinal - 1), 0.0) + at.get((one.record.thread_id, one.record.ordinal + 1), 0.0)) / 2
        for one in candidates
    ]


def recency(since: datetime, now: datetime) -> float:
    """0.995 to the power of the hours since (Park et al. 2023, section 4.1); 1 for what lies in the future."""
    hours = max(0.0, (now - since).total_seconds() / 3600)
    return float(HOURLY_DECAY**hours)


def choose(ranked: Sequence[Candidate], k: int, query: str = "") -> list[Candidate]:
    """Mark the first k as taken, and say why the others were not; of those that say the same, the newest stands for all.

    A question that was asked before answers nothing: what only repeats the query, as a question, is not taken. And of what is taken only
    a quarter are insights, as long as there is anything else: they are worded like answers, but what was said is the evidence.
    """
    asked = plainly(query)
    insights = k if all(is_insight(one) for one in ranked) else max(1, int(k * INSIGHTS))
    sayings: dict[tuple[str, str], list[Candidate]] = {}
    for one in ranked:
        sayings.setdefault(worded(one.record), []).append(one)
    taken: list[Candidate] = []
    left: list[Candidate] = []
    for (_, words), same in sayings.items():
        newest = max(same, key=lambda one: one.record.said_at) if len(same) > 1 else same[0]
        if words == asked and newest.record.text.rstrip().endswith(QUESTION_MARKS):
            left.append(judged(newest, 0.0, "asks the same"))
        elif is_insight(newest) and len(taken) < k and sum(map(is_insight, taken)) >= insights:
            left.append(judged(newest, same[0].score, "there are insights enough"))
        elif len(taken) < k:
            taken.append(judged(newest, same[0].score, f"among the best {k}", taken=True))
        else:
            left.append(judged(newest, same[0].score, "others score higher"))
        left += [judged(one, one.score, f"says the same as {newest.record.id}") for one in same if one is not newest]
    return [*taken, *sorted(left, key=lambda one: -one.score)]


def judged(candidate: Candidate, score: float, why: str, *, taken: bool = False) -> Candidate:
    """The candidate with what became of it."""
    return Candidate(candidate.record, candidate.signals, score, taken, why)


def is_insight(candidate: Candidate) -> bool:
    """Whether nobody said it: a reflection drew it."""
    return candidate.record.kind == "reflection"


def worded(record: MemoryRecord) -> tuple[str, str]:
    """Who says what."""
    return record.speaker, plainly(record.text)


@lru_cache(maxsize=KEPT)
def plainly(text: str) -> str:
    """Of a short text the words without case, marks and blanks between them; else, or where it has none, the text itself."""
    short = text.casefold() if len(text) <= SHORT else ""
    return " ".join(re.findall(r"\w+", short)) or text
