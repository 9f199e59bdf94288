"""The eval of the read gate: how many memories each system shows, and what that brings."""

import pytest

from evals.gate import ALWAYS, GATED, MOST, ROUTER, figures, of_best, taken_by
from evals.looks import Look
from models.read_gate import Found, ReadGate, Weights
from stores.memory_store import TAKEN

WEIGHTS = Weights(need=1.0, intercept=0.0, open_from=0.4)
GATE = ReadGate(embedder="any", latin=WEIGHTS, wide=WEIGHTS)


def look(need: float, layer: int = 2) -> Look:
    """Each of its memories takes ten tokens; what it needs is in the last three of twenty."""
    tokens, evidence = tuple(10 * number for number in range(TAKEN + 1)), (*([0.0] * (TAKEN - 2)), 0.25, 0.5, 1.0)
    return Look("own", "g", "en", "What is my cat called?", layer, need, Found(), tokens, evidence)


def test_each_system_shows_so_many() -> None:
    takes = taken_by({"g": GATE})
    assert [takes[ALWAYS](look(need)) for need in (0.01, 0.99)] == [12, 12]
    assert [takes[MOST](look(need)) for need in (0.01, 0.99)] == [TAKEN, TAKEN]
    assert [takes[ROUTER](look(need)) for need in (0.01, 0.99)] == [0, TAKEN]
    assert [takes[GATED](look(need)) for need in (0.01, 0.5, 0.75, 0.99)] == [0, 10, 15, 20]


@pytest.mark.parametrize(("number", "expected"), [(0, 0.0), (1, 0.5), (2, 1.0), (20, 1.0)])
def test_where_fewer_are_found_all_are_shown(number: int, expected: float) -> None:
    assert of_best((0.0, 0.5, 1.0), number) == expected


def test_the_figures_are_of_what_is_shown() -> None:
    seen = [look(0.99), look(0.01), look(0.01, 0), look(0.75, 0)]
    found = {
        name: {metric: figure.value for metric, figure in figures(seen, takes, 0).items()} for name, takes in taken_by({"g": GATE}).items()
    }
    assert list(found[GATED].values()) == [0.5, 75.0, 0.5]
    assert list(found[ALWAYS].values()) == [0.0, 120.0, 0.0]
    assert list(found[MOST].values()) == [0.0, 200.0, 1.0]
