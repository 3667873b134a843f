import pytest

from node.audit.event import Kind, write_entry
from node.audit.merkle import leaf_hash
from node.canonical import b64u
from node.message.attachment import Enclosure
from node.store.file_rows import Carried
from node.store.transfers import Transfers
from node.transfer.lifecycle import AbandonedFile, HeldFileReceipt, ReceivedFile, Transition
from node.transfer.receipts import FileLane
from tests.store.conftest import LOG, NOW

FILES = (
    Enclosure(1, "11" * 32, 700_000, "/attachments/0"),
    Enclosure(3, "33" * 32, 5, "/attachments/2"),
)


@pytest.fixture
def transfers(database):
    return Transfers(database)


@pytest.fixture
def send(commit, steps):
    """Commit a message with files; gives its step, accepted by those named."""

    def send(*, to=("UZ-CC",), accepted=("UZ-CC",), refused=(), files=FILES, **columns):
        step = steps.sent(to=to, files=files, **columns)
        commit(step)
        for peer in accepted:
            commit(steps.receipted(step, peer=peer))
        for peer in refused:
            commit(steps.receipted(step, peer=peer, code="document.invalid"))
        return step

    return send


def theirs(step, number, *, peer="UZ-CC", code=None):
    return write_entry(
        Kind.ATTACHMENT_RECEIVED,
        at=NOW,
        log=f"iren.example/{peer.lower()}/1",
        from_="AZ-SCC",
        re=step.change.id,
        number=number,
        status="refused" if code else "accepted",
        code=code,
    )


def receipted(step, number, *, peer="UZ-CC", code=None):
    receipt = theirs(step, number, peer=peer, code=code)
    entry = write_entry(
        Kind.ATTACHMENT_RECEIPTED,
        at=NOW,
        log=LOG,
        re=step.change.id,
        by=peer,
        number=number,
        receipt=b64u(receipt.leaf),
        index=4,
        status="refused" if code else "accepted",
        code=code,
    )
    held = HeldFileReceipt(step.change.id, peer, number, receipt.raw, 4, (b"r" * 32,), 6, code)
    return Transition(entry=entry, change=held)


def abandoned(step, number, *, peer="UZ-CC"):
    entry = write_entry(
        Kind.ATTACHMENT_ABANDONED, at=NOW, log=LOG, re=step.change.id, to=peer, number=number
    )
    return Transition(entry=entry, change=AbandonedFile(step.change.id, peer, number))


def carried(step, number, next_chunk, *, attempts=0, again_at=0, peer="UZ-CC"):
    return Carried(step.change.id, number, peer, next_chunk, attempts, again_at)


def of(file):
    return (file.id, file.number, file.next_chunk, file.attempts)


# --- out -------------------------------------------------------------------------------------------


def test_next_file_of_an_accepted_message_is_given_with_its_key(transfers, send):
    step = send()
    file = transfers.next("UZ-CC", NOW)
    assert of(file) == (step.change.id, 1, 0, 0)
    assert (file.sha256, file.size_bytes) == ("11" * 32, 700_000)
    assert (file.key.salt, file.key.number) == (b"salt", 1)
    assert file.key.context.message_id == step.change.id
    assert file.key.context.originator == "AZ-SCC"


@pytest.mark.parametrize("outcome", [{"accepted": ()}, {"accepted": (), "refused": ("UZ-CC",)}])
def test_next_file_of_a_message_not_accepted_is_none(transfers, send, outcome):
    send(**outcome)
    assert transfers.next("UZ-CC", NOW) is None


def test_next_file_for_another_peer_is_none(transfers, send):
    send(to=("TM-SCS", "UZ-CC"))
    assert transfers.next("TM-SCS", NOW) is None
    assert transfers.next("UZ-CC", NOW) is not None


def test_next_file_is_the_oldest_and_one_that_waits_is_passed_over(transfers, send, commit):
    first, second = send(), send()
    commit(carried=[carried(first, 1, 3, again_at=NOW + 1)])
    assert of(transfers.next("UZ-CC", NOW))[:2] == (first.change.id, 3)
    commit(carried=[carried(first, 3, 1, again_at=NOW + 1)])
    assert of(transfers.next("UZ-CC", NOW))[:2] == (second.change.id, 1)
    assert of(transfers.next("UZ-CC", NOW + 1)) == (first.change.id, 1, 3, 0)


def test_progress_of_several_chunks_is_that_of_the_last(transfers, send, commit):
    step = send()
    commit(carried=[carried(step, 1, chunk, attempts=2) for chunk in (1, 2, 3)])
    assert of(transfers.next("UZ-CC", NOW)) == (step.change.id, 1, 3, 2)


@pytest.mark.parametrize(("code", "state"), [(None, "received"), ("attachment.mismatch", "refused")])
def test_receipt_ends_a_file_and_is_kept(transfers, send, commit, code, state):
    step = send()
    commit(receipted(step, 1, code=code))
    assert of(transfers.next("UZ-CC", NOW))[:2] == (step.change.id, 3)
    row = transfers.of_sent(step.change.id)[0]
    assert (row["state"], row["code"]) == (state, code)
    leaf = leaf_hash(theirs(step, 1, code=code).raw)
    assert transfers.lane("UZ-CC", step.change.id, 1) == FileLane(step.change.id, 1, leaf)


