"""Says what Mneme runs on, and what is wrong with it."""

import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.console import counted
from graph.assembly import Settings, shared_embedder
from graph.upkeep import examine, repair
from models.minds import mind_for
from stores.errors import MnemeError
from stores.manifest import is_new, read_manifest


def examined(*, mend: bool) -> dict[str, Any]:
    """The mind, the model, the engine, the embedder, what the memory holds, where it is, whether it is begun, and every problem found."""
    settings = Settings()
    report: dict[str, Any] = {
        "mind": None,
        "model": None,
        "engine": f"qdrant at {settings.qdrant_url}" if settings.server else f"qdrant-edge {version('qdrant-edge-py')}",
        "embedder": settings.embedder,
        "records": None,
        "encrypted": None,
        "threads": None,
        "home": str(settings.home),
        "begun": None,
        "mended": [],
        "lost": [],
        "due": [],
    }
    problems: list[str] = []
    parts = (lambda: {"threads": settings.threads_at}, lambda: answering(settings), lambda: remembered(settings, problems, mend=mend))
    for part in parts:
        try:
            report |= part()
        except MnemeError as error:
            problems.append(str(error))
    return report | {"problems": problems}


def answering(settings: Settings) -> dict[str, Any]:
    """Who answers, where the embedder works."""
    embedder = shared_embedder(settings.embedder)
    mind = mind_for("auto", "", embedder)
    embedder.embed_query("Is the embedder well?")
    return {"mind": mind.name, "model": mind.model}


def not_a_folder(home: Path) -> str:
    """Why a memory cannot begin in a folder, or an empty string."""
    there = next(one for one in (home, *home.parents) if one.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return ""
    return f"The folder {home} cannot be used: {there} is {'not writable' if there.is_dir() else 'no folder'}."


def remembered(settings: Settings, problems: list[str], *, mend: bool) -> dict[str, Any]:
    """What the memory holds; what is wrong with it is added to the problems."""
    if is_new(settings.home):
        if unusable := not_a_folder(settings.home):
            problems.append(unusable)
        return {"begun": False, "records": 0, "encrypted": settings.sealing_key is not None}
    report: dict[str, Any] = {}
    if mend:
        done = repair(settings, datetime.now(UTC))
        found = done.after
        report = {"mended": [one for one in done.before.problems if one not in found.problems], "lost": done.lost}
    else:
        found = examine(settings)
    problems += found.problems
    deleted = counted(found.unscrubbed, "deleted memory", "deleted memories")
    due = [f"{deleted} may still be on the disk: mneme due scrubs what was deleted."] if found.unscrubbed else []
    sealed = read_manifest(settings.home).sealed
    return {"begun": True, "records": found.counts.get("records", 0), "encrypted": sealed, "due": due, **report}
