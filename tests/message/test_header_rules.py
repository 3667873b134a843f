import json

import pytest

from node.message.document import all_faults


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


def test_header_in_order_has_no_fault(notice):
    assert found(notice) == []


def test_valid_until_at_issue_is_a_fault(notice):
    notice["valid_until"] = notice["issued_at"]
    assert found(notice) == [("/valid_until", "rule.valid_after_issue")]


def test_originator_of_another_country_is_a_fault(notice):
    notice["originator"]["country"] = "TM"
    assert found(notice) == [("/originator/country", "rule.originator_country")]


@pytest.mark.parametrize(("version", "function"), [(2, "9"), (1, "5"), (1, "1")])
def test_version_that_does_not_fit_the_function_is_a_fault(notice, version, function):
    notice |= {"version": version, "function": function}
    assert found(notice) == [("/version", "rule.version_function")]


@pytest.mark.parametrize(("version", "function"), [(1, "9"), (2, "5"), (7, "1")])
def test_version_that_fits_the_function_is_no_fault(notice, version, function):
    notice |= {"version": version, "function": function}
    assert found(notice) == []


def test_recipient_named_twice_is_a_fault(notice):
    notice["recipients"] = ["TM-SCS", "UZ-CC", "TM-SCS"]
    assert found(notice) == [("/recipients", "rule.recipients_unique")]


def test_originator_among_recipients_is_a_fault(notice):
    notice["recipients"] = ["TM-SCS", "AZ-SCC"]
    assert found(notice) == [("/recipients", "rule.recipients_others")]


def test_h3_without_restrictions_is_a_fault(notice):
    notice["handling"]["h_code"] = "H3"
    assert found(notice) == [("/handling/restrictions", "rule.restrictions_stated")]


def test_h3_with_restrictions_is_no_fault(notice):
    notice["handling"] |= {"h_code": "H3", "restrictions": "Not to the carrier."}
    assert found(notice) == []


def test_natural_person_as_organisation_is_two_faults(notice):
    notice["carrier"]["type_of_person"] = "1"
    assert found(notice) == [
        ("/carrier/person", "rule.party_kind"),
        ("/carrier/organisation", "rule.party_kind"),
    ]


@pytest.mark.parametrize("kind", ["2", "3"])
def test_organisation_with_a_person_beside_it_is_a_fault(notice, kind):
    notice["carrier"] |= {"type_of_person": kind, "person": {"name": "Nobody"}}
    assert found(notice) == [("/carrier/person", "rule.party_kind")]


def test_natural_person_in_its_sub_object_is_no_fault(notice):
    notice["carrier"] = {"type_of_person": "1", "person": {"name": "Nobody"}}
    assert found(notice) == []


SOURCE = {
    "type": "alert",
    "authority": "UZ-CC",
    "reference": "UZ-ALR-MIN-000001",
    "version": 1,
    "tlp": "AMBER+STRICT",
    "h_code": "H2",
    "pap": "GREEN",
}


def test_source_handled_as_strictly_is_no_fault(notice):
    notice["sources"] = [SOURCE, {**SOURCE, "version": 2, "tlp": "CLEAR", "h_code": "H0"}]
    assert found(notice) == []


@pytest.mark.parametrize(("member", "code"), [("tlp", "RED"), ("h_code", "H3"), ("pap", "AMBER")])
def test_source_handled_more_strictly_is_a_fault(notice, member, code):
    notice["sources"] = [SOURCE, {**SOURCE, "version": 2, member: code}]
    assert found(notice) == [(f"/handling/{member}", "rule.handling_inherited")]


def test_source_used_with_consent_binds_no_more(notice):
    notice["sources"] = [{**SOURCE, "tlp": "RED", "h_code": "H3", "consent": "UZ-CNS-MIN-000001"}]
    assert found(notice) == []


def test_sources_that_bind_in_the_same_code_are_one_fault(notice):
    notice["sources"] = [{**SOURCE, "version": version, "tlp": "RED"} for version in (1, 2)]
    assert found(notice) == [("/handling/tlp", "rule.handling_inherited")]


def test_source_named_twice_is_a_fault(notice):
    notice["sources"] = [SOURCE, {**SOURCE, "pap": "CLEAR"}]
    assert found(notice) == [("/sources", "rule.sources_unique")]


def test_source_of_ones_own_is_a_fault(notice):
    notice["sources"] = [{**SOURCE, "authority": "AZ-SCC"}]
    assert found(notice) == [("/sources/0/authority", "rule.source_of_other")]
