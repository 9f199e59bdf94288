"""A head: a few trained numbers that weigh evidence, read from a JSON file with a card beside it."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from models.local.evidence import Evidence, linear
from models.local.questions import Question

HEADS = Path(__file__).parents[1] / "heads"


class Head(BaseModel):
    """How evidence is weighed.

    Attributes:
        weights: Signal to weight: how sentences are ordered.
        answerable: Signal of the best sentence to weight: whether it answers at all; `bias` is added.
        threshold: The least probability at which the best sentence is given as an answer, once every layer was tried.
        climbing: The same while a deeper layer may still find better.
        close: How far below the best score another sentence may lie to be quoted beside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: Mapping[str, float]
    answerable: Mapping[str, float]
    threshold: float
    climbing: float
    close: float

    def answers(self, question: Question, evidence: Sequence[Evidence], *, climbing: bool) -> bool:
        """Whether the best of the evidence answers the question."""
        return self.probability(question, evidence) >= (self.climbing if climbing else self.threshold)

    def probability(self, question: Question, evidence: Sequence[Evidence]) -> float:
        """How probable it is that the best of the evidence answers the question; 0 where there is none."""
        if not evidence:
            return 0.0
        return 1 / (1 + math.exp(-linear(decision_signals(question, evidence, self.weights), self.answerable)))


def decision_signals(question: Question, evidence: Sequence[Evidence], weights: Mapping[str, float]) -> dict[str, float]:
    """What the decision rests on: the best sentence's signals, and how far it stands out. Evidence comes best first."""
    best = evidence[0]
    rest = [one.score for one in evidence[1:6]]
    return {
        **best.signals,
        "bias": 1.0,
        "score": best.score,
        "margin": best.score - rest[0] if rest else 0.0,
        "spread": best.score - sum(rest) / len(rest) if rest else 0.0,
        "highest_cosine": max(one.signals["cosine"] for one in evidence),
        "named": max(one.signals["names"] for one in evidence[:3]),
        "seen": _seen(question, evidence),
        "own_lead": own_lead(question, evidence, weights),
    }


def _seen(question: Question, evidence: Sequence[Evidence]) -> float:
    """The share of the question's telling words that any of the evidence has in its source."""
    had = {stem for one in evidence for stem in one.passage.context | one.passage.asked}
    return sum(stem in had for stem in question.content) / len(question.content) if question.content else 1.0


def own_lead(question: Question, evidence: Sequence[Evidence], weights: Mapping[str, float]) -> float:
    """How much better the sentences about whom the question asks about fit than those about somebody else.

    Below 0, the question seems to take one person for another. 0 where it names nobody: an
    assistant repeats what its user says, so between these two it tells nothing.
    """
    if question.subject != "named":
        return 0.0
    apart = [(one.signals["person"], one.score - weights.get("person", 0.0) * one.signals["person"]) for one in evidence]
    own = max((score for fits, score in apart if fits > 0.5), default=0.0)
    others = max((score for fits, score in apart if fits <= -0.5), default=0.0)
    return own - others


@lru_cache(maxsize=4)
def load_head(name: str = "evidence") -> Head:
    """The head that ships under this name.

    Raises:
        OSError, ValueError: The file is missing or is not a head.
    """
    return Head.model_validate(json.loads((HEADS / f"{name}.json").read_text("utf-8")))
