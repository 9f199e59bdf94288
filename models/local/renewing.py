"""What changed since: a newer sentence that says so stands before the older one that it may have changed."""

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import timedelta

from models.local.evidence import FIRST_PERSON, Evidence, Passage, tells_of_kin
from models.local.questions import PROPER, Question
from models.local.sentences import content
from models.local.wide_acts import is_wide

CHANGED = re.compile(
    r"\b(?:no longer|any ?more|changed|switched|quit|gave up|given up|stopped|sold|broke up|split up|divorced|left my job|resigned|retired"
    r"|moved (?:from|out|to|in with|back)|renamed|replaced|got rid of|passed away|died|instead|from now on|used to|correction|i meant"
    r"|actually|finally|at last|already|now)\b",
    re.IGNORECASE,
)
ENOUGH = 2  # words of a question, so that a sentence that has them all is about the same
# Of these, what often changes nothing.
LITTLE = re.compile(r"\b(?:actually|finally|at last|already|now|instead|stopped)\b", re.IGNORECASE)

NAME = (  # a capital letter, or in careless typing any word that names no thing
    r"(?:(?:the )?(?-i:[A-Z])|(?!(?:the|an?|my|our|his|her|their|its|another|new|that|this|it|me|you|him|them|us|home|night|bed|tears|least"
    r"|once|first|times|all)\b)\w)"
)
NOWADAYS = r"(?:['\u2019]s| (?:do|does|am|is|are)\b).*"
# States that are asked for, and how people tell that theirs is another now.
STATES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.I), re.compile(told, re.I))
    for asked, told in (
        (
            rf"\b(?:where|(?:what|which) (?:city|town|country|village|place)){NOWADAYS}\bliv(?:e|es|ing)\b",
            rf"\b(?:moved|relocated) (?:back |out |over )?to {NAME}|\bmoved in with\b|\b(?:live|lives|living) in {NAME}",
        ),
        (
            rf"\b(?:where{NOWADAYS}\bwork(?:s|ing)?|who{NOWADAYS}\bwork(?:s|ing)? for)\b",
            r"\b(?:started|began|starting|got|took)(?: work(?:ing)?| (?:an?|my|his|her|the)(?: new)? (?:job|position|role))"
            rf" (?:at|for|with) {NAME}|\b(?:work|works|working) (?:at|for) {NAME}",
        ),
        (r"어디.*(?:살|사는|사시|사세)", r"(?:로|에서?)\s?(?:이사|살[아고])"),
        (r"어디.*(?:일하|일해|다니|다녀)", r"로\s?이직|에\s?(?:취직|입사|다니|다녀)|에서\s?일(?:해|하)"),
        (r"どこに.*(?:住|すん)", r"に(?:引っ越|引越|移住|住んで|移っ)"),
        (r"どこ[でに].*(?:働|勤め)", r"で働|に(?:転職|就職|入社|勤め)"),
    )
)
NOT_NOW = re.compile(  # past, wished for, denied, or still to come
    r"\b(?:used to|want|wants|wanted|would|wish|hope|might|may|could|if|unless|not|never|almost|nearly|before|once|dream\w*|thinking|will"
    r"|going to|gonna)\b|n['\u2019]t\b|['\u2019](?:ll|d)\b|싶|예전|전에는|않|[으려]면|住んでい?た|たい|前は|以前|昔|ない|かも|つもり|予定",
    re.I,
)
UNSAID = re.compile(r"^\W*(?:(?:actually|update|just|recently|finally|now)\W+)*(?:moved|relocated|started|began|got|took)\b", re.I)
TOPIC = re.compile(r"^(?P<korean>[가-힣]{1,8}?)(?:은|는|이|가|께서)\s|^(?P<japanese>[^、。\s]{1,8}?)[はが]")
MYSELF = re.compile(r"나|저|내|제|우리|저희|私|わたし|僕|ぼく|俺|うち|今|이제|지금|오늘|今日|昨日|先週|先月|最近")
PUTS_RIGHT = re.compile(
    r"^\W*(?:(?:no|nope|oh|wait|sorry|oops|actually|i mean|i meant|correction|hang on|my mistake)\b\W*)+"
    r"(?:it|he|she|that|they|its|the name)(?:['\u2019](?:s|re)| is| are|s)\b"
    r"|^\W*(?:(?:no|nope|oh|wait|sorry|oops|actually|hang on|my mistake)\b\W*)*i meant(?! (?:to|that|it|you|well|no)\b)",
    re.I,
)
# "Not Biscuit but Brownie": what is put right by its old word, however long ago it was told.
NOT_BUT = re.compile(
    r"\bnot (?-i:([A-Z]\w+))(?:,? but\b|, (?=(?-i:[A-Z])))"
    r"|([가-힣]{2,}?)(?:이|가)? 아니(?:라|고)|([一-龯々ァ-ヴー]{2,})(?:じゃ|では)な(?:くて?|い)",
    re.I,
)
OWNER = re.compile(r"(\w+)['\u2019]s\b")
FIRST_WORD = re.compile(r"[A-Z]\w+\b(?!['\u2019]s)")
AT_ONCE = timedelta(minutes=30)


