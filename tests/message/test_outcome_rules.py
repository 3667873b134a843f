import json
from datetime import timedelta

import pytest

from node.message.control_result import ControlResult
from node.message.outcome_rules import (
    differing_faults,
    evidence_faults,
    happened_faults,
    no_control_faults,
)


@pytest.fixture
def read(published):
    def make(**changes):
        return ControlResult.model_validate_json(
            json.dumps({**published("control-result-minimum"), **changes})
        )

    return make


def found(faults):
    return [(fault.pointer, fault.code) for fault in faults]


@pytest.mark.parametrize(("seconds", "is_fault"), [(-1, False), (0, False), (1, True)])
def test_event_after_its_report_is_a_fault(read, seconds, is_fault):
    result = read()
    at = result.issued_at + timedelta(seconds=seconds)
    fault = ("/endorsement/at", "rule.happened_before_issue")
    assert found(happened_faults(result, at, "endorsement", "at")) == [fault] * is_fault


@pytest.mark.parametrize(
    ("changes", "is_due", "expected"),
    [
        ({}, False, []),
        ({}, True, [("/reason", "rule.reason_stated")]),
        ({"reason": "not-found"}, True, []),
        ({"reason": "not-found"}, False, [("/reason", "rule.reason_stated")]),
        ({"reason": "other", "reason_text": "Storm."}, True, []),
        ({"reason": "other"}, True, [("/reason_text", "rule.reason_worded")]),
        ({"reason_text": "Storm."}, False, [("/reason_text", "rule.reason_stated")]),
        ({"reason_text": "Storm."}, True, [("/reason", "rule.reason_stated")]),
    ],
)
def test_reason_is_given_exactly_without_a_control(read, changes, is_due, expected):
    assert found(no_control_faults(read(**changes), is_due=is_due)) == expected


@pytest.mark.parametrize("h_code", ["H0", "H1", "H2", "H3"])
@pytest.mark.parametrize("use", [None, "no", "with-consent", "yes"])
def test_free_use_in_court_is_a_fault_where_the_handling_reserves_it(published, read, h_code, use):
    handling = {**published("control-result-minimum")["handling"], "h_code": h_code}
    fault = ("/evidence_use", "rule.evidence_within_handling")
    is_fault = use == "yes" and h_code in {"H1", "H2"}
    assert found(evidence_faults(read(handling=handling), use)) == [fault] * is_fault


@pytest.mark.parametrize(
    ("one", "other", "is_fault"),
    [("3", "4", False), ("3", None, False), (None, "3", False), (None, None, True), ("3", "3", True)],
)
def test_difference_is_a_fault_unless_it_tells_one(one, other, is_fault):
    fault = ("/differences/2", "rule.difference_told")
    assert found(differing_faults(one, other, "differences", 2)) == [fault] * is_fault
