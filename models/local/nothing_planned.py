"""Whether somebody asks what is planned for them, so plainly that "nothing" is an answer, or what they told to do every week: else it is
only not found."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from models.commitments.finding import days_told
from models.local.evidence import FIRST_PERSON, Source
from models.local.happened import DAY, WEEKDAYS
from models.local.past_days import JAPANESE_DAYS, KOREAN_DAYS
from models.local.quoting import Quote, shortened
from models.local.sentences import content
from models.local.sources import own_sentences
from models.local.wide_acts import asks, is_wide
from models.local.wording import Talk
from models.mind import Moment

WHEN = (
    r"(?:\s+(?:for|on|at|in|this|next|the|coming|week|weekend|morning|afternoon|evening|night|today|tonight|tomorrow"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day))+"
)
ASKS = re.compile(
    rf"""
    \W*(?:(?:so|and|ok|okay|hey|then)\W+)*
    (?:
        (?:
            what(?:['\u2019]s|\s+is)\s+(?:left\s+)?on\s+(?:my|the)\s+(?:to-?do[-\s]?list|agenda|schedule|calendar)
            | what(?:['\u2019]s|\s+is)\s+(?:still\s+)?(?:left|open)\s+to\s+do
            | what\s+do\s+i\s+(?:still\s+)?have\s+to\s+do
            | what(?:['\u2019]s|\s+is)\s+(?:planned|scheduled|coming\s+up)
            | what\s+are\s+my\s+(?:plans|appointments|deadlines)
            | (?:do\s+i\s+have|have\s+i\s+got|is\s+there)\s+anything\s+(?:planned|scheduled|coming\s+up)
            | (?:do\s+i\s+have|have\s+i\s+got)\s+any\s+(?:plans|appointments|deadlines)
            | any(?:thing\s+planned|\s+plans)
        )
        (?:{WHEN})?
        | (?:what(?:['\u2019]s|\s+is)\s+on|(?:do\s+i\s+have\s+|have\s+i\s+got\s+|is\s+there\s+)?anything(?:\s+happening)?){WHEN}
        | what\s+(?:do\s+i\s+have|have\s+i\s+got|am\s+i\s+doing)(?:\s+(?:planned|scheduled))?{WHEN}
        | am\s+i\s+free{WHEN}
    )
    \W*
    | (?:(?:오늘|내일|모레|이번\s?주|다?다음\s?주|주말)(?:에|의)?\s*)?(?:내\s*)?(?:일정|할\s?일)(?:이|은|을|에)?\s*
      (?:뭐|뭔|무엇|있|어떻게|알려)[^?\uff1f]{{0,9}}[?\uff1f.]?
    | (?:(?:今日|明日|あした|明後日|今週|再?来週|週末)の?)?(?:私の)?(?:予定|やる(?:べき)?こと)(?:は|を|が|って)
      (?:何|なに|ある|あり|どう|教え)?[^?\uff1f]{{0,6}}[?\uff1f。]?
    """,
    re.IGNORECASE | re.VERBOSE,
)


MOST_WEEKLY = 4
# "I have choir every Monday": on which day of the week, in three languages.
WEEKLY = re.compile(
    rf"\b(?:(?:every|each)(?: other| second)? (?P<each>{DAY})|on (?P<on>{DAY})s)\b"
    r"|매주\s?(?P<weekly>[월화수목금토일])요일|(?P<korean>[월화수목금토일])요일마다|毎週の?(?P<japanese>[月火水木金土日])曜",
    re.IGNORECASE,
)
NO_MORE = re.compile(
    r"\b(?:used to|no longer|any ?more|stopped|quit|gave up|until|not|never)\b|n['\u2019]t\b|않|안 |그만|ない|やめ|辞め", re.I
)


def nothing_planned(words: str, now: datetime, timezone: str, talk: Talk) -> str:
    """That nothing is planned for the days that are asked about, or for the coming week where none is named; empty where that is not asked.

    Args:
        words: What the user asks, where no plan answers it.
        now: When, aware.
        timezone: An IANA name: where the days are counted.
        talk: The language to say it in.
    """
    if not ASKS.fullmatch(words.strip()):
        return ""
    return talk.nothing_then if days_told(words, now, timezone) else talk.nothing_this_week


def done_weekly(words: str, sources: Sequence[Source], user_name: str, moment: Moment) -> list[Quote]:
    """What the user told to do every week, on the days that are asked about where it is asked what is planned: no plan is made of that.

    Args:
        words: What the user asks, where no plan answers it.
        sources: What may be quoted, oldest first.
        user_name: As the user is known here, for others may speak too.
        moment: When, and where the days are counted.
    """
    if not ASKS.fullmatch(words.strip()):
        return []
    days = {date.fromisoformat(day).weekday() for day in days_told(words, moment.now, moment.timezone)} or set(range(7))
    own = own_sentences(sources, user_name)
    told = [(at, part, source) for at, (part, source) in enumerate(own) if weekdays_in(part) & days and tells_of_a_habit(part)]
    ended = [(at, set(content(part))) for at, (part, _) in enumerate(own) if NO_MORE.search(part)]
    still = [(part, source) for at, part, source in told if not any(later > at and over & set(content(part)) for later, over in ended)]
    return [Quote(shortened(part), part, source) for part, source in still[-MOST_WEEKLY:]]


def weekdays_in(part: str) -> set[int]:
    """The days of the week that a sentence says come again every week, Monday being 0."""
    named = [found[found.lastgroup or 0] for found in WEEKLY.finditer(part)]
    return {WEEKDAYS.index(day.capitalize()) if day.isascii() else max(KOREAN_DAYS.find(day), JAPANESE_DAYS.find(day)) for day in named}


def tells_of_a_habit(part: str) -> bool:
    """Whether a sentence tells what the speaker still does, and neither asks nor says that it is over."""
    return bool(is_wide(part) or FIRST_PERSON.search(part)) and not (NO_MORE.search(part) or asks(part))
