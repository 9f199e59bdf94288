"""Commitments in Japanese sentences."""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from models.commitments import japanese_cues as cues
from models.commitments.commitment import Change, Commitment, CommitmentKind, Party
from models.commitments.japanese_times import AND, NARROW, Moment, Told, clock_alone, moment_of, times_in, week_told

KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
HAN = re.compile(r"[一-鿿]")
HANGUL = re.compile(r"[가-힣]")
LATIN = re.compile(r"[A-Za-z]")
LONGEST = 300  # characters of a sentence that are read around a time
LONGEST_WHAT = 40
SENTENCE = re.compile(r"[^。!?\n…]*[。!?\n…]*")
MARK = "\x00"  # where the time stands, among the words around it


def is_written_in(text: str) -> bool:
    """Whether the text is in this language: it holds kana, or Chinese characters, more than Latin ones, and no Hangul."""
    return bool(KANA.search(text)) or (not HANGUL.search(text) and len(HAN.findall(text)) > len(LATIN.findall(text)))


def tells_a_time(text: str, here: datetime) -> bool:
    """Whether something in the words names a time from `here` on."""
    return any(statement.is_to_come(here) for statement in statements_in(text.translate(NARROW), here))


def days_told(text: str, here: datetime) -> list[date]:
    """The days that the text names, from that of `here` on."""
    days = [told.day for told in times_in(text.translate(NARROW), here) if told.day and not told.past]
    return [day for day in days or week_told(text, here.date()) if day >= here.date()]


def commitments_in(text: str, here: datetime, speaker: Party) -> list[Commitment]:
    """The commitments in the text, said at the moment `here` in the user's zone."""
    found: list[Commitment] = []
    statements = list(statements_in(text.translate(NARROW), here))
    for place, statement in enumerate(statements):
        later = statements[place + 1] if place + 1 < len(statements) else None
        if statement.is_to_come(here) and not (later and later.replaces(statement)):
            earlier = statements[place - 1] if place and statements[place - 1].sentence == statement.sentence else None
            commitment = commitment_of(statement, earlier, speaker)
            found += [commitment] if commitment else []
    return found


Judged = tuple[CommitmentKind, Party]


@dataclass(frozen=True)
class Statement:
    """What is said of one time.

    Attributes:
        told: The words of the time.
        moment: The time.
        head: What its sentence says before the time, and not of another.
        rest: What it says after it.
        since: What it says from the first of the words of the time on.
        before: The sentence before, where that tells no time.
        after: The sentence after, likewise.
        sentence: The number of its sentence in the text.
    """

    told: Told
    moment: Moment
    head: str
    rest: str
    since: str
    before: str
    after: str
    sentence: int

    @property
    def main(self) -> str:
        """The clause that the time stands in."""
        cut = cues.BREAK.search(self.rest)
        return self.head + (self.rest[: cut.end()] if cut else self.rest)

    @property
    def tail(self) -> str:
        """The clauses after it."""
        cut = cues.BREAK.search(self.rest)
        return self.rest[cut.end() :] if cut else ""

    def is_to_come(self, here: datetime) -> bool:
        """Whether it is one time, that lies ahead."""
        start = self.moment.end or self.moment.start if self.moment.all_day else self.moment.start
        ahead = start.date() >= here.date() if self.moment.all_day else start >= here
        return ahead and not (self.told.past or self.told.habit)

    def replaces(self, earlier: "Statement") -> bool:
        """Whether something is moved here from the time that was told before."""
        if self.sentence != earlier.sentence:
            return False
        asked = cues.QUESTION.search(self.main) and cues.BREAK.search(earlier.rest)
        return bool(asked or cues.MOVED.search(self.since) or cues.INSTEAD.search(earlier.rest))


