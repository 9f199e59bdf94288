"""The one key of a sealed home: read from the environment or a file, never shown."""

import base64
import os
import secrets
from pathlib import Path

from stores.errors import FolderDamaged, InputError

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits, drawn at random; one key may seal 2**32 texts
MAKE_ONE = "Make one with: mneme key --file FILE"


class Key:
    """Seals bytes with AES-256-GCM, and opens them again.

    Args:
        secret: 32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aead = AESGCM(secret)

    def seal(self, plain: bytes) -> bytes:
        """The nonce, followed by the ciphertext and its tag. Sealing the same twice gives two results."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plain, None)

    def unseal(self, sealed: bytes) -> bytes:
        """What was sealed.

        Raises:
            FolderDamaged: A byte of it changed, or it was sealed with another key.
        """
        from cryptography.exceptions import InvalidTag

        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:
            raise FolderDamaged("What was sealed is damaged, or was sealed with another key.") from error


def new_key() -> str:
    """A new key as text: 32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def write_key(file: Path) -> None:
    """Write a new key to a file that only its owner may read.

    Raises:
        InputError: The file is there already, or cannot be made.
    """
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(descriptor, "w", encoding="ascii") as opened:
            opened.write(new_key() + "\n")
    except FileExistsError as error:
        raise InputError(f"{file} is there already.", "Name another file: a key that is lost opens nothing any more.") from error
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.", "Name a file in a folder of yours.") from error


def key_from(text: str, file: Path | None) -> Key | None:
    """The key given as text, in a file, or in both; None where neither is given.

    Raises:
        InputError: One of them is no key, the file cannot be read, or the two differ.
    """
    given = [secret_of(text, "MNEME_KEY")] if text else []
    if file:
        given.append(secret_of(read_key_file(file), str(file)))
    if len(set(given)) > 1:
        raise InputError("MNEME_KEY and MNEME_KEY_FILE hold different keys.", "Unset the one that is not this home's.")
    return Key(given[0]) if given else None


def read_key_file(file: Path) -> str:
    """The text of a key file."""
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError(f"The key file {file} cannot be read: {reason}.", f"Set MNEME_KEY_FILE to the key file. {MAKE_ONE}") from None


def secret_of(text: str, place: str) -> bytes:
    """The bytes of a key as text, in base64 of either alphabet."""
    try:
        secret = base64.b64decode(text.strip().translate(str.maketrans("-_", "+/")), validate=True)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise InputError(f"{place} holds no key: a key is {KEY_BYTES} random bytes in base64.", MAKE_ONE)
    return secret
