"""What keeps the best evidence from being the answer, beside how well it fits."""

import re
from collections.abc import Sequence

from models.local.evidence import Evidence
from models.local.happened import RELATIVE
from models.local.questions import Question
from models.local.sentences import content

OWN_THING = re.compile(  # "does my driving licence expire", "did I buy my phone"
    r"\b(?:does|do|did|will) my (?P<does>(?:[\w-]+ ){0,2}[\w-]+) [\w-]+\W*$|\bmy (?P<thing>(?:[\w-]+ )?[\w-]+)\W*$", re.I
)
HOW_OLD = re.compile(r"\bhow old\b", re.I)


def undated(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether the best of the evidence would have to be dated and is not, as notes are: the memory of it is."""
    best = evidence[0].passage
    return best.source.said_at is None and (question.wanted == "time" or RELATIVE.search(best.text) is not None)


def of_another_thing(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether it is asked when something of the user's own was, or how old it is, and no evidence names it: "when did I buy my phone?",
    told of a laptop."""
    own = OWN_THING.search(question.text) if question.wanted == "time" or HOW_OLD.search(question.text) else None
    return own is not None and all(
        set(content(own["does"] or own["thing"])).isdisjoint(one.passage.context | one.passage.asked) for one in evidence
    )
