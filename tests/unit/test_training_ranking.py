"""How the ranking head is trained: what networks learn, how far they are trusted, and that scores are probabilities."""

import warnings

import numpy as np
import pytest
from rich.console import Console

from models.relevance.head import bounded

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # torch, at import
    from evals.training import ranking as train_ranking
    from evals.training.ranking import PLAIN, PRIORS, Example, head_of, prior_by_kinds, share_found, trained

CANDIDATES = 30
QUIET = Console(quiet=True)


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


def test_a_piece_is_found_where_one_of_its_candidates_is_among_the_first() -> None:
    one = Example("a", np.zeros((40, 1)), np.zeros(40), [[0, 39], [20], [5]], True)
    falling = -np.arange(40.0)
    assert share_found(falling, one) == pytest.approx(2 / 3)
    assert share_found(-falling, one) == pytest.approx(1 / 3)


def test_networks_learn_which_signal_tells() -> None:
    found = trained(examples("a", telling=3), seeds=(0,))
    assert np.mean([share_found(found.scores(one), one) for one in examples("b", telling=3, count=20)]) > 0.95
    (one,) = examples("b", telling=3, count=1)
    by_hand = found.networks[0].logits(bounded((one.signals - found.centre) / found.scale))
    np.testing.assert_allclose(found.scores(one), by_hand)


def test_similarities_count_much_where_what_was_learned_misleads_on_another_kind() -> None:
    misleading = [*examples("a", telling=3, plain=1), *examples("b", telling=-3, plain=1)]
    assert prior_by_kinds(misleading, QUIET) >= 4


def test_similarities_count_for_nothing_where_they_only_disturb() -> None:
    helping = [*examples("a", telling=1.2), *examples("b", telling=1.2)]
    assert prior_by_kinds(helping, QUIET) <= 2
    assert PRIORS[0] == 0


def test_the_score_of_a_head_is_how_often_it_is_right() -> None:
    known, unseen = examples("a", telling=2, plain=0.5, count=80), examples("a", telling=2, plain=0.5, count=60)
    made = head_of(known, ["telling"], np.zeros(4), prior=2.0)
    assert made.prior == {name: 2 * weight for name, weight in PLAIN.items()}
    plain = {"dense": 1.0, "words": 1.0, "before": 1.0, "after": 1.0}  # times their weights 1.5 in all
    given = [{"telling": one.signals[:, 0], **{name: one.plain * share / 1.5 for name, share in plain.items()}} for one in unseen]
    chances = np.concatenate([made.probabilities(one) for one in given])
    assert chances.sum() == pytest.approx(len(unseen), rel=0.2)
    answers = np.concatenate([np.eye(CANDIDATES)[one.pieces[0][0]] for one in unseen])
    assert chances[answers == 1].mean() > 10 * chances[answers == 0].mean()
