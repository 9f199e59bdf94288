"""What a message asks for: whether it is a question at all, about whom, and what kind of answer would do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Literal

from models.local.happened import RELATIVE, day_meant, means_one_day
from models.local.sentences import TELLS, content, is_question, sentences, words
from models.local.small_talk import SmallTalk, small_talk_of
from models.local.wide_acts import is_wide, wide_act_of

Act = SmallTalk | Literal["question", "request", "statement"]
Wanted = Literal["time", "duration", "number", "person", "place", "reason", "thing"]
Subject = Literal["user", "assistant", "named", "nobody"]

POLITE = r"(?:please |can you |could you |would you |will you |help me (?:to )?|i (?:want|need|would like|'d like) you to |now )*"
REQUEST = re.compile(
    rf"^\W*{POLITE}(?:write|compose|translate|explain|generate|draft|create|code|implement|calculate|compute|solve|summari[sz]e|rewrite|"
    r"rephrase|proofread|design|list|suggest|recommend|brainstorm|describe|compare|convert|draw|plan|define|invent|improvise|"
    r"give me (?:an?|some|\d+|the)|tell me (?:an?|some|more)|(?:show|teach) me)\b",
    re.I,
)
TELL_OF = re.compile(rf"^\W*{POLITE}tell me (?:(?:something|everything|all) )?about\b", re.I)
REMINDER = re.compile(r"^\W*(?:(?:please|(?:can|could|will|would) you)\W+)*remind me to\b", re.I)
SECRET = r"(?:password|passcode|code|pin|number|name|address|username|login)"  # what is asked for by "I forgot my ..."
ASKED = r"(?:what|when|where|who|how|which)"
RECALLING = re.compile(
    rf"\b(?:remind me(?! to\b)|do you remember|can you recall|remember {ASKED}|did i (?:tell|say|mention)|have i (?:told|mentioned)|"
    r"i (?:told|said|mentioned)|(?:our|my) (?:previous|last|earlier|past) (?:chat|conversation|discussion)|"
    rf"tell me (?:again|about my|{ASKED})|"
    rf"i(?:'ve)? (?:forgot(?:ten)?|forget|wonder|(?:can't|don't|cannot) (?:remember|recall)) (?:{ASKED}|my (?:[\w-]+ ){{0,3}}{SECRET}))\b",
    re.I,
)
GENERAL = re.compile(
    r"^\W*(?:what (?:is|are) (?:the )?(?:capital|meaning|definition|difference|population|formula|square root|speed|distance|tallest|"
    r"largest|smallest|best way)\b|who (?:wrote|invented|discovered|painted|composed|founded)\b|what does \w+ mean\b|"
    r"how (?:do|can|does) (?:you|one|people)\b|how (?:many|much) \w+ (?:are|is) in an?\b|why (?:is|are|do|does) (?:the|people|we)\b|"
    r"(?:what|how much) (?:is|are) [\d(])",
    re.I,
)
FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|my|mine|me|we|we're|we've|our|ours|us|myself)\b", re.I)
TO_ME = re.compile(r"\b(?:remind|tell|give|show|help|let|for|to|ask(?:ed|ing)?) me\b", re.I)
SELF_ONLY = re.compile(
    rf"{TO_ME.pattern}|\bour (?:previous|last|earlier|past) \w+|\bi (?:remember|think|was wondering|wonder)\b|"
    r"\bwe (?:talked|spoke|discussed|chatted)\b",
    re.I,
)
TOLD = (
    r"(?:recommend|suggest|mention|g[ai]ve|told|provide|create|said|wrote|written|list|share|made|came|explain|describe|generate|"
    r"propose|refer|name)\w*"
)
OF_ASSISTANT = re.compile(
    rf"\b(?:did|have|had|were|was|are) you\b|\byou(?:'ve| had| have| just)* (?:{TOLD}|help|use|promise|note)|\byour\b", re.I
)
BY_ASSISTANT = re.compile(rf"\byou(?:'ve| had| have| just| previously| also)* {TOLD}", re.I)
ASKED_OF_YOU = re.compile(r"\b(?:can|could|would|will|do) you (?:please |also )?\w+", re.I)
LEADING = re.compile(
    r"\b(?:remind me(?: again)?(?: of| about)?|i was wondering(?: if)?|do you (?:remember|recall)|can you recall)\b,?", re.I
)
ENOUGH = 3
ADVICE = re.compile(
    r"\b(?:any|some|more|good|other) (?:\w+ )?(?:ideas?|suggestions?|tips|advice|recommendations?|thoughts|options|ways)\b|"
    r"\bwhat (?:should|could|can) (?:i|we)\b|\bshould (?:i|we)\b|\bcan you (?:recommend|suggest|help)\b|"
    r"\bhow (?:can|should|could|do) (?:i|we)\b",
    re.I,
)
NEWEST = re.compile(r"\b(?:current(?:ly)?|now|nowadays|latest|most recent(?:ly)?|these days|at the moment|still|so far|last)\b", re.I)
OLDEST = re.compile(r"\b(?:first|originally|initially|at first|used to|previous(?:ly)?|earliest)\b", re.I)
PROPER = re.compile(
    r"(?:(?<![.!?]\s)|(?<=Dr\.\s)|(?<=M[rs]\.\s)|(?<=Mrs\.\s))(?<!^)\b(?!I\b|I'|English\b)[A-Z][\w&'’-]*(?:\s+[A-Z][\w&'’-]*)*"
)
MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
MONTH = rf"(?P<month>{'|'.join(month.capitalize() for month in MONTHS)})"
DATED = re.compile(
    rf"\s*\b(?:on|in|during|of|around|by|at|from|since|for)?\s*(?:the )?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?)?"
    rf"\b(?!May (?:I|we|you)\b){MONTH}\b"
    rf"(?:\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b)?(?:,?\s*(?P<year>(?:19|20)\d\d)\b)?"
    r"|\s+(?:in|during|of)\s+(?P<only_year>(?:19|20)\d\d)\b"
)
# What is asked for in these words stands in no answer.
MEASURE = re.compile(
    r"\bhow (?:many|long)\b(?: (?:day|week|month|year|hour|minute|time)s?\b)?(?: ago\b| (?:have |had )?passed\b)?|"
    r"\b(?:what|which) (?:year|month|week|date|day)\b",
    re.I,
)
NUMERAL = re.compile(r"\b\d[\w-]*")
KIN = re.compile(
    r"\b(?:mom|mum|mother|dad|father|sister|brother|son|daughter|wife|husband|aunt|uncle|niece|nephew|cousin|grand\w+|boss|roommate|"
    r"girlfriend|boyfriend|neighbou?r)\b",
    re.I,
)
QUANTITY = r"(?:number|percentage|amount|price|cost|size|time|age|score|rate)"
SPOT = r"(?:city|country|state|town|place|location|restaurant|store|shop|museum|school|university|park|beach|hotel|venue|area)"
KINDS: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        "duration",
        re.compile(r"\bhow long\b(?! ago)|\bhow many (?:days?|weeks?|months?|years?|hours?|minutes?)\b(?! ago)|\bhow old\b", re.I),
    ),
    ("time", re.compile(r"\bwhen\b|\b(?:what|which) (?:date|day|month|week|season|year)\b|\bhow (?:long|many \w+) ago\b", re.I)),
    ("number", re.compile(rf"\bhow (?:many|much|often|far|big|tall|fast)\b|\bwhat {QUANTITY}\b|\btotal\b", re.I)),
    ("person", re.compile(r"\bwho(?:m|se)?\b", re.I)),
    ("place", re.compile(rf"\bwhere\b|\b(?:what|which) {SPOT}\b", re.I)),
    ("reason", re.compile(r"\bwhy\b|\bwhat (?:inspired|motivated|made|prompted)\b|\bhow come\b|\bfor what reason\b", re.I)),
)


@dataclass(frozen=True)
class Dated:
    """The day, month or year that a question names; 0 for what it does not. Where it is about that day, it is not the day itself that is
    meant, but one near it. Days begin and end as they do in the zone."""

    year: int = 0
    month: int = 0
    day: int = 0
    about: bool = False
    zone: tzinfo = UTC


@dataclass(frozen=True)
class Question:
    """A question as the local mind reads it.

    Attributes:
        text: The words as they were said.
        content: The stems of its words that carry meaning, without the names of `people`, in order.
        wanted: The kind of answer that would do.
        subject: Whom it asks about: the user, the assistant, or people by name.
        people: The speakers it names, the one it asks about first.
        names: Its other proper names, its numbers and words of kinship, as stems: evidence is expected to have them.
        plain: The question without the names of its people and without its date, as it is compared with sentences.
        dated: The date it names, if any.
        newest: It asks for the present state of things.
        oldest: It asks for what was first.
    """

    text: str
    content: tuple[str, ...]
    wanted: Wanted
    subject: Subject
    people: tuple[str, ...]
    names: frozenset[str]
    plain: str
    dated: Dated | None
    newest: bool
    oldest: bool


def act_of(message: str) -> Act:
    """What a message does. A message that both tells and asks is a question; "can you remind me to ..." tells."""
    if REMINDER.match(message):
        return "statement"
    parts = [part for part in sentences(message) if not TELLS.match(part)]
    if not parts and message.strip():
        return "statement"
    if spoken := small_talk_of(message):
        return spoken
    if RECALLING.search(message) and not message.rstrip().endswith((".", "!")):
        return "question"
    if any(REQUEST.match(part) for part in parts) and not RECALLING.search(message):
        return "request"
    if ADVICE.search(message) and not RECALLING.search(message):
        return "request"
    if RECALLING.search(parts[-1] if parts else "") or any(is_question(part) or TELL_OF.match(part) for part in parts):
        return "question"
    return wide_act_of(message) if is_wide(message) else "statement"


def tells_something(message: str) -> bool:
    """Whether a message is more than a greeting, thanks or a nod, and than a single word."""
    return len(words(message)) > 1 and small_talk_of(message) is None


def is_general(message: str) -> bool:
    """Whether a message clearly asks for no memory: general knowledge, or a piece of work without a word about anybody's own life."""
    if RECALLING.search(message) or OF_ASSISTANT.search(message):
        return False
    own = FIRST_PERSON.search(TO_ME.sub(" ", message))
    return own is None and (GENERAL.match(message) is not None or REQUEST.match(message) is not None)


