from dataclasses import replace

import pytest

from node.audit.event import Kind, read_entry, write_entry
from node.audit.merkle import leaf_hash
from node.canonical import b64u
from node.errors import PeerError, Refusal
from node.transfer.arrival import Proved, refuse_bundle
from node.transfer.incoming import accept
from node.transfer.lifecycle import State
from node.transfer.receipts import FileLane, Lane, is_receipt, record, record_file, returned
from tests.world import (
    AZ,
    DAY,
    NOW,
    TM,
    UZ,
    arrive,
    arrived,
    opened_book,
    receiver_of,
    usual,
    wrapped,
)

LETTER, OTHER = usual(), usual("other", 2)
COMMIT = LETTER.entry.members["body"]["commit"]
LANE = Lane(LETTER.id, LETTER.manifest, COMMIT, State.SEALED)
DIGEST = b64u(bytes(range(32)))


def received(**changes):
    """What Azerbaijan's log says of a letter from Turkmenistan."""
    members = {
        "re": LETTER.id,
        "from_": TM.id,
        "manifest": b64u(LETTER.manifest),
        "index": 2,
        "commit": COMMIT,
        "status": "accepted",
        **changes,
    }
    return write_entry(Kind.MESSAGE_RECEIVED, at=NOW, log=AZ.origin, **members)


def refused(**changes):
    return received(**{"status": "refused", "code": "message.expired", **changes})


def back(*entries, by=AZ):
    """Entries of a recipient's log, arrived at the originator."""
    book = opened_book(by)
    items = [book.add(entry) for entry in entries]
    raw = wrapped(book.bundle([book.item(index) for index in items]), TM)
    return arrive(raw, queue_of=by, receiver=receiver_of(TM))


def answer(entry, lane=LANE):
    arrival = back(entry)
    return record(arrival.items[0], arrival=arrival, lane=lane, own=TM.id, log=TM.origin, now=NOW)


# --- the other half of the double entry ------------------------------------------------------------


def test_record_receipt_of_an_accepted_message_is_held():
    entry = received()
    step = answer(entry)
    assert (step.before, step.after) == (State.SEALED, State.RECEIPTED)
    assert (step.due_to, step.repeat_receipt) == (None, None)
    assert step.entry.kind is Kind.MESSAGE_RECEIPTED
    assert step.entry.members == {
        "re": LETTER.id,
        "by": "AZ-SCC",
        "receipt": b64u(entry.leaf),
        "index": 2,
        "status": "accepted",
    }


def test_record_keeps_the_receipt_with_its_proof():
    entry = received()
    held = answer(entry).change
    book = opened_book(AZ)
    book.add(entry)
    assert (held.id, held.peer, held.entry, held.code) == (LETTER.id, "AZ-SCC", entry.raw, None)
    assert (held.index, held.path, held.size) == (2, book.item(2).path, 3)


def test_record_receipt_of_a_refused_message_returns_it_with_the_code():
    step = answer(refused())
    assert (step.before, step.after) == (State.SEALED, State.RETURNED)
    assert step.entry.members["code"] == "message.expired"
    assert step.change.code == "message.expired"


def test_record_receipt_after_expiry_still_counts():
    lane = replace(LANE, state=State.EXPIRED)
    assert answer(received(), lane).after is State.RECEIPTED
    assert answer(refused(), lane).after is State.RETURNED


def test_record_refusal_of_an_item_its_recipient_could_not_read_returns_the_message():
    assert answer(refused(re=None, commit=None, code="proof.invalid")).after is State.RETURNED


def test_record_what_the_recipient_really_writes_is_a_receipt():
    arrival = arrived(LETTER)
    for now, after in ((NOW, State.RECEIPTED), (NOW + DAY, State.RETURNED)):
        step = accept(arrival.items[0], arrival=arrival, earlier=None, receiver=receiver_of(), now=now)
        assert answer(step.entry).after is after


def test_record_entry_reads_back_as_written():
    entry = answer(refused()).entry
    assert read_entry(entry.raw) == entry


# --- what does not match ---------------------------------------------------------------------------

