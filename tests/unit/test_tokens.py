"""Tokens: exact where the tokenizer's table is at hand, estimated else, and never downloaded."""

import gzip
from collections.abc import Iterator
from hashlib import sha1
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.turns import LANGUAGES, own
from models.tokens import ESTIMATE, TABLES, counter_for, estimated

MODEL, TOKENIZER = "gpt-4o-mini", "o200k_base"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty cache, and no way to fill it from elsewhere."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("asked the network")

    monkeypatch.setattr("tiktoken.load.read_file", refuse)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    counter_for.cache_clear()
    yield
    counter_for.cache_clear()


@pytest.fixture
def table(tmp_path: Path) -> None:
    """The table of gpt-4o's tokenizer in tiktoken's cache, as a download would leave it; it comes with another package."""
    package = find_spec("bpe_openai")  # never imported: it warns of itself
    assert package
    assert package.origin
    packed = (Path(package.origin).parent / "data" / f"{TOKENIZER}.tiktoken.gz").read_bytes()
    (tmp_path / sha1(TABLES.format(TOKENIZER).encode()).hexdigest()).write_bytes(gzip.decompress(packed))


@pytest.mark.usefixtures("table")
def test_a_known_model_is_counted_by_its_tokenizer() -> None:
    counter = counter_for(MODEL)
    assert counter.name == TOKENIZER
    assert [counter.count(text) for text in ("", "hello world", "<|endoftext|>")] == [0, 2, 7]


def test_without_the_table_a_known_model_is_estimated() -> None:
    assert counter_for(MODEL).name == ESTIMATE


@pytest.mark.parametrize("model", ["", "llama-of-my-own"])
def test_an_unknown_model_is_estimated(model: str) -> None:
    counter = counter_for(model)
    assert (counter.name, counter.count("Six words make about eight tokens.")) == (ESTIMATE, 8)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_estimate_of_peoples_talk_is_close(language: str) -> None:
    exact = counter_for(MODEL).count
    said = [turn.text for turn in own(Path()) if turn.language == language]
    assert sum(map(estimated, said)) == pytest.approx(sum(map(exact, said)), rel=0.15)


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(one: str, other: str) -> None:
    assert 0 <= estimated(one) <= estimated(f"{one} {other}") + 1
