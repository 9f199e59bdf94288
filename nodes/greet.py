"""Somebody is here: does the character speak to them, and with which words?"""

from collections.abc import Sequence

from models.mind import Greeting, GreetRequest, Memory
from models.minds import Minds
from nodes.answer import in_order
from nodes.planning.scene import LookingAhead
from nodes.planning.strokes import strokes_of
from nodes.recall import recalled_form
from nodes.scene import remembered
from stores.access import Access

REMEMBERED = 8  # memories of the other


def greet(ahead: LookingAhead, seen: str, news: Sequence[str], minds: Minds) -> tuple[Greeting, list[str]]:
    """The judgement, and which of the news the words tell.

    Args:
        ahead: Who decides; the user of its context is who is here.
        seen: Who is here, where, and what they do.
        news: The ids of what it may tell; what it has forgotten meanwhile it tells nobody.
        minds: Gives the mind that judges.

    Raises:
        ModelError: The model gave nothing usable.
    """
    access = Access(ahead.context.user_id, ahead.context.character_id)
    known = ahead.memory.read(news, access=access)
    request = GreetRequest(
        seen=seen,
        news=[remembered(one) for one in known],
        memories=[one for one in memories_of(ahead, access) if one.id not in news and one.text != seen],
        plan=[one for one in strokes_of(ahead.planned()) if one.span.end > ahead.now],
        character=ahead.character,
        moment=ahead.moment,
        user_name=ahead.context.called,
    )
    greeting = ahead.mind(minds).greet(request)
    return greeting, [known[number - 1].id for number in greeting.tells if 1 <= number <= len(known)]


def memories_of(ahead: LookingAhead, access: Access) -> list[Memory]:
    """What the character remembers of who is here, oldest first."""
    found = ahead.memory.recall(ahead.context.called, access=access, k=REMEMBERED, now=ahead.now, until=ahead.now)
    return in_order([recalled_form(one) for one in found.taken if one.record.kind not in ("plan", "snapshot")])
