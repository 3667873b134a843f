"""The condition in SQL says what the rule says, whatever the rows and whoever asks."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select

from node.message.concern import OURS as OURS_OF_MESSAGES
from node.national.entitlement import Concerned, sees
from node.national.scopes import Role
from node.national.system import EVERYTHING, System
from node.store import tables
from node.store.concerns import OFFICE, TYPE, UNIT
from node.store.national_tables import concern
from node.store.search import OURS
from node.store.visibility import (
    concerned,
    received_seen_by,
    seen_by,
    sent_seen_by,
)

NAMES = st.frozensets(st.sampled_from(["A", "B", "C"]), max_size=3)
SOME = st.just(EVERYTHING) | NAMES
SYSTEMS = st.builds(
    System,
    id=st.just("s1"),
    title=st.just("S"),
    role=st.sampled_from(Role),
    units=SOME,
    types=SOME,
    offices=NAMES,
    is_active=st.sampled_from([True, True, True, False]),
)
ABOUT = st.builds(Concerned, types=NAMES, units=NAMES, offices=NAMES)
OWNER = System("all", "All", Role.AUDITOR, EVERYTHING, EVERYTHING)


def rows_of(key, about):
    kinds = ((TYPE, about.types), (UNIT, about.units), (OFFICE, about.offices))
    return [
        {"originator": key[0], "id": key[1], "kind": kind, "value": value}
        for kind, values in kinds
        for value in values
    ]


def put(database, messages):
    """Let messages concern whom a test wants, and nobody else."""
    rows = [row for key, about in messages.items() for row in rows_of(key, about)]
    with database.writing() as connection:
        connection.execute(delete(concern))
        if rows:
            connection.execute(concern.insert(), rows)


def seen(database, system):
    """Give the keys of what a system sees, by lists of what was sent and received."""
    sent, received = tables.sent.c, tables.received.c
    ours = select(sent.id).where(sent_seen_by(system))
    theirs = select(received.originator, received.id).where(received_seen_by(system))
    with database.reading() as connection:
        keys = {(OURS, id_) for id_ in connection.scalars(ours)}
        return keys | {tuple(row) for row in connection.execute(theirs)}


@pytest.fixture
def keys(commit, steps):
    """Five messages: of ours, of two peers, and one id that both peers used."""
    twice = steps.id()
    sent = [steps.sent(), steps.sent(id_=twice)]
    received = [
        steps.received(),
        steps.received(id_=twice, originator="UZ-CC"),
        steps.received(id_=twice, originator="TM-SCS"),
    ]
    commit(*sent, *received)
    return [
        *((OURS, step.change.id) for step in sent),
        *((step.change.originator, step.change.id) for step in received),
    ]


def test_ours_is_written_alike_everywhere():
    assert OURS == OURS_OF_MESSAGES


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(system=SYSTEMS, about=st.lists(ABOUT, min_size=5, max_size=5))
def test_condition_holds_for_exactly_what_the_rule_lets_see(database, keys, system, about):
    messages = dict(zip(keys, about, strict=True))
    put(database, messages)
    expected = {key for key, one in messages.items() if sees(system, one)}
    assert seen(database, system) == expected


def test_owner_sees_everything(database, keys):
    assert seen(database, None) == set(keys)


def test_system_with_everything_sees_also_what_concerns_nobody(database, keys):
    assert seen(database, OWNER) == set(keys)


def test_concerned_gives_an_answer_for_every_key(database, keys):
    about = Concerned(frozenset({"A"}), frozenset({"B"}), frozenset({"C", "D"}))
    put(database, {keys[2]: about})
    with database.reading() as connection:
        found = concerned(connection, keys)
        assert concerned(connection, []) == {}
    assert found == {key: about if key == keys[2] else Concerned() for key in keys}


def test_condition_on_another_table_that_names_messages_is_about_its_rows(database, keys):
    system = System("s1", "S", Role.SYSTEM, frozenset({"A"}), frozenset({"A"}))
    put(database, {keys[2]: Concerned(frozenset("A"), frozenset("A"))})
    opened = tables.opened.c
    rows = [{"originator": key[0], "id": key[1], "idx": 0} for key in keys[2:4]]
    with database.writing() as connection:
        connection.execute(delete(tables.opened))
        connection.execute(tables.opened.insert(), rows)
    query = select(opened.originator, opened.id).where(seen_by(system, opened.originator, opened.id))
    with database.reading() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [keys[2]]


@pytest.mark.parametrize("condition", [sent_seen_by, received_seen_by])
def test_condition_looks_rows_up_by_index(database, condition):
    ran = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, sql, values, *_: ran.append((sql, values)),
    )
    system = System("s1", "S", Role.SYSTEM, frozenset({"A"}), frozenset({"B"}), frozenset({"C"}))
    table = tables.sent if condition is sent_seen_by else tables.received
    with database.reading() as connection:
        connection.execute(select(table.c.id).where(condition(system)).order_by(table.c.idx)).all()
        sql, values = ran[-1]
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert [step for step in plan if "concern" in step]
    assert not [step for step in plan if "SCAN concern" in step]
    assert not [step for step in plan if "TEMP B-TREE" in step]
