"""Commitments in Korean sentences.

A Korean verb stands behind its time, and its endings say what becomes of it: promised (-을게), agreed (-기로 했다), owed (-아야 하다),
reported (-는대), over (-았-), doubted, asked. So the words behind each time phrase are read up to the first ending that decides.
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.commitments.commitment import Change, Commitment, CommitmentKind, Party
from models.commitments.korean_endings import (
    ASKS,
    BOUGHT,
    BROKEN,
    CALLED_OFF,
    CLAUSE_GOES_ON,
    COMES,
    CONNECTIVE,
    COPULA_AFTER,
    DUE_AT_END,
    DUE_DAY,
    DUE_THING,
    ENTERS,
    EVENT,
    EVENT_AT_END,
    FILLER,
    FINALS,
    FIRST_PERSON,
    FIRST_SYLLABLE,
    GIVING,
    GREETINGS,
    GROUP,
    HABIT,
    HANGUL,
    HAS_OWN,
    LAST_SYLLABLE,
    LASTING,
    MARKER,
    MOVED,
    NO_PARTICLE,
    NOT_HAD,
    NOT_OURS,
    OBJECT,
    OLD_TIME,
    OTHERS,
    PARTICLE,
    PAST,
    PLACE,
    QUOTED,
    SAME_TIME,
    SENTENCE_END,
    STATES,
    SUBJECT,
    TAKES_LEAVE,
    UNREAL,
    VOWELS,
)
from models.commitments.korean_times import TimePhrase, time_phrases, week_told

REACH = 80
BINDING: dict[str, CommitmentKind] = {
    "agreed": "promise",
    "must": "deadline",
    "lest": "deadline",
    "booked": "appointment",
    "vow": "promise",
    "hear": "promise",
    "say": "promise",
    "told": "deadline",
    "promise": "promise",
    "remind": "promise",
    "done": "appointment",
    "is": "appointment",
    "due": "deadline",
    "future": "appointment",
    "lets": "appointment",
    "go": "appointment",
    "has": "appointment",
}
# A stem's vowel for the vowel that its infinitive ends in: 해 -> 하, 써 -> 쓰, 돌려 -> 돌리, 봐 -> 보, 돼 -> 되, 줘 -> 주.
STEM_VOWELS = {1: 0, 4: 18, 6: 20, 9: 8, 10: 11, 14: 13}


def is_written_in(text: str) -> bool:
    """Whether the text holds any Hangul."""
    return HANGUL.search(text) is not None


def commitments_in(text: str, here: datetime, speaker: Party) -> list[Commitment]:
    """The commitments in the text, said at the moment `here` in the user's zone."""
    found: list[Commitment] = []
    for clause in _clauses(unicodedata.normalize("NFKC", text), here):
        if _only_tells_when(clause) and found and found[-1].all_day and not clause.phrase.names_day:
            found[-1] = replace(found[-1], start=clause.phrase.start or found[-1].start, end=clause.phrase.end, all_day=False)
            continue
        commitment = _commitment(clause, speaker)
        if commitment and all((commitment.start, commitment.what) != (other.start, other.what) for other in found):
            found.append(commitment)
    return found


def tells_a_time(text: str, here: datetime) -> bool:
    """Whether something in the words names a time from `here` on."""
    return any(phrase.start for phrase in time_phrases(unicodedata.normalize("NFKC", text), here))


def days_told(text: str, here: datetime) -> list[date]:
    """The days that the text names, from that of `here` on."""
    said = unicodedata.normalize("NFKC", text)
    days = [phrase.start.date() for phrase in time_phrases(said, here) if phrase.start and phrase.names_day]
    return days or [day for day in week_told(said, here.date()) if day >= here.date()]


@dataclass(frozen=True)
class _Clause:
    """A time phrase with its words, those before it and behind it in its sentence; whether the sentence ends with them, and asks."""

    head: str
    phrase: TimePhrase
    words: str
    tail: str
    closed: bool
    asks: bool
    follows_old_time: bool


