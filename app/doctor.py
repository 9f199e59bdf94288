"""Says what Mneme runs on, and what is wrong with it."""

from importlib.metadata import version
from typing import Any

from graph.assembly import Settings, open_memory
from models.minds import mind_for
from stores.errors import MnemeError


def examined() -> dict[str, Any]:
    """The mind, the model, the engine, the embedder, how many records there are, the home folder, and every problem found."""
    settings = Settings()
    report: dict[str, Any] = {
        "mind": None,
        "model": None,
        "engine": f"qdrant at {settings.qdrant_url}" if settings.server else f"qdrant-edge {version('qdrant-edge-py')}",
        "embedder": settings.embedder,
        "records": None,
        "home": str(settings.home),
    }
    problems: list[str] = []
    try:
        with open_memory(settings) as memory:
            report["records"] = memory.count_all()
            mind = mind_for("auto", "", memory.embedder)
            report |= {"mind": mind.name, "model": mind.model}
            memory.embedder.embed_query("Is the embedder well?")
    except MnemeError as error:
        problems.append(str(error))
    return report | {"problems": problems}
