"""Whether somebody sleeps, by what their plan says they do."""

import re

ASLEEP = re.compile(
    r"^\W*(?:(?:go(?:es|ing)?|get(?:s|ting)? ready|head(?:s|ing)?) (?:to|for) (?:bed|sleep)"
    r"|(?:be |still |fast |keep )?(?:asleep|sleep(?:s|ing)?)|in bed)\b"
    r"|취침|수면|잠자|잠을 자|자기$|就寝|睡眠|寝る|眠る",
    re.IGNORECASE,
)


def is_asleep(what: str) -> bool:
    """Whether doing this is sleeping: "sleep until the alarm rings", but not "wake up after a good sleep"."""
    return ASLEEP.search(what) is not None
