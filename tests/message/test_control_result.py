import json

import pytest

from node.message.control_result import ControlResult
from node.message.document import all_faults, read_document


def faults(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize("member", ["answers", "decision", "office_of_control", "ended_at"])
def test_control_result_without_its_essentials_is_refused(published, member):
    result = published("control-result-minimum")
    del result[member]
    assert faults(result) == [(f"/{member}", "member.missing")]


def test_control_result_tells_what_was_found(published):
    result = read_document(json.dumps(published("control-result-full")).encode()).document
    assert isinstance(result, ControlResult)
    assert result.result == "B1"
    assert result.triggers == ("alert", "own-targeting")
    assert result.discrepancies[0].found.startswith("Acetic anhydride")
    assert result.seals[0].affixed == ("TM4410072",)
    assert [each.kind for each in result.attachments] == ["scan", "photo"]


@pytest.mark.parametrize("code", ["A1", "A2", "A3", "A4", "A5", "B1"])
def test_control_result_takes_each_code_of_the_list(published, code):
    assert faults({**published("control-result-minimum"), "result": code}) == []


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("result", "A6", "value.code"),
        ("usefulness", 0, "value.range"),
        ("hours_spent", "1:30", "value.form"),
        ("hours_spent", 1.5, "value.type"),
        ("measured_gross_mass", "-1", "value.form"),
        ("evidence_use", "perhaps", "value.code"),
    ],
)
def test_control_result_value_that_cannot_be_is_refused(published, member, value, code):
    assert faults({**published("control-result-minimum"), member: value}) == [(f"/{member}", code)]


@pytest.mark.parametrize("hours", ["0", "0.5", "26.25", "9999.99"])
def test_control_result_hours_are_a_decimal_in_a_string(published, hours):
    assert faults({**published("control-result-minimum"), "hours_spent": hours}) == []
