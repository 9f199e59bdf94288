"""Engines without a memory around them, for tests of what stands on an engine alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stores.engines.edge import EdgeEngine
from stores.engines.engine import Engine, Where
from stores.engines.server import IN_MEMORY, Server, ServerEngine
from tests.engines import SERVER, emptied
from tests.fakes import HashEmbedder


@contextmanager
def engine_on(name: str, folder: Path) -> Iterator[Engine]:
    """An engine of that name, empty where the folder is."""
    if name == "server":
        emptied(Server(SERVER))
    engine: Engine = EdgeEngine(folder) if name == "edge" else ServerEngine(Server(IN_MEMORY if name == "memory" else SERVER))
    yield engine
    engine.close()


def wiped(engine: Engine) -> None:
    """Take all points out of an engine."""
    for name in engine.collections():
        if isinstance(engine, ServerEngine):
            engine.drop(name)  # the client's memory keeps a row for each point that it ever held
            continue
        collection = engine.collection(name, HashEmbedder().dimension, ())
        collection.delete([point.id for point in collection.scroll(Where())])
