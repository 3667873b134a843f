import json

import pytest

from node.message.acceptance import Acceptance
from node.message.document import all_faults, read_document


def faults(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize("member", ["answers", "decision"])
def test_acceptance_without_its_essentials_is_refused(published, member):
    acceptance = published("acceptance-minimum")
    del acceptance[member]
    assert faults(acceptance) == [(f"/{member}", "member.missing")]


def test_acceptance_says_where_when_and_what(published):
    acceptance = read_document(json.dumps(published("acceptance-full")).encode()).document
    assert isinstance(acceptance, Acceptance)
    assert acceptance.office_of_control == "TM001004"
    assert acceptance.scheduled_at.isoformat() == "2026-11-25T05:00:00+00:00"
    assert acceptance.planned_actions == ("check-seals", "weigh", "scan", "sample")


@pytest.mark.parametrize(
    ("member", "value"),
    [("decision", "perhaps"), ("reason", "tired"), ("place", "SEA"), ("planned_actions", ["sing"])],
)
def test_acceptance_of_an_unknown_code_is_refused(published, member, value):
    ((pointer, code),) = faults({**published("acceptance-full"), member: value})
    assert pointer.startswith(f"/{member}")
    assert code == "value.code"
