"""Whether two wordings mean the same thing that is planned."""

from models.local.sentences import STOP_WORDS, words

LONG_ENOUGH = 3  # letters of a word that tells what is meant; words of Korean and Japanese tell it with two


def telling(text: str) -> set[str]:
    """The words that tell what is meant, in their plain form."""
    found = set(words(text.casefold())) - STOP_WORDS
    return {word for word in found if len(word) >= (LONG_ENOUGH if word.isascii() else 2)}


def shared(one: str, other: str) -> int:
    """How many telling words two wordings have in common."""
    return len(telling(one) & telling(other))