def statements_in(text: str, here: datetime) -> Iterator[Statement]:
    """What is said of each time in the text."""
    sentences = [match.span() for match in SENTENCE.finditer(text) if match[0]]
    starts, zone = [begin for begin, _ in sentences], cast(ZoneInfo, here.tzinfo)
    times = times_in(text, here)
    homes = [bisect(starts, told.end - 1) - 1 for told in times]
    timed = set(homes) | {bisect(starts, told.begin) - 1 for told in times}
    floor = 0
    for told, home, (stop, end) in zip(times, homes, ends_of(text, times, [sentences[home] for home in homes]), strict=True):
        begin = max(floor, sentences[bisect(starts, told.begin) - 1][0], told.begin - LONGEST)
        head, rest = without(text[begin : told.end], told, begin), text[stop : min(end, stop + LONGEST)]
        floor = end if stop == told.end else told.end
        since = text[told.spans[0][1] : min(end, told.spans[0][1] + LONGEST)]
        beside = [
            text[slice(*sentences[near])][:LONGEST] if 0 <= near < len(sentences) and near not in timed else ""
            for near in (home - 1, home + 1)
        ]
        if not cues.MEANING.search(head + rest):
            rest += beside[1]
        yield Statement(
            told, moment_of(told, head + rest, here, zone), head, rest, since, beside[0], beside[1], bisect(starts, told.begin) - 1
        )


