"""How good a ranking is, as the benchmarks define it. `found` is best first; all give 0 to 1, or NaN where there is nothing to find."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from evals.haystack import Question


@dataclass(frozen=True)
class Ranking:
    """What a system gave for a question, best first.

    Attributes:
        records: Ids of records.
        sessions: Ids of sessions, each where its first record stands.
        by_user: Ids of those records that the user said.
        sessions_by_user: The sessions, each where the first of these stands.
        sessions_of_context: The sessions that the best CONTEXT records come from.
        context_tokens: Of the best CONTEXT records, as they stand in a prompt.
        milliseconds: What the search took.
    """

    records: tuple[str, ...]
    sessions: tuple[str, ...]
    by_user: tuple[str, ...] = ()
    sessions_by_user: tuple[str, ...] = ()
    sessions_of_context: tuple[str, ...] = ()
    context_tokens: int = 0
    milliseconds: float = 0.0


Metric = Callable[[Question, Ranking], float]
At = Callable[[Sequence[str], Collection[str], int], float]
Metrics = Mapping[str, Metric]


def fraction_at(found: Sequence[str], wanted: Collection[str], k: int, lost: int = 0) -> float:
    """The share of what is wanted that is among the first k (LoCoMo's recall); `lost` more are wanted that do not exist."""
    if not len(wanted) + lost:
        return math.nan
    return len(set(found[:k]) & set(wanted)) / (len(wanted) + lost)


def any_at(found: Sequence[str], wanted: Collection[str], k: int) -> float:
    """1 where one of those wanted is among the first k (LongMemEval's recall_any)."""
    return float(not set(wanted).isdisjoint(found[:k])) if wanted else math.nan


def all_at(found: Sequence[str], wanted: Collection[str], k: int) -> float:
    """1 where all that are wanted are among the first k (LongMemEval's recall_all)."""
    return float(set(wanted) <= set(found[:k])) if wanted else math.nan


def ndcg_at(found: Sequence[str], wanted: Collection[str], k: int) -> float:
    """LongMemEval's ndcg_any: the discounted gain of the first k over that of the best order."""
    if not wanted:
        return math.nan
    best = _gain([True] * min(len(wanted), k))
    return _gain([one in wanted for one in found[:k]]) / best


def _gain(hits: Sequence[bool]) -> float:
    """The benchmark's own: the first two ranks are not discounted, then one over the binary logarithm of the rank."""
    return sum(1 / math.log2(max(rank, 2)) for rank, hit in enumerate(hits, start=1) if hit)


def or_one(value: float) -> float:
    """The value, and 1 where there was nothing to find (LoCoMo)."""
    return 1.0 if math.isnan(value) else value


def per_thousand_tokens(value: float, ranking: Ranking) -> float:
    """What a thousand tokens of context buy."""
    return 1_000 * value / ranking.context_tokens if ranking.context_tokens else math.nan
