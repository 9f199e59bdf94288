"""What an eval finds, as a document and as a table."""

from pydantic import BaseModel, ConfigDict
from rich.table import Table

LARGE = 100  # whole numbers say enough
METRIC_WIDTH = 16
FEW = 4  # systems whose intervals fit beside one another


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(Strict):
    """A mean with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


class Result(Strict):
    """The figures of every system on every metric.

    Attributes:
        name: The eval's.
        data: What it was measured on, in words: data set, sample, how many.
        seed: Of sampling and resampling.
        differences: By how much the first system is better than each of the others, question by question.
        shown: The metrics that a plot shows; those that differ only in the number after the @ make a curve.
    """

    name: str
    data: str
    seed: int
    systems: dict[str, dict[str, Figure]]
    differences: dict[str, dict[str, Figure]] = {}
    shown: tuple[str, ...] = ()


def table_of(result: Result) -> Table:
    """The result as a table: one row a metric, one column a system; where there are many systems, without the intervals."""
    intervals = len(result.systems) <= FEW
    caption = f"{result.data}; seed {result.seed}" + ("; 95 % bootstrap intervals" if intervals else "")
    table = Table(title=result.name, caption=caption, caption_justify="left")
    table.add_column("metric", min_width=METRIC_WIDTH)
    for system in result.systems:
        table.add_column(system, justify="right")
    metrics = dict.fromkeys(metric for figures in result.systems.values() for metric in figures)
    for metric in metrics:
        table.add_row(metric, *(_cell(figures.get(metric), intervals) for figures in result.systems.values()))
    return table


def differences_of(result: Result) -> Table:
    """By how much the first system is better on what is shown: one row for each of the others."""
    first = next(iter(result.systems))
    table = Table(title=f"{first} minus each other, question by question", caption="95 % bootstrap intervals", caption_justify="left")
    table.add_column("system")
    for metric in result.shown:
        table.add_column(metric, justify="right")
    for system, figures in result.differences.items():
        table.add_row(system, *(_signed(figures.get(metric)) for metric in result.shown))
    return table


def _cell(figure: Figure | None, interval: bool) -> str:
    if figure is None:
        return ""
    digits = 0 if abs(figure.value) >= LARGE else 3
    return f"{figure.value:.{digits}f}" + (f" [{figure.low:.{digits}f}, {figure.high:.{digits}f}]" if interval else "")


def _signed(figure: Figure | None) -> str:
    return f"{figure.value:+.3f} [{figure.low:+.3f}, {figure.high:+.3f}]" if figure else ""
