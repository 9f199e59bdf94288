"""Names: which words are names, whether of a person, a place or a thing, and whose relation somebody is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.life_threads.strands import Strand, What
from models.life_threads.texts import Cast, Name, Text, capitalised
from models.life_threads.words import (
    CALLED_SO,
    DONE_BY_PEOPLE,
    HOLIDAYS,
    KIN,
    LOOSE,
    MOVING,
    NEAR_PEOPLE,
    NEAR_PLACES,
    OF_PEOPLE,
    OF_PLACES,
    PLACE_NOUNS,
    PRONOUNS,
    TITLES,
    known_places,
    rank_of,
)
from models.local.questions import same_person
from models.local.sentences import STOP_WORDS

RARE = 30_000  # people and places are rare words, whatever else their names mean
REACH = 8  # words in which a pronoun may take up a name
SPEAKS = 50.0  # what it weighs that somebody speaks
PLACE_SHARE, PERSON_SHARE = 0.15, 0.2  # what has to speak for them, each time that a name is written
KNOWN_PLACE = 1.5  # once, however often the name is written: people are called Sofia and Jordan too
NAMED_SHARE = 0.1  # of what is told of a relation, that calls it by its name


@dataclass
class Named:
    """A name: the texts that hold it, how it is written, what it is also called, and what speaks for a person and for a place."""

    at: set[int] = field(default_factory=set)
    written: Counter[str] = field(default_factory=Counter)
    also: list[str] = field(default_factory=list)
    person: float = 0.0
    place: float = 0.0

    def join(self, other: "Named") -> None:
        """Takes in another name of the same."""
        self.at |= other.at
        self.written += other.written
        self.also += other.also
        self.person += other.person
        self.place += other.place

    def what(self, name: Name) -> What:
        told = self.written.total()
        if name[-1] in HOLIDAYS:
            return "theme"
        place = self.place + KNOWN_PLACE * (" ".join(name) in known_places())
        if place >= max(1.0, PLACE_SHARE * told, self.person):
            return "place"
        return "person" if self.person >= max(1.0, PERSON_SHARE * told) else "theme"


Names = dict[Name, Named]


def strands_of_names(texts: Sequence[Text], cast: Cast) -> list[Strand]:
    """People, places and other things that have a name, and the relations of those who speak."""
    found = mentioned(texts, sure_names(texts, cast))
    speakers = {tuple(one.lower().split()): one for one in cast.people}
    for name, speaker in speakers.items():
        known = found.setdefault(name, Named())
        known.at |= {at for at, text in enumerate(texts) if text.voice == speaker}
        known.written[speaker] += len(known.at) + 1
        known.person += SPEAKS + len(known.at)
    relations = strands_of_kin(texts, found, set(speakers))
    merge_short_names(found)
    return [*(strand_of(name, one) for name, one in found.items() if one.written), *relations]


def strand_of(name: Name, one: Named) -> Strand:
    what = one.what(name)
    first, *others = [text for text, _ in one.written.most_common()]
    also = tuple(other for other in (*one.also, *others) if other.lower() != first.lower())
    return Strand(what, first, one.at, also, max(map(rank_of, name)) if what == "theme" else RARE)


def sure_names(texts: Sequence[Text], cast: Cast) -> frozenset[Name]:
    """The names that people write with a capital where no sentence begins, and seldom without."""
    heard = [text for text in texts if text.voice is not None]
    small = Counter(word for text in heard for word, token in zip(text.plain, text.tokens, strict=True) if token[0].islower())
    sure = Counter(name for text in heard for name in sure_in(text, small))
    return frozenset(name for name, count in sure.items() if is_name(name, cast) and (len(name) > 1 or count > 2 * small[name[0]]))


def sure_in(text: Text, small: Mapping[str, int]) -> Iterator[Name]:
    for begin, end in capitalised(text):
        if not text.opens(begin):
            yield untitled(text.name(begin, end))
        elif end - begin > 1 and (small[text.plain[begin]] or text.plain[begin] in STOP_WORDS):
            yield untitled(text.name(begin + 1, end))


def untitled(name: Name) -> Name:
    """A name without its titles."""
    while len(name) > 1 and name[0] in TITLES:
        name = name[1:]
    return name


def is_name(name: Name, cast: Cast) -> bool:
    """Whether words can be a name of somebody or something other than who speaks."""
    if not name or name[0] in cast.own:
        return False
    return len(name) > 1 or (len(name[0]) > 1 and name[0] not in KIN and name[0] not in LOOSE)


def mentioned(texts: Sequence[Text], sure: frozenset[Name]) -> Names:
    """The names with all texts that hold them. What speaks for a person or a place counts only where a person writes it."""
    found: Names = defaultdict(Named)
    for at, text in enumerate(texts):
        for run in capitalised(text):
            name, begin, end = known_part(text, run, sure)
            if not name:
                continue
            one = found[name]
            one.at.add(at)
            if text.voice is not None:
                one.written[text.written(begin, end)] += 1
                one.person += for_person(text, begin, end)
                one.place += for_place(text, begin, end)
    return dict(found)


def known_part(text: Text, run: tuple[int, int], sure: frozenset[Name]) -> tuple[Name, int, int]:
    """The name in a run of capitals, and where it stands: all of it, or without its first words, or without its last."""
    begin, end = run
    parts = [(begin, end), *((first, end) for first in range(begin + 1, end)), *((begin, last) for last in range(end - 1, begin, -1))]
    for first, last in parts:
        if (name := untitled(text.name(first, last))) in sure:
            return name, first, last
    return (), begin, end


def for_person(text: Text, begin: int, end: int) -> float:
    """What the words around a name say for a person."""
    before, after = text.word(begin - 1), text.word(end)
    owns = text.tokens[end - 1].endswith("'s")
    return (
        3.0 * (before in KIN or before in LOOSE or (end - begin > 1 and text.plain[begin] in TITLES))
        + 1.0 * (before in NEAR_PEOPLE)
        + 1.0 * (after in DONE_BY_PEOPLE and not owns)
        + 0.7 * taken_up(text, end)
        + (1.0 if after in KIN or after in LOOSE or after in OF_PEOPLE else 0.3) * owns
        + 0.3 * (before in ("with", "and"))
        + 0.3 * (before == "," and after in (",", "!", "?", "."))
        - 1.0 * initials(text, begin, end)
    )


def taken_up(text: Text, end: int) -> bool:
    """Whether "he" or "she" follows before another name does."""
    for at in range(end, min(end + REACH, len(text.plain))):
        if text.plain[at] in PRONOUNS:
            return True
        if text.capital(at) and not text.opens(at):
            return False
    return False


def for_place(text: Text, begin: int, end: int) -> float:
    """What the name and the words around it say for a place."""
    name = text.name(begin, end)
    known = 3.0 * (len(name) > 1 and name[-1] in PLACE_NOUNS)
    if text.tokens[end - 1].endswith("'s") or initials(text, begin, end):
        return known
    known += 1.0 * (text.word(end) in OF_PLACES)
    at = begin - 1 if text.word(begin - 1) != "the" else begin - 2
    before = text.word(at)
    if before in ("to", "from") and text.word(at - 1) not in MOVING:
        return known + 0.4
    return known + 1.0 * (before in NEAR_PLACES or before in ("to", "from"))


def initials(text: Text, begin: int, end: int) -> bool:
    """Whether the name is one word in capitals alone."""
    return end - begin == 1 and len(text.tokens[begin]) > 1 and text.tokens[begin].isupper()


@dataclass
class Relation:
    """A relation of one who speaks: the texts that tell of it, the words for it, and the names it is given."""

    at: set[int] = field(default_factory=set)
    written: Counter[str] = field(default_factory=Counter)
    names: Counter[Name] = field(default_factory=Counter)

    def tell(self, at: int, word: str, name: Name | None) -> None:
        """Notes that a text tells of it, with a name or without."""
        self.at.add(at)
        self.written[word] += 1
        self.names.update([name] if name else [])


def strands_of_kin(texts: Sequence[Text], names: Names, speakers: set[Name]) -> list[Strand]:
    """The relations of those who speak. One that has a single name is one with that name."""
    relations: dict[tuple[str, str], Relation] = defaultdict(Relation)
    voices = voices_of(texts)
    for at, text in enumerate(texts):
        for place in kin_places(text):
            if (owner := owner_of(text, place, voices[text.conversation])) is None:
                continue
            if (name := name_beside(text, place, names)) in speakers:
                name = None
            if name:
                names[name].person += 3.0
            if text.plain[place] in KIN:
                relations[owner, KIN[text.plain[place]]].tell(at, text.plain[place], name)
    return [strand for (owner, _), one in relations.items() for strand in unnamed(owner, one, names, relations.values())]


def voices_of(texts: Sequence[Text]) -> dict[str, set[str]]:
    """Who speaks in each conversation."""
    voices: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        voices[text.conversation] |= {text.voice} if text.voice is not None else set()
    return voices


def kin_places(text: Text) -> Iterator[int]:
    """Where words for relations stand."""
    return (at for at, word in enumerate(text.plain) if word in KIN or word in LOOSE)


def unnamed(owner: str, relation: Relation, names: Names, others: Iterable[Relation]) -> Iterator[Strand]:
    """The relation as a strand, unless it has a single name that fits no other better, which then takes it in."""
    called = f"{owner}'s" if owner else "my"
    words = [f"{called} {word}" for word, _ in relation.written.most_common()]
    name = next(iter(relation.names)) if len(relation.names) == 1 else None
    if (
        name
        and relation.names[name] >= NAMED_SHARE * len(relation.at)
        and all(one is relation or one.names[name] < relation.names[name] for one in others)
    ):
        names[name].at |= relation.at
        names[name].also += words
    else:
        yield Strand("person", words[0], relation.at, tuple(words[1:]), RARE)


def owner_of(text: Text, at: int, voices: set[str]) -> str | None:
    """Whose relation a word tells of, by "my", "our" or "your" before it, or a bare "Mum"; None where it is nobody's who speaks."""
    for before in range(at - 1, max(-1, at - 4), -1):
        if text.plain[before] in ("my", "our"):
            return text.voice
        if text.plain[before] == "your":
            others = voices - {text.voice}
            return next(iter(others)) if len(others) == 1 else None
        if not text.plain[before][0].isalpha():
            break
    before_name = at + 1 < len(text.tokens) and text.capital(at + 1)  # Mama Tunde is not my mother
    bare = text.tokens[at][0].isupper() and text.plain[at] in CALLED_SO and not before_name
    return text.voice if bare else None


