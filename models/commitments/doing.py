"""Whether somebody says that what was to be done is done: "I paid the rent" of "pay the rent"."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from models.commitments.alike import last_of_head, named_in, owners_in, telling
from models.local.sentences import IRREGULAR, sentences, stem, words
from models.local.wide_acts import KANA, asks, is_wide

CLAUSE_ENDS = re.compile(
    r"[,;:()]| (?:but|although|though|because|since|so|while|which|who)\b| and (?=(?:i|we|i've|we've|i'll|we'll)\b)", re.I
)
NOT_DONE = re.compile(  # denied, conditional, still to come, or long ago
    r"n['\u2019]t\b|['\u2019]ll\b|\b(?:not|no|never|nothing|without|dream(?:ed|t)|almost"
    r"|nearly|barely|if|unless|whether|will|going to|gonna|should|must|needs? to"
    r"|(?:once|when|until|before) (?:i|we|it|he|she|they|the|my|that)|(?:have|has|had) to|wants?|wanted|would|wish|could|might|may|can"
    r"|forgot|forget|tried|try|trying|plan|planned|meant|supposed|promised|hope|tomorrow|next|(?:weeks?|months?|years?) ago"
    r"|last (?:week|month|year|time|summer|winter|spring|autumn|fall))\b",
    re.I,
)
OF_IT = {"about", "for", "without", "of", "on", "from"}  # before a thing: what is done is done to another
OF_OTHERS = {"his", "her", "their", "your"}
IN_PART = re.compile(r"\b(?:half|part|parts|most|some|first|draft|start|started|begun|began|working|worked)\b", re.I)
LATELY = r"(?:(?:have|had|just|already|finally|also|now|then|even|all|actually|both|since) +)*"
BY_ONESELF = re.compile(rf"(?:^|\W)(?:i|we|i['\u2019]ve|we['\u2019]ve|i['\u2019]d|we['\u2019]d) +{LATELY}$", re.I)
ALSO_BY_ONESELF = re.compile(rf"^\W*(?:\w+ +)?(?:i|we)\b(?:(?!\b(?:he|she|they|you|that)\b).)*\b(?:and|then) +{LATELY}$", re.I)
FOR_ITSELF = re.compile(rf"\b(?:is|are|was|were|been|got(?: [\w'\u2019]+){{0,4}}|['\u2019]s) +{LATELY}$", re.I)
AT_ONCE = re.compile(rf"^\W*(?:(?:yes|yeah|yep|ok|okay|oh|so|and|good news|fyi|update|by the way|btw)\W+)*{LATELY}$", re.I)
SUBJECTS = (BY_ONESELF, ALSO_BY_ONESELF, FOR_ITSELF, AT_ONCE)
PAST = {"did", "done", "put", "read", "set", "cut", "let", "hit", "quit", "shut", "split"}  # beside the regular ones
OF_ANYTHING = {
    stem(stem(one)) for one in words("did done finished completed submitted sent filed sorted handed turned delivered paid settled")
}
ASKS_MORE = re.compile(  # than whether: what was done, how, or that something was told
    r"^\W*(?:and |so |but )?(?:what|how|why|where|whom?|whose|which|when)\b|\b(?:tell|told|mention(?:ed)?|ever)\b"
    r"|[何誰]|どこ|どう|いつ|뭐|뭘|뭔|무엇|무슨|누구|누가|어디|언제|어떻게|왜|얼마",
    re.I,
)
ASKS_IF_DONE = re.compile(
    r"\b(?:did|have|has) (?:i|we)\b(?! to\b)|\b(?:do|must|should) (?:i|we) (?:still|really)\b|\bis\b.{1,60}\b(?:done|paid|finished|sent)\b"
    r"|냈(?:나|어\?)|했(?:나|던가|어\?)|았(?:나|어\?)|었(?:나|어\?)|[ただ](?:っけ|かな|か)",
    re.I,
)

KOREAN_PAST = re.compile(normalize("NFD", "(.+)\u11bb(?:어|다|습니다|지|네|음|거든)"))
KOREAN_NOT_DONE = re.compile(
    r"(?:^|\s)(?:안|못|아직|거의|조금|반쯤)\s|지 ?(?:않|못)|려고|[으다]면|야 (?:해|하|돼|되|겠)|지난 ?(?:달|주|해)|작년|내일"
)
CONTRACTED = str.maketrans(
    "\u1167\u116f\u116a\u1162", "\u1175\u116e\u1169\u1161"
)  # the vowels of 쳐, 줘, 봐, 해 to those of 치, 주, 보, 하
KOREAN_OF_ANYTHING = ("끝내", "끝나", "마치", "완료하", "해결하", "처리하", "다 하")
NOUN_VERB = ("하", "해", "어", "아", "여")

JAPANESE_PAST = re.compile(r"(?:ました|[いきしちりっん][ただ]|え?た|済み(?:です)?|完了(?:です)?)[よねわ]*[\s.。!\uff01〜ー]*$")
JAPANESE_NOT_DONE = re.compile(
    r"忘れ|頼[んみ]|たかった|約束|と言|に行|ない|なかった|ません|まだ|たら|れば|つもり|なきゃ|途中|半分|始め|先月|先週|去年|明日|ほとんど|もう少し"
)
JAPANESE_OF_ANYTHING = re.compile(
    r"終わ|終え|済|完了|完成|仕上|払|納め|提出|出し|返し|返却|買っ|買い|送っ|送り|渡し|届け|やっ|やり|片付|直し"
)
KANJI_OR_KATAKANA = re.compile(r"[\u4e00-\u9fff\u30a0-\u30ff]+")


def may_say_done(text: str) -> bool:
    """Whether it is worth looking for something that the words say is done."""
    return any(_past_words(clause) or JAPANESE_PAST.search(clause) or _korean_pasts(clause) for clause in _clauses(text))


def says_done(text: str, name: str, *, task: bool) -> bool:
    """Whether the words say that something of this name is done.

    Args:
        name: As "pay the rent", or "report".
        task: Whether it is there to be done (a promise, a deadline), so that "I finished the report" is enough; what takes place has to be
            done by its own verb: "I called mom".
    """
    return any(_is_done(clause, name, task) for clause in _clauses(text))


def may_ask_if_done(text: str) -> bool:
    """Whether the words ask if anything was done, or is still to be."""
    return ASKS_IF_DONE.search(text) is not None and not ASKS_MORE.search(text)


def asks_if_done(text: str, name: str) -> bool:
    """Whether the words ask if something of this name was done, or is still to be."""
    if not may_ask_if_done(text):
        return False
    if is_wide(text):
        return _shared_noun(text, name)
    said, meant = {_plainest(word) for word in words(text)}, _object_of(name)
    verb = _stems(name) - meant
    return meant <= said and ((bool(verb) and verb <= said) or not said.isdisjoint(OF_ANYTHING - {"did"}))


def _clauses(text: str) -> Iterator[str]:
    """What is told of in the words, without what asks."""
    for sentence in sentences(text):
        if not asks(sentence):
            yield from filter(None, map(str.strip, CLAUSE_ENDS.split(sentence)))


def _is_done(clause: str, name: str, task: bool) -> bool:
    if KANA.search(clause):
        return _is_done_in_japanese(clause, name, task)
    if is_wide(clause):
        return _is_done_in_korean(clause, name, task)
    about = [part for part in clause.split(" and ") if _has_object(part, name)]
    if NOT_DONE.search(clause) or not about or not owners_in(about[0]) <= named_in(name):
        return False
    whole = task and not IN_PART.search(clause)
    own = _stems(name) | ({"did"} if name.startswith("do ") else set())
    return any(verb in own or (whole and verb in OF_ANYTHING) for verb in _past_words(clause))


def _has_object(part: str, name: str) -> bool:
    """Whether a part of a clause has what something of this name is done to, and not of others, "his report", nor by the way, "a question
    about the report", nor another thing of its kind, "the gym bill" of the electricity bill."""
    spoken, named = part.casefold().replace("\u2019", "'").split(), name.casefold().split()
    said = [_plainest("".join(words(word.removesuffix("'s")))) for word in spoken]
    if not (meant := _object_of(name)) <= {_plainest(word) for word in words(part)}:
        return False
    places = [at for at, word in enumerate(said) if word in meant]
    kinds = [{_plainest(one) for one in telling(named[at - 1])} for at, word in enumerate(named) if at > 1 and _plainest(word) in meant]
    return any(_is_it(spoken, at, set(named), kinds[0] if kinds else set()) for at in places)


