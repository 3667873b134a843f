"""Conversations that reach into a period, found by index, few at a time."""

import pytest
from sqlalchemy import event

from node.conversation.facts import Ref
from node.conversation.page import Page
from node.store import figures
from node.store.database import Database
from node.store.figures import pages_of_period
from node.store.register import Entries, write_register
from node.trust.agreement import Deadlines
from tests.conversation.conftest import AZ, HOUR, NOON, UZ, lead, said

TM = "TM-SCS"


@pytest.fixture
def database(tmp_path):
    database = Database.create(tmp_path / "node.db")
    yield database
    database.close()


def write(database, *pages):
    for page in pages:
        page.turn(Deadlines(), now=NOON)
    with database.writing() as connection:
        write_register(connection, Entries(pages, [], [], 1, NOON))


def page(number, *, at=NOON, delivered_at=NOON + HOUR, peer=UZ, answered=None):
    ref = Ref("alert", peer, f"ALR-{number}")
    page = Page(AZ, peer, ref)
    page.add(lead(ref, at=at, delivered_at=delivered_at, id=f"{peer}-{number}"))
    if answered is not None:
        answer = said("acceptance", AZ, f"ACC-{number}", at=answered, target=ref, id=f"a{number}")
        page.add(answer)
    return page


def found(database, start, end, **more):
    return {one.lead.reference for one in pages_of_period(AZ, database, start, end, **more)}


@pytest.mark.parametrize(
    ("start", "end", "is_found"),
    [
        (NOON, NOON + 1, True),
        (NOON - HOUR, NOON, False),
        (NOON + HOUR, NOON + HOUR + 1, True),
        (NOON + HOUR + 1, NOON + 2 * HOUR, False),
        (NOON + 5 * HOUR, NOON + 6 * HOUR, True),
    ],
    ids=["sealed", "before", "delivered", "between", "answered"],
)
def test_conversation_is_found_where_something_was_sealed_or_accepted(database, start, end, is_found):
    write(database, page(1, answered=NOON + 5 * HOUR))
    assert found(database, start, end) == ({"ALR-1"} if is_found else set())


def test_pages_come_whole_and_once(database):
    write(database, page(1, answered=NOON + 2))
    (only,) = pages_of_period(AZ, database, NOON, NOON + 1)
    assert {one.name for one in only.said.values()} == {"alert", "acceptance"}


def test_pages_of_one_peer_alone(database):
    write(database, page(1), page(2, peer=TM))
    assert found(database, NOON, NOON + 1, peer=TM) == {"ALR-2"}
    assert found(database, NOON, NOON + 1) == {"ALR-1", "ALR-2"}


def test_more_pages_than_are_held_at_once(database, monkeypatch):
    monkeypatch.setattr(figures, "_AT_ONCE", 3)
    write(database, *(page(number) for number in range(10)))
    assert len(list(pages_of_period(AZ, database, NOON, NOON + 1))) == 10


@pytest.mark.parametrize("peer", [None, UZ])
def test_period_is_found_by_index(database, peer):
    ran = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, sql, values, *_: ran.append((sql, values)),
    )
    assert list(pages_of_period(AZ, database, NOON, NOON + 1, peer=peer)) == []
    sql, values = next(one for one in ran if "UNION" in one[0])
    with database.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert any("turn_sealed" in step or "SEARCH turn" in step for step in plan)
    assert not [step for step in plan if step.startswith("SCAN turn")]
