import json

import pytest

from node.message.document import all_faults, read_document
from node.message.recall import Recall, RecallAnswer

MODELS = {"recall": Recall, "recall-answer": RecallAnswer}


def read(document):
    return read_document(json.dumps(document).encode()).document


@pytest.mark.parametrize("profile", ["minimum", "full"])
@pytest.mark.parametrize("name", MODELS)
def test_published_example_is_of_its_model(published, name, profile):
    assert type(read(published(f"{name}-{profile}"))) is MODELS[name]


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("recall", "recalls"),
        ("recall", "reason"),
        ("recall-answer", "answers"),
        ("recall-answer", "uses"),
        ("recall-answer", "stopped"),
    ],
)
def test_member_that_is_required_is_missed(published, name, member):
    document = published(f"{name}-minimum")
    del document[member]
    (fault,) = all_faults(json.dumps(document).encode())
    assert (fault.pointer, fault.code) == (f"/{member}", "member.missing")


def test_recall_answer_keeps_uses_in_order(published):
    assert read(published("recall-answer-full")).uses == ("used", "passed-on", "in-file")


def test_recall_answer_without_a_use_is_refused(published):
    document = published("recall-answer-minimum") | {"uses": []}
    (fault,) = all_faults(json.dumps(document).encode())
    assert (fault.pointer, fault.code) == ("/uses", "list.length")
