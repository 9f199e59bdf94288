"""LocalMind: answers by quoting what is remembered. No key, no network, no language model, and it never poses as one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain

from models.asking_to_forget import asks_to_forget
from models.importance import LearnedRater
from models.local import greeting, looking_ahead, looking_back
from models.local.comparing import Comparison, compared, spelled
from models.local.evidence import KIN, Evidence, Source, passages_of, tells_of_kin, weigh
from models.local.fitness import of_another_thing, undated
from models.local.happened import day_meant, denies, when_happened
from models.local.head import Head, load_head
from models.local.highlights import fold
from models.local.nothing_planned import done_weekly, nothing_planned
from models.local.of_people import told_of_people
from models.local.of_themselves import asks_name, gives_name, told_of_themselves
from models.local.otherwise import asked_otherwise
from models.local.overtaken import overtaken
from models.local.past_days import Days
from models.local.questions import Question, act_of, is_general, read_question, same_person, tells_something
from models.local.quoting import Quote, quotes_of
from models.local.renewing import newer
from models.local.sources import is_own, sources_of
from models.local.telling import days_asked, days_of_doing, done_on, said_last, said_on, told_about
from models.local.whose import of_somebody_else
from models.local.without_memory import told_without_memory
from models.local.wording import Talk, talk_in
from models.mind import (
    Answer,
    AnswerRequest,
    AskRequest,
    BreakDownRequest,
    ClassifyRequest,
    Commitments,
    Greeting,
    GreetRequest,
    InferRequest,
    Insights,
    LayerChoice,
    MindName,
    Moment,
    NoticeRequest,
    OutlineRequest,
    Questions,
    RateRequest,
    Ratings,
    Reaction,
    ReactRequest,
    Scratchpad,
    Strokes,
    SummariseRequest,
    Verdicts,
    VerifyRequest,
)
from models.router import choose_layer
from models.times import ago, date_in_words, here_and_now, zone_named
from stores.embedder import Embedder

NAME = "extractive"
JUST_NOW = timedelta(hours=1)
CLOSE_ENOUGH = 0.42  # the cosine below which the closest sentence is mostly about something else
FAIRLY_CLOSE, STANDS_OUT, AMONG = 0.25, 0.08, 3  # as often right, where it is so much closer than all of so many others
HOW_MANY_AGO = re.compile(r"\bhow many (day|week|month|year)s ago\b", re.I)
WHEN_DID = re.compile(r"\bwhen (?:did|was|were|had)\b", re.I)


class LocalMind:
    """A Mind that quotes. Safe to call from several threads at once.

    Args:
        embedder: Compares sentences with questions.
        head: How evidence is weighed; by default the one that ships with Mneme.
    """

    def __init__(self, embedder: Embedder, head: Head | None = None) -> None:
        self._embedder = embedder
        self._head = head or load_head()

    @property
    def name(self) -> MindName:
        return "local"

    @property
    def model(self) -> str:
        return NAME

    def classify(self, request: ClassifyRequest) -> LayerChoice:
        """What the router says."""
        return choose_layer(request.words, request.window, request.has_notes, self._embedder)

    def answer(self, request: AnswerRequest) -> Answer:
        """Quotes the sentences that answer, says what is lacking, or says that the answer is not known; and what is coming up."""
        return looking_ahead.reminded(self._answer(request), request)

    def _answer(self, request: AnswerRequest) -> Answer:
        if asks_to_forget(request.words):
            return Answer(text=talk_in(request.words).forgets_by_command, origin="notice")
        notice = _courtesy(request) or told_without_memory(request)
        if notice:
            return Answer(text=notice, origin="notice")
        if is_general(request.words):
            return Answer(text=talk_in(request.words).needs_model, not_known=True, origin="notice")
        if planned := looking_ahead.told_of_plans(request):
            return planned
        sources = sources_of(request)
        if said := said_last(request.words, sources):
            return _recalled(request, "", said)
        if days := days_asked(request.words, request.moment):
            return _said_on(request, days, sources)
        if done := _done_on(request, sources):
            return done
        if not request.deeper and (told := told_about(request.words, sources, request.moment.timezone)):
            return _recalled(request, "", told)
        if told := told_of_people(request.words, sources, request.user_name):
            return _recalled(request, "", told)
        if asks_name(request.words) and (called := _called(request, sources)):
            return called
        speakers = tuple(dict.fromkeys(source.speaker for source in sources if source.speaker))
        question = read_question(request.words, request.user_name, request.character.name, speakers, here_and_now(request.moment))
        if comparison := self._compared(request, question, sources):
            quotes = [quote for event in comparison.events for quote in quotes_of(question, [event.evidence], self._head)]
            return _recalled(request, comparison.text, quotes)
        evidence = weigh(question, sources, self._embedder, self._head.weights)
        for one, found in chain([(question, evidence)], self._otherwise(request, sources)):
            own = [each for each in found if not of_somebody_else(question, each.passage.text, request.user_name)]
            if self._answers(request, one, own):
                quotes = self._quotes(one, own, sources)
                return _became(request, quotes, sources) or _recalled(request, _opening(request, one, quotes[0]), quotes)
        if told := told_of_themselves(request.words, sources, request.user_name):
            return _recalled(request, "", told)
        if request.may_lack:
            return Answer(lacking=request.words)
        if act_of(request.words) == "request":
            return Answer(text=talk_in(request.words).needs_model, not_known=True, origin="notice")
        return _not_known(request, evidence, question, self._head, sources)

    def _otherwise(self, request: AnswerRequest, sources: Sequence[Source]) -> Iterator[tuple[Question, list[Evidence]]]:
        """The question in other words, each with its evidence, without what tells of other people: "My colleague has two daughters"."""
        for words in asked_otherwise(request.words):
            question = read_question(words, request.user_name, request.character.name)
            evidence = weigh(question, sources, self._embedder, self._head.weights)
            yield question, [one for one in evidence if not tells_of_kin(question, one.passage.text)]

    def _answers(self, request: AnswerRequest, question: Question, evidence: Sequence[Evidence]) -> bool:
        """Whether the best of the evidence answers, and nothing deeper has to be looked at for its date."""
        if not self._head.answers(question, evidence, climbing=request.may_lack) or of_another_thing(question, evidence):
            return False
        return not (request.may_lack and undated(question, evidence))

    def _quotes(self, question: Question, evidence: Sequence[Evidence], sources: Sequence[Source]) -> list[Quote]:
        """What is quoted of the evidence; where what it says has changed since, that, and the best of what was so."""
        quotes = quotes_of(question, evidence, self._head)
        since = newer(question, evidence[0], passages_of(sources))
        if since is None:
            return quotes
        return [*quotes_of(question, [since], self._head), *(one for one in quotes[:1] if one.source is not since.passage.source)]

    def _compared(self, request: AnswerRequest, question: Question, sources: Sequence[Source]) -> Comparison | None:
        def weighed(asked: Question) -> list[Evidence]:
            return weigh(asked, sources, self._embedder, self._head.weights)

        def answers(asked: Question, evidence: Sequence[Evidence]) -> bool:
            return self._head.answers(asked, evidence, climbing=request.may_lack)

        return compared(question, request.moment.timezone, weighed, answers)

    def summarise(self, request: SummariseRequest) -> Scratchpad:
        """The notes with the salient sentences of the fallen messages folded in, newest last, at most `request.most`."""
        return Scratchpad(notes=fold(request, self._embedder))

    def rate(self, request: RateRequest) -> Ratings:
        """What the trained head says."""
        rater = LearnedRater(self._embedder.name)
        vectors = self._embedder.embed_documents([one.text for one in request.memories])
        return Ratings([rater.rate(one.text, vector) for one, vector in zip(request.memories, vectors, strict=True)])

    def ask(self, request: AskRequest) -> Questions:
        """About what comes back most: people, places, themes."""
        return Questions(looking_back.questions(request))

    def infer(self, request: InferRequest) -> Insights:
        """Counts and quotes; what they mean is left to a language model."""
        return Insights(looking_back.insights(request))

    def verify(self, request: VerifyRequest) -> Verdicts:
        """Whether names and numbers stand in what is cited, and whether it is about the same."""
        return Verdicts(looking_back.verdicts(request, self._embedder))

    def notice(self, request: NoticeRequest) -> Commitments:
        """Appointments, promises and deadlines whose day the words tell."""
        return Commitments(looking_ahead.noticed(request))

    def outline(self, request: OutlineRequest) -> Strokes:
        """The day as the one before; nothing new."""
        return looking_ahead.outline(request)

    def break_down(self, request: BreakDownRequest) -> Strokes:
        """Nothing, which would have to be invented."""
        return looking_ahead.break_down(request)

    def react(self, request: ReactRequest) -> Reaction:
        """The plan changes where something in it cannot be."""
        return looking_ahead.reaction(request)

    def greet(self, request: GreetRequest) -> Greeting:
        """Where there is something to tell that the other does not know, it is told."""
        return greeting.greeting(request)


def _called(request: AnswerRequest, sources: Sequence[Source]) -> Answer | None:
    """What the user is called: as they told, unless they are known here by that name or by one that is written like a name; None where
    neither is known."""
    told, known = told_of_themselves(request.words, sources, request.user_name), request.user_name
    if told and known.lower() not in told[0].best.lower() and (gives_name(told[0].best) or not known[:1].isupper()):
        return _recalled(request, "", told)
    return Answer(text=f"Your name is {known}.", origin="notice") if known else None


def _became(request: AnswerRequest, quotes: Sequence[Quote], sources: Sequence[Source]) -> Answer | None:
    """What became of the plans that the quotes tell of, before them; None where they stand."""
    became = overtaken(request, quotes, sources)
    told = _recalled(request, "\n".join(became.values()), quotes)
    return replace(told, used=(*became, *told.used)) if became else None


def _not_known(request: AnswerRequest, evidence: Sequence[Evidence], question: Question, head: Head, sources: Sequence[Source]) -> Answer:
    """That it is not known; with the closest that is remembered, where it is close enough to be of use."""
    if weekly := done_weekly(request.words, sources, request.user_name, request.moment):
        return _recalled(request, "", weekly)
    telling = [one for one in evidence if tells_something(one.passage.text)]
    closest = max(telling, key=lambda one: one.signals["cosine"], default=None)
    talk = talk_in(request.words)
    if closest is None or not _close_enough(question, closest, evidence):
        nothing = nothing_planned(request.words, request.moment.now, request.moment.timezone, talk)
        return Answer(text=nothing or f"{talk.not_known} {talk.maybe_model}", not_known=True, origin="notice")
    quotes = quotes_of(question, [closest], head)
    near = _recalled(request, f"{talk.not_known} {talk.closest}", quotes)
    return _became(request, quotes, sources) or replace(near, not_known=True)


def _close_enough(question: Question, closest: Evidence, evidence: Sequence[Evidence]) -> bool:
    """Whether the closest is near the question, or fairly near and much nearer than what any other source says, and of kin where the
    question is."""
    cosine, of_kin = closest.signals["cosine"], not KIN.search(question.text) or KIN.search(closest.passage.text)
    others = [one.signals["cosine"] for one in evidence if one.passage.source is not closest.passage.source]
    stands_out = len(others) >= AMONG and cosine - max(others) >= STANDS_OUT
    return cosine >= CLOSE_ENOUGH or bool(cosine >= FAIRLY_CLOSE and stands_out and of_kin)


def _said_on(request: AnswerRequest, days: Days, sources: Sequence[Source]) -> Answer:
    """What the user said on these days, as far as all was looked through; that nothing is found, where there is nothing."""
    said = said_on(days, sources, request.moment.timezone)
    if request.may_lack and (request.deeper or not said):
        return Answer(lacking=request.words)
    return _recalled(request, "", said) if said else Answer(talk_in(request.words).nothing_said_then, not_known=True, origin="notice")


def _done_on(request: AnswerRequest, sources: Sequence[Source]) -> Answer | None:
    """What the user told of the days of which they ask what they did, once all was looked through; None where nothing is told of them."""
    days = days_of_doing(request.words, request.moment)
    if days and request.may_lack and request.deeper:
        return Answer(lacking=request.words)
    told = done_on(days, sources, request.user_name, request.moment.timezone) if days else []
    return _recalled(request, "", told) if told else None


def _courtesy(request: AnswerRequest) -> str:
    """A short honest word where nothing is asked."""
    talk = talk_in(request.words)
    variants = {"greeting": talk.greetings, "thanks": talk.welcome, "farewell": talk.farewells, "nod": talk.nods, "statement": talk.noted}
    chosen = variants.get(act_of(request.words))
    return talk.one_of(chosen, request.words, request.user_name) if chosen else ""


def _recalled(request: AnswerRequest, opening: str, quotes: Sequence[Quote]) -> Answer:
    """The quotes, each with who said it and when."""
    lines = [f'{_said(request, quote.source)}: "{quote.text}"' for quote in quotes]
    used = tuple(dict.fromkeys(quote.source.id for quote in quotes if quote.source.id))
    return Answer(text="\n".join(filter(None, (opening, *lines))), used=used, origin="recalled")


def _opening(request: AnswerRequest, question: Question, best: Quote) -> str:
    """What stands before the quotes: the time, where it is asked for; that advice is none of its own."""
    if act_of(request.words) == "request":
        return talk_in(request.words).bears_on_it
    return _when(request, question, best) if question.wanted == "time" else ""


def _when(request: AnswerRequest, question: Question, quote: Quote) -> str:
    """The time that a quote tells of, counted from when it was said; empty where it denies something, or has no relative words and no
    distance is asked for."""
    if quote.source.said_at is None:
        return ""
    zone = request.moment.timezone
    telling = next((text for text in (quote.best, quote.text) if when_happened(text, quote.source.said_at, zone)), "")
    if denies(telling):
        return ""
    if unit := HOW_MANY_AGO.search(request.words):
        day = quote.source.said_at.astimezone(zone_named(zone)).date()
        return f"{_distance(day_meant(telling, day) or day, request.moment, unit[1].lower())}, by what was said then."
    then = when_happened(telling, quote.source.said_at, zone, question.content, past=WHEN_DID.search(request.words) is not None)
    return f"{then[0].upper()}{then[1:]}." if then else ""


def _distance(day: date, moment: Moment, unit: str) -> str:
    """How many days, weeks, months or years ago a day was."""
    days = (here_and_now(moment).date() - day).days
    return f"{spelled(days, unit)} ago"


def _said(request: AnswerRequest, source: Source) -> str:
    """Who said it and when: `You told me three weeks ago (7 May 2023)`."""
    by_user = is_own(source, request.user_name)
    by_me = source.role == "assistant" and (not source.speaker or same_person(source.speaker, request.character.name))
    talk = talk_in(request.words)
    when = _since(request.moment, source.said_at, talk)
    if by_me:
        return talk.i_said.format(when=when)
    if by_user and (request.user_name or not source.speaker):
        return talk.you_told.format(when=when)
    who = talk.named.format(name=source.speaker) if source.speaker else talk.somebody
    return talk.they_said.format(who=who, when=when)


def _since(moment: Moment, said_at: datetime | None, talk: Talk) -> str:
    """` three weeks ago (7 May 2023)`, ` a moment ago`, or ` earlier` where no moment is known."""
    if said_at is None:
        return talk.earlier
    day = date_in_words(said_at, moment.timezone, talk.locale)
    if said_at > moment.now:
        return talk.on_a_day_to_come.format(day=day)
    if moment.now - said_at < JUST_NOW:
        return talk.just_now
    return talk.on_a_day.format(ago=ago(said_at, moment.now, talk.locale, moment.timezone), day=day)
