"""Our own log, a page at a time."""

from node.audit.event import Kind, reread_entry
from node.store.log_pages import LogPages


def test_page_gives_entries_in_order_from_an_index(database, commit, steps):
    commit(*(steps.sent() for _ in range(5)))
    found = LogPages(database).page(first=2, limit=2)
    assert [index for index, _ in found] == [2, 3]
    assert [raw for _, raw in found] == [LogPages(database).entry(index) for index in (2, 3)]


def test_page_can_be_narrowed_to_kinds(database, commit, steps):
    commit(steps.sent(), steps.received(), steps.sent())
    found = LogPages(database).page(first=0, limit=9, kinds=[Kind.MESSAGE_RECEIVED])
    assert [(index, reread_entry(raw).kind) for index, raw in found] == [(1, Kind.MESSAGE_RECEIVED)]


def test_entry_beyond_the_end_is_none(database):
    assert LogPages(database).entry(0) is None
