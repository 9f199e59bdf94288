"""Every place where the words of a memory are copied, so that encryption and deletion can be complete.

A new copy of any text belongs in this list in the same change that makes it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Copy:
    """A place that holds words, or from which words can be guessed.

    Attributes:
        place: Where it is: in the home folder, or on the servers that hold records and threads in its stead.
        files: How the paths of its files below the home folder begin; empty where they are elsewhere.
        holds: What it holds.
        through_codec: Whether that passes the codec on its way to disk, and so is unreadable in an encrypted home.
        forgotten_by: What removes it.
    """

    place: str
    files: str
    holds: str
    through_codec: bool
    forgotten_by: str


SCRUBBED = "MemoryStore.forget; the bytes leave the disk with mneme memories forget, or mneme due"
WRITTEN_ANEW = "the bytes leave the disk when the engine is written anew (after something was forgotten, or mneme reindex)"

COPIES = (
    Copy("engine/records: payload `document`", "engine/records/", "the record with its words", True, SCRUBBED),
    Copy(
        "engine/records: vectors",
        "engine/records/",
        "embeddings of the pieces, and hashed words with their weights",
        False,
        SCRUBBED,
    ),
    Copy(
        "engine/records: the rest of the payload",
        "engine/records/",
        "names of users, and of the characters and purposes they are open to; ids, kinds, moments",
        False,
        SCRUBBED,
    ),
    Copy(
        "engine/items: payload `value`, `index`",
        "engine/items/",
        "values put by LangGraph's store verbs; among them where a simulated world stands, with all that was said in it",
        True,
        f"MemoryStore.delete, of a world mneme simulate --restart; {WRITTEN_ANEW}",
    ),
    Copy("engine/items: vectors", "engine/items/", "embeddings of those values", False, "MemoryStore.delete"),
    Copy("engine/items: the rest of the payload", "engine/items/", "namespaces, keys, moments", False, "MemoryStore.delete"),
    Copy("engine/entries: payload `entry`", "engine/entries/", "entries of collections", True, f"Collections.remove; {WRITTEN_ANEW}"),
    Copy("engine/entries: vectors", "engine/entries/", "embeddings of those entries", False, "Collections.remove"),
    Copy("engine/entries: the rest of the payload", "engine/entries/", "names of collections", False, "Collections.delete"),
    Copy(
        "journal.sqlite: `query`, `detail`",
        "journal.sqlite",
        "what recall was asked for by a model, and what is told of an event",
        True,
        "MemoryStore.forget, all of the user's queries",
    ),
    Copy("journal.sqlite: all else", "journal.sqlite", "names of users and threads, ids, kinds and moments of events", False, "nothing"),
    Copy(
        "threads: checkpoints, writes and the texts of metadata",
        "threads.sqlite",
        "window, scratchpad and what was recalled, in each checkpoint",
        True,
        "the next turn leaves it out of the newest; mneme memories forget and mneme due out of all; delete_thread removes the thread",
    ),
    Copy(
        "threads: all else",
        "threads.sqlite",
        "names of threads, of steps and of channels, numbers, moments",
        False,
        "the checkpointer's delete_thread",
    ),
    Copy("mneme.json", "mneme.json", "a known word, by which the key is checked", True, "nothing"),
    Copy("replaced-...", "replaced-", "a home whose place a loaded snapshot took, with all of the above", True, "deleting that folder"),
    Copy("threads.sqlite.damaged-...", "", "what mneme doctor --repair set aside", True, "deleting them"),
    Copy("snapshots, wherever they were saved", "", "all of the above, as it was then", True, "deleting them"),
    Copy(
        ".langgraph_api, where `langgraph dev` was started",
        "",
        "Studio's own threads and runs, with all that was said in them",
        False,
        "deleting that folder, or a thread over the API",
    ),
)
