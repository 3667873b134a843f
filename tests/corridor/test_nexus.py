"""Links: who announced, who warned, who dealt with it; where, how often, and what is left out."""

import pytest

from node.conversation.facts import Ref
from node.corridor.cargo import Match
from node.corridor.nexus import Nexus, Parties, nexus
from tests.conversation.conftest import AZ, UZ
from tests.corridor.conftest import NOTICE, TM, WEEK, alert, case, controlled, flow, seized
from tests.corridor.lived import OFFICE, live
from tests.corridor.test_view import WHOLE

KZ = "KZ-SRC"


def ended(number=1, author=TM, *notices, **more):
    """Make the case of an alert that was controlled, on one notice unless said."""
    more = {"measures": controlled(), "has_outcome": True, **more}
    return alert(number, author, *(notices or (NOTICE,)), **more)


def found(*cases, flows=None, **more):
    return nexus(flows or [flow()], [case(), *cases], **{"period": WEEK, **more})


def parties(*cases, **more):
    return [each.parties for each in found(*cases, **more).links]


def test_three_authorities_meet_in_one_link():
    made = ended(hits=2, measures=(*controlled(), *seized("opiates")))
    (link,) = found(made).links
    assert link.parties == Parties(AZ, TM, UZ)
    assert (link.via, link.office, link.chapter) == (("AZ", "TM", "UZ"), "UZ001604", "08")
    assert (link.consignments, link.alerts, link.hits) == (1, 1, 2)
    assert (link.controls, link.seizures, link.share) == (1, 1, "100")


def test_alert_of_ours_ends_at_the_peer_it_went_to():
    assert parties(ended(1, UZ, peer=TM)) == [Parties(AZ, UZ, TM)]


@pytest.mark.parametrize(("authorities", "count"), [(3, 0), (2, 1)])
def test_what_two_do_between_them_is_shown_on_request_only(authorities, count):
    assert len(found(ended(1, AZ), authorities=authorities).links) == count


def test_alert_without_outcome_is_in_no_link():
    assert found(ended(has_outcome=False)) == Nexus((), 0, withheld=False)


def test_withdrawn_alert_is_in_no_link():
    assert found(ended(is_withdrawn=True)).links == ()


def test_alert_tied_by_a_confirmed_match_is_linked():
    made = alert(1, TM, has_outcome=True)
    matches = [Match("M1", NOTICE, 1, made.lead, "confirmed")]
    (link,) = nexus([flow()], [case(), made], matches, period=WEEK).links
    assert (link.parties, link.controls) == (Parties(AZ, TM, UZ), 0)


def test_one_alert_on_several_consignments_is_one_alert():
    flows = [flow(), flow(consignment=2)]
    (link,) = found(ended(), flows=flows).links
    assert (link.consignments, link.alerts, link.controls) == (2, 1, 1)


def test_consignment_of_two_chapters_is_in_the_link_of_each():
    flows = [flow(chapters=(("08", "1"), ("20", "1")))]
    assert [each.chapter for each in found(ended(), flows=flows).links] == ["08", "20"]


def test_cargo_without_goods_is_linked_without_chapter():
    assert [each.chapter for each in found(ended(), flows=[flow(chapters=())]).links] == [None]


def test_share_is_of_all_alerts_with_an_outcome():
    result = found(ended(1), ended(2), ended(3, AZ), ended(4, UZ, peer=TM))
    assert result.of == 4
    assert [(each.parties.alerted_by, each.share) for each in result.links] == [(TM, "50"), (UZ, "25")]


def test_links_come_by_alerts_then_by_name():
    result = found(ended(1, KZ), ended(2), ended(3, KZ), ended(4, UZ, peer=TM))
    assert [(each.parties.alerted_by, each.alerts) for each in result.links] == [
        (KZ, 2),
        (TM, 1),
        (UZ, 1),
    ]


def test_link_of_few_alerts_is_left_out_and_the_base_with_it():
    result = found(*(ended(n) for n in range(3)), ended(9, KZ), least=3)
    assert (result.withheld, result.of) == (True, None)
    assert [(each.parties.alerted_by, each.share) for each in result.links] == [(TM, None)]


def test_small_numbers_of_a_link_are_withheld():
    made = [ended(n, hits=int(n == 0), measures=controlled() if n else ()) for n in range(3)]
    (link,) = found(*made, least=3).links
    assert (link.consignments, link.hits, link.controls) == (None, None, None)
    assert (link.alerts, link.seizures, link.share) == (3, 0, "100")


def test_cargo_of_another_period_is_in_no_link():
    assert found(ended(), flows=[flow(eta=WEEK.end)]).links == ()


def test_documents_of_three_authorities_show_their_nexus():
    house = live()
    links = nexus(house.flows, house.cases(), period=WHOLE).links
    assert {each.parties for each in links} == {Parties(AZ, TM, UZ)}
    assert {each.office for each in links} == {OFFICE}
    assert [each.chapter for each in links] == ["12", "52", "70"]
    assert {(each.alerts, each.hits, each.controls, each.seizures) for each in links} == {(1, 1, 1, 1)}


def test_outcome_counts_where_the_notice_is_known():
    other = Ref("pre-arrival-notice", AZ, "AZ-PAN-2")
    assert found(ended(1, TM, other)).links == ()
