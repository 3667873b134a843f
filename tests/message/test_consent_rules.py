import json

import pytest

from node.message.document import all_faults
from node.reference.codes import DOCUMENT_NAMES


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.fixture
def asked(published):
    return published("consent-request-minimum")


@pytest.fixture
def consent(published):
    return published("consent-minimum")


@pytest.mark.parametrize("profile", ["minimum", "full"])
@pytest.mark.parametrize("name", ["consent-request", "consent"])
def test_published_example_has_no_fault(published, name, profile):
    assert found(published(f"{name}-{profile}")) == []


@pytest.mark.parametrize("answered", DOCUMENT_NAMES.codes)
def test_consent_may_be_asked_for_any_document(asked, answered):
    asked["answers"]["type"] = answered
    assert found(asked) == []


def test_consent_answers_a_request_for_it_alone(consent):
    consent["answers"]["type"] = "information-request"
    assert found(consent) == [("/answers/type", "rule.answers_type")]


@pytest.mark.parametrize(("name", "member"), [("consent-request", "uses"), ("consent", "grants")])
@pytest.mark.parametrize(
    ("use", "faults"),
    [
        ({"kind": "evidence"}, []),
        ({"kind": "evidence", "to": ["KZ-SRC"]}, [("/to", "rule.use_recipients")]),
        ({"kind": "evidence", "tlp": "CLEAR"}, [("", "rule.use_handling")]),
        ({"kind": "pass-on", "to": ["KZ-SRC"]}, []),
        ({"kind": "pass-on"}, [("/to", "rule.use_recipients")]),
        ({"kind": "pass-on", "to": ["KZ-SRC", "KZ-SRC"]}, [("/to", "rule.named_once")]),
        ({"kind": "pass-on", "to": ["KZ-SRC"], "pap": "RED"}, [("", "rule.use_handling")]),
        ({"kind": "widen-handling"}, [("", "rule.use_handling")]),
        ({"kind": "widen-handling", "tlp": "GREEN"}, []),
        ({"kind": "widen-handling", "h_code": "H0"}, []),
        ({"kind": "widen-handling", "pap": "CLEAR"}, []),
        ({"kind": "widen-handling", "pap": "CLEAR", "to": ["KZ-SRC"]}, [("/to", "rule.use_recipients")]),
    ],
)
def test_use_says_what_its_kind_needs_and_no_more(published, name, member, use, faults):
    document = published(f"{name}-minimum")
    document[member].append(use)
    assert found(document) == [(f"/{member}/1{below}", code) for below, code in faults]


def test_consent_to_a_document_of_another_is_a_fault(consent):
    consent["covers"]["authority"] = "TM-SCS"
    assert found(consent) == [("/covers/authority", "rule.covers_own")]


@pytest.mark.parametrize(("name", "member"), [("consent-request", "needed_by"), ("consent", "until")])
def test_time_that_is_not_after_the_issue_is_a_fault(published, name, member):
    document = published(f"{name}-minimum")
    assert found(document | {member: document["issued_at"]}) == [(f"/{member}", "rule.after_issue")]
