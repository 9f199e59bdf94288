"""Threads in SQLite written anew under another key, or under none."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from graph.threads import CIPHER, Cipher, through
from stores.codec import sealing
from stores.errors import FolderDamaged
from stores.keys import Key

SEALED = f"+{CIPHER}"


def reseal_threads(source: Path, target: Path, old: Key | None, new: Key | None) -> None:
    """Write the threads of a file to another one, sealed with another key. What is at the target is replaced.

    Raises:
        FolderDamaged: The source is damaged, or was sealed with another key.
        StoreError: The target cannot be written.
    """
    if not source.exists():
        return
    target.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        with closing(sqlite3.connect(target)) as connection, connection:
            connection.execute("PRAGMA secure_delete=ON")
            reseal_column(connection, "checkpoints", "checkpoint", old, new)
            reseal_column(connection, "writes", "value", old, new)
            recode_metadata(connection, old, new)
    except sqlite3.DatabaseError as error:
        raise FolderDamaged(f"The threads in {source} cannot be written anew: {error}.", "Run mneme doctor.") from error


def reseal_column(connection: sqlite3.Connection, table: str, column: str, old: Key | None, new: Key | None) -> None:
    """Open what LangGraph's serializer sealed, and seal it anew; the type of a value says whether it is sealed."""
    for row, type, value in connection.execute(f"SELECT rowid, type, {column} FROM {table}").fetchall():
        plain = Cipher(old).decrypt(CIPHER, value) if old and type.endswith(SEALED) else value
        sealed = Cipher(new).encrypt(plain)[1] if new else plain
        named = type.removesuffix(SEALED) + (SEALED if new else "")
        connection.execute(f"UPDATE {table} SET type = ?, {column} = ? WHERE rowid = ?", (named, sealed, row))


def recode_metadata(connection: sqlite3.Connection, old: Key | None, new: Key | None) -> None:
    """Write the texts of the metadata through the other codec."""
    for row, written in connection.execute("SELECT rowid, metadata FROM checkpoints").fetchall():
        plain = through(sealing(old).decode, json.loads(written))
        recoded = json.dumps(through(sealing(new).encode, plain), ensure_ascii=False).encode()
        connection.execute("UPDATE checkpoints SET metadata = ? WHERE rowid = ?", (recoded, row))
