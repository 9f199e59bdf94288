"""Looking ahead without a language model: commitments are found by their words, a day goes on as the one before; nothing is invented."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from models.agenda import asked_if_done, called, tells_done, when_planned
from models.commitments.alike import (
    UNSAID,
    is_all_that_is_named,
    is_called,
    is_meant,
    is_spoken_of,
    names_nothing,
    says_not_what,
    shared,
    telling,
    what_moved,
)
from models.commitments.commitment import ENDING, Commitment, CommitmentKind, Party
from models.commitments.doing import says_done
from models.commitments.finding import accepts, asks_for_all, asks_for_plans, calls_off, commitments_in, days_told, dropped
from models.local import wording
from models.local.sentences import is_question, sentences
from models.local.wording import Talk, talk_in
from models.mind import (
    Answer,
    AnswerRequest,
    BreakDownRequest,
    Memory,
    Moment,
    Noticed,
    NoticeRequest,
    OutlineRequest,
    Reaction,
    ReactRequest,
    Strokes,
)
from models.planning.day import Span, Stroke, clock_on, day_at
from models.times import zone_named
from stores.plans import PlanItem, days_of

JUST_TOLD = timedelta(minutes=30)  # "It got moved to Friday" is of what was told since
NOT_OFF = re.compile(  # calls nothing off that is known: it is denied, conditional, past, or somebody else's
    r"n['\u2019]t\b|\b(?:not|never|almost|nearly|if|unless|whether|his|her|their|yesterday|ago"
    r"|last (?:week|weekend|month|year|night|time))\b",
    re.I,
)
BREAKS_A_PLAN = re.compile(
    r"\b(?:clos(?:ed|es|ing)|cancel(?:l?ed|s)?|call(?:ed|s) off|broke(?:n|s)?|out of order|flood(?:ed|s)?|burn(?:t|ed|s|ing)|on fire|locked"
    r"|sold out|postponed|blocked|ill|sick)\b"
    r"|닫|휴무|취소|고장|연기(?:됐|되)|閉ま|休業|中止|故障|延期",
    re.I,
)

ASKS_FOR_A_DAY = re.compile(
    r"\bwhat(?:['\u2019]s| is)? (?:on|planned|up)\b|\bwhat (?:do i have|have i got|am i doing)\b|\banything (?:on|for|planned|happening)\b"
    r"|^\W*(?:and |so |ok(?:ay)?,? )*(?:what|how) about\b"
    r"|(?:뭐|할 ?일) ?(?:있|해)|(?:何|なに)(?:が|か)?ある|(?:何|なに)をし(?:なきゃ|ないと|なければ)",
    re.I,
)
OF_OTHERS = re.compile(
    r"\b(?!(?:what|that|it|here|there|today|tonight|tomorrow|week|weekend|month|(?:mon|tues|wednes|thurs|fri|satur|sun)day)['\u2019]s)"
    r"(?:\w+['\u2019]s|his|her|their)\s+(?:\w+\s+)?(?:plans?|schedule|agenda|calendar|appointments|deadlines|reminders)\b",
    re.I,
)


def noticed(request: NoticeRequest) -> list[Noticed]:
    """The commitments in what was said, each with the upcoming one that it changes; one heard just before is meant by its name."""
    found: list[Noticed] = []
    for number, memory in enumerate(request.said, start=1):
        by: Party = "assistant" if memory.role == "assistant" else "user"
        text = with_what_it_accepts(memory, request.said[number - 2], request.moment.timezone) if number > 1 else memory.text
        told = commitments_in(text, memory.said_at, request.moment.timezone, by)
        for one in told:  # one by one, for what a message tells may be put right in the same message
            found += changing(one, number, request, found)
        off = [] if told else called_off(number, request, found)
        done = finished(number, request, found)
        found += [*done, *(one for one in off if one.about not in {other.about for other in done})]
    return found


def with_what_it_accepts(memory: Memory, before: Memory, timezone: str) -> str:
    """The words of a memory, behind the question just before that they say yes to: "yes, dinner at 8" is on the day it asks about."""
    asked = " ".join(sentences(before.text)[-1:])
    follows = memory.said_at - JUST_TOLD <= before.said_at and accepts(memory.text) and is_question(asked)
    return f"{asked} {memory.text}" if follows and not commitments_in(asked, before.said_at, timezone) else memory.text


def changing(told: Commitment, number: int, request: NoticeRequest, before: Sequence[Noticed]) -> list[Noticed]:
    """What was told in memory `number`, and which item it moves, which keeps its name, or cancels; nothing where it names none."""
    about = put_right(told, request.upcoming, before) if told.change == "new" else changed_one(told, number, request, before)
    if not about:
        if told.change != "new" and says_not_what(told.what) and telling(told.what).isdisjoint(UNSAID):
            return []
        return [Noticed(replace(told, what=what_moved(told.what)) if told.change == "moved" else told, number)]
    known = [*map(as_told, request.upcoming), *(one.commitment for one in before)][about - 1]
    if told.corrects:
        told = replace(put_right_by(known, told), change="moved")
    changed = replace(told, what=known.what, kind=known.kind, by=known.by)  # "it's due on Thursday" moves a deadline, which stays one
    return [Noticed(changed, number, about if about <= len(request.upcoming) else 0)]


def changed_one(told: Commitment, number: int, request: NoticeRequest, before: Sequence[Noticed]) -> int:
    """The number, as `names_of` counts, of what is moved or cancelled; 0 where there is none.

    Where only "it" or "my appointment" is, that is what the words speak of beside it, what was told last, or the one appointment there is.
    """
    names = names_of(request.upcoming, before)
    if not says_not_what(told.what):
        return most_alike(told.what, names)
    text = request.said[number - 1].text
    beside = [shared(name, text) + 1 if is_spoken_of(name, text) else 0 for name in names]
    if any(beside):
        return beside.index(max(beside)) + 1
    about = most_alike(told.what, names) or told_last(number, request, before)
    return about if about or telling(told.what).isdisjoint(UNSAID) else only_appointment(request.upcoming)


def only_appointment(upcoming: Sequence[PlanItem]) -> int:
    """The number of the one appointment of the user's that is coming up; 0 where there is none, or several."""
    numbers = [number for number, one in enumerate(upcoming, start=1) if (one.kind, one.by) == ("appointment", "user")]
    return numbers[0] if len(numbers) == 1 else 0


