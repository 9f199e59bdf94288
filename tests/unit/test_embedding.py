"""Caching and checks of the embedders, without a model."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import embedding
from models.embedding import CACHED_CHARACTERS, CachingEmbedder, OpenAIEmbedder, Purpose, VectorCache, open_embedder
from models.minilm import BATCH_TOKENS, _batches
from stores.errors import InputError, ModelUnavailable


class Counting(CachingEmbedder):
    """Embeds a text as its length, and keeps what it was asked."""

    def __init__(self, two_sided: bool = False) -> None:
        super().__init__("counting")
        self.asked: list[tuple[list[str], Purpose]] = []
        self.two_sided = two_sided

    @property
    def dimension(self) -> int:
        return 1

    def _tells_purposes_apart(self) -> bool:
        return self.two_sided

    def _embed(self, texts: Sequence[str], purpose: Purpose) -> list[list[float]]:
        self.asked.append((list(texts), purpose))
        return [[float(len(text))] for text in texts]


def test_a_text_is_embedded_once_as_document_and_query() -> None:
    embedder = Counting()
    assert embedder.embed_documents(["hello"]) == [[5.0]]
    assert embedder.embed_query("hello") == [5.0]
    assert embedder.asked == [(["hello"], "document")]


def test_a_model_with_prompts_keeps_questions_apart_from_documents() -> None:
    embedder = Counting(two_sided=True)
    embedder.embed_documents(["hello"])
    embedder.embed_query("hello")
    embedder.embed_query("hello")
    assert [purpose for _, purpose in embedder.asked] == ["document", "query"]


def test_a_batch_goes_to_the_model_whole() -> None:
    embedder = Counting()
    assert embedder.embed_documents(["a", "bb", "a"]) == [[1.0], [2.0], [1.0]]
    assert embedder.asked == [(["a", "bb", "a"], "document")]


def test_no_texts_ask_nothing() -> None:
    embedder = Counting()
    assert embedder.embed_documents([]) == []
    assert embedder.asked == []


def test_long_texts_are_not_kept() -> None:
    embedder, text = Counting(), "x" * (CACHED_CHARACTERS + 1)
    embedder.embed_query(text)
    embedder.embed_query(text)
    assert len(embedder.asked) == 2


def test_a_caller_may_change_its_vector() -> None:
    embedder = Counting()
    embedder.embed_query("hello").append(7)
    embedder.embed_query("hello").append(7)
    assert embedder.embed_query("hello") == [5.0]


def test_half_a_character_is_refused() -> None:
    with pytest.raises(InputError, match="surrogate"):
        Counting().embed_query("\ud800")
    with pytest.raises(InputError, match="surrogate"):
        Counting().embed_documents(["fine", "\ud800"])


def test_the_cache_drops_what_was_asked_longest_ago() -> None:
    cache, made = VectorCache(size=2), []

    def ask(text: str) -> None:
        cache.get((text, ""), lambda: made.append(text) or [0.0])  # type: ignore[func-returns-value]

    for text in ("a", "b", "a", "c", "a", "b"):
        ask(text)
    assert made == ["a", "b", "c", "b"]


def test_the_cache_serves_many_threads() -> None:
    cache = VectorCache(size=4)
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(lambda n: cache.get((str(n % 7), ""), lambda: [float(n % 7)]), range(500)))
    assert vectors == [[float(n % 7)] for n in range(500)]


def test_failures_are_not_kept() -> None:
    cache = VectorCache()

    def fail() -> list[float]:
        raise ModelUnavailable("down")

    with pytest.raises(ModelUnavailable):
        cache.get(("a", ""), fail)
    assert cache.get(("a", ""), lambda: [1.0]) == [1.0]


def test_batches_hold_every_text_once_and_little_padding() -> None:
    lengths = [3, 256, 5, 4, 256, 256, 256, 256, 2]
    batches = list(_batches(lengths))
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert all(max(lengths[index] for index in batch) * len(batch) <= BATCH_TOKENS for batch in batches)


def test_names_choose_the_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert open_embedder() is open_embedder("all-MiniLM-L6-v2")
    assert isinstance(open_embedder("openai:text-embedding-3-small"), OpenAIEmbedder)
    assert open_embedder("openai:text-embedding-3-small").dimension == 1536
    assert open_embedder("some/model").name == "some/model"


@pytest.mark.parametrize("name", ["", "  ", "openai:"])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="no name"):
        open_embedder(name)


def test_openai_without_a_key_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ModelUnavailable, match="No key"):
        open_embedder("openai:text-embedding-3-small")


def test_a_missing_package_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "BUNDLED_PACKAGE", "no_such_package_anywhere")
    with pytest.raises(ModelUnavailable, match="not installed"):
        embedding.BundledEmbedder().embed_query("hello")
