"""Words as sparse vectors, the same in every engine: BM25's term weights by hashed stem; the engine adds the IDF.

Where no blanks stand between words, or particles grow onto them, terms are letters and pairs of letters (McNamee and Mayfield 2004), which
need no dictionary: a Chinese character alone, and with the letter after it; pairs of Hangul, katakana and hiragana. The first syllable of
a short Korean word is a term too, for it may be a noun of one syllable with its particle.
"""

import re
import unicodedata

import qdrant_edge as qdrant

from stores.engines.engine import Weights

AVERAGE_WORDS = 40.0  # BM25's expected length of a turn

HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HIRAGANA = "\u3041-\u3096\u309d-\u309f\u30fc"  # the mark of a long vowel belongs to both kana
KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
HANGUL = "\uac00-\ud7a3"
PARTS = "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u3099\u309a\uff66-\uff9f"  # of letters written in parts, and kana of half width
RUN = re.compile(f"[{HAN}{HIRAGANA}{KATAKANA}{HANGUL}{PARTS}]+")
ALONE = re.compile(f"[{HAN}]|(?<![{KATAKANA}{HIRAGANA}])[{KATAKANA}](?![{KATAKANA}])|(?<![{HANGUL}])[{HANGUL}](?![{HANGUL}]{{3}})")
PAIR = re.compile(f"(?=([{HAN}][{HAN}{HIRAGANA}]|[{HIRAGANA}]{{2}}|[{KATAKANA}]{{2}}|[{HANGUL}]{{2}}))")


class Words:
    """BM25 by qdrant-edge, without a server. Its Multilingual tokenizer reads é as e; on English it is else the tokenizer Word."""

    def __init__(self) -> None:
        tokenizer = qdrant.TokenizerType.Multilingual
        self._bm25 = qdrant.Bm25(qdrant.Bm25Config(tokenizer=tokenizer, language="english", avg_len=AVERAGE_WORDS))

    def of_document(self, text: str) -> Weights:
        """The weights of what is stored."""
        return weights(self._bm25.embed_document(separated(text)))

    def of_point(self, words: str | Weights) -> Weights | None:
        """The weights of a point's words, which may be given as such; None where it has none."""
        known = self.of_document(words) if isinstance(words, str) and words else words
        return known if isinstance(known, Weights) and known.indices else None

    def of_query(self, text: str) -> Weights:
        """The weights of what is looked for."""
        return weights(self._bm25.embed_query(separated(text)))


def weights(vector: qdrant.SparseVector) -> Weights:
    """A sparse vector of the engine, as ours."""
    return Weights(list(vector.indices), list(vector.values))


def separated(text: str) -> str:
    """The text with the terms of its Korean, Japanese and Chinese runs in their place; all else is as it was."""
    return RUN.sub(lambda run: f" {' '.join(map(spelled, terms(run.group())))} ", text)


def terms(run: str) -> list[str]:
    """What a run of Korean, Japanese or Chinese letters is found by."""
    composed = unicodedata.normalize("NFKC", run)
    return ALONE.findall(composed) + PAIR.findall(composed)


def spelled(term: str) -> str:
    """A term as a word that the engine neither cuts nor stems."""
    return "x" + "".join(str(ord(letter)) for letter in term)
