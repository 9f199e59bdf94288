"""Themes: nouns, and pairs of words, that are far more frequent in a memory than in English."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

from models.life_threads.strands import Strand
from models.life_threads.texts import Text
from models.life_threads.words import (
    ARTICLES,
    BEFORE_ADJECTIVES,
    BEFORE_VERBS,
    CALENDAR,
    EXCLAIMED,
    KIN,
    LINKS,
    LOOSE,
    NOUNS_AFTER_ALL,
    VAGUE,
    rank_of,
)
from models.local.sentences import STOP_WORDS, stem

NO_NOUN = ("ful", "fic", "ous", "able", "ible", "less", "ish", "ly", "est")
NO_CONTENT = STOP_WORDS | LINKS | BEFORE_VERBS | ARTICLES | {"and", "or"}
RELATIONS = KIN.keys() | LOOSE  # "my mum cooks" is no noun with an adjective
NO_THEME = VAGUE | RELATIONS | CALENDAR | EXCLAIMED | STOP_WORDS
SHORTEST = 3
LEAST, LEAST_NOUN = 3, 2
CLEAR_SHARE, NOUN_SHARE, ARTICLE_SHARE, PAIR_SHARE, ABSORBED = 0.2, 0.25, 0.05, 0.25, 0.6

Base = Callable[[str], str]
Theme = tuple[str, ...]  # the bases of one word or two


@dataclass
class Seen:
    """A word: how often it is said, where a noun stands, so with an article, and before another noun; and how it is written.

    What speaks against a noun counts down: "to paint", "so quiet".
    """

    count: int = 0
    noun: float = 0.0
    article: int = 0
    modifies: int = 0
    forms: Counter[str] = field(default_factory=Counter)

    @property
    def is_noun(self) -> bool:
        """Whether it is said as a noun often enough: with an article, or also without, and before other nouns (pottery class)."""
        if self.noun < LEAST_NOUN:
            return False
        with_article = max(LEAST_NOUN, CLEAR_SHARE * self.count)
        in_any_way = self.noun + self.modifies >= NOUN_SHARE * self.count and self.article + self.modifies >= ARTICLE_SHARE * self.count
        return self.article >= with_article or in_any_way


def strands_of_themes(texts: Sequence[Text], names: Set[str]) -> list[Strand]:
    """The nouns and pairs of words that come back.

    Args:
        texts: What was said.
        names: Words that are names where they have a capital.
    """
    heard = {at for at, text in enumerate(texts) if text.voice is not None}
    base = bases(VAGUE.union(*(text.plain for text in texts)))
    written = themes_in([texts[at] for at in sorted(heard)], base, names)
    found = places(texts, base, names, written.keys())
    said = {theme: len(at & heard) for theme, at in found.items()}
    absorbed = {(word,) for theme in said if len(theme) > 1 for word in theme if said[theme] >= ABSORBED * said.get((word,), math.inf)}
    return [Strand("theme", written[theme], at, (), rank(written[theme])) for theme, at in found.items() if theme not in absorbed]


def rank(written: str) -> int:
    """How rare the rarest of the words is; a pair is rarer than its words."""
    words = written.split()
    return len(words) * max(map(rank_of, words))


def themes_in(heard: Sequence[Text], base: Base, names: Set[str]) -> dict[Theme, str]:
    """Nouns and phrases by the bases of their words, as they are written most often."""
    seen, pairs = counted(heard, base, names)
    nouns: dict[Theme, Counter[str]] = {(word,): one.forms for word, one in seen.items() if one.count >= LEAST and one.is_noun}
    phrases: dict[Theme, Counter[str]] = {pair: forms for pair, forms in pairs.items() if is_phrase(pair, forms.total(), seen)}
    vague = {base(word) for word in VAGUE}
    written = {theme: shown(forms) for theme, forms in (nouns | phrases).items() if vague.isdisjoint(theme)}
    return {theme: form for theme, form in written.items() if form and NO_THEME.isdisjoint(form.split())}


def shown(forms: Counter[str]) -> str:
    return forms.most_common(1)[0][0] if forms else ""


def bases(known: Set[str]) -> Base:
    """What the forms of a word share: the stem, for a plural that of its singular where that is said too."""

    @cache
    def base(word: str) -> str:
        singulars = (word[:-1], word[:-2], word[:-3] + "y") if word.endswith("s") and not word.endswith("ss") else ()
        return stem(next((one for one in singulars if len(one) >= SHORTEST and one in known), word))

    return base


def counted(texts: Sequence[Text], base: Base, names: Set[str]) -> tuple[dict[str, Seen], dict[Theme, Counter[str]]]:
    """How words are used, and the pairs of words that stand where a noun does."""
    seen: dict[str, Seen] = defaultdict(Seen)
    pairs: dict[Theme, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for at in content_places(text, names):
            word, before = text.plain[at], text.word(at - 1)
            one = seen[base(word)]
            one.count += 1
            if before in BEFORE_VERBS and not word.endswith("ing"):
                one.noun -= 0.5
            if before in BEFORE_ADJECTIVES:
                one.noun -= 1
            one.modifies += before in ARTICLES and is_content(text.word(at + 1))
            if is_content(text.word(at + 1)) or no_noun(word):
                continue
            article = before in ARTICLES or (is_content(before) and before not in RELATIONS and text.word(at - 2) in ARTICLES)
            one.noun += article or before in LINKS
            one.article += article
            one.forms[word] += article or (before in LINKS and not word.endswith("ing"))
            if is_content(before) and not text.tokens[at - 1][0].isupper() and len(before) >= SHORTEST and not before.endswith("ly"):
                pairs[base(before), base(word)][f"{before} {word}"] += 1
    return seen, pairs


def content_places(text: Text, names: Set[str]) -> Iterator[int]:
    """Where words that carry meaning stand, but for names."""
    for at, word in enumerate(text.plain):
        if len(word) >= SHORTEST and is_content(word) and "'" not in word and not (word in names and text.tokens[at][0].isupper()):
            yield at


def is_content(word: str) -> bool:
    return word[:1].isalpha() and word not in NO_CONTENT


def no_noun(word: str) -> bool:
    return (word.endswith(NO_NOUN) and word not in NOUNS_AFTER_ALL) or (word.endswith("ed") and len(word) > len("breed"))


def is_phrase(pair: Theme, count: int, seen: dict[str, Seen]) -> bool:
    """Whether two words are said together so often that they are one thing."""
    return count >= LEAST and count >= PAIR_SHARE * min(seen[word].count for word in pair)


def places(texts: Sequence[Text], base: Base, names: Set[str], themes: Set[Theme]) -> dict[Theme, set[int]]:
    """The texts that hold each theme, in any form of a noun."""
    found: dict[Theme, set[int]] = defaultdict(set)
    for place, text in enumerate(texts):
        before = ""
        for word, token in zip(text.plain, text.tokens, strict=True):
            known = base(word)
            if (known,) in themes and not no_noun(word) and not (word in names and token[0].isupper()):
                found[known,].add(place)
            if (before, known) in themes:
                found[before, known].add(place)
            before = known
    return dict(found)
