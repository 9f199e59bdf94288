"""Words as sparse vectors, the same in every engine: BM25's term weights by hashed stem; the engine adds the IDF."""

import qdrant_edge as qdrant

from stores.engines.engine import Weights

AVERAGE_WORDS = 40.0  # BM25's expected length of a turn


class Words:
    """BM25 by qdrant-edge, without a server. Its Multilingual tokenizer segments Japanese and Chinese; on English it is Word."""

    def __init__(self) -> None:
        tokenizer = qdrant.TokenizerType.Multilingual
        self._bm25 = qdrant.Bm25(qdrant.Bm25Config(tokenizer=tokenizer, language="english", avg_len=AVERAGE_WORDS))

    def of_document(self, text: str) -> Weights:
        """The weights of what is stored."""
        return weights(self._bm25.embed_document(text))

    def of_point(self, words: str | Weights) -> Weights | None:
        """The weights of a point's words, which may be given as such; None where it has none."""
        known = self.of_document(words) if isinstance(words, str) and words else words
        return known if isinstance(known, Weights) and known.indices else None

    def of_query(self, text: str) -> Weights:
        """The weights of what is looked for."""
        return weights(self._bm25.embed_query(text))


def weights(vector: qdrant.SparseVector) -> Weights:
    """A sparse vector of the engine, as ours."""
    return Weights(list(vector.indices), list(vector.values))
