"""Reads points page by page, in an order that is the same at every call."""

from collections.abc import Iterator

from stores.engines.engine import Between, Collection, Found, Ids, Where

PAGE = 1_000


def newest_first(collection: Collection, where: Where, by: str, wanted: int) -> Iterator[Found]:
    """Points by descending number in a field, each once, as many as are taken.

    A page begins where the last one ended, by its last number: the engine orders equals by chance, so an offset would skip some.

    Args:
        collection: Where they are.
        where: What they have to be.
        by: The field; it has an integer index.
        wanted: How many will be taken, if nothing else is decided on the way.
    """
    size, later, last, equals = min(wanted, PAGE), where, -1, frozenset[str]()
    while True:
        page = collection.newest(later, by, size)
        yield from page
        if len(page) < size:
            return
        before, last = last, page[-1].payload[by]
        equals = frozenset(one.id for one in page if one.payload[by] == last) | (equals if last == before else frozenset())
        later = Where((*where.must, Between(by, at_most=last)), (*where.must_not, Ids(equals)))
        size = PAGE
