"""How the ranking head is trained: what networks learn, and that scores are probabilities."""

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from models.relevance.head import bounded

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # torch, at import
    from evals.training import ranking as train_ranking
    from evals.training.ranking import PLAIN, PRIOR, Example, head_of, trained

CANDIDATES = 30


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_ranking, "EPOCHS", 6)
    monkeypatch.setattr(train_ranking, "SEEDS", (0,))


def example(kind: str, seed: int, *, telling: float, plain: float) -> Example:
    """One of the candidates answers; by how much a signal and the plain similarities are higher for it, noise apart."""
    random = np.random.default_rng(seed)
    place = int(random.integers(CANDIDATES))
    answers = np.eye(CANDIDATES)[place]
    signal = telling * answers + random.normal(scale=0.5, size=CANDIDATES)
    return Example(kind, signal[:, None], plain * answers + random.uniform(0, 0.5, CANDIDATES), [[place]], True)


def examples(kind: str, *, telling: float, plain: float = 0.0, count: int = 40) -> list[Example]:
    return [example(kind, seed, telling=telling, plain=plain) for seed in range(count)]


def share_first(scores: NDArray[np.float64], one: Example) -> float:
    """The share of its pieces of evidence with a candidate among the first ten."""
    first = set(np.argsort(-scores)[:10].tolist())
    return float(np.mean([not first.isdisjoint(piece) for piece in one.pieces]))


def test_networks_learn_which_signal_tells() -> None:
    found = trained(examples("a", telling=3), seeds=(0,))
    assert np.mean([share_first(found.scores(one), one) for one in examples("b", telling=3, count=20)]) > 0.95
    (one,) = examples("b", telling=3, count=1)
    by_hand = found.networks[0].logits(bounded((one.signals - found.centre) / found.scale))
    np.testing.assert_allclose(found.scores(one), by_hand)


def test_the_score_of_a_head_is_how_often_it_is_right() -> None:
    known, unseen = examples("a", telling=2, plain=0.5, count=80), examples("a", telling=2, plain=0.5, count=60)
    made = head_of(known, ["telling"], np.zeros(4))
    assert made.prior == {name: PRIOR * weight for name, weight in PLAIN.items()}
    plain = {"dense": 1.0, "words": 1.0, "before": 1.0, "after": 1.0}  # times their weights 1.5 in all
    given = [{"telling": one.signals[:, 0], **{name: one.plain * share / 1.5 for name, share in plain.items()}} for one in unseen]
    chances = np.concatenate([made.probabilities(one) for one in given])
    assert chances.sum() == pytest.approx(len(unseen), rel=0.2)
    answers = np.concatenate([np.eye(CANDIDATES)[one.pieces[0][0]] for one in unseen])
    assert chances[answers == 1].mean() > 10 * chances[answers == 0].mean()
