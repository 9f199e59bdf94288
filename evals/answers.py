"""Does it answer from memory, and say honestly when it does not know?

LoCoMo's dev half and LongMemEval_S. Every system sees the same memories: what recall gives at k = 10 (see `evals.cases`). The baseline
quotes the sentence with the highest cosine, and says "not known" below a fixed threshold. Two stronger ones leave questions out, and quote
as LocalMind does, with speaker and date; the last also gets the threshold at which it refuses as many answerable questions as LocalMind.
Only questions of LongMemEval_S on which nothing was trained are asked (`part_of`).

    python -m evals.answers --data FOLDER [--limit N] [--seed N] [--json]
"""

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from evals.cases import LONGMEMEVAL, Case, DataSet, locomo_cases, longmemeval_cases
from evals.result import Figure, Result, table_of
from evals.scoring import bootstrap, contains, token_f1, token_recall
from evals.vectors import KeptVectors
from models.embedding import open_embedder
from models.local.sentences import is_question, sentences
from models.local_mind import LocalMind
from models.mind import AnswerRequest, Character, Moment
from models.times import ago, date_in_words
from stores.embedder import Embedder

NAME = "answers"
LOCAL = "local mind"
COSINE = "highest cosine"
STATEMENT = "highest cosine, no questions"
MATCHED = "highest cosine, no questions, matched"
# What tells answerable from not best on the training half of LongMemEval_S; `python -m evals.training.evidence` prints them.
# With and without questions it is the same.
COSINE_THRESHOLD = 0.555
NOT_APPLICABLE = math.nan


@dataclass(frozen=True)
class Given:
    """What a system gave for a case: its text, and whether it says that the answer is not known."""

    text: str
    not_known: bool


@dataclass(frozen=True)
class Best:
    """The sentence of a case's memories with the highest cosine, and that cosine."""

    text: str
    cosine: float


def run(data: Path, limit: int | None = None, seed: int = 0, folder: Path | None = None) -> Result:
    """Ask every question, score every system.

    Args:
        data: The folder that holds `locomo` and `longmemeval_s`.
        limit: How many questions to draw from each data set; all where it is None.
        seed: Of drawing and of the bootstrap.
        folder: Where vectors are kept between runs; the user's cache folder where it is None.

    Raises:
        InputError: A data set is missing.
    """
    with KeptVectors.open(open_embedder(), folder) as embedder:
        cases = list(locomo_cases(data, embedder, limit, seed))
        cases += longmemeval_cases(data, embedder, limit, seed, part="held out")
        cases += longmemeval_cases(data, embedder, limit, seed, part="held out", without_evidence=True)
        given = answers_of(cases, embedder)
    return Result(name=NAME, data=described(cases, limit), seed=seed, systems=figures_of(cases, given, seed))


def answers_of(cases: Sequence[Case], embedder: Embedder) -> dict[str, list[Given]]:
    """What each system gives for each case."""
    mind = LocalMind(embedder)
    local = [local_answer(mind, case) for case in cases]
    best = [nearest_sentence(case, embedder) for case in cases]
    stated = [nearest_statement(case, embedder) for case in cases]
    thresholds = matched_thresholds(cases, local, stated)
    return {
        LOCAL: local,
        COSINE: [Given(one.text, one.cosine < COSINE_THRESHOLD) for one in best],
        STATEMENT: [Given(one.text, one.cosine < COSINE_THRESHOLD) for one in stated],
        MATCHED: [Given(one.text, one.cosine < thresholds[case.data]) for one, case in zip(stated, cases, strict=True)],
    }


def local_answer(mind: LocalMind, case: Case) -> Given:
    """LocalMind's last word, with every layer searched."""
    request = AnswerRequest(
        words=case.question, character=Character(id="eval"), moment=Moment(case.asked_at), memories=case.memories, may_lack=False
    )
    answer = mind.answer(request)
    return Given(answer.text, answer.not_known)


def nearest_sentence(case: Case, embedder: Embedder) -> Best:
    """The baseline: of all sentences of the memories, the one with the highest cosine with the question."""
    return _nearest(case, [part for memory in case.memories for part in sentences(memory.text)], embedder)


def nearest_statement(case: Case, embedder: Embedder) -> Best:
    """The stronger baseline: the same without questions, and with who said it and when, as LocalMind has it."""
    stated = {part: memory for memory in case.memories for part in sentences(memory.text) if not is_question(part)}
    best = _nearest(case, list(stated), embedder)
    if not best.text:
        return best
    said = stated[best.text]
    day = date_in_words(said.said_at)
    return Best(f'{said.speaker} said {ago(said.said_at, case.asked_at)} ({day}): "{best.text}"', best.cosine)


def _nearest(case: Case, texts: Sequence[str], embedder: Embedder) -> Best:
    if not texts:
        return Best("", -1.0)
    cosines = np.asarray(embedder.embed_documents(list(texts))) @ np.asarray(embedder.embed_query(case.question))
    at = int(cosines.argmax())
    return Best(texts[at], float(cosines[at]))


