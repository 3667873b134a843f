import json

import pytest

from node.message.document import all_faults, read_document


def faults(alert):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(alert).encode())]


@pytest.mark.parametrize(
    "member", ["feedback_due_at", "risks", "subject", "recommended_actions", "handling", "test"]
)
def test_alert_without_its_essentials_is_refused(alert, member):
    del alert[member]
    assert faults(alert) == [(f"/{member}", "member.missing")]


@pytest.mark.parametrize("member", ["source_evaluation", "information_evaluation"])
def test_alert_whose_source_is_not_evaluated_is_refused(alert, member):
    del alert["handling"][member]
    assert faults(alert) == [(f"/handling/{member}", "member.missing")]


@pytest.mark.parametrize("member", ["risks", "recommended_actions"])
def test_alert_with_an_empty_list_of_essentials_is_refused(alert, member):
    alert[member] = []
    assert faults(alert) == [(f"/{member}", "list.length")]


def test_alert_indicator_by_identifier_alone_is_accepted(alert):
    alert["indicators"] = [{"identifier": "UZ-117"}]
    assert faults(alert) == []


def test_alert_pointer_into_a_notice_is_a_json_pointer(full_alert):
    full_alert["suspicious_members"][0]["pointer"] = "goods.description"
    assert faults(full_alert) == [("/suspicious_members/0/pointer", "value.form")]


def test_alert_attachment_is_named_by_its_hash(full_alert):
    attachment = read_document(json.dumps(full_alert).encode()).document.attachments[0]
    assert len(bytes.fromhex(attachment.sha256)) == 32


def test_alert_declared_and_suspected_goods_are_two_things(full_alert):
    document = read_document(json.dumps(full_alert).encode()).document
    assert document.subject.declared_goods[0].hs_code == "291521"
    assert document.suspected_goods[0].hs_code == "291524"
