import pytest

from node.canonical import b64u
from node.store.journal import Batch
from node.store.outbox import Outbox
from node.transfer.lifecycle import State

ALL = 2**62


@pytest.fixture
def outbox(database):
    return Outbox(database)


def ids(waiting):
    return [one.index for one in waiting]


def test_messages_none_waiting_is_empty(outbox):
    assert outbox.messages("UZ-CC", "routine", after=-1, before=ALL, limit=10) == []
    assert outbox.oldest_waiting("UZ-CC", "routine") is None


def test_messages_waiting_come_oldest_first_with_entry_and_jwe(outbox, commit, steps):
    first, second = steps.sent(), steps.sent()
    commit(steps.opened(), first, steps.event(), second)
    waiting = outbox.messages("UZ-CC", "routine", after=-1, before=ALL, limit=10)
    assert ids(waiting) == [1, 3]
    assert waiting[0].entry == first.entry.raw
    assert waiting[1].jwe == second.change.jwe


def test_messages_after_an_index_and_limited_leave_the_rest(outbox, commit, steps):
    commit(*(steps.sent() for _ in range(6)))
    assert ids(outbox.messages("UZ-CC", "routine", after=2, before=ALL, limit=2)) == [3, 4]
    assert outbox.messages("UZ-CC", "routine", after=5, before=ALL, limit=2) == []


def test_messages_beyond_the_proved_head_are_held_back(outbox, commit, steps):
    commit(*(steps.sent() for _ in range(4)))
    assert ids(outbox.messages("UZ-CC", "routine", after=-1, before=2, limit=9)) == [0, 1]


def test_due_beyond_the_proved_head_is_held_back(outbox, commit, steps):
    commit(*(steps.received() for _ in range(4)))
    assert ids(outbox.due("UZ-CC", before=3, beyond={0}, limit=9)) == [1, 2]


def test_messages_of_other_peer_or_priority_are_not_given(outbox, commit, steps):
    commit(steps.sent(to=("TM-SCS",)), steps.sent(priority="urgent"), steps.sent())
    assert ids(outbox.messages("UZ-CC", "urgent", after=-1, before=ALL, limit=9)) == [1]
    assert ids(outbox.messages("UZ-CC", "routine", after=-1, before=ALL, limit=9)) == [2]
    assert outbox.messages("TM-SCS", "urgent", after=-1, before=ALL, limit=9) == []


def test_messages_answered_or_expired_no_longer_wait(outbox, commit, steps):
    sent = [steps.sent(to=("TM-SCS", "UZ-CC")) for _ in range(4)]
    commit(*sent)
    commit(
        steps.receipted(sent[0]),
        steps.receipted(sent[1], code="message.expired"),
        steps.expired(sent[2]),
    )
    assert ids(outbox.messages("UZ-CC", "routine", after=-1, before=ALL, limit=9)) == [3]
    assert outbox.oldest_waiting("UZ-CC", "routine") == 3
    assert outbox.oldest_waiting("TM-SCS", "routine") == 0


def test_due_gives_receipts_in_order_without_those_on_their_way(outbox, commit, steps):
    received = [steps.received() for _ in range(5)]
    commit(*received, steps.received(originator="TM-SCS"))
    assert ids(outbox.due("UZ-CC", before=ALL, beyond=set(), limit=3)) == [0, 1, 2]
    due = outbox.due("UZ-CC", before=ALL, beyond={0, 1, 3}, limit=3)
    assert ids(due) == [2, 4]
    assert due[0].entry == received[2].entry.raw
    assert due[0].jwe is None


def test_lanes_finds_messages_by_manifest_for_one_peer(outbox, commit, steps):
    sent, other = steps.sent(to=("TM-SCS", "UZ-CC")), steps.sent(to=("TM-SCS",))
    commit(sent, other)
    lanes = outbox.lanes("UZ-CC", [sent.entry.leaf, other.entry.leaf, bytes(32)])
    assert lanes.keys() == {sent.entry.leaf}
    lane = lanes[sent.entry.leaf]
    assert (lane.id, lane.manifest, lane.state) == (sent.change.id, sent.entry.leaf, State.SEALED)
    assert lane.commit == sent.entry.members["body"]["commit"]
    assert lane.receipt is None


def test_lanes_with_receipt_names_it_by_its_leaf_hash(outbox, commit, steps):
    sent = steps.sent()
    receipted = steps.receipted(sent)
    commit(sent, receipted)
    lane = outbox.lanes("UZ-CC", [sent.entry.leaf])[sent.entry.leaf]
    assert lane.state is State.RECEIPTED
    assert lane.receipt is not None
    assert receipted.entry.members["receipt"] == b64u(lane.receipt)


def test_lanes_receipt_of_another_peer_is_not_ours(outbox, commit, steps):
    sent = steps.sent(to=("TM-SCS", "UZ-CC"))
    commit(sent, steps.receipted(sent, peer="TM-SCS"))
    assert outbox.lanes("UZ-CC", [sent.entry.leaf])[sent.entry.leaf].receipt is None


def test_expired_at_its_end_and_not_before(outbox, commit, steps):
    sent = steps.sent(expires=1000, to=("TM-SCS", "UZ-CC"))
    commit(sent)
    assert outbox.expired(999, limit=9) == []
    assert sorted(outbox.expired(1000, limit=9)) == [
        (sent.change.id, "TM-SCS"),
        (sent.change.id, "UZ-CC"),
    ]
    assert len(outbox.expired(1000, limit=1)) == 1


def test_expired_answered_message_is_not_among_them(outbox, commit, steps):
    sent = steps.sent(expires=1000)
    commit(sent, steps.receipted(sent))
    assert outbox.expired(2000, limit=9) == []


def test_same_reference_finds_exactly_type_reference_and_version(outbox, commit, steps):
    sent = steps.sent(reference="AZ-1", version=2, document=b"two")
    commit(sent, steps.sent(reference="AZ-1", version=1, document=b"one"))
    found = outbox.same_reference([("alert/1", "AZ-1", 2), ("alert/1", "AZ-2", 1)])
    assert found["alert/1", "AZ-1", 2] == (sent.change.id, b"two")
    assert ("alert/1", "AZ-2", 1) not in found
    assert ("pre-arrival-notice/1", "AZ-1", 2) not in found


def test_same_reference_of_nothing_is_empty(outbox, commit, steps):
    commit(steps.sent())
    assert outbox.same_reference([]) == {}


def test_signed_sizes_are_those_between_and_of_many_the_newest(outbox, journal):
    journal.commit(Batch(checkpoints=[(size, f"head of {size}") for size in (3, 5, 8, 9, 12)]))
    assert outbox.signed_sizes(beyond=3, before=12, limit=9) == [5, 8, 9]
    assert outbox.signed_sizes(beyond=0, before=12, limit=2) == [8, 9]
    assert outbox.signed_sizes(beyond=12, before=12, limit=9) == []
