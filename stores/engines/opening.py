"""Which engine a memory is on."""

from contextlib import closing
from pathlib import Path

from stores.engines.edge import EdgeEngine
from stores.engines.engine import Engine
from stores.engines.server import Server, ServerEngine


def engine_at(folder: Path, server: Server | None, generation: int) -> Engine:
    """The engine of a home folder: embedded in it, or on a server.

    Args:
        generation: Which writing of the memory it is, from 1; only a server holds several at a time.
    """
    return ServerEngine(server, generation) if server else EdgeEngine(folder / "engine")


def drop_generation(server: Server, generation: int) -> None:
    """Delete the collections of one writing of the memory from a server."""
    with closing(engine_at(Path(), server, generation)) as engine:
        for name in engine.collections():
            engine.drop(name)
