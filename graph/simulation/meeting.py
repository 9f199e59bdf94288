"""Those who are in one place notice each other, decide whether to talk, and talk turn by turn, each by its own memory."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from graph.simulation.cast import Cast
from graph.simulation.reporting import look_ahead, tell_plan
from graph.simulation.world import Entry, News, World

APART = timedelta(hours=2)  # between two conversations of the same two
THINKS_AGAIN = timedelta(minutes=30)  # after which those who did not talk think of it again
A_LINE = timedelta(seconds=10)  # that saying it takes
STILL_NEWS = timedelta(hours=24)


def meet(world: World, cast: Cast, order: Sequence[str]) -> None:
    """Let those who have come together notice each other, and those who are free talk, each with one other at most."""
    before, world.seen = world.seen, {id: list(others_there(world, cast, id, order)) for id in order}
    pairs = [pair for pair in combinations(order, 2) if pair[1] in world.seen[pair[0]]]
    for one, other in pairs:
        if other not in before.get(one, []):
            notice(world, cast, one, other)
    busy: set[str] = set()
    for one, other in pairs:
        if not {one, other} & busy and free(world, one, other) and converse(world, cast, one, other):
            busy |= {one, other}


def others_there(world: World, cast: Cast, id: str, order: Sequence[str]) -> Iterator[str]:
    """Who is where a character is, both of them awake."""
    for other in order:
        here, there = world.doing[id], world.doing[other]
        if other != id and not (here.asleep or there.asleep) and cast.places.together(here.place, there.place):
            yield other


def notice(world: World, cast: Cast, one: str, other: str) -> None:
    """Let two who have come together see each other."""
    names = " and ".join(world.scenario.person(id).name for id in sorted((one, other)))
    place = world.doing[one].place
    world.tell(Entry(at=world.clock, kind="notices", who=tuple(sorted((one, other))), text=f"{names} see each other", place=place))
    for id, who in ((one, other), (other, one)):
        heard = cast.observe(id, seen(world, who), world.clock, world.doing[id].place)
        tell_plan(world, id, heard.planned)


def seen(world: World, who: str) -> str:
    """What one sees of somebody."""
    doing = world.doing[who]
    return f"{world.scenario.person(who).name} is here, at {doing.place}: {doing.what}."


def free(world: World, one: str, other: str) -> bool:
    """Whether two may talk: neither is bound to something that the other is not, and they have not just talked, or thought of it."""
    pair, now = pair_of(one, other), world.clock
    alike = world.doing[one].bound == world.doing[other].bound
    talked, considered = world.talked.get(pair), world.considered.get(pair)
    return alike and not (talked and now - talked < APART) and not (considered and now - considered < THINKS_AGAIN)


def converse(world: World, cast: Cast, one: str, other: str) -> bool:
    """Let one of two open a conversation, where one wants to; whether there was one."""
    pair = pair_of(one, other)
    world.considered[pair] = world.clock
    for opener, hearer in ((one, other), (other, one)):
        news = [each.id for each in to_tell(world, cast, opener, hearer)]
        greeting, told = cast.greet(opener, hearer, seen(world, hearer), news, world.clock, world.doing[opener].place)
        if greeting.talks:
            talk(world, cast, opener, hearer, greeting.words, told)
            world.talked[pair] = world.clock
            for id in (opener, hearer):
                look_ahead(world, cast, id)
            return True
    return False


def to_tell(world: World, cast: Cast, id: str, other: str) -> list[News]:
    """What a character knows and another, as far as it can tell, does not, oldest first: of the last day, and not of what has begun."""
    fresh = [one for one in world.news.get(id, []) if other not in one.knows]
    records = cast.memory.read([one.id for one in fresh], access=cast.ahead(id, world.clock).access)
    since = {one.id for one in records if world.clock - one.said_at < STILL_NEWS}
    return [one for one in fresh if one.id in since - cast.sources_of_begun(id, world.clock)]


def talk(world: World, cast: Cast, opener: str, hearer: str, words: str, told: Sequence[str]) -> None:
    """A conversation: each hears the other's words and answers, until an answer leaves nothing to be said or it is long enough."""
    speaker, listener, now, closed, said = opener, hearer, world.clock, False, [words]
    own = cast.says(opener, hearer, words, now, world.doing[opener].place)
    tell_plan(world, opener, own.planned)
    say(world, opener, hearer, words)
    while True:
        answers = not closed and len(said) < world.scenario.most_lines
        heard = cast.hears(listener, speaker, said[-1], now, world.doing[listener].place, answers=answers)
        if len(said) == 1:
            pass_on(world, opener, hearer, told, heard.memory)
        if answers:
            say(world, listener, speaker, heard.answer)
        tell_plan(world, listener, heard.planned)
        if not answers:
            return
        closed = heard.closes or heard.answer in said
        said.append(heard.answer)
        speaker, listener, now = listener, speaker, now + A_LINE


def say(world: World, speaker: str, listener: str, words: str) -> None:
    """Add what somebody said to the timeline."""
    world.tell(Entry(at=world.clock, kind="says", who=(speaker, listener), text=words, place=world.doing[speaker].place))


def pass_on(world: World, teller: str, hearer: str, told: Sequence[str], memory: str) -> None:
    """Now the hearer knows too, can tell others, and knows who told it."""
    passed = [one for one in world.news.get(teller, []) if one.id in told]
    for one in passed:
        one.knows.append(hearer)
    if passed:
        knows = set.intersection(*(set(one.knows) for one in passed))
        world.news.setdefault(hearer, []).append(News(id=memory, knows=sorted(knows)))


def pair_of(one: str, other: str) -> str:
    """Two characters as a key, in either order."""
    return "+".join(sorted((one, other)))
