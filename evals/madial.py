"""Does it find the memory that fits what a child just told? MADial-Bench (He et al. 2025): one pool of short memories, many dialogues."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.cases import sampled
from evals.haystack import CHARACTER, IMPORTED_AT, Haystack, Question
from evals.recall import Definition, compared
from evals.recall_metrics import Metric, any_at, fraction_at
from evals.result import Result
from stores.errors import InputError
from stores.histories.files import json_lines
from stores.histories.history import Unreadable
from stores.record import MemoryRecord, Trust, record_id

NAME = "madial"
MADIAL = Path("madial_bench/en")
MEMORIES, DIALOGUES = "MADial-Bench-en-memory.json", "MADial-Bench-en-dialogue.json"
ASKED_AT = datetime(2024, 6, 16, tzinfo=UTC)  # the day on which the benchmark's own search asks
DEPTHS = (1, 3, 5, 10)
USER = "madial"
MARK = re.compile(r"^<(\w+)>")


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """Recall of the memories that fit, of every system.

    Args:
        data: The folder of the data sets, or the one with the benchmark's English files.
        limit: How many dialogues are drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    return compared(DEFINITION, haystacks(data, limit, seed), "MADial-Bench, English", seed)


def haystacks(data: Path, limit: int | None = None, seed: int = 0) -> Iterator[Haystack]:
    """All memories, and each dialogue up to the first turn that a memory fits."""
    folder = data / MADIAL if (data / MADIAL).is_dir() else data
    memories = {number: value for line in objects(folder / MEMORIES) for number, value in line.items()}
    records = {int(number): memory_of(number, value) for number, value in memories.items()}
    dialogues = sampled(list(enumerate(objects(folder / DIALOGUES), start=1)), limit, seed)
    asked = tuple(question_of(number, value, records) for number, value in dialogues)
    texts = tuple(record.text for record in records.values())
    yield Haystack(USER, tuple(records.values()), texts, asked)


def objects(file: Path) -> list[dict[str, Any]]:
    """The objects of a file, one a line.

    Raises:
        InputError: The file is missing, or a line is no object.
    """
    if not file.is_file():
        raise InputError(f"There is no file {file}.", "Name the folder with --data.")
    found: list[dict[str, Any]] = []
    for line in json_lines(file):
        if isinstance(line, Unreadable) or not isinstance(line.value, dict):
            raise InputError(f"{file}: line {line.line if isinstance(line, Unreadable) else line.number} is no JSON object.")
        found.append(line.value)
    return found


def memory_of(number: str, value: dict[str, Any]) -> MemoryRecord:
    """A memory as a fact that is remembered; what kind of scene and feeling it was stands beside it."""
    return MemoryRecord(
        id=record_id(USER, MADIAL.name, number, "fact"),
        user_id=USER,
        character_id=CHARACTER,
        kind="fact",
        text=value["event"],
        said_at=datetime.fromisoformat(value["time"]).replace(tzinfo=UTC),
        created_at=IMPORTED_AT,
        session_id=number,
        message_id=number,
        known_by=(CHARACTER,),
        additional={"scene": value["scene"], "emotion": value["emotion"]},
        trust=Trust(origin="imported"),
    )


def question_of(number: int, value: dict[str, Any], records: dict[int, MemoryRecord]) -> Question:
    """What was said before the first turn that a memory fits; the evidence is the memories that fit."""
    before = [line.strip() for line in value["dialogue"][: value["test-turn"][0]]]
    evidence = [records[one] for one in value["relevant-id"]]
    return Question(
        id=str(number),
        text="\n".join(MARK.sub(r"\1", line) for line in before if line not in ("<BOD>", "<EOD>")),
        asked_at=ASKED_AT,
        group=str(number),
        categories=(),
        evidence=frozenset(record.id for record in evidence),
        sessions=frozenset(record.session_id for record in evidence),
    )


def memory_recall(k: int) -> Metric:
    """The share of the memories that fit among the first k (the benchmark's recall)."""
    return lambda question, ranking: fraction_at(ranking.records, question.evidence, k)


def any_memory(k: int) -> Metric:
    """Whether a memory that fits is among the first k."""
    return lambda question, ranking: any_at(ranking.records, question.evidence, k)


DEFINITION = Definition(
    name=NAME,
    metrics={f"recall@{k}": memory_recall(k) for k in DEPTHS} | {f"any@{k}": any_memory(k) for k in DEPTHS},
    by_category=(),
    shown=tuple(f"recall@{k}" for k in DEPTHS),
)
