"""From signals to a score to a choice, and why each candidate was taken or left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from stores.record import MemoryRecord

HOURLY_DECAY = 0.995
DENSE_WEIGHT, WORDS_WEIGHT, NEIGHBOURS_WEIGHT = 0.5, 0.5, 0.5

Signals = dict[str, float]


@dataclass(frozen=True)
class Candidate:
    """A record that recall considered.

    Attributes:
        signals: What was measured. `similarity` is the cosine of its best piece and `bm25` the raw lexical score; `dense` and `words`
            are these two within the query, from 0 to 1; `neighbours` is the mean fused score of the turns before and after;
            `recency` is 0.995^hours since it was last taken into a prompt, or since it was said (Park et al. 2023, section 4.1);
            `weight` is what the gate lets it count.
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

    def rank(self, candidates: Sequence[Candidate]) -> list[Candidate]: ...


class FusionRanker:
    """Half dense and half lexical similarity, each brought to 0..1 within the query, plus half the mean of the neighbouring turns.

    All of it counts as much as the record's weight says.

    Recency is measured and shown but not weighed: where questions come after the conversation it brings nothing.
    """

    def rank(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        dense = within_query([one.signals["similarity"] for one in candidates])
        words = within_query([one.signals["bm25"] for one in candidates])
        fused = [DENSE_WEIGHT * d + WORDS_WEIGHT * w for d, w in zip(dense, words, strict=True)]
        neighbours = neighbour_means(candidates, fused)
        whole = 1 + NEIGHBOURS_WEIGHT
        scored = [
            Candidate(
                one.record,
                {**one.signals, "dense": d, "words": w, "neighbours": n, "weight": one.record.weight},
                one.record.weight * (f + NEIGHBOURS_WEIGHT * n) / whole,
            )
            for one, d, w, n, f in zip(candidates, dense, words, neighbours, fused, strict=True)
        ]
        return sorted(scored, key=lambda one: (-one.score, -one.record.said_at.timestamp(), one.record.id))


def within_query(values: Sequence[float]) -> list[float]:
    """The values moved and scaled to 0..1 (min-max); all 0 where they do not differ."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(value - low) / (high - low) if high > low else 0.0 for value in values]


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


def choose(ranked: Sequence[Candidate], k: int) -> list[Candidate]:
    """Mark the first k as taken, and say why the others were not; words that stand there already give way."""
    chosen: list[Candidate] = []
    seen: dict[str, str] = {}
    room = k
    for one in ranked:
        why = left_because(one.record, seen, room)
        chosen.append(Candidate(one.record, one.signals, one.score, not why, why or f"among the best {k}"))
        if not why:
            room -= 1
            seen[one.record.text] = one.record.id
    return chosen


def left_because(record: MemoryRecord, seen: dict[str, str], room: int) -> str:
    """The reason to leave a record, or an empty string."""
    if record.text in seen:
        return f"says the same as {seen[record.text]}"
    return "" if room > 0 else "others score higher"
