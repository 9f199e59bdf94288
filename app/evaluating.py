"""Runs an evaluation for the command line."""

import json
from pathlib import Path

from app.console import out, print_json
from evals.registry import NEED_NO_DATA, eval_named
from evals.result import Result, differences_of, table_of
from stores.errors import InputError


def evaluate(name: str, data: Path | None, limit: int | None, seed: int, *, as_json: bool, folder: Path | None = None) -> None:
    """Run the evaluation of that name and print its figures; with a folder, also write them there, with a plot where there is one.

    Raises:
        InputError: There is no such evaluation, or no data, or nothing can be written to the folder.
    """
    run = eval_named(name)
    if name not in NEED_NO_DATA and (data is None or not data.exists()):
        what = f"The data sets are not at {data}." if data else "This evaluation needs data sets."
        raise InputError(what, "Name their folder with --data, or in MNEME_DATA.")
    result = run(data or Path(), limit, seed)
    if folder:
        keep(result, folder)
    if as_json:
        print_json(result.model_dump(mode="json"))
        return
    out.print(table_of(result))
    if result.differences:
        out.print(differences_of(result))


def keep(result: Result, folder: Path) -> None:
    """Write the figures to NAME.json, and what is to be shown to NAME.png.

    Raises:
        InputError: Nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{result.name}.json").write_text(json.dumps(result.model_dump(mode="json"), indent=2) + "\n", "utf-8")
        if result.shown:
            draw(result, folder / f"{result.name}.png")
    except OSError as error:
        raise InputError(f"The figures cannot be written to {folder}: {error.strerror}.", "Name another folder with --out.") from error


def draw(result: Result, file: Path) -> None:
    """Draw what is to be shown.

    Raises:
        InputError: matplotlib is not installed.
    """
    try:
        from evals.plots import plot

        plot(result, file)
    except ImportError as error:
        raise InputError("Plots need matplotlib.", "Install mneme with the extra `plots`.") from error
