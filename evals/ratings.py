"""Texts with how important they are: rated memories of simulated agents, the project's own sentences, and turns that were noted or not."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.turns import LANGUAGES, Language
from stores.errors import InputError

STREAMS = Path("importance")
REALMEM = Path("realmem")
OWN_RATED = Path(__file__).parent / "data" / "importance"
OWN = "own"
SUFFIX = ".nodes.json"
SOMEBODY = "somebody"


@dataclass(frozen=True)
class RatedText:
    """A text and how important it is.

    Attributes:
        source: The agent in whose memory it stands, or `own` and the language.
        group: What says the same: of an agent's memories the words without the agents' names, of the project's sentences their meaning.
    """

    source: str
    language: Language
    text: str
    importance: float
    group: str


@dataclass(frozen=True)
class NotedTurn:
    """What a user said to an assistant, and whether something in it was noted.

    Attributes:
        amid: Whether anything of its session was noted at all.
    """

    person: str
    group: str
    text: str
    noted: bool
    amid: bool


def streams(data: Path) -> list[RatedText]:
    """The memories of the simulated agents, each text of an agent once, as the agent would say it: without its own name.

    Raises:
        InputError: A file is missing or not of the format.
    """
    try:
        files = sorted((data / STREAMS).glob(f"*{SUFFIX}"))
        nodes = {file.name.removesuffix(SUFFIX): list(_read(file).values()) for file in files}
        found = [one for agent in nodes for one in _stream(agent, nodes[agent], tuple(nodes))]
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"The memories in {data / STREAMS} cannot be read: {error}.", "--data takes the folder that holds it.") from error
    if not found:
        raise InputError(f"There are no rated memories in {data / STREAMS}.", "--data takes the folder that holds it.")
    return found


def _stream(agent: str, nodes: list[dict[str, Any]], agents: tuple[str, ...]) -> Iterator[RatedText]:
    """Its memories, those that say the same once, with the mean of their ratings."""
    ratings: dict[str, list[float]] = {}
    texts: dict[str, str] = {}
    for node in nodes:
        said = node["description"].strip()
        key = without_names(said, agents)
        ratings.setdefault(key, []).append(float(node["poignancy"]))
        texts.setdefault(key, in_first_person(said, agent))
    for key, text in texts.items():
        yield RatedText(agent, "en", text, sum(ratings[key]) / len(ratings[key]), key)


def in_first_person(text: str, agent: str) -> str:
    """A text about an agent as it would say it: `Maria Lopez is reading` becomes `I am reading`."""
    whole, first = agent.replace("_", " "), agent.split("_")[0]
    said = re.sub(rf"\b{whole}'s\b", "my", text, flags=re.IGNORECASE)
    said = re.sub(rf"^{whole} is\b", "I am", said, flags=re.IGNORECASE)
    said = re.sub(rf"^{whole}(?: {first})?\b", "I", said, flags=re.IGNORECASE)
    return re.sub(rf"\b(?:{whole}|{first})\b", "me", said, flags=re.IGNORECASE)


def without_names(text: str, agents: tuple[str, ...]) -> str:
    """The words in small letters, every agent being `somebody`: what two of them remember alike is alike."""
    names = "|".join(f"{first} {last}|{first}" for first, last in (agent.split("_", 1) for agent in agents))
    return " ".join(re.sub(rf"\b(?:{names})\b", SOMEBODY, text.lower()).split())


def own() -> list[RatedText]:
    """Sentences that were written and rated for this project, in English, Korean and Japanese."""
    return [
        RatedText(f"{OWN} {language}", language, line["text"], float(line["importance"]), line["meaning"])
        for language in LANGUAGES
        for line in map(json.loads, (OWN_RATED / f"{language}.jsonl").read_text("utf-8").splitlines())
    ]


def noted_turns(data: Path) -> list[NotedTurn]:
    """What RealMem's users said, each text of a session once, and whether a memory was extracted from it.

    Raises:
        InputError: A file is missing or not of the format.
    """
    try:
        found = [turn for file in sorted((data / REALMEM).glob("*.json")) for turn in _noted(file)]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"RealMem in {data / REALMEM} cannot be read: {error}.", "--data takes the folder that holds it.") from error
    if not found:
        raise InputError(f"There are no files of RealMem in {data / REALMEM}.", "--data takes the folder that holds it.")
    return found


def _noted(file: Path) -> Iterator[NotedTurn]:
    for session in _read(file)["dialogues"]:
        memories = session["extracted_memory"] or []
        sources = {memory["source_content_snapshot"].strip() for memory in memories if memory["source_role_snapshot"] == "User"}
        said = {turn["content"].strip(): None for turn in session["dialogue_turns"] if turn["speaker"] == "User"}
        group = f"{file.stem}-{session['session_uuid']}"
        yield from (NotedTurn(file.stem, group, text, text in sources, bool(memories)) for text in said if text)


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))
