import json

import pytest

from node.message.document import all_faults


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.fixture
def amendment(published):
    return published("amendment-minimum")


@pytest.fixture
def of_notice(published):
    amendment = published("amendment-full")
    amendment["document"].pop("representative")
    return amendment


@pytest.mark.parametrize("name", ["amendment-minimum", "amendment-full"])
def test_published_example_has_no_fault(published, name):
    assert found(published(name)) == []


def test_amendment_of_a_document_of_another_is_a_fault(amendment):
    amendment["amends"]["authority"] = "AZ-SCC"
    assert found(amendment) == [
        ("/amends/authority", "rule.amends_own"),
        ("/document/originator/authority", "rule.amended_same"),
    ]


def test_new_version_by_another_is_a_fault(amendment):
    amendment["document"]["originator"] = {"authority": "KZ-SRC", "unit": "HQ", "country": "KZ"}
    assert found(amendment) == [("/document/originator/authority", "rule.amended_same")]


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("type", "pre-arrival-notice", "/document/type"),
        ("reference", "UZ-ALR-MIN-000002", "/document/reference"),
    ],
)
def test_new_version_of_another_document_is_a_fault(amendment, member, value, pointer):
    amendment["amends"][member] = value
    assert found(amendment) == [(pointer, "rule.amended_same")]


@pytest.mark.parametrize("version", [2, 3])
def test_new_version_not_above_the_old_is_a_fault(amendment, version):
    amendment["amends"]["version"] = version
    assert found(amendment) == [("/document/version", "rule.amended_version")]


def test_new_version_may_leave_numbers_out(amendment):
    amendment["document"]["version"] = 9
    assert found(amendment) == []


def test_new_version_that_cancels_is_a_fault(amendment):
    amendment["document"]["function"] = "1"
    assert found(amendment) == [("/document/function", "rule.amended_function")]


def test_recipients_in_another_order_are_no_fault(amendment):
    amendment["document"]["recipients"].reverse()
    assert found(amendment) == []


@pytest.mark.parametrize("recipients", [["AZ-SCC"], ["AZ-SCC", "TM-SCS", "KZ-SRC"]])
def test_recipients_that_differ_are_a_fault(amendment, recipients):
    amendment["document"]["recipients"] = recipients
    assert found(amendment) == [("/document/recipients", "rule.amended_recipients")]


def test_real_version_in_test_traffic_is_a_fault(amendment):
    amendment["document"]["test"] = False
    assert found(amendment) == [("/document/test", "rule.amended_test")]


def test_handling_looser_inside_is_a_fault_for_each_code(amendment):
    amendment["document"]["handling"] |= {"tlp": "CLEAR", "h_code": "H0", "pap": "CLEAR"}
    assert found(amendment) == [
        (f"/document/handling/{name}", "rule.amended_handling") for name in ("tlp", "h_code", "pap")
    ]


def test_handling_stricter_inside_is_no_fault(amendment):
    amendment["document"]["handling"]["tlp"] = "RED"
    assert found(amendment) == []


def test_other_reason_without_words_is_a_fault(amendment):
    amendment["reason"] = "other"
    assert found(amendment) == [("/reason_text", "rule.reason_worded")]


def test_changed_member_named_twice_is_a_fault(amendment):
    amendment["changed"] *= 2
    assert found(amendment) == [("/changed", "rule.named_once")]


@pytest.mark.parametrize(
    "pointer",
    [
        "/transport",
        "/equipment/0/seals/1/number",
        "/recipients/0",
        "/issued_at",
        "/representative",  # absent: it may have been removed
        "/equipment/7",
        "/equipment/0/seals/10",
        "/recipients/2",
    ],
)
def test_changed_that_leads_to_a_member_or_its_place_is_no_fault(of_notice, pointer):
    of_notice["changed"] = [pointer]
    assert found(of_notice) == []


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "/",
        "/colour",
        "/transport/colour",
        "/equipment/7/seals",
        "/equipment/x",
        "/equipment/-",
        "/equipment/00",
        "/equipment/01/seals",
        "/equipment/\u0661",
        "/equipment/0/colour",
        "/representative/organisation",
        "/issued_at/0",
        "/reference/0",
        "/model_fields",
        "/transport/",
        "/transport~1mode",
    ],
)
def test_changed_that_leads_nowhere_is_a_fault(of_notice, pointer):
    of_notice["changed"] = [pointer]
    assert found(of_notice) == [("/changed/0", "rule.changed_exists")]


def test_faults_of_the_new_version_are_pointed_at_inside(of_notice):
    of_notice["document"] |= {"total_items": 9, "valid_until": "2026-01-01T00:00:00Z"}
    assert found(of_notice) == [
        ("/document/valid_until", "rule.valid_after_issue"),
        ("/document/total_items", "rule.total_items"),
    ]


def test_faults_of_a_new_alert_are_pointed_at_inside(amendment):
    amendment["document"]["risks"] *= 2
    assert found(amendment) == [("/document/risks", "rule.risk_areas_unique")]
