"""LoCoMo: long conversations of two people, several in one JSON document.

Both speakers are people, and neither is who imports: each keeps their name and the role `user`, and the memory holds both, as of one who
was told. A photo is kept by its caption, as `[shares a photo: ...]` after the words. A session is dated to the minute;
its messages follow a second apart (see `timeline`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stores.errors import InputError
from stores.histories.checks import Unfit, characters, fields, items, label, plain, words
from stores.histories.files import json_document, not_in_format, source_of
from stores.histories.history import AS_THE_FILE_SAYS, History, HistorySession, ReadOptions, Said, Unreadable
from stores.histories.timeline import history_of, locomo_moment, sifted

FORMAT = "locomo"
SESSION = re.compile(r"session_(\d{1,6})")
EVIDENCE = re.compile(r"D:?(\d{1,6}):(\d{1,6})")


@dataclass(frozen=True)
class LocomoQuestion:
    """A question about one conversation, asked after its end.

    Attributes:
        answer: The gold answer; empty where there is none (most of category 5).
        adversarial_answer: What one who is misled would answer (category 5); otherwise empty.
        evidence: The message ids (`D1:3`) it rests on, each of which is a message of the conversation.
        unresolved: Evidence as it is written that names no message.
        category: 1 multi-hop, 2 temporal, 3 open, 4 single-hop, 5 adversarial.
    """

    sample_id: str
    question: str
    answer: str
    adversarial_answer: str
    evidence: tuple[str, ...]
    unresolved: tuple[str, ...]
    category: int


@dataclass(frozen=True)
class _Sample:
    number: int
    name: str
    value: dict[str, Any]


def read(path: Path, options: ReadOptions) -> Iterator[History]:
    """The conversations of a file, each a thread of its own; or the one of `options.only`.

    Raises:
        InputError: When the file cannot be read, is not of this format, or has no such conversation.
    """
    for sample in _samples(path, options.only):
        yield _history(sample, path, options)


def read_questions(path: Path, only: str = "") -> list[LocomoQuestion]:
    """The questions about the conversations of a file, or about the one of the `sample_id` or number given.

    Raises:
        InputError: When the file cannot be read, is not of this format, or a question of it is not whole.
    """
    return [question for sample in _samples(path, only) for question in _questions(sample, path)]


def _samples(path: Path, only: str) -> list[_Sample]:
    document = json_document(path, FORMAT)
    values = document if isinstance(document, list) else [document]
    if not values or not all(isinstance(value, dict) and isinstance(value.get("conversation"), dict) for value in values):
        raise not_in_format(path, FORMAT, "it is not a list of objects with a 'conversation'")
    samples = [_Sample(number, _name(number, value), value) for number, value in enumerate(values, start=1)]
    chosen = [sample for sample in samples if only in ("", sample.name, str(sample.number))]
    if not chosen:
        raise InputError(f"{path} has no conversation {only!r}.", f"It has: {', '.join(sample.name for sample in samples)}.")
    return chosen


def _name(number: int, value: dict[str, Any]) -> str:
    try:
        return label(value.get("sample_id"), "sample_id")
    except Unfit:
        return f"conversation-{number}"


def _history(sample: _Sample, path: Path, options: ReadOptions) -> History:
    conversation = sample.value["conversation"]
    numbered = sorted((int(match[1]), key) for key in conversation if (match := SESSION.fullmatch(key)))
    sessions: list[HistorySession] = []
    unreadable: list[Unreadable] = []
    for _, key in numbered:
        session, troubles = _session(key, conversation, options)
        sessions.extend([session] if session else [])
        unreadable.extend(Unreadable(0, f"{sample.name}, {trouble.why}") for trouble in troubles)
    return history_of(f"{FORMAT}:{sample.name}", options.user_name, source_of(FORMAT, path), sessions, unreadable)


def _session(key: str, conversation: dict[str, Any], options: ReadOptions) -> tuple[HistorySession | None, list[Unreadable]]:
    place = key
    try:
        turns = items(conversation[key], key)
        place = f"{key} ({len(turns)} messages)"
        began_at = locomo_moment(words(conversation.get(f"{key}_date_time"), f"{key}_date_time"), options.zone)
    except Unfit as trouble:
        return None, [Unreadable(0, f"{place}: {trouble}")]
    said, troubles = sifted(turns, lambda _, turn: _said(turn, began_at), key)
    return HistorySession(key, began_at, said), troubles


def _said(value: object, began_at: datetime) -> Said:
    turn = fields(value, "it")
    photo = {name: plain(turn[name], name) for name in ("blip_caption", "img_url") if turn.get(name)}
    text = words(_with_photo(turn), "text")
    return Said(label(turn.get("dia_id"), "dia_id"), label(turn.get("speaker"), "speaker"), "user", text, began_at, photo)


def _with_photo(turn: dict[str, Any]) -> str:
    text = characters(turn.get("text"), "text")
    caption = turn.get("blip_caption")
    if not caption:
        return text
    return f"{text} [shares a photo: {characters(caption, 'blip_caption')}]".lstrip()


def _questions(sample: _Sample, path: Path) -> Iterator[LocomoQuestion]:
    known = {said.message_id for _, said in _history(sample, path, AS_THE_FILE_SAYS).spoken()}
    for number, value in enumerate(sample.value.get("qa") or [], start=1):
        try:
            yield _question(sample.name, fields(value, "it"), known)
        except Unfit as trouble:
            place = f"{path}: question {number} of {sample.name}"
            raise InputError(f"{place} cannot be read: {trouble}.", "Check that the file is whole.") from trouble


def _question(sample_id: str, value: dict[str, Any], known: set[str]) -> LocomoQuestion:
    evidence, unresolved = _evidence([characters(one, "evidence") for one in items(value.get("evidence"), "evidence")], known)
    category = value.get("category")
    if not isinstance(category, int):
        raise Unfit("category is not a number")
    return LocomoQuestion(
        sample_id=sample_id,
        question=words(value.get("question"), "question"),
        answer=str(value.get("answer", "")),
        adversarial_answer=str(value.get("adversarial_answer", "")),
        evidence=evidence,
        unresolved=unresolved,
        category=category,
    )


def _evidence(written: list[str], known: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Some evidence is written `D8:6; D9:17` or `D:11:26`; and some names no message."""
    found: list[str] = []
    lost: list[str] = []
    for one in written:
        ids = [f"D{int(session)}:{int(turn)}" for session, turn in EVIDENCE.findall(one)]
        found.extend(name for name in ids if name in known)
        lost.extend([one] if not ids or not known.issuperset(ids) else [])
    return tuple(dict.fromkeys(found)), tuple(lost)
