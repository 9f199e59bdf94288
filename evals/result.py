"""What an eval finds, as a document and as a table."""

from pydantic import BaseModel, ConfigDict
from rich.table import Table


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
    """

    name: str
    data: str
    seed: int
    systems: dict[str, dict[str, Figure]]


def table_of(result: Result) -> Table:
    """The result as a table: one row a metric, one column a system."""
    table = Table(title=result.name, caption=f"{result.data}; seed {result.seed}; 95 % bootstrap intervals", caption_justify="left")
    table.add_column("metric")
    for system in result.systems:
        table.add_column(system, justify="right")
    metrics = dict.fromkeys(metric for figures in result.systems.values() for metric in figures)
    for metric in metrics:
        table.add_row(metric, *(_cell(figures.get(metric)) for figures in result.systems.values()))
    return table


def _cell(figure: Figure | None) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]" if figure else ""
