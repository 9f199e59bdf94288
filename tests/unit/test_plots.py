"""Plots of figures: what their axes show."""

import pytest
from matplotlib.figure import Figure as Sheet

from evals.plots import depths_of, draw_curves
from evals.result import Figure, Result


@pytest.mark.parametrize(
    ("values", "scale"), [((0.004, 0.3), "linear"), ((2.0, 300.0), "log"), ((2.0, 30.0), "linear"), ((0.0, 300.0), "linear")]
)
def test_only_amounts_far_apart_are_drawn_by_powers_of_ten(values: tuple[float, float], scale: str) -> None:
    figures = {f"recall@{k}": Figure(value=one, low=one, high=one) for k, one in zip((1, 3), values, strict=True)}
    result = Result(name="x", data="x", seed=0, systems={"Mneme": figures}, shown=tuple(figures))
    axes = Sheet().add_subplot()
    draw_curves(axes, result, depths_of(result.shown))
    assert axes.get_yscale() == scale
    assert scale == "log" or axes.get_ylim()[0] == 0
