"""The one way by which text goes to disk and comes back."""

import base64
from typing import Protocol
from zlib import crc32

from stores.errors import FolderDamaged
from stores.keys import Key

SEALED = "sealed1:"
CHECKSUM_DIGITS = 8


class Codec(Protocol):
    """Turns text into what is written, and back. The default writes it as it is; `Sealed` encrypts it."""

    def encode(self, text: str) -> str: ...

    def decode(self, written: str) -> str: ...


class Plain:
    """Writes text as it is, after its CRC-32 in eight hexadecimal digits: engines keep no checksum of what they are given."""

    def encode(self, text: str) -> str:
        return f"{checksum(text)}{text}"

    def decode(self, written: str) -> str:
        """The text.

        Raises:
            FolderDamaged: It is not as it was written.
        """
        text = written[CHECKSUM_DIGITS:]
        if checksum(text) != written[:CHECKSUM_DIGITS]:
            raise FolderDamaged("What was written is damaged.")
        return text


class Bare:
    """Writes text as it is and no more: where something else checks it, and as all text was before schema 2."""

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


def sealing(key: Key | None) -> Codec:
    """What seals text under a key, and leaves it as it is where there is none."""
    return Sealed(key) if key else Bare()


def checksum(text: str) -> str:
    """The CRC-32 of a text, in hexadecimal."""
    return f"{crc32(text.encode('utf-8', 'surrogatepass')):08x}"
