"""What the user told of themselves, or of somebody or something, where they ask for just that."""

import re
from collections.abc import Sequence

from models.asking_to_forget import asks_to_forget
from models.commitments.english import PAST
from models.commitments.finding import commitments_in
from models.local.evidence import FIRST_PERSON, Source
from models.local.happened import ENDED, day_meant, denies, means_one_day
from models.local.highlights import salience
from models.local.past_days import Days, days_gone, without_days
from models.local.quoting import Quote, shortened
from models.local.sentences import content, sentences
from models.local.small_talk import small_talk_of
from models.local.sources import own_sentences
from models.local.wide_acts import asks
from models.mind import Moment
from models.times import here_and_now, zone_named

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

SAID = (
    r"(?:did|have) (?:i|we) (?:just |already |last )?(?:say|said|(?:tell|ask|told|asked)(?: you)?|mention(?:ed)?|discuss(?:ed)?"
    r"|(?:talk|talked|speak|spoken|chat|chatted)(?: to you)? about)(?: just now| to you)?"
)
WHAT_I_SAID = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*(?:and |so )?what (?P<me>{SAID})(?P<then>(?: [\w'\u2019]+,?){{0,6}})\W*$",
        r"^\W*(?P<then>[^?\uff1f]{0,20}?)(?:에는?|엔)?\s?(?:방금|아까|마지막으로)?\s?(?P<me>내가|제가|나는|저는|우리가?|우리는)?\s?(?:방금|아까)?\s?"
        r"(?:뭐라고?|무슨\s?(?:말|얘기|이야기)[을를]?|뭘?\s?(?:말|얘기|이야기))\s?(?:말|얘기|이야기)?"
        r"(?:했|그랬|하셨|나눴|나누었)(?:었?지|어|나|더라|니|죠|습니까|나요|어요|지요)\W*$",
        r"^\W*(?P<then>[^?\uff1f]{0,14}?)[にの、]?\s?(?:さっき|最後に)?(?P<me>(?:私|僕|俺|わたし|私たち)[はが])?(?:さっき)?"
        r"(?:(?:何|なん)の話を?し|(?:何て|なんて|何と|何を|なにを|何)(?:言っ|いっ|話し|話をし|しゃべっ|言い))"
        r"(?:て(?:い)?)?(?:まし)?た(?:っけ|かな|の|か)?\W*$",
    )
)

WHAT_I_DID = re.compile(
    r"^\W*(?:and |so )?what (?:did|have) (?:i|we) (?:all )?(?:do|done|get up to|been (?:doing|up to))"
    r"(?P<then>(?: [\w'\u2019]+,?){1,6})\W*$",
    re.I,
)


def what_i_said(words: str) -> str | None:
    """When it was, in their words, where users ask for just what they said; empty where it is the last that they said.

    With neither a time nor who it was, Korean and Japanese may ask for the words of another: 何て言った\uff1f
    """
    asked = next((found for pattern in WHAT_I_SAID if (found := pattern.match(words))), None)
    if asked is None or not (asked["then"] or asked["me"]) or content(without_days(asked["then"])):
        return None
    return asked["then"].rstrip()  # " in 2025" names a year only behind a blank


def said_last(words: str, sources: Sequence[Source]) -> list[Quote]:
    """What the user said last, where they ask for just that.

    Args:
        words: What the user says.
        sources: What may be quoted, oldest first.
    """
    mine = [source for source in sources if source.role == "user" and source.said_at]
    return [Quote(shortened(one.text), one.text, one) for one in mine[-1:]] if what_i_said(words) == "" else []


def days_asked(words: str, moment: Moment) -> Days | None:
    """The days of which users ask just what they said then; None where they ask something else."""
    then = what_i_said(words)
    return days_gone(then, here_and_now(moment).date()) if then else None


def days_of_doing(words: str, moment: Moment) -> Days | None:
    """The days of which users ask what they did then; None where they ask something else."""
    asked = WHAT_I_DID.match(words)
    named = asked and not content(without_days(asked["then"]))
    return days_gone(asked["then"], here_and_now(moment).date()) if asked and named else None


def done_on(days: Days, sources: Sequence[Source], user_name: str, timezone: str) -> list[Quote]:
    """The sentences in which the user told what was on these days, counted from when each was said; the latest of them, oldest first."""
    zone, one_day = zone_named(timezone), days.first == days.last
    own = own_sentences(sources, user_name)
    told = [(part, source, source.said_at.astimezone(zone).date()) for part, source in own if source.said_at and tells_of_a_past(part)]
    then = [(part, source, day_meant(part, said)) for part, source, said in told if means_one_day(part) or not one_day]
    return [Quote(shortened(part), part, source) for part, source, day in then if day and days.first <= day <= days.last][-MOST_TOLD:]


def tells_of_a_past(part: str) -> bool:
    """Whether a sentence tells of something that the speaker had part in, and neither asks, denies, nor wants to be forgotten."""
    over = FIRST_PERSON.search(part) and (PAST.search(part.lower()) or ENDED.search(part.lower()))
    return bool(over) and not (denies(part) or asks(part) or asks_to_forget(part))


def said_on(days: Days, sources: Sequence[Source], timezone: str) -> list[Quote]:
    """The most telling of what the user said on these days where they are, oldest first."""
    zone = zone_named(timezone)
    mine = [source for source in sources if source.role == "user" and source.said_at]
    then = [source for source in mine if source.said_at and days.first <= source.said_at.astimezone(zone).date() <= days.last]
    quotes = [
        Quote(shortened(source.text), source.text, source) for source in then if not (asks(source.text) or small_talk_of(source.text))
    ]
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
