"""What speaks for a candidate of recall: every signal of the learned ranker, one number a candidate."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from models.local.evidence import date_fits, is_on
from models.local.questions import Question, Wanted, read_question, same_person
from models.local.sentences import is_question
from models.relevance.word_vectors import WordVectors
from stores.ranking import COSINES_APART, Candidate, fused_scores, within_query

EXACT = 0.98  # the nearness of a word piece to itself, rounding apart
LONG, SHORT = 40, 6  # words
STANDS_OUT = 3  # capitalised words in a text are counted up to here
KEPT = 20_000  # texts whose form is kept
HALVED = 4  # the rank at which its signal is one half
WORD = re.compile(r"\w+")
MARKS_AS_BLANKS = {code: " " for code in range(128) if not WORD.match(chr(code))}
DIGIT = re.compile(r"\d")
YEAR_OR_HOUR = re.compile(r"\b(?:\d{4}|\d+ ?[ap]m)\b", re.I)
TIMES_TOLD = frozenset(
    WORD.findall("""
        yesterday today tonight tomorrow ago last next since recently week weekend month year morning evening spring summer autumn winter
        monday tuesday wednesday thursday friday saturday sunday
        january february march april may june july august september october november december
    """)
)
NUMBERS_TOLD = frozenset(
    WORD.findall("one two three four five six seven eight nine ten eleven twelve dozen couple twice once half hundred thousand")
)
BEFORE_NAME = re.compile(r"[a-z,](?= [A-Z][a-z])")
ASKS_FOR_NAME = re.compile(
    r"\b(?:who|whose|where|which|name|called|what (?:\w+ )?(?:city|country|book|movie|film|game|band|song|place))\b", re.I
)
ON_THE_DAY = "on the day"  # counts beside what the head says (models/relevance/support.py), and is none of its inputs
TIMES: tuple[Wanted, ...] = ("time", "duration")

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
NOWHERE = -1


@dataclass(frozen=True)
class Around:
    """For each candidate, by its place, the place of the message before it in its conversation and of the one after; NOWHERE where that is
    no candidate."""

    before: Places
    after: Places

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> "Around":
        """Messages of one session of one thread, by their ordinals."""
        records = [one.record for one in candidates]
        talks = [(one.thread_id, one.session_id) if one.kind == "turn" else None for one in records]
        spots = [(talk, one.ordinal) for talk, one in zip(talks, records, strict=True)]
        places = {spot: place for place, spot in enumerate(spots) if spot[0]}
        before, after = ([places.get((talk, ordinal + step), NOWHERE) for talk, ordinal in spots] for step in (-1, 1))
        return cls(np.array(before, np.int64), np.array(after, np.int64))


def taken_from(values: Floats, places: Places) -> Floats:
    """The values along the last axis at these places, 0 at NOWHERE."""
    padded = np.concatenate([values, np.zeros((*values.shape[:-1], 1))], axis=-1)
    found: Floats = padded[..., places]
    return found


def signals_of(query: str, candidates: Sequence[Candidate], now: datetime, words: WordVectors, rarity: Floats) -> Mapping[str, Floats]:
    """Every signal by name, one value a candidate.

    Args:
        query: What is looked for.
        candidates: With `similarity` and `bm25` among their signals.
        now: When it is asked, in the time zone that days are counted in.
        words: How near words are to one another.
        rarity: How much each word piece tells, by its number.
    """
    speakers = sorted({one.record.speaker for one in candidates} - {"", "User", "Assistant", "user", "assistant"})
    question = read_question(query, speakers=speakers, asked_at=now)
    around = Around.of(candidates)
    return {
        **_found_by(candidates, around),
        **_worded(query, candidates, around, words, rarity),
        **_of_whom(question, candidates),
        **_told(query, question, candidates, around),
        **_setting(query, question, candidates),
    }


def _found_by(candidates: Sequence[Candidate], around: Around) -> dict[str, Floats]:
    """By meaning and by words, for the candidate, its neighbours and its session."""
    dense, lexical = _column(candidates, "similarity"), _column(candidates, "bm25")
    scores = fused_scores(candidates)
    fused, talks = np.array(scores), [_session(one) for one in candidates]
    sessions: dict[tuple[str, str], float] = {}
    for talk, score in zip(talks, scores, strict=True):
        sessions[talk] = max(score, sessions.get(talk, 0.0))
    return {
        "dense": np.array(within_query(dense.tolist(), COSINES_APART)),
        "words": lexical / max(lexical.max(initial=0.0), 1e-9),
        "dense rank": _by_rank(dense),
        "words rank": np.where(lexical > 0, _by_rank(lexical), 0.0),
        "before": taken_from(fused, around.before),
        "after": taken_from(fused, around.after),
        "session": np.array([sessions[talk] for talk in talks]),
    }


def _column(candidates: Sequence[Candidate], name: str) -> Floats:
    return np.array([one.signals[name] for one in candidates])


def _session(one: Candidate) -> tuple[str, str]:
    return one.record.thread_id, one.record.session_id


def _by_rank(values: Floats) -> Floats:
    """1 for the best, falling to one half at HALVED places; equal values have one rank."""
    better = len(values) - np.searchsorted(np.sort(values), values, side="right")
    found: Floats = HALVED / (HALVED + better)
    return found


def _worded(query: str, candidates: Sequence[Candidate], around: Around, words: WordVectors, rarity: Floats) -> dict[str, Floats]:
    """How much of what the query says is said by the candidate, with the message before it, and with the one after it too.

    `soft` takes words of like meaning in part, `exact` only the same; rare words count most.
    """
    wanted, *texts = words.tokens([query, *(_said(one) for one in candidates)])
    weights = rarity[wanted] / max(float(rarity[wanted].sum()), 1e-9)
    own = words.nearness(wanted, texts).astype(np.float64)
    led = np.maximum(own, taken_from(own, around.before))
    amid = np.maximum(led, taken_from(own, around.after))
    return {
        "soft": _spread(weights @ own),
        "soft with before": _spread(weights @ led),
        "soft with both": _spread(weights @ amid),
        "exact": weights @ (own > EXACT),
        "exact with before": weights @ (led > EXACT),
    }


def _said(one: Candidate) -> str:
    return f"{one.record.speaker}: {one.record.text}"


def _spread(values: Floats) -> Floats:
    return np.array(within_query(values.tolist()))


def _of_whom(question: Question, candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """Whether whom the question asks about is who speaks, and whether somebody else does."""
    match question.subject:
        case "user" | "assistant" as role:
            fits = [float(one.record.role == role) for one in candidates]
        case "named" if len(question.people) == 1:
            fits = [float(same_person(one.record.speaker, question.people[0])) for one in candidates]
        case _:
            nobody = np.zeros(len(candidates))
            return {"asked about": nobody, "another": nobody}
    return {"asked about": np.array(fits), "another": 1 - np.array(fits)}


def _told(query: str, question: Question, candidates: Sequence[Candidate], around: Around) -> dict[str, Floats]:
    """What kind of message it is, and whether it tells what is asked for."""
    texts = [one.record.text for one in candidates]
    asks, question_mark, lengths = np.array([_form(text) for text in texts]).reshape(-1, 3).T
    said = np.array([one.record.said_at.timestamp() for one in candidates])
    nothing = np.zeros(len(candidates))
    wanted = {
        "time": question.wanted in TIMES,
        "number": question.wanted in ("number", "duration"),
        "name": ASKS_FOR_NAME.search(query) is not None,
    }
    return {
        "asks": asks,
        "answers": taken_from(question_mark, around.before),
        "length": np.minimum(lengths, LONG) / LONG,
        "short": (lengths < SHORT).astype(np.float64),
        "long": np.log1p(np.maximum(lengths - LONG, 0)) / 5,
        **{f"tells {what}": np.array([_tells(what, text) for text in texts]) if asked else nothing for what, asked in wanted.items()},
        "date": np.array([date_fits(question.dated, one.record.said_at) for one in candidates]) if question.dated else nothing,
        ON_THE_DAY: np.array([is_on(question.dated, one.record.said_at) for one in candidates]) if question.dated else nothing,
        "newness": _spread(said),
        "assistant": np.array([float(one.record.role == "assistant") for one in candidates]),
    }


def _setting(query: str, question: Question, candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """What is the same for all candidates: it says how much the other signals are worth here."""
    count = len(candidates)
    lengths = [len(one.record.text) for one in candidates]
    same = {
        "assistant's share": sum(one.record.role == "assistant" for one in candidates) / max(count, 1),
        "query length": min(len(query.split()), LONG) / LONG,
        "asks about somebody": float(question.subject == "named"),
        "asks about the user": float(question.subject == "user"),
        "best similarity": max((one.signals["similarity"] for one in candidates), default=0.0),
        "mean length": math.log1p(sum(lengths) / max(count, 1)) / 8,
    }
    return {name: np.full(count, value) for name, value in same.items()}


@lru_cache(maxsize=KEPT)
def _form(text: str) -> tuple[float, float, float]:
    """Whether a text ends with a question, whether it holds one, and its length in words."""
    return float(is_question(text.rstrip()[-200:])), float("?" in text), float(len(text.split()))


@lru_cache(maxsize=KEPT)
def _tells(what: str, text: str) -> float:
    """How far a text tells a time, a number or names."""
    match what:
        case "time":
            return float(_says(TIMES_TOLD, text) or (_has_digit(text) and YEAR_OR_HOUR.search(text) is not None))
        case "number":
            return float(_has_digit(text) or _says(NUMBERS_TOLD, text))
        case _:
            return sum(1 for _ in islice(BEFORE_NAME.finditer(text), STANDS_OUT)) / STANDS_OUT


def _has_digit(text: str) -> bool:
    return DIGIT.search(text) is not None


def _says(words: frozenset[str], text: str) -> bool:
    """Whether a text holds one of the words; several times as quick as one pattern of them all."""
    lower = text.lower()
    return not words.isdisjoint(lower.translate(MARKS_AS_BLANKS).split() if lower.isascii() else WORD.findall(lower))
