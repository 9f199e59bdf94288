"""What the user told of themselves, where they ask for just that."""

import re
from collections.abc import Sequence

from models.local.evidence import Source
from models.local.highlights import salience
from models.local.quoting import Quote, shortened
from models.local.sentences import sentences
from models.local.wide_acts import asks

MOST_TOLD = 4
LEAST_TELLING = 1.3  # salience: less than a note has to have, for it is asked for
ABOUT_THE_USER = re.compile(
    r"\bwhat (?:all )?(?:do|did|can) you (?:actually |really |even )?(?:know|remember|recall|tell me) about (?:me|myself)\b"
    r"|\btell me (?:what you (?:know|remember) |something |everything |all )?about (?:me|myself)\b"
    r"|^\W*what have i told you(?: so far| about (?:me|myself))?\W*$",
    re.IGNORECASE,
)


def told_of_the_user(words: str, sources: Sequence[Source]) -> list[Quote]:
    """The most telling of the user's sentences, one a source, oldest first; none where something else is asked.

    Args:
        words: What the user says.
        sources: What may be quoted, oldest first.
    """
    if not ABOUT_THE_USER.search(words):
        return []
    told = [quote for source in sources if source.role == "user" for quote in most_telling(source)]
    best = sorted(told, key=lambda quote: -salience(quote.best))[:MOST_TOLD]
    return [quote for quote in told if quote in best]


def most_telling(source: Source) -> list[Quote]:
    """The sentence of a source that tells most, if it tells anything."""
    telling = [part for part in sentences(source.text) if not asks(part) and salience(part) >= LEAST_TELLING]
    best = max(telling, key=salience, default="")
    return [Quote(shortened(best), best, source)] if best else []
