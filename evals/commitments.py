"""Does it find what people are bound to, and on what day? Told of sentences that no rule was written with, and of RealMem's schedules.

A found commitment is right where it starts exactly when it should: on the day, and at the minute or at none, as it was told.
What is said to be cancelled counts as not found. Beside it stands plain dateparser, which takes every date to come for a commitment.

RealMem has no commitments, but notes some as Schedule memories. Which of them are on one day, told in their session and not past, was read
off by hand. In the sessions that have such a one, recall is the share of these memories on whose day something was found; precision is the
share of the days found on which one of the same person falls. That is a lower bound: a session tells of more than was noted ("I will look
at it tomorrow" is a promise, and no Schedule memory). For the same reason the days found in sessions in which nothing was scheduled are
counted and not judged.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from evals.cases import sampled
from evals.commitment_data import Gold, Half, Sentence, Session, Spoken, scheduled, sentences, sessions
from evals.result import Figure, Result
from evals.scoring import bootstrap
from evals.turns import LANGUAGES
from models.commitments.commitment import Commitment
from models.commitments.finding import commitments_in
from models.times import zone_named
from stores.engines.words import Words

NAME = "commitments"
MNEME, DATEPARSER = "Mneme", "dateparser"
HALVES: tuple[Half, ...] = ("held out", "seen")
UNSCHEDULED = 200  # sessions of RealMem that are looked at
DAY = len("2026-01-31")
INSTANT = timedelta(microseconds=1)

Finder = Callable[[Spoken], Sequence[Commitment]]
Pair = tuple[Gold, Commitment]


@dataclass(frozen=True)
class Judged:
    """A sentence with what was found in it.

    Attributes:
        pairs: What is right, each with what it should be.
    """

    sentence: Sentence
    found: tuple[Commitment, ...]
    pairs: tuple[Pair, ...]

    @property
    def hits(self) -> list[float]:
        """1 for each found commitment that is right, 0 for each that is not."""
        return [1.0] * len(self.pairs) + [0.0] * (len(self.found) - len(self.pairs))

    @property
    def reached(self) -> list[float]:
        """1 for each commitment that was found, 0 for each that was missed."""
        return [1.0] * len(self.pairs) + [0.0] * (len(self.sentence.commitments) - len(self.pairs))

    @property
    def days_reached(self) -> list[float]:
        """The same of the days alone, whatever the time of day."""
        days = {starts(one, zone_named(self.sentence.timezone))[:DAY] for one in self.found}
        return [float(gold.start[:DAY] in days) for gold in self.sentence.commitments]

    @property
    def raised(self) -> list[float]:
        """Whether something was found, where there is nothing."""
        return [] if self.sentence.commitments else [float(bool(self.found))]


Values = Callable[[Judged], Sequence[float]]

PRECISION, RECALL = "precision", "recall"
OF_DATES: Mapping[str, Values] = {
    PRECISION: lambda one: one.hits,
    RECALL: lambda one: one.reached,
    "F1": lambda one: [*one.hits, *one.reached],  # the mean over both is 2 right / (found + to be found)
    "recall of the day alone": lambda one: one.days_reached,
    "sentences of nothing that raised one": lambda one: one.raised,
}
OF_THE_RIGHT: Mapping[str, Values] = {
    "kind": lambda one: [float(gold.kind == found.kind) for gold, found in one.pairs],
    "by whom": lambda one: [float(gold.by == found.by) for gold, found in one.pairs],
    "end, where there is one": lambda one: [float(right) for right in ends(one)],
    "words in common": lambda one: [words_in_common(gold.what, found.what) for gold, found in one.pairs],
}


def run(data: Path = Path(), limit: int | None = None, seed: int = 0) -> Result:
    """Precision, recall and more, by language and half; and what is found in RealMem's sessions.

    Args:
        data: The folder of the data sets; without one, RealMem is left out.
        limit: How many sentences are drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: There is a folder but RealMem is not in it, or not of the format.
    """
    told = sampled(sentences(), limit, seed)
    known = sessions(data) if data != Path() else []
    systems = {name: figures(name, find, told, known, seed) for name, find in finders().items()}
    metrics = [f"{language} {metric}, {HALVES[0]}" for metric in (RECALL, PRECISION) for language in LANGUAGES]
    return Result(
        name=NAME,
        data=measured_on(told, known, systems),
        seed=seed,
        systems=systems,
        shown=tuple(metric for metric in metrics if all(metric in found for found in systems.values())),
    )


def finders() -> dict[str, Finder]:
    """Mneme's, and dateparser where it is installed."""
    made: dict[str, Finder] = {MNEME: found_by_mneme, DATEPARSER: dates_to_come}
    return made if find_spec(DATEPARSER) else {MNEME: found_by_mneme}


def found_by_mneme(said: Spoken) -> list[Commitment]:
    """What Mneme finds, without what is cancelled."""
    found = commitments_in(said.text, said.said_at, said.timezone, said.speaker)
    return [one for one in found if one.change != "cancelled"]


def dates_to_come(said: Spoken) -> list[Commitment]:
    """Every date after the moment that dateparser finds; all day where it sets the clock to midnight, or leaves it as it is."""
    from dateparser.search import search_dates  # type: ignore[import-untyped]

    zone = zone_named(said.timezone)
    now = said.said_at.astimezone(zone).replace(tzinfo=None)
    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": now, "TIMEZONE": said.timezone}
    found = search_dates(said.text, languages=[said.language], settings=settings) or []
    clocks = [(words, moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment) for words, moment in found]
    return [commitment_on(words, moment, zone, now.time()) for words, moment in clocks if moment > now]


