"""Cases taken out of pages: who, which version, what came of it, and what may not be used."""

from dataclasses import replace

import pytest

from node.conversation.facts import Version
from tests.conversation.conftest import AZ, DAY, HOUR, NOON, NOTICE, REQUEST, UZ, lead, said
from tests.corridor.conftest import ALERT, LATER, TM, page, taken

ON_ALERT = {"author": UZ, "target": ALERT}


def alerted(*answers, **more):
    return taken(page(ALERT, lead(ALERT), *answers), **more)


def seizure(target, at, author):
    goods = {"goods": [["opiates", "2", "KGM"]]}
    return said("seizure", author, at=at, target=target, coded=goods)


def test_case_names_its_parties_and_its_cargo():
    case = alerted()
    assert (case.lead, case.peer, case.recipient) == (ALERT, TM, UZ)
    assert case.place == (ALERT, TM)
    assert case.is_alert
    assert case.at == NOON + 12 * HOUR


def test_case_of_our_own_notice_has_the_peer_as_recipient():
    case = taken(page(NOTICE, lead(NOTICE), own=UZ, peer=AZ))
    assert (case.lead, case.peer, case.recipient) == (NOTICE, AZ, AZ)
    assert not case.is_alert


def test_alert_without_expected_arrival_counts_from_its_delivery():
    first = lead(ALERT)
    silent = replace(first, coded={name: v for name, v in first.coded.items() if name != "eta"})
    assert taken(page(ALERT, silent)).at == NOON + HOUR


def test_alert_names_its_notices():
    assert taken(page(ALERT, lead(ALERT, notices=(NOTICE,)))).notices == (NOTICE,)


def test_newest_version_that_arrived_stands():
    second = lead(ALERT, version=2, at=NOON + DAY)
    case = taken(page(ALERT, lead(ALERT), second))
    assert (case.message, case.version) == (second.id, 2)


def test_version_that_an_amendment_carries_is_the_one_that_stands():
    carries = Version(ALERT, 2)
    coded = {**lead(ALERT).coded, "until": NOON + 9 * DAY}
    amendment = said("amendment", TM, at=NOON + DAY, target=ALERT, carries=carries, coded=coded)
    case = taken(page(ALERT, lead(ALERT), amendment))
    assert (case.message, case.version) == (amendment.id, 2)


def test_control_and_seizure_are_measured_whenever_they_came():
    control = said("control-result", at=NOON + 20 * DAY, **ON_ALERT)
    case = alerted(control, seizure(ALERT, at=NOON + 21 * DAY, author=UZ))
    assert case.has_outcome
    assert case.count("controls") == 1
    assert case.count("controls-b1") == 1
    assert case.count("seizures") == 1
    assert {each.trigger for each in case.measures if each.metric == "hit-rate"} == {"alert"}
    assert [each.trigger for each in case.measures if each.metric == "controls"] == [None]


def test_measures_that_the_corridor_does_not_count_are_left_out():
    case = alerted(said("hit", **ON_ALERT), said("acceptance", **ON_ALERT))
    assert [each.metric for each in case.measures] == ["outcome-known"]


def test_hits_are_counted_once_each():
    first, second = (said("hit", UZ, f"H{n}", at=NOON + HOUR, target=ALERT) for n in (1, 2))
    again = replace(first, id="again", at=NOON + 2 * HOUR)
    assert alerted(first, second, again).hits == 2


@pytest.mark.parametrize(
    ("name", "coded", "has_outcome"),
    [
        ("acceptance", {}, False),
        ("acceptance", {"decision": "declined"}, True),
        ("control-result", {"decision": "not-controlled"}, True),
        ("arrival", {}, False),
    ],
)
def test_outcome_is_what_ends_the_question(name, coded, has_outcome):
    assert alerted(said(name, at=NOON + HOUR, coded=coded, **ON_ALERT)).has_outcome is has_outcome


@pytest.mark.parametrize("name", ["recall", "nothing"])
def test_recalled_alert_is_withdrawn(name):
    recall = said("recall", TM, at=NOON + DAY, target=ALERT)
    spoken = [recall] if name == "recall" else []
    assert alerted(*spoken).is_withdrawn is bool(spoken)


def test_conversation_about_no_cargo_is_no_case():
    assert taken(page(REQUEST, lead(REQUEST))) is None


def test_alert_that_never_got_there_is_no_case():
    made = page(ALERT, lead(ALERT))
    made.void = set(made.said)
    assert taken(made) is None


@pytest.mark.parametrize("is_test", [True, False])
def test_test_traffic_is_taken_apart(is_test):
    made = page(ALERT, lead(ALERT, coded={"test": True}))
    assert (taken(made, is_test=is_test) is not None) is is_test


def test_answer_that_may_not_be_used_is_as_if_it_had_never_come():
    control = said("control-result", at=NOON + HOUR, **ON_ALERT)
    made = page(ALERT, lead(ALERT), control)
    case = taken(made, may_use=lambda each: each.id != control.id)
    assert not case.has_outcome
    assert case.count("controls") == 0
    assert control.id in made.said


def test_alert_that_may_not_be_used_is_no_case():
    assert alerted(may_use=lambda _: False) is None


def test_outcome_of_an_alert_is_asked_for_once_it_has_lapsed():
    assert alerted(now=NOON + 2 * HOUR).measures == ()
    assert [each.metric for each in alerted(now=LATER).measures] == ["outcome-known"]
