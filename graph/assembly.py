"""Puts the parts together, from settings in the environment."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from models.embedding import DEFAULT_EMBEDDER, open_embedder
from models.importance import LearnedRater
from models.minds import Minds, mind_for
from models.ranker import LEARNED, ranker_named
from models.settings import FromEnvironment
from stores.codec import codec_of
from stores.embedder import Embedder
from stores.engines.server import Server
from stores.errors import InputError
from stores.keys import Key, key_from
from stores.memory_store import MemoryStore
from stores.ranking import Ranker

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from graph.threads import Threads
    from nodes.context import Context
    from nodes.state import TurnInput, TurnState

    Agent = CompiledStateGraph[TurnState, Context, TurnInput, TurnState]


logger = logging.getLogger(__name__)

UserPath = Annotated[Path, AfterValidator(Path.expanduser)]
NO_SECRET = SecretStr("")


class Settings(FromEnvironment):
    """Where things are kept and what they are made with, from the environment; each name there begins with MNEME_.

    Attributes:
        home: The folder that holds everything.
        embedder: The name of the embedder.
        qdrant_url: The Qdrant server that holds the records; the embedded engine does where it is empty.
        qdrant_api_key: That server's key.
        key: The key that the home is encrypted with, in base64.
        key_file: A file that holds it.
        ranking: How recalled records are ordered: `learned`, `fusion`, `cosine` or `generative agents`, with `+decaying` or `+diverse`
            behind it where wanted.
        widening: Towards how many of its best hits a query is moved, to look once more.
        postgres_url: The Postgres database that holds the threads; a SQLite file in the home does where it is empty.
    """

    model_config = SettingsConfigDict(env_prefix="MNEME_", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    home: UserPath = Field(default_factory=lambda: user_data_path("mneme", appauthor=False))
    embedder: str = DEFAULT_EMBEDDER
    ranking: str = LEARNED
    widening: int = Field(default=0, ge=0, le=10)
    qdrant_url: str = ""
    qdrant_api_key: SecretStr = NO_SECRET
    key: SecretStr = NO_SECRET
    key_file: UserPath | None = None
    postgres_url: SecretStr = NO_SECRET

    @property
    def server(self) -> Server | None:
        """The Qdrant server that holds the records, or None for the embedded engine."""
        return Server(self.qdrant_url, self.qdrant_api_key.get_secret_value()) if self.qdrant_url else None

    @property
    def sealed(self) -> bool:
        """Whether a key is set, so that the home is opened as an encrypted one."""
        return bool(self.key.get_secret_value() or self.key_file)

    @property
    def sealing_key(self) -> Key | None:
        """The key that the home is encrypted with, or None.

        Raises:
            InputError: What is set is no key.
        """
        return key_from(self.key.get_secret_value(), self.key_file)

    @property
    def threads_at(self) -> str:
        """Where the threads are: `SQLite`, or `Postgres at host`.

        Raises:
            InputError: The address of the database cannot be read, or the extra for it is not installed.
        """
        if not (url := self.postgres_url.get_secret_value()):
            return "SQLite"
        with needs_postgres():
            from graph.postgres import place_of
        return place_of(url)


@contextmanager
def needs_postgres() -> Iterator[None]:
    """Says how to install what Postgres needs, where it is missing.

    Raises:
        InputError: It is missing.
    """
    try:
        yield
    except ImportError as error:
        raise InputError(
            f"Threads in Postgres need the extra `postgres`: {error}.", "Install it: pip install -c constraints.txt -e '.[postgres]'"
        ) from error


@lru_cache(maxsize=4)
def shared_embedder(name: str) -> Embedder:
    """One embedder a name: its weights are loaded once."""
    return open_embedder(name)


@lru_cache(maxsize=4)
def shared_ranker(name: str = LEARNED) -> Ranker:
    """One ranker a name: its words are loaded once.

    Raises:
        InputError: There is no such ranker.
    """
    return ranker_named(name)


@contextmanager
def open_memory(settings: Settings | None = None) -> Iterator[MemoryStore]:
    """The memory in the home folder.

    Raises:
        InputError: There is no ranking of that name.
        StoreError: The folder cannot be opened.
    """
    settings = settings or Settings()
    codec = codec_of(settings.sealing_key)
    embedder, ranker = shared_embedder(settings.embedder), shared_ranker(settings.ranking)
    parts: Any = {"rater": LearnedRater(embedder.name), "codec": codec, "server": settings.server, "widening": settings.widening}
    with MemoryStore.open(settings.home, embedder, ranker, **parts) as memory:
        yield memory


@asynccontextmanager
async def open_store() -> AsyncIterator[MemoryStore]:
    """The store for langgraph.json; the disk is touched in a thread, never on the server's event loop."""
    settings = Settings()
    opening = open_memory(settings)
    memory = await asyncio.to_thread(opening.__enter__)
    if settings.sealed:
        logger.warning("The memory is encrypted, but LangGraph's server keeps its own threads readable, in .langgraph_api.")
    try:
        yield memory
    finally:
        await asyncio.to_thread(opening.__exit__, None, None, None)


@contextmanager
def open_threads(settings: Settings) -> "Iterator[Threads]":
    """The threads in the home folder, or in Postgres where its address is set.

    Raises:
        InputError: The extra for Postgres is not installed, or the address cannot be read.
        StoreError: They cannot be opened.
    """
    from graph.threads import open_sqlite

    key, url = settings.sealing_key, settings.postgres_url.get_secret_value()
    if not url:
        with open_sqlite(settings.home / "threads.sqlite", key) as threads:
            yield threads
        return
    with needs_postgres():
        from graph.postgres import open_postgres
    with open_postgres(url, key) as threads:
        yield threads


@contextmanager
def open_agent(settings: Settings | None = None, minds: Minds = mind_for) -> "Iterator[Agent]":
    """The agent with its own memory and threads; `minds` gives the mind of a run.

    >>> with open_agent() as agent:
    ...     agent.invoke({"messages": ["Hello"]}, context=Context(user_id="ada"), config={"configurable": {"thread_id": "1"}})

    Raises:
        InputError: A setting cannot be used.
        StoreError: The home folder, or the threads, cannot be opened.
    """
    from graph.agent import turn_graph

    settings = settings or Settings()
    with open_memory(settings) as memory, open_threads(settings) as threads:
        yield turn_graph(minds).compile(checkpointer=threads, store=memory, name="mneme")