def matched_thresholds(cases: Sequence[Case], local: Sequence[Given], best: Sequence[Best]) -> dict[DataSet, float]:
    """For each data set the threshold at which the baseline refuses as many answerable questions as LocalMind does: chosen on these
    very questions, so in the baseline's favour."""
    thresholds: dict[DataSet, float] = {}
    for data in {case.data for case in cases}:
        rows = [at for at, case in enumerate(cases) if case.data == data and case.answerable]
        refused = sum(local[at].not_known for at in rows)
        ordered = sorted(best[at].cosine for at in rows)
        thresholds[data] = ordered[refused] if refused < len(ordered) else math.inf
    return thresholds


def figures_of(cases: Sequence[Case], given: dict[str, list[Given]], seed: int) -> dict[str, dict[str, Figure]]:
    """Every metric of every system, and the paired differences between LocalMind and each baseline; what no case measures is left out."""
    columns = {system: metric_columns(cases, answers) for system, answers in given.items()}
    for other in (COSINE, STATEMENT, MATCHED):
        columns[f"{LOCAL} minus {other}"] = {metric: _minus(values, columns[other][metric]) for metric, values in columns[LOCAL].items()}
    groups = [f"{case.data} {case.group}" for case in cases]
    figures = {system: {metric: _figure(values, groups, seed) for metric, values in found.items()} for system, found in columns.items()}
    return {system: {metric: one for metric, one in found.items() if not math.isnan(one.value)} for system, found in figures.items()}


Columns = list[list[float]]


def metric_columns(cases: Sequence[Case], given: Sequence[Given]) -> dict[str, Columns]:
    """The values behind each metric, one a case, by data set.

    `balance` is the mean of containment over what can be answered and of honest refusals over what cannot; `balance_f1` takes F1 for
    containment. A refusal contains nothing and has F1 0.
    """
    metrics: dict[str, Columns] = {}
    for data in dict.fromkeys(case.data for case in cases):
        contained = _over(cases, given, data, True, lambda case, text: contains(text, case.gold))
        f1 = _over(cases, given, data, True, lambda case, text: token_f1(text, case.gold))
        recall = _over(cases, given, data, True, lambda case, text: token_recall(text, case.gold))
        false_refusals = [
            float(one.not_known) if _asks(case, data, True) else NOT_APPLICABLE for case, one in zip(cases, given, strict=True)
        ]
        honest = [float(one.not_known) if _asks(case, data, False) else NOT_APPLICABLE for case, one in zip(cases, given, strict=True)]
        metrics |= {
            f"{data}.containment": [contained],
            f"{data}.f1": [f1],
            f"{data}.token_recall": [recall],
            f"{data}.false_refusals": [false_refusals],
            f"{data}.honest": [honest],
            f"{data}.balance": [contained, honest],
            f"{data}.balance_f1": [f1, honest],
        }
    removed = [float(one.not_known) if case.kind == "removed" else NOT_APPLICABLE for case, one in zip(cases, given, strict=True)]
    return metrics | {"longmemeval.honest_removed": [removed]}


def _asks(case: Case, data: DataSet, answerable: bool) -> bool:
    return case.data == data and case.answerable is answerable and case.kind != "removed"


def _over(
    cases: Sequence[Case], given: Sequence[Given], data: DataSet, answerable: bool, score: Callable[[Case, str], float]
) -> list[float]:
    """The score of each answer that was asked for; a refusal scores 0."""
    return [
        (0.0 if one.not_known else score(case, one.text)) if _asks(case, data, answerable) else NOT_APPLICABLE
        for case, one in zip(cases, given, strict=True)
    ]


def _minus(first: Columns, second: Columns) -> Columns:
    return [[a - b for a, b in zip(one, other, strict=True)] for one, other in zip(first, second, strict=True)]


def _figure(columns: Columns, groups: Sequence[str], seed: int) -> Figure:
    """The metric's mean, resampling the groups it was measured on."""
    rows = [at for at in range(len(groups)) if not all(math.isnan(column[at]) for column in columns)]
    found = bootstrap([[column[at] for at in rows] for column in columns], [groups[at] for at in rows], seed)
    return Figure(value=found.value, low=found.low, high=found.high)


def described(cases: Sequence[Case], limit: int | None) -> str:
    """What was measured, in words."""
    locomo = sum(case.data == "locomo" for case in cases)
    longmemeval = sum(case.data == "longmemeval" and case.kind != "removed" for case in cases)
    sample = "all questions" if limit is None else f"a sample of {limit} questions a data set"
    return f"{sample}: LoCoMo dev half {locomo}, {LONGMEMEVAL} held-out half {longmemeval} (haystacks shortlisted by BM25)"


def main() -> None:
    """Run alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    result = run(asked.data, asked.limit, asked.seed)
    console = Console()
    if asked.json:
        console.print_json(result.model_dump_json())
    else:
        console.print(table_of(result))


if __name__ == "__main__":
    main()
