"""Finds commitments in what was said, in English, Korean and Japanese, without a language model."""

import re
from datetime import date, datetime
from typing import NamedTuple, Protocol

from models.commitments import english, japanese, korean
from models.commitments.commitment import Commitment, Party
from models.times import zone_named

CALLED_OFF = re.compile(
    r"\b(?:cancel(?:l?ed|s|l?ing)?|call(?:ed|s|ing) off|(?:is|are|'s|was) (?:off|not happening)|fell through"
    r"|no longer (?:happening|needed))\b"
    r"|취소|없던 (?:일|걸)로|キャンセル|中止|取りやめ|なくなっ",
    re.I,
)

# "Forget the notary appointment", of something planned; what was said of it is another thing to forget.
DROPPED = re.compile(
    r"(?:^|[.!]\s)\W*(?:(?:please|ok(?:ay)?|oh|actually|no|so|well)[ ,]{1,3}){0,3}(?:forget|never ?mind|scratch)(?: about)?"
    r" (?:the|my|our) (?P<what>[\w'\u2019 -]{2,60}?)(?=\s*(?:[.!,;]\s*(?:it|that|they)(?:['\u2019]s| is| was| got| has)\b|[.!;]|$)"
    r"|\s(?:on|at|tomorrow|today|tonight|next|this)\b)",
    re.I,
)

ASKS_FOR_ALL = re.compile(
    r"\b(?:what|which|show|list|tell)\b.{0,200}\b(?:schedule|agenda|calendar|appointments|deadlines|plans|reminders|coming up)\b"
    r"|\banything (?:planned|scheduled|coming up)\b"
    r"|\b(?:have i got|do i have) any(?:thing on\b| (?:appointments|deadlines|plans|reminders)\b)"
    r"|\bwhat (?:did i (?:ask|tell|want) you to|do you have to|are you going to|will you) remind me (?:of|about)\b"
    r"|\bwhat (?:must|should)(?:n't i| i not) forget\b"
    r"|\bwhat do i (?:still )?(?:have|need) to (?:do|remember)\b(?! (?:to|about|for|with|if|when|in)\b)"
    r"|\bwhat(?:'s| is) (?:still )?(?:left|open) (?:to do|on my list|this week)\W*$|\bmy to-?do(?:s|-? ?list)\b"
    r"|할 ?일(?:이|은|을|에)? ?(?:뭐|뭔|무엇|있|남|알려)|やる(?:べき)?こと(?:は|って|が|を)(?:何|なに|ある|教え)?[^。]{0,6}$"
    r"|일정|알려 ?달라고 (?:했|한)|予定|リマインド",
    re.I,
)

ASKS_FOR_PLANS = re.compile(
    r"\b(?:when(?:'s| is| are| am| was| were| do (?:i|we)| does)|what time|am i free|what am i doing"
    r"|do i have (?:anything|something|plans)|any plans"
    r"|(?:my|the) (?:schedule|agenda|calendar|appointments?|plans?)|coming up)\b|언제|몇 시|일정|약속|いつ|何時|予定",
    re.I,
)

WHEN_IT_WAS = re.compile(r"\bwhen (?:was|were)\b|언제였|いつだった|いつでした", re.I)


class Finds(Protocol):
    def __call__(self, text: str, here: datetime, speaker: Party) -> list[Commitment]: ...


class Tells(Protocol):
    def __call__(self, text: str, here: datetime) -> bool: ...


class Names(Protocol):
    def __call__(self, text: str, here: datetime) -> list[date]: ...


class Language(NamedTuple):
    """How commitments, and times to come, are found in a language."""

    commitments_in: Finds
    tells_a_time: Tells
    days_told: Names


ENGLISH = Language(english.commitments_in, english.tells_a_time, english.days_told)
KOREAN = Language(korean.commitments_in, korean.tells_a_time, korean.days_told)
JAPANESE = Language(japanese.commitments_in, japanese.tells_a_time, japanese.days_told)


def commitments_in(text: str, said_at: datetime, timezone: str, speaker: Party = "user") -> list[Commitment]:
    """The commitments in what somebody said, in the order of the words.

    Args:
        text: What was said.
        said_at: When, with a time zone.
        timezone: The user's, which all times are in.
        speaker: Who said it: whose "I" it is.

    Raises:
        InputError: There is no such time zone.
    """
    return language_of(text).commitments_in(text, said_at.astimezone(zone_named(timezone)), speaker)


def tells_a_time(text: str, said_at: datetime, timezone: str) -> bool:
    """Whether something in the words names a time from `said_at` on.

    Raises:
        InputError: There is no such time zone.
    """
    return language_of(text).tells_a_time(text, said_at.astimezone(zone_named(timezone)))


def days_told(text: str, said_at: datetime, timezone: str) -> list[str]:
    """The days, in ISO form, that the words name, from that of `said_at` on.

    Raises:
        InputError: There is no such time zone.
    """
    return [day.isoformat() for day in language_of(text).days_told(text, said_at.astimezone(zone_named(timezone)))]


def accepts(text: str) -> bool:
    """Whether English words say yes to what was asked just before."""
    return english.accepts(text)


def calls_off(text: str) -> bool:
    """Whether the words call something off, which they need not date."""
    return bool(CALLED_OFF.search(text) or DROPPED.search(text))


def dropped(text: str) -> str:
    """What the words ask to forget about, as something planned; empty where they do not."""
    found = DROPPED.search(text)
    return found["what"] if found else ""


def asks_for_all(text: str) -> bool:
    """Whether the words ask for all that is coming up."""
    return bool(ASKS_FOR_ALL.search(text))


def asks_for_plans(text: str) -> bool:
    """Whether the words ask when something is or was, or what there is."""
    return bool(ASKS_FOR_PLANS.search(text))


def asks_when_it_was(text: str) -> bool:
    """Whether the words ask when something was."""
    return bool(WHEN_IT_WAS.search(text))


def language_of(text: str) -> Language:
    """The rules for a text; what is neither Japanese nor Korean is read as English."""
    return JAPANESE if japanese.is_written_in(text) else KOREAN if korean.is_written_in(text) else ENGLISH
