"""What keeps the best evidence from being the answer, beside how well it fits."""

import re
from collections.abc import Sequence

from models.local.evidence import Evidence
from models.local.happened import RELATIVE
from models.local.questions import Question
from models.local.sentences import content

OWN_THING = re.compile(r"\bmy ((?:[\w-]+ )?[\w-]+)\W*$", re.I)


def undated(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether the best of the evidence would have to be dated and is not, as notes are: the memory of it is."""
    best = evidence[0].passage
    return best.source.said_at is None and (question.wanted == "time" or RELATIVE.search(best.text) is not None)


def of_another_thing(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether it is asked when something of the user's own was, and no evidence names it: "when did I buy my phone?", told of a laptop."""
    own = OWN_THING.search(question.text) if question.wanted == "time" else None
    return own is not None and all(set(content(own[1])).isdisjoint(one.passage.context | one.passage.asked) for one in evidence)