def as_told(item: PlanItem) -> Commitment:
    """What is coming up, as somebody said it."""
    end = None if item.all_day else item.end
    return Commitment(item.what, cast(CommitmentKind, item.kind), cast(Party, item.by), item.start, end, item.all_day)


def told_last(number: int, request: NoticeRequest, before: Sequence[Noticed]) -> int:
    """The number, as `names_of` counts, of what was told last, just before memory `number`, which is "it" there; 0 where there is none."""
    moment = request.said[number - 1].said_at
    planned = [one.told_at for one in request.upcoming]
    heard = [request.said[one.said - 1].said_at if one.commitment.change not in ENDING else None for one in before]
    times = [(at, place) for place, at in enumerate((*planned, *heard), start=1) if at and moment - JUST_TOLD <= at <= moment]
    return max(times, default=(moment, 0))[1]


def put_right_by(known: Commitment, told: Commitment) -> Commitment:
    """What was told, with what it leaves as it is known: the time of day, or the day."""
    if told.corrects == "day" or (told.corrects == "day alone" and known.all_day):
        return told
    zone = told.start.tzinfo
    if told.corrects != "day alone":
        start = datetime.combine(known.start.astimezone(zone), time.fromisoformat(told.corrects), zone)
        return replace(told, start=start, end=told.end and told.end + (start - told.start))
    start = datetime.combine(told.start, known.start.astimezone(zone).time(), zone)
    return replace(told, start=start, end=known.end and known.end + (start - known.start), all_day=False)


def put_right(told: Commitment, upcoming: Sequence[PlanItem], before: Sequence[Noticed]) -> int:
    """The number, as `names_of` counts, of what a correction tells the time of; 0 where there is none, or several that it may mean."""
    planned = [(one.what, one.kind) for one in upcoming]
    heard = [(one.commitment.what, one.commitment.kind if one.commitment.change == "new" else "") for one in before]
    numbered = enumerate([*planned, *heard], start=1) if told.corrects else ()
    meant = [number for number, (what, kind) in numbered if kind == told.kind and is_called(what, told.what)]
    return meant[0] if len(meant) == 1 else 0


def called_off(number: int, request: NoticeRequest, before: Sequence[Noticed]) -> list[Noticed]:
    """What memory `number` calls off without saying when it would have been."""
    text, upcoming, names = request.said[number - 1].text, request.upcoming, names_of(request.upcoming, before)
    if not calls_off(text) or is_question(text):
        return []
    if what := dropped(text):
        about = only_one(what, names)
    elif NOT_OFF.search(text):
        return []
    else:
        about = most_alike(text, names) or (told_last(number, request, before) if names_nothing(text) else 0)
    if not about:
        return []
    if about <= len(upcoming):
        old = upcoming[about - 1]
        return [Noticed(Commitment(old.what, "appointment", "user", old.start, change="cancelled"), number, about)]
    return [Noticed(replace(before[about - len(upcoming) - 1].commitment, change="cancelled"), number)]


def only_one(what: str, names: Sequence[str]) -> int:
    """The number of the one name that a few words name; 0 where there is none, or several."""
    numbers = [number for number, name in enumerate(names, start=1) if is_all_that_is_named(name, what)]
    return numbers[0] if len(numbers) == 1 else 0


def finished(number: int, request: NoticeRequest, before: Sequence[Noticed]) -> list[Noticed]:
    """What memory `number` says that its speaker has done; of several things of one name the earliest, which is the one that is late."""
    said = request.said[number - 1]
    by: Party = "assistant" if said.role == "assistant" else "user"
    heard = [one for one in before if one.said < number and one.commitment.change not in ENDING]
    known = [*enumerate(map(as_told, request.upcoming), start=1), *((0, one.commitment) for one in heard)]
    done: dict[str, Noticed] = {}
    for about, one in sorted(known, key=lambda each: each[1].start):
        if one.by == by and says_done(said.text, one.what, task=one.kind != "appointment"):
            done.setdefault(one.what, Noticed(replace(one, change="done"), number, about))
    return [*done.values()]


