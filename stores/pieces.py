"""Cuts long text into pieces that an embedder reads whole."""

import re
from collections.abc import Callable

PIECE_SIZE = 150.0  # in words; about 200 of the 256 tokens that MiniLM reads
LETTERS_A_WORD = 8
SENTENCES = re.compile(r"[^.!?。\uff01\uff1f\n]*[.!?。\uff01\uff1f\n]+\s*|[^.!?。\uff01\uff1f\n]+")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
HANGUL = re.compile(r"[\uac00-\ud7a3]")


def size(text: str) -> float:
    """The length of a text in English words, as a word-piece tokenizer would count it: CJK letters and long strings count by letter."""
    wide, hangul = len(WIDE.findall(text)), len(HANGUL.findall(text))
    narrow = HANGUL.sub(" ", WIDE.sub(" ", text))
    words = sum(max(1.0, len(word) / LETTERS_A_WORD) for word in narrow.split())
    return words + 0.75 * wide + 2.0 * hangul


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
