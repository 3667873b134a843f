"""What may be derived from what, asked by the sender and by the reader."""

import json
from datetime import UTC, datetime

import pytest

from node.conversation.facts import Ref
from node.conversation.inheritance import NOTHING, objection
from node.message.document import read_document
from tests.spoken import answering, document

AZ, UZ, TM = "AZ-SCC", "UZ-CC", "TM-SCS"
NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
STRICT = {"tlp": "AMBER+STRICT", "h_code": "H2", "pap": "GREEN"}


def read(value):
    return read_document(json.dumps(value).encode()).document


class Holding:
    """Documents one side holds."""

    def __init__(self, *values):
        self._documents = [read(value) for value in values]

    def held(self, ref, version):
        same = [each for each in self._documents if ref_of(each) == ref and each.version <= version]
        return max(same, key=lambda each: each.version, default=None)

    def is_recalled(self, ref):
        return any(
            each.type == "recall/1" and each.recalls.reference == ref.reference
            for each in self._documents
        )


def ref_of(document):
    return Ref(document.type.partition("/")[0], document.originator.authority, document.reference)


def handled(value, **codes):
    return {**value, "handling": {**value["handling"], **codes}}


ALERT = document("alert-minimum", UZ, AZ, now=NOW, reference="UZ-ALR-1")
RED = handled(ALERT, pap="AMBER", tlp="RED")
RED["recommended_actions"] = [{"action": "check-documents"}]
ACCEPTANCE = document(
    "acceptance-minimum", AZ, UZ, now=NOW, reference="AZ-ACC-1", answers=answering(ALERT)
)
SOURCE = {**answering(ALERT), **STRICT}
DERIVED = document(
    "alert-minimum", AZ, TM, now=NOW, reference="AZ-ALR-9", sources=[{**SOURCE, "consent": "UZ-CNS-1"}]
)


REQUESTED = {"type": "consent-request", "authority": AZ, "reference": "AZ-CRQ-1", "version": 1}
RECALL = document(
    "recall-minimum",
    *(UZ, AZ),
    now=NOW,
    reference="UZ-RCL-1",
    recalls={"type": "consent", "authority": UZ, "reference": "UZ-CNS-1", "version": 1},
)


def consent(*grants, covers=None, **more):
    return document(
        "consent-minimum",
        UZ,
        AZ,
        now=NOW,
        reference="UZ-CNS-1",
        recipients=[AZ, TM],
        covers=covers or answering(ALERT),
        grants=list(grants),
        **{"answers": REQUESTED, **more},
    )


PASS_ON = {"kind": "pass-on", "to": [TM]}


def found(value, *held, reader=None):
    objected = objection(read(value), Holding(*held), at=NOW, reader=reader)
    return objected and (objected.code.value, objected.pointer)


def test_answer_as_strict_as_what_it_answers_is_fine():
    assert found(ACCEPTANCE, ALERT) is None


def test_answer_looser_than_what_it_answers_is_refused():
    assert found(handled(ACCEPTANCE, tlp="GREEN"), ALERT) == ("handling.loosened", "/handling/tlp")
    assert found(ACCEPTANCE, RED) == ("handling.loosened", "/handling/tlp")


@pytest.mark.parametrize(
    "codes", [{"tlp": "RED"}, {"h_code": "H3", "restrictions": "x"}, {"pap": "RED"}]
)
def test_answer_stricter_than_what_it_answers_is_fine(codes):
    assert found(handled(ACCEPTANCE, **codes), ALERT) is None


def test_answer_to_what_is_not_held_cannot_be_judged():
    assert found(handled(ACCEPTANCE, tlp="CLEAR")) is None
    assert objection(read(ACCEPTANCE), NOTHING, at=NOW) is None


CONTROL = document(
    "control-result-minimum", AZ, UZ, now=NOW, reference="AZ-CTL-1", answers=answering(ALERT)
)
SEIZURE = document("seizure-minimum", AZ, UZ, now=NOW, reference="AZ-SEI-1", answers=answering(CONTROL))
NOTICE = document("notice-minimum", AZ, UZ, now=NOW, reference="AZ-PAN-1")
INCIDENT = document("incident-minimum", AZ, UZ, now=NOW, reference="AZ-INC-1", answers=answering(NOTICE))


def test_nothing_holds_no_document_and_knows_of_no_recall():
    ref = Ref("consent", UZ, "UZ-CNS-1")
    assert NOTHING.held(ref, 1) is None
    assert not NOTHING.is_recalled(ref)


def test_answer_to_one_s_own_answer_is_as_strict_as_that():
    assert found(SEIZURE, CONTROL) is None
    refused = found(handled(SEIZURE, tlp="CLEAR"), CONTROL)
    assert refused == ("handling.loosened", "/handling/tlp")


def test_answer_to_one_s_own_leading_document_may_be_looser():
    assert found(handled(INCIDENT, tlp="GREEN"), NOTICE) is None


def test_answer_goes_to_nobody_whom_what_it_answers_did_not_go_to():
    wider = {**ACCEPTANCE, "recipients": [UZ, TM]}
    assert found(wider, ALERT) == ("handling.passed_on", "/recipients")
    assert found(wider, {**ALERT, "recipients": [AZ, TM]}) is None
    assert found(wider, handled(ALERT, h_code="H0")) is None
    free = handled(wider, h_code="H0")
    assert found(free, handled(ALERT, h_code="H0")) is None
    red = handled(ALERT, h_code="H0", tlp="RED")
    assert found(handled(free, tlp="RED"), red) == ("handling.passed_on", "/recipients")


