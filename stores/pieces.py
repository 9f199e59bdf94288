"""Cuts text into what an embedder reads at once: no more than it can take in, and for a message no aside together with the rest."""

import re
from collections.abc import Callable

PIECE_SIZE = 150.0  # in words; about 200 of the 256 tokens that MiniLM reads
LETTERS_A_WORD = 8
SENTENCES = re.compile(r"[^.!?。\uff01\uff1f\n]*[.!?。\uff01\uff1f\n]+\s*|[^.!?。\uff01\uff1f\n]+")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
HANGUL = re.compile(r"[\uac00-\ud7a3]")
TALK = 600.0  # in words: who writes more writes a document, whose sentences belong together
LEAST = 4.0  # words before an aside, or within it: fewer say nothing by themselves
ASIDE = re.compile(
    r"""
    \s*(?:
        (?:(?:oh|ah|and|but|so|well|hey)[,\s]+)*+
        (?:
            (?:by\ the\ way|btw|incidentally|fyi|also|oh|anyways?|p\.?\ ?s|as\ for|speaking\ of|in\ other\ news|before\ i\ forget)\b
            | on\ (?:an|a)?(?:other|\ different|\ side|\ related|\ completely\ different)\ note\b
            | (?:that|this|which)\ reminds\ me\b
            | (?:one\ more|another)\ thing\b
            | i\ (?:almost|nearly)\ forgot\b
            | while\ (?:we|i)(?:'|\u2019)?(?:re|m|\ are|\ am)\ (?:at\ it|on\ the\ (?:subject|topic))\b
        )
        | .*\bby\ the\ way\W*$
        | (?:아[,\s]*)?(?:참|맞다)[,!\s] | 그나저나 | 그건\ ?그렇고 | 그러고\ ?보니 | 말이\ ?나온\ ?김에 | 덧붙여
        | ところで | そういえば | ちなみに | それはそうと | 話は(?:変|か)わ | 余談
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def size(text: str) -> float:
    """The length of a text in English words, as a word-piece tokenizer would count it: CJK letters and long strings count by letter."""
    wide, hangul = len(WIDE.findall(text)), len(HANGUL.findall(text))
    narrow = HANGUL.sub(" ", WIDE.sub(" ", text))
    words = sum(max(1.0, len(word) / LETTERS_A_WORD) for word in narrow.split())
    return words + 0.75 * wide + 2.0 * hangul


def matters_of(text: str) -> list[str]:
    """What a message is about, one after another: a new matter begins where somebody says "by the way"; joined, they are the text again.

    An aside is what memory is asked for later as often as the rest is, and in one vector with the rest it is hardly found.
    """
    matters: list[str] = []
    for sentence in SENTENCES.findall(text) if size(text) <= TALK else [text]:
        if matters and not (ASIDE.match(sentence) and size(matters[-1]) >= LEAST):
            matters[-1] += sentence
        else:
            matters.append(sentence)
    return matters


def message_pieces(text: str) -> list[str]:
    """The pieces of a message, none of them about two matters; joined, they are the text again."""
    return [piece for matter in matters_of(text) for piece in pieces_of(matter)]


def pieces_of(text: str) -> list[str]:
    """The text cut at sentence ends into pieces of at most PIECE_SIZE; joined, they are the text again."""
    pieces: list[str] = []
    length = 0.0
    for part in (half for sentence in SENTENCES.findall(text) for half in halves(sentence)):
        part_size = size(part)
        if pieces and length + part_size <= PIECE_SIZE:
            pieces[-1] += part
            length += part_size
        else:
            pieces.append(part)
            length = part_size
    return pieces


def halves(text: str, most: float = PIECE_SIZE, measure: Callable[[str], float] = size) -> list[str]:
    """A sentence that is too long by itself, halved until its parts fit; at a space where there is one."""
    if measure(text) <= most or len(text) < 2:
        return [text]
    middle = len(text) // 2
    space = text.rfind(" ", middle // 2, middle)
    cut = space + 1 if space >= 0 else middle
    return halves(text[:cut], most, measure) + halves(text[cut:], most, measure)
