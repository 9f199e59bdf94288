"""The eval of scale, on a few records made from a few turns."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals import scale
from evals.scale import Shape, remembered, searched, share_found
from evals.session_records import Source, batches, made_records, unit_rows
from stores.pieces import message_pieces
from tests.fakes import HashEmbedder

TURNS = [
    f"The {thing} of my {who} is {colour}." for thing in ("boat", "hat", "cat") for who in ("aunt", "boss") for colour in ("red", "old")
]
LONG = " ".join(f"Sentence {number} is about sailing and tea." for number in range(60))


@pytest.fixture
def source() -> Source:
    embedder = HashEmbedder()
    turns = tuple(("Ada", text) for text in (*TURNS, LONG))
    vectors = tuple(unit_rows(np.array(embedder.embed_documents(message_pieces(text)), np.float32)) for _, text in turns)
    questions = ("What colour is the hat of my aunt?", "Whose boat is red?", "Who talked about sailing?")
    return Source("hash", turns, vectors, {one: embedder.embed_query(one) for one in questions})


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps run in this process, and a few records are worth an index."""

    def run(function: Callable[..., Any], *given: Any) -> Any:
        return function(*given)

    monkeypatch.setattr(scale, "alone", run)
    monkeypatch.setattr(scale, "WORTH_INDEXING", 60)


def test_made_records_say_something_else_each_and_lie_near_the_turn_they_begin_with(source: Source) -> None:
    records, vectors = made_records(source, range(100), 100)
    assert len({one.id for one in records}) == 100
    assert [one.text for one in records[: len(source.turns)]] == [text for _, text in source.turns]
    for number, rows in enumerate(vectors):
        assert len(rows) == len(message_pieces(records[number].text))
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
        assert float(rows[0] @ source.vectors[number % len(source.turns)][0]) > 0.7


def test_what_is_as_near_as_the_nearest_counts_as_found() -> None:
    assert share_found([0.9, 0.5, 0.4], [0.9, 0.6, 0.5], 3) == 2 / 3
    assert share_found([0.9, 0.5], [0.9, 0.5], 10) == 1


def test_a_batch_is_of_one_user() -> None:
    assert [list(one) for one in batches(7, 3, 2)] == [[0, 1], [2], [3, 4], [5], [6]]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("shape", [Shape(60, 60), Shape(60, 20)])
def test_a_small_memory_gives_all_that_comparing_everything_finds(source: Source, shape: Shape, tmp_path: Path) -> None:
    figures = remembered(source, shape, seed=1)
    assert figures["found of the nearest 10"].value == figures["indexed: found of the nearest 10"].value == 1
    assert {"records written a second", "disk, MB", "recall, ms p95", "index, s", "indexed: by words, ms p50"} <= figures.keys()


@pytest.mark.usefixtures("here")
def test_each_code_is_measured_before_and_after_indexing(source: Source) -> None:
    figures = searched(source, Shape(40, 40), "int8", seed=1)
    assert figures["found of the nearest 10"].value == figures["indexed: found of the nearest 10"].value == 1
