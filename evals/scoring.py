"""Scores of an answer beside the gold one, and how sure a mean is."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ARTICLES = re.compile(r"\b(?:a|an|the)\b")
RESAMPLES = 2000
COVERED = 0.025, 0.975
NUMERALS = {
    word: str(count)
    for count, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}


Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Interval:
    """A mean, and the bounds between which it lies in 95 % of the resamples."""

    value: float
    low: float
    high: float


def normalised(text: str) -> str:
    """SQuAD's normalisation (Rajpurkar et al. 2016): lower case, no punctuation, no articles, single spaces; small numbers as digits.

    The last is added here: "twice two" and "2" must not differ in LoCoMo and LongMemEval, whose gold answers mix both.
    """
    bare = "".join(" " if letter in "-–—/" else letter for letter in text.lower())
    bare = "".join(letter for letter in bare if letter not in set(string.punctuation) | set("“”‘’…"))
    return " ".join(NUMERALS.get(word, word) for word in ARTICLES.sub(" ", bare).split())


def contains(answer: str, gold: str) -> float:
    """1 where the normalised gold answer stands in the normalised answer as whole words, else 0."""
    wanted = normalised(gold)
    return float(bool(wanted) and f" {wanted} " in f" {normalised(answer)} ")


def token_overlap(answer: str, gold: str) -> tuple[float, float, float]:
    """Precision, recall and F1 over the tokens both have (SQuAD)."""
    said, wanted = normalised(answer).split(), normalised(gold).split()
    shared = sum((Counter(said) & Counter(wanted)).values())
    if not shared:
        return 0.0, 0.0, 0.0
    precision, recall = shared / len(said), shared / len(wanted)
    return precision, recall, 2 * precision * recall / (precision + recall)


def token_f1(answer: str, gold: str) -> float:
    """The harmonic mean of token precision and recall, between 0 and 1."""
    return token_overlap(answer, gold)[2]


def token_recall(answer: str, gold: str) -> float:
    """The share of the gold answer's tokens that the answer has, between 0 and 1."""
    return token_overlap(answer, gold)[1]


def bootstrap(columns: Sequence[Sequence[float]], groups: Sequence[str], seed: int, resamples: int = RESAMPLES) -> Interval:
    """The mean of the columns' means with a 95 % percentile interval, resampling whole groups (cluster bootstrap; Efron 1979).

    Args:
        columns: Each has one value a question. NaN is left out: it says that the column does not apply to the question.
        groups: One a question: what is resampled together, such as the conversation that questions share.
        seed: Of the resampling.
        resamples: How many. One that leaves a column without values is left out.
    """
    places = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    rows = np.array([places[group] for group in groups], dtype=np.int64)
    picks = np.random.default_rng(seed).integers(0, max(len(places), 1), (resamples, len(places)))
    whole, drawn = np.zeros(len(columns)), np.zeros((len(columns), resamples))
    for at, column in enumerate(columns):
        sums, counts = _by_group(np.asarray(column, dtype=np.float64), rows, len(places))
        with np.errstate(invalid="ignore", divide="ignore"):
            whole[at] = sums.sum() / counts.sum()
            drawn[at] = sums[picks].sum(axis=1) / counts[picks].sum(axis=1)
    means = drawn.mean(axis=0)
    means = means[~np.isnan(means)]
    low, high = np.quantile(means, COVERED) if len(means) else (np.nan, np.nan)
    return Interval(float(whole.mean()), float(low), float(high))


def _by_group(values: Floats, rows: Places, count: int) -> tuple[Floats, Floats]:
    """Each group's sum and number of the values that are numbers."""
    real = ~np.isnan(values)
    sums = np.bincount(rows[real], weights=values[real], minlength=count)
    return sums.astype(np.float64), np.bincount(rows[real], minlength=count).astype(np.float64)
