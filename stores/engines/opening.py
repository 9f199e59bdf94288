"""Which engine a memory is on."""

import shutil
from contextlib import closing
from pathlib import Path

from stores.engines.edge import EdgeEngine
from stores.engines.engine import Engine
from stores.engines.server import Server, ServerEngine
from stores.upkeep.replacing import NEXT, SAVING


def engine_at(folder: Path, server: Server | None, prefix: str) -> Engine:
    """The engine of a home folder: embedded in it, or on a server.

    Args:
        prefix: How the names of its collections begin on a server.
    """
    return ServerEngine(server, prefix) if server else EdgeEngine(folder / "engine")


def server_answers(server: Server) -> None:
    """Refuses a server that cannot be used.

    Raises:
        InputError: Its address is none.
        StoreError: It does not answer, or refuses.
    """
    with closing(ServerEngine(server)) as engine:
        engine.collections()


def drop_collections(server: Server, prefix: str) -> None:
    """Delete the collections of one writing of the memory from a server."""
    with closing(engine_at(Path(), server, prefix)) as engine:
        for name in engine.collections():
            engine.drop(name)


def drop_unfinished(home: Path, server: Server | None, prefix: str) -> None:
    """Discard copies of the memory that were cut short: from now on it may change, and what is forgotten must not be in them.

    Args:
        prefix: How the names of the next writing's collections would begin on a server.
    """
    if (home / NEXT).exists():
        if server:
            drop_collections(server, prefix)
        shutil.rmtree(home / NEXT)
    for saving in home.glob(f"{SAVING}*"):
        shutil.rmtree(saving)
