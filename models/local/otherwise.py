"""Everyday questions in the words in which people tell the answer: who works as a nurse says so, and seldom what they do for a living."""

import re
from collections.abc import Iterator

WHOSE = r"(?:my|our)"
WHAT_IS = r"^\W*(?:what(?:'s|\u2019s| is| are| was)|do you (?:know|remember)|tell me)"
HAVE = rf"^\W*(?:do (?:i|we) (?:still )?have|have (?:i|we) got|what|how many|which|{WHAT_IS}).{{0,12}}"

# What is asked for, and other questions that want the same.
OTHERWISE: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(asked, re.I), others)
    for asked, others in (
        (r"^\W*(?:am i|are we) (?:married|single|in a relationship)\b", ("Who is my husband?", "Who is my wife?", "Who did I marry?")),
        (rf"{WHAT_IS} {WHOSE} (?P<kin>[\w-]+(?: [\w-]+)?)(?:['\u2019]s? names?|(?: called| named))\W*$", ("Who is my {kin}?",)),
        (rf"{WHAT_IS} the names? of {WHOSE} (?P<kin>[\w-]+(?: [\w-]+)?)\W*$", ("Who is my {kin}?",)),
        (rf"{HAVE}\b(?:siblings?|brothers or sisters|brothers and sisters)\b", ("Who is my brother?", "Who is my sister?")),
        (rf"{HAVE}\b(?:kids?|child(?:ren)?)\b", ("Who is my son?", "Who is my daughter?")),
        (r"^\W*where (?:am i|are we|do i come) (?:originally )?from\b", ("Where did I grow up?", "Where was I born?")),
        (r"\b(?:don't|don\u2019t) i like\b|\bdo i (?:dislike|not like)\b", ("What do I hate?", "What can't I stand?")),
    )
)


def asked_otherwise(question: str) -> Iterator[str]:
    """Other questions that want the same answer, to be tried where the first one finds none."""
    for pattern, others in OTHERWISE:
        if found := pattern.search(question):
            yield from (other.format(**found.groupdict()) for other in others)