@dataclass(frozen=True)
class _Binding:
    """The ending that binds: its name among the markers, and the words that it closes."""

    name: str
    kind: CommitmentKind
    marker: re.Match[str] | None
    change: Change = "new"


def _clauses(text: str, here: datetime) -> Iterator[_Clause]:
    quotes = [match.span() for match in QUOTED.finditer(text)]
    phrases = [phrase for phrase in time_phrases(text, here) if phrase.start and not _inside(phrase.begin, quotes)]
    ends = [match.span() for match in SENTENCE_END.finditer(text)]
    begins_after = [stop for _, stop in ends]
    stops_at = [begin for begin, _ in ends]
    old = False
    for number, phrase in enumerate(phrases):
        last_stop = phrases[number - 1].stop if number else 0
        next_begin = phrases[number + 1].begin if number + 1 < len(phrases) else len(text)
        before = bisect(begins_after, phrase.begin)
        sentence_begin = begins_after[before - 1] if before else 0
        after = bisect(stops_at, phrase.stop - 1)
        sentence_stop = stops_at[after] if after < len(stops_at) else len(text)
        tail = text[phrase.stop : min(sentence_stop, next_begin, phrase.stop + REACH)]
        closed = sentence_stop < next_begin or next_begin == len(text)
        asks = closed and ("?" in text[sentence_stop : sentence_stop + 3] or ASKS.search(tail) is not None)
        head = text[max(sentence_begin, last_stop, phrase.begin - REACH) : phrase.begin]
        yield _Clause(head, phrase, text[phrase.begin : phrase.stop], tail, closed, asks, old)
        old = OLD_TIME.match(tail) is not None or text.startswith("에서", phrase.stop - 2)


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    number = bisect(spans, (place, len(spans) + place + 1))
    return number > 0 and place < spans[number - 1][1]


def _only_tells_when(clause: _Clause) -> bool:
    return not clause.head.strip(" ,:") and re.fullmatch(r"\s*(?:에|이야|예요|이에요|입니다|임|래요?|이래요?)?\s*", clause.tail) is not None


def _commitment(clause: _Clause, speaker: Party) -> Commitment | None:
    binding = _binding(clause)
    if binding is None:
        return None
    by = _party(clause, binding, speaker)
    if by is None:
        return None
    start, end = _when(clause, binding)
    kind = "appointment" if binding.name == "hear" and by == "user" else binding.kind
    kind = "deadline" if clause.phrase.due and kind == "appointment" else kind
    kind = "appointment" if kind == "deadline" and not clause.phrase.due and EVENT.search(clause.tail) else kind
    what = _what(clause, binding)
    corrects = _corrects(clause) if binding.change == "moved" else ""
    return Commitment(what, kind, by, start, end, clause.phrase.all_day, _place(clause, binding), binding.change, corrects)


def _corrects(clause: _Clause) -> str:
    """What of a known thing a new time puts right, where it leaves something as it is."""
    return "day alone" if clause.phrase.all_day and SAME_TIME.search(clause.head + clause.tail) else clause.phrase.clock


def _when(clause: _Clause, binding: _Binding) -> tuple[datetime, datetime | None]:
    """When it is: where it moved "from Friday to Monday", on Monday."""
    phrase = clause.phrase
    assert phrase.start is not None
    if binding.change == "moved" and phrase.spans == "에서" and phrase.end:
        return phrase.end - timedelta(days=phrase.all_day), None
    return phrase.start, phrase.end