def read_question(
    message: str, user_name: str = "", assistant_name: str = "", speakers: Sequence[str] = (), asked_at: datetime | None = None
) -> Question:
    """Reads a message as a question.

    Args:
        message: The words.
        user_name: The user's name, or an empty string.
        assistant_name: The assistant's.
        speakers: The names of those who speak in what may be quoted.
        asked_at: When it is asked, in the time zone that days are counted in: from there words like "last Friday" count. Without, they are
            left alone.
    """
    people = _people(message, [name for name in (user_name, assistant_name, *speakers) if name])
    dated = _date_in(message) or (_date_meant(message, asked_at) if asked_at else None)
    plain = RELATIVE.sub(" ", DATED.sub(" ", without_names(core_of(message), people))).strip()
    spoken = {word for name in people for word in words(name)}
    found = [stem for stem in content(MEASURE.sub(" ", plain)) if stem not in spoken]
    asking = asking_in(message) or message
    return Question(
        text=message,
        content=tuple(dict.fromkeys(found)),
        wanted=next((kind for kind, pattern in KINDS if pattern.search(asking)), "thing"),
        subject=_subject(message, people, user_name, assistant_name),
        people=people,
        names=frozenset(stem for name in (*PROPER.findall(plain), *NUMERAL.findall(plain), *KIN.findall(plain)) for stem in content(name)),
        plain=plain,
        dated=replace(dated, zone=asked_at.tzinfo) if dated and asked_at and asked_at.tzinfo else dated,
        newest=NEWEST.search(asking) is not None,
        oldest=OLDEST.search(asking) is not None,
    )


