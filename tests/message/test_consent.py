import json

import pytest

from node.message.consent import Consent, ConsentRequest
from node.message.document import all_faults, read_document

MODELS = {"consent-request": ConsentRequest, "consent": Consent}


def read(document):
    return read_document(json.dumps(document).encode()).document


@pytest.mark.parametrize("profile", ["minimum", "full"])
@pytest.mark.parametrize("name", MODELS)
def test_published_example_is_of_its_model(published, name, profile):
    assert type(read(published(f"{name}-{profile}"))) is MODELS[name]


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("consent-request", "answers"),
        ("consent-request", "uses"),
        ("consent", "answers"),
        ("consent", "covers"),
        ("consent", "grants"),
    ],
)
def test_member_that_is_required_is_missed(published, name, member):
    document = published(f"{name}-minimum")
    del document[member]
    (fault,) = all_faults(json.dumps(document).encode())
    assert (fault.pointer, fault.code) == (f"/{member}", "member.missing")


def test_use_leaves_open_what_it_does_not_ask_for(published):
    (use,) = read(published("consent-request-minimum")).uses
    assert use.model_dump(exclude_none=True) == {"kind": "evidence", "to": ()}


def test_consent_names_what_it_covers_and_grants(published):
    consent = read(published("consent-full"))
    assert consent.covers.reference == "UZ-ALR-FULL-000001"
    assert [use.kind for use in consent.grants] == ["pass-on", "widen-handling"]
