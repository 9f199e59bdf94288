"""Records read word by word: what is written with a capital, what begins a sentence, and who is speaking."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from models.life_threads.words import ABBREVIATED, NO_NAME
from stores.record import MemoryRecord

TOKEN = re.compile(r"[^\W_]+(?:['&-][^\W_]+)*|[^\w\s]|\n+")
NOT_SAID = re.compile(r"\[[^\[\]\n]*\]|https?://\S+")  # an import's note of a picture, an address
WITHIN_SENTENCE = frozenset(",'&/%")
NO_PERSON = frozenset(("", "user", "assistant", "chatgpt", "mneme", "me", "you", "system", "ai"))

Name = tuple[str, ...]


@dataclass(frozen=True)
class Cast:
    """Who speaks in a memory.

    Attributes:
        people: Speakers who are neither the user nor a character.
        own: The words of the user's and the characters' names, in lower case: they name no thread.
    """

    people: frozenset[str]
    own: frozenset[str]

    def voice(self, record: MemoryRecord) -> str | None:
        """The person who speaks, empty for the user; None for a character."""
        if record.speaker in self.people:
            return record.speaker
        return "" if record.role == "user" else None


def cast_of(records: Sequence[MemoryRecord], own_names: Collection[str]) -> Cast:
    """Who speaks in the records. A friend of an imported chat has the role `assistant`, but a name of their own; where both speakers of an
    import have the role `user`, neither is the user."""
    said = {one.speaker for one in records if one.trust.origin != "imported"} | {one.character_id for one in records}
    nobody = NO_PERSON | {name.lower() for name in (*said, *own_names)}
    imported = {one.speaker for one in records if one.role == "user" and one.speaker.lower() not in nobody}
    nobody |= {name.lower() for name in imported} if len(imported) == 1 else set()
    people = frozenset(one.speaker for one in records if one.speaker.lower() not in nobody)
    return Cast(people, frozenset(word for name in nobody for word in name.split()))


@dataclass(frozen=True)
class Text:
    """The words and marks of a record.

    Attributes:
        tokens: As they are written.
        plain: In lower case, without a possessive ending.
        voice: The person who speaks, empty for the user; None for a character.
        conversation: The thread in which it was said.
    """

    tokens: Sequence[str]
    plain: Sequence[str]
    voice: str | None
    conversation: str

    def word(self, at: int) -> str:
        """The plain word at a place; empty beyond the ends."""
        return self.plain[at] if 0 <= at < len(self.plain) else ""

    def capital(self, at: int) -> bool:
        """Whether the word at a place is written with a capital, and may be a name's."""
        return self.tokens[at][0].isupper() and self.plain[at] not in NO_NAME

    def opens(self, at: int) -> bool:
        """Whether a sentence, a line or a quotation begins at a place, so that a capital tells nothing."""
        before = self.tokens[at - 1] if at else "\n"
        if before == "." and self.word(at - 2) in ABBREVIATED:
            return False
        return not (before[0].isalnum() or before in WITHIN_SENTENCE)

    def name(self, begin: int, end: int) -> Name:
        """The words between two places."""
        return tuple(word for word in self.plain[begin:end] if word != ".")

    def written(self, begin: int, end: int) -> str:
        """The same as it is written."""
        return " ".join(token for token in self.tokens[begin:end] if token != ".").removesuffix("'s")


def read(record: MemoryRecord, cast: Cast) -> Text:
    """A record as a text."""
    return words_in(record.text, cast.voice(record), record.thread_id)


def words_in(said: str, voice: str | None = "", conversation: str = "") -> Text:
    """What was said, as a text; by the user, where nobody else is named."""
    tokens = TOKEN.findall(NOT_SAID.sub(" ", said).replace("’", "'"))
    return Text(tokens, [token.lower().removesuffix("'s") for token in tokens], voice, conversation)


def capitalised(text: Text) -> Iterator[tuple[int, int]]:
    """Where words with a capital stand side by side: the first, and the one after the last."""
    at = 0
    while at < len(text.tokens):
        if not text.capital(at):
            at += 1
            continue
        begin, at = at, at + 1
        while at < len(text.tokens) and not text.tokens[at - 1].endswith("'s") and continues(text, at):
            at += 1
        yield begin, at


def continues(text: Text, at: int) -> bool:
    """Whether a name goes on at a place: with a capital, or with the point of a title."""
    if text.tokens[at] == ".":
        return text.plain[at - 1] in ABBREVIATED and at + 1 < len(text.tokens) and text.capital(at + 1)
    return text.capital(at)
