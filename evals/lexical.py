"""BM25 over a list of texts in memory: shortlists haystacks too large to embed whole."""

import math
from collections import Counter
from collections.abc import Sequence

from models.local.sentences import content

K1, B = 1.2, 0.75


class Lexical:
    """BM25 (Robertson and Zaragoza 2009) with k1 = 1.2 and b = 0.75 over stems, stop words left out."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(content(text)) for text in texts]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / max(len(texts), 1) or 1.0
        self._having = Counter(stem for counts in self._counts for stem in counts)

    def scores(self, query: str) -> list[float]:
        """The score of every text, 0 where no stem is shared."""
        wanted = {stem: self._idf(stem) for stem in set(content(query)) if stem in self._having}
        return [
            sum(idf * self._saturated(counts[stem], length) for stem, idf in wanted.items() if stem in counts)
            for counts, length in zip(self._counts, self._lengths, strict=True)
        ]

    def _idf(self, stem: str) -> float:
        having, texts = self._having[stem], len(self._counts)
        return math.log(1 + (texts - having + 0.5) / (having + 0.5))

    def _saturated(self, count: int, length: int) -> float:
        return count * (K1 + 1) / (count + K1 * (1 - B + B * length / self._mean))
