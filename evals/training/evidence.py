"""Trains the evidence head: how sentences are ordered, and whether the best one answers at all.

    python -m evals.training.evidence --data FOLDER

Trained on the half of LongMemEval_S (MIT) that `evals.answers` does not ask. Which sentence of an answering message answers is not marked
there: one that holds the gold answer, or half of its words, counts. Questions become unanswerable in four ways: the data set's
own abstentions; haystacks without the answering sessions; a word of the question taken for another; and two people, made of the two
haystacks, where the question is asked of the wrong one. LoCoMo is never read here.

The weights that order sentences are set by hand, rounded from the fitted ones, because they do as well on the other half (the
command tells both). `asked` and `dated` have no fitted counterpart: LongMemEval has no two people who answer each other.
"""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from evals.answers import Best, nearest_sentence, nearest_statement
from evals.cases import Case, Part, longmemeval_cases
from evals.scoring import contains, token_recall
from evals.vectors import KeptVectors
from models.embedding import open_embedder
from models.local.evidence import Embeds, Evidence, Source, linear, weigh
from models.local.head import HEADS, Head, decision_signals, load_head
from models.local.questions import Question, read_question
from models.local.sources import sources_of
from models.mind import AnswerRequest, Character, Moment

MATCHES = ("cosine", "overlap", "context", "asked", "names", "kind", "person", "dated", "specific")
ORDERING = (*MATCHES, "recall", "memory", "news", "length", "newest", "oldest")
DECIDING = ("score", "own_lead", "highest_cosine", "named", "bias")
# How many of the questions it could answer the head may refuse: once every layer was searched, and while a deeper layer is left.
REFUSED, REFUSED_CLIMBING = 0.15, 0.3
SEED = 0
PARTS: tuple[Part, Part] = ("training", "held out")
ELSEWHERE = "\x00"
HALF_THE_WORDS = 0.5
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A case as the head sees it, and whether it can be answered from its memories."""

    case: Case
    question: Question
    evidence: list[Evidence]
    answerable: bool


def example_of(case: Case, embedder: Embeds, head: Head) -> Example:
    """The case's evidence: every sentence that was weighed."""
    question = _question(case)
    return Example(case, question, weigh(question, _sources(case), embedder, head.weights), case.answerable and case.found)


def _question(case: Case) -> Question:
    return read_question(case.question, asked_at=case.asked_at)


def _sources(case: Case) -> list[Source]:
    return sources_of(AnswerRequest(case.question, Character("eval"), Moment(case.asked_at), memories=case.memories))


def taken_for_another(case: Case, embedder: Embeds, head: Head, random: Random) -> Example:
    """The case with one word of its question, a name where it has one, replaced by a word that no memory has."""
    question = _question(case)
    gone = random.choice(sorted(question.names or question.content))
    swapped = replace(
        question,
        content=tuple(stem + ELSEWHERE * (stem == gone) for stem in question.content),
        names=frozenset(stem + ELSEWHERE * (stem == gone) for stem in question.names),
    )
    return Example(case, swapped, weigh(swapped, _sources(case), embedder, head.weights), False)


def of_two_people(case: Case, without: Case, embedder: Embeds, head: Head) -> list[Example]:
    """Ada says what the user said in the case, Ben what was recalled without the answering sessions; the question is asked of each."""
    said = [replace(source, speaker="Ada") for source in _sources(case) if source.role == "user"]
    said += [replace(source, id=f"ben {source.id}", speaker="Ben") for source in _sources(without) if source.role == "user"]
    sources = sorted(said, key=lambda source: source.said_at or case.asked_at)
    question = _question(case)
    asked = {name: replace(question, subject="named", people=(name,)) for name in ("Ada", "Ben")}
    weighed = {name: weigh(one, sources, embedder, head.weights) for name, one in asked.items()}
    return [Example(case, asked[name], weighed[name], name == "Ada" and case.answerable and case.found) for name in asked if weighed[name]]


def label(example: Example, evidence: Evidence) -> float:
    """1 where the sentence answers, 0 where it cannot, NaN where the data do not say."""
    if evidence.passage.source.id not in example.case.evidence:
        return 0.0
    text, gold = evidence.passage.text, example.case.gold
    return 1.0 if contains(text, gold) or token_recall(text, gold) >= HALF_THE_WORDS else math.nan


def fit_ordering(examples: Sequence[Example]) -> dict[str, float]:
    """Logistic regression over sentences; each question weighs the same."""
    rows: list[list[float]] = []
    labels: list[float] = []
    weights: list[float] = []
    for example in examples:
        marked = [(one, label(example, one)) for one in example.evidence]
        known = [(one, mark) for one, mark in marked if not math.isnan(mark)]
        positives = sum(mark for _, mark in known)
        if positives:
            rows += [[one.signals[name] for name in ORDERING] for one, _ in known]
            labels += [mark for _, mark in known]
            weights += [1 / positives if mark else 1 / (len(known) - positives) for _, mark in known]
    model = LogisticRegression(C=1.0, max_iter=1000).fit(np.array(rows), np.array(labels), sample_weight=np.array(weights))
    return {name: round(float(weight), 3) for name, weight in zip(ORDERING, model.coef_[0], strict=True)}


def ranks(examples: Sequence[Example], weights: Mapping[str, float]) -> list[int]:
    """At which place, from 0, the first answering sentence of each example comes; examples without one are left out."""
    found: list[int] = []
    for example in examples:
        ordered = sorted(example.evidence, key=lambda one: -linear(one.signals, weights))
        labels = [mark for mark in (label(example, one) for one in ordered) if not math.isnan(mark)]
        if 1.0 in labels:
            found.append(labels.index(1.0))
    return found


