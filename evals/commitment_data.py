"""What people said and what it binds them to: sentences of the project's own, and RealMem's sessions with their Schedule memories."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import Field

from evals.result import Strict
from evals.turns import LANGUAGES, Language
from models.commitments.commitment import CommitmentKind, Party
from stores.errors import InputError
from stores.histories.checks import Unfit
from stores.histories.timeline import realmem_moment

OWN = Path(__file__).parent / "data" / "commitments"
SCHEDULES = OWN / "realmem.jsonl"
REALMEM = Path("realmem")
ZONE = "UTC"  # RealMem names no zone; its sessions are taken as held at noon
PARTIES: Mapping[str, Party] = {"User": "user", "Assistant": "assistant"}

Half = Literal["held out", "seen"]
When = Literal["one day", "recurring", "none", "not read"]


@dataclass(frozen=True)
class Spoken:
    """What was said, when, in which zone, and by whom."""

    text: str
    said_at: datetime
    timezone: str
    speaker: Party
    language: Language


class Gold(Strict):
    """A commitment as it is to be found; times are the clock's in the zone of its sentence, and a bare date where no time of day is told.

    Attributes:
        end: Of several days the last one.
    """

    what: str
    kind: CommitmentKind
    by: Party
    start: str = Field(pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$")
    end: str | None = None


class Sentence(Strict):
    """A sentence of the project's own, with its commitments."""

    id: str
    said_at: datetime
    timezone: str
    speaker: Party
    text: str
    commitments: tuple[Gold, ...]
    note: str = ""

    @property
    def language(self) -> Language:
        return cast(Language, self.id.split("-")[0])

    @property
    def half(self) -> Half:
        """The rules were written with the sentences of even numbers at hand."""
        return "held out" if int(self.id.split("-")[1]) % 2 else "seen"

    @property
    def spoken(self) -> Spoken:
        return Spoken(self.text, self.said_at, self.timezone, self.speaker, self.language)


@dataclass(frozen=True)
class Session:
    """A session of RealMem.

    Attributes:
        said: Every turn of it, the user's and the assistant's.
        scheduled: When what its Schedule memories note is to take place.
        days: Those that are one day, told in the session and not past.
    """

    person: str
    id: str
    said: tuple[Spoken, ...]
    scheduled: tuple[When, ...]
    days: frozenset[date]

    @property
    def group(self) -> str:
        return f"{self.person} {self.id}"


def sentences() -> list[Sentence]:
    """The project's own sentences, in English, Korean and Japanese."""
    files = (OWN / f"{language}.jsonl" for language in LANGUAGES)
    return [Sentence.model_validate_json(line) for file in files for line in file.read_text("utf-8").splitlines()]


def sessions(data: Path) -> list[Session]:
    """The sessions of RealMem.

    Args:
        data: The folder of the data sets, or the one with RealMem's files.

    Raises:
        InputError: There are no such files, or one is not of the format.
    """
    folder = data / REALMEM if (data / REALMEM).is_dir() else data
    read = _schedules()
    try:
        found = [one for file in sorted(folder.glob("*.json")) for one in _sessions(file, read)]
    except (OSError, KeyError, TypeError, ValueError, Unfit) as error:
        raise InputError(f"RealMem in {folder} cannot be read: {error}.", "--data takes the folder that holds it.") from error
    if not found:
        raise InputError(f"There are no files of RealMem in {folder}.", "Name their folder with --data.")
    return found


def scheduled(of: Sequence[Session]) -> Counter[When]:
    """How many Schedule memories there are, by when they take place."""
    return Counter(when for session in of for when in session.scheduled)


def _schedules() -> dict[tuple[str, str], str]:
    """What was read off RealMem's Schedule memories by hand: a date, `recurring` or `none`."""
    lines = map(json.loads, SCHEDULES.read_text("utf-8").splitlines())
    return {(line["person"], line["index"]): line["when"] for line in lines}


def _sessions(file: Path, read: Mapping[tuple[str, str], str]) -> Iterator[Session]:
    for session in json.loads(file.read_text("utf-8"))["dialogues"]:
        notes = [one["index"] for one in session["extracted_memory"] or [] if one["type"] == "Schedule"]
        told = [read.get((file.stem, index), "not read") for index in notes]
        days = frozenset(date.fromisoformat(when) for when in told if when[0].isdigit())
        whens = tuple(cast(When, "one day" if when[0].isdigit() else when) for when in told)
        yield Session(file.stem, session["session_uuid"], tuple(_said(session)), whens, days)


def _said(session: Mapping[str, Any]) -> Iterator[Spoken]:
    moment = realmem_moment(session["current_time"], None)
    for turn in session["dialogue_turns"]:
        yield Spoken(turn["content"], moment, ZONE, PARTIES[turn["speaker"]], "en")
