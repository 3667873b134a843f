import json

import pytest

from node.message.document import all_faults

OPTIONAL = ("information-request", "information-reply", "refusal", "extension")


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.fixture
def request_(published):
    return published("information-request-minimum")


@pytest.fixture
def reply(published):
    return published("information-reply-minimum")


@pytest.fixture
def refusal(published):
    return published("refusal-minimum")


@pytest.fixture
def extension(published):
    return published("extension-minimum")


@pytest.mark.parametrize("profile", ["minimum", "full"])
@pytest.mark.parametrize("name", OPTIONAL)
def test_published_example_has_no_fault(published, name, profile):
    assert found(published(f"{name}-{profile}")) == []


@pytest.mark.parametrize("due", ["2026-11-24T07:00:00Z", "2026-11-24T06:59:59Z"])
def test_request_due_not_after_issue_is_a_fault(request_, due):
    request_["due_at"] = due
    assert found(request_) == [("/due_at", "rule.after_issue")]


def test_request_due_a_second_after_issue_is_no_fault(request_):
    request_["due_at"] = "2026-11-24T07:00:01Z"
    assert found(request_) == []


@pytest.mark.parametrize("number", [2, 99])
def test_question_out_of_number_is_a_fault(request_, number):
    request_["questions"][0]["number"] = number
    assert found(request_) == [("/questions/0/number", "rule.sequence")]


def test_question_pointer_without_related_leads_into_the_first(request_):
    request_["questions"][0]["pointer"] = "/carrier"
    assert found(request_) == []


@pytest.mark.parametrize("related", [2, 99])
def test_question_pointer_into_a_document_not_listed_is_a_fault(request_, related):
    request_["questions"][0] |= {"pointer": "/carrier", "related": related}
    assert found(request_) == [("/questions/0/related", "rule.question_pointer")]


def test_question_pointer_with_nothing_related_is_a_fault(request_):
    request_["questions"][0]["pointer"] = "/carrier"
    request_["related"] = []
    assert found(request_) == [("/questions/0/related", "rule.question_pointer")]


def test_question_related_without_pointer_is_a_fault(request_):
    request_["questions"][0]["related"] = 1
    assert found(request_) == [("/questions/0/pointer", "rule.question_pointer")]


def test_request_about_nothing_exchanged_is_no_fault(request_):
    request_["related"] = []
    assert found(request_) == []


def test_request_subject_keeps_its_rules(request_):
    request_["subject"] = {"equipment": [{"identification": "1"}]}
    assert found(request_) == [("/subject/equipment/0/identification", "rule.identifier_structure")]


@pytest.mark.parametrize("name", ["information-reply", "refusal", "extension"])
def test_answer_to_another_kind_of_document_is_a_fault(published, name):
    document = published(f"{name}-minimum")
    document["answers"]["type"] = "alert"
    assert found(document) == [("/answers/type", "rule.answers_type")]


@pytest.mark.parametrize("name", ["refusal", "extension"])
def test_answer_to_a_request_for_consent_is_no_fault(published, name):
    document = published(f"{name}-minimum")
    document["answers"]["type"] = "consent-request"
    assert found(document) == []


def test_reply_to_a_request_for_consent_is_a_fault(reply):
    reply["answers"]["type"] = "consent-request"
    assert found(reply) == [("/answers/type", "rule.answers_type")]


@pytest.mark.parametrize("name", ["information-reply", "refusal", "extension"])
def test_answer_not_sent_to_who_asked_is_a_fault(published, name):
    document = published(f"{name}-minimum") | {"recipients": ["UZ-CC"]}
    assert found(document) == [("/recipients", "rule.answers_recipient")]


def test_reply_to_a_question_twice_is_a_fault(reply):
    reply["replies"] *= 2
    assert found(reply) == [("/replies", "rule.named_once")]


def test_reply_in_words_without_words_is_a_fault(reply):
    reply["replies"][0]["finding"] = "see-text"
    assert found(reply) == [("/replies/0/text", "rule.finding_worded")]


@pytest.mark.parametrize("finding", ["yes", "no", "unknown"])
def test_reply_by_code_alone_is_no_fault(reply, finding):
    reply["replies"][0]["finding"] = finding
    assert found(reply) == []


@pytest.mark.parametrize(("extent", "numbers"), [("part", []), ("whole", [1])])
def test_refusal_whose_numbers_do_not_fit_its_extent_is_a_fault(refusal, extent, numbers):
    refusal |= {"extent": extent, "questions": numbers}
    assert found(refusal) == [("/questions", "rule.refused_part")]


def test_refusal_of_a_question_twice_is_a_fault(refusal):
    refusal |= {"extent": "part", "questions": [3, 3]}
    assert found(refusal) == [("/questions", "rule.named_once")]


@pytest.mark.parametrize("name", ["refusal", "extension"])
def test_other_reason_without_words_is_a_fault(published, name):
    document = published(f"{name}-minimum") | {"reason": "other"}
    assert found(document) == [("/reason_text", "rule.reason_worded")]
    assert found(document | {"reason_text": "The register is closed this week."}) == []


def test_refusal_under_conditions_not_stated_is_a_fault(refusal):
    refusal["reason"] = "under-conditions"
    assert found(refusal) == [("/what_would_help", "rule.conditions_stated")]
    assert found(refusal | {"what_would_help": "Say which period."}) == []


@pytest.mark.parametrize("until", ["2026-11-30T09:00:00Z", "2026-11-01T09:00:00Z"])
def test_extension_that_ends_before_it_is_announced_is_a_fault(extension, until):
    extension["until"] = until
    assert found(extension) == [("/until", "rule.after_issue")]