def test_answer_to_an_old_version_is_as_strict_as_the_new_one():
    newer = {**RED, "version": 2, "function": "5"}
    assert found(ACCEPTANCE, ALERT, newer) == ("handling.loosened", "/handling/tlp")


def test_answer_that_answers_something_else_in_another_version_is_refused():
    other = document("alert-minimum", UZ, AZ, now=NOW, reference="UZ-ALR-2")
    turned = {**ACCEPTANCE, "version": 2, "function": "5", "answers": answering(other)}
    assert found(turned, ALERT, ACCEPTANCE) == ("document.retargeted", "/answers")
    same = {**ACCEPTANCE, "version": 2, "function": "5"}
    assert found(same, ALERT, ACCEPTANCE) is None


def test_amendment_is_asked_about_the_sources_it_carries():
    inner = {**DERIVED, "version": 2, "function": "5"}
    amendment = document(
        "amendment-minimum",
        *(AZ, TM),
        now=NOW,
        reference="AZ-AMD-1",
        amends=answering(DERIVED),
        document=inner,
        changed=["/risks"],
    )
    refused = found(amendment, ALERT)
    assert refused == ("handling.passed_on", "/document/sources/0/consent")
    assert found(amendment, ALERT, consent(PASS_ON)) is None


def test_derived_document_passed_on_with_consent_is_fine():
    assert found(DERIVED, ALERT, consent(PASS_ON)) is None


@pytest.mark.parametrize(
    "held",
    [
        [ALERT],
        [ALERT, consent({"kind": "evidence"})],
        [ALERT, consent({"kind": "pass-on", "to": ["KZ-CC"]})],
        [ALERT, consent(PASS_ON, covers={**answering(ALERT), "reference": "UZ-ALR-2"})],
        [ALERT, consent(PASS_ON, covers={**answering(ALERT), "version": 2})],
        [ALERT, consent(PASS_ON, version=2, function="1")],
        [ALERT, consent(PASS_ON, valid_until="2026-11-24T12:00:00Z", issued_at="2026-11-24T06:00:00Z")],
        [ALERT, consent(PASS_ON), RECALL],
        [ALERT, consent(PASS_ON, answers={**REQUESTED, "authority": TM})],
        [ALERT, consent(PASS_ON, until="2026-11-24T12:00:00Z", issued_at="2026-11-24T06:00:00Z")],
    ],
    ids=[
        "no consent",
        "for court only",
        "for somebody else",
        "for another document",
        "for another version",
        "cancelled",
        "past its validity",
        "recalled",
        "asked for by somebody else",
        "ended",
    ],
)
def test_derived_document_passed_on_without_consent_is_refused(held):
    assert found(DERIVED, *held) == ("handling.passed_on", "/sources/0/consent")


def test_derived_document_that_names_no_consent_is_refused():
    value = {**DERIVED, "sources": [SOURCE]}
    assert found(value, ALERT, consent(PASS_ON)) == ("handling.passed_on", "/sources/0/consent")


def test_derived_document_back_to_the_source_s_readers_needs_no_consent():
    value = {**DERIVED, "recipients": [UZ], "sources": [SOURCE]}
    assert found(value, ALERT) is None


def test_derived_document_of_a_source_that_may_be_passed_on_needs_no_consent():
    open_alert = handled(ALERT, h_code="H0")
    value = {**DERIVED, "sources": [{**SOURCE, "h_code": "H0"}]}
    assert found(value, open_alert) is None


def test_derived_document_that_misstates_its_source_is_refused():
    value = {**DERIVED, "sources": [{**SOURCE, "pap": "CLEAR"}]}
    assert found(value, ALERT, consent(PASS_ON)) == ("handling.misstated", "/sources/0")


WIDER = handled(DERIVED, tlp="GREEN")
WIDEN = {"kind": "widen-handling", "tlp": "GREEN"}


def test_derived_document_wider_than_its_source_needs_a_grant_for_that():
    assert found(WIDER, ALERT, consent(PASS_ON, WIDEN)) is None
    for grants in ([PASS_ON], [PASS_ON, {"kind": "widen-handling", "tlp": "AMBER"}]):
        refused = found(WIDER, ALERT, consent(*grants))
        assert refused == ("handling.loosened", "/sources/0/consent")


def test_grant_for_one_code_does_not_widen_another():
    value = handled(DERIVED, tlp="GREEN", pap="CLEAR")
    assert found(value, ALERT, consent(PASS_ON, WIDEN)) == ("handling.loosened", "/sources/0/consent")
    both = {**WIDEN, "pap": "CLEAR"}
    assert found(value, ALERT, consent(PASS_ON, both)) is None


def test_reader_who_does_not_hold_the_source_needs_the_consent():
    assert found(DERIVED, reader=TM) == ("handling.passed_on", "/sources/0/consent")
    assert found(DERIVED, consent(PASS_ON), reader=TM) is None


def test_reader_who_holds_the_source_had_it_from_its_originator():
    value = {**DERIVED, "sources": [SOURCE]}
    assert found(value, {**ALERT, "recipients": [AZ, TM]}, reader=TM) is None


def test_reader_is_not_taken_in_by_a_document_under_the_consent_s_name():
    other = document("alert-minimum", UZ, TM, now=NOW, reference="UZ-CNS-1")
    assert found(DERIVED, other, reader=TM) == ("handling.passed_on", "/sources/0/consent")
