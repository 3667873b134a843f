import pytest

from node.errors import CallerError
from node.store.inbox import Inbox
from node.store.record import Records
from node.store.search import OURS, Found, find_message


@pytest.fixture
def find(database):
    def run(wanted, originator=None):
        with database.reading() as connection:
            return find_message(connection, wanted, originator)

    return run


def test_find_message_by_id_or_reference_gives_whose_it_is(find, commit, steps):
    sent, received = steps.sent(reference="AZ-1"), steps.received(reference="UZ-1")
    commit(sent, received)
    assert find(sent.change.id) == find("AZ-1") == Found(OURS, sent.change.id)
    assert find(received.change.id) == find("UZ-1") == Found("UZ-CC", received.change.id)
    assert find("KZ-1") is None


def test_find_message_reference_of_two_originators_is_refused_until_one_is_named(find, commit, steps):
    theirs, others = (
        steps.received(originator=peer, reference="UZ-1", version=version)
        for peer, version in (("UZ-CC", 1), ("TM-SCS", 9))
    )
    commit(theirs, others)
    with pytest.raises(CallerError) as caught:
        find("UZ-1")
    assert caught.value.code == "message.ambiguous"
    assert "TM-SCS, UZ-CC" in caught.value.message
    assert "--from" in caught.value.hint
    assert find("UZ-1", "UZ-CC") == Found("UZ-CC", theirs.change.id)
    assert find("UZ-1", "TM-SCS") == Found("TM-SCS", others.change.id)
    assert find("UZ-1", "KZ-SRC") is None


def test_find_message_reference_of_ours_used_by_a_peer_is_refused_until_one_is_named(
    find, commit, steps
):
    ours, theirs = steps.sent(reference="AZ-1"), steps.received(reference="AZ-1", version=9)
    commit(ours, theirs)
    with pytest.raises(CallerError) as caught:
        find("AZ-1")
    assert caught.value.code == "message.ambiguous"
    assert find("AZ-1", OURS) == Found(OURS, ours.change.id)
    assert find("AZ-1", "UZ-CC") == Found("UZ-CC", theirs.change.id)


def test_find_message_id_used_by_two_originators_is_refused_until_one_is_named(find, commit, steps):
    id_ = steps.id()
    commit(steps.received(id_=id_), steps.received(id_=id_, originator="TM-SCS"))
    with pytest.raises(CallerError) as caught:
        find(id_)
    assert caught.value.code == "message.ambiguous"
    assert find(id_, "TM-SCS") == Found("TM-SCS", id_)


def test_find_message_id_goes_before_a_reference_that_looks_like_it(find, commit, steps):
    meant = steps.received()
    commit(meant, steps.received(originator="TM-SCS", reference=meant.change.id, version=9))
    assert find(meant.change.id) == Found("UZ-CC", meant.change.id)


@pytest.mark.parametrize("make", ["sent", "received"])
def test_find_message_of_several_versions_is_the_highest_whenever_it_came(find, commit, steps, make):
    old, new = (getattr(steps, make)(reference="R-1", version=version) for version in (2, 10))
    commit(new, old)
    assert find("R-1").id == new.change.id


def test_find_message_refused_with_the_same_version_stands_behind_the_accepted(find, commit, steps):
    accepted = steps.received(reference="UZ-1")
    commit(accepted, steps.received(reference="UZ-1", code="message.conflicting"))
    assert find("UZ-1").id == accepted.change.id


def test_find_message_same_version_twice_is_the_newest(find, commit, steps):
    old, new = steps.received(reference="UZ-1"), steps.received(reference="UZ-1")
    commit(old, new)
    assert find("UZ-1").id == new.change.id


def test_desk_and_record_find_the_same_message(database, commit, steps):
    old, new = (steps.received(reference="UZ-1", version=version) for version in (1, 2))
    commit(new, old, steps.received(originator="TM-SCS", reference="UZ-1", version=7))
    letter = Inbox(database).letter("UZ-1", "UZ-CC")
    assert Records(database).find("UZ-1", "UZ-CC") == (
        "received",
        letter.originator,
        letter.id,
    )
    assert letter.id == new.change.id
