from itertools import permutations

import pytest

from node.conversation.facts import Version
from node.conversation.order import Bearers, in_order
from tests.conversation.conftest import ALERT, AZ, HOUR, NOON, NOTICE, UZ, lead, said

EARLY, LATE = NOON - HOUR, NOON + HOUR


def ids(*spoken):
    bearers = Bearers(spoken)
    return [each.id for each in in_order(bearers)], [each.id for each in bearers.waiting]


def test_documents_count_by_the_time_of_sealing():
    first, second = lead(), said("hit", target=ALERT, at=LATE)
    assert ids(second, first) == ([first.id, second.id], [])


def test_nobody_gets_before_their_own_words_by_a_made_up_time():
    spoken = [lead(index=7), lead(at=EARLY, version=1, id="made up", digest="other", index=9)]
    bearers = Bearers(spoken)
    assert bearers.first(bearers.said[1]).id == spoken[0].id
    assert [each.at for each in bearers.said] == [NOON, NOON]


def test_document_counts_after_what_it_answers_even_by_a_slow_clock():
    alert, hit = lead(), said("hit", target=ALERT, at=EARLY)
    assert ids(hit, alert) == ([alert.id, hit.id], [])


def test_alert_counts_after_the_notice_it_is_about_if_that_is_there():
    notice, alert = lead(NOTICE), lead(at=EARLY, notices=(NOTICE,))
    assert ids(alert, notice) == ([notice.id, alert.id], [])
    assert ids(alert) == ([alert.id], [])


def test_version_counts_after_the_one_before_it():
    first, second = lead(), lead(version=2, at=EARLY)
    assert ids(second, first) == ([first.id, second.id], [])


def test_answer_to_what_has_not_arrived_waits():
    hit = said("hit", target=ALERT)
    assert ids(hit) == ([], [hit.id])


def test_answer_to_an_answer_that_waits_waits_too():
    control = said("control-result", target=ALERT)
    seizure = said("seizure", target=control.what.ref, at=LATE)
    assert ids(seizure, control) == ([], [control.id, seizure.id])


def test_amendment_does_not_wait_for_the_version_it_replaces():
    amendment = said("amendment", UZ, target=ALERT, carries=Version(ALERT, 2))
    assert ids(amendment) == ([amendment.id], [])


def test_message_that_comes_twice_counts_once():
    alert = lead()
    assert ids(alert, alert) == ([alert.id], [])


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_order_is_that_of_the_set_not_of_the_arrival(order):
    alert = lead()
    spoken = [alert, said("hit", target=ALERT), said("acceptance", target=ALERT), lead(version=2)]
    assert ids(*(spoken[place] for place in order)) == ids(*spoken)


def test_bearer_of_a_version_not_held_is_the_next_above():
    second = lead(version=2)
    bearers = Bearers([second])
    assert bearers.bearer(Version(ALERT, 1)) is second
    assert bearers.bearer(Version(ALERT, 3)) is None
    assert bearers.bearer(Version(NOTICE, 1)) is None


def test_newest_passes_over_an_amendment_that_was_recalled():
    alert = lead()
    amendment = said("amendment", UZ, target=ALERT, carries=Version(ALERT, 2), at=LATE)
    recall = said("recall", UZ, target=amendment.what.ref, at=LATE + HOUR)
    assert Bearers([alert, amendment]).newest(ALERT) is amendment
    assert Bearers([alert, amendment, recall]).newest(ALERT) is alert
    assert Bearers([recall]).newest(ALERT) is None


@pytest.mark.parametrize(
    ("author", "version", "is_recalled"), [(UZ, 1, True), (UZ, 2, True), (UZ, 3, False), (AZ, 1, False)]
)
def test_recall_by_the_author_takes_later_versions_with_it(author, version, is_recalled):
    recall = said("recall", author, target=Version(ALERT, version))
    bearers = Bearers([lead(), lead(version=2), recall])
    assert bearers.is_recalled(Version(ALERT, 2)) is is_recalled


def test_first_of_two_that_bring_the_same_version_is_the_earlier():
    amendment = said("amendment", UZ, target=ALERT, carries=Version(ALERT, 2), at=LATE)
    direct = lead(version=2)
    bearers = Bearers([amendment, direct])
    assert bearers.first(amendment) is direct
    assert bearers.first(direct) is direct
