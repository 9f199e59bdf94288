"""Whether two wordings mean the same thing that is planned."""

import re
from collections.abc import Iterator

from models.local.happened import MONTHS, WEEKDAYS
from models.local.sentences import STOP_WORDS, words
from models.local.wide_acts import is_wide

LONG_ENOUGH = 3  # letters of a word that tells what is meant; words of Korean and Japanese tell it with two
ANYTHING = {"appointment"}  # what an English speaker may call whatever has a time
WHICH = {"last", "next", "again", "time"}  # words of a question that name nothing
MOVES = set(  # what is said of anything that is moved or cancelled
    words(
        "moved pushed shifted postponed delayed rescheduled changed switched extended bumped brought forward instead cancelled canceled"
        " called off happening needed longer fell sorry"
    )
)
MOVING = MOVES | set(words("they've we've i've move push shift postpone delay reschedule change switch bring had have has"))
UNSAID = ANYTHING | {"예약", "약속", "일정", "予約", "約束", "予定"}  # what says no more of a thing than that it has a time
VERBS = r"(?:mov|push|shift|postpon|delay|reschedul|chang|switch|bump)(?:ed?|e)?"
NO_THING = r"me|us|it|to|by|until|till|from|for|because|due|an?|again|instead|and|so|than|back|forward|up|off|early|late"
MOVED_BY = re.compile(rf"^.*?\b{VERBS}(?: (?:back|forward|up|off))? (?:(?:my|our|the|his|her|their) )?(?!(?:{NO_THING})\b)(?=\w)", re.I)
HAS_MOVED = re.compile(rf" (?:has|have|had|was|were|is|are|got|gets|being)(?: been)? (?:{VERBS})(?: (?:back|forward|up|off))?$", re.I)
BESIDE_HEAD = re.compile(r" (?:with|for|at|in|of|about|to|from|on|before|after) .*| \(.*", re.DOTALL)
OWNER = re.compile(r"\b(?!(?:doctor|dentist|vet|hairdresser|barber)['\u2019])([\w-]+)['\u2019]s ")  # a doctor's appointment is one's own
BESIDE = r"(?:(?P<before>[\w-]+(?:'s)?) )?\b{head}\b(?: (?P<link>with|to|from|for|at|in|of) (?:(?:the|my|our|an?) )?(?P<after>[\w-]+))?"
WITH_WHOM = re.compile(
    r"([가-힣]{2,}?)(?:이랑|랑|와|과|하고)(?=\s)|([一-龯々ァ-ヴーぁ-ん]+?)(?:さん|ちゃん|くん|君|先生|様)?(?:との|と(?=[一-龯]))"
)
PROPER_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
CALENDAR = {name.casefold() for name in (*WEEKDAYS, *MONTHS)}
NO_KIND = CALENDAR | WHICH | MOVING | {"today", "tomorrow", "tonight", "morning", "afternoon", "evening"}  # "today's meeting" is one's own
ACTING = re.compile(r" (?:the|an?|my|our|his|her|their) ")  # "prepare the meeting" is no meeting


def telling(text: str) -> set[str]:
    """The words that tell what is meant, in their plain form."""
    found = set(words(text.casefold())) - STOP_WORDS
    return {word for word in found if len(word) >= (LONG_ENOUGH if word.isascii() else 2)}


def shared(one: str, other: str) -> int:
    """How many telling words two wordings have in common."""
    return len(named_in(one) & named_in(other))


def names_nothing(text: str) -> bool:
    """Whether a text that moves or cancels something does not say what: "it got moved"."""
    return telling(text) <= MOVES


def says_not_what(text: str) -> bool:
    """Whether a text that moves something calls it no more than it, or an appointment: "they moved my appointment"."""
    return telling(text) <= MOVING | UNSAID


def is_spoken_of(name: str, text: str) -> bool:
    """Whether a text speaks of something of this name beside what it moves: "the dentist called, they moved it"."""
    if is_wide(text):
        return any(word in text for word in name.split() if len(word) > 1 and word not in UNSAID)
    return not (named_in(name) - UNSAID).isdisjoint(named_in(text))


def what_moved(text: str) -> str:
    """What is moved, by words that say that it is: "physio", of "they moved my physio" and of "physio got moved"."""
    return HAS_MOVED.sub("", MOVED_BY.sub("", text))


