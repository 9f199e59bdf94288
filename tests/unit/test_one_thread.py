"""Products of matrices are computed in the thread that asks for them, once words or texts are looked at."""

import subprocess
import sys

import pytest

PROGRAM = """
from threadpoolctl import threadpool_info
import numpy
{use}
print({{one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}})
"""


@pytest.mark.parametrize(
    "use",
    [
        "from models.relevance.word_vectors import load_word_vectors; load_word_vectors()",
        "from models.embedding import open_embedder; open_embedder().embed_query('x')",
    ],
)
def test_no_other_thread_takes_part(use: str) -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM.format(use=use)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "{1}"
