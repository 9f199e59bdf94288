"""Does the ladder reach what the read gate keeps back? Turns that are shown nothing at first, as a reader of the prompt answers them."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from math import nan
from pathlib import Path
from random import Random
from statistics import fmean

from evals.gate import GATED, UNSEEN, gates_without, kinds_of, taken_by
from evals.looks import Look, looks
from evals.result import Figure, Result
from evals.scoring import bootstrap
from evals.training.gate import PERMISSIVE
from evals.turns import LANGUAGES
from models.briefing import answer_prompt
from models.embedding import open_embedder
from models.mind import AnswerRequest, Character, Layer, Mind, Moment
from models.minds import mind_for
from models.routing.head import routing_head_for
from nodes.ladder import TOP, rung_at
from stores.errors import InputError

NAME = "ladder"
BY_HAND = Path(__file__).parent / "data" / "ladder" / "answers.jsonl"
ASKED = 25  # of the turns of a layer that a kind of memory is kept back from
AT_ONCE = 16  # requests
NOW, YESTERDAY = datetime(2026, 6, 1, 8, tzinfo=UTC), datetime(2026, 5, 31, 18, 30, tzinfo=UTC)
MOMENT = Moment(NOW, last_turn_at=YESTERDAY, session_began_at=NOW, last_session_ended_at=YESTERDAY)
AT_FIRST, AT_LAST = "read gate", "read gate and ladder"
NEEDING: Layer = 2
METRICS: Mapping[Layer, str] = {NEEDING: "turns of layer 2 shown memories", 0: "turns of layer 0 spared"}

Shown = Callable[[Look], float]  # how probably a turn is shown memories


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """What is shown memories at first, and what once the reader, where nothing was shown, has said whether something is lacking.

    The turns are those of the eval `gate`, each the first of its thread; gates and routers have not seen the data set. Of the turns that
    are shown nothing some are answered, and their share stands for the others of the layer and kind of memory; the intervals leave out
    that this share is itself an estimate. The chat model that is set up answers them; where none is, the answers are those that ship with
    Mneme, which were written by hand upon reading the prompts.

    Args:
        data: The folder of the data sets.
        limit: How many turns of each layer and kind of memory are answered; 25 where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format, or none of the recorded answers is to a prompt of a layer and kind of memory.
        ModelError: The endpoint does not answer, or not usably.
    """
    mind = mind_for("auto", "", open_embedder())
    seen = looks(data, (*PERMISSIVE, UNSEEN), seed)
    takes = taken_by(gates_without(seen))[GATED]
    judged = [one for one in seen if one.layer in METRICS]
    shut = [one for one in judged if not takes(one)]
    climbs = by_hand(shut) if mind.name == "local" else climbing(sampled(shut, limit or ASKED, seed), mind)
    systems: Mapping[str, Shown] = {AT_FIRST: lambda one: float(bool(takes(one))), AT_LAST: after_the_ladder(judged, climbs, takes)}
    reader = "hand" if mind.name == "local" else mind.model
    return Result(
        name=NAME,
        data=f"{len(judged):,} turns put to {len({one.group for one in judged})} memories, {len(climbs)} answered by {reader}",
        seed=seed,
        systems={name: figures(judged, shown, seed) for name, shown in systems.items()},
        shown=tuple(f"{language}: {metric}" for metric in METRICS.values() for language in LANGUAGES),
    )


def strata(rows: Sequence[Look]) -> Mapping[tuple[str, int], list[Look]]:
    """The looks by kind of memory and layer."""
    return {(kind, layer): [one for one in mine if one.layer == layer] for kind, mine in kinds_of(rows).items() for layer in METRICS}


def sampled(shut: Sequence[Look], most: int, seed: int) -> list[Look]:
    """Of each layer and kind of memory so many, no words twice."""
    chance, found = Random(seed), dict[str, Look]()
    for rows in strata(shut).values():
        distinct = list({one.words: one for one in rows}.values())
        found |= {one.words: one for one in chance.sample(distinct, min(most, len(distinct)))}
    return list(found.values())


def climbing(asked: Sequence[Look], mind: Mind) -> Mapping[str, bool]:
    """By their words, whether the model says of turns that are shown nothing that it lacks something."""
    with ThreadPoolExecutor(AT_ONCE) as several:
        answers = several.map(lambda one: mind.answer(request_for(one)), asked)
        return {one.words: bool(answer.lacking) for one, answer in zip(asked, answers, strict=True)}


def by_hand(shut: Sequence[Look]) -> Mapping[str, bool]:
    """The same, of the turns whose prompts were answered in the recording; where a prompt was changed since, there is no answer to it."""
    answers = [json.loads(line) for line in BY_HAND.read_text("utf-8").splitlines()]
    lacking = {one["prompt"]: bool(one["lacking"]) for one in answers}
    return {one.words: lacking[key] for one in shut if (key := hash_of(request_for(one))) in lacking}


def hash_of(request: AnswerRequest) -> str:
    """By what a prompt is known in the recording: its words may belong to a data set."""
    return sha256(f"{answer_prompt(request)}\n{request.words}".encode()).hexdigest()[:16]


def request_for(look: Look) -> AnswerRequest:
    """The first attempt at a turn that opens a thread, of whose memories nothing is shown."""
    rung = TOP if look.need >= routing_head_for(look.words).recall_from else rung_at(0)
    return AnswerRequest(look.words, Character("Mneme"), MOMENT, depth=rung.told_where(begun=False), deeper=rung is not TOP)


def after_the_ladder(judged: Sequence[Look], climbs: Mapping[str, bool], takes: Callable[[Look], int]) -> Shown:
    """How probably each turn is shown memories in the end: as the model said, or as it said of others like it."""
    rates = {key: rate(rows, climbs) for key, rows in strata([one for one in judged if not takes(one)]).items()}
    kinds = {id(one): kind for kind, mine in kinds_of(judged).items() for one in mine}

    def shown(one: Look) -> float:
        return 1.0 if takes(one) else float(climbs.get(one.words, rates[kinds[id(one)], one.layer]))

    return shown


def rate(rows: Sequence[Look], climbs: Mapping[str, bool]) -> float:
    """The share of those that were answered in which the model climbs; 0 where there are no rows.

    Raises:
        InputError: None of them was answered.
    """
    answered = [climbs[one.words] for one in rows if one.words in climbs]
    if rows and not answered:
        raise InputError(
            f"None of {len(rows)} turns like {rows[0].words[:60]!r}, which are shown nothing, has a recorded answer.",
            "The prompt was changed since they were recorded: set OPENAI_BASE_URL, so that a model answers them.",
        )
    return fmean(answered) if answered else 0.0


def figures(judged: Sequence[Look], shown: Shown, seed: int) -> dict[str, Figure]:
    """Those of every language, the mean of its kinds of memory, and of every kind."""
    kinds = kinds_of(judged)
    languages = {language: [kind for kind in kinds if kind.endswith(language)] for language in LANGUAGES}
    wholes = {whose: members for whose, members in languages.items() if members} | {kind: [kind] for kind in kinds}
    return {
        f"{whose}: {metric}": mean_of({kind: [one for one in kinds[kind] if one.layer == layer] for kind in members}, shown, layer, seed)
        for whose, members in wholes.items()
        for layer, metric in METRICS.items()
    }


def mean_of(kinds: Mapping[str, Sequence[Look]], shown: Shown, layer: Layer, seed: int) -> Figure:
    """The mean over kinds of memory, each weighing the same, with its interval: memories resampled whole."""
    rows = [(kind, one) for kind, mine in kinds.items() for one in mine]
    values = [shown(one) if layer == NEEDING else 1 - shown(one) for _, one in rows]
    columns = [[value if kind == mine else nan for (kind, _), value in zip(rows, values, strict=True)] for mine in kinds]
    mean = bootstrap(columns, [one.group for _, one in rows], seed)
    return Figure(value=mean.value, low=mean.low, high=mean.high)
