"""What the user told of themselves, or of somebody or something, where they ask for just that."""

import re
from collections.abc import Sequence

from models.asking_to_forget import asks_to_forget
from models.commitments.finding import commitments_in
from models.local.evidence import Source
from models.local.happened import day_meant, means_one_day
from models.local.highlights import salience
from models.local.quoting import Quote, shortened
from models.local.sentences import content, sentences
from models.local.wide_acts import asks
from models.mind import Moment
from models.times import here_and_now

MOST_TOLD = 4
LEAST_TELLING = 1.3  # salience: less than a note has to have, for it is asked for
ABOUT_THE_USER = re.compile(
    r"\bwhat (?:all )?(?:do|did|can) you (?:actually |really |even )?(?:know|remember|recall|tell me) about (?:me|myself)\b"
    r"|\btell me (?:what you (?:know|remember) |something |everything |all )?about (?:me|myself)\b"
    r"|^\W*what have i told you(?: so far| about (?:me|myself))?\W*$",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"\b(?:what (?:all )?(?:(?:do|did|can) you (?:actually |really |even )?(?:know|remember|recall|tell me)|(?:have i told|did i tell) you)"
    r"|tell me(?: what you (?:know|remember)| something| everything| all)?) about (?P<what>[^?.!]{1,80})",
    re.IGNORECASE,
)

WHAT_I_SAID = re.compile(
    r"^\W*(?:and |so )?what (?:did|have) i (?:just |already )?(?:say|said|(?:tell|ask|told|asked)(?: you)?|mention(?:ed)?)"
    r"(?: just now| to you)?"
    r"(?P<then> (?:[\w']+ ){0,3}[\w']+)?\W*$",
    re.IGNORECASE,
)


def said_then(words: str, sources: Sequence[Source], moment: Moment) -> list[Quote]:
    """What the user said last, or the most telling of what they said on a day, where they ask for just that; oldest first.

    Args:
        words: What the user says.
        sources: What may be quoted, oldest first.
        moment: When they say it.
    """
    asked = WHAT_I_SAID.match(words)
    mine = [source for source in sources if source.role == "user" and source.said_at]
    if not asked or not mine:
        return []
    if not asked["then"]:
        return [Quote(shortened(mine[-1].text), mine[-1].text, mine[-1])]
    here = here_and_now(moment)
    day, zone = day_meant(words, here.date()) if means_one_day(words) else None, here.tzinfo
    then = [source for source in mine if source.said_at and source.said_at.astimezone(zone).date() == day]
    quotes = [Quote(shortened(source.text), source.text, source) for source in then if not asks(source.text)]
    best = sorted(quotes, key=lambda quote: -salience(quote.best))[:MOST_TOLD]
    return [quote for quote in quotes if quote in best]


def told_about(words: str, sources: Sequence[Source], timezone: str) -> list[Quote]:
    """The most telling of the user's sentences on what they ask to be told of, one a source, oldest first; none where something else is
    asked.

    Args:
        words: What the user says.
        sources: What may be quoted, oldest first.
        timezone: The user's. Of them no appointments are told: these may have been moved since, and are told where plans are asked for.
    """
    of_them, asked = ABOUT_THE_USER.search(words), ABOUT.search(words)
    about = set() if of_them else set(content(asked["what"])) if asked else set()
    if not (of_them or about):
        return []
    quotes = [quote for source in sources if source.role == "user" for quote in most_telling(source, about, timezone)]
    told = list({quote.best: quote for quote in quotes}.values())  # notes tell again what was said
    best = sorted(told, key=lambda quote: -salience(quote.best))[:MOST_TOLD]
    return [quote for quote in told if quote in best]


def most_telling(source: Source, about: set[str], timezone: str) -> list[Quote]:
    """The sentence of a source that tells most: of something, if all of its words stand there; of the user, if it tells enough."""

    def tells(part: str) -> bool:
        if about:
            return about <= set(content(part))
        return salience(part) >= LEAST_TELLING and not (source.said_at and commitments_in(part, source.said_at, timezone))

    best = max(
        (part for part in sentences(source.text) if not (asks(part) or asks_to_forget(part)) and tells(part)), key=salience, default=""
    )
    return [Quote(shortened(best), best, source)] if best else []
