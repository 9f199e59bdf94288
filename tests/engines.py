"""The engines that the contract is held to: the embedded one, the client's memory, and a server where MNEME_QDRANT_URL names one."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from stores.engines.server import IN_MEMORY, Server
from stores.memory_store import MemoryStore
from tests.fakes import HashEmbedder

SERVER = os.environ.get("MNEME_QDRANT_URL", "")
ENGINES = ["edge", "memory", *(["server"] if SERVER else [])]


@contextmanager
def opened_on(engine: str, folder: Path) -> Iterator[MemoryStore]:
    """An empty memory on the engine of that name."""
    server = {"edge": None, "memory": Server(IN_MEMORY), "server": Server(SERVER)}[engine]
    if engine == "server":
        emptied(Server(SERVER))
    with MemoryStore.open(folder, HashEmbedder(), server=server) as opened:
        yield opened


def emptied(server: Server) -> None:
    """Drop the collections of all memories on a test server."""
    from qdrant_client import QdrantClient

    with closing(QdrantClient(url=server.url, api_key=server.api_key or None, check_compatibility=False)) as client:
        for one in client.get_collections().collections:
            if one.name.startswith("mneme"):
                client.delete_collection(one.name)
