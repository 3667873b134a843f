import json

import pytest

from node.message.answer_rules import answer_faults
from node.message.hit import Hit


@pytest.fixture
def found(published):
    def make(*names, own=False, recipients=("UZ-CC",), **answered):
        hit = published("hit-minimum")
        hit["recipients"] = list(recipients)
        hit["answers"] |= answered
        document = Hit.model_validate_json(json.dumps(hit))
        return [(fault.pointer, fault.code) for fault in answer_faults(document, *names, own=own)]

    return make


def test_answer_to_a_named_type_is_no_fault(found):
    assert found("pre-arrival-notice", "alert") == []


def test_answer_to_another_type_is_a_fault(found):
    assert found("pre-arrival-notice") == [("/answers/type", "rule.answers_type")]


@pytest.mark.parametrize("name", ["alert", "recall", "control-result"])
def test_answer_without_names_may_answer_any_type(found, name):
    assert found(type=name) == []


def test_answer_to_oneself_is_a_fault(found):
    assert found("alert", authority="TM-SCS") == [("/answers/authority", "rule.answers_other")]


def test_answer_to_oneself_where_it_can_be_is_no_fault(found):
    assert found("alert", own=True, authority="TM-SCS") == []


@pytest.mark.parametrize("own", [True, False])
def test_answer_whose_author_is_not_told_is_a_fault(found, own):
    assert found("alert", own=own, recipients=["AZ-SCC"]) == [("/recipients", "rule.answers_recipient")]


def test_answer_to_several_with_the_author_among_them_is_no_fault(found):
    assert found("alert", recipients=["AZ-SCC", "UZ-CC"]) == []
