"""What a message asks for: whether it is a question at all, about whom, and what kind of answer would do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models.sentences import content, is_question, sentences, words

Act = Literal["question", "request", "greeting", "thanks", "farewell", "statement"]
Wanted = Literal["time", "duration", "number", "person", "place", "reason", "thing"]
Subject = Literal["user", "assistant", "named", "nobody"]

GREETING = re.compile(r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|안녕\w*|こんにちは|おはよう\w*|你好|您好)\b[\s\w,]{0,20}\W*$", re.I)
THANKS = re.compile(r"^\W*(?:many |ok |okay |great |alright |perfect )*\W*(?:thanks?|thank you|thx|cheers|고마\w*|감사\w*|ありがとう\w*|谢谢)\b[^?]{0,50}$", re.I)
FAREWELL = re.compile(r"^\W*(?:good ?bye|bye|good night|see (?:you|ya)|talk to you later|take care|잘 ?가|さようなら|再见)\b[^?]{0,40}$", re.I)
REQUEST = re.compile(
    r"^\W*(?:please |can you |could you |would you |will you |help me (?:to )?|i (?:want|need|would like|'d like) you to |now )*"
    r"(?:write|compose|translate|explain|generate|draft|create|code|implement|calculate|compute|solve|summari[sz]e|rewrite|rephrase|"
    r"proofread|design|list|suggest|recommend|brainstorm|describe|compare|convert|draw|plan|define|invent|improvise|give me (?:an?|some|\d+|the))\b",
    re.I,
)
RECALLING = re.compile(
    r"\b(?:remind me|do you remember|can you recall|remember (?:what|when|where|who|how|which)|did i (?:tell|say|mention)|have i (?:told|mentioned)|"
    r"i (?:told|said|mentioned)|(?:our|my) (?:previous|last|earlier|past) (?:chat|conversation|discussion)|tell me (?:again|what|when|where|who|how|which|about my))\b",
    re.I,
)
GENERAL = re.compile(
    r"^\W*(?:what (?:is|are) (?:the )?(?:capital|meaning|definition|difference|population|formula|square root|speed|distance|tallest|largest|smallest|best way)\b|"
    r"who (?:wrote|invented|discovered|painted|composed|founded)\b|what does \w+ mean\b|how (?:do|can|does) (?:you|one|people)\b|how (?:many|much) \w+ (?:are|is) in an?\b|"
    r"why (?:is|are|do|does) (?:the|people|we)\b|(?:what|how much) (?:is|are) [\d(])",
    re.I,
)
FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|my|mine|me|we|we're|we've|our|ours|us|myself)\b", re.I)
SELF_ONLY = re.compile(r"\b(?:remind|tell|give|show|help|let|for|to|ask(?:ed|ing)?) me\b|\bour (?:previous|last|earlier|past) \w+|\bi (?:remember|think|was wondering|wonder)\b", re.I)
OF_ASSISTANT = re.compile(
    r"\b(?:did|have|had|were|was|are) you\b|\byou(?:'ve| had| have)? (?:just )?(?:recommend|suggest|mention|g[ai]ve|told|tell|provide|create|sa(?:y|id)|wrote|write|written|"
    r"list|share|made|make|came|come|explain|describe|help|use|generate|refer|propose|name|promise|note)\w*|\byour\b|\bare you\b",
    re.I,
)
NEWEST = re.compile(r"\b(?:current(?:ly)?|now|nowadays|latest|most recent(?:ly)?|these days|at the moment|still|so far|last)\b", re.I)
OLDEST = re.compile(r"\b(?:first|originally|initially|at first|used to|previous(?:ly)?|earliest)\b", re.I)
PROPER = re.compile(r"(?<![.!?]\s)(?<!^)\b(?!I\b|I'|English\b)[A-Z][\w&'’-]*(?:\s+[A-Z][\w&'’-]*)*")
KINDS: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    ("duration", re.compile(r"\bhow long\b|\bhow many (?:days?|weeks?|months?|years?|hours?|minutes?)\b|\bhow old\b", re.I)),
    ("number", re.compile(r"\bhow (?:many|much|often|far|big|tall|fast)\b|\bwhat (?:number|percentage|amount|price|cost|size|time|year|age|score|rate)\b|\btotal\b", re.I)),
    ("time", re.compile(r"\bwhen\b|\b(?:what|which) (?:date|day|month|week|season)\b|\bsince when\b|\bhow long ago\b", re.I)),
    ("person", re.compile(r"\bwho(?:m|se)?\b", re.I)),
    ("place", re.compile(r"\bwhere\b|\b(?:what|which) (?:city|country|state|town|place|location|restaurant|store|shop|museum|school|university|park|beach|hotel|venue|area)\b", re.I)),
    ("reason", re.compile(r"\bwhy\b|\bwhat (?:inspired|motivated|made|prompted)\b|\bhow come\b|\bfor what reason\b", re.I)),
)


@dataclass(frozen=True)
class Question:
    """A question as the local mind reads it.

    Attributes:
        text: The words as they were said.
        content: The stems of its words that carry meaning, without the names of `people`, in order.
        wanted: The kind of answer that would do.
        subject: Whom it asks about: the user, the assistant, or people by name.
        people: The speakers it names, the one it asks about first.
        names: Its other proper names and its numbers, as stems: evidence is expected to have them.
        plain: The question with the names of its people left out, as it is compared with sentences.
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
    newest: bool
    oldest: bool