UNMATCHED = {
    "no lane": (received(), None),
    "for another message of ours": (received(), Lane(OTHER.id, OTHER.manifest, COMMIT, State.SEALED)),
    "for another manifest": (received(manifest=DIGEST), LANE),
    "for another originator": (received(from_="UZ-CC"), LANE),
    "of another message id": (received(re=OTHER.id), LANE),
    "of another commitment": (received(commit=DIGEST), LANE),
    "refused, of another message id": (refused(re=OTHER.id), LANE),
    "refused, of another commitment": (refused(commit=DIGEST), LANE),
    "refused without a code": (refused(code=None), LANE),
    "accepted with a code": (received(code="message.expired"), LANE),
    "accepted without the message id": (received(re=None), LANE),
    "accepted without the commitment": (received(commit=None), LANE),
}


@pytest.mark.parametrize(("entry", "lane"), UNMATCHED.values(), ids=UNMATCHED)
def test_record_receipt_that_does_not_match_is_recorded_and_changes_nothing(entry, lane):
    step = answer(entry, lane)
    assert step.entry.kind is Kind.RECEIPT_REFUSED
    assert step.entry.members == {
        "from": "AZ-SCC",
        "receipt": b64u(entry.leaf),
        "code": "receipt.unmatched",
    }
    assert (step.before, step.after, step.change, step.due_to) == (None, None, None, None)


ANSWERED = replace(LANE, state=State.RECEIPTED, receipt=received().leaf)


def test_record_same_receipt_again_is_absorbed():
    assert answer(received(), ANSWERED) is None


CONTRADICTING = {
    "refused after accepted": (refused(), ANSWERED),
    "accepted after refused": (
        received(),
        replace(LANE, state=State.RETURNED, receipt=refused().leaf),
    ),
    "accepted again by another entry": (received(index=3), ANSWERED),
}


@pytest.mark.parametrize(("entry", "lane"), CONTRADICTING.values(), ids=CONTRADICTING)
def test_record_second_receipt_that_contradicts_the_first_is_refused(entry, lane):
    step = answer(entry, lane)
    assert step.entry.kind is Kind.RECEIPT_REFUSED
    assert step.after is None


def test_record_receipt_by_a_peer_to_whom_we_did_not_send_is_refused():
    entry = write_entry(
        Kind.MESSAGE_RECEIVED,
        at=NOW,
        log=UZ.origin,
        re=LETTER.id,
        from_=TM.id,
        manifest=b64u(LETTER.manifest),
        index=2,
        commit=COMMIT,
        status="accepted",
    )
    arrival = back(entry, by=UZ)
    step = record(arrival.items[0], arrival=arrival, lane=None, own=TM.id, log=TM.origin, now=NOW)
    assert (step.entry.kind, step.entry.members["from"]) == (Kind.RECEIPT_REFUSED, "UZ-CC")


# --- which items are receipts ----------------------------------------------------------------------


def bundle_refused(digest=DIGEST, code="bundle.unreadable"):
    return write_entry(Kind.BUNDLE_REFUSED, at=NOW, log=AZ.origin, digest=digest, from_=TM.id, code=code)


def test_is_receipt_only_what_answers_something_of_ours():
    stopped = write_entry(Kind.NODE_STOPPED, at=NOW, log=AZ.origin)
    items = back(received(), bundle_refused(), file_received(), stopped).items
    assert [is_receipt(proved) for proved in items] == [True, True, True, False]


def test_is_receipt_message_is_none():
    assert not is_receipt(arrived(LETTER).items[0])


def failed():
    item = back(received()).items[0].item
    return Proved(item, fault=PeerError(Refusal.PROOF_INVALID, "no path"))


def test_is_receipt_item_that_failed_is_none():
    assert not is_receipt(failed())


def test_record_item_that_failed_is_a_fault_of_ours():
    arrival = back(received())
    with pytest.raises(ValueError, match="no receipt"):
        record(failed(), arrival=arrival, lane=LANE, own=TM.id, log=TM.origin, now=NOW)


# --- a bundle came back ----------------------------------------------------------------------------