def newer(question: Question, best: Evidence, passages: Sequence[Passage]) -> Evidence | None:
    """The newest sentence that its speaker said after the best of the evidence and that says that it changed, if there is one.

    Args:
        question: What is asked.
        best: What answers it best.
        passages: All that may be quoted, oldest first.
    """
    if question.oldest or question.wanted in ("time", "duration"):  # when something was is asked of what was
        return None
    since = [one for one in passages if is_later(one, best.passage)]
    known = {name for one in passages for name in names_in(one.text)}
    later = [one for one in since if renews(one, best.passage, question, known) or tells_anew(one, best.passage, question)]
    later = later or [one for one in since[:1] if puts_right(one, best.passage)]
    return replace(best, passage=later[-1]) if later else None


def tells_anew(one: Passage, old: Passage, question: Question) -> bool:
    """Whether a sentence tells a state that is asked for, or puts another word in the place of one of the older sentence."""
    return tells_the_state(one, question) or replaces(one.text, old.text, question.text)


def is_later(one: Passage, other: Passage) -> bool:
    """Whether a sentence was said after another, by the same speaker."""
    if one.source.said_at is None or other.source.said_at is None:
        return False
    return (one.source.role, one.source.speaker) == (other.source.role, other.source.speaker) and one.source.said_at > other.source.said_at


def tells_the_state(one: Passage, question: Question) -> bool:
    """Whether a sentence tells, of whom the question is about, a state that it asks for, as "I moved to Porto" where somebody lives."""
    if NOT_NOW.search(one.text) or not any(asked.search(question.text) and told.search(one.text) for asked, told in STATES):
        return False
    if is_wide(one.text):
        return topic_of(one.text) in ("", topic_of(question.text))
    if not question.names <= set(one.stems) or not question.names.isdisjoint(content(" ".join(OWNER.findall(one.text)))):
        return False
    return question.subject != "user" or of_the_speaker(question, one.text) or UNSAID.match(one.text) is not None


def topic_of(text: str) -> str:
    """Of whom a Korean or Japanese sentence tells, by the particle behind; empty where it is who speaks, or nobody is named."""
    found = TOPIC.match(text)
    topic = (found["korean"] or found["japanese"]) if found else ""
    return "" if MYSELF.fullmatch(topic) else topic


def replaces(text: str, old: str, question: str) -> bool:
    """Whether a text says of a word of an older one that it should be another, "not Biscuit but Brownie", and is of nobody else."""
    words = {word for found in NOT_BUT.finditer(text) for word in found.groups() if word and word in old}
    return bool(words) and topic_of(text) in ("", topic_of(question), *words)


def puts_right(one: Passage, old: Passage) -> bool:
    """Whether a sentence puts right what was said just before it: "no wait, it's Rui"."""
    begun, said = old.source.said_at, one.source.said_at
    return begun is not None and said is not None and said - begun <= AT_ONCE and PUTS_RIGHT.match(one.text) is not None


def renews(one: Passage, old: Passage, question: Question, known: Set[str]) -> bool:
    """Whether a sentence tells that what an older one says has changed: it says so, and it names what the older one and the question
    name, or all that is asked about."""
    if not CHANGED.search(one.text) or (question.subject == "user" and not of_the_speaker(question, one.text)):
        return False
    if len(question.content) >= ENOUGH and set(question.content) <= set(one.stems):
        return True
    if not CHANGED.search(LITTLE.sub(" ", one.text)) or not question.names & names_in(question.text) <= set(one.stems):
        return False
    return bool(names_in(old.text, known) & names_in(one.text, known)) and bool(set(one.stems) & set(old.stems))


def of_the_speaker(question: Question, text: str) -> bool:
    """Whether a sentence is about who speaks, or somebody of theirs of whom is asked: neither "my son is no longer ill" nor "Tom quit"."""
    return FIRST_PERSON.search(text) is not None and not tells_of_kin(question, text)


def names_in(text: str, known: Set[str] = frozenset()) -> set[str]:
    """The stems of the proper names of a text; its first word is one where it is known for a name."""
    first = FIRST_WORD.match(text)
    return {stem for name in PROPER.findall(text) for stem in content(name)} | (known & {*content(first[0] if first else "")})
