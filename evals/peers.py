"""Other projects' memories, with the same embedder and no language model; they come with the extra `peers`."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evals.haystack import Haystack, Question
from evals.retrievers import Retriever, Search
from stores.embedder import Embedder


def peers(embedder: Embedder) -> list[Retriever]:
    """Those that are installed."""
    return [Mem0(embedder)] if find_spec("mem0") else []


class ForMem0:
    """An embedder as mem0 calls it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed(self, text: str, memory_action: str | None = None) -> list[float]:
        return self._embedder.embed_documents([text])[0] if memory_action == "add" else self._embedder.embed_query(text)

    def embed_batch(self, texts: list[str], memory_action: str | None = None) -> list[list[float]]:
        return self._embedder.embed_documents(texts)


@dataclass
class Mem0:
    """mem0 with a local Qdrant folder, told to keep what it is given as it is (`infer=False`): a memory a record, its words whole."""

    embedder: Embedder
    name: str = "mem0"

    @contextmanager
    def over(self, haystack: Haystack) -> Iterator[Search]:
        with TemporaryDirectory() as folder:
            memory = opened(Path(folder), self.embedder)
            try:
                for record, text in zip(haystack.records, haystack.texts, strict=True):
                    known = {"record": record.id, "said_at": record.said_at.timestamp()}
                    memory.add(text, user_id=haystack.id, metadata=known, infer=False)
                yield lambda question: searched(memory, haystack, question)
            finally:
                memory.vector_store.client.close()


def searched(memory: Any, haystack: Haystack, question: Question) -> Sequence[str]:
    """The records of what mem0 gives, without what was said later than is asked for: all are fetched, so nothing is lost by it."""
    found = memory.search(question.text, filters={"user_id": haystack.id}, top_k=len(haystack.records), threshold=0.0)["results"]
    until = (question.until or datetime.max.replace(tzinfo=UTC)).timestamp()
    return list(dict.fromkeys(one["metadata"]["record"] for one in found if one["metadata"]["said_at"] <= until))


def opened(folder: Path, embedder: Embedder) -> Any:
    """A mem0 memory in the folder. The keys are never used: it wants a language model and an embedder named, and calls neither."""
    os.environ.setdefault("MEM0_TELEMETRY", "False")  # before it is imported
    os.environ.setdefault("MEM0_DIR", str(folder))
    mem0, configs = import_module("mem0"), import_module("mem0.configs.base")  # by name, for it is installed only with the extra
    store = {"path": str(folder / "qdrant"), "embedding_model_dims": embedder.dimension, "collection_name": "peers"}
    unused = {"provider": "openai", "config": {"api_key": "unused"}}
    config = configs.MemoryConfig(
        vector_store={"provider": "qdrant", "config": store}, llm=unused, embedder=unused, history_db_path=str(folder / "history.db")
    )
    memory = mem0.Memory(config)
    memory.embedding_model = ForMem0(embedder)
    return memory
