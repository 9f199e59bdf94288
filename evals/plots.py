"""A result as a picture: curves over k where the metrics shown differ only in it, else bars; with the intervals."""

import re
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from evals.result import Figure, Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIRST = "#c03a2b"
OTHERS = ("#2f5d8a", "#5b9bd5", "#3c8d5a", "#8fc06a", "#8a6bb1", "#b08d57", "#7f7f7f", "#444444", "#e2a32b")
MARKERS = "osD^vPX*hp"
FEW_LABELS = 6  # that fit beside one another
LABEL_WIDTH = 14  # letters of a line, where labels stand beside one another
TITLE_WIDTH = 78
FAR_APART = 20  # times the least: more than a plain axis shows
DEPTH = re.compile(r"(.*)@(\d+)$")


def plot(result: Result, file: Path) -> None:
    """Write the metrics that the result shows as a PNG.

    Raises:
        OSError: The file cannot be written.
    """
    # The object interface: pyplot would look for a screen.
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(10, 5.2), layout="constrained")
    axes = canvas.add_subplot()
    depths = depths_of(result.shown)
    draw_curves(axes, result, depths) if depths else draw_bars(axes, result)
    title = fill(f"{result.data} (95 % bootstrap intervals)", TITLE_WIDTH, break_on_hyphens=False)
    axes.set_title(title, loc="left", fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    canvas.legend(*axes.get_legend_handles_labels(), loc="outside right upper", frameon=False, fontsize=9)
    canvas.savefig(file, dpi=130)


def depths_of(shown: tuple[str, ...]) -> dict[int, str]:
    """The metrics by their k, where k is all they differ in; else nothing."""
    read = [DEPTH.match(metric) for metric in shown]
    if not all(read) or len({one[1] for one in read if one}) != 1:
        return {}
    return {int(one[2]): one[0] for one in read if one}


def draw_curves(axes: "Axes", result: Result, depths: dict[int, str]) -> None:
    """One line a system, side by side within a k so that the intervals can be told apart."""
    for place, (system, figures) in enumerate(result.systems.items()):
        found = [figures[metric] for metric in depths.values()]
        aside = 0.03 * (place - (len(result.systems) - 1) / 2)
        places = [at + aside for at in range(len(depths))]
        axes.errorbar(places, [one.value for one in found], spread(found), label=system, color=colour(place),
                      marker=MARKERS[place % len(MARKERS)],
                      linewidth=2.4 if place == 0 else 1.3, elinewidth=0.9, capsize=2, zorder=len(MARKERS) - place)  # fmt: skip
    axes.set_xticks(range(len(depths)), [str(k) for k in depths])
    axes.set_xlabel("k")
    axes.set_ylabel(next(iter(depths.values())).rpartition("@")[0] + "@k")
    values = [figures[metric].value for figures in result.systems.values() for metric in depths.values()]
    if min(values) > 0 and max(values) > 1 and max(values) / min(values) > FAR_APART:  # shares are read from 0
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)


def draw_bars(axes: "Axes", result: Result) -> None:
    """A group of bars a metric, one bar a system."""
    width = 0.84 / len(result.systems)
    for place, (system, figures) in enumerate(result.systems.items()):
        found = [figures[metric] for metric in result.shown]
        places = [at + width * (place - (len(result.systems) - 1) / 2) for at in range(len(found))]
        axes.bar(places, [one.value for one in found], width * 0.92, yerr=spread(found), label=system, color=colour(place),
                 error_kw={"elinewidth": 0.9, "capsize": 2, "ecolor": "#333333"})  # fmt: skip
    many = len(result.shown) > FEW_LABELS
    labels = [metric if many else fill(metric, LABEL_WIDTH) for metric in result.shown]
    axes.set_xticks(range(len(result.shown)), labels, rotation=30 if many else 0, ha="right" if many else "center")
    axes.set_ylim(0, 1)


def spread(found: list[Figure]) -> list[list[float]]:
    """How far the interval goes below and above each value."""
    return [[max(0.0, one.value - one.low) for one in found], [max(0.0, one.high - one.value) for one in found]]


def colour(place: int) -> str:
    """The first system stands out."""
    return FIRST if place == 0 else OTHERS[(place - 1) % len(OTHERS)]
