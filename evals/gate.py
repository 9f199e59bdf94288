"""Do memories reach the prompt only where they help, and as many as help? The router and the read gate, beside recalling always."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evals.looks import Look, looks
from evals.result import Figure, Result
from evals.scoring import bootstrap
from evals.training.gate import PERMISSIVE, WIDE_LANGUAGES, trained
from models.read_gate import ReadGate, load_read_gate
from models.routing.head import routing_head_for
from nodes.accounting import ALWAYS as USUAL
from stores.memory_store import TAKEN

NAME = "gate"
UNSEEN = "LoCoMo"
ALWAYS, MOST, ROUTER, GATED = "always recall, twelve", "always recall, twenty", "router alone", "router and gate"
SPARED, EVIDENCE, TOKENS = "turns of layer 0 spared", "evidence in the prompt", "memory tokens a turn of layer 0"

Takes = Callable[[Look], int]  # how many memories a turn is shown


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """For the memories of every data set: how many turns that need nothing get no memories, and what of the evidence is shown.

    Each gate, router and ranking head was trained without the data set that it is judged on; for Korean and Japanese, of which there are
    but four conversations, each gate without the conversation.

    Args:
        data: The folder of the data sets.
        limit: Of no use here; all are asked.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    seen = looks(data, (*PERMISSIVE, UNSEEN), seed)
    systems = taken_by(gates_without(seen))
    return Result(
        name=NAME,
        data=f"{len(seen):,} turns put to {len({one.group for one in seen})} memories",
        seed=seed,
        systems={name: figures(seen, takes, seed) for name, takes in systems.items()},
        shown=tuple(f"{whose}: {metric}" for metric in (SPARED, EVIDENCE) for whose in kinds_of(seen)),
    )


def gates_without(seen: Sequence[Look]) -> Mapping[str, ReadGate]:
    """For every memory a gate that has not seen it, nor, where its language is English, its data set."""
    known = [one for one in seen if one.data != UNSEEN]
    sets = {name: trained([one for one in known if one.data != name or one.language in WIDE_LANGUAGES]) for name in PERMISSIVE}
    found = {one.group: sets.get(one.data, load_read_gate()) for one in seen}
    wide = {one.group for one in known if one.language in WIDE_LANGUAGES}
    return found | {group: trained([one for one in known if one.group != group]) for group in wide}


def taken_by(gates: Mapping[str, ReadGate]) -> Mapping[str, Takes]:
    """How many memories each system shows for a look."""

    def let_through(one: Look) -> int:
        gate = gates[one.group]
        return gate.worth(one.words, gate.probability(one.words, one.need, one.found), TAKEN)

    def routed(one: Look) -> int:
        return TAKEN if one.need >= routing_head_for(one.words).recall_from else 0

    return {ALWAYS: lambda one: USUAL, MOST: lambda one: TAKEN, ROUTER: routed, GATED: let_through}


def figures(seen: Sequence[Look], takes: Takes, seed: int) -> dict[str, Figure]:
    """Those of every data set and language."""
    found: dict[str, Figure] = {}
    for whose, mine in kinds_of(seen).items():
        alone, asked = [one for one in mine if one.layer == 0], [one for one in mine if one.layer == 2]
        found[f"{whose}: {SPARED}"] = mean(alone, lambda one: float(not takes(one)), seed)
        found[f"{whose}: {TOKENS}"] = mean(alone, lambda one: of_best(one.tokens, takes(one)), seed)
        found[f"{whose}: {EVIDENCE}"] = mean(asked, lambda one: of_best(one.evidence, takes(one)), seed)
    return found


def of_best(values: Sequence[float], number: int) -> float:
    """What so many of the best memories give, or all where there are fewer."""
    return values[min(number, len(values) - 1)]


def kinds_of(seen: Sequence[Look]) -> Mapping[str, list[Look]]:
    """The looks by data set and language."""
    found: dict[str, list[Look]] = {}
    for one in seen:
        found.setdefault(f"{one.data}, {one.language}", []).append(one)
    return found


def mean(rows: Sequence[Look], value: Callable[[Look], float], seed: int) -> Figure:
    """A mean with its interval, memories resampled whole."""
    interval = bootstrap([[value(one) for one in rows]], [one.group for one in rows], seed)
    return Figure(value=interval.value, low=interval.low, high=interval.high)
