"""The one way by which text goes to disk and comes back."""

from typing import Protocol


class Codec(Protocol):
    """Turns text into what is written, and back. The default writes it as it is; encryption is another codec."""

    def encode(self, text: str) -> str: ...

    def decode(self, written: str) -> str: ...


class Plain:
    """Writes text as it is."""

    def encode(self, text: str) -> str:
        return text

    def decode(self, written: str) -> str:
        return written
