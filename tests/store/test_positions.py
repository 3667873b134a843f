"""Positions: begun once, moved from where they are, set back by whoever asks again."""

import pytest

from node.audit.event import Kind, write_entry
from node.canonical import b64u
from node.store.positions import BeginPosition, DropPosition, MovePosition, Positions, SetPosition
from node.transfer.lifecycle import Transition
from tests.store.conftest import LOG, NOW

HERE = ("risk-engine", "amqp")


@pytest.fixture
def positions(database):
    return Positions(database)


def changed(system):
    digest = b64u(bytes(32))
    entry = write_entry(Kind.SYSTEM_CHANGED, at=NOW, log=LOG, system=system, digest=digest, by="owner")
    return Transition(entry=entry)


def test_door_that_has_not_begun_has_no_position(positions):
    assert positions.of(*HERE) is None


def test_position_begins_once(positions, commit):
    commit(records=[BeginPosition(*HERE, 4)])
    commit(records=[BeginPosition(*HERE, 9)])
    assert positions.of(*HERE) == 4


def test_position_begins_at_the_newest_entry_with_the_batchs_own(positions, commit, steps):
    commit(steps.opened(), steps.event(), records=[BeginPosition(*HERE, None)])
    assert positions.of(*HERE) == 1


def test_position_of_an_empty_log_begins_before_the_first_entry(positions, commit):
    commit(records=[BeginPosition(*HERE, None)])
    assert positions.of(*HERE) == -1


def test_positions_of_doors_and_systems_are_apart(positions, commit):
    others = [("risk-engine", "folder"), ("terminal", "amqp")]
    commit(records=[BeginPosition(*each, 1) for each in (HERE, *others)])
    commit(records=[MovePosition(*HERE, 1, 5)])
    assert [positions.of(*each) for each in (HERE, *others)] == [5, 1, 1]


def test_moves_of_one_batch_follow_each_other(positions, commit):
    commit(records=[BeginPosition(*HERE, 1), MovePosition(*HERE, 1, 3), MovePosition(*HERE, 3, 8)])
    assert positions.of(*HERE) == 8


def test_move_after_somebody_set_it_back_is_not_made(positions, commit):
    commit(records=[BeginPosition(*HERE, 7), SetPosition(*HERE, 2)])
    commit(records=[MovePosition(*HERE, 7, 9)])
    assert positions.of(*HERE) == 2


def test_dropped_position_is_gone(positions, commit):
    commit(records=[BeginPosition(*HERE, 7)])
    commit(records=[DropPosition(*HERE)])
    assert positions.of(*HERE) is None


def test_system_was_added_by_its_first_entry(positions, commit, steps):
    commit(steps.opened(), changed("terminal"), changed("risk-engine"), changed("risk-engine"))
    assert positions.added_at("risk-engine") == 2


def test_system_that_no_entry_added_begins_before_the_log(positions, commit, steps):
    commit(steps.opened(), changed("terminal"))
    assert positions.added_at("risk-engine") == -1