def act_of(message: str) -> Act:
    """What a message does. A message that both tells and asks is a question."""
    parts = sentences(message)
    if GREETING.match(message):
        return "greeting"
    if THANKS.match(message):
        return "thanks"
    if FAREWELL.match(message):
        return "farewell"
    if RECALLING.search(message) and not message.rstrip().endswith((".", "!")):
        return "question"
    if any(REQUEST.match(part) for part in parts) and not RECALLING.search(message):
        return "request"
    return "question" if RECALLING.search(parts[-1] if parts else "") or any(is_question(part) for part in parts) else "statement"


def is_general(message: str) -> bool:
    """Whether a message clearly asks for no memory: general knowledge, or a piece of work without a word about anybody's own life."""
    if RECALLING.search(message) or OF_ASSISTANT.search(message):
        return False
    own = FIRST_PERSON.search(re.sub(r"\b(?:for|to|give|tell|help|show) me\b", "", message, flags=re.I))
    return own is None and (GENERAL.match(message) is not None or REQUEST.match(message) is not None)


def read_question(message: str, user_name: str = "", assistant_name: str = "", speakers: Sequence[str] = ()) -> Question:
    """Reads a message as a question. `speakers` are the names of those who speak in what may be quoted."""
    people = _people(message, [name for name in (user_name, assistant_name, *speakers) if name])
    plain = without_names(message, people)
    spoken = {word for name in people for word in words(name)}
    found = [stem for stem in content(plain) if stem not in spoken]
    asked = " ".join(part for part in sentences(message) if is_question(part)) or message
    return Question(
        text=message,
        content=tuple(dict.fromkeys(found)),
        wanted=next((kind for kind, pattern in KINDS if pattern.search(asked)), "thing"),
        subject=_subject(message, people, user_name, assistant_name),
        people=people,
        names=frozenset(stem for name in (*PROPER.findall(plain), *re.findall(r"\b\d[\w-]*", plain)) for stem in content(name)),
        plain=plain,
        newest=NEWEST.search(asked) is not None,
        oldest=OLDEST.search(asked) is not None,
    )


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
    if FIRST_PERSON.search(SELF_ONLY.sub(" ", message)) and not re.search(r"\bdid you\b", message, re.I):
        return "user"
    return "assistant" if OF_ASSISTANT.search(message) else "nobody"
