"""Words by meaning: MiniLM's own word vectors, without the sentence around them."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from tokenizers import Tokenizer

from models.embedding import bundled_folder
from models.one_thread import compute_on_the_calling_thread

TABLE = "embeddings.word_embeddings.weight"
LONGEST = 160  # tokens of a text that are read: a turn of a chat has fewer
LONGEST_KEPT = 1_000  # letters: about what so many tokens have
KEPT = 20_000  # texts whose tokens are kept
KEPT_WORDS = 200_000
# What stands for one mark in MiniLM's tokenizer too, or for a blank.
AS_ASCII = str.maketrans(
    {**dict.fromkeys("\u2018\u2019", "'"), **dict.fromkeys("\u201c\u201d", '"'), **dict.fromkeys("\u2013\u2014\u2026", "-"), "\u00a0": " "}
)
PLAIN = re.compile(r"[\t\n\r -~]*")
OWN_MARK = re.compile(r"\[(?:PAD|UNK|CLS|SEP|MASK)\]")  # of the tokenizer, wherever it stands
WORD_OR_MARK = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
NO_WORD = re.compile(r"^(?:\W|_)+$|^\[.*\]$")
WITHIN_WORD_OR_OWN = ("##", "[")  # how a piece begins that is no word by itself

Tokens = NDArray[np.int32]
Floats = NDArray[np.float32]


class WordPieces(dict[str, list[int]]):
    """The numbers of the pieces of words: those of a word that was not met before are found when it is.

    Args:
        tokenizer: Whose words. Most of them are one piece, known from the start.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__({piece: [number] for piece, number in tokenizer.get_vocab().items() if not piece.startswith(WITHIN_WORD_OR_OWN)})
        self._model = tokenizer.model

    def __missing__(self, word: str) -> list[int]:
        found = [one.id for one in self._model.tokenize(word)]
        if len(self) < KEPT_WORDS:
            self[word] = found
        return found

    def of(self, text: str) -> list[int]:
        """Those of a plain text, marks included."""
        return list(islice(chain.from_iterable(map(self.__getitem__, WORD_OR_MARK.findall(text.lower()))), LONGEST))


class WordVectors:
    """The word pieces of texts and how near they are to one another. Safe to call from several threads at once.

    Args:
        folder: The bundled model's. Only its tokenizer and its table of word vectors are read.

    Raises:
        OSError: The files cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)
        with safe_open(folder / "model.safetensors", framework="np") as tensors:
            table = tensors.get_tensor(TABLE)
        self._table: Floats = table / np.linalg.norm(table, axis=1, keepdims=True)
        self._meaningless = np.array([bool(NO_WORD.match(piece)) for piece in pieces_in_order(self._tokenizer)])
        self._kept: dict[str, Tokens] = {}
        self._words = WordPieces(self._tokenizer)
        self._guard = Lock()

    @property
    def size(self) -> int:
        """How many word pieces there are."""
        return len(self._table)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The word pieces of each text, without marks."""
        texts = [text[:LONGEST_KEPT] for text in texts]
        with self._guard:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        read = {text: self._without_marks(ids) for text, ids in zip(new, self._pieces(new), strict=True)}
        self._keep(read)
        known |= read
        return [known[text] for text in texts]

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of the pieces of each text, marks included: of plain texts word by word."""
        texts = [text if text.isascii() else text.translate(AS_ASCII) for text in texts]
        plain = [text for text in texts if PLAIN.fullmatch(text) and not OWN_MARK.search(text)]
        others = list(set(texts).difference(plain))
        encoded = self._tokenizer.encode_batch_fast(others, add_special_tokens=False)
        read = {
            **{text: self._words.of(text) for text in plain},
            **{text: one.ids for text, one in zip(others, encoded, strict=True)},
        }
        return [read[text] for text in texts]

    def _keep(self, read: Mapping[str, Tokens]) -> None:
        with self._guard:
            if len(self._kept) + len(read) > KEPT:
                self._kept.clear()
            self._kept.update(read)

    def _without_marks(self, ids: Sequence[int]) -> Tokens:
        found: Tokens = np.array(ids, np.int32)
        meaningful: Tokens = found[~self._meaningless[found]]
        return meaningful

    def nearness(self, query: Tokens, texts: Sequence[Tokens]) -> Floats:
        """For each piece of the query (rows) and each text (columns) the cosine of the nearest piece of the text; 0 for an empty text.

        Late interaction (Khattab and Zaharia 2020, section 3), over word vectors that do not know their sentence.
        """
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        nearest = np.zeros((len(query), len(texts)), np.float32)
        if not len(query) or not lengths.any():
            return nearest
        flat = np.concatenate(texts)
        met = np.zeros(self.size, np.bool_)
        met[flat] = True
        distinct = np.flatnonzero(met)
        place = np.empty(self.size, np.int64)
        place[distinct] = np.arange(len(distinct))
        similar = (self._table.take(distinct, axis=0) @ self._table[query].T).take(place[flat], axis=0)
        filled = lengths > 0
        begins = np.cumsum([0, *lengths[filled][:-1]])
        nearest[:, filled] = np.maximum.reduceat(similar, begins, axis=0).T
        return nearest

    def likeness(self, texts: Sequence[str]) -> Floats:
        """How like the words of each text are to those of each other, -1 to 1: the cosine of the means of their vectors."""
        common = self._table.mean(axis=0)  # which all texts share, so that it tells nothing
        means = np.zeros((len(texts), self._table.shape[1]), np.float32)
        for place, pieces in enumerate(self.tokens(texts)):
            if len(pieces):
                means[place] = self._table[pieces].mean(axis=0) - common
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        directions = means / np.maximum(lengths, 1e-9)
        found: Floats = directions @ directions.T
        return found


def pieces_in_order(tokenizer: Tokenizer) -> list[str]:
    """The vocabulary by number."""
    return [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda one: one[1])]


@lru_cache(maxsize=1)
def load_word_vectors() -> WordVectors:
    """Those of the bundled model.

    Raises:
        OSError: Its files cannot be read.
    """
    compute_on_the_calling_thread()
    return WordVectors(bundled_folder())
