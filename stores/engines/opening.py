"""Which engine a memory is on."""

import shutil
from contextlib import closing
from pathlib import Path

from stores.engines.edge import EdgeEngine
from stores.engines.engine import Engine
from stores.engines.server import Server, ServerEngine
from stores.replacing import NEXT, SAVING


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


def drop_unfinished(home: Path, server: Server | None, generation: int) -> None:
    """Discard copies of the memory that were cut short: from now on it may change, and what is forgotten must not be in them."""
    if (home / NEXT).exists():
        if server:
            drop_generation(server, generation + 1)
        shutil.rmtree(home / NEXT)
    for saving in home.glob(f"{SAVING}*"):
        shutil.rmtree(saving)
