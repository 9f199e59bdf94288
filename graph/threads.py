"""Threads: LangGraph's checkpointers as Mneme keeps them, sealed where the home is. In SQLite, or in Postgres."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from stores.codec import Codec, sealing
from stores.errors import FolderDamaged, StoreError
from stores.journal import SQLITE_DAMAGE, compact
from stores.keys import Key

CIPHER = "aes-256-gcm"
UNREADABLE = (FolderDamaged, ValueError, NotImplementedError)  # what is raised over bytes that are no checkpoint, or not this key's


class Cipher:
    """The home's key as LangGraph's encrypting serializer takes it (its CipherProtocol)."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def encrypt(self, plaintext: bytes) -> tuple[str, bytes]:
        return CIPHER, self._key.seal(plaintext)

    def decrypt(self, ciphername: str, ciphertext: bytes) -> bytes:
        if ciphername != CIPHER:
            raise FolderDamaged(f"It was encrypted with {ciphername}, not with {CIPHER}.")
        return self._key.unseal(ciphertext)


def serializer_of(key: Key | None) -> SerializerProtocol | None:
    """What turns checkpoints into bytes: encrypting where there is a key, else LangGraph's own."""
    return EncryptedSerializer(Cipher(key)) if key else None


class Threads(BaseCheckpointSaver[str]):
    """What Mneme adds to a checkpointer of LangGraph; stands before it among the bases of a class.

    The asynchronous verbs run in a thread, so that `invoke` and `ainvoke` share the threads. Text in metadata passes the codec. What the
    database or the serializer raises becomes an error of our own.
    """

    codec: Codec
    failures: ClassVar[type[Exception]]

    def ready(self) -> None:
        """Called before each verb; a subclass makes sure there that it can be done."""

    def failed(self, doing: str, error: Exception) -> StoreError:
        """The error of our own for what the database raised."""
        raise NotImplementedError

    @contextmanager
    def kept(self, doing: str, thread: str = "") -> Iterator[None]:
        """Within it, what the database or the serializer raises becomes an error of our own."""
        try:
            self.ready()
            yield
        except self.failures as error:
            raise self.failed(doing, error) from error
        except UNREADABLE as error:
            name = f"The thread {thread}" if thread else "A thread"
            raise FolderDamaged(f"{name} cannot be {doing}: {one_line(error)}", "Begin another thread; the memories stay.") from error

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        with self.kept("read", name_of(config)):
            found = super().get_tuple(config)
            return found and self.opened(found)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """The checkpoints, newest first. The filter is applied here: the database cannot see into what is sealed."""
        wanted = (filter or {}).items()
        with self.kept("read", name_of(config)):
            found = [self.opened(one) for one in super().list(config, before=before, limit=None if filter else limit)]
        yield from [one for one in found if wanted <= one.metadata.items()][:limit]

    def put(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        with self.kept("written", name_of(config)):
            sealed: Any = through(self.codec.encode, get_checkpoint_metadata(config, metadata))
            return super().put({"configurable": config["configurable"]}, checkpoint, sealed, new_versions)

    def put_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        with self.kept("written", name_of(config)):
            super().put_writes(config, writes, task_id, task_path)

    def delete_thread(self, thread_id: str) -> None:
        with self.kept("deleted", thread_id):
            super().delete_thread(thread_id)

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        with self.kept("pruned", ", ".join(thread_ids)):
            super().prune(thread_ids, strategy=strategy)

    def compact(self) -> None:
        """Take off the disk what was deleted, where the database does not do so by itself."""

    def opened(self, found: CheckpointTuple) -> CheckpointTuple:
        """The checkpoint with its metadata as it was put."""
        metadata: Any = through(self.codec.decode, found.metadata)
        return found._replace(metadata=metadata)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await asyncio.to_thread(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        for one in await asyncio.to_thread(lambda: [*self.list(config, filter=filter, before=before, limit=limit)]):
            yield one

    async def aput(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        await asyncio.to_thread(self.delete_thread, thread_id)


class SqliteThreads(Threads, SqliteSaver):
    """Threads in one file."""

    failures = sqlite3.Error

    def __init__(self, connection: sqlite3.Connection, key: Key | None) -> None:
        super().__init__(connection, serde=serializer_of(key))
        self.codec = sealing(key)

    def failed(self, doing: str, error: Exception) -> StoreError:
        return sqlite_error(f"The threads cannot be {doing}", error)

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep of each thread its newest state alone, of all that was ever in it (`keep_latest`), or nothing (`delete`)."""
        newest = "SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ''"
        older = f"thread_id = ? AND (checkpoint_ns <> '' OR checkpoint_id <> ({newest}))"
        for thread_id in thread_ids:
            if strategy == "delete":
                self.delete_thread(thread_id)
                continue
            with self.kept("pruned", thread_id), self.cursor() as cursor:
                cursor.execute(f"DELETE FROM writes WHERE {older}", (thread_id, thread_id))
                cursor.execute(f"DELETE FROM checkpoints WHERE {older}", (thread_id, thread_id))

    def compact(self) -> None:
        with self.kept("written"), self.lock:
            compact(self.conn)

    def delete_thread(self, thread_id: str) -> None:
        """Delete a thread, also from what the database keeps of its last writes."""
        super().delete_thread(thread_id)
        with self.kept("deleted", thread_id), self.lock:
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def sqlite_error(what: str, error: Exception) -> StoreError:
    """The error of our own for one of SQLite's: the file cannot be used now, or is damaged."""
    if type(error) in SQLITE_DAMAGE:  # subclasses of the first say other things: locked, full, closed
        return FolderDamaged(f"{what}: {one_line(error)}", "Move threads.sqlite away to go on; the memories stay.")
    return StoreError(f"{what}: {one_line(error)}", "Make room on the disk, and close what else has threads.sqlite open.")


@contextmanager
def open_sqlite(file: Path, key: Key | None = None) -> Iterator[SqliteThreads]:
    """The threads kept in a file, which is made when it is missing.

    Raises:
        StoreError: The file cannot be opened.
        FolderDamaged: It is no database.
    """
    try:
        connection = sqlite3.connect(file, check_same_thread=False)
    except sqlite3.Error as error:
        raise sqlite_error(f"The threads in {file} cannot be opened", error) from error
    with closing(connection):
        threads = SqliteThreads(connection, key)
        try:
            connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON")
            threads.setup()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise sqlite_error(f"The threads in {file} cannot be opened", error) from error
        yield threads


def name_of(config: RunnableConfig | None) -> str:
    """The name of the thread that a configuration means."""
    return str(config["configurable"].get("thread_id", "")) if config else ""


def through(code: Callable[[str], str], values: Any) -> dict[str, Any]:
    """The mapping with each of its texts encoded or decoded."""
    return {name: code(value) if isinstance(value, str) else value for name, value in values.items()}


def one_line(error: Exception) -> str:
    """What an error says, on one line, with its full stop."""
    return " ".join(str(error).split()).rstrip(".") + "."