def _binding(clause: _Clause) -> _Binding | None:
    """What binds somebody to the time, or None."""
    words = clause.head[_last_clause(clause.head) :] + " " + clause.tail
    if OLD_TIME.match(clause.tail) or NOT_OURS.search(words) or UNREAL.search(words) or _takes_leave(clause):
        return None
    if clause.phrase.since and (LASTING.search(clause.tail) or not EVENT.search(words)):
        return None
    if MOVED.match(clause.tail):
        return None if clause.asks else _Binding("moved", "appointment", None, "moved")
    binding = _first_marker(clause)
    if binding is None or _takes_back(clause, binding):
        return None
    if binding.marker and HABIT.search(clause.head[_last_clause(clause.head) :] + clause.tail[: binding.marker.end() + 4]):
        return None
    if binding.change == "new" and clause.follows_old_time and binding.kind == "appointment":
        return replace(binding, change="moved")
    return binding


def _takes_leave(clause: _Clause) -> bool:
    """Whether the sentence only says when one will see the other again."""
    alone = clause.phrase.all_day and not clause.follows_old_time and GREETINGS.issuperset(_plain(clause.head))
    return alone and TAKES_LEAVE.fullmatch(clause.tail) is not None


def _first_marker(clause: _Clause) -> _Binding | None:
    if COPULA_AFTER.match(clause.tail):
        topic = _topic(clause)
        if topic:
            return topic
    for marker in MARKER.finditer(clause.tail):
        name = str(marker.lastgroup if marker.lastgroup != "thing" else "has")
        if name == "skip" or (name == "off" and clause.phrase.due) or _says_nothing_yet(clause, name, marker):
            continue
        if name == "off":
            return _Binding(name, "appointment", marker, "cancelled")
        if name not in BINDING or not _holds(clause, name, marker):
            return None
        rest = clause.tail[marker.end() :]
        change: Change = "cancelled" if CALLED_OFF.search(rest) and BINDING[name] != "deadline" else "new"
        return _Binding(name, _kind(clause, name, marker), marker, change)
    return None


def _says_nothing_yet(clause: _Clause, name: str, marker: re.Match[str]) -> bool:
    """Whether a later ending decides: a noun that another time follows, "-고" and "-서", whose tense the last verb has."""
    rest = clause.tail[marker.end() :]
    if name == "has":
        return NOT_HAD.match(marker["thing"]) is not None
    if name == "is":
        return not clause.closed and not rest.strip() and not marker.group().rstrip().endswith(("고", "데", "라", "서"))
    return name in ("go", "done") and marker.group().endswith(("고", "서")) and PAST.search(rest) is not None


def _topic(clause: _Clause) -> _Binding | None:
    """What the words before the time say takes place, or is due then: "시험은 금요일이야", "금요일까지래요"."""
    if clause.asks and not CLAUSE_GOES_ON.search(clause.tail):
        return None
    if (clause.phrase.due and DUE_THING.search(clause.head)) or (DUE_AT_END.search(clause.head) and DUE_DAY.search(clause.head)):
        return _Binding("topic", "deadline", None)
    if EVENT_AT_END.search(clause.head) and not clause.phrase.due:
        return _Binding("topic", "appointment", None, "cancelled" if CALLED_OFF.search(clause.tail) else "new")
    return None


def _holds(clause: _Clause, name: str, marker: re.Match[str]) -> bool:
    """Whether an ending that can bind does so here."""
    said, rest = clause.tail[: marker.end()], clause.tail[marker.end() :]
    if clause.asks and not CLAUSE_GOES_ON.search(clause.tail[marker.start() :]):
        return False
    if name == "booked" and clause.phrase.all_day and not said.strip().startswith(("으로", "로")):
        return not (clause.words.endswith("에") and BOUGHT.search(marker.group()))
    if name == "lest":
        return clause.phrase.due
    if name == "future":
        return STATES.search(said[-8:] + rest[:2]) is None
    if name == "due":
        return clause.phrase.due or re.search(r"마감|기한|는\s?날", marker.group()) is not None
    if name == "lets":
        return "면 " not in said
    if name == "go":
        return not clause.phrase.due and _somebody_goes(clause, marker)
    return name not in ("has", "done") or not clause.phrase.due


