"""Whose it is: what somebody else does, is or has answers nothing that users ask of themselves."""

import re

from models.life_threads.wide import CALLED, JAPANESE_RELATIONS, KOREAN_KIN
from models.local.evidence import FIRST_PERSON, KIN
from models.local.happened import MONTHS, WEEKDAYS
from models.local.questions import Question, same_person
from models.local.sentences import content, stem

NAME = r"(?-i:[A-Z][\w-]+)"
RELATIVE = rf"(?:my|our|the|an?|his|her|their) (?:[\w-]+ ){{0,2}}?(?!famil){KIN.pattern}(?: of (?:mine|ours))?"
OPENERS = r"(?:(?:and|but|so|well|oh|also|anyway|actually|btw|by the way|fyi),? )*"
SOMEBODY = rf"^\W*{OPENERS}(?:(?P<relative>{RELATIVE})(?:,? {NAME})?,?|(?P<name>{NAME}(?: {NAME})?))"
ADVERBS = r"(?: (?:also|still|really|now|just|already|only|always|never|currently|actually))*"
DOES = re.compile(rf"{SOMEBODY}{ADVERBS} (?P<verb>[a-z]+)\b(?P<rest>.*)", re.I | re.S)
OWNS = re.compile(rf"{SOMEBODY}['\u2019]s (?P<thing>.+)", re.I | re.S)
ASKED_TO_DO = re.compile(rf"\b(?P<helping>do|did|have|am|was|are|were) (?:i|we){ADVERBS} (?P<verb>[a-z]+)", re.I)
MINE = re.compile(r"\b(?:my|our) (?P<thing>[\w-]+(?P<of_it>['\u2019]s)?(?: [\w-]+)?)", re.I)
NO_PERSON = re.compile(  # begins a sentence with a capital letter all the same
    r"(?:it|this|that|there|here|what|today|yesterday|tomorrow|tonight|now|then|just|still|also|already|recently|finally|really|currently"
    rf"|actually|only|never|always|once|later|first|last|next|not|we|you|every(?:body|one)|{'|'.join((*WEEKDAYS, *MONTHS))})\b",
    re.I,
)
FORMS = {form: verb for verb, forms in {"have": "has had have got own owns", "be": "is are was were am"}.items() for form in forms.split()}
AT_MOST = 3  # words that name what somebody has
JAPANESE_MINE = re.compile(r"(?:私|わたし|僕|ぼく|俺|自分)の(?P<thing>[一-龯々ァ-ヴー]+)")
JAPANESE_OTHER = re.compile(
    rf"(?:{'|'.join(sorted(JAPANESE_RELATIONS))}|友達|友人|同僚|彼女?|{CALLED})(?:さん|ちゃん)?の(?P<thing>[一-龯々ァ-ヴー]+)"
)
KOREAN_MINE = re.compile(r"(?:^|\s)(?:내|제|나의|저의)\s(?P<thing>[가-힣]+)")
KOREAN_OTHER = re.compile(rf"(?:^|\s)(?:{'|'.join(sorted(KOREAN_KIN))}|친구|[가-힣]{{1,4}}(?:씨|님))(?:의)?\s(?P<thing>[가-힣]+)")
# "고양이 이름", "猫の名前": what is asked of one is not told of another.
ATTRIBUTE = re.compile(
    r"(?P<korean>[가-힣]{2,}?)(?:의|들)?\s(?P<korean_thing>이름|생일|나이|주소|전화번호|직업|색깔)"
    r"|(?P<japanese>[一-龯々ァ-ヴー]+)の(?P<japanese_thing>名前|誕生日|年齢|歳|住所|電話番号|仕事|職業|色)"
)


def of_somebody_else(question: Question, text: str, user_name: str = "") -> bool:
    """Whether a sentence tells of somebody else what the question asks of the user: "Ben likes jazz" where it is "do I like jazz?".

    It does not where the question names that person too, or the speaker comes in besides.
    """
    if _has_what_is_mine(question.text, text) or _is_of_another(question.text, text):
        return True
    if question.subject != "user" or question.wanted == "person":
        return False
    does, owns = DOES.match(text), OWNS.match(text)
    if owns and _is_another(owns, question, user_name):
        return not _mine(question).isdisjoint(content(" ".join(owns["thing"].split()[:2])))
    return does is not None and _is_another(does, question, user_name) and _does_it(does, question)


def _is_another(found: re.Match[str], question: Question, user_name: str) -> bool:
    """Whether who is found at the beginning is neither the user nor in the question, and the user does not come in later."""
    who = found["relative"] or found["name"]
    if found["name"] and (NO_PERSON.match(who) or (user_name and same_person(who, user_name))):
        return False
    ends = found.end("relative") if found["relative"] else found.end("name")
    return FIRST_PERSON.search(found.string, ends) is None and set(content(who)).isdisjoint(content(question.text))


def _does_it(does: re.Match[str], question: Question) -> bool:
    """Whether somebody does what is asked of the user, or has a thing of the kind that is asked of the user's."""
    verb, rest = _plain(does["verb"]), does["rest"]
    if verb == "have" and not _mine(question).isdisjoint(content(" ".join(rest.split()[:AT_MOST]))):
        return True
    asked = ASKED_TO_DO.search(question.text)
    if asked is None or (does["name"] and does["verb"] == asked["verb"].lower()):  # "Still live in Oslo" tells of nobody called Still
        return False
    if asked["helping"].lower() in ("do", "did", "have"):
        return verb == _plain(asked["verb"])
    return verb == "be" and stem(asked["verb"].lower()) in content(rest)


def _mine(question: Question) -> set[str]:
    """The stems of what the user calls theirs; of "my dog's birthday" it is the dog."""
    things = [found["thing"].split()[0] if found["of_it"] else found["thing"] for found in MINE.finditer(question.text)]
    return set(content(" ".join(things)))


def _plain(verb: str) -> str:
    return FORMS.get(verb.lower()) or stem(verb.lower())


def _has_what_is_mine(question: str, text: str) -> bool:
    """Whether a sentence tells in Korean or Japanese of something of somebody's that is asked of as "my": 母の誕生日, 私の誕生日."""
    for mine, other in ((JAPANESE_MINE, JAPANESE_OTHER), (KOREAN_MINE, KOREAN_OTHER)):
        asked, found = mine.search(question), other.search(text)
        if asked and found and not mine.search(text):
            return set(content(asked["thing"])) == set(content(found["thing"]))
    return False


def _is_of_another(question: str, text: str) -> bool:
    """Whether a sentence tells in Korean or Japanese of another's what the question asks of one: the dog's name, not the cat's."""
    asked, told = ATTRIBUTE.search(question), ATTRIBUTE.search(text)
    if asked is None or told is None:
        return False
    (whose, thing), (other, told_thing) = (filter(None, found.groups()) for found in (asked, told))
    return thing == told_thing and whose != other and whose not in text
