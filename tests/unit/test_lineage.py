"""Which messages of a thread are stored: told as by a list of all ids, in a form that does not grow."""

from hypothesis import given
from hypothesis import strategies as st

from nodes.lineage import LATEST, Lineage

IDS = st.lists(st.integers(0, 200).map(str), unique=True, max_size=60)


def grown(ids: list[str], window: int) -> Lineage:
    """The lineage of a thread whose messages were stored one by one, and kept for a window of so many in between."""
    lineage = Lineage()
    for place, id in enumerate(ids):
        kept = lineage.followed_by([id]).kept_for(ids[max(0, place + 1 - window) : place + 1])
        lineage = Lineage.of({"lineage": kept})
    return lineage


@given(IDS, st.integers(0, 20))
def test_it_tells_of_its_newest_messages_what_the_list_of_all_would(ids: list[str], window: int) -> None:
    lineage, known = grown(ids, window), max(window, LATEST)
    assert (len(lineage), lineage.first, lineage.last) == (len(ids), *((ids[0], ids[-1]) if ids else ("", "")))
    assert list(lineage.latest) == ids[-known:]
    assert lineage.forgets == max(0, len(ids) - known)
    for at, id in enumerate(ids):
        assert (id in lineage) == (at >= len(ids) - known)
        if id in lineage:
            before = lineage.until(id)
            assert (len(before), before.last) == (at, ids[at - 1] if at > lineage.forgets else "")


@given(IDS, IDS)
def test_a_message_that_it_knows_stays_where_it_is(ids: list[str], more: list[str]) -> None:
    lineage = Lineage().followed_by(ids).followed_by([*more, *more])
    assert list(lineage.latest) == list(dict.fromkeys([*ids, *more]))
    assert len(lineage) == len(lineage.latest)


def test_a_window_that_was_never_folded_is_known_whole() -> None:
    ids = [str(number) for number in range(100)]
    assert grown(ids, window=100).latest == tuple(ids)


def test_a_message_of_the_window_that_was_removed_leaves_the_others_known() -> None:
    kept = Lineage().followed_by("abcdefghijkl").kept_for(["c", "e"])
    assert kept == {"first": "a", "length": 12, "latest": list("cdefghijkl")}


def test_threads_of_an_older_mneme_are_read() -> None:
    assert Lineage.of({"lineage": ["a", "b", "c"]}) == Lineage("a", 3, ("a", "b", "c"))
    assert Lineage.of({"lineage": []}) == Lineage.of({}) == Lineage()
