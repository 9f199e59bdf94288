"""How many tokens a text takes in a prompt: by the model's own tokenizer where its table is at hand, else by an estimate."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from pathlib import Path
from tempfile import gettempdir

from stores.pieces import HANGUL, LETTERS_A_WORD, WIDE

TOKENS_A_WORD = 1.3
TOKENS_A_SIGN = 0.8  # of Chinese and Japanese
TOKENS_A_SYLLABLE = 0.9  # of Korean
KEPT = 10_000  # lines whose tokens are at hand
ESTIMATE = "estimate"
TABLES = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"


@dataclass(frozen=True)
class TokenCounter:
    """Counts tokens; `name` is the tokenizer's, or `estimate`."""

    name: str
    count: Callable[[str], int]


@lru_cache(maxsize=8)
def counter_for(model: str) -> TokenCounter:
    """The counter of a model's tokens.

    It is exact for the models that tiktoken knows, where the table of their tokenizer lies in tiktoken's cache: tiktoken would download it
    otherwise, and Mneme asks nothing of the network but the model itself.
    """
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        return TokenCounter(ESTIMATE, estimated)
    if not _kept(name):
        return TokenCounter(ESTIMATE, estimated)
    encoding = tiktoken.get_encoding(name)
    return TokenCounter(name, lambda text: len(encoding.encode(text, disallowed_special=())))


def estimated(text: str) -> int:
    """About how many tokens a text takes; for people's talk within a seventh of what o200k_base takes."""
    return round(sum(map(_of_line, text.split("\n"))))


@lru_cache(maxsize=KEPT)  # most lines of a prompt were in the prompt before
def _of_line(line: str) -> float:
    """Those of one line."""
    signs, syllables = len(WIDE.findall(line)), len(HANGUL.findall(line))
    narrow = HANGUL.sub(" ", WIDE.sub(" ", line))
    words = sum(max(1.0, len(word) / LETTERS_A_WORD) for word in narrow.split())
    return TOKENS_A_WORD * words + TOKENS_A_SIGN * signs + TOKENS_A_SYLLABLE * syllables


def _kept(name: str) -> bool:
    """Whether tiktoken has the table of a tokenizer; it keeps each under the SHA-1 of its address."""
    folder = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR") or Path(gettempdir()) / "data-gym-cache"
    return (Path(folder) / sha1(TABLES.format(name).encode()).hexdigest()).is_file()
