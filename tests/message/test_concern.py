"""Whom each published example concerns."""

import pytest

from node.message.concern import OURS, Followed, concern_of
from node.message.document import read_document
from tests.spoken import EXAMPLES


def concern(name, own="UZ-CC"):
    return concern_of(read_document((EXAMPLES / f"{name}.json").read_bytes()).document, own=own)


@pytest.mark.parametrize(
    ("name", "types", "unit"),
    [
        ("alert-minimum", ("alert",), "NIAC"),
        ("notice-minimum", ("pre-arrival-notice",), "PCU-ALYAT"),
        ("amendment-full", ("pre-arrival-notice",), "PCU-ALYAT"),
        ("recall-minimum", ("recall", "alert"), "NIAC"),
        ("statistics-minimum", ("statistics",), "NIAC"),
    ],
)
def test_concern_names_types_and_unit(name, types, unit):
    about = concern(name)
    assert (about.types, about.unit) == (types, unit)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_concern_offices_are_in_the_document_sorted_and_once(path):
    about = concern(path.stem)
    assert list(about.offices) == sorted(set(about.offices))
    assert all(f'"{office}"' in path.read_text() for office in about.offices)


@pytest.mark.parametrize(
    ("name", "offices"),
    [
        ("alert-full", True),
        ("alert-minimum", False),
        ("notice-full", True),
        ("amendment-full", True),
        ("acceptance-full", True),
        ("arrival-full", True),
        ("control-result-full", True),
        ("hit-full", True),
        ("hit-minimum", False),
        ("import-result-full", True),
        ("incident-full", True),
        ("incident-minimum", False),
        ("seizure-full", True),
        ("information-request-full", False),
    ],
)
def test_concern_of_a_document_that_names_offices_has_them(name, offices):
    assert bool(concern(name).offices) is offices


def test_concern_of_an_answer_follows_what_it_answers():
    answered = Followed(OURS, "alert", "UZ-ALR-FULL-000001")
    assert concern("hit-full", own="UZ-CC").follows == answered
    assert concern("hit-full", own="AZ-SCC").follows == Followed("UZ-CC", *_rest(answered))


def test_concern_of_an_amendment_and_a_recall_follows_their_target():
    assert concern("amendment-full").follows.name == "pre-arrival-notice"
    assert concern("recall-minimum").follows.name == "alert"


def test_concern_of_a_first_document_follows_nothing():
    assert concern("alert-full").follows is None


def _rest(followed):
    return followed.name, followed.reference
