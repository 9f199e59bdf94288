"""Threads in SQLite, for the command line and for Python."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.sqlite import SqliteSaver

from stores.errors import StoreError


@contextmanager
def thread_errors(doing: str) -> Iterator[None]:
    """Turn what SQLite and the serializer raise into an error of our own."""
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        raise StoreError(f"The threads cannot be {doing}: {error}", "Move threads.sqlite away to go on; the memories stay.") from error


class Threads(SqliteSaver):
    """LangGraph's SQLite checkpointer, whose asynchronous verbs run in a thread, so that `invoke` and `ainvoke` share one file."""

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        with thread_errors("read"):
            return super().get_tuple(config)

    def put(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        with thread_errors("written"):
            return super().put(config, checkpoint, metadata, new_versions)

    def put_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        with thread_errors("written"):
            super().put_writes(config, writes, task_id, task_path)

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
        for one in await asyncio.to_thread(lambda: list(self.list(config, filter=filter, before=before, limit=limit))):
            yield one

    async def aput(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        await asyncio.to_thread(self.delete_thread, thread_id)


@contextmanager
def open_threads(file: Path) -> Iterator[Threads]:
    """The threads kept in a file, which is made when it is missing.

    Raises:
        StoreError: The file cannot be opened.
    """
    try:
        connection = sqlite3.connect(file, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    except sqlite3.Error as error:
        raise StoreError(f"The threads in {file} cannot be opened: {error}") from error
    try:
        yield Threads(connection)
    finally:
        connection.close()
