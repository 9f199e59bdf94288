"""Plans that what is quoted was heard as, and that are cancelled or at another time by now: the old words alone would mislead."""

from collections.abc import Sequence

from models.commitments.commitment import Commitment
from models.commitments.finding import commitments_in
from models.local.evidence import Source
from models.local.looking_ahead import planned_line, spoken_in
from models.local.quoting import Quote
from models.mind import AnswerRequest
from stores.plans import PlanItem


def overtaken(request: AnswerRequest, quotes: Sequence[Quote], sources: Sequence[Source]) -> dict[str, str]:
    """What became of the plans that the quotes tell of, by their ids: when each is now, or that it is off; empty where all stand.

    Args:
        request: With what is planned, or was, among its agenda and its memories.
        quotes: What is about to be told.
        sources: All that may be quoted: by its words a plan was moved, or another one of the name was made.
    """
    known = [*request.agenda, *(one.planned for one in request.memories if one.planned)]
    found = [item for quote in quotes for item in known if _overtakes(item, quote, sources, request.moment.timezone)]
    return {one.id: planned_line(one, *spoken_in(request)) for one in sorted(found, key=lambda each: each.start)}


def _overtakes(item: PlanItem, quote: Quote, sources: Sequence[Source], timezone: str) -> bool:
    """Whether an item is what became of a plan that the quote tells of."""
    said_at = quote.source.said_at
    if said_at is None or item.told_at is None or item.told_at < said_at or item.standing == "done":
        return False
    told = [one for one in commitments_in(quote.text, said_at, timezone) if _is_named(item, one)]
    moved = item.told_at > said_at and _is_moved(item, sources, timezone)
    return any((moved if one.start != item.start else item.standing == "cancelled") for one in told)


def _is_named(item: PlanItem, told: Commitment) -> bool:
    """Whether they have one name, which what is moved keeps."""
    return told.what.casefold() == item.what.casefold()


def _is_moved(item: PlanItem, sources: Sequence[Source], timezone: str) -> bool:
    """Whether the words that an item was heard in put something off, or right."""
    heard = [(one.text, one.said_at) for one in sources if one.said_at and one.said_at == item.told_at]
    return any(one.change == "moved" or one.corrects for text, at in heard for one in commitments_in(text, at, timezone))
