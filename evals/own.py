"""Does it find the right turn in conversations written for this project, in several languages? Original data, MIT, shipped with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from evals.cases import sampled
from evals.haystack import Haystack, Question, imported
from evals.locomo import official_text
from evals.recall import Definition, compared
from evals.recall_metrics import Metric, fraction_at
from evals.result import Result, Strict
from stores.errors import InputError
from stores.histories.history import History, HistorySession, Said
from stores.histories.timeline import history_of
from stores.record import MemoryRecord

NAME = "own"
CONVERSATIONS = Path(__file__).parent / "data" / "conversations"
DEPTHS = (5, 10, 25, 50)
ROLE_NAMES = {"user": "User", "assistant": "Assistant"}  # as an import of LongMemEval names them


class Turn(Strict):
    """What was said, with the caption of the picture that was sent with it."""

    id: str
    speaker: str
    text: str
    image: str = ""


class Session(Strict):
    """Turns of one sitting."""

    at: datetime
    turns: tuple[Turn, ...] = Field(min_length=1)


class Posed(Strict):
    """A question, the ids of all turns that it needs, and when it is asked: the day after the conversation where it does not say."""

    question: str
    evidence: tuple[str, ...] = Field(min_length=1)
    kind: str
    asked_at: datetime | None = None


class Conversation(Strict):
    """A conversation of two people, or of `user` and `assistant`; times are UTC."""

    id: str
    language: str
    speakers: tuple[str, str]
    sessions: tuple[Session, ...] = Field(min_length=1)
    questions: tuple[Posed, ...]


def run(data: Path | None = None, limit: int | None = None, seed: int = 0) -> Result:
    """Turn recall of every system.

    Args:
        data: A folder of such conversations; the project's own where it is None or has none.
        limit: How many questions are drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: There are no conversations, or one is not of the format.
    """
    named = data is not None and data != Path() and any(data.glob("*.json"))
    folder = data if data and named else CONVERSATIONS
    return compared(DEFINITION, haystacks(folder, limit, seed), "own conversations", seed)


def haystacks(folder: Path, limit: int | None = None, seed: int = 0) -> Iterator[Haystack]:
    """Each conversation with its questions."""
    read = [read_conversation(file) for file in sorted(folder.glob("*.json"))]
    if not read:
        raise InputError(f"There are no conversations in {folder}.", "Name a folder of them with --data.")
    posed = sampled([(one, number) for one in read for number in range(len(one.questions))], limit, seed)
    for one in read:
        records = imported(history(one))
        if mine := tuple(question_of(one, number, records) for known, number in posed if known is one):
            yield Haystack(records[0].user_id, records, texts_of(one, records), mine)


def read_conversation(file: Path) -> Conversation:
    """
    Raises:
        InputError: The file is not of the format, or a question names a turn that does not exist.
    """
    try:
        read = Conversation.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise InputError(f"{file} is no conversation: {error.errors()[0]['msg']}.", "See the files in evals/data.") from error
    known = {turn.id for session in read.sessions for turn in session.turns}
    if lost := [name for posed in read.questions for name in posed.evidence if name not in known]:
        raise InputError(f"{file}: there is no turn {lost[0]}.", "Each question names the ids of its turns.")
    return read


def history(read: Conversation) -> History:
    """The conversation as an import would read it."""
    sessions = [
        HistorySession(f"session_{number}", at(session.at), tuple(said(turn, at(session.at)) for turn in session.turns))
        for number, session in enumerate(read.sessions, start=1)
    ]
    return history_of(f"{NAME}:{read.id}", "", f"{NAME}:{read.id}.json", sessions, [])


def said(turn: Turn, began_at: datetime) -> Said:
    """A turn as a message; a picture is kept by its caption, as in an import of LoCoMo."""
    role: Literal["user", "assistant"] = "assistant" if turn.speaker == "assistant" else "user"
    text = f"{turn.text} [shares a photo: {turn.image}]".lstrip() if turn.image else turn.text
    return Said(turn.id, ROLE_NAMES.get(turn.speaker, turn.speaker), role, text, began_at, caption(turn))


def caption(turn: Turn) -> dict[str, Any]:
    """The caption of its picture, under LoCoMo's name for it."""
    return {"blip_caption": turn.image} if turn.image else {}


def at(moment: datetime) -> datetime:
    """The moment in UTC, where it names no zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def texts_of(read: Conversation, records: tuple[MemoryRecord, ...]) -> tuple[str, ...]:
    """What a plain retriever reads: as in LoCoMo where two people talk, the words alone where one talks with an assistant."""
    return tuple(record.text if "assistant" in read.speakers else official_text(record) for record in records)


def question_of(read: Conversation, number: int, records: tuple[MemoryRecord, ...]) -> Question:
    """A question with its evidence as record ids."""
    posed = read.questions[number]
    evidence = [record for record in records if record.message_id in posed.evidence]
    return Question(
        id=f"{read.id}:{number}",
        text=posed.question,
        asked_at=at(posed.asked_at) if posed.asked_at else records[-1].said_at + timedelta(days=1),
        group=read.id,
        categories=(read.language, posed.kind),
        evidence=frozenset(record.id for record in evidence),
        sessions=frozenset(record.session_id for record in evidence),
    )


def turn_recall(k: int) -> Metric:
    """The share of the evidence among the first k."""
    return lambda question, ranking: fraction_at(ranking.records, question.evidence, k)


def session_fraction(k: int) -> Metric:
    """The share of the evidence's sessions among the first k sessions."""
    return lambda question, ranking: fraction_at(ranking.sessions, question.sessions, k)


DEFINITION = Definition(
    name=NAME,
    metrics={f"turn R@{k}": turn_recall(k) for k in DEPTHS} | {f"session fraction@{k}": session_fraction(k) for k in (5, 10)},
    by_category=("turn R@10",),
    shown=tuple(f"turn R@{k}" for k in DEPTHS),
)
