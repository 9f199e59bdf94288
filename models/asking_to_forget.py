"""Whether the user asks that something be forgotten: no mind can, and none is to say that it did."""

import re

CALLED_OFF = r"[,;] ?(?:it|that)(?:['\u2019]s| is| was| got| has been) (?:cancel|off\b|called off)"  # what is to come: that is no memory
ASKS_TO_FORGET = re.compile(
    r"^\W*(?:(?:please|now|ok(?:ay)?|(?:can|could|would) you(?: please)?|i(?:'d like| want) you to|you (?:should|must|can))[ ,]*)*+"
    rf"(?:forget|delete|erase)\b(?! about it\b| it\W*$|.{{0,200}}{CALLED_OFF})"
    r".{0,200}\b(?:what|that|about|everything|anything|all|my|our|memor(?:y|ies))\b"
    r"|(?:잊어 ?(?:줘|주세요|주십시오|버려)|忘れて(?:ください|下さい|ほしい|くれ)?)[\s.!。~\uff01]*$",
    re.IGNORECASE,
)


def asks_to_forget(words: str) -> bool:
    """Whether the user asks that something they told be forgotten."""
    return ASKS_TO_FORGET.search(words) is not None