def come_back(entry, *, is_ours):
    arrival = back(entry)
    return returned(arrival.items[0], arrival=arrival, is_ours=is_ours, log=TM.origin, now=NOW)


@pytest.mark.parametrize("code", Refusal)
def test_returned_bundle_of_ours_is_recorded_with_its_code(code):
    step = come_back(bundle_refused(code=code), is_ours=True)
    assert step.entry.kind is Kind.BUNDLE_RETURNED
    assert step.entry.members == {"digest": DIGEST, "by": "AZ-SCC", "code": code}
    assert (step.after, step.change, step.due_to) == (None, None, None)


def test_returned_bundle_we_never_sent_is_recorded_as_unmatched():
    entry = bundle_refused()
    step = come_back(entry, is_ours=False)
    assert step.entry.kind is Kind.RECEIPT_REFUSED
    assert step.entry.members == {
        "from": "AZ-SCC",
        "receipt": b64u(entry.leaf),
        "code": "receipt.unmatched",
    }


def test_returned_what_the_recipient_really_writes_names_our_bundle():
    error = PeerError(Refusal.BUNDLE_UNREADABLE, "it does not open")
    step = refuse_bundle(b"ours", queue_of=TM.id, error=error, receiver=receiver_of(), now=NOW)
    back_again = come_back(step.entry, is_ours=True)
    assert back_again.entry.members["digest"] == step.entry.members["digest"]
    assert leaf_hash(step.entry.raw) == step.entry.leaf


# --- receipts for files ----------------------------------------------------------------------------

FILE = FileLane(LETTER.id, 2)


def file_received(**changes):
    """What Azerbaijan's log says of a file that came with a letter from Turkmenistan."""
    members = {"re": LETTER.id, "from_": TM.id, "number": 2, "status": "accepted", **changes}
    return write_entry(Kind.ATTACHMENT_RECEIVED, at=NOW, log=AZ.origin, **members)


def answer_file(entry, lane=FILE):
    arrival = back(entry)
    return record_file(arrival.items[0], arrival=arrival, lane=lane, own=TM.id, log=TM.origin, now=NOW)


def test_record_file_receipt_is_held_with_its_proof():
    entry = file_received()
    step, held = answer_file(entry), answer_file(entry).change
    assert step.entry.kind is Kind.ATTACHMENT_RECEIPTED
    assert step.entry.members == {
        "re": LETTER.id,
        "by": "AZ-SCC",
        "number": 2,
        "receipt": b64u(entry.leaf),
        "index": 2,
        "status": "accepted",
    }
    book = opened_book(AZ)
    book.add(entry)
    assert (held.id, held.peer, held.number, held.entry) == (LETTER.id, "AZ-SCC", 2, entry.raw)
    assert (held.index, held.path, held.size) == (2, book.item(2).path, 3)


def test_record_file_refused_one_is_held_with_its_code():
    step = answer_file(file_received(status="refused", code="attachment.mismatch"))
    assert step.entry.members["code"] == step.change.code == "attachment.mismatch"


def test_record_file_same_receipt_again_is_absorbed():
    entry = file_received()
    assert answer_file(entry, FileLane(LETTER.id, 2, entry.leaf)) is None


UNMATCHED_FILES = {
    "no such file": (file_received(), None),
    "a second that contradicts": (
        file_received(status="refused", code="attachment.mismatch"),
        FileLane(LETTER.id, 2, file_received().leaf),
    ),
    "for another originator": (file_received(from_="UZ-CC"), FILE),
    "accepted with a code": (file_received(code="attachment.mismatch"), FILE),
    "refused without a code": (file_received(status="refused"), FILE),
}


@pytest.mark.parametrize(("entry", "lane"), UNMATCHED_FILES.values(), ids=UNMATCHED_FILES)
def test_record_file_receipt_that_does_not_match_changes_nothing(entry, lane):
    step = answer_file(entry, lane)
    assert (step.entry.kind, step.change) == (Kind.RECEIPT_REFUSED, None)
    assert step.entry.members["receipt"] == b64u(entry.leaf)
