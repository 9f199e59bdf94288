"""How a turn is worded, apart from what it is about: its function words and endings, and where they stand."""

import re
from zlib import crc32

LONGEST = 400  # letters that are read
ORDER = 3  # words in a row
ENDING = 4  # letters
RUN = 4  # letters in a row
BUCKETS, WIDE_BUCKETS = 4_096, 32_768
WORDS_IN_PLACE = """
    a an the and or but so if then than as of in on at to for from by with about into over after before since until during between
    out up down off again i i'm i've i'll i'd im ive me my mine myself we we're we've us our ours you you're your yours he he's she
    she's him her his hers it it's its they they're them their theirs this that these those there here who who's whom whose what
    what's whats which when when's where where's why why's how how's do does did don't doesn't didn't done doing is are am was were
    be been being isn't wasn't aren't weren't have has had having haven't hasn't hadn't can could can't couldn't will would won't
    wouldn't shall should shouldn't may might must let let's not no yes yeah yep nope ok okay sure thanks thank please just only
    also too very really still already yet ever never always often usually back now today tonight tomorrow yesterday ago last next
    first second third other another one ones same more most less least much many few some any every each all both either else
    remember recall remind told tell said say talked talk mentioned mention suggested suggest recommended recommend asked ask
    promised agreed decided planned plan discussed shared share gave give given wrote write sent made make called call named name
    know knew think thought want wanted need needed like liked love loved hate use used using get got go went going come came buy
    bought see saw take took keep kept find found work worked live lived start started stop moved time times day days week weeks
    month months year years long far old date number kind type thing things stuff best good better favorite favourite new explain
    describe translate list create generate compose draft calculate convert summarize classify rewrite rephrase shorter longer
    simpler example elaborate continue expand
"""
FUNCTION_WORDS = frozenset(WORDS_IN_PLACE.split())
PART = re.compile(
    r"(?P<latin>[a-zA-Z]+(?:['’][a-z]+)?)|(?P<number>\d+)|(?P<hangul>[가-힣]+)|(?P<kana>[ぁ-ゖー]+)|(?P<content>[ァ-ヺ一-鿿々]+)|(?P<mark>[?？!.,:;\n\"])"
)
MARKS = re.compile(r"[^가-힣ぁ-ゖァ-ヺー一-鿿々0-9a-z?]+")
LATIN_ENDINGS = ("ing", "ed", "s")
AFTER_THE_LAST = re.compile(r"[\s?？!.。！~ㅋㅠ\"]+$")
SHORT_HANGUL, YEAR = 2, 4


def buckets_of(words: str, *, wide: bool = False) -> list[int]:
    """The buckets of a turn's patterns, each once, by CRC-32: the hashing trick (Weinberger et al. 2009).

    Args:
        words: What was said.
        wide: For a head of Korean and Japanese: with the letters in a row, in a larger table.
    """
    patterns = [*patterns_of(words), *letters_in_a_row(words)] if wide else patterns_of(words)
    count = WIDE_BUCKETS if wide else BUCKETS
    return sorted({crc32(pattern.encode("utf-8", "surrogatepass")) % count for pattern in patterns})


def letters_in_a_row(words: str) -> list[str]:
    """One to four letters in a row, across blanks too: what a turn is about and how it is told, where no embedder and no blank tells it
    (Cavnar and Trenkle 1994)."""
    plain = f" {MARKS.sub(' ', words[:LONGEST].lower().replace('？', '?'))} "
    return [f"row {plain[at : at + count]}" for count in range(1, RUN + 1) for at in range(len(plain) - count + 1)]


def patterns_of(words: str) -> list[str]:
    """Up to three parts of the skeleton in a row; of Korean and Japanese also how words and the whole end."""
    parts = skeleton(words)
    rows = [" ".join(parts[at : at + count]) for count in range(1, ORDER + 1) for at in range(len(parts) - count + 1)]
    particles = [part[-1] for part in parts if "가" <= part[-1] <= "힣"]
    kana = [
        part[at : at + count] for part in parts if "ぁ" <= part[0] <= "ゖ" for count in (2, 3, 4) for at in range(len(part) - count + 1)
    ]
    return rows + [f"word {one}" for one in particles] + [f"kana {one}" for one in kana] + _endings(words)


def skeleton(words: str) -> list[str]:
    """The function words of a turn in their places, with signs for all others: `^ what X my N $`."""
    found = ["^"]
    for part in PART.finditer(words[:LONGEST]):
        found.append(_sign(part, first=len(found) == 1))
    return [*found, "$"]


def _sign(part: re.Match[str], *, first: bool) -> str:
    text = part.group()
    match part.lastgroup:
        case "latin":
            word = text.lower().replace("’", "'")
            if word in FUNCTION_WORDS:
                return word
            ending = next((one for one in LATIN_ENDINGS if word.endswith(one)), "")
            return ("N" if text[0].isupper() and not first else "X") + ending
        case "number":
            return "year" if len(text) == YEAR else "#"
        case "hangul":
            return text if len(text) <= SHORT_HANGUL else f"X{text[-2:]}"
        case "content":
            return "漢"
        case _:
            return "?" if text == "？" else text


def _endings(words: str) -> list[str]:
    """The last letters of what is not written in Latin."""
    last = AFTER_THE_LAST.sub("", words[-60:])
    return [f"end {last[-count:]}" for count in range(1, ENDING + 1)] if last and ord(last[-1]) > ord("ÿ") else []