def _is_it(spoken: list[str], at: int, named: set[str], kind: set[str]) -> bool:
    """Whether the word at a place of a clause is the thing of a name: nobody else's, not beside another thing, and of the same kind."""
    before = set(spoken[max(0, at - 2) : at])
    other_kind = kind and {_plainest(one) for word in spoken[max(1, at - 1) : at] for one in telling(word)} - kind
    of_others = before & OF_OTHERS and not any(word.endswith("'s") for word in named)
    return not (of_others or (before & OF_IT) - named or other_kind or (spoken[at].endswith("'s") and spoken[at] not in named))


def _past_words(clause: str) -> list[str]:
    """The stems of the verbs of which a clause says that somebody did it, or that it is done."""
    found = [(one.group().lower(), one.start()) for one in re.finditer(r"[A-Za-z]+", clause)]
    past = [(word, at) for word, at in found if word.endswith("ed") or word in IRREGULAR or word in PAST]
    return [_plainest(word) for word, at in past if any(subject.search(clause, 0, at) for subject in SUBJECTS)]


def _object_of(name: str) -> set[str]:
    """What it is done to: the last word of its head."""
    return {_plainest(word) for word in last_of_head(name)}


def _stems(text: str) -> set[str]:
    return {_plainest(word) for word in named_in(text)}


