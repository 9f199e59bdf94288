"""Whether the user asks that something be forgotten, or not be kept: no mind can, and none is to say that it did."""

import re

CALLED_OFF = r"[,;] ?(?:it|that)(?:['\u2019]s| is| was| got| has been) (?:cancel|off\b|called off)"  # what is to come: that is no memory
ASKS_TO_FORGET = re.compile(
    r"^\W*(?:(?:please|now|ok(?:ay)?|(?:can|could|would) you(?: please)?|i(?:'d like| want) you to|you (?:should|must|can))[ ,]*)*+"
    rf"(?:forget|delete|erase)\b(?! about it\b| it\W*$|.{{0,200}}{CALLED_OFF})"
    r".{0,200}\b(?:what|that|about|everything|anything|all|my|our|memor(?:y|ies))\b"
    r"|(?:잊어 ?(?:줘|주세요|주십시오|버려)|忘れて(?:ください|下さい|ほしい|くれ)?)[\s.!。~\uff01]*$",
    re.IGNORECASE,
)


NOT_TO_KEEP = re.compile(
    r"^\W*(?:(?:please|now|ok(?:ay)?|and|but|so|(?:can|could|would) you(?: please)?)[ ,]*)*+(?:don['\u2019]?t|do not|never)"
    r" (?:remember|memori[sz]e|store|record) (?:(?:this|that|it|any of (?:this|that|it))(?=\s*(?:[.,:;!\u2014-]|$))|(?:what|anything) i\b)"
    r"|^\W*(?:(?:and|but|so|well|ok(?:ay)?|just|strictly|(?:this|that)(?: is|['\u2019]s| was))[ ,]+)*+off the record"
    r"(?=\s*(?:[.,:;!\u2014-]|$))(?!.{0,200}\?)"
    r"|(?:기억|기록|저장)하지 ?(?:마|말아)(?:요|세요| ?줘요?| ?주세요)?[\s.!~]*$|^\W*오프 ?더 ?레코드"
    r"|(?:覚え|記憶し|記録し|保存し)ないで(?:ください|下さい|ほしい|くれ|ね)?[\s.!。~\uff01]*$|^\W*オフレコ",
    re.IGNORECASE,
)


def asks_to_forget(words: str) -> bool:
    """Whether the user asks that something they told, or tell, be forgotten."""
    return (ASKS_TO_FORGET.search(words) or NOT_TO_KEEP.search(words)) is not None
