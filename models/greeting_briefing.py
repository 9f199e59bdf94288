"""What a chat model gets to read when it sees somebody: who is there, what there is to tell, what it remembers of them, and its plan."""

from xml.sax.saxutils import escape

from langchain_core.messages import BaseMessage

from models import prompts
from models.briefing import memory_tag, one_line, tagged
from models.mind import GreetRequest
from models.planning_briefing import as_itself, strokes_told
from models.reflection_briefing import in_short, numbered


def greet_messages(request: GreetRequest) -> list[BaseMessage]:
    """The system prompt of meeting somebody, and what is known of it."""
    data = (
        tagged("seen", escape(one_line(request.seen))),
        tagged("news", numbered(request.news, request)),
        tagged("memories", "\n".join(memory_tag(in_short(one), request) for one in request.memories)),
        tagged("plan", strokes_told(request.plan, request.moment)),
    )
    return as_itself(request, request.prompt or prompts.GREET, {}, data)