def _plainest(word: str) -> str:
    """A word without its endings: "watered" as "water"."""
    return stem(stem(word))


def _shared_noun(text: str, name: str) -> bool:
    """Whether a Korean or Japanese text has a noun of the name."""
    if KANA.search(text) or KANA.search(name):
        return any(noun in text for noun in KANJI_OR_KATAKANA.findall(name) if len(noun) > 1 or len(name) < 4)
    return not {stem(word) for word in text.split()}.isdisjoint(stem(word) for word in name.split())


def _is_done_in_korean(clause: str, name: str, task: bool) -> bool:
    pasts = _korean_pasts(clause)
    if not pasts or KOREAN_NOT_DONE.search(clause):
        return False
    verbs = {word.removesuffix("기") for word in name.split()}
    fits = any(past == verb + end or past == verb for past in pasts for verb in verbs for end in NOUN_VERB)
    nouns = " ".join(word for word in name.split() if word.removesuffix("기") not in pasts)
    return (fits or (task and any(past in KOREAN_OF_ANYTHING for past in pasts))) and (not nouns or _shared_noun(clause, nouns))


def _korean_pasts(clause: str) -> set[str]:
    """The verbs of a clause in the past, without their endings: 냈어요 as 내, 고쳤다 as 고쳐 and 고치."""
    pasts = filter(None, (KOREAN_PAST.match(normalize("NFD", word)) for word in clause.split()))
    return {normalize("NFC", form) for past in pasts for form in (past[1], past[1][:-1] + past[1][-1].translate(CONTRACTED))}


def _is_done_in_japanese(clause: str, name: str, task: bool) -> bool:
    if not JAPANESE_PAST.search(clause) or JAPANESE_NOT_DONE.search(clause):
        return False
    runs = KANJI_OR_KATAKANA.findall(clause)
    nouns = [noun for noun in KANJI_OR_KATAKANA.findall(name) if (noun in clause if len(noun) > 1 else noun in runs)]
    if not nouns or re.search(rf"{nouns[-1]}が(?!(?:もう|やっと|全部)?(?:終わ|済|完了|完成|でき))", clause):
        return False
    own = len(nouns) > 1 and nouns == KANJI_OR_KATAKANA.findall(name)  # its verb too
    return own or (task and bool(JAPANESE_OF_ANYTHING.search(clause)))