def names_of(upcoming: Sequence[PlanItem], before: Sequence[Noticed]) -> list[str]:
    """What is coming up is called, and after it what was heard just before."""
    return [*(item.what for item in upcoming), *(one.commitment.what for one in before)]


def most_alike(what: str, names: Sequence[str]) -> int:
    """The number of the name that is most alike of those that may be meant, counted from 1; 0 where there is none."""
    common = [shared(what, name) if is_meant(name, what) else 0 for name in names]
    return common.index(max(common)) + 1 if any(common) else 0


def outline(request: OutlineRequest) -> Strokes:
    """What was planned for the time already, but for what the event names; for a new day, what was planned the day before."""
    zone = zone_named(request.moment.timezone)
    day = day_at(request.span.start, zone)
    known = request.ahead if request.because else [on_day(one, day, zone) for one in request.yesterday]
    kept = [one for one in known if not (request.because and concerns(request.because, one))]
    return Strokes([replace(one, id="") for one in kept if not one.fixed], wording.INVENTS_NO_PLAN)


def reminded(answer: Answer, request: AnswerRequest) -> Answer:
    """The answer, with what is coming up and was not mentioned in this session yet."""
    now = request.moment.now
    fresh = [one for one in request.agenda if one.level == "commitment" and not one.told and one.standing == "planned" and one.over > now]
    coming = [one for one in fresh if one.id not in answer.used and not tells_done(request.words, one)]
    talk, moment = spoken_in(request)
    lines = [talk.reminder.format(when=when_planned(one, moment), what=one.what) for one in coming]
    if not (lines and answer.text):
        return answer
    return replace(answer, text="\n".join((answer.text, *lines)), used=[*answer.used, *(one.id for one in coming)])


def told_of_plans(request: AnswerRequest) -> Answer | None:
    """What is planned, where it is asked for: when something is, or what there is on a day; when it was, or that it is off or done."""
    now, asked = request.moment.now, request.words
    days = days_told(asked, now, request.moment.timezone)
    planned = [*request.agenda, *(one.planned for one in request.memories if one.planned)]
    known = {one.id: one for one in planned if one.level == "commitment"}
    of_one = asked_if_done(asked, [*known.values()])
    if not (of_one or asks_for_all(asked) or asks_for_plans(asked) or (days and ASKS_FOR_A_DAY.search(asked))):
        return None
    zone = zone_named(request.moment.timezone)
    whole = not days and asks_for_all(asked)
    coming = [one for one in known.values() if one.standing == "planned" and one.over > now and not OF_OTHERS.search(asked)]
    meant = of_one or [one for one in coming if whole or set(days) & set(days_of(one, zone))] or called(asked, list(known.values()), now)
    if not meant:
        return None
    lines = [planned_line(one, *spoken_in(request)) for one in sorted(meant, key=lambda one: one.start)]
    return Answer("\n".join(lines), used=[one.id for one in meant], origin="recalled")


def planned_line(item: PlanItem, talk: Talk, moment: Moment) -> str:
    """When something is or was planned, and whether it is off or done."""
    when = when_planned(item, moment)
    line = talk.planned.format(when=when[:1].upper() + when[1:], what=item.what)
    ended = {"planned": "", "cancelled": talk.cancelled, "done": talk.done}[item.standing]
    return f"{line} {ended}" if ended else line


def spoken_in(request: AnswerRequest) -> tuple[Talk, Moment]:
    """The language of the user's words, and the moment with its dates in that language; in English they are as the user set them."""
    talk = talk_in(request.words)
    return talk, request.moment if talk.locale == "en" else replace(request.moment, locale=talk.locale)


def on_day(stroke: Stroke, day: date, zone: ZoneInfo) -> Stroke:
    """A stroke of another day at the same times of the clock."""
    start = clock_on(day, f"{stroke.span.start.astimezone(zone):%H:%M}", zone)
    return replace(stroke, span=Span(start, start + stroke.span.length))


def break_down(request: BreakDownRequest) -> Strokes:
    """Nothing: what belongs to a thing has to be invented."""
    return Strokes((), wording.INVENTS_NO_PLAN)


def reaction(request: ReactRequest) -> Reaction:
    """The plan changes where the event says of something in it that it cannot be."""
    hit = next((one for one in request.plan if concerns(request.event, one)), None)
    return Reaction(hit is not None, wording.CANNOT_BE.format(what=hit.what) if hit else wording.GOES_ON)


def concerns(event: str, stroke: Stroke) -> bool:
    """Whether an event makes a stroke impossible: it names what is done, or where, and says that this is off."""
    return bool(BREAKS_A_PLAN.search(event)) and shared(event, f"{stroke.what} {stroke.place}") > 0