NAMING = frozenset(("is", "was", "called", "named", "name", ","))


def name_beside(text: Text, at: int, names: Names) -> Name | None:
    """The name that a relation is given: "my sister Mira", "my sister's name is Mira", "Mira, my sister"."""
    begin = at + 1
    while text.word(begin) in NAMING:
        begin += 1
    ends = range(min(len(text.tokens), begin + 3), begin, -1)
    if begin < len(text.tokens) and text.capital(begin):
        equal = begin > at + 1  # "my boss is Mira's friend" names nobody
        ends_so = (end for end in ends if not (equal and text.tokens[end - 1].endswith("'s")))
        return next((name for end in ends_so if (name := untitled(text.name(begin, end))) in names), None)
    if text.word(at - 1) in ("my", "our") and text.word(at - 2) in (",", "is") and at > 2:
        return next((name for first in (at - 4, at - 3) if first >= 0 and (name := untitled(text.name(first, at - 2))) in names), None)
    return None


def merge_short_names(names: Names) -> None:
    """A person's first or last name, or its short form, is one with the only full name that it can stand for."""
    people = {name for name, one in names.items() if one.what(name) == "person"}
    for short in sorted(people, key=lambda name: (len(name), sum(map(len, name)))):
        longer = [name for name in people & names.keys() if name != short and stands_for(short, name)]
        if len(longer) == 1:
            names[longer[0]].join(names.pop(short))


def stands_for(short: Name, name: Name) -> bool:
    """Whether a name can be a shorter form of another: Bettina or Kranz of Bettina Kranz, Mel of Melanie."""
    if len(short) > 1:
        return False
    if len(name) > 1:
        return short[0] in (name[0], name[-1])
    return len(short[0]) < len(name[0]) and same_person(short[0], name[0])
