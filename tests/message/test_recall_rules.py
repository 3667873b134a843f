import json

import pytest

from node.message.document import all_faults


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.fixture
def recall(published):
    return published("recall-minimum")


@pytest.fixture
def answer(published):
    return published("recall-answer-minimum")


@pytest.mark.parametrize("profile", ["minimum", "full"])
@pytest.mark.parametrize("name", ["recall", "recall-answer"])
def test_published_example_has_no_fault(published, name, profile):
    assert found(published(f"{name}-{profile}")) == []


def test_recall_of_a_document_of_another_is_a_fault(recall):
    recall["recalls"]["authority"] = "AZ-SCC"
    assert found(recall) == [("/recalls/authority", "rule.recalls_own")]


def test_recall_for_another_reason_without_words_is_a_fault(recall):
    recall["reason"] = "other"
    assert found(recall) == [("/reason_text", "rule.reason_worded")]
    assert found(recall | {"reason_text": "Sent by mistake from the training room."}) == []


@pytest.mark.parametrize(
    ("due", "is_late"), [("2026-11-24T15:00:00Z", True), ("2026-11-24T15:00:01Z", False)]
)
def test_recall_answer_due_is_after_the_issue(recall, due, is_late):
    recall["answer_due_at"] = due
    assert found(recall) == ([("/answer_due_at", "rule.after_issue")] if is_late else [])


def test_recall_answer_to_another_document_is_a_fault(answer):
    answer["answers"]["type"] = "alert"
    assert found(answer) == [("/answers/type", "rule.answers_type")]


def test_recall_answer_use_twice_is_a_fault(answer):
    answer["uses"] = ["in-file", "in-file"]
    assert found(answer) == [("/uses", "rule.named_once")]


@pytest.mark.parametrize("other", ["used", "passed-on", "in-file"])
def test_recall_answer_unused_with_another_use_is_a_fault(answer, other):
    answer |= {"uses": ["unused", other]}
    answer |= {"used_in": ["control"]} if other == "used" else {}
    answer |= {"passed_on_to": ["KZ-SRC"]} if other == "passed-on" else {}
    assert found(answer) == [("/uses", "rule.unused_alone")]


@pytest.mark.parametrize(("uses", "used_in"), [(["used"], []), (["in-file"], ["control"])])
def test_recall_answer_acts_go_with_used(answer, uses, used_in):
    answer |= {"uses": uses, "used_in": used_in}
    assert found(answer) == [("/used_in", "rule.used_in_named")]


@pytest.mark.parametrize(("uses", "to"), [(["passed-on"], []), (["in-file"], ["KZ-SRC"])])
def test_recall_answer_recipients_go_with_passed_on(answer, uses, to):
    answer |= {"uses": uses, "passed_on_to": to}
    assert found(answer) == [("/passed_on_to", "rule.passed_on_named")]


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("used_in", {"uses": ["used"], "used_in": ["control", "control"]}),
        ("passed_on_to", {"uses": ["passed-on"], "passed_on_to": ["KZ-SRC", "KZ-SRC"]}),
    ],
)
def test_recall_answer_named_twice_is_a_fault(answer, member, change):
    assert found(answer | change) == [(f"/{member}", "rule.named_once")]


def test_recall_answer_other_act_without_words_is_a_fault(answer):
    answer |= {"uses": ["used"], "used_in": ["other"]}
    assert found(answer) == [("/note", "rule.use_worded")]
    assert found(answer | {"note": "Shown at a training."}) == []


def test_recall_answer_everything_done_with_it_is_no_fault(answer):
    answer |= {"uses": ["used", "passed-on", "in-file"], "used_in": ["court"], "passed_on_to": ["GE-RS"]}
    assert found(answer) == []
