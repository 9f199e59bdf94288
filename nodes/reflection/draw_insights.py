"""Draws insights from the evidence; each cites the records it rests on, and only what it was shown."""

from typing import Any

from langgraph.runtime import Runtime

from models.mind import InferRequest, Insight, Tokens
from models.minds import Minds
from nodes.answer import in_order
from nodes.context import Context
from nodes.reflection.scene import LookingBack, looking_back, visibly
from nodes.scene import spent
from nodes.state import DrawnInsight, ReflectionState, ReflectionUpdate
from nodes.timing import apart

INSIGHTS = 5  # a question
CITES_NOTHING = "cites nothing"
CITES_UNSHOWN = "cites what it was not shown"


@visibly
def draw_insights(state: ReflectionState, runtime: Runtime[Context], minds: Minds) -> ReflectionUpdate:
    """What the evidence for each question shows beyond itself."""
    back, reflection = looking_back(state, runtime), state["reflection"]
    mind, tokens = back.mind(minds), Tokens()
    drawn: list[DrawnInsight] = []
    dropped: list[dict[str, str]] = []
    for question, evidence in zip(reflection["questions"], reflection["evidence"], strict=True):
        if not evidence:
            continue
        with apart("model"):
            found = mind.infer(request_for(question, evidence, back))
        tokens += found.tokens
        for insight in found.insights:
            if why := why_uncited(insight, len(evidence)):
                dropped.append({"text": insight.text, "why": why})
            else:
                cites = [evidence[number - 1]["id"] for number in insight.cites]
                drawn.append({"text": insight.text, "question": question, "cites": cites, "about": insight.about})
    return {"reflection": {"drawn": drawn, "dropped": dropped, "tokens": spent(tokens)}}


def request_for(question: str, evidence: list[dict[str, Any]], back: LookingBack) -> InferRequest:
    """What the mind gets to see for a question."""
    return InferRequest(
        question=question,
        evidence=in_order(evidence),
        character=back.character,
        moment=back.moment,
        user_name=back.context.called,
        most=INSIGHTS,
        prompt=back.context.infer_prompt,
    )


def why_uncited(insight: Insight, shown: int) -> str:
    """Why an insight cannot be traced to what it was shown, or an empty string."""
    if not insight.cites:
        return CITES_NOTHING
    return "" if all(1 <= number <= shown for number in insight.cites) else CITES_UNSHOWN
