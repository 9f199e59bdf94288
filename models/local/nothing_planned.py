"""Whether somebody asks what is planned for them, so plainly that "nothing" is an answer: else it is only not found."""

import re
from datetime import datetime

from models.commitments.finding import days_told
from models.local.wording import Talk

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
