"""What does each option of recall bring: newer first, no repetition, a second search near the first's best?

Each is on for itself, beside recall as it ships, on every data set with a head that was not trained on it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from evals import locomo, madial, own, realmem
from evals.haystack import Haystack
from evals.recall import Definition, measured, result_of
from evals.result import Figure, Result
from evals.retrievers import Mneme, unseen_ranker
from evals.vectors import KeptVectors
from graph.assembly import shared_ranker
from models.embedding import open_embedder
from models.ranker import DiverseRanker
from stores.ranking import DecayingRanker, Ranker

NAME = "options"
SHIPPED = "as it ships"
HITS = 3  # that the query is moved towards


@dataclass(frozen=True)
class DataSet:
    """Where questions come from, and which of the metrics are told."""

    haystacks: Callable[[Path, int | None, int], Iterable[Haystack]]
    definition: Definition
    metrics: tuple[str, ...]


DATA_SETS: Mapping[str, DataSet] = {
    "locomo": DataSet(locomo.haystacks, locomo.DEFINITION, ("turn R@5", "turn R@10")),
    "realmem": DataSet(realmem.haystacks, realmem.DEFINITION, ("session all@5", "session all@10")),
    "madial": DataSet(madial.haystacks, madial.DEFINITION, ("recall@5", "recall@10")),
    "own": DataSet(lambda data, limit, seed: own.haystacks(own.CONVERSATIONS, limit, seed), own.DEFINITION, ("turn R@5", "turn R@10")),
}


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """Recall with each option and without.

    Args:
        data: The folder of the data sets.
        limit: How many questions of each are drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    found = {name: compared(name, one, data, limit, seed) for name, one in DATA_SETS.items()}
    systems, differences = (
        {system: named(system, {name: getattr(one, kind) for name, one in found.items()}) for system in getattr(found["own"], kind)}
        for kind in ("systems", "differences")
    )
    questions = "questions: " + ", ".join(f"{name} {one.data}" for name, one in found.items())
    shown = tuple(f"{name}: {metric}" for name, one in DATA_SETS.items() for metric in one.metrics[1:])
    return Result(name=NAME, data=questions, seed=seed, systems=systems, differences=differences, shown=shown)


def compared(name: str, one: DataSet, data: Path, limit: int | None, seed: int) -> Result:
    """The figures of every option on one data set."""
    with KeptVectors.open(open_embedder()) as embedder:
        ranker: Ranker = unseen_ranker(name) or shared_ranker()
        shipped = Mneme(embedder, SHIPPED, ranker)
        options = [
            replace(shipped, name="decaying", ranker=DecayingRanker(ranker)),
            replace(shipped, name="diverse", ranker=DiverseRanker(ranker)),
            replace(shipped, name=f"widening {HITS}", widening=HITS),
        ]
        found = measured(one.haystacks(data, limit, seed), [shipped, *options], embedder)
    return result_of(one.definition, found, f"{len(found.questions)}", seed)


def named(system: str, figures: Mapping[str, Mapping[str, Mapping[str, Figure]]]) -> dict[str, Figure]:
    """The figures of a system that are told, by data set and metric."""
    told = (
        ((f"{name}: {metric}", figures[name][system][metric]) for metric in DATA_SETS[name].metrics if metric in figures[name][system])
        for name in figures
    )
    return dict(chain.from_iterable(told))
