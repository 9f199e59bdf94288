"""Who answers: the context's word for this run, else what the store keeps, else the default."""

from urllib.parse import quote

from models.mind import Character
from nodes.context import Context
from stores.memory_store import MemoryStore

ATTRIBUTES = ("name", "description", "voice", "location")


def characters_of(user_id: str) -> tuple[str, str]:
    """The namespace in which the store keeps the attributes of a user's characters, by character id.

    LangGraph's namespaces take no period, which every e-mail address has.
    """
    return ("characters", quote(user_id, safe="@ ").replace(".", "%2E"))


def character_of(context: Context, store: MemoryStore) -> Character:
    """The character that answers this run."""
    kept = store.get(characters_of(context.user_id), context.character_id)
    known = {name: str(value) for name, value in (kept.value if kept else {}).items() if name in ATTRIBUTES and value}
    given = {
        "name": context.character_name,
        "description": context.character_description,
        "voice": context.voice,
        "location": context.location,
    }
    return Character(context.character_id, **{**known, **{name: value for name, value in given.items() if value}})
