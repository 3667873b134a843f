import itertools

import pytest

from node.conversation.event import LOCAL, Event
from node.conversation.tables import CLOSED, FROZEN, TABLES, State, leads

ALL = [table for tables in TABLES.values() for table in tables]
SIDES = [(tables[0], side) for tables in TABLES.values() for side in tables[1:]]
named = pytest.mark.parametrize("table", ALL, ids=lambda table: table.title)
paired = pytest.mark.parametrize(("shared", "side"), SIDES, ids=[side.title for _, side in SIDES])


@paired
def test_side_step_by_a_document_agrees_with_the_shared_table(shared, side):
    for state, event in itertools.product(side.states, set(Event) - LOCAL):
        after = side.step(state, event)
        agreed = shared.step(side.agreed(state), event)
        assert (None if after is None else side.agreed(after)) == agreed


@pytest.mark.parametrize("side", [side for _, side in SIDES], ids=lambda side: side.title)
def test_side_step_seen_by_one_side_alone_changes_nothing_agreed(side):
    for state, event in itertools.product(side.states, LOCAL):
        after = side.step(state, event)
        assert after is None or side.agreed(after) is side.agreed(state) is State.OPEN


@paired
def test_side_has_a_state_for_every_shared_one(shared, side):
    assert {side.agreed(state) for state in side.states} == set(shared.states)


@named
def test_every_state_can_be_reached(table):
    reached, rows = {table.start}, table.rows
    for _ in table.states:
        reached |= {after for (before, _), after in rows.items() if before in reached}
    assert reached == set(table.states)


@named
def test_every_state_can_be_recalled_or_has_been(table):
    for state in set(table.states) - {State.RECALLED, State.RECALL_ANSWERED}:
        assert table.step(state, Event.RECALLED) is State.RECALLED


@named
def test_recall_freezes_all_but_its_answer(table):
    moves = {event for (state, event) in table.rows if state is State.RECALLED}
    assert moves == {Event.RECALL_ANSWERED}
    assert not [state for (state, _) in table.rows if state is State.RECALL_ANSWERED]


def test_frozen_state_is_closed():
    assert FROZEN <= CLOSED
    assert State.OPEN not in CLOSED


def test_leads_names_the_documents_that_lead():
    assert [name for name in ("alert", "statistics", "hit", "recall") if leads(name)] == [
        "alert",
        "statistics",
    ]
