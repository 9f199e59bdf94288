"""Highlights: which sentences of a conversation are worth a note, by what they hold. Nothing is put in other words."""

import re
from collections.abc import Sequence

import numpy as np

from models.local.evidence import NUMBER, TIME, Embeds
from models.local.questions import PROPER
from models.local.sentences import content, sentences
from models.local.wide_acts import asks
from models.mind import SummariseRequest, Utterance

MOST_PER_MESSAGE = 2
NEAR_DUPLICATE = 0.92
LEAST_SALIENCE = 2.0
LONGEST_NOTE = 240
OWN = re.compile(r"\b(?:my|i'm|i am|i was|i've|i have|we're|we've|our)\b|나는|내가|제가|私は|私の|我", re.IGNORECASE)
COMMITTED = re.compile(
    r"\b(?:i'll|i will|going to|plan(?:ning)? to|promise|must|need to|have to|deadline|appointment|remind me|let's|"
    r"by (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
PREFERRED = re.compile(
    r"\b(?:love|like|enjoy|prefer|favou?rite|hate|dislike|can't stand|allergic|vegan|vegetarian|afraid|want|hope|wish|dream)\w*\b", re.I
)
CHANGED = re.compile(
    r"\b(?:moved|married|adopted|bought|started|quit|lost|got|became|finished|passed|won|broke|born|died|named|called|works?|lives?|"
    r"studies|studying)\b",
    re.I,
)
EMPTY = re.compile(
    r"^\W*(?:wow|thanks|thank you|sounds|that's (?:great|awesome|amazing|cool)|congrat\w*|great|awesome|nice|cool|glad|i see|sure|"
    r"of course|absolutely)\b",
    re.I,
)
HELD: tuple[tuple[re.Pattern[str], float], ...] = (
    (OWN, 1.0),
    (COMMITTED, 1.0),
    (PREFERRED, 1.0),
    (CHANGED, 1.0),
    (PROPER, 0.7),
    (NUMBER, 0.7),
    (TIME, 0.7),
)


def fold(request: SummariseRequest, embedder: Embeds) -> list[str]:
    """The old notes and the new ones, near-duplicates merged into the newer; over `request.most`, the least salient and oldest go."""
    said = [utterance for utterance in request.fallen if utterance.origin == "said"]  # what only repeats memories is not noted again
    fresh = [note for utterance in said for note in notes_of(utterance, request.user_name)]
    notes = _merged([*request.scratchpad, *fresh], embedder)
    if len(notes) <= request.most:
        return notes
    age = {note: at / len(notes) for at, note in enumerate(notes)}
    worth = sorted(notes, key=lambda note: -(salience(note.partition(": ")[2] or note) + age[note]))
    kept = set(worth[: request.most])
    return [note for note in notes if note in kept]


def notes_of(utterance: Utterance, user_name: str = "") -> list[str]:
    """The salient sentences of one message, `Speaker: words`. What the assistant says of itself is noted where it commits to something."""
    speaker = utterance.speaker or (user_name if utterance.role == "user" else "") or utterance.role.capitalize()
    parts = [part for part in sentences(utterance.text) if not asks(part)]
    least = LEAST_SALIENCE if utterance.role == "user" else LEAST_SALIENCE + 1.5
    best = sorted((part for part in parts if salience(part) >= least), key=salience, reverse=True)[:MOST_PER_MESSAGE]
    return [f"{speaker}: {short(part)}" for part in parts if part in best]


def salience(sentence: str) -> float:
    """How much there is to note in a sentence: facts about the speaker, names, numbers, dates, commitments, preferences, changes."""
    points = sum(worth for pattern, worth in HELD if pattern.search(sentence)) + 0.1 * min(len(content(sentence)), 10)
    return points - 1.5 * (EMPTY.match(sentence) is not None) - 1.0 * (len(content(sentence)) < 2)


def _merged(notes: Sequence[str], embedder: Embeds) -> list[str]:
    """The notes without those that a later one repeats, by equal words or by cosine with equal numbers and names."""
    unique = [note for at, note in enumerate(notes) if note not in notes[at + 1 :]]
    if len(unique) < 2:
        return unique
    vectors = np.asarray(embedder.embed_documents(unique), dtype=np.float32)
    near = vectors @ vectors.T >= NEAR_DUPLICATE
    return [
        note
        for at, note in enumerate(unique)
        if not any(near[at, later] and same_facts(note, unique[later]) for later in range(at + 1, len(unique)))
    ]


def same_facts(one: str, other: str) -> bool:
    """Whether two notes hold the same numbers, names and negations."""

    def facts(note: str) -> set[str]:
        return {*re.findall(r"\d+", note), *PROPER.findall(note), *re.findall(r"\b(?:not|never|no)\b|n't", note.lower())}

    return facts(one) == facts(other)


def short(sentence: str) -> str:
    """A sentence, cut where it is long."""
    return sentence if len(sentence) <= LONGEST_NOTE else sentence[:LONGEST_NOTE].rsplit(" ", 1)[0] + " …"
