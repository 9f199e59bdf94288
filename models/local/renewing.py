"""What changed since: a newer sentence that says so stands before the older one that it may have changed."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.local.evidence import FIRST_PERSON, Evidence, Passage, tells_of_kin
from models.local.questions import PROPER, Question
from models.local.sentences import content

CHANGED = re.compile(
    r"\b(?:no longer|any ?more|changed|switched|quit|gave up|given up|stopped|sold|broke up|split up|divorced|left my job|resigned|retired"
    r"|moved (?:from|out|to|in with|back)|renamed|replaced|got rid of|passed away|died|instead|from now on|used to|correction|i meant"
    r"|actually|finally|at last|already|now)\b",
    re.IGNORECASE,
)
ENOUGH = 2  # words of a question, so that a sentence that has them all is about the same
# Of these, what often changes nothing.
LITTLE = re.compile(r"\b(?:actually|finally|at last|already|now|instead|stopped)\b", re.IGNORECASE)


def newer(question: Question, best: Evidence, passages: Sequence[Passage]) -> Evidence | None:
    """The newest sentence that its speaker said after the best of the evidence and that says that it changed, if there is one.

    Args:
        question: What is asked.
        best: What answers it best.
        passages: All that may be quoted, oldest first.
    """
    if question.oldest or question.wanted in ("time", "duration"):  # when something was is asked of what was
        return None
    later = [one for one in passages if is_later(one, best.passage) and renews(one, best.passage, question)]
    return replace(best, passage=later[-1]) if later else None


def is_later(one: Passage, other: Passage) -> bool:
    """Whether a sentence was said after another, by the same speaker."""
    if one.source.said_at is None or other.source.said_at is None:
        return False
    return (one.source.role, one.source.speaker) == (other.source.role, other.source.speaker) and one.source.said_at > other.source.said_at


def renews(one: Passage, old: Passage, question: Question) -> bool:
    """Whether a sentence tells that what an older one says has changed: it says so, and it names what the older one names, or all that is
    asked about."""
    if not CHANGED.search(one.text) or (question.subject == "user" and not of_the_speaker(question, one.text)):
        return False
    if len(question.content) >= ENOUGH and set(question.content) <= set(one.stems):
        return True
    if not CHANGED.search(LITTLE.sub(" ", one.text)):
        return False
    return bool(names_in(old.text) & names_in(one.text)) and bool(set(one.stems) & set(old.stems))


def of_the_speaker(question: Question, text: str) -> bool:
    """Whether a sentence is about who speaks, or somebody of theirs of whom is asked: neither "my son is no longer ill" nor "Tom quit"."""
    return FIRST_PERSON.search(text) is not None and not tells_of_kin(question, text)


def names_in(text: str) -> set[str]:
    """The stems of the proper names of a text."""
    return {stem for name in PROPER.findall(text) for stem in content(name)}
