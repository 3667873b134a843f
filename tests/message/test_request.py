import json

import pytest

from node.message.document import all_faults, read_document
from node.message.request import Extension, InformationReply, InformationRequest, Refusal

MODELS = {
    "information-request": InformationRequest,
    "information-reply": InformationReply,
    "refusal": Refusal,
    "extension": Extension,
}


def read(document):
    return read_document(json.dumps(document).encode()).document


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize("profile", ["minimum", "full"])
@pytest.mark.parametrize("name", MODELS)
def test_published_example_is_of_its_model(published, name, profile):
    document = read(published(f"{name}-{profile}"))
    assert type(document) is MODELS[name]
    assert document.type == f"{name}/1"


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("information-request", "urgency"),
        ("information-request", "assistance_type"),
        ("information-request", "facts"),
        ("information-request", "questions"),
        ("information-request", "reciprocity"),
        ("information-reply", "answers"),
        ("information-reply", "is_complete"),
        ("information-reply", "replies"),
        ("refusal", "answers"),
        ("refusal", "extent"),
        ("refusal", "reason"),
        ("extension", "answers"),
        ("extension", "until"),
        ("extension", "reason"),
    ],
)
def test_member_that_is_required_is_missed(published, name, member):
    document = published(f"{name}-minimum")
    del document[member]
    assert found(document) == [(f"/{member}", "member.missing")]


@pytest.mark.parametrize(
    ("name", "member", "entry"),
    [("information-request", "questions", "number"), ("information-reply", "replies", "question")],
)
def test_more_than_fifty_are_refused(published, name, member, entry):
    document = published(f"{name}-minimum")
    one = document[member][0]
    document[member] = [{**one, entry: number} for number in range(1, 51)]
    assert found(document) == []
    document[member].append({**one, entry: 51})
    assert found(document) == [(f"/{member}", "list.length")]


def test_refused_numbers_are_kept_in_order(published):
    document = published("refusal-full") | {"questions": [4, 2]}
    assert read(document).questions == (4, 2)
