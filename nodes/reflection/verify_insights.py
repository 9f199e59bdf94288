"""Checks each insight against what it cites."""

from langgraph.runtime import Runtime

from models.mind import Claim, Memory, VerifyRequest
from models.minds import Minds
from nodes.answer import in_order
from nodes.context import Context
from nodes.reflection.scene import looking_back, visibly
from nodes.scene import spent
from nodes.state import DrawnInsight, Reflection, ReflectionState, ReflectionUpdate
from nodes.timing import apart

NOT_BORNE_OUT = "not borne out"


@visibly
def verify_insights(state: ReflectionState, runtime: Runtime[Context], minds: Minds) -> ReflectionUpdate:
    """The insights that the records they cite bear out."""
    back, drawn, shown = looking_back(state, runtime), state["reflection"]["drawn"], evidence_of(state["reflection"])
    request = VerifyRequest(
        claims=[Claim(one["text"], [shown[id] for id in shown if id in one["cites"]]) for one in drawn],
        character=back.character,
        moment=back.moment,
        user_name=back.context.called,
        prompt=back.context.verify_prompt,
    )
    with apart("model"):
        judged = back.mind(minds).verify(request)
    held: list[DrawnInsight] = []
    dropped: list[dict[str, str]] = []
    for one, verdict in zip(drawn, judged.verdicts, strict=True):
        if verdict.holds:
            held.append(one)
        else:
            dropped.append({"text": one["text"], "why": NOT_BORNE_OUT, "detail": verdict.why})
    return {"reflection": {"drawn": held, "dropped": dropped, "tokens": spent(judged.tokens)}}


def evidence_of(reflection: Reflection) -> dict[str, Memory]:
    """All that was recalled, by id, oldest first."""
    forms = {one["id"]: one for evidence in reflection["evidence"] for one in evidence}
    return {one.id: one for one in in_order(list(forms.values()))}
