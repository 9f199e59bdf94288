"""Sentences and words, by rules: what the local mind reads text with. English in full; any other script by words or letter pairs."""

import re
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
BOUNDARY = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\s\da-z]|\d|i\b)|(?<=[。\uff01\uff1f])|\s*\n+\s*")
ABBREVIATION = re.compile(r"(?:(?<!['’\w])(?:(?i:mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|approx|jr|sr)|(?!I\b)[A-Z])|^\W*\d+)\.$")
BULLET = re.compile(r"^(?:[-*•#>]+|\d+[.)])\s+|\*\*")
OPENING = re.compile(
    r"^(?:\W|\b(?:so|and|but|well|hey|hi|ok|okay|oh|wow|btw|also|by the way|anyway)\b)*"
    r"(?:who|whom|whose|what|what's|when|where|which|why|how|is|are|was|were|do|does|did|have you|has|can|could|would you|will|should|am i|"
    r"any (?:other|more|idea|thoughts|tips|plans|suggestions)|remind me(?! to\b)|tell me|do you remember)\b",
    re.IGNORECASE,
)
TELLS = re.compile(  # what it is asked to keep in mind, or whether it knows
    r"^\W*(?:(?:please|(?:can|could|will|would) you)\W+)*(?:remember|note|(?:note|write) (?:it )?down|keep in mind|make a note) that\b"
    r"(?! (?:time|day|night|one|thing)\b)"
    r"|^\W*did you know,?(?: that)? (?:i|i'm|i've|my|we|we're|we've|our)\b",
    re.IGNORECASE,
)
KOREAN_ENDINGS = r"(?:[습입합됩십갑옵봅]니까|(?<!니)까|(?<![머언라아])니|죠|[었았했였겠있없]나|[었았했였겠있없하되오]나요)요?"
JAPANESE_ENDINGS = r"(?:です|ます|でした|ました|でしょう)か。?"
ASKING_ENDINGS = re.compile(rf"(?:[?\uff1f]|{KOREAN_ENDINGS}|吗|嗎|呢|{JAPANESE_ENDINGS})[\s\"'”’)]*$")

WORDS_WITHOUT_MEANING = """
    a about after again all also am an and any anyone anything are as at be been before being but by can could did do does doing done
    each else ever every for from get gets getting got had has have having he her here hers him his how i i'd i'll i'm i've if in into is
    it it's its itself just kind let like lot many may maybe me might mine more most much must my myself no nor not now of off oh ok okay
    on one only or other our ours out over own please really s same she should so some someone something such t than thank thanks that
    that's the their theirs them then there there's these they they're thing things this those through to too type under until up us very
    want was we we're we've well were what what's when where which while who whom whose why will with would wow yeah yes yet you you'd
    you'll you're you've your yours yourself remind remember tell know recall mention mentioned told said say previous previously
    conversation chat earlier talked discussed currently current recently suggest suggested suggestion suggestions recommend recommended
    recommendation recommendations tips advice ideas help
"""
KOREAN_WORDS = """
    언제 어디 누구 누가 뭐 뭘 무엇 무슨 왜 어떻게 어떤 어느 몇 얼마 언제야 언제지 어디야 어디지 누구야 누구지 뭐야 뭐예 뭐지 뭐였지 뭐더라
    나 나는 난 내 내가 저 저는 전 제 제가 우리 우리는 저희 너 너는 넌 네 네가
"""
FORMS = """
    be was were been|buy bought|go went gone goes going|see saw seen|make made|take took taken|give gave given|get got gotten|find found
    tell told|think thought|bring brought|teach taught|catch caught|feel felt|keep kept|leave left|lose lost|meet met|pay paid|sell sold
    send sent|spend spent|win won|write wrote written|run ran|sing sang sung|swim swam swum|speak spoke spoken|choose chose chosen
    drive drove driven|eat ate eaten|fall fell fallen|fly flew flown|forget forgot forgotten|grow grew grown|know knew known
    ride rode ridden|begin began begun|break broke broken|build built|draw drew drawn|drink drank drunk|hold held|hear heard|sleep slept
    stand stood|wear wore worn|wake woke woken|become became|come came|child children kids kid|person people|man men|woman women
    foot feet|wife wives|favorite favourite fave fav|color colour|mom mum mother|dad father|photo picture pic|movie film|bike bicycle
    phone telephone
"""
ENDINGS = "izations ization ations ation ingly edly ments ment ions ion ings ing ies ied ers er ed es ly s e y"

STOP_WORDS = frozenset(WORDS_WITHOUT_MEANING.split())
KOREAN_WITHOUT_MEANING = frozenset(KOREAN_WORDS.split())
IRREGULAR = {form: line.split()[0] for line in re.split(r"[|\n]", FORMS.strip()) for form in line.split()[1:]}
SUFFIXES = tuple(ENDINGS.split())
PARTICLES = re.compile(
    r"(?<=[\d\uac00-\ud7a3][\uac00-\ud7a3])(?:은|는|이|가|을|를|의|에|도|와|과|랑|이랑|로|으로|에서|에게|한테|께|까지|부터|처럼|보다|요|이에요|예요|이야|입니다|이었어|였어){1,3}$"
)
LONGEST_ABBREVIATION = 20  # letters, or of the number of a list
SHORTEST_STEM = 3
LONGEST_ENDING = 40  # letters, with the marks that close after it


def sentences(text: str) -> list[str]:
    """The sentences of a text in order, without list marks; lines are ends of sentences too."""
    found: list[str] = []
    for part in BOUNDARY.split(text):
        sentence = BULLET.sub("", part.strip()).strip()
        if not sentence:
            continue
        if found and ABBREVIATION.search(found[-1], max(0, len(found[-1]) - LONGEST_ABBREVIATION)):
            found[-1] += " " + sentence
        else:
            found.append(sentence)
    return found


def is_question(sentence: str) -> bool:
    """Whether a sentence asks: by its mark, its ending (Korean, Chinese, Japanese), or its first words where it has no other mark.

    "Can you remember that ...?" tells.
    """
    stripped = sentence.strip()
    if TELLS.match(stripped):
        return False
    if ASKING_ENDINGS.search(stripped[-LONGEST_ENDING:]):
        return True
    return not stripped.endswith((".", "!")) and OPENING.match(stripped) is not None


def words(text: str) -> list[str]:
    """The words of a text in lower case; scripts without spaces give pairs of letters."""
    found: list[str] = []
    for word in WORD.findall(text.lower().replace("\u2019", "'")):
        if WIDE.search(word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        else:
            found.append(word)
    return found


def content(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order; Korean pronouns and words that ask carry none."""
    return [found for word in words(text) if word not in STOP_WORDS and (found := stem(word)) not in KOREAN_WITHOUT_MEANING]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its ending, or without its Korean particles: crude, but the same for the forms of one word."""
    bare = PARTICLES.sub("", word).removesuffix("'s").removesuffix("'")
    bare = IRREGULAR.get(bare, bare)
    for suffix in SUFFIXES:
        if bare.endswith(suffix) and not bare.endswith("ss") and len(bare) - len(suffix) >= SHORTEST_STEM:
            bare = bare[: -len(suffix)]
            break
    doubled = len(bare) > SHORTEST_STEM and bare[-1] == bare[-2] and bare[-1] not in "ls"
    return bare[:-1] if doubled else bare