def deciding_rows(examples: Sequence[Example], head: Head) -> Floats:
    """What the decision rests on, one row an example."""
    return np.array([[decision_signals(one.question, one.evidence, head.weights)[name] for name in DECIDING] for one in examples])


def fit_decision(examples: Sequence[Example], head: Head) -> dict[str, float]:
    """Logistic regression over questions, both outcomes weighed the same."""
    answerable = np.array([one.answerable for one in examples])
    model = LogisticRegression(C=10.0, max_iter=5000, class_weight="balanced", fit_intercept=False)
    model.fit(deciding_rows(examples, head), answerable)
    return {name: round(float(weight), 3) for name, weight in zip(DECIDING, model.coef_[0], strict=True)}


def trained(examples: Sequence[Example], head: Head) -> Head:
    """The head with a decision fitted to the examples, and its thresholds by REFUSED and REFUSED_CLIMBING."""
    fitted = head.model_copy(update={"answerable": fit_decision(examples, head)})
    given = [fitted.probability(one.question, one.evidence) for one in examples if one.answerable]
    thresholds = {
        "threshold": round(float(np.quantile(given, REFUSED)), 3),
        "climbing": round(float(np.quantile(given, REFUSED_CLIMBING)), 3),
    }
    return fitted.model_copy(update=thresholds)


def best_threshold(best: Sequence[Best], answerable: Sequence[bool]) -> float:
    """The cosine with the highest mean of answered among answerable and refused among the others (Youden 1950)."""
    cosines, real = np.array([one.cosine for one in best]), np.array(answerable)
    balance = {one: (np.mean(cosines[real] >= one) + np.mean(cosines[~real] < one)) / 2 for one in np.unique(cosines)}
    return float(max(balance, key=lambda one: balance[one]))


def sets_of(cases: Sequence[Case], without: Sequence[Case], embedder: Embeds, head: Head) -> dict[str, list[Example]]:
    """The examples by how they came to be."""
    random, beside = Random(SEED), {case.id.removesuffix("_without"): case for case in without}
    answerable = [case for case in cases if case.answerable]
    sets = {
        "as asked": [example_of(case, embedder, head) for case in cases],
        "without evidence": [example_of(case, embedder, head) for case in without],
        "a word taken for another": [taken_for_another(case, embedder, head, random) for case in answerable],
        "two people": [one for case in answerable for one in of_two_people(case, beside[case.id], embedder, head)],
    }
    return {name: [one for one in found if one.evidence] for name, found in sets.items()}


def main() -> None:
    """Fit on one half, tell the figures of the other, write the head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    asked, console, before = parser.parse_args(), Console(), load_head()
    with KeptVectors.open(open_embedder()) as embedder:
        halves: list[dict[str, list[Example]]] = []
        for part in PARTS:
            cases = list(longmemeval_cases(asked.data, embedder, asked.limit, part=part))
            without = list(longmemeval_cases(asked.data, embedder, asked.limit, part=part, without_evidence=True))
            halves.append(sets_of(cases, without, embedder, before))
        mine = [one.case for name in ("as asked", "without evidence") for one in halves[0][name]]
        real = [case.answerable and case.found for case in mine]
        cosines = {
            pick.__name__: best_threshold([pick(case, embedder) for case in mine], real) for pick in (nearest_sentence, nearest_statement)
        }
    head = trained([one for found in halves[0].values() for one in found], before)
    tell(console, head, halves, fit_ordering(halves[0]["as asked"]), cosines)
    (HEADS / "evidence.json").write_text(json.dumps(head.model_dump(), indent=2) + "\n", "utf-8")


def tell(
    console: Console, head: Head, halves: Sequence[dict[str, list[Example]]], fitted: Mapping[str, float], cosines: Mapping[str, float]
) -> None:
    """The figures of the card."""
    console.print("fitted ordering", fitted)
    console.print("decision", head.answerable, head.threshold, head.climbing, "baselines' cosines", cosines)
    for half, sets in zip(PARTS, halves, strict=True):
        for name, weights in (("by hand", head.weights), ("fitted", fitted), ("cosine", {"cosine": 1.0})):
            places = np.array(ranks(sets["as asked"], weights))
            console.print(half, name, f"{len(places)} questions, first {np.mean(places == 0):.3f}, of three {np.mean(places < 3):.3f}")
        answerable = [one for one in sets["as asked"] if one.answerable]
        for name, found in sets.items():
            wrong = [one for one in found if not one.answerable]
            console.print(half, name, len(answerable), len(wrong), f"area under the curve {area(head, answerable, wrong):.3f}")
    own = [one for one in halves[1]["two people"] if one.answerable]
    wrong = [one for one in halves[1]["two people"] if not one.answerable]
    console.print("held out two people, among themselves", len(own), len(wrong), f"{area(head, own, wrong):.3f}")


def area(head: Head, answerable: Sequence[Example], wrong: Sequence[Example]) -> float:
    """How often the head holds an answerable example for likelier than one that is not (area under the ROC curve)."""
    given = [head.probability(one.question, one.evidence) for one in (*answerable, *wrong)]
    return float(roc_auc_score([1] * len(answerable) + [0] * len(wrong), given))


if __name__ == "__main__":
    main()
