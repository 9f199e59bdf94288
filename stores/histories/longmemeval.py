"""LongMemEval: questions, each with a haystack of sessions of one user and an assistant.

Sessions stand beside the questions (`questions.json` and `sessions.jsonl` or `sessions.jsonl.gz` in one folder, each session once), or
inside them, as LongMemEval is published (`haystack_sessions`). Either way they are read one at a time, never all at once.

A session has no date of its own: the haystack dates it, differently for different questions. With a question chosen, its haystack is one
thread; without, every session is a thread by itself, dated as the first question that names it dates it. A session is dated
to the minute; its messages follow a second apart (see `timeline`). `has_answer` is what the authors know: it is read for
measuring, not remembered.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from stores.errors import InputError
from stores.histories.checks import Unfit, characters, fields, items, label, words
from stores.histories.files import Line, json_items, json_lines, not_in_format, source_of
from stores.histories.history import AS_THE_FILE_SAYS, History, HistorySession, ReadOptions, Said, Unreadable
from stores.histories.timeline import history_of, in_utc, longmemeval_moment, sifted

FORMAT = "longmemeval"
QUESTIONS = "questions.json"
SESSIONS = ("sessions.jsonl.gz", "sessions.jsonl")
ASSISTANT = "Assistant"
USER = "User"


@dataclass(frozen=True)
class Placed:
    """A session in a haystack. `id` is the session's own, but for one that stands in the haystack again: `ID@2`."""

    id: str
    session_id: str
    began_at: datetime


@dataclass(frozen=True)
class LongMemEvalQuestion:
    """A question and where its answer lies.

    Attributes:
        asked_at: When it is asked, as the data say. Some sessions of the same day are dated later: the whole haystack counts as past.
        answer: The gold answer; what may be said instead of one where `abstention`.
        evidence: The sessions that hold the answer.
        haystack: Every session, in the order of the data.
    """

    question_id: str
    question_type: str
    question: str
    asked_at: datetime
    answer: str
    evidence: tuple[str, ...]
    haystack: tuple[Placed, ...]

    @property
    def abstention(self) -> bool:
        """Whether the haystack does not hold the answer, so that the right one is that it is not known."""
        return self.question_id.endswith("_abs")


@dataclass(frozen=True)
class _Session:
    line: int
    id: str
    turns: list[Any]


def read(path: Path, options: ReadOptions) -> Iterator[History]:
    """The haystack of the question `options.only`, or every session as a thread of its own.

    Args:
        path: The folder, or either of its files, or one file of questions with their sessions inside.

    Raises:
        InputError: When a file is missing or not of this format, there is no such question, or sessions have no date and
            `options.undated` does not give one.
    """
    if options.only:
        yield from read_haystacks(path, [_question_of(path, options)], options)
        return
    dates = _dates(path, options)
    seen: set[str] = set()
    for session in _sessions(path):
        if isinstance(session, Unreadable):
            yield History("", options.user_name, _source(path), (), (session,))
        elif session.id not in seen:
            seen.add(session.id)
            yield _alone(session, dates.get(session.id) or _undated(path, session, options), path, options)


def read_questions(path: Path, options: ReadOptions = AS_THE_FILE_SAYS) -> list[LongMemEvalQuestion]:
    """The questions, in the order of the file.

    Raises:
        InputError: When the file is missing or not of this format, or a question of it is not whole.
    """
    return list(_questions(path, options))


def read_haystacks(path: Path, questions: Sequence[LongMemEvalQuestion], options: ReadOptions = AS_THE_FILE_SAYS) -> Iterator[History]:
    """The haystack of each question, as a thread `longmemeval:QUESTION_ID`. The sessions of all of them are held at once: pass few.

    Raises:
        InputError: When a file is missing or not of this format.
    """
    wanted = {placed.session_id for question in questions for placed in question.haystack}
    sessions: dict[str, _Session] = {}
    broken: list[Unreadable] = []
    for session in _sessions(path, wanted):
        if isinstance(session, Unreadable):
            broken.append(session)
        else:
            sessions.setdefault(session.id, session)
    for question in questions:
        yield _haystack(question, sessions, broken, path, options)


