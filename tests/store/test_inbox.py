import pytest

from node.audit.merkle import leaf_hash
from node.errors import CallerError
from node.store.inbox import Inbox
from node.transfer.lifecycle import State

LOG = "iren.example/uz-cc/1"


@pytest.fixture
def inbox(database):
    return Inbox(database)


def test_earlier_nothing_asked_is_nothing(inbox):
    assert inbox.earlier([]) == {}


def test_earlier_finds_by_originator_and_id_together(inbox, commit, steps):
    received, refused = steps.received(), steps.received(code="agreement.denied")
    commit(received, refused)
    id_ = received.change.id
    found = inbox.earlier([("UZ-CC", id_), ("TM-SCS", id_), ("UZ-CC", refused.change.id)])
    assert found.keys() == {("UZ-CC", id_), ("UZ-CC", refused.change.id)}
    assert found["UZ-CC", id_].manifest == leaf_hash(received.change.manifest)
    assert found["UZ-CC", id_].state is State.ACCEPTED
    assert found["UZ-CC", refused.change.id].state is State.REFUSED


def test_earlier_of_a_whole_batch_of_bundles_is_answered(inbox, commit, steps):
    received = [steps.received() for _ in range(300)]
    commit(*received)
    keys = [("UZ-CC", step.change.id) for step in received] + [("UZ-CC", "x")] * 2000
    assert len(inbox.earlier(keys)) == 300


def test_earlier_same_id_by_two_originators_is_two_messages(inbox, commit, steps):
    id_ = steps.id()
    commit(steps.received(id_=id_), steps.received(id_=id_, originator="TM-SCS", code="key.unknown"))
    found = inbox.earlier([("UZ-CC", id_), ("TM-SCS", id_)])
    assert [found[key].state for key in sorted(found)] == [State.REFUSED, State.ACCEPTED]


def test_letter_received_by_its_reference_says_whether_it_was_opened(inbox, commit, steps):
    received = steps.received(reference="UZ-1")
    commit(received)
    letter = inbox.letter("UZ-1")
    assert (letter.id, letter.originator, letter.state) == (
        received.change.id,
        "UZ-CC",
        State.ACCEPTED,
    )
    assert letter.manifest == leaf_hash(received.change.manifest)
    assert not letter.is_opened


def test_letter_reference_of_two_originators_is_refused(inbox, commit, steps):
    commit(*(steps.received(originator=peer, reference="UZ-1") for peer in ("UZ-CC", "TM-SCS")))
    with pytest.raises(CallerError) as caught:
        inbox.letter("UZ-1")
    assert caught.value.code == "message.ambiguous"
    assert inbox.letter("UZ-1", "TM-SCS").originator == "TM-SCS"


def test_letter_of_ours_has_not_arrived(inbox, commit, steps):
    commit(steps.sent(reference="AZ-1"))
    assert inbox.letter("AZ-1") is None
    assert inbox.letter("KZ-1") is None


def test_watched_unknown_log_has_size_nought(inbox):
    watched = inbox.watched(LOG)
    assert (watched.size, watched.heads) == (0, {})


def test_watched_gives_largest_head_and_roots_of_this_log_alone(inbox, commit):
    commit(peer_heads=[(LOG, 9, b"nine", "note"), (LOG, 4, b"four", None), ("other", 99, b"x", "note")])
    watched = inbox.watched(LOG)
    assert watched.size == 9
    assert watched.heads == {9: b"nine", 4: b"four"}


def test_watched_long_history_keeps_the_newest(inbox, commit):
    commit(peer_heads=[(LOG, size, b"root", None) for size in range(1, 401)])
    watched = inbox.watched(LOG)
    assert watched.size == 400
    assert sorted(watched.heads) == list(range(145, 401))


def test_note_signed_unsigned_and_unknown(inbox, commit):
    commit(peer_heads=[(LOG, 9, b"nine", "note"), (LOG, 4, b"four", None)])
    assert inbox.note(LOG, 9) == "note"
    assert inbox.note(LOG, 4) is None
    assert inbox.note(LOG, 5) is None
    assert inbox.note("other", 9) is None


def test_acknowledged_gives_the_largest_head_of_each_witness(inbox, commit):
    assert inbox.acknowledged() == {}
    commit(cosignatures=[(4, "UZ-CC", "a"), (9, "UZ-CC", "b"), (7, "TM-SCS", "c")])
    assert inbox.acknowledged() == {"UZ-CC": 9, "TM-SCS": 7}


def test_adopted_nothing_yet_then_directory_and_agreements(inbox, commit):
    assert inbox.adopted() == (None, frozenset())
    commit(adopted=(7, b"root"), agreements=["one", "two"])
    assert inbox.adopted() == ((7, b"root"), frozenset({"one", "two"}))
