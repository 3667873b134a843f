import json

import pytest

from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.document import all_faults, read_document
from node.message.notice import PreArrivalNotice


def read(document):
    return read_document(json.dumps(document).encode())


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.fixture
def amendment(published):
    return published("amendment-minimum")


@pytest.mark.parametrize(("profile", "inner"), [("minimum", Alert), ("full", PreArrivalNotice)])
def test_amendment_carries_the_new_version_as_a_document(published, profile, inner):
    document = read(published(f"amendment-{profile}")).document
    assert type(document) is Amendment
    assert type(document.document) is inner


def test_amendment_reads_inside_as_the_document_reads_alone(amendment):
    assert read(amendment).document.document == read(amendment["document"]).document


@pytest.mark.parametrize("member", ["amends", "reason", "changed", "document"])
def test_member_that_is_required_is_missed(amendment, member):
    del amendment[member]
    assert found(amendment) == [(f"/{member}", "member.missing")]


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        ({}, ("/document/type", "member.missing")),
        ([], ("/document", "value.type")),
        ({"type": "seizure/1"}, ("/document/type", "value.code")),
        ({"type": "alert/2"}, ("/document/type", "value.code")),
        ({"type": 5}, ("/document/type", "value.code")),
    ],
)
def test_amendment_of_what_is_not_amended_is_refused(amendment, inside, fault):
    amendment["document"] = inside
    assert found(amendment) == [fault]


def test_fault_of_a_member_inside_is_pointed_at_without_the_type(amendment):
    amendment["document"]["risks"][0]["level"] = "huge"
    amendment["document"]["surplus name"] = 1
    assert found(amendment) == [
        ("/document/risks/0/level", "value.code"),
        ("/document", "member.unknown"),
    ]


def test_fault_of_the_type_inside_does_not_repeat_it(amendment):
    amendment["document"]["type"] = "secret"
    (fault,) = all_faults(json.dumps(amendment).encode())
    assert fault.text == "expected one of 'pre-arrival-notice/1', 'alert/1'"


def test_doubts_about_the_new_version_are_seen(amendment):
    amendment["document"]["subject"]["equipment"][0]["identification"] = "CSQU3054384"
    amendment["document"]["summary"] = "Ask Mr Nobody."
    assert [(doubt.pointer, doubt.code) for doubt in read(amendment).doubts] == [
        ("/document/summary", "doubt.personal_data"),
        ("/document/subject/equipment/0/identification", "doubt.identifier"),
    ]