def ends_of(text: str, times: list[Told], sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of each time, where what is said of it begins after its words, and where it ends; of "on the 3rd and the 5th" it is the same."""
    ends: list[tuple[int, int]] = []
    for place in reversed(range(len(times))):
        told, following = times[place], times[place + 1] if place + 1 < len(times) else None
        stop, end = told.end, sentences[place][1]
        if following and following.begin < end:
            together = AND.fullmatch(text, told.end, following.begin) and following.said_day
            stop, end = ends[-1] if together else (stop, parting(text, told.end, following.begin))
        ends.append((stop, end))
    return ends[::-1]


def parting(text: str, end: int, begin: int) -> int:
    """Where, between the end of one time and the beginning of the next, the words begin to be of the next."""
    breaks = [match.end() for match in cues.SOFT_BREAK.finditer(text, end, begin)]
    return breaks[-1] if breaks else begin


def without(words: str, told: Told, begin: int) -> str:
    """The words before and amid those of the time."""
    pieces, place = [], 0
    for start, end in told.spans:
        pieces.append(words[place : max(place, start - begin)])
        place = max(place, end - begin)
    return "".join(cues.AFTER_TIME.sub("", piece) if number else piece for number, piece in enumerate(pieces))


def commitment_of(statement: Statement, earlier: Statement | None, speaker: Party) -> Commitment | None:
    """The commitment that a statement makes, if it makes one."""
    told, moment = statement.told, statement.moment
    if told.either or within_quote(statement) or takes_leave(statement):
        return None
    change = change_of(statement, earlier is not None and statement.replaces(earlier))
    judged: Judged | None = ("appointment", "user") if change != "new" else judge(statement, speaker)
    if judged is None:
        return None
    kind, by = judged
    what = what_is(statement, earlier)
    if has_own(statement.main):
        what = cues.OWNER.sub(r"\1の", what)
    corrects = corrects_of(statement) if change == "moved" else ""
    return Commitment(what, kind, by, moment.start, moment.end, moment.all_day, "", change, corrects) if what else None


def corrects_of(statement: Statement) -> str:
    """What of a known thing a new time puts right, where it leaves something as it is."""
    words = statement.head + statement.rest
    keeps_time = statement.moment.all_day and cues.SAME_TIME.search(words + statement.after)
    return "day alone" if keeps_time else clock_alone(statement.told, words)


def within_quote(statement: Statement) -> bool:
    """Whether the time stands in words that somebody else is quoted with."""
    return any(MARK in quote[0] for quote in cues.QUOTED.finditer(statement.head + MARK + statement.rest))


def takes_leave(statement: Statement) -> bool:
    """Whether the sentence only says when one will see the other again."""
    return statement.moment.all_day and cues.TAKES_LEAVE.fullmatch(statement.head + statement.rest) is not None


def change_of(statement: Statement, replaces: bool) -> Change:
    """Whether what was agreed before is moved to this time, or cancelled."""
    main = statement.main
    if cues.QUESTION.search(main) or cues.SUPPOSED.search(main) or cues.OBLIGED.search(main):
        return "new"
    if cues.MOVED.search(statement.since) or (replaces and not cues.REFUSED.search(main)):
        return "moved"
    return "cancelled" if cues.CANCELLED.search(main) or (cues.CANCELLED.search(statement.after) and len(statement.after) < 20) else "new"


def judge(statement: Statement, speaker: Party) -> Judged | None:
    """What kind of commitment it is, and who is bound; None where nobody is."""
    main, tail = statement.main, statement.tail
    if cues.PROMISED.search(tail) and not cues.QUESTION.search(tail):
        return promised(statement, main + tail, speaker)
    if binds_nobody(statement, speaker):
        return None
    everything = f"{statement.before}{main}{tail}{statement.after}"
    if cues.PROMISED.search(main + statement.after + statement.before) and not cues.REPLIED.search(everything):
        return promised(statement, everything, speaker)
    if statement.told.by_then or cues.DUE.search(main):
        return due(statement, speaker)
    if cues.TOPIC.search(statement.head) and cues.BARE.match(statement.rest):
        return "appointment", "user"
    if has_own(main):
        return "appointment", "other"
    return of_others(statement) if third_person(main) else of_speaker(statement, speaker)


def binds_nobody(statement: Statement, speaker: Party) -> bool:
    """Whether the clause asks, supposes, tells of what was or of what is always, or declines."""
    main = statement.main
    if cues.QUESTION.search(main) or cues.SUPPOSED.search(main):
        return True
    if cues.REFUSED.search(main) and not (cues.OBLIGED.search(main) or statement.told.by_then or cues.DUE.search(main)):
        return True
    settled = cues.BOUND.search(main) or cues.DUE.search(main) or (statement.told.by_then and main.endswith(("だった。", "だった")))
    if (cues.PAST.search(main) and not settled) or cues.FAILED.search(statement.tail):
        return True
    if cues.NOW.search(statement.head) and not statement.told.said_day:
        return True
    own = speaker == "assistant" and cues.DOING.search(main) and cues.POLITE.search(trimmed(main))
    bound = own or any(cue.search(main) for cue in (cues.BOOKED, cues.PROMISED, cues.OBLIGED, cues.DUE))
    return not bound and bool(cues.HABIT.search(main) or cues.PUBLIC.search(main))


def promised(statement: Statement, words: str, speaker: Party) -> Judged:
    """Who promised."""
    other = third_person(words) and (cues.SAID_BY.search(words) or cues.GIVEN.search(words)) and not cues.TOLD_TO.search(words)
    return "promise", "other" if other or speaker == "other" else speaker


def due(statement: Statement, speaker: Party) -> Judged | None:
    """What is to be done by then, or was promised for then."""
    main = statement.main
    if third_person(main) and (cues.GIVEN.search(main) or cues.SAID_BY.search(main)) and not cues.TOLD_TO.search(main):
        return "promise", "other"
    if cues.OBLIGED.search(main) or cues.DUE.search(main):
        return "deadline", "user"
    if cues.ASKED.search(main):
        return None
    if cues.DOING.search(main) and cues.VERB_END.search(trimmed(main)) and not third_person(main):
        return "promise", speaker
    if cues.DUE_THING.search(main) and cues.BARE.search(main) and not cues.VERB_END.search(trimmed(main)):
        return "deadline", "user"
    return ("appointment", "user") if cues.TOPIC.search(statement.head) and not statement.moment.all_day else None


def of_others(statement: Statement) -> Judged | None:
    """What somebody else does that concerns the user: comes, brings, does something for them."""
    main = statement.main
    if cues.COMING.search(main):
        return ("appointment", "user") if cues.MEETING.search(statement.tail) else ("appointment", "other")
    if cues.GIVEN.search(main) or (cues.SAID_BY.search(main) and cues.DOING.search(main)):
        return "promise", "other"
    return ("appointment", "user") if cues.BOOKED.search(main) and not cues.GOING_AWAY.search(main) else None


def of_speaker(statement: Statement, speaker: Party) -> Judged | None:
    """What the speaker goes to, does, or has noted."""
    main, around = statement.main, f"{statement.before}{statement.main}{statement.after}"
    if cues.NOTED.search(main) or cues.NOTED.search(statement.tail):
        return ("promise", "assistant") if speaker == "assistant" and not cues.PAST.search(main) else ("appointment", "user")
    if cues.COMES_BY_ITSELF.search(main):
        return "appointment", "other"
    if speaker == "assistant" and cues.DOING.search(main) and cues.POLITE.search(trimmed(main)):
        return "promise", "assistant"
    if cues.OBLIGED.search(main):
        return ("appointment" if cues.GOING.search(main) else "deadline"), "user"
    if (
        cues.REPLIED.search(around)
        or cues.BOOKED.search(around)
        or (cues.PAST.search(main) and cues.BOUND.search(main))
        or cues.BOUND.search(statement.after)
        or cues.BOUND.search(statement.before)
        or cues.ARRANGED.search(main)
    ):
        return "appointment", "user"
    if cues.PROPOSED.search(main) or cues.ASKED.search(main):
        return None
    return acting(statement, speaker)


def acting(statement: Statement, speaker: Party) -> Judged | None:
    """What a clause without further sign says: its verb decides, or the affair that it names."""
    main = statement.main
    words = trimmed(main)
    if (cues.VERB_END.search(words) or cues.CHAINED.search(main)) and not cues.IDLE.search(words[-8:]):
        if cues.DOING.search(main) and (speaker != "assistant" or cues.POLITE.search(words)):
            return "promise", speaker
        if speaker != "assistant" and (
            cues.GOING.search(main) or (not statement.moment.all_day and (words.endswith("する") or cues.EVENT.search(words)))
        ):
            return "appointment", "user"
    if cues.AFFAIR.search(main) and (speaker != "assistant" or not statement.moment.all_day):
        return "appointment", "user"
    if speaker != "assistant" and not statement.moment.all_day and (statement.told.said_day or statement.told.instant) and is_bare(words):
        return "appointment", "user"
    return None


def has_own(words: str) -> bool:
    """Whether it is somebody else who has the appointment."""
    found = cues.HAS_OWN.match(cues.OPENING.sub("", words))
    return found is not None and not cues.EVENT.search(found["who"]) and not cues.GROUP.search(found["who"])


def is_bare(words: str) -> bool:
    """Whether the words end with a noun."""
    return bool(cues.NOUN_END.search(words)) and not cues.IDLE.search(words[-8:])


def third_person(words: str) -> bool:
    """Whether somebody else is what the words speak of."""
    return bool(cues.OTHERS.search(words) or cues.HEARSAY.search(words)) and not cues.SELF.search(words)


def trimmed(words: str) -> str:
    """The words without the particles and signs that a clause ends with."""
    return cues.TRAILING.sub("", words)


def what_is(statement: Statement, earlier: Statement | None) -> str:
    """What it is, in few words of the sentence."""
    sources = [("", statement.tail)] if cues.PROMISED.search(statement.tail) else []
    sources += (
        [("", statement.before)]
        if cues.BOOKED.search(statement.before) and not statement.head and not cues.EVENT.search(statement.rest)
        else []
    )
    sources += [(last_clause(statement.head), statement.rest)]
    sources += [(last_clause(earlier.head), earlier.rest)] if earlier else []
    sources += [("", statement.before), ("", statement.after)]
    names = (named_in(head, rest) for head, rest in sources)
    return next(filter(None, names), statement.main.strip(cues.EDGES)[:LONGEST_WHAT])


def last_clause(head: str) -> str:
    """What of the words before a time belongs to it: not the reason, and not that something was promised."""
    ends = [match.end() for match in cues.REASON.finditer(head)]
    return head[ends[-1] :] if ends else head


def named_in(head: str, rest: str) -> str:
    """What a clause names, without its end and its beginning; empty where nothing is left."""
    if cues.SUBJECT.search(head) and cues.PAUSE.match(rest):
        rest = ""
    rest = cues.AFTER_TIME.sub("", rest)
    cut = cues.BREAK.search(rest)
    words = cues.OPENING.sub("", head + (rest[: cut.start()] if cut else rest))
    words = cues.ENDING.sub("", cues.OBLIGED_TAIL.sub("", words)).strip(cues.EDGES)
    topic, _, comment = words.partition("、")
    if len(words) > LONGEST_WHAT or (comment and cues.EVENT.search(topic) and not head):
        words = topic.strip(cues.EDGES)
    return words[:LONGEST_WHAT] if cues.MEANING.search(words) else ""
