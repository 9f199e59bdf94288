"""The bundled embedder is the model it says it is, and the others load or say why not."""

import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from models.embedding import DEFAULT_EMBEDDER, OpenAIEmbedder, bundled_folder, open_embedder
from stores.errors import ModelAnswerUnusable, ModelUnavailable
from tests.integration.fake_openai import FAKE_DIMENSION, Embeds, Fails, FakeOpenAI, Garbage
from tests.integration.processes import free_port

TEXTS = [
    "What is my sister's name?",
    "",
    " ",
    "x",
    "안녕하세요, 저는 서울에 살고 고양이를 키워요.",
    "私は東京に住んでいて、来週の金曜日に引っ越します。",
    "我妹妹的生日是五月七日。",
    "naïve café, Größe, 🙂🎉",
    "supercalifragilistic" * 20,
    "She said that the train to Lyon leaves at seven. " * 200,
    "1234567890 !?.,;:\n\ttabs and\r\nlines",
]


@pytest.fixture(scope="module")
def reference() -> Any:
    """sentence-transformers' own vectors of the same weights."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch and its friends, at import
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(bundled_folder()), device="cpu").encode(TEXTS, normalize_embeddings=True)


def test_single_texts_equal_sentence_transformers(reference: Any) -> None:
    embedder = open_embedder()
    ours = np.array([embedder.embed_query(text) for text in TEXTS])
    np.testing.assert_allclose(ours, reference, atol=2e-6)


def test_batches_equal_sentence_transformers(reference: Any) -> None:
    ours = np.array(open_embedder().embed_documents(TEXTS * 20))
    np.testing.assert_allclose(ours, np.tile(reference, (20, 1)), atol=2e-6)


def test_vectors_have_length_one_and_the_dimension() -> None:
    embedder = open_embedder()
    vectors = np.array(embedder.embed_documents(TEXTS))
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_many_threads_get_the_vectors_of_one() -> None:
    embedder = open_embedder()
    texts = [f"Thread {number} talks about {TEXTS[number % 4]}" for number in range(40)]
    alone = embedder.embed_documents(texts)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(embedder.embed_query, texts))
    np.testing.assert_allclose(together, alone, atol=2e-6)


def test_the_bundled_embedder_imports_nothing_heavy() -> None:
    script = (
        "import sys; from models.embedding import open_embedder; open_embedder().embed_query('hello');"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'langchain_openai', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.filterwarnings("ignore")
def test_a_folder_loads_through_sentence_transformers(reference: Any) -> None:
    embedder = open_embedder(str(bundled_folder()))
    assert embedder.dimension == 384
    assert embedder.name == str(bundled_folder())
    np.testing.assert_allclose(embedder.embed_documents(TEXTS), reference, atol=2e-6)


@pytest.mark.filterwarnings("ignore")
def test_a_model_that_is_not_there_is_a_clear_error(tmp_path: Any) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be loaded") as caught:
        open_embedder(str(tmp_path)).embed_query("hello")
    assert DEFAULT_EMBEDDER in caught.value.hint


@pytest.mark.timeout(60)
def test_a_model_that_nobody_can_be_asked_for_is_a_clear_error_at_once() -> None:
    script = "from models.embedding import open_embedder; open_embedder('nobody/knows-it').embed_query('hello')"
    environment = {**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{free_port()}", "HF_HUB_OFFLINE": ""}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert "ModelUnavailable: The embedder nobody/knows-it cannot be loaded" in done.stderr
    assert "Retrying" not in done.stderr


def test_openai_embeddings_go_to_the_endpoint_as_text() -> None:
    with FakeOpenAI() as endpoint:
        embedder = OpenAIEmbedder("fake", base_url=endpoint.url)
        assert embedder.name == "openai:fake"
        assert embedder.dimension == FAKE_DIMENSION
        first, second = embedder.embed_documents(["one", "two"])
        assert first != second
        assert endpoint.embedding_requests[-1]["input"] == ["one", "two"]
        assert embedder.embed_query("three") == embedder.embed_query("three")
        assert len(endpoint.embedding_requests) == 3


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Fails(401), ModelUnavailable),
        (Fails(404), ModelUnavailable),
        (Fails(500), ModelUnavailable),
        (Garbage(), ModelAnswerUnusable),
        (Garbage("{not json", "application/json"), ModelAnswerUnusable),
        (Garbage('{"data": []}', "application/json"), ModelAnswerUnusable),
        (Embeds(fewer=1), ModelAnswerUnusable),
    ],
)
def test_openai_embeddings_fail_clearly(reply: Any, kind: type[Exception]) -> None:
    with FakeOpenAI(embeddings=[reply]) as endpoint, pytest.raises(kind):
        OpenAIEmbedder("fake", base_url=endpoint.url, retries=1).embed_documents(["one", "two"])
