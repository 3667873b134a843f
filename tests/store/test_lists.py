"""Lists of messages over a long log: what one question looks at is bounded, and nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.message.concern import OURS
from node.national.entitlement import Concerned, sees
from node.national.system import make_system
from node.store import lists, tables
from node.store.database import Database
from node.store.lists import REACH, Filter, Lists
from node.store.national_tables import concern

UNITS = ("PCU-ALYAT", "PCU-BAKU")
BAKU = make_system("baku", title="Baku", role="system", units=["PCU-BAKU"], types=["alert"])
ALL = make_system("all", title="All", role="auditor", units=["*"], types=["*"])


def received(index, name="alert"):
    return {
        "originator": "UZ-CC",
        "id": f"in-{index}",
        "manifest": b"{}",
        "leaf": b"",
        "source_idx": index,
        "path": b"",
        "size": 1,
        "idx": index,
        "type": f"{name}/1",
        "reference": f"UZ-{index}",
        "version": 1,
        "priority": "routine",
        "received_at": index,
        "state": "accepted",
    }


def sent(index, name="alert"):
    return {
        "id": f"out-{index}",
        "idx": index,
        "manifest": b"%d" % index,
        "commitment": "",
        "type": f"{name}/1",
        "reference": f"AZ-{index}",
        "version": 1,
        "priority": "routine",
        "at": index,
        "expires": index,
        "document": b"",
        "salt": b"",
        "jwe": b"",
    }


def write(database, messages, size):
    """Write messages: (index, is it ours, unit, type)."""
    with database.writing() as connection:
        for table in (tables.received, tables.sent, tables.head, concern):
            connection.execute(table.delete())
        connection.execute(tables.head.insert(), {"one": 1, "size": size, "root": b""})
        for index, is_ours, unit, name in messages:
            table, row = (tables.sent, sent) if is_ours else (tables.received, received)
            connection.execute(table.insert(), row(index, name))
            key = {"originator": OURS if is_ours else "UZ-CC", "id": row(index)["id"]}
            facts = [{**key, "kind": "type", "value": name}, {**key, "kind": "unit", "value": unit}]
            connection.execute(concern.insert(), facts)


def walk(listed, system, limit, wanted=None):
    found, before, pages = [], None, 0
    while True:
        page = listed(system, wanted or Filter(), before=before, limit=limit)
        assert len(page.rows) <= limit
        found += [row.index for row in page.rows]
        before, pages = page.next, pages + 1
        if before is None:
            return found, pages


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    database = Database.create(tmp_path_factory.mktemp("lists") / "node.db")
    yield database
    database.close()


messages = st.lists(
    st.tuples(
        st.integers(0, 10 * REACH),
        st.booleans(),
        st.sampled_from(UNITS),
        st.sampled_from(["alert", "hit"]),
    ),
    max_size=12,
    unique_by=lambda message: message[0],
)


@settings(max_examples=40, deadline=None)
@given(messages, st.integers(1, 4), st.sampled_from([BAKU, ALL]))
def test_list_walked_gives_each_message_that_is_seen_once_newest_first(database, found, limit, system):
    write(database, found, 10 * REACH + 1)
    for is_ours, listed in ((True, Lists(database).sent), (False, Lists(database).received)):
        seen = [
            index
            for index, ours, unit, name in found
            if ours is is_ours and sees(system, Concerned(frozenset({name}), frozenset({unit})))
        ]
        assert walk(listed, system, limit)[0] == sorted(seen, reverse=True)


def test_list_page_looks_no_further_than_its_reach(database):
    write(database, [(0, False, "PCU-BAKU", "alert")], 3 * REACH)
    first = Lists(database).received(BAKU, Filter(), before=None, limit=5)
    assert (first.rows, first.next) == ([], 2 * REACH)
    assert walk(Lists(database).received, BAKU, 5) == ([0], 3)


def test_list_position_beyond_the_log_begins_at_its_end(database):
    write(database, [(1, False, "PCU-BAKU", "alert")], 2)
    page = Lists(database).received(BAKU, Filter(), before=10**9, limit=5)
    assert [row.index for row in page.rows] == [1]


def test_list_of_an_empty_log_is_empty(database):
    write(database, [], 0)
    assert Lists(database).sent(ALL, Filter(), before=None, limit=5) == lists.Page([], None)
