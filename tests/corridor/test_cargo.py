"""What concerns which cargo: versions, alerts by name and by match, and what is left over."""

import pytest

from node.conversation.facts import Ref
from node.corridor.cargo import Match, gather
from tests.conversation.conftest import AZ, DAY, NOON, UZ
from tests.corridor.conftest import NOTICE, TM, WEEK, alert, case, flow

OTHER = Ref("pre-arrival-notice", AZ, "AZ-PAN-2")


def match(alerted, consignment=None, decision="confirmed", notice=NOTICE, number=1):
    lead = alerted and alerted.lead
    return Match(f"M{number}", notice, consignment, lead, decision)


def alerts_of(found):
    return {
        each.flow.consignment: [one.lead.reference for one in each.cases if one.is_alert]
        for each in found.cargo
    }


def test_consignment_counts_with_the_case_of_its_notice():
    found = gather([flow()], [case()], [], WEEK)
    (cargo,) = found.cargo
    assert (cargo.flow, cargo.cases, cargo.peers) == (flow(), (case(),), (AZ,))
    assert (found.loose, found.missing) == ((), 0)


def test_notice_that_nobody_took_announces_nothing():
    assert gather([flow()], [], [], WEEK).cargo == ()


@pytest.mark.parametrize(("eta", "is_in"), [(WEEK.start, True), (WEEK.end, False)])
def test_cargo_belongs_to_when_it_is_expected(eta, is_in):
    assert bool(gather([flow(eta=eta)], [case()], [], WEEK).cargo) is is_in


def test_withdrawn_notice_announces_nothing():
    assert gather([flow()], [case(is_withdrawn=True)], [], WEEK).cargo == ()


def test_notice_withdrawn_from_one_peer_stands_for_the_other():
    ours = case(peer=TM, own=AZ), case(peer=UZ, own=AZ, is_withdrawn=True)
    (cargo,) = gather([flow()], ours, [], WEEK).cargo
    assert cargo.peers == (TM,)
    assert len(cargo.cases) == 2


def test_amended_notice_counts_in_its_newest_version_alone():
    first, second = flow(), flow(message="AZ-SCC/m2", version=2, gross_mass="7")
    found = gather([second, first], [case(message="AZ-SCC/m2", version=2)], [], WEEK)
    assert [each.flow for each in found.cargo] == [second]


def test_newest_version_counts_where_a_peer_has_only_an_older_one():
    first, second = flow(), flow(message="AZ-SCC/m2", version=2)
    ours = case(peer=TM, own=AZ), case(peer=UZ, own=AZ, message="AZ-SCC/m2", version=2)
    (cargo,) = gather([first, second], ours, [], WEEK).cargo
    assert cargo.flow == second
    assert cargo.peers == (TM, UZ)


def test_same_version_sent_to_two_in_two_messages_counts_once():
    first, second = flow(message="AZ-SCC/a"), flow(message="AZ-SCC/b")
    ours = case(peer=TM, message="AZ-SCC/a"), case(peer=UZ, message="AZ-SCC/b")
    assert [each.flow for each in gather([first, second], ours, [], WEEK).cargo] == [first]


def test_notice_without_flows_is_missing_in_its_period_only():
    cases = case(), case(OTHER, at=WEEK.end)
    assert gather([], cases, [], WEEK).missing == 1


def test_alert_concerns_every_consignment_of_the_notice_it_names():
    found = gather([flow(), flow(consignment=2)], [case(), alert(1, TM, NOTICE)], [], WEEK)
    assert alerts_of(found) == {1: ["TM-ALR-1"], 2: ["TM-ALR-1"]}
    assert found.loose == ()


def test_confirmed_match_ties_an_alert_to_one_consignment():
    found = gather(
        [flow(), flow(consignment=2)], [case(), alert()], [match(alert(), consignment=2)], WEEK
    )
    assert alerts_of(found) == {1: [], 2: ["TM-ALR-1"]}
    assert [[one.id for one in each.matches] for each in found.cargo] == [[], ["M1"]]


@pytest.mark.parametrize("decision", [None, "dismissed"])
def test_match_not_confirmed_ties_nothing_but_is_known(decision):
    found = gather([flow()], [case(), alert()], [match(alert(), decision=decision)], WEEK)
    assert alerts_of(found) == {1: []}
    assert [one.lead for one in found.loose] == [alert().lead]
    assert [one.id for one in found.cargo[0].matches] == ["M1"]


def test_match_of_the_watch_list_ties_no_alert():
    found = gather([flow()], [case(), alert()], [match(None)], WEEK)
    assert alerts_of(found) == {1: []}


def test_alert_named_and_matched_concerns_the_cargo_once():
    named = alert(1, TM, NOTICE)
    found = gather([flow()], [case(), named], [match(named), match(named, 1, number=2)], WEEK)
    assert alerts_of(found) == {1: ["TM-ALR-1"]}


@pytest.mark.parametrize(("at", "is_loose"), [(NOON, True), (WEEK.end, False)])
def test_alert_on_nothing_known_is_loose_in_its_period(at, is_loose):
    found = gather([], [case(), alert(1, TM, OTHER, at=at)], [], WEEK)
    assert bool(found.loose) is is_loose


def test_alert_on_cargo_of_another_period_is_not_loose():
    cases = case(at=WEEK.end + DAY), alert(1, TM, NOTICE)
    assert gather([flow(eta=WEEK.end + DAY)], cases, [], WEEK).loose == ()


def test_alert_of_which_the_case_may_not_be_used_concerns_nothing():
    found = gather([flow()], [case()], [match(alert())], WEEK)
    assert alerts_of(found) == {1: []}


def test_order_and_repetition_change_nothing():
    flows = [flow(), flow(consignment=2), flow(OTHER)]
    cases = [case(), case(OTHER), alert(2, TM, NOTICE), alert(1, TM, NOTICE, OTHER)]
    matches = [match(alert(2)), match(alert(1), number=2)]
    once = gather(flows, cases, matches, WEEK)
    again = gather([*flows[::-1], *flows], [*cases[::-1], *cases], [*matches[::-1], *matches], WEEK)
    assert once == again
