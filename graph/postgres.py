"""Threads in Postgres, for those who set MNEME_POSTGRES_URL. Needs the extra `postgres`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row

from graph.threads import Threads, one_line, serializer_of, through
from stores.codec import sealing
from stores.errors import InputError, StoreError
from stores.keys import Key

Connection = psycopg.Connection[DictRow]

WAITS = {"connect_timeout": 5, "tcp_user_timeout": 10_000}  # seconds, milliseconds
ADDRESS = "Write it as postgresql://user:password@host:5432/name; in the password, write %40 for @, %3A for : and %2F for /."
CHECK_SERVER = "Check that the Postgres server runs, and MNEME_POSTGRES_URL. The memories stay."


class PostgresThreads(Threads, PostgresSaver):
    """Threads in a Postgres database, over one connection, which is made anew when it was lost."""

    failures = psycopg.Error

    def __init__(self, address: dict[str, Any], key: Key | None) -> None:
        self._address = address
        super().__init__(connected(address), serde=serializer_of(key))
        self.codec = sealing(key)

    def ready(self) -> None:
        """Connect again where the server or the network ended the connection."""
        with self.lock:
            if not answers(self.connection):
                self.connection.close()
                self.conn = connected(self._address)

    def failed(self, doing: str, error: Exception) -> StoreError:
        if isinstance(error, psycopg.DataError):
            return StoreError(f"The threads cannot be {doing}: {one_line(error)}", "Postgres cannot keep this; name the thread otherwise.")
        return StoreError(f"The threads cannot be {doing}: {one_line(error)}", CHECK_SERVER)

    @property
    def connection(self) -> Connection:
        """The connection in use."""
        assert isinstance(self.conn, psycopg.Connection)
        return self.conn

    def put(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        """The same; PostgresSaver writes channels that are plain text past the serializer, so they pass the codec here."""
        values = through(self.codec.encode, checkpoint["channel_values"])
        return super().put(config, {**checkpoint, "channel_values": values}, metadata, new_versions)

    def opened(self, found: CheckpointTuple) -> CheckpointTuple:
        values = through(self.codec.decode, found.checkpoint["channel_values"])
        return super().opened(found._replace(checkpoint={**found.checkpoint, "channel_values": values}))


@contextmanager
def open_postgres(url: str, key: Key | None = None) -> Iterator[PostgresThreads]:
    """The threads in a database, whose tables are made when they are missing.

    Raises:
        InputError: The address cannot be read.
        StoreError: The server does not answer, or refuses.
    """
    address = address_of(url)
    try:
        threads = PostgresThreads(address, key)
    except psycopg.Error as error:
        raise StoreError(f"The threads in {place_of(url)} cannot be opened: {one_line(error)}", CHECK_SERVER) from error
    try:
        with threads.kept("opened"):
            threads.setup()
        yield threads
    finally:
        threads.connection.close()


def connected(address: dict[str, Any]) -> Connection:
    """A connection as PostgresSaver wants it."""
    return psycopg.Connection.connect(make_conninfo(**address), autocommit=True, prepare_threshold=0, row_factory=dict_row)


def answers(connection: Connection) -> bool:
    """Whether the server is still there."""
    try:
        connection.execute("")
    except psycopg.OperationalError:
        return False
    return True


def address_of(url: str) -> dict[str, Any]:
    """The parts of an address.

    Raises:
        InputError: It cannot be read. The message does not show it, for it can hold a password.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        parts = {}
    port, names = str(parts.get("port", "")), f"{parts.get('host', '')}{parts.get('dbname', '')}"
    if not parts or not re.fullmatch(r"[\d,]*", port) or "@" in names:
        raise InputError("MNEME_POSTGRES_URL cannot be read as an address.", ADDRESS)
    return {**WAITS, **parts}


def place_of(url: str) -> str:
    """Where the threads are, without the password: `Postgres at host`."""
    parts = address_of(url)
    return f"Postgres at {parts.get('host') or parts.get('hostaddr') or 'localhost'}"
