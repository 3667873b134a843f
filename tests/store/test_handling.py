"""What is looked up in the documents themselves; statistics are tested with real nodes."""

import pytest

from node.store import handling
from node.store.handling import Handling, Handlings
from tests.conversation.conftest import AZ, UZ
from tests.corridor.conftest import TM

RAW = b'{"recipients": ["AZ-SCC", "TM-SCS"], "handling": {"purpose": "risk-analysis"}}'
WHOLE = Handling(("AZ-SCC", "TM-SCS"), "risk-analysis")


@pytest.fixture
def handlings(database):
    return Handlings(UZ, database)


def test_handling_is_read_from_documents_of_ours_and_of_others(handlings, commit, steps):
    sent, received = steps.sent(document=RAW), steps.received(originator=AZ, document=RAW)
    erased, other = steps.received(originator=TM, document=None), steps.received(originator=TM)
    commit(steps.opened(), sent, received, erased, other)
    ids = [f"{who}/{step.change.id}" for who, step in ((UZ, sent), (AZ, received), (TM, erased))]
    found = handlings.handling([*ids, f"{AZ}/{other.change.id}"])
    assert found == {ids[0]: WHOLE, ids[1]: WHOLE, ids[2]: Handling(("AZ-SCC",), None)}


def test_handling_of_many_is_read_in_parts(handlings, commit, steps, monkeypatch):
    monkeypatch.setattr(handling, "_AT_ONCE", 2)
    sent = [steps.sent(document=RAW) for _ in range(3)]
    received = [steps.received(originator=AZ, document=RAW) for _ in range(3)]
    commit(steps.opened(), *sent, *received)
    ids = [f"{UZ}/{step.change.id}" for step in sent] + [f"{AZ}/{step.change.id}" for step in received]
    assert handlings.handling(ids) == dict.fromkeys(ids, WHOLE)


def test_report_that_is_erased_or_nowhere_is_left_out(handlings, commit, steps):
    erased = steps.received(originator=AZ, document=None, type="statistics/1")
    commit(steps.opened(), erased)
    assert handlings.reports([f"{AZ}/{erased.change.id}", f"{TM}/nothing", f"{UZ}/ours"]) == {}