def _somebody_goes(clause: _Clause, marker: re.Match[str]) -> bool:
    """Whether it is a person who comes or goes: songs come out too, and "오세요" alone only invites."""
    words = clause.head + clause.tail[: marker.end()]
    somebody = OTHERS.search(words) or FIRST_PERSON.search(words)
    return somebody is not None or not (ENTERS.match(marker.group()) or marker.group().endswith("세요"))


def _takes_back(clause: _Clause, binding: _Binding) -> bool:
    """Whether the sentence goes on to say that it did not come to pass."""
    if binding.marker is None or binding.name not in ("agreed", "hear", "say", "vow"):
        return False
    return BROKEN.search(clause.tail, binding.marker.end()) is not None


def _kind(clause: _Clause, name: str, marker: re.Match[str]) -> CommitmentKind:
    before = clause.tail[: marker.start()]
    if name == "agreed" and not clause.phrase.due and re.search(r"(?:가|오|보|만나|먹|마시|하)$", before) and "약속" not in marker.group():
        return "appointment"
    if name in ("hear", "say") and re.search(r"오신|온$", clause.tail[: marker.start() + 1]) and "러" not in before:
        return "appointment"
    if name == "promise" and re.search(r"뵙|뵐", clause.tail[max(0, marker.start() - 1) : marker.end()]):
        return "appointment"
    return BINDING[name]


def _party(clause: _Clause, binding: _Binding, speaker: Party) -> Party | None:
    """Who is bound; None where others only do among themselves what they do."""
    before = clause.tail[: binding.marker.end()] if binding.marker else ""
    words = clause.head[_last_clause(clause.head) :] + " " + before
    mine, others = FIRST_PERSON.search(words) is not None, OTHERS.search(words) is not None
    if binding.name in ("hear", "say"):
        return _reported(clause, binding, words, mine, others)
    if binding.name == "told" and mine:
        return None
    if binding.name == "vow":
        return "other" if others and not mine else speaker
    if binding.name in ("must", "go", "future", "agreed", "done") and others and not mine:
        return _bound_other(clause, binding)
    if binding.name in ("has", "is") and not mine and _has_own(clause):
        return "other"
    return speaker if binding.name in ("promise", "agreed") and binding.kind == "promise" else "user"


def _has_own(clause: _Clause) -> bool:
    """Whether it is somebody else who has the appointment."""
    subject = HAS_OWN.match(clause.head[_last_clause(clause.head) :].lstrip())
    return subject is not None and not EVENT.search(subject["who"]) and not GROUP.search(subject["who"])


def _reported(clause: _Clause, binding: _Binding, words: str, mine: bool, others: bool) -> Party | None:
    assert binding.marker is not None
    clause_so_far = clause.tail[: binding.marker.end()]
    gives = GIVING.search(clause_so_far) is not None
    if binding.name == "hear":
        return "other" if gives else _announced(words, mine or others)
    honours = re.search(r"신다고", clause_so_far) is not None
    third = not mine and (others or honours or SUBJECT.search(words) is not None or re.search(r"온다고", clause_so_far) is not None)
    if third:
        return "other" if gives else None
    return "user"


def _announced(words: str, of_a_person: bool) -> Party | None:
    """What is said to take place, of nobody in particular, is for the user too: "소풍 간대요"."""
    told = EVENT.search(words) and not of_a_person and not SUBJECT.search(words) and not re.search(r"[은는]\s", words)
    return "user" if told else None


def _bound_other(clause: _Clause, binding: _Binding) -> Party | None:
    assert binding.marker is not None
    said = clause.tail[max(0, binding.marker.start() - 6) : binding.marker.end() + 1]
    if binding.name in ("go", "future") and re.search(r"오|와|온|옵|옴|올\s|올거|데리러|방문|줄\s?거|드릴", said):
        return "other"
    return "other" if binding.name == "agreed" else None


