"""Names and other rare words in what is said: memories that hold them are likely what is spoken of. Of languages with capitals."""

import re
from collections.abc import Sequence

from models.life_threads.texts import Text, words_in
from models.life_threads.words import NO_NAME, rank_of

READ = 600  # letters: names that come later tell little of what is wanted
RARE = 30_000  # in English, so many words are more common
SHORTEST = 4  # letters of a rare word: shorter ones are pieces of codes and abbreviations


def names_said(words: str) -> frozenset[str]:
    """What is written with a capital where no sentence begins, and what is rare however it is written; in lower case."""
    text, shouted = words_in(words[:READ]), words.isupper()
    named = {word for at, word in enumerate(text.plain) if not shouted and is_name(text, at)}
    return frozenset(named | {word for word in text.plain if is_rare(word)})


def is_name(text: Text, at: int) -> bool:
    """Whether the word at a place is written as a name."""
    return len(text.word(at)) > 1 and text.capital(at) and not text.opens(at)


def is_rare(word: str) -> bool:
    """Whether it is a word that few people use."""
    return len(word) >= SHORTEST and word.isalpha() and rank_of(word) >= RARE and word not in NO_NAME


def share_named(words: str, texts: Sequence[str]) -> float:
    """The share of the names and rare words that stand in any of the texts, also as a plural or possessive; 0 where there are none."""
    said, told = names_said(words), "\n".join(texts).lower()
    return sum(one in told and is_told(one, told) for one in said) / len(said) if said else 0.0


def is_told(name: str, told: str) -> bool:
    """Whether a name stands in a text in lower case, and not only within longer words."""
    return re.search(rf"\b{re.escape(name)}(?:['’]?s)?\b", told) is not None
