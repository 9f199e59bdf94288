"""Embedder: what the stores need to turn text into a vector."""

from typing import Protocol


class Embedder(Protocol):
    """Turns text into vectors of length one. Safe to call from several threads at once.

    A langchain_core `Embeddings` that also tells its name and its dimension.

    Raises:
        MnemeError: From any method, where the model cannot be loaded or reached.
    """

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """What is written down with the collection: vectors of different names are not comparable."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, in the order of `texts`."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, to be compared with those of documents."""
        ...
