"""What waits for peers, and what is known of their logs."""

from node.message.concern import OURS
from node.national.entitlement import Concerned
from node.national.scopes import Role
from node.national.system import EVERYTHING, System
from node.store.peers import PeerHead, Peers, Queued
from tests.store.conftest import NOW
from tests.store.test_visibility import put

UNIT_A = System("a", "A", Role.SYSTEM, frozenset({"A"}), EVERYTHING)


def test_queued_counts_what_has_no_receipt_by_priority(database, commit, steps):
    first, second = steps.sent(to=("TM-SCS", "UZ-CC")), steps.sent(priority="urgent")
    commit(first, second)
    commit(steps.receipted(first, peer="UZ-CC"))
    assert Peers(database).queued(None) == {
        "TM-SCS": Queued(routine=1, oldest_at=NOW),
        "UZ-CC": Queued(urgent=1, oldest_at=NOW),
    }


def test_queued_of_nothing_is_empty(database):
    assert Peers(database).queued(None) == {}


def test_queued_counts_only_what_a_system_sees(database, commit, steps):
    mine, other = steps.sent(), steps.sent(priority="urgent")
    commit(mine, other)
    put(
        database,
        {
            (OURS, mine.change.id): Concerned(frozenset({"alert"}), frozenset({"A"}), frozenset()),
            (OURS, other.change.id): Concerned(frozenset({"alert"}), frozenset({"B"}), frozenset()),
        },
    )
    assert Peers(database).queued(UNIT_A) == {"UZ-CC": Queued(routine=1, oldest_at=NOW)}


def test_heads_gives_the_newest_of_each_log(database, commit):
    commit(
        peer_heads=[("uz", 3, b"c" * 32, None), ("uz", 5, b"e" * 32, "note"), ("tm", 1, b"a" * 32, None)]
    )
    found = Peers(database).heads(["uz", "tm", "kz"])
    assert found == {"uz": PeerHead(5, b"e" * 32), "tm": PeerHead(1, b"a" * 32)}


def test_forks_counts_contradictions_by_log(database, commit):
    commit(forks=[("uz", 3, "one", "other"), ("uz", 4, "one", "other")])
    assert Peers(database).forks() == {"uz": 2}