def commitment_on(words: str, moment: datetime, zone: ZoneInfo, left: time) -> Commitment:
    """A date as a commitment."""
    all_day = moment.time() in (time(), left)
    start = datetime.combine(moment, time() if all_day else moment.time(), zone)
    return Commitment(words, "appointment", "user", start, all_day=all_day)


def figures(name: str, find: Finder, told: Sequence[Sentence], known: Sequence[Session], seed: int) -> dict[str, Figure]:
    """Those of one system."""
    metrics = {**OF_DATES, **(OF_THE_RIGHT if name == MNEME else {})}
    judged = [judge(sentence, find(sentence.spoken)) for sentence in told]
    found: dict[str, Figure | None] = {}
    for half in HALVES:
        for language in LANGUAGES:
            mine = [one for one in judged if one.sentence.language == language and one.sentence.half == half]
            for metric, values in metrics.items():
                found[f"{language} {metric}, {half}"] = mean(((one.sentence.id, values(one)) for one in mine), seed)
    found |= of_schedules(find, known, seed)
    return {metric: figure for metric, figure in found.items() if figure}


def judge(sentence: Sentence, found: Sequence[Commitment]) -> Judged:
    """Pairs each commitment of a sentence with the found one that starts when it does; of several with the one in the closest words."""
    zone, left, pairs = zone_named(sentence.timezone), list(found), []
    for gold in sentence.commitments:
        alike = [one for one in left if starts(one, zone) == gold.start]
        if alike:
            best = max(alike, key=lambda one: words_in_common(gold.what, one.what))
            left.remove(best)
            pairs.append((gold, best))
    return Judged(sentence, tuple(found), tuple(pairs))


def starts(found: Commitment, zone: ZoneInfo) -> str:
    """When it starts, as the sentences write it."""
    return written(found.start.astimezone(zone), all_day=found.all_day)


def ends(one: Judged) -> list[bool]:
    """Whether the end is right, of what has an end or was given one."""
    zone = zone_named(one.sentence.timezone)
    return [gold.end == end_of(found, zone) for gold, found in one.pairs if gold.end or found.end]


def end_of(found: Commitment, zone: ZoneInfo) -> str | None:
    """When it ends, as the sentences write it: of several days the last one, not the midnight after it."""
    if found.end is None:
        return None
    end = found.end.astimezone(zone)
    return written(end - INSTANT if found.all_day else end, all_day=found.all_day)


def written(moment: datetime, *, all_day: bool) -> str:
    """The day, or the day and the minute."""
    return moment.date().isoformat() if all_day else moment.strftime("%Y-%m-%dT%H:%M")


def words_in_common(one: str, other: str) -> float:
    """F1 over the stems of two texts; of Korean and Japanese over the letters and pairs of letters that stand for words in a search."""
    terms = Words()
    these, those = set(terms.of_document(one).indices), set(terms.of_document(other).indices)
    return 2 * len(these & those) / max(len(these) + len(those), 1)


def of_schedules(find: Finder, known: Sequence[Session], seed: int) -> dict[str, Figure | None]:
    """What is found in RealMem's sessions, beside what was scheduled in them."""
    if not known:
        return {}
    dated = [(session, days_found(find, session)) for session in known if session.days]
    noted = {person: frozenset[date]().union(*(one.days for one in known if one.person == person)) for person in {s.person for s in known}}
    idle = sampled([session for session in known if not session.scheduled], UNSCHEDULED, seed)
    return {
        "RealMem recall of days": mean(((one.group, [float(day in days) for day in one.days]) for one, days in dated), seed),
        "RealMem precision of days": mean(((one.group, [float(day in noted[one.person]) for day in days]) for one, days in dated), seed),
        "RealMem days a session of no schedule": mean(((one.group, [float(len(days_found(find, one)))]) for one in idle), seed),
    }


def days_found(find: Finder, session: Session) -> set[date]:
    """The days on which something found in a session starts."""
    return {one.start.astimezone(zone_named(said.timezone)).date() for said in session.said for one in find(said)}


def mean(of: Iterable[tuple[str, Sequence[float]]], seed: int) -> Figure | None:
    """The mean of all values, with its interval; None where there are none. What belongs to a group is resampled together."""
    rows = list(chain.from_iterable([(group, value) for value in values or [math.nan]] for group, values in of))
    if all(math.isnan(value) for _, value in rows):
        return None
    interval = bootstrap([[value for _, value in rows]], [group for group, _ in rows], seed)
    return Figure(value=interval.value, low=interval.low, high=interval.high)


def measured_on(told: Sequence[Sentence], known: Sequence[Session], systems: Mapping[str, object]) -> str:
    """What was measured on what, in words."""
    held = sum(one.half == "held out" for one in told)
    parts = [f"{len(told)} sentences, {held} of them held out when the rules were written"]
    if known:
        count = scheduled(known)
        parts.append(
            f"{count.total()} Schedule memories of RealMem, {count['one day']} on one day to come, {count['recurring']} recurring, "
            f"{count['none']} on no day that is told" + (f", {count['not read']} that nobody has read" if count["not read"] else "")
        )
    if DATEPARSER not in systems:
        parts.append("dateparser is not installed (extra `evals`)")
    return "; ".join(parts)