def _last_clause(head: str) -> int:
    last = 0
    for match in CONNECTIVE.finditer(head):
        last = match.end()
    return last


def _place(clause: _Clause, binding: _Binding) -> str:
    if binding.kind != "appointment":
        return ""
    words = clause.head[_last_clause(clause.head) :] + " " + (clause.tail[: binding.marker.start()] if binding.marker else "")
    match = PLACE.search(words)
    if not match:
        return ""
    *before, name = match[1].split()
    return " ".join([part for part in before if part not in FILLER and not PARTICLE.search(part)] + [name])


def _what(clause: _Clause, binding: _Binding) -> str:
    """The words of the clause without its time, its particles and its filler, the verb as a noun."""
    before = clause.head[_last_clause(clause.head) :]
    words = _plain(before) + _plain(_said(clause, binding))
    words = words or _plain(clause.head) or _plain(clause.tail)
    return " ".join(words[-8:]) or "약속"


def _plain(text: str) -> list[str]:
    words = [word.strip(".,!?~:;()\"'“”‘’…") for word in text.split()]
    return [_bare(word) for word in words if word and word not in FILLER]


def _bare(word: str) -> str:
    """A word without its particle."""
    if word in NO_PARTICLE or len(word) < 2:
        return word
    last, before = word[-1], word[-2]
    if last in "이가" and "가" <= before <= "힣" and ((ord(before) - FIRST_SYLLABLE) % FINALS > 0) == (last == "이"):
        return word[:-1]
    return OBJECT.sub("", word)


def _said(clause: _Clause, binding: _Binding) -> str:
    """The words behind the time up to the ending that binds, with the verb as a noun: "보내드리기"."""
    if binding.marker is None:
        return ""
    marker, tail = binding.marker, clause.tail
    before = tail[: marker.start()]
    if binding.name in ("is", "done"):
        event = EVENT.match(tail, marker.start())
        return before + (event.group() if event else "")
    if binding.name == "has":
        return before + str(marker["thing"])
    if binding.name in ("agreed", "vow"):
        return _as_noun(before, "")
    if binding.name in ("promise", "say", "hear") and not marker.group().startswith(("겠", "는")):
        return _as_noun(before, _open(marker.group()[0]))
    if binding.name == "must":
        return _as_noun(before, _stem(marker.group()[0]))
    if binding.name == "future" and marker.group().startswith("러"):
        return before + "러 가기"
    if binding.name in ("promise", "say", "hear") or marker.group().startswith("는"):
        return _as_noun(before, "")
    if binding.name == "go" and OTHERS.search(clause.head + before) and (comes := COMES.match(marker.group())):
        return before + comes.group() + "오기"
    return before


def _as_noun(before: str, syllable: str) -> str:
    """A verb's stem as a noun: "돌려주기"; of "갱신하" only "갱신" is left."""
    stem = before + syllable
    if stem.endswith("하"):
        return stem[:-1]
    return stem + "기" if stem.strip() else ""


def _open(syllable: str) -> str:
    """A syllable without its final consonant."""
    code = ord(syllable) - FIRST_SYLLABLE
    return chr(FIRST_SYLLABLE + code - code % FINALS) if 0 <= code <= LAST_SYLLABLE - FIRST_SYLLABLE else syllable


def _stem(infinitive: str) -> str:
    """The stem's syllable behind an infinitive's: 해 -> 하, 써 -> 쓰, 와 -> 오; none of 어 and 아, which only follow a stem."""
    if infinitive in "어아여":
        return ""
    if infinitive in "내매대":
        return infinitive
    code = ord(infinitive) - FIRST_SYLLABLE
    consonant, vowel = divmod(code // FINALS, VOWELS)
    return chr(FIRST_SYLLABLE + (consonant * VOWELS + STEM_VOWELS.get(vowel, vowel)) * FINALS)