def is_meant(name: str, text: str) -> bool:
    """Whether what a text moves or cancels may be something of this name: by the last word of its head, or by nothing that it does not say.

    "Sam cancelled" may be the dinner with Sam; "Sam moved to Berlin" is not. Korean and Japanese words need only have one in common.
    """
    if is_another(name, text):
        return False
    if is_wide(text):
        return shared(name, text) > 0
    said = named_in(text) - MOVES
    return not said.isdisjoint(last_of_head(name)) or (bool(said) and said <= named_in(name))


def is_another(name: str, text: str) -> bool:
    """Whether a text speaks of another thing of the kind: of dinner with Tom, or Tom's dinner, where the name is "dinner with Sara"."""
    if is_wide(text):
        said, known = whom_with(text), whom_with(name)
        return bool(said and known) and said.isdisjoint(known)
    if not owners_in(BESIDE_HEAD.sub("", name.casefold())) <= named_in(text):
        return True
    return any(how in said_of(head, name) and word not in named_in(name) for head in last_of_head(name) for how, word in beside(head, text))


def said_of(head: str, name: str) -> set[str]:
    """In which ways a text that names another word beside the head of a name speaks of another thing; whose it is always does."""
    return {"owner", *(how for how, _ in beside(head, name)), *(("kind", "with") if head in ANYTHING else ())}


def whom_with(text: str) -> set[str]:
    """With whom something is, by Korean or Japanese words."""
    return {found[1] or found[2] for found in WITH_WHOM.finditer(text)}


def beside(head: str, text: str) -> Iterator[tuple[str, str]]:
    """What stands beside a word that says what something is, each with how: ("with", "tom"), ("owner", "tom"), or ("kind", "budget")."""
    for found in re.finditer(BESIDE.format(head=re.escape(head)), text.casefold().replace("\u2019", "'")):
        before = found["before"] or ""
        how = "owner" if OWNER.match(f"{before} ") else "kind"
        for link, word in ((how, before.removesuffix("'s")), (found["link"], found["after"] or "")):
            if telling(word) - NO_KIND and not word.endswith("ly"):
                yield link, word


def is_named_in(name: str, text: str) -> bool:
    """Whether a text speaks of something of this name: of somebody's thing only where both say whose it is, and of no other name."""
    known = named_in(name)
    return shared(name, text) > 0 and owners_in(name) <= named_in(text) and owners_in(text) <= known and proper_in(text) <= known


def is_all_of(text: str, name: str) -> bool:
    """Whether a text speaks of something of this name, and of nothing else: "when was my flight?", not "when was Lisbon built?".

    Of Korean and Japanese words it is enough that they name it: what asks there is not parted from what names.
    """
    return is_named_in(name, text) and (is_wide(text) or named_in(text) - ANYTHING - WHICH <= named_in(name))


def proper_in(text: str) -> set[str]:
    """The names of people and places in a text, as far as capitals tell."""
    return {word.casefold() for word in PROPER_NAME.findall(text)} - CALENDAR


def last_of_head(name: str) -> set[str]:
    """What something is, by the last word of its name before what stands beside it; of a "dentist appointment" both."""
    parts = [word for word in BESIDE_HEAD.sub("", name.casefold()).split() if telling(word)]
    last = parts[-2:] if telling("".join(parts[-1:])) == ANYTHING else parts[-1:]
    return named_in(" ".join(last))


def owners_in(text: str) -> set[str]:
    """Whose something is, by a text."""
    return telling(" ".join(OWNER.findall(text.casefold())))


def named_in(text: str) -> set[str]:
    """The telling words of a text, those of owners without their 's."""
    return {word.removesuffix("'s") for word in telling(text.replace("\u2019", "'"))}


def is_all_that_is_named(name: str, what: str) -> bool:
    """Whether something of this name is what a few words name: "the notary" is the appointment with the notary, but no other."""
    said = named_in(what) - ANYTHING
    return bool(said) and said <= named_in(name) and owners_in(BESIDE_HEAD.sub("", name.casefold())) <= said


def is_called(name: str, words: str) -> bool:
    """Whether something of this name may be called so in English: by the last word of its head, and by nothing that its name does not say.

    A "flight check-in" is no flight, and Tom's flight is called so only with his name; a "dentist appointment" may be "the dentist".
    """
    head, said = BESIDE_HEAD.sub("", name.casefold()), telling(words)
    return said - ANYTHING <= telling(name) and owners_in(head) <= said and bool(said & last_of_head(name)) and not ACTING.search(head)
