"""Where things are: names in a tree. Who is in a room is in its building too."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Tree = Mapping[str, Any]  # of a place, by its name, what is in it: another such tree, empty where there is nothing


@dataclass(frozen=True)
class Places:
    """The places of a world.

    Args:
        tree: Their names; each stands in it once.
    """

    tree: Tree

    @cached_property
    def names(self) -> list[str]:
        """All names, each after the place that it is in."""
        return [name for name, _ in named_in(self.tree)]

    @cached_property
    def _paths(self) -> dict[str, tuple[str, ...]]:
        return {name: (*above, name) for name, above in named_in(self.tree)}

    def is_in(self, place: str, whole: str) -> bool:
        """Whether a place is another, or lies in it; every place lies in the one without a name."""
        return not whole or whole in self._paths[place]

    def together(self, one: str, other: str) -> bool:
        """Whether those who are at two places see each other."""
        return self.is_in(one, other) or self.is_in(other, one)

    def meant(self, *texts: str) -> str:
        """The place that the first of the texts to name one names: of several the longest name; empty where none does."""
        for text in texts:
            found = [name for name in self.names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)]
            if found:
                return max(found, key=len)
        return ""


def named_in(tree: Tree, above: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every place with the names of those that it is in, the outermost first."""
    for name, inside in tree.items():
        yield name, above
        yield from named_in(inside, (*above, name))