def read_answering_messages(path: Path, session_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """For each of the sessions, the ids of the messages that hold an answer (`has_answer`).

    Raises:
        InputError: When the file is missing or not of this format.
    """
    answering: dict[str, tuple[str, ...]] = {}
    for session in _sessions(path, session_ids):
        if isinstance(session, _Session):
            marked = (index for index, turn in enumerate(session.turns) if isinstance(turn, dict) and turn.get("has_answer") is True)
            answering[session.id] = tuple(_message_id(session.id, index) for index in marked)
    return answering


def _questions_file(path: Path) -> Path | None:
    beside = path / QUESTIONS if path.is_dir() else path.parent / QUESTIONS
    if path.suffix == ".json":
        return path
    return beside if beside.is_file() else None


def _sessions_file(path: Path) -> Path | None:
    if not path.is_dir() and path.suffix != ".json":
        return path
    folder = path if path.is_dir() else path.parent
    return next((folder / name for name in SESSIONS if (folder / name).is_file()), None)


def _questions(path: Path, options: ReadOptions) -> Iterator[LongMemEvalQuestion]:
    file = _questions_file(path)
    if file is None:
        raise InputError(f"{path} has no {QUESTIONS} beside it.", "LongMemEval's questions and sessions belong in one folder.")
    for number, value in enumerate(json_items(file, FORMAT), start=1):
        if number == 1 and not (isinstance(value, dict) and "haystack_session_ids" in value):
            raise not_in_format(file, FORMAT, "its items have no 'haystack_session_ids'")
        try:
            yield _question(fields(value, "it"), options)
        except Unfit as trouble:
            raise InputError(f"{file}: question {number} cannot be read: {trouble}.", "Check that the file is whole.") from trouble


def _question(value: dict[str, Any], options: ReadOptions) -> LongMemEvalQuestion:
    return LongMemEvalQuestion(
        question_id=label(value.get("question_id"), "question_id"),
        question_type=label(value.get("question_type"), "question_type"),
        question=words(value.get("question"), "question"),
        asked_at=longmemeval_moment(words(value.get("question_date"), "question_date"), options.zone),
        answer=str(value.get("answer", "")),
        evidence=tuple(label(name, "answer_session_ids") for name in items(value.get("answer_session_ids"), "answer_session_ids")),
        haystack=_placed(value, options),
    )


def _placed(value: dict[str, Any], options: ReadOptions) -> tuple[Placed, ...]:
    names = [label(name, "haystack_session_ids") for name in items(value.get("haystack_session_ids"), "haystack_session_ids")]
    dates = [words(date, "haystack_dates") for date in items(value.get("haystack_dates"), "haystack_dates")]
    if len(names) != len(dates):
        raise Unfit(f"{len(names)} haystack_session_ids but {len(dates)} haystack_dates")
    placed: list[Placed] = []
    for index, (name, date) in enumerate(zip(names, dates, strict=True)):
        again = names[:index].count(name)
        placed.append(Placed(f"{name}@{again + 1}" if again else name, name, longmemeval_moment(date, options.zone)))
    return tuple(placed)


def _question_of(path: Path, options: ReadOptions) -> LongMemEvalQuestion:
    found = next((question for question in _questions(path, options) if question.question_id == options.only), None)
    if found is None:
        raise InputError(f"{path} has no question {options.only!r}.", "Give the question_id of one of its questions.")
    return found


def _dates(path: Path, options: ReadOptions) -> dict[str, datetime]:
    if _questions_file(path) is None:
        return {}
    dates: dict[str, datetime] = {}
    for question in _questions(path, options):
        for placed in question.haystack:
            dates.setdefault(placed.session_id, placed.began_at)
    return dates


def _sessions(path: Path, wanted: Collection[str] | None = None) -> Iterator[_Session | Unreadable]:
    file = _sessions_file(path)
    every = _sessions_by_line(file) if file else _sessions_inside(path)
    for session in every:
        if isinstance(session, Unreadable) or wanted is None or session.id in wanted:
            yield session


def _sessions_by_line(file: Path) -> Iterator[_Session | Unreadable]:
    first = True
    for line in json_lines(file):
        if first and not (isinstance(line, Line) and isinstance(line.value, dict) and {"session_id", "turns"} & line.value.keys()):
            raise not_in_format(file, FORMAT, "its first line is no session with 'session_id' and 'turns'")
        first = False
        yield line if isinstance(line, Unreadable) else _session(line.number, line.value)


def _session(line: int, value: object) -> _Session | Unreadable:
    try:
        session = fields(value, "the line")
        return _Session(line, label(session.get("session_id"), "session_id"), items(session.get("turns"), "turns"))
    except Unfit as trouble:
        return Unreadable(line, str(trouble))


def _sessions_inside(path: Path) -> Iterator[_Session | Unreadable]:
    file = _questions_file(path)
    if file is None or not file.is_file():
        raise InputError(f"{path} holds no sessions.", f"A LongMemEval folder has {QUESTIONS} and one of {', '.join(SESSIONS)}.")
    for number, question in enumerate(json_items(file, FORMAT), start=1):
        if not isinstance(question, dict) or "haystack_sessions" not in question:
            raise InputError(f"{file} holds no sessions, and there are none beside it.", f"Put one of {', '.join(SESSIONS)} in its folder.")
        names, sessions = question.get("haystack_session_ids"), question["haystack_sessions"]
        if not isinstance(names, list) or not isinstance(sessions, list) or len(names) != len(sessions):
            yield Unreadable(0, f"question {number}: its haystack_sessions do not go with its haystack_session_ids")
            continue
        for name, turns in zip(names, sessions, strict=True):
            yield _session(0, {"session_id": name, "turns": turns})


def _undated(path: Path, session: _Session, options: ReadOptions) -> datetime:
    if options.undated is None:
        hint = f"Put {QUESTIONS} beside it, which dates the sessions, or say when they were held."
        raise InputError(f"{path}: session {session.id} has no date.", hint)
    return in_utc(options.undated, options.zone)


def _alone(session: _Session, began_at: datetime, path: Path, options: ReadOptions) -> History:
    read_session, troubles = _laid(session, session.id, began_at, options)
    return history_of(f"{FORMAT}:{session.id}", options.user_name, _source(path), [read_session], troubles)


def _haystack(
    question: LongMemEvalQuestion, sessions: dict[str, _Session], broken: list[Unreadable], path: Path, options: ReadOptions
) -> History:
    read_sessions: list[HistorySession] = []
    unreadable = list(broken)
    for placed in question.haystack:
        if placed.session_id not in sessions:
            unreadable.append(Unreadable(0, f"session {placed.session_id} of question {question.question_id} is not in the file"))
            continue
        session, troubles = _laid(sessions[placed.session_id], placed.id, placed.began_at, options)
        read_sessions.append(session)
        unreadable.extend(troubles)
    return history_of(f"{FORMAT}:{question.question_id}", options.user_name, _source(path), read_sessions, unreadable)


def _laid(session: _Session, name: str, began_at: datetime, options: ReadOptions) -> tuple[HistorySession, list[Unreadable]]:
    user_name = options.user_name or USER

    def said_at_place(index: int, turn: object) -> Said:
        return _said(turn, _message_id(name, index), began_at, user_name)

    said, troubles = sifted(session.turns, said_at_place, f"session {name}")
    return HistorySession(name, began_at, said), [Unreadable(session.line, trouble.why) for trouble in troubles]


def _said(value: object, message_id: str, began_at: datetime, user_name: str) -> Said:
    turn = fields(value, "it")
    role = characters(turn.get("role"), "role")
    if role not in ("user", "assistant"):
        raise Unfit(f"role is {role!r}, not 'user' or 'assistant'")
    speaker = user_name if role == "user" else ASSISTANT
    return Said(message_id, speaker, cast(Literal["user", "assistant"], role), words(turn.get("content"), "content"), began_at)


def _message_id(session_id: str, index: int) -> str:
    return f"{session_id}:{index}"


def _source(path: Path) -> str:
    return source_of(FORMAT, path.resolve())
