"""The eval of answers on the real data sets, where they are: a small sample, enough to see that every part fits."""

import os
from pathlib import Path

import pytest

from evals.answers import COSINE, LOCAL, run

DATA = Path(os.environ.get("MNEME_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")


@pytest.mark.skipif(not (DATA / "locomo").exists() or not (DATA / "longmemeval_s").exists(), reason="needs the data sets: set MNEME_DATA")
def test_a_small_sample_gives_every_figure(tmp_path: Path) -> None:
    result = run(DATA, 1, 0, tmp_path)
    assert {LOCAL, COSINE} < set(result.systems)
    assert {"locomo.containment", "longmemeval.containment", "longmemeval.honest_removed"} < set(result.systems[LOCAL])
    assert "a sample of 1 questions" in result.data
