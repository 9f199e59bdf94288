"""Every place where the words of a memory are copied, so that encryption and deletion can be complete.

A new copy of any text belongs in this list in the same change that makes it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Copy:
    """A place that holds words.

    Attributes:
        place: Where it is, below the home folder.
        holds: What of the words it holds.
        through_codec: Whether they pass the codec on their way to disk.
        forgotten_by: What removes them.
    """

    place: str
    holds: str
    through_codec: bool
    forgotten_by: str


COPIES = (
    Copy("engine/records: payload `document`", "the record with its words", True, "MemoryStore.forget"),
    Copy("engine/records: vectors", "embeddings of the pieces, and hashed words with their counts", False, "MemoryStore.forget"),
    Copy("engine/items: payload `value`", "values put by LangGraph's store verbs", True, "MemoryStore.delete"),
    Copy("engine/items: vectors", "embeddings and hashed words of those values", False, "MemoryStore.delete"),
    Copy(
        "journal.sqlite: `query`",
        "what recall was asked for by a model",
        True,
        "MemoryStore.forget, all of the user's",
    ),
    Copy("threads.sqlite", "window, scratchpad and what was recalled, in each checkpoint", False, "the checkpointer's delete_thread"),
)
