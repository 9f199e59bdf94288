"""Runs an evaluation for the command line."""

from pathlib import Path

from app.console import out, print_json
from evals.registry import NEED_NO_DATA, eval_named
from evals.result import table_of
from stores.errors import InputError


def evaluate(name: str, data: Path | None, limit: int | None, seed: int, *, as_json: bool) -> None:
    """Run the evaluation of that name and print its figures.

    Raises:
        InputError: There is no such evaluation, or no data.
    """
    run = eval_named(name)
    if name not in NEED_NO_DATA and (data is None or not data.exists()):
        what = f"The data sets are not at {data}." if data else "This evaluation needs data sets."
        raise InputError(what, "Name their folder with --data, or in MNEME_DATA.")
    result = run(data or Path(), limit, seed)
    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        out.print(table_of(result))
