import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from node.errors import PeerError, Refusal
from node.limits import MAX_DOCUMENT_BYTES
from node.message.alert import Alert
from node.message.document import DOCUMENT_TYPES, all_faults, read_document, rule_faults
from node.message.notice import PreArrivalNotice

SCHEMAS = Path(__file__).parents[2] / "schemas"
BAD = sorted((SCHEMAS / "bad").glob("*.json"))
EXAMPLES = sorted((SCHEMAS / "examples").glob("*.json"))


def encoded(document):
    return json.dumps(document).encode()


def bad_bytes(case):
    return case["raw"].encode() if "raw" in case else encoded(case["document"])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_read_document_example_is_accepted_without_doubt(path):
    assert read_document(path.read_bytes()).doubts == ()


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_read_document_bad_example_is_refused_as_published(path):
    case = json.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(PeerError) as refused:
        read_document(bad_bytes(case))
    assert {"code": refused.value.code, "pointer": refused.value.pointer} == case["expect"]
    assert case["why"].endswith(".")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_all_faults_bad_example_names_the_published_pointer(path):
    case = json.loads(path.read_text(encoding="utf-8"))
    if case["expect"]["code"] == Refusal.DOCUMENT_MALFORMED:
        with pytest.raises(PeerError):
            all_faults(bad_bytes(case))
    else:
        assert case["expect"]["pointer"] in {f.pointer for f in all_faults(bad_bytes(case))}


def test_read_document_notice_gives_the_facts_of_its_header(notice):
    document = read_document(encoded(notice)).document
    assert isinstance(document, PreArrivalNotice)
    assert document.type == "pre-arrival-notice/1"
    assert document.reference == "AZ-PAN-MIN-000001"
    assert document.version == 1
    assert document.originator.authority == "AZ-SCC"
    assert document.recipients == ("TM-SCS",)
    assert document.priority == "routine"
    assert document.issued_at == datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert document.valid_until == datetime(2026, 12, 24, 6, tzinfo=UTC)
    assert document.test is True
    assert document.handling.purpose == "risk-analysis"


def test_read_document_alert_gives_an_alert(alert):
    assert isinstance(read_document(encoded(alert)).document, Alert)


def test_read_document_layout_makes_no_difference(notice):
    spread = json.dumps(notice, indent=4, ensure_ascii=False, sort_keys=True).encode()
    assert read_document(spread).document == read_document(encoded(notice)).document


def test_read_document_oversize_is_refused():
    with pytest.raises(PeerError) as refused:
        read_document(b" " * (MAX_DOCUMENT_BYTES + 1))
    assert refused.value.refusal is Refusal.DOCUMENT_MALFORMED


def test_read_document_refusal_never_repeats_a_value(notice):
    notice["consignments"][0]["goods"][0]["hs_code"] = "secret name"
    with pytest.raises(PeerError) as refused:
        read_document(encoded(notice))
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_reading_doubts_are_computed_once(notice):
    notice["transport"]["estimated_arrival_at"] = notice["issued_at"]
    reading = read_document(encoded(notice))
    assert [doubt.code for doubt in reading.doubts] == ["doubt.late_notice"]
    assert reading.doubts is reading.doubts


def test_reading_is_frozen(notice):
    reading = read_document(encoded(notice))
    with pytest.raises(dataclasses.FrozenInstanceError):
        reading.document = None


def test_all_faults_valid_document_has_none(notice):
    assert all_faults(encoded(notice)) == ()


def test_all_faults_several_members_wrong_are_all_named(notice):
    notice |= {"version": 0, "priority": "soon", "surplus": 1}
    assert [fault.pointer for fault in all_faults(encoded(notice))] == [
        "/version",
        "/priority",
        "/surplus",
    ]


def test_all_faults_several_rules_broken_are_all_named(notice):
    notice |= {"recipients": ["AZ-SCC", "AZ-SCC"], "total_items": 9}
    assert [fault.code for fault in all_faults(encoded(notice))] == [
        "rule.recipients_unique",
        "rule.recipients_others",
        "rule.total_items",
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_document_written_again_reads_the_same(path):
    document = read_document(path.read_bytes()).document
    written = document.model_dump_json(exclude_none=True).encode()
    assert read_document(written).document == document


def test_document_types_name_their_models():
    assert {name: model.__name__ for name, model in DOCUMENT_TYPES.items()} == {
        "pre-arrival-notice/1": "PreArrivalNotice",
        "alert/1": "Alert",
        "hit/1": "Hit",
        "acceptance/1": "Acceptance",
        "arrival/1": "Arrival",
        "control-result/1": "ControlResult",
        "seizure/1": "Seizure",
        "import-result/1": "ImportResult",
        "discrepancy/1": "Discrepancy",
        "incident/1": "Incident",
        "information-request/1": "InformationRequest",
        "information-reply/1": "InformationReply",
        "refusal/1": "Refusal",
        "extension/1": "Extension",
        "amendment/1": "Amendment",
        "recall/1": "Recall",
        "recall-answer/1": "RecallAnswer",
        "consent-request/1": "ConsentRequest",
        "consent/1": "Consent",
        "statistics/1": "Statistics",
    }


def test_rule_faults_document_in_order_has_none(full_alert):
    assert list(rule_faults(read_document(encoded(full_alert)).document)) == []


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
).map(lambda value: json.dumps({"type": "alert/1", "subject": value}).encode()))  # fmt: skip
def test_read_document_anything_else_is_a_peer_error(raw):
    with pytest.raises(PeerError):
        read_document(raw)


def test_all_faults_of_a_list_are_those_of_its_first_wrong_entry(notice):
    notice["equipment"] = [notice["equipment"][0], {}, {}]
    assert [fault.pointer for fault in all_faults(encoded(notice))] == [
        "/equipment/1/sequence",
        "/equipment/1/identification",
    ]


def test_read_document_many_wrong_entries_costs_no_more_than_the_first(notice):
    notice["consignments"] = [{}] * 999
    with pytest.raises(PeerError) as refused:
        read_document(encoded(notice))
    assert refused.value.pointer == "/consignments/0/sequence"
    with pytest.raises(ValidationError) as counted:
        PreArrivalNotice.model_validate_json(encoded(notice))
    assert counted.value.error_count() < 20
