"""What the exports of chats have in common: who of the speakers is the user, where a sitting ends, and ids that stay."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Literal

from stores.errors import InputError
from stores.histories.checks import Unfit, characters
from stores.histories.history import HistorySession, ReadOptions, Said

PAUSE = timedelta(hours=3)
NAMES_SHOWN = 20
LETTERS_SHOWN = 80
ID_LENGTH = 24


def role_of(speaker: str, user: str) -> Literal["user", "assistant"]:
    """`user` for the person whose memory it becomes, `assistant` for everyone who speaks with them.

    What a friend says of themselves must not be remembered as the user's own, so friends do not share the user's role.
    """
    return "user" if speaker == user else "assistant"


def the_user(names: Mapping[str, Sequence[str]], options: ReadOptions, path: Path) -> str:
    """The id, among the ids of those who speak, of whom `options.user_name` names.

    Args:
        names: For each id the names of that person, the one shown to others first; the id itself is one too.

    Raises:
        InputError: When no name is given, or it is nobody's or several people's.
    """
    known = _listed(given[0] if given else one for one, given in names.items())
    if not options.user_name:
        raise InputError(f"{path} does not say which of the speakers you are.", f"Name one with --user-name: {known}.")
    wanted = options.user_name.strip().casefold()
    exact = [one for one, given in names.items() if options.user_name in (one, *given)]
    found = exact or [one for one, given in names.items() if wanted in {name.strip().casefold() for name in (one, *given)}]
    if not found:
        raise InputError(f"Nobody in {path} is called {options.user_name!r}.", f"The speakers are: {known}.")
    if len(found) > 1:
        raise InputError(f"Several people in {path} are called {options.user_name!r}.", f"Name one by their id: {_listed(found)}.")
    return found[0]


def chosen(only: str, names: Iterable[str]) -> bool:
    """Whether a conversation of these names is the one that is wanted; every one is where none is named."""
    return not only or only in names


def no_conversation(only: str, names: Iterable[str], path: Path) -> InputError:
    """The error for a conversation that the file does not have, with those it has."""
    return InputError(f"{path} has no conversation {only!r}.", f"It has: {_listed(names) or 'none that can be read'}.")


def _listed(names: Iterable[str]) -> str:
    ordered = sorted(set(names), key=str.casefold)
    more = f" and {len(ordered) - NAMES_SHOWN} more" if len(ordered) > NAMES_SHOWN else ""
    return ", ".join(ordered[:NAMES_SHOWN]) + more


def name_in(value: object) -> str:
    """A name on one line; an empty string where the value is none that can be written."""
    try:
        return " ".join(characters(value, "name").split())
    except Unfit:
        return ""


def beginning(text: str) -> str:
    """The beginning of a text, on one line, for a report."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= LETTERS_SHOWN else f"{one_line[: LETTERS_SHOWN - 1]}…"


def in_sittings(messages: Iterable[Said]) -> tuple[HistorySession, ...]:
    """The messages, in the order given, cut where three hours or more went by in silence; a sitting is named by its first moment."""
    said = list(messages)
    cuts = [place for place, (one, following) in enumerate(pairwise(said), start=1) if following.said_at - one.said_at >= PAUSE]
    parts = [tuple(said[start:end]) for start, end in pairwise((0, *cuts, len(said))) if start < end]
    return tuple(HistorySession(part[0].said_at.isoformat(timespec="seconds"), part[0].said_at, part) for part in parts)


class MadeIds:
    """Ids for messages that have none: made of what a message is, so that a longer export of the same chat gives the same ones."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def of(self, *parts: str) -> str:
        """An id for a message of these parts; the same parts again get a number, in the order of the export."""
        made = sha256("\x1f".join(parts).encode()).hexdigest()[:ID_LENGTH]
        self._given[made] += 1
        again = self._given[made] - 1
        return f"{made}-{again}" if again else made
