"""The evals by name. Each is imported when it is asked for: most need a model."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from evals.result import Result
from stores.errors import InputError

NAMES = (
    "answers", "commitments", "excerpts", "gate", "importance", "ladder", "latency", "layers", "locomo", "longmemeval", "madial", "options",
    "own", "realmem", "scale", "startup", "tokens",
)  # fmt: skip
EVALS = {name: f"evals.{name}" for name in NAMES}
NEED_NO_DATA = {"commitments", "latency", "own", "startup"}

Run = Callable[[Path, int | None, int], Result]


def eval_named(name: str) -> Run:
    """The function that runs an eval: `run(data, limit, seed)`, where `data` is the folder of the data sets.

    Raises:
        InputError: There is no such eval.
    """
    if name not in EVALS:
        raise InputError(f"There is no eval {name}.", f"There are: {', '.join(sorted(EVALS))}.")
    return cast(Run, import_module(EVALS[name]).run)
