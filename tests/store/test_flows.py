"""Flows on the disk: as they were put, found by when the cargo is expected, forgotten whole."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from node.conversation.facts import Ref
from node.conversation.measures import Period
from node.conversation.page import Page
from node.store import flows as module
from node.store.flows import Flows, ForgetFlows, Held, PutFlows
from node.store.register import Entries, write_register
from node.trust.agreement import Deadlines
from tests.conversation.conftest import AZ, DAY, HOUR, NOON, UZ, lead
from tests.corridor.conftest import flow

PERIOD = Period(NOON, NOON + 2 * DAY)


@pytest.fixture
def put(database):
    def write(*records):
        with database.writing() as connection:
            for record in records:
                record.write(connection)

    return write


def announced(database, number, *, author=AZ, delivered_at=NOON + HOUR):
    """Write the page of a notice that came under the agreement `digest`."""
    ref = Ref("pre-arrival-notice", author, f"PAN-{number}")
    page = Page(UZ, AZ, ref)
    said = lead(ref, at=NOON, delivered_at=delivered_at, coded={"agreement": "digest"})
    page.add(replace(said, id=f"{author}/{number}"))
    page.turn(Deadlines(), now=NOON)
    with database.writing() as connection:
        write_register(connection, Entries([page], [], [], 1, NOON))
    return flow(ref, message=f"{author}/{number}")


def test_flow_is_read_as_it_was_put(database, put):
    made = (flow(), flow(consignment=2, eta=NOON + HOUR, loading=None, chapters=()))
    put(PutFlows(made))
    assert Flows(database).of_period(PERIOD) == [made[1], made[0]]


@pytest.mark.parametrize(
    ("eta", "is_found"),
    [(NOON - 1, False), (NOON, True), (NOON + 2 * DAY - 1, True), (NOON + 2 * DAY, False)],
)
def test_flow_is_of_the_period_in_which_its_cargo_is_expected(database, put, eta, is_found):
    put(PutFlows((flow(eta=eta),)))
    assert bool(Flows(database).of_period(PERIOD)) is is_found


def test_flow_that_is_put_again_is_there_once_as_put_last(database, put):
    put(PutFlows((flow(),)), PutFlows((flow(office="UZ000002"),)))
    assert [each.office for each in Flows(database).of_period(PERIOD)] == ["UZ000002"]


def test_flows_of_all_versions_stand_beside_each_other(database, put):
    put(PutFlows((flow(), flow(message="AZ-SCC/2", version=2))))
    assert {each.version for each in Flows(database).of_period(PERIOD)} == {1, 2}


def test_putting_nothing_and_forgetting_nothing_changes_nothing(database, put):
    put(PutFlows((flow(),)), PutFlows(()), ForgetFlows(()), ForgetFlows(("AZ-SCC/other",)))
    assert len(Flows(database).of_period(PERIOD)) == 1


def test_flows_of_a_message_are_forgotten_together(database, put, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    messages = [f"AZ-SCC/{number}" for number in range(5)]
    put(PutFlows(tuple(flow(message=each, consignment=n) for each in messages for n in (1, 2))))
    put(ForgetFlows(tuple(messages[:3])))
    assert {each.message for each in Flows(database).of_period(PERIOD)} == set(messages[3:])


@pytest.mark.parametrize(("moment", "is_found"), [(NOON + HOUR - 1, False), (NOON + HOUR, True)])
def test_message_of_a_peer_is_found_by_when_it_was_accepted(database, put, moment, is_found):
    made = announced(database, 1)
    put(PutFlows((made, replace(made, consignment=2))))
    found = list(Flows(database).accepted_before(moment, own=UZ))
    assert found == ([Held("AZ-SCC/1", NOON + HOUR, "digest")] if is_found else [])


def test_messages_of_ours_and_those_without_flows_are_not_looked_for(database, put):
    put(PutFlows((announced(database, 1, author=UZ),)))
    announced(database, 2)
    assert list(Flows(database).accepted_before(NOON + DAY, own=UZ)) == []


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        ("_OF_PERIOD", {"start": NOON, "end": NOON + 1}, "ix_flow_eta"),
        ("_ACCEPTED_BEFORE", {"moment": NOON, "own": UZ}, "turn_delivered"),
    ],
)
def test_statement_uses_an_index(database, statement, values, index):
    ran = []
    event.listen(
        database.engine, "before_cursor_execute", lambda _c, _u, sql, bound, *_: ran.append((sql, bound))
    )
    with database.reading() as connection:
        connection.execute(getattr(module, statement), values)
        sql, bound = ran[-1]
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", bound)]
    assert any(index in step for step in plan), plan
