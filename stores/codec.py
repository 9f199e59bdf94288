"""The one way by which text goes to disk and comes back."""

import base64
from typing import Protocol

from stores.errors import FolderDamaged
from stores.keys import Key

SEALED = "sealed1:"


class Codec(Protocol):
    """Turns text into what is written, and back. The default writes it as it is; `Sealed` encrypts it."""

    def encode(self, text: str) -> str: ...

    def decode(self, written: str) -> str: ...


class Plain:
    """Writes text as it is."""

    def encode(self, text: str) -> str:
        return text

    def decode(self, written: str) -> str:
        return written


class Sealed:
    """Writes text encrypted under a key: `sealed1:`, then in base64 what `Key.seal` gives."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def encode(self, text: str) -> str:
        return SEALED + base64.b64encode(self._key.seal(text.encode("utf-8", "surrogatepass"))).decode()

    def decode(self, written: str) -> str:
        """The text.

        Raises:
            FolderDamaged: It is not sealed, is damaged, or was sealed with another key.
        """
        if not written.startswith(SEALED):
            raise FolderDamaged("What should be sealed is not.")
        try:
            sealed = base64.b64decode(written[len(SEALED) :], validate=True)
        except ValueError as error:
            raise FolderDamaged("What was sealed is damaged.") from error
        return self._key.unseal(sealed).decode("utf-8", "surrogatepass")


def codec_of(key: Key | None) -> Codec:
    """The codec of a home: sealed where there is a key."""
    return Sealed(key) if key else Plain()