def core_of(message: str) -> str:
    """What is asked, without what leads to it ("I'm going to Rome again. Could you remind me of ..."), where enough words are left."""
    core = LEADING.split(asking_in(message) or message)[-1].strip()
    return core if len(content(core)) >= ENOUGH else message


def asked_in(message: str) -> str:
    """What of a message asks, without the small talk around it, where enough words are left; else the whole."""
    asking = asking_in(message)
    return asking if len(content(asking)) >= ENOUGH else message


def asking_in(message: str) -> str:
    """The sentences of a message that ask; empty where none does."""
    return " ".join(part for part in sentences(message) if is_question(part))


def same_person(name: str, other: str) -> bool:
    """Whether two names can be one person's: equal first names, or one the short form of the other (Mel, Melanie)."""
    first, second = (part.lower().split()[0] if part.split() else "" for part in (name, other))
    short, long = sorted((first, second), key=len)
    return bool(short) and (short == long or (len(short) >= 3 and long.startswith(short)))


def without_names(text: str, people: Sequence[str]) -> str:
    """The text without these names: a name says who is spoken to or of, and only blurs what is said."""
    if not people:
        return text
    for name in people:
        for form in {name, name.split()[0], *(word for word in re.findall(r"\b[A-Z]\w+", text) if same_person(word, name))}:
            text = re.sub(rf",?\s*\b{re.escape(form)}(?:['’]s)?\b(?=\s*[,!?.]|\s|$)", "", text)
    return re.sub(r"\s+([,!?.])", r"\1", text).strip(" ,!")


def _date_in(message: str) -> Dated | None:
    """The first date that the message names."""
    found = DATED.search(message)
    if found is None:
        return None
    month = MONTHS.index(found["month"].lower()) + 1 if found["month"] else 0
    return Dated(int(found["year"] or found["only_year"] or 0), month, int(found["day"] or found["day_after"] or 0))


def _date_meant(message: str, asked_at: datetime) -> Dated | None:
    day = day_meant(message, asked_at.date())
    return Dated(day.year, day.month, day.day, about=not means_one_day(message)) if day else None


def _people(message: str, names: Sequence[str]) -> tuple[str, ...]:
    """The names among `names` that the message uses, in the order of its words."""
    found: dict[str, int] = {}
    for word in re.finditer(r"\b[^\W\d_][\w-]*", message):
        for name in names:
            if word.group()[0].isupper() and same_person(word.group(), name) and not any(same_person(name, other) for other in found):
                found[name] = word.start()
    return tuple(sorted(found, key=lambda name: found[name]))


def _subject(message: str, people: Sequence[str], user_name: str, assistant_name: str) -> Subject:
    if people:
        if user_name and same_person(people[0], user_name):
            return "user"
        return "assistant" if assistant_name and same_person(people[0], assistant_name) else "named"
    message = ASKED_OF_YOU.sub(" ", message)
    if BY_ASSISTANT.search(message) and not re.search(r"\b(?:did|have) i\b", message, re.I):
        return "assistant"
    if FIRST_PERSON.search(SELF_ONLY.sub(" ", core_of(message))) and not re.search(r"\bdid you\b", message, re.I):
        return "user"
    return "assistant" if OF_ASSISTANT.search(message) else "nobody"
