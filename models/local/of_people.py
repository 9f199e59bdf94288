"""What was told of people whom the user knows, in the forms in which it is told: "Rui is a nurse", "Leo is 8 and Emma is 11"."""

import re
from collections.abc import Sequence

from models.asking_to_forget import asks_to_forget
from models.local.evidence import Source
from models.local.of_themselves import BY_NOW, NUMBER, UNWORKED, WORK
from models.local.quoting import Quote, shortened
from models.local.sources import own_sentences
from models.local.wide_acts import asks

WHO = r"(?P<who>my [\w-]+|(?-i:[A-Z])[\w-]+)"
APART = r"(?:,[^,.!?]{1,40},| (?-i:[A-Z])[\w-]+)?"  # "Leo, my son, is 8", "my sister Ana is 30"
TO_COME = r"(?<!when )(?<!once )(?<!until )(?<!before )(?<!if )"
# What is asked, and how it is told; also how it is told that it is so no more.
FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"^\W*(?:and |so )?{asked}\W*$", re.I), "|".join(forms))
    for asked, *forms in (
        (
            rf"(?:what does {WHO} do(?: for (?:a living|work))?|what(?:'s|\u2019s| is) {WHO.replace('who', 'whose')}['\u2019]s job)",
            rf"(?:['\u2019]s| is){BY_NOW} an? (?!{UNWORKED}\b)(?:(?!(?:of|for|with|to)\b)[\w-]+ ){{0,3}}{WORK}\b",
            rf"{BY_NOW} (?:works (?:as|for|at|in)|teaches)\b",
            r" (?:is|has) (?:now )?(?:retired|unemployed|self-employed)\b| (?:has )?(?:retired|resigned|lost (?:his|her|their) job)\b",
            r" (?:no longer (?:works|teaches)|is no longer an?|(?:doesn't|doesn\u2019t) work)\b| quit\b",
        ),
        (
            rf"how old is {WHO}(?: now)?",
            rf"(?:['\u2019]s| is| turned| has turned| just turned){BY_NOW} {NUMBER}"
            r"(?= ?(?:$|[,.;!)]|(?:years?|yrs?|months?)(?: old)?\b|(?:and|but|so|now|today)\b))",
        ),
    )
)


def told_of_people(question: str, sources: Sequence[Source], user_name: str) -> list[Quote]:
    """What the user told last of what somebody does, or how old they are; nothing where that is not asked, or was not told so.

    Args:
        question: What the user asks.
        sources: What may be quoted, oldest first.
        user_name: As the user is known here, for others may speak too.
    """
    for asked, told in FORMS:
        if found := asked.match(question):
            who = next(name for name in found.groups() if name)
            form = re.compile(rf"{TO_COME}\b{re.escape(who)}{APART}(?:{told})", re.I)
            own = own_sentences(sources, user_name)
            fitting = [Quote(shortened(part), part, source) for part, source in own if form.search(part) and _tells(part)]
            return fitting[-1:]
    return []


def _tells(part: str) -> bool:
    return not (asks(part) or asks_to_forget(part))
