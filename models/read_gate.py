"""How much of what recall found is worth a place in the prompt: the second look, after the router and the search; no model call."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from heapq import nlargest
from math import ceil, exp, log
from pathlib import Path
from statistics import median
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from models.names_said import share_named
from models.routing.signals import WIDE
from stores.engines.words import RUN, terms
from stores.pieces import HANGUL
from stores.ranking import Candidate

HEADS = Path(__file__).parent / "heads"
READ_GATE = "read_gate"
HOW = re.compile("[ぁ-ゖー]+")
BEST = 8  # of those taken, however many that are
LEAST = 1e-3  # keeps a logit finite
LEAST_NEED = 0.02  # what the router holds for less probable is not always so: the words of a turn do not tell all that it draws on


class Found(NamedTuple):
    """How well what was found fits a turn.

    Attributes:
        score: The logit of the best score.
        similarity: The highest cosine.
        gap: How far that lies above the median of the eight best taken.
        words: The highest BM25.
        known: What share of its telling words stands in any candidate: of a turn in Korean and Japanese its terms, rare ones counting more,
            else its names and rare words; between 0 and 1.
        hangul: 1 where the turn has Korean letters, else 0: MiniLM's cosines of Korean texts are high, whatever they say.
    """

    score: float = 0.0
    similarity: float = 0.0
    gap: float = 0.0
    words: float = 0.0
    known: float = 0.0
    hangul: float = 0.0


WITH_NOTHING = Found()


class Weights(BaseModel):
    """Of a logistic regression over how probably the turn needs memory and how well the best that was found fits it.

    Attributes:
        need: The weight of the logit of the router's probability that the turn needs memory.
        score: The others, of what was found (`Found`); what has none is not weighed.
        intercept: What is added.
        open_from: From which probability the memories are shown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    need: float
    score: float = 0.0
    similarity: float = 0.0
    gap: float = 0.0
    words: float = 0.0
    known: float = 0.0
    hangul: float = 0.0
    intercept: float
    open_from: float

    @property
    def row(self) -> tuple[float, ...]:
        """The weights in the order of what they weigh."""
        return self.need, self.score, self.similarity, self.gap, self.words, self.known, self.hangul


class ReadGate(BaseModel):
    """Shows of what was found as much as the turn probably needs, or nothing.

    Attributes:
        embedder: The embedder whose cosines it weighs.
        latin: How turns in Latin and most other letters are weighed; `wide`, those in Korean and Japanese, whose vectors tell less.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedder: str
    latin: Weights
    wide: Weights

    def weights_for(self, words: str) -> Weights:
        """Those of the letters that the words are written in."""
        return self.wide if WIDE.search(words) else self.latin

    def worth(self, words: str, probability: float, most: int) -> int:
        """How many memories a turn is shown that so probably needs them: of the most that share, or none where that is too little."""
        return ceil(probability * most) if probability >= self.weights_for(words).open_from else 0

    def probability(self, words: str, need: float, found: Found) -> float:
        """How probable it is that the turn needs the memories found.

        Args:
            words: What the user said.
            need: How probably it needs any, before the search; between 0 and 1.
            found: How well they fit (`fit_of`).
        """
        weights = self.weights_for(words)
        weighed = zip(weights.row, (need_logit(need), *found), strict=True)
        return 1 / (1 + exp(-(weights.intercept + sum(weight * value for weight, value in weighed))))


def fit_of(words: str, candidates: Sequence[Candidate]) -> Found:
    """How well the candidates fit the words that were looked for."""
    taken = [one for one in candidates if one.taken]
    if not taken:
        return WITH_NOTHING
    highest = max(one.signals["similarity"] for one in candidates)
    middle = median(one.signals["similarity"] for one in nlargest(BEST, taken, key=lambda one: one.score))
    lexical = max(one.signals["bm25"] for one in candidates)
    known = known_share(words, [one.record.text for one in candidates])
    return Found(logit(max(one.score for one in taken)), highest, highest - middle, lexical, known, float(bool(HANGUL.search(words))))


def known_share(words: str, texts: Sequence[str]) -> float:
    """The share of what tells most in the words that stands in any of the texts."""
    return share_of_terms(words, texts) if WIDE.search(words) else share_named(words, texts)


def share_of_terms(words: str, texts: Sequence[str]) -> float:
    """The share of the terms of the words that stand in any of the texts, each by its BM25 weight among them (Robertson et al. 1995).

    Terms of hiragana alone tell how something is asked, and count only where there are no others.
    """
    found = {term for run in RUN.findall(words) for term in terms(run)}
    holding = {term: sum(term in text for text in texts) for term in {one for one in found if not HOW.fullmatch(one)} or found}
    rarity = {term: log(1 + (len(texts) - count + 0.5) / (count + 0.5)) for term, count in holding.items()}
    told = sum(rarity[term] for term, count in holding.items() if count)
    return told / sum(rarity.values()) if rarity else 0.0


def need_logit(need: float) -> float:
    """The logit of how probably a turn needs memory, as the gate weighs it."""
    return logit(max(need, LEAST_NEED))


def logit(probability: float) -> float:
    """The logarithm of the odds; finite also for 0 and 1."""
    return log((probability + LEAST) / (1 - probability + LEAST))


@lru_cache(maxsize=1)
def load_read_gate() -> ReadGate:
    """The gate that ships with Mneme.

    Raises:
        OSError, ValueError: The file is missing or is not a gate.
    """
    return ReadGate.model_validate(json.loads((HEADS / f"{READ_GATE}.json").read_text("utf-8")))
