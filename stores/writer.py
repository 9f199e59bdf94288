"""Every change to the records: remembered, edited, hidden, restored, forgotten. What one process leaves half done the next one finishes."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from stores.access import Access, owned, tenant
from stores.batches import batched
from stores.codec import Codec
from stores.embedder import Embedder
from stores.engines.engine import Collection, Ids, Match, Unembedded, Where
from stores.errors import InputError
from stores.gate import Gate
from stores.journal import Doing, Event, EventKind, Intent, Journal
from stores.pieces import matters_of
from stores.plans import is_commitment, plans_marker
from stores.points import Reader, changed, payload_of, point_of, why_unfit
from stores.rater import Rater
from stores.record import Kind, MemoryRecord, is_record_id, version_id
from stores.vectors import Vectors, embed_all, mean

EMBED_BATCH = 256

Outcome = Literal["stored", "duplicate", "superseded", "rejected"]


@dataclass(frozen=True)
class Written:
    """What became of one write.

    Attributes:
        id: The record that holds the words.
        outcome: `superseded` means that other words were stored under its id, which stay, and are replaced by these.
        why: Why it is not simply stored.
        gated: The gate did not want it; nothing is wrong with it.
    """

    id: str
    outcome: Outcome
    why: str = ""
    gated: bool = False


@dataclass(frozen=True)
class Derived:
    """A record that goes because of what it was made from: `source`, which goes too and is the reason."""

    id: str
    kind: Kind
    source: str


@dataclass(frozen=True)
class Receipt:
    """What forgetting removes: what was asked for with all its versions, and what was derived from them, the nearest first."""

    forgotten: tuple[str, ...]
    derived: tuple[Derived, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.forgotten, *(one.id for one in self.derived))


@dataclass
class Plan:
    """What one call will write: the records there are, by id, those to come, and what the journal says besides; and which are forgotten."""

    known: dict[str, MemoryRecord]
    fresh: dict[str, MemoryRecord] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)

    def __getitem__(self, id: str) -> MemoryRecord | None:
        return self.fresh.get(id) or self.known.get(id)


class Writer:
    """Writes records, one caller at a time.

    Args:
        records: Gives the collection of the records, which is opened when it is first used.
        journal: Where everything that happens is noted.
        embedder: Turns text into vectors.
        gate: Decides what is kept.
        rater: Says how important what is kept is; nothing does where it is None.
        codec: Through which text goes to disk.
        lock: Held by whoever writes.
    """

    def __init__(
        self,
        records: Callable[[], Collection],
        journal: Journal,
        embedder: Embedder,
        gate: Gate,
        rater: Rater | None,
        codec: Codec,
        lock: threading.RLock,
    ) -> None:
        self._collection = records
        self._journal = journal
        self._embedder = embedder
        self._gate = gate
        self._rater = rater
        self._codec = codec
        self.reader = Reader(codec)
        self._lock = lock

    def remember(self, records: Sequence[MemoryRecord], turn_id: str, beside: Sequence[Event] = ()) -> list[Written]:
        """Write the words and the events `beside` them, all at once; then embed the words.

        Words whose embedding fails stay, and are embedded at the next try.
        """
        with self._writing():
            forgotten = self._forgotten(records)
            plan = Plan(self._known(records, forgotten), events=[*beside], forgotten=forgotten)
            fates = [self._planned(record, plan) for record in records]
            self._write(plan, turn_id)
        again = [fate.id for fate in fates if fate.outcome != "rejected" and fate.id not in plan.fresh]
        self._embed([*plan.fresh.values(), *self._unembedded(again)])
        return fates

    def edit(self, id: str, text: str, access: Access, at: datetime) -> Written:
        """Give a record other words: a version that takes the place of the newest one; then embed them.

        Words whose embedding fails stay, and are embedded where the same edit is made again.

        Raises:
            InputError: There is no such record of this user, it is hidden, or it gave way to another record.
            RecordRejected: The words cannot be stored.
            ModelError: The embedder failed.
        """
        with self._writing():
            newest = self._versions(self._owned([id], access)[0])[-1]
            if newest.deleted_at:
                raise InputError(f"The memory {id} is hidden.", "Restore it first.")
            if newest.superseded_by:
                raise InputError(f"The memory {newest.id} gave way to {newest.superseded_by}.", "Edit that one, or restore this one first.")
            if newest.text == text:
                written = Written(newest.id, "duplicate", "it says so already")
            else:
                written = self._reworded(newest, text, at, "edited")
        self._embed(self._unembedded([written.id]))
        return written

    def hide(self, ids: Sequence[str], access: Access, at: datetime) -> Receipt:
        """Let records, and what was derived from them, be seen no more, until they are restored.

        Raises:
            InputError: One of the records is not this user's, or does not exist; then nothing is hidden.
        """
        with self._writing():
            receipt = self.reach(ids, access)
            self._do("hide", receipt.ids, access, at)
        return receipt

    def restore(self, id: str, access: Access, at: datetime) -> tuple[str, ...]:
        """Bring back what was hidden with a record, or make the words of an earlier version the newest again; the ids seen again.

        Words whose embedding fails stay, and are embedded where the same is restored again.

        Raises:
            InputError: There is no such record of this user, it is neither hidden nor superseded, or what took its place says the same.
            ModelError: The embedder failed.
        """
        with self._writing():
            record = self._owned([id], access)[0]
            if record.deleted_at:
                reached = self._retrieved(self.reach([id], access).ids).values()
                together = [one.id for one in reached if one.deleted_at == record.deleted_at]
                self._do("restore", together, access, at)
                return tuple(together)
            if not record.superseded_by:
                raise InputError(f"The memory {id} is neither hidden nor superseded.", "See mneme memories history.")
            newest = self._versions(record)[-1]
            if newest.id == record.id:
                self._do("readmit", [id], access, at)
                return (id,)
            restored = self._said_again(record, newest, at)
        self._embed(self._unembedded([restored]))
        return (restored,)

    def _said_again(self, record: MemoryRecord, newest: MemoryRecord, at: datetime) -> str:
        """The version with the words of an earlier one: a new one, or the newest, where its embedding has failed.

        Raises:
            InputError: The newest has these words, and nothing is left to do.
        """
        if newest.text != record.text:
            return self._reworded(newest, record.text, at, "restored").id
        if not self._unembedded([newest.id]):
            raise InputError(f"The memory {newest.id}, which took its place, says so already.", "There is nothing to restore.")
        return newest.id

    def forget(self, ids: Sequence[str], access: Access, at: datetime) -> Receipt:
        """Remove records for good, with all their versions and, at every depth, what was derived from them.

        Raises:
            InputError: One of the records is not this user's, or does not exist; then nothing is removed.
        """
        with self._writing():
            receipt = self.reach(ids, access)
            self._do("forget", receipt.ids, access, at)
            self.reader.forget()
        return receipt

    def reach(self, ids: Sequence[str], access: Access) -> Receipt:
        """What forgetting these records would remove.

        Raises:
            InputError: One of the records is not this user's, or does not exist.
        """
        versions = {one.id: one for record in self._owned(ids, access) for one in self._versions(record)}
        return Receipt(tuple(versions), tuple(self._derived_from(versions, access)))

    def amend(self, changes: Mapping[str, Mapping[str, Any]], event: Event, access: Access) -> None:
        """Set fields of records that change nothing of their words; the journal gets the event for each.

        Raises:
            InputError: One of the records is not this user's, or does not exist; then nothing is changed.
            RecordRejected: A field cannot hold what it is set to; then nothing is changed.
        """
        with self._writing():
            for record in [changed(one, **changes[one.id]) for one in self._owned(list(changes), access)]:
                self._put(record)
            self._journal.append(replace(event, record_id=id) for id in changes)

    def finish_pending(self) -> None:
        """Finish what was begun and not settled, by an earlier process or a failed call, so that journal and engine agree."""
        with self._writing():
            pass

    def embed_missing(self) -> int:
        """Embed all records that have no vector yet; how many there were.

        Raises:
            ModelError: The embedder failed.
            RecordRejected: It gave what are no vectors of its dimension.
        """
        missing = self._found(Where((Unembedded(),)))
        self._embed(missing)
        return len(missing)

    def _unembedded(self, ids: Sequence[str]) -> list[MemoryRecord]:
        """Those of the records that have no vector yet."""
        return [record for some in batched(ids, EMBED_BATCH) for record in self._found(Where((Ids(frozenset(some)), Unembedded())))]

    def _embed(self, records: Sequence[MemoryRecord]) -> None:
        """Give records their vectors, and how important they are; that first, for what has a vector is not looked at again."""
        for some in batched(records, EMBED_BATCH):
            embedded = embed_all(self._embedder, {record.id: matters_of(record.text) for record in some})
            ratings = {record.id: self._rating(record, embedded[record.id]) for record in some}
            with self._lock:
                there = self._collection().retrieve(list(embedded))  # one may have been forgotten or changed meanwhile
                for record in self.reader.records(there):
                    if not record.importance and (rating := ratings[record.id]):
                        self._put(changed(record, importance=rating))
                self._collection().embed({point.id: embedded[point.id] for point in there})

    def _rating(self, record: MemoryRecord, vectors: Vectors) -> float | None:
        """How important a record is: what it says itself, or what the rater does."""
        if record.importance or not self._rater:
            return record.importance
        return self._rater.rate(record.text, mean(vectors))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            for number, intent in self._journal.pending().items():
                self._settle(number, intent)
            yield

    def _planned(self, record: MemoryRecord, plan: Plan) -> Written:
        """What becomes of a record; what is to be written for it is added to the plan."""
        if why := why_unfit(record):
            return Written(record.id, "rejected", why)
        if record.version_of or record.superseded_by or record.superseded_at or record.deleted_at:
            return Written(record.id, "rejected", "its versions and whether it is seen are the store's to say")
        if any(old.user_id != record.user_id for old in (plan[id] for id in (record.id, *record.supersedes)) if old):
            return Written(record.id, "rejected", "it would take the place of another user's record")
        if source := next((id for id in record.derived_from if id in plan.forgotten and not plan[id]), ""):
            return self._forgotten_with(source, record, plan)
        if known := plan[record.id]:
            return self._revised(known, record, plan)
        verdict = self._gate.judge(record)
        if verdict.action != "store":
            detail = {"action": verdict.action, "reason": verdict.reason, "into": verdict.into}
            plan.events.append(Event(record.created_at, record.user_id, "gated", record.id, record.thread_id, detail=detail))
        if verdict.action == "discard":
            return Written(record.id, "rejected", verdict.reason, gated=True)
        # What is merged is kept behind the other, so that no words are lost; behind what is not there they would only be hidden.
        merged = verdict.action == "merge" and self._is_there(verdict.into, record.user_id, plan)
        behind = {"superseded_by": verdict.into, "superseded_at": record.counts_from} if merged else {}
        plan.fresh[record.id] = record.model_copy(update={"weight": verdict.weight, **behind})
        return Written(record.id, "stored", verdict.reason if behind else "")

    def _is_there(self, id: str, user_id: str, plan: Plan) -> bool:
        """Whether a user has this record, or will have with this call."""
        one = plan[id] or self._retrieved([id]).get(id)
        return one is not None and one.user_id == user_id

    def _forgotten(self, records: Iterable[MemoryRecord]) -> set[str]:
        """What was forgotten of derived records, which went with their sources, and of what they rest on: that may have been while a
        mind thought about it."""
        asked: dict[str, set[str]] = {}
        for record in (one for one in records if one.derived_from):
            asked.setdefault(record.user_id, set()).update((record.id, *record.derived_from))
        return {id for user_id, ids in asked.items() for id in self._journal.deleted(user_id, sorted(ids))}

    def _known(self, records: Sequence[MemoryRecord], forgotten: set[str]) -> dict[str, MemoryRecord]:
        """Those of the records, and of what they supersede, that there are; in the place of one that is forgotten a later version of it,
        which rests on something else."""
        later = [self._found(tenant(one.user_id).also(Match("version_of", (one.id,)))) for one in records if one.id in forgotten]
        there = self._retrieved(id for record in records for id in (record.id, *record.supersedes))
        return {**{one.version_of: one for versions in later for one in versions}, **there}

    def _forgotten_with(self, source: str, record: MemoryRecord, plan: Plan) -> Written:
        """A record that rests on what was forgotten: as if it had been stored before, and had gone with its source.

        The journal says so, for by that it leaves its thread too, and what would rest on it is not stored either.
        """
        if not plan[record.id]:
            plan.forgotten.add(record.id)
            detail = {"source": source}
            plan.events.append(Event(record.created_at, record.user_id, "deleted", record.id, record.thread_id, detail=detail))
        return Written(record.id, "rejected", f"it rests on {source}, which was forgotten")

    def _revised(self, known: MemoryRecord, record: MemoryRecord, plan: Plan) -> Written:
        """A record whose id is known: a duplicate, or other words, which follow the newest version."""
        first = known.version_of or known.id
        versions = [*self._versions(known), *(one for one in plan.fresh.values() if first in (one.id, one.version_of))]
        if said_before := next((one for one in versions if one.text == record.text), None):
            return Written(said_before.id, "duplicate", "already stored")
        version = following(versions[-1], record)
        plan.fresh[version.id] = version
        return Written(version.id, "superseded", f"takes the place of {versions[-1].id}")

    def _versions(self, record: MemoryRecord) -> list[MemoryRecord]:
        """Every version of a record, the newest last."""
        first = record.version_of or record.id
        stored = {
            **{id: one for id, one in self._retrieved([first]).items() if one.user_id == record.user_id},
            **{one.id: one for one in self._found(tenant(record.user_id).also(Match("version_of", (first,))))},
        }
        return in_order([*stored.values()] or [record])

    def _reworded(self, newest: MemoryRecord, text: str, at: datetime, kind: EventKind) -> Written:
        version = following(newest, changed(newest, importance=None, supersedes=(), text=text, created_at=at, updated_at=at))
        event = Event(at, newest.user_id, kind, newest.id, newest.thread_id, detail={"by": version.id})
        self._hide_notes(newest, at)
        self._write(Plan({}, {version.id: version}, [event]), "")
        return Written(version.id, "superseded", f"takes the place of {newest.id}")

    def _hide_notes(self, record: MemoryRecord, at: datetime) -> None:
        """Let the notes that rest on a record be seen no more, for they tell its earlier words. A thread that has them begins new ones."""
        owner = Access(record.user_id, role="owner")
        resting = self._derived_from([one.id for one in self._versions(record)], owner)
        notes = self._retrieved(one.id for one in resting if one.kind == "snapshot")
        if seen := [one.id for one in notes.values() if not one.deleted_at]:
            self._do("hide", seen, owner, at)

    def _write(self, plan: Plan, turn_id: str) -> None:
        """Write what is planned; the journal knows of it before it is begun, and says so when it is done."""
        fresh = list(plan.fresh.values())
        if not fresh:
            self._journal.append(plan.events)
            return
        events = [*plan.events, *(Event(one.created_at, one.user_id, "remembered", one.id, one.thread_id, turn_id) for one in fresh)]
        number = self._journal.intend(Intent("remember", datetime.now(UTC), "", tuple(plan.fresh), tuple(events)))
        self._collection().upsert([point_of(record, self._codec) for record in fresh])
        self._journal.settle(number, [*events, *self._superseded(fresh)])

    def _superseded(self, fresh: Iterable[MemoryRecord]) -> list[Event]:
        """Let what the new records take the place of give way, and say so; the new ones are there already, so no words go missing."""
        olds = self._retrieved(id for record in fresh for id in record.supersedes)
        events = []
        for record in fresh:
            for old in (olds[id] for id in record.supersedes if id in olds):
                if old.user_id == record.user_id and old.superseded_by in ("", record.id):
                    self._change(old, superseded_by=record.id, superseded_at=record.counts_from)
                    events.append(Event(record.created_at, old.user_id, "superseded", old.id, old.thread_id, detail={"by": record.id}))
                    events += self._unplanned(old, record) if record.version_of else []
        return events

    def _unplanned(self, old: MemoryRecord, new: MemoryRecord) -> list[Event]:
        """Let the commitments that were heard in earlier words give way with these; those of the new words are then awaited."""
        where = tenant(old.user_id).also(Match("derived_from", (old.id,)))
        heard = [one for one in self._found(where) if is_commitment(one) and one.superseded_by in ("", new.id)]
        for one in heard:
            self._change(one, superseded_by=new.id, superseded_at=new.created_at)
        markers = {plans_marker(one.user_id, one.character_id) for one in heard}
        asked = [self._journal.last(old.user_id, marker, "plan_awaited") for marker in sorted(markers)]
        gone = [Event(new.created_at, one.user_id, "superseded", one.id, detail={"by": new.id}) for one in heard]
        return [*gone, *(replace(one, at=new.created_at, turn_id="") for one in asked if one)]

    def _do(self, doing: Doing, ids: Sequence[str], access: Access, at: datetime) -> None:
        intent = Intent(doing, at, access.user_id, tuple(ids))
        self._settle(self._journal.intend(intent), intent)

    def _settle(self, number: int, intent: Intent) -> None:
        """Do what was intended, as far as it is not done yet, and note it."""
        records = self._retrieved(intent.ids) if intent.doing != "forget" else {}
        kinds: dict[Doing, EventKind] = {"hide": "hidden", "restore": "restored", "readmit": "restored", "forget": "deleted"}
        events = [Event(intent.at, intent.user_id, kinds[intent.doing], id) for id in intent.ids if intent.doing in kinds]
        match intent.doing:
            case "remember":
                # The records were written as one operation: none of them means that it never happened.
                events = [*intent.events, *self._superseded(records.values())] if records else []
            case "forget":
                self._journal.forget_words(intent.user_id)
                self._collection().delete(intent.ids)
            case _:
                # What was hidden before stays hidden as of then, so that it is not restored with this.
                for record in (one for one in records.values() if intent.doing != "hide" or not one.deleted_at):
                    self._change(record, **seen_changes(intent))
        self._journal.settle(number, events)

    def _change(self, record: MemoryRecord, **fields: Any) -> None:
        """Set fields to what is known to be sound."""
        self._put(record.model_copy(update=fields))

    def _put(self, record: MemoryRecord) -> None:
        self._collection().patch(record.id, payload_of(record, self._codec))

    def _owned(self, ids: Sequence[str], access: Access) -> list[MemoryRecord]:
        """The records of these ids.

        Raises:
            InputError: One is not this user's, or does not exist.
        """
        known = frozenset(id for id in ids if is_record_id(id))
        mine = {one.id: one for one in self._found(owned(access).also(Ids(known)))} if known else {}
        if strange := [id for id in ids if id not in mine]:
            now = datetime.now(UTC)
            self._journal.append(Event(now, access.user_id, "denied", id) for id in strange if is_record_id(id))
            raise InputError(f"No memory {strange[0]!r} of {access.user_id} is known.", "See mneme memories list.")
        return [mine[id] for id in ids]

    def _derived_from(self, ids: Iterable[str], access: Access) -> Iterator[Derived]:
        """All records that rest on these, however indirectly."""
        frontier = list(ids)
        gone = set(frontier)
        while frontier:
            where = tenant(access.user_id).also(Match("derived_from", tuple(frontier)))
            resting = [one for one in self._found(where) if one.id not in gone]
            yield from (Derived(one.id, one.kind, next(id for id in one.derived_from if id in gone)) for one in resting)
            frontier = [record.id for record in resting]
            gone.update(frontier)

    def _retrieved(self, ids: Iterable[str]) -> dict[str, MemoryRecord]:
        """Those of the records that there are, by id."""
        known = list(dict.fromkeys(id for id in ids if is_record_id(id)))
        return {one.id: one for one in self.reader.records(self._collection().retrieve(known))} if known else {}

    def _found(self, where: Where) -> list[MemoryRecord]:
        return list(self.reader.records(self._collection().scroll(where)))


def following(old: MemoryRecord, new: MemoryRecord) -> MemoryRecord:
    """The version that takes the place of an older one."""
    links = {
        "id": version_id(old, new.text),
        "version_of": old.version_of or old.id,
        "supersedes": (*new.supersedes, old.id),
        "superseded_by": "",
        "superseded_at": None,
        "deleted_at": old.deleted_at,
    }
    return new.model_copy(update=links)


def in_order(versions: Sequence[MemoryRecord]) -> list[MemoryRecord]:
    """Versions, the newest last: none takes its place. Where one between them is gone there are several such; then it is what did not
    give way, and was written last."""
    replaced = {old for one in versions for old in one.supersedes}
    return sorted(versions, key=lambda one: (one.id not in replaced, not one.superseded_by, one.created_at, one.id))


def seen_changes(intent: Intent) -> dict[str, Any]:
    """The fields that hiding or restoring a record changes."""
    if intent.doing == "readmit":
        return {"superseded_by": "", "superseded_at": None}
    return {"deleted_at": intent.at if intent.doing == "hide" else None}
