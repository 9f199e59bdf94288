"""Other projects' memories, with the same embedder and no language model; they come with the extra `peers`."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.haystack import Haystack, Question
from evals.retrievers import DEPTH, Retriever, Search
from stores.batches import batched
from stores.embedder import Embedder
from stores.memory_store import WRITE_BATCH


def peers(embedder: Embedder) -> list[Retriever]:
    """Those that are installed."""
    made: dict[str, type[Mem0] | type[MemPalace]] = {"mem0": Mem0, "mempalace": MemPalace}
    return [peer(embedder) for package, peer in made.items() if find_spec(package)]


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
            memory = self._opened(Path(folder))
            try:
                for record, text in zip(haystack.records, haystack.texts, strict=True):
                    known = {"record": record.id, "said_at": record.said_at.timestamp()}
                    memory.add(text, user_id=haystack.id, metadata=known, infer=False)
                yield lambda question: self._searched(memory, haystack, question)
            finally:
                memory.vector_store.client.close()

    def _opened(self, folder: Path) -> Any:
        """A mem0 memory in the folder. The keys are never used: it wants a language model and an embedder named, and calls neither."""
        os.environ.setdefault("MEM0_TELEMETRY", "False")  # before it is imported
        os.environ.setdefault("MEM0_DIR", str(folder))
        mem0, configs = import_module("mem0"), import_module("mem0.configs.base")  # by name, for it is installed only with the extra
        store = {"path": str(folder / "qdrant"), "embedding_model_dims": self.embedder.dimension, "collection_name": "peers"}
        unused = {"provider": "openai", "config": {"api_key": "unused"}}
        config = configs.MemoryConfig(
            vector_store={"provider": "qdrant", "config": store}, llm=unused, embedder=unused, history_db_path=str(folder / "history.db")
        )
        memory = mem0.Memory(config)
        memory.embedding_model = ForMem0(self.embedder)
        return memory

    @staticmethod
    def _searched(memory: Any, haystack: Haystack, question: Question) -> Sequence[str]:
        """The records of what mem0 gives, without what was said later than is asked for: all are fetched, so nothing is lost by it."""
        found = memory.search(question.text, filters={"user_id": haystack.id}, top_k=len(haystack.records), threshold=0.0)["results"]
        until = (question.until or datetime.max.replace(tzinfo=UTC)).timestamp()
        return list(dict.fromkeys(one["metadata"]["record"] for one in found if one["metadata"]["said_at"] <= until))


class ForMemPalace:
    """An embedder as Chroma calls it for MemPalace; `legacy`, so that Chroma does not try to make it anew by its name."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @staticmethod
    def name() -> str:
        return "default"

    @staticmethod
    def is_legacy() -> bool:
        return True

    def __call__(self, input: list[str]) -> list[NDArray[np.float32]]:
        return [np.array(one, dtype=np.float32) for one in self._embedder.embed_documents(list(input))]

    def embed_query(self, input: list[str]) -> list[NDArray[np.float32]]:
        return [np.array(self._embedder.embed_query(text), dtype=np.float32) for text in input]


@dataclass
class MemPalace:
    """MemPalace with its default storage (Chroma): a record is a drawer, cut as its miner cuts a file (`mempalace.miner.chunk_text`).

    Drawers are put with `mempalace.palace.get_collection(...).upsert`, as all its writers do: each cut under its record's id, as in what
    its MCP server files, and filed when the record was said. What is asked is `mempalace.searcher.search_memories`, which its MCP server
    calls too, as it is by default: the nearest drawers, ranked anew by 0.6 cosine and 0.4 BM25. No closets (topics by which files rank
    higher): it makes them of project files, not of conversations. Its write locks, a small file a palace, stay in `~/.mempalace/locks`.
    """

    embedder: Embedder
    name: str = "MemPalace"

    @contextmanager
    def over(self, haystack: Haystack) -> Iterator[Search]:
        with TemporaryDirectory() as folder:
            path, drawers = str(Path(folder) / "palace"), drawers_of(haystack)
            palace = self._opened(Path(folder))
            try:
                collection = palace.get_collection(path)
                for some in batched(drawers, WRITE_BATCH):
                    ids, texts, known = zip(*some, strict=True)
                    collection.upsert(ids=list(ids), documents=list(texts), metadatas=list(known))
                yield lambda question: self._searched(path, len(drawers), len(haystack.records), question)
            finally:
                palace.get_backend_for_palace(path).close_palace(path)

    def _opened(self, folder: Path) -> Any:
        """MemPalace's module of palaces, with its settings in the folder. Where it would load its own embedder it is given this one."""
        os.environ.setdefault("MEMPALACE_CONFIG_DIR", str(folder))
        given = ForMemPalace(self.embedder)
        vars(import_module("mempalace.embedding"))["get_embedding_function"] = lambda device=None, model=None: given
        return import_module("mempalace.palace")

    @staticmethod
    def _searched(path: str, drawers: int, records: int, question: Question) -> Sequence[str]:
        """The records of the drawers that it gives: so many that DEPTH records are among them.

        Where something was said later than is asked for, it is given that moment, and asked for all: it drops what was later only from
        the drawers that it has fetched. Drawers that say the same are folded by it; they stand together here.
        """
        search = import_module("mempalace.searcher").search_memories
        before = (question.until + timedelta(microseconds=1)).astimezone(UTC).isoformat() if question.until else None
        wanted = drawers if before else DEPTH + drawers - records
        found = search(question.text, path, n_results=wanted, before=before)["results"]
        return list(dict.fromkeys(one["drawer_id"] for hit in found for one in (hit, *hit.get("also_in", ()))))


def drawers_of(haystack: Haystack) -> list[tuple[str, str, dict[str, str | int]]]:
    """The id, the text and the metadata of every drawer; several a record, where its text is long."""
    cut = import_module("mempalace.miner").chunk_text
    found: list[tuple[str, str, dict[str, str | int]]] = []
    for record, text in zip(haystack.records, haystack.texts, strict=True):
        said_at = record.said_at.astimezone(UTC).isoformat()
        known = {"wing": haystack.id, "room": "general", "source_file": record.id, "filed_at": said_at, "authored_at": said_at}
        for at, piece in enumerate(cut(text, record.id, min_chunk_size=1)):  # short ones too: it leaves them out of files
            found.append((f"{record.id}_{at}", piece["content"], {**known, "parent_drawer_id": record.id, "chunk_index": at}))
    return found
