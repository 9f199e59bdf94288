"""Puts the parts together, from settings in the environment."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.embedding import DEFAULT_EMBEDDER, open_embedder
from stores.embedder import Embedder
from stores.engines.server import Server
from stores.memory_store import MemoryStore

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from nodes.context import Context
    from nodes.state import TurnInput, TurnState

    Agent = CompiledStateGraph[TurnState, Context, TurnInput, TurnState]


class Settings(BaseSettings):
    """Where things are kept and what they are made with: MNEME_HOME, MNEME_EMBEDDER, MNEME_QDRANT_URL, MNEME_QDRANT_API_KEY."""

    model_config = SettingsConfigDict(env_prefix="MNEME_", env_ignore_empty=True, extra="ignore")

    home: Annotated[Path, AfterValidator(Path.expanduser)] = Field(default_factory=lambda: user_data_path("mneme", appauthor=False))
    embedder: str = DEFAULT_EMBEDDER
    qdrant_url: str = ""
    qdrant_api_key: str = ""

    @property
    def server(self) -> Server | None:
        """The Qdrant server that holds the records, or None for the embedded engine."""
        return Server(self.qdrant_url, self.qdrant_api_key) if self.qdrant_url else None


@lru_cache(maxsize=4)
def shared_embedder(name: str) -> Embedder:
    """One embedder a name: its weights are loaded once."""
    return open_embedder(name)


@contextmanager
def open_memory(settings: Settings | None = None) -> Iterator[MemoryStore]:
    """The memory in the home folder.

    Raises:
        StoreError: The folder cannot be opened.
    """
    settings = settings or Settings()
    with MemoryStore.open(settings.home, shared_embedder(settings.embedder), server=settings.server) as memory:
        yield memory


@asynccontextmanager
async def open_store() -> AsyncIterator[MemoryStore]:
    """The store for langgraph.json; the disk is touched in a thread, never on the server's event loop."""
    opening = open_memory()
    memory = await asyncio.to_thread(opening.__enter__)
    try:
        yield memory
    finally:
        await asyncio.to_thread(opening.__exit__, None, None, None)


@contextmanager
def open_agent(settings: Settings | None = None) -> "Iterator[Agent]":
    """The agent with its own memory and threads.

    >>> with open_agent() as agent:
    ...     agent.invoke({"messages": ["Hello"]}, context=Context(user_id="ada"), config={"configurable": {"thread_id": "1"}})

    Raises:
        StoreError: The home folder cannot be opened.
    """
    from graph.agent import turn_graph
    from graph.threads import open_threads

    settings = settings or Settings()
    with open_memory(settings) as memory, open_threads(settings.home / "threads.sqlite") as threads:
        yield turn_graph().compile(checkpointer=threads, store=memory, name="mneme")
