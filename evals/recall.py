"""Runs retrievers over haystacks and compares them, question by question."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from evals.haystack import Haystack, Question
from evals.peers import peers
from evals.recall_metrics import Metric, Metrics, Ranking, all_at, per_thousand_tokens
from evals.result import Figure, Result
from evals.retrievers import Retriever, Search, retrievers
from evals.scoring import bootstrap
from evals.vectors import KeptVectors
from models.embedding import open_embedder
from nodes.recall import tokens_of
from stores.embedder import Embedder

CONTEXT = 10  # records that a prompt is taken to hold
EFFICIENCY = f"recall_all@{CONTEXT} per 1,000 tokens"

Columns = dict[str, list[float]]


@dataclass
class Measured:
    """The rankings of every system for the same questions, in the same order."""

    questions: list[Question] = field(default_factory=list)
    rankings: dict[str, list[Ranking]] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """What an eval measures.

    Attributes:
        metrics: By name; each gives NaN for a question that it does not apply to.
        by_category: Those of the metrics that are also told category by category.
        shown: Those that the plot shows.
        efficiency: What a prompt of CONTEXT records holds of the evidence.
    """

    name: str
    metrics: Metrics
    by_category: tuple[str, ...]
    shown: tuple[str, ...]
    efficiency: Metric = lambda question, ranking: all_at(ranking.records, question.evidence, CONTEXT)


def compared(definition: Definition, haystacks: Iterable[Haystack], data: str, seed: int) -> Result:
    """The figures of Mneme and of all it is compared with, in one run; vectors are kept between runs."""
    with KeptVectors.open(open_embedder()) as embedder:
        found = measured(haystacks, [*retrievers(embedder, definition.name), *peers(embedder)], embedder)
    return result_of(definition, found, f"{data}, {len(found.questions)} questions", seed)


def measured(haystacks: Iterable[Haystack], retrievers: Sequence[Retriever], embedder: Embedder) -> Measured:
    """What every retriever gives for every question. The questions are embedded beforehand, so that no search is charged with it."""
    found = Measured(rankings={one.name: [] for one in retrievers})
    for haystack in haystacks:
        found.questions += haystack.questions
        embedder.embed_documents([question.text for question in haystack.questions])
        for retriever in retrievers:
            with retriever.over(haystack) as search:
                found.rankings[retriever.name] += [ranking(haystack, question, search) for question in haystack.questions]
    return found


def ranking(haystack: Haystack, question: Question, search: Search) -> Ranking:
    """What a search gives for a question, and how long it took."""
    began = perf_counter()
    ids = tuple(search(question))
    took = 1_000 * (perf_counter() - began)
    by_user = tuple(id for id in ids if haystack.by_id[id].role == "user")
    context = ids[:CONTEXT]
    tokens = sum(tokens_of(haystack.by_id[id]) for id in context)
    return Ranking(ids, haystack.sessions(ids), by_user, haystack.sessions(by_user), haystack.sessions(context), tokens, took)


def result_of(definition: Definition, found: Measured, data: str, seed: int) -> Result:
    """The figures of every system, and the first one's paired differences to each of the others."""
    columns = {system: columns_of(definition, found.questions, rankings) for system, rankings in found.rankings.items()}
    groups = [question.group for question in found.questions]
    first, *others = columns
    return Result(
        name=definition.name,
        data=data,
        seed=seed,
        systems={system: figures(mine, groups, seed) for system, mine in columns.items()},
        differences={other: figures(differences(columns[first], columns[other], definition), groups, seed) for other in others},
        shown=definition.shown,
    )


def columns_of(definition: Definition, questions: Sequence[Question], rankings: Sequence[Ranking]) -> Columns:
    """One value a question for every metric, overall and by category, with the context and the time that it took."""
    pairs = list(zip(questions, rankings, strict=True))
    columns = {name: [metric(*pair) for pair in pairs] for name, metric in definition.metrics.items()}
    for category in sorted({category for question in questions for category in question.categories}):
        for name in definition.by_category:
            columns[f"{name}, {category}"] = only(columns[name], [category in question.categories for question in questions])
    columns[EFFICIENCY] = [per_thousand_tokens(definition.efficiency(*pair), pair[1]) for pair in pairs]
    columns[f"tokens of {CONTEXT} records"] = [float(one.context_tokens) for one in rankings]
    columns["milliseconds"] = [one.milliseconds for one in rankings]
    return columns


def only(column: Sequence[float], wanted: Sequence[bool]) -> list[float]:
    """The column, NaN where it is not wanted."""
    return [value if want else math.nan for value, want in zip(column, wanted, strict=True)]


def differences(mine: Columns, other: Columns, definition: Definition) -> Columns:
    """Question by question, for what is better the higher it is."""
    names = [*definition.metrics, EFFICIENCY]
    return {name: [a - b for a, b in zip(mine[name], other[name], strict=True)] for name in names}


def figures(columns: Mapping[str, Sequence[float]], groups: Sequence[str], seed: int) -> dict[str, Figure]:
    """The mean of each column that has values, with its interval."""
    found: dict[str, Figure] = {}
    for name, column in columns.items():
        if not all(map(math.isnan, column)):
            interval = bootstrap([column], groups, seed)
            found[name] = Figure(value=interval.value, low=interval.low, high=interval.high)
    return found
