from dataclasses import replace

import pytest

from node.audit.event import Kind, write_entry
from node.canonical import b64u
from node.errors import Refusal
from node.transfer.lifecycle import AssignedMessage, HeldReading, OpenedMessage, State
from node.transfer.readings import note_assignment, note_reading, record_reading
from node.transfer.receipts import Lane, is_receipt
from tests.world import AZ, NOW, TM, UZ, arrive, opened_book, receiver_of, usual, wrapped

LETTER, OTHER = usual(), usual("other", 2)
LANE = Lane(
    LETTER.id, LETTER.manifest, LETTER.entry.members["body"]["commit"], State.RECEIPTED, bytes(32)
)


def read(**changes):
    """What Azerbaijan's log says of a letter from Turkmenistan."""
    members = {"re": LETTER.id, "from_": TM.id, "manifest": b64u(LETTER.manifest), **changes}
    return write_entry(Kind.MESSAGE_READ, at=NOW, log=AZ.origin, **members)


def told(entry, lane=LANE, held=None):
    book = opened_book(AZ)
    index = book.add(entry)
    raw = wrapped(book.bundle([book.item(index)]), TM)
    arrival = arrive(raw, queue_of=AZ, receiver=receiver_of(TM))
    assert is_receipt(arrival.items[0])
    return record_reading(
        arrival.items[0],
        arrival=arrival,
        lane=lane,
        held=held,
        own=TM.id,
        log=TM.origin,
        now=NOW,
    )


def test_reading_goes_back_to_the_originator():
    step = note_reading(
        LETTER.id,
        originator=TM.id,
        manifest=LETTER.manifest,
        unit="PCU-ALYAT",
        log=AZ.origin,
        now=NOW,
    )
    assert (step.entry.raw, step.due_to) == (read(unit="PCU-ALYAT").raw, TM.id)
    assert step.change == OpenedMessage(TM.id, LETTER.id)


def test_reading_need_not_name_a_unit():
    step = note_reading(
        LETTER.id, originator=TM.id, manifest=LETTER.manifest, unit=None, log=AZ.origin, now=NOW
    )
    assert "unit" not in step.entry.members


def test_assignment_goes_to_nobody():
    step = note_assignment(LETTER.id, originator=TM.id, unit="PCU-ALYAT", log=AZ.origin, now=NOW)
    given = AssignedMessage(TM.id, LETTER.id, "PCU-ALYAT")
    assert (step.entry.kind, step.due_to, step.change) == (Kind.MESSAGE_ASSIGNED, None, given)


def test_reading_of_our_message_is_held_with_its_proof():
    entry = read()
    step = told(entry)
    assert step.entry.kind is Kind.READ_RECEIPTED
    assert step.entry.members == {
        "re": LETTER.id,
        "by": AZ.id,
        "receipt": b64u(entry.leaf),
        "index": 2,
    }
    assert isinstance(step.change, HeldReading)
    assert (step.change.entry, step.change.peer) == (entry.raw, AZ.id)


def test_reading_that_comes_again_changes_nothing():
    assert told(read(), held=read().leaf) is None


STRANGE = {
    "of another reader's letter": (read(from_=UZ.id), LANE, None),
    "of another letter": (read(re=OTHER.id), LANE, None),
    "of nothing on its way": (read(), None, None),
    "second of the same letter": (read(unit="PCU-ALYAT"), LANE, read().leaf),
}


@pytest.mark.parametrize(("entry", "lane", "held"), STRANGE.values(), ids=STRANGE)
def test_reading_that_fits_nothing_of_ours_is_refused(entry, lane, held):
    step = told(entry, lane, held)
    assert step.entry.kind is Kind.RECEIPT_REFUSED
    assert step.entry.members["code"] == Refusal.RECEIPT_UNMATCHED
    assert step.change is None


def test_reading_is_asked_only_of_readings():
    book = opened_book(AZ)
    raw = wrapped(book.bundle([book.item(0)]), TM)
    arrival = arrive(raw, queue_of=AZ, receiver=receiver_of(TM))
    for item in (arrival.items[0], replace(arrival.items[0], entry=None)):
        with pytest.raises(ValueError, match="not a reading"):
            record_reading(
                item, arrival=arrival, lane=LANE, held=None, own=TM.id, log=TM.origin, now=NOW
            )
