"""What has added up since the last reflection, against a plain sum, in generated sequences of all that can become of a memory."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stores.access import Access
from stores.journal import Event, EventKind
from stores.memory_store import MemoryStore
from stores.ranking import NO_IMPORTANCE
from stores.record import KINDS, MemoryRecord, Policy, Trust
from stores.tally import marker_of
from tests.fakes import NOON, HashEmbedder, record
from tests.generated import settled

CHARACTERS = ("mneme", "captain")
PAIRS = [(user, character) for user in ("ada", "bob") for character in CHARACTERS]
FIELDS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["turn", "fact"] * 3 + [*KINDS]),
        "importance": st.sampled_from([None, *(twice / 2 for twice in range(2, 21))]),
        "trust": st.sampled_from(["said"] * 4 + ["imported", "inferred", "recalled", "notice"]).map(lambda origin: Trust(origin=origin)),
        "known_by": st.sampled_from([CHARACTERS] * 4 + [("mneme",), ("captain",), ()]),
        "policy": st.sampled_from(
            [Policy()] * 4
            + [Policy(sensitivity="private"), Policy(sensitivity="secret")]
            + [Policy(purposes=(purpose,)) for purpose in ("answer", "reflection")]
        ),
    }
)
USERS, PLACES = st.sampled_from(["ada", "bob"]), st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just("remember"), USERS, st.lists(FIELDS, min_size=1, max_size=4)),
    st.tuples(st.just("remember_again"), PLACES, st.booleans()),
    st.tuples(st.sampled_from(["edit", "hide", "restore", "forget"]), PLACES),
    st.tuples(st.just("rate"), PLACES, st.integers(1, 10)),
    st.tuples(st.just("reflect"), st.sampled_from(PAIRS), st.sampled_from(["reflected", "not_reflected"])),
    st.tuples(st.just("check"), st.sampled_from(PAIRS), st.sampled_from([0.5, 3.0, 10.0, 25.0])),
)
ALL = 1e9  # more than ever adds up


@dataclass(frozen=True)
class Told:
    """A memory as the sum knows it: at which step it was remembered last, and whether it is there and seen."""

    record: MemoryRecord
    step: int
    importance: float
    hidden: bool = False
    gone: bool = False

    def counts_for(self, access: Access) -> bool:
        """Whether it is of the kind that adds up, and the character may reflect on it."""
        one = self.record
        known = one.user_id == access.user_id and access.character_id in one.known_by and one.policy.sensitivity != "secret"
        new = one.kind in ("turn", "fact") and one.trust.origin in ("said", "imported", "inferred")
        return known and new and one.policy.purposes in ((), ("reflection",)) and not (self.hidden or self.gone)


class World:
    """Ada and bob's memories beside a list. In each world they have another id, so that all worlds share one memory."""

    def __init__(self, memory: MemoryStore) -> None:
        self.memory = memory
        self.name = uuid4()
        self.told: list[Told] = []
        self.step = 0
        self.last: dict[tuple[str, EventKind], int] = {}

    def do(self, doing: str, *arguments: Any) -> None:
        """Take a step; one at a place where nothing is, or nothing that it can be done to, is none."""
        self.step += 1
        if doing in ("remember", "reflect", "check"):
            getattr(self, doing)(*arguments)
        elif arguments[0] < len(self.told):
            self.told[arguments[0]] = getattr(self, doing)(self.told[arguments[0]], *arguments[1:])

    def owner(self, one: Told) -> Access:
        return Access(one.record.user_id, role="owner")

    def called(self, user: str) -> str:
        return f"{user} of {self.name}"

    def remember(self, user: str, several: list[dict[str, Any]]) -> None:
        numbers = count(len(self.told))
        fresh = [record("Words.", number, self.called(user), **fields) for fields, number in zip(several, numbers, strict=False)]
        self.memory.remember(fresh)
        self.told += [Told(one, self.step, one.importance or NO_IMPORTANCE) for one in fresh]

    def remember_again(self, one: Told, other_words: bool) -> Told:
        again = one.record.model_copy(update={"text": f"Words of step {self.step}."}) if other_words else one.record
        self.memory.remember([again])
        return Told(again, self.step, again.importance or NO_IMPORTANCE) if one.gone else one

    def edit(self, one: Told) -> Told:
        if not (one.gone or one.hidden):
            self.memory.edit(one.record.id, f"Words of step {self.step}.", access=self.owner(one))
        return one

    def hide(self, one: Told) -> Told:
        if one.gone:
            return one
        self.memory.hide([one.record.id], access=self.owner(one))
        return replace(one, hidden=True)

    def restore(self, one: Told) -> Told:
        if one.gone or not one.hidden:
            return one
        self.memory.restore(one.record.id, access=self.owner(one))
        return replace(one, hidden=False)

    def forget(self, one: Told) -> Told:
        if one.gone:
            return one
        self.memory.forget([one.record.id], access=self.owner(one))
        return replace(one, gone=True, hidden=False)

    def rate(self, one: Told, importance: int) -> Told:
        if one.gone:
            return one
        event = Event(NOON, one.record.user_id, "rated")
        self.memory.amend({one.record.id: {"importance": importance}}, event, access=self.owner(one))
        return replace(one, importance=importance)

    def reflect(self, pair: tuple[str, str], kind: EventKind) -> None:
        marker = marker_of(self.access(pair))
        self.memory.journal.append([Event(NOON, self.called(pair[0]), kind, marker)])
        self.last[marker, kind] = self.step

    def access(self, pair: tuple[str, str]) -> Access:
        return Access(self.called(pair[0]), pair[1], purpose="reflection")

    def check(self, pair: tuple[str, str], enough: float = ALL) -> None:
        """What has added up is the plain sum of what is new, as far as it is enough."""
        access = self.access(pair)
        reflected, failed = (self.last.get((marker_of(access), kind), 0) for kind in ("reflected", "not_reflected"))
        new = [one for one in self.told if one.step > reflected and one.counts_for(access)]
        total, since_failure = sum(one.importance for one in new), sum(one.importance for one in new if one.step > failed)
        found = self.memory.tallies.of(access, enough)
        assert (min(found.importance, enough), min(found.since_failure, enough)) == (min(total, enough), min(since_failure, enough))


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MemoryStore]:
    with MemoryStore.open(tmp_path_factory.mktemp("tally"), HashEmbedder()) as opened:
        yield opened


@settled(50)
@given(steps=st.lists(STEPS, min_size=10, max_size=30))
@example([("remember", "ada", [{}]), ("forget", 0), ("remember_again", 0, False)])
@example([("remember", "ada", [{"importance": 3.0}]), ("hide", 0), ("restore", 0)])
@example([("remember", "ada", [{}] * 4), ("reflect", PAIRS[0], "reflected"), ("forget", 1), ("remember_again", 1, True), ("hide", 1)])
def test_what_has_added_up_is_the_plain_sum(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[Any, ...]]) -> None:
    monkeypatch.setattr("stores.tally.PAGE", 2)  # so that few memories are several pages
    world = World(memory)
    for step in steps:
        world.do(*step)
        for pair in PAIRS:  # after every step: a sum that is kept at hand must not outlive what changed
            world.check(pair)
