"""How long does a command take from a cold start? Whole processes, in a home folder of their own, with the local mind."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from evals.result import Figure, Result
from stores.errors import StoreError

NAME = "startup"
RUNS = 9
RESAMPLES = 2_000
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "mneme say": ("say", "What is my puppy called?", "--thread", "measured"),
    "mneme recall": ("recall", "puppy"),
    "mneme memories list": ("memories", "list"),
}


def run(data: Path | None = None, limit: int | None = None, seed: int = 0) -> Result:
    """Seconds of each command, the median of some runs after one that is not counted.

    Args:
        data: Not used.
        limit: How many runs; nine where it is None.
        seed: Of the bootstrap.
    """
    runs = limit or RUNS
    with TemporaryDirectory() as folder:
        timed(("say", "I adopted a puppy called Biscuit."), Path(folder))
        seconds = {name: [timed(command, Path(folder)) for _ in range(runs + 1)][1:] for name, command in COMMANDS.items()}
    systems = {name: {"seconds": median_figure(values, seed)} for name, values in seconds.items()}
    return Result(name=NAME, data=f"{runs} processes a command, median", seed=seed, systems=systems)


def timed(command: Sequence[str], home: Path) -> float:
    """Seconds that one process of the command takes.

    Raises:
        StoreError: The command failed.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "MNEME_"))}
    began = perf_counter()
    finished = subprocess.run(
        [sys.executable, "-m", "app", *command],
        env={**environment, "MNEME_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    spent = perf_counter() - began
    if finished.returncode:
        raise StoreError(f"mneme {' '.join(command)} failed: {finished.stderr.strip()}")
    return spent


def median_figure(values: Sequence[float], seed: int) -> Figure:
    """The median with its 95 % bootstrap interval."""
    random = np.random.default_rng(seed)
    medians = np.median(random.choice(values, (RESAMPLES, len(values))), axis=1)
    low, high = np.quantile(medians, (0.025, 0.975))
    return Figure(value=median(values), low=float(low), high=float(high))
