"""What stands beside the vectors of the points that were read last."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

AT_HAND = 20_000  # payloads, of a few hundred bytes each: what a hundred different questions look at among a million records

Payload = Mapping[str, Any]


class Payloads:
    """Keeps payloads at hand: reading one takes the engine ten times as long as finding its point.

    For a collection that nobody else changes: each change has to be told. Safe to use from several threads.

    Args:
        read: Reads the payloads of points by their ids; of those that there are.
    """

    def __init__(self, read: Callable[[Sequence[str]], Mapping[str, Payload]]) -> None:
        self._read = read
        self._kept: dict[str, Payload] = {}
        self._changes = 0
        self._guard = threading.Lock()

    def of(self, ids: Sequence[str]) -> dict[str, Payload]:
        """The payloads of those of the points that there are."""
        with self._guard:
            known = {id: self._kept[id] for id in ids if id in self._kept}
            changes = self._changes
        fresh = self._read([id for id in ids if id not in known]) if len(known) < len(ids) else {}
        with self._guard:
            if changes == self._changes:  # else what was read may be what it was before
                self._keep(fresh)
        return known | dict(fresh)

    def changed(self, ids: Iterable[str]) -> None:
        """Points were written or deleted."""
        with self._guard:
            self._changes += 1
            for id in ids:
                self._kept.pop(id, None)

    def _keep(self, fresh: Mapping[str, Payload]) -> None:
        self._kept |= fresh
        for id in list(islice(self._kept, max(0, len(self._kept) - AT_HAND))):
            del self._kept[id]
