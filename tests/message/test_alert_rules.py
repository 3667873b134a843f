import json

import pytest

from node.message.document import all_faults
from node.reference.risk_codes import ACTIONS, DESK_CHECKS, OBSERVING


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize("name", ["alert", "full_alert"])
def test_alert_in_order_has_no_fault(name, request):
    assert found(request.getfixturevalue(name)) == []


def test_valid_from_at_the_end_is_a_fault(alert):
    alert["valid_from"] = alert["valid_until"]
    assert found(alert) == [("/valid_from", "rule.valid_from_before_until")]


def test_feedback_due_at_issue_is_a_fault(alert):
    alert["feedback_due_at"] = alert["issued_at"]
    assert found(alert) == [("/feedback_due_at", "rule.feedback_after_issue")]


def test_feedback_due_after_the_end_is_no_fault(alert):
    alert["feedback_due_at"] = "2027-01-01T00:00:00Z"
    assert found(alert) == []


@pytest.mark.parametrize("due", ["2026-11-24T06:00:00Z", "2026-11-27T06:00:01Z"])
def test_acceptance_due_outside_its_window_is_a_fault(alert, due):
    alert["acceptance_due_at"] = due
    assert found(alert) == [("/acceptance_due_at", "rule.acceptance_in_time")]


def test_acceptance_due_with_feedback_is_no_fault(alert):
    alert["acceptance_due_at"] = alert["feedback_due_at"]
    assert found(alert) == []


def test_risk_area_twice_is_a_fault(alert):
    alert["risks"] *= 2
    assert found(alert) == [("/risks", "rule.risk_areas_unique")]


@pytest.mark.parametrize("subject", [{}, {"goods": [{"packages": 3}]}, {"equipment": []}])
def test_subject_without_a_key_is_a_fault(alert, subject):
    alert["subject"] = subject
    assert found(alert) == [("/subject", "rule.subject_named")]


@pytest.mark.parametrize(
    "subject",
    [
        {"notices": [{"authority": "AZ-SCC", "reference": "AZ-1"}]},
        {"transport_documents": [{"number": "1", "type": "N722"}]},
        {"passive_means": [{"identification": "10-AB-123", "identification_type": "31"}]},
        {"active_means": {"identification": "Test", "identification_type": "11"}},
        {"declaration_mrns": ["26AZ1B2C3D4E5F6GK9"]},
        {"declarations": ["11204/211126/004417"]},
        {"ucrs": ["6AZ1700456781-0042"]},
        {"tir_carnets": ["XB25123456"]},
    ],
    ids=lambda subject: next(iter(subject)),
)
def test_subject_with_one_key_is_no_fault(alert, subject):
    alert["subject"] = subject
    assert found(alert) == []


@pytest.mark.parametrize(
    ("subject", "pointer"),
    [
        ({"equipment": [{"identification": "CSQ1"}]}, "/equipment/0/identification"),
        (
            {"passive_means": [{"identification": "1", "identification_type": "20"}]},
            "/passive_means/0/identification",
        ),
        (
            {"active_means": {"identification": "1", "identification_type": "10"}},
            "/active_means/identification",
        ),
        ({"declaration_mrns": ["26AZ1B2C3D4E5F6G7H"]}, "/declaration_mrns/0"),
        ({"tir_carnets": ["X"]}, "/tir_carnets/0"),
    ],
)
def test_subject_identifier_of_wrong_structure_is_a_fault(alert, subject, pointer):
    alert["subject"] = subject
    assert found(alert) == [(f"/subject{pointer}", "rule.identifier_structure")]


def test_subject_goods_and_parties_keep_their_rules(full_alert):
    full_alert["subject"]["declared_goods"][0]["gross_mass"] = "0"
    del full_alert["subject"]["declared_goods"][0]["net_mass"]
    full_alert["subject"]["parties"][0]["party"]["type_of_person"] = "3"
    del full_alert["subject"]["parties"][0]["party"]["organisation"]
    assert found(full_alert) == [
        ("/subject/declared_goods/0/gross_mass", "rule.gross_mass"),
        ("/subject/parties/0/party/organisation", "rule.party_kind"),
    ]


def test_route_place_keeps_its_rules(full_alert):
    full_alert["route"]["place_of_loading"] = {"country": "AZ"}
    del full_alert["route"]["place_of_unloading"]
    assert found(full_alert) == [("/route/place_of_loading", "rule.place_named")]


@pytest.mark.parametrize(("pap", "allowed"), [("RED", OBSERVING), ("AMBER", DESK_CHECKS)])
@pytest.mark.parametrize("action", ACTIONS.codes)
def test_action_is_a_fault_exactly_where_pap_forbids_it(alert, pap, allowed, action):
    alert["handling"]["pap"] = pap
    alert["recommended_actions"] = [{"action": action}]
    fault = [("/recommended_actions/0/action", "rule.action_within_pap")]
    assert found(alert) == ([] if action in allowed else fault)


@pytest.mark.parametrize("pap", ["GREEN", "CLEAR"])
def test_action_under_wide_pap_is_no_fault(alert, pap):
    alert["handling"]["pap"] = pap
    assert found(alert) == []


def test_do_not_load_nothing_is_a_fault(alert):
    alert["do_not_load"] = {}
    assert found(alert) == [("/do_not_load", "rule.do_not_load_named")]


@pytest.mark.parametrize(
    "named",
    [{"equipment": ["CSQU3054383"]}, {"transport_documents": [{"number": "1", "type": "N722"}]}],
)
def test_do_not_load_something_is_no_fault(alert, named):
    alert["do_not_load"] = named
    assert found(alert) == []