def test_receipt_of_one_recipient_leaves_the_others_waiting(transfers, send, commit):
    step = send(to=("TM-SCS", "UZ-CC"), accepted=("TM-SCS", "UZ-CC"))
    commit(receipted(step, 1, peer="TM-SCS"))
    assert of(transfers.next("UZ-CC", NOW))[:2] == (step.change.id, 1)
    assert of(transfers.next("TM-SCS", NOW))[:2] == (step.change.id, 3)


def test_lane_without_receipt_or_without_file(transfers, send):
    step = send()
    assert transfers.lane("UZ-CC", step.change.id, 1) == FileLane(step.change.id, 1)
    assert transfers.lane("UZ-CC", step.change.id, 2) is None
    assert transfers.lane("TM-SCS", step.change.id, 1) is None


def test_over_gives_what_still_waits_after_its_time(transfers, send, commit):
    step, later = send(expires=NOW), send(expires=NOW + 1)
    assert transfers.over("UZ-CC", NOW, limit=9) == [(step.change.id, 1), (step.change.id, 3)]
    assert transfers.over("UZ-CC", NOW, limit=1) == [(step.change.id, 1)]
    commit(abandoned(step, 1), receipted(step, 3))
    assert transfers.over("UZ-CC", NOW, limit=9) == []
    assert len(transfers.over("UZ-CC", NOW + 1, limit=9)) == len(later.change.files)


def test_abandoned_file_waits_no_more_but_its_late_receipt_counts(transfers, send, commit):
    step = send(files=FILES[:1])
    commit(abandoned(step, 1))
    assert transfers.next("UZ-CC", NOW) is None
    assert transfers.of_sent(step.change.id)[0]["state"] == "abandoned"
    commit(receipted(step, 1))
    assert transfers.of_sent(step.change.id)[0]["state"] == "received"


def test_abandoning_after_the_receipt_changes_nothing(transfers, send, commit):
    step = send(files=FILES[:1])
    commit(receipted(step, 1))
    commit(abandoned(step, 1))
    assert transfers.of_sent(step.change.id)[0]["state"] == "received"


def test_receipts_are_streamed_in_log_order_over_chunks(transfers, send, commit):
    step = send()
    commit(receipted(step, 3), receipted(step, 1))
    rows = list(transfers.receipts(before=10**9, chunk=1))
    assert [row["number"] for row in rows] == [3, 1]
    assert all(leaf_hash(row["entry"]) for row in rows)
    assert list(transfers.receipts(before=rows[0]["recorded_idx"])) == []


# --- in --------------------------------------------------------------------------------------------


def ended(received, number, code=None):
    change = received.change
    entry = write_entry(
        Kind.ATTACHMENT_RECEIVED,
        at=NOW,
        log=LOG,
        from_=change.originator,
        re=change.id,
        number=number,
        status="refused" if code else "accepted",
        code=code,
    )
    file = ReceivedFile(change.originator, change.id, number, 5, code)
    return Transition(entry=entry, change=file, due_to=change.originator)


def test_accepted_message_gives_document_salt_and_context(transfers, commit, steps):
    received = steps.received()
    commit(received)
    message = transfers.accepted("UZ-CC", received.change.id)
    assert (message.document, message.salt) == (b"{}", b"salt")
    assert message.context.originator == "UZ-CC"


def test_accepted_refused_or_unknown_message_is_none(transfers, commit, steps):
    refused = steps.received(code="document.invalid")
    commit(refused)
    assert transfers.accepted("UZ-CC", refused.change.id) is None
    assert transfers.accepted("TM-SCS", refused.change.id) is None
    assert transfers.accepted("UZ-CC", steps.id()) is None


def test_ended_file_names_our_entry_and_is_listed(transfers, commit, steps):
    received = steps.received()
    commit(received)
    assert transfers.ended("UZ-CC", received.change.id, 1) is None
    index = commit(ended(received, 1), ended(received, 2, "attachment.mismatch"))
    assert transfers.ended("UZ-CC", received.change.id, 1) == index
    assert transfers.ended("UZ-CC", received.change.id, 2) == index + 1
    rows = transfers.of_received("UZ-CC", received.change.id)
    assert {n: (row["state"], row["code"]) for n, row in rows.items()} == {
        1: ("received", None),
        2: ("refused", "attachment.mismatch"),
    }


def test_ended_file_is_due_to_its_originator(commit, steps, rows):
    received = steps.received()
    commit(received)
    index = commit(ended(received, 1))
    assert ("UZ-CC", index) in rows("SELECT peer, idx FROM due")


def test_counts_of_files_by_direction_and_state(transfers, send, commit, steps):
    step, received = send(), steps.received()
    commit(receipted(step, 1), received)
    commit(ended(received, 1))
    assert transfers.counts() == {"out.received": 1, "out.waiting": 1, "in.received": 1}
