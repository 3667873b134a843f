import json
from dataclasses import replace
from pathlib import Path

import pytest

from node.conversation.facts import Ref, Version, facts_of, version_of
from node.conversation.page import Page, homes_of
from node.message.document import DOCUMENT_TYPES, read_document
from node.trust.agreement import Deadlines
from tests.message import garden

EXAMPLES = sorted((Path(__file__).parents[2] / "schemas" / "examples").glob("*.json"))


def facts(name, **changes):
    path = next(path for path in EXAMPLES if path.stem == name)
    value = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    document = read_document(json.dumps(value).encode()).document
    return facts_of(document, message_id="m", digest="d", at=1), value


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_facts_of_example_survive_being_written_as_json(path):
    document = read_document(path.read_bytes()).document
    said = facts_of(document, message_id="m", digest="d", at=1)
    assert json.loads(json.dumps(said.coded)) == said.coded
    assert said.what == version_of(document)
    assert (said.author, said.name) == (document.originator.authority, document.type.partition("/")[0])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_facts_of_example_hold_no_sentence_and_no_name(path):
    document = read_document(path.read_bytes()).document
    said = facts_of(document, message_id="m", digest="d", at=1)
    kept = json.dumps(said.coded, ensure_ascii=False)
    assert " " not in kept.replace('": ', '":').replace(", ", ",")


def test_facts_are_named_by_their_author_and_the_message_id():
    said, value = facts("acceptance-minimum")
    author = value["originator"]["authority"]
    assert (said.id, said.message_id) == (f"{author}/m", "m")


def test_facts_of_answer_name_what_it_answers():
    said, value = facts("acceptance-minimum")
    named = value["answers"]
    ref = Ref(named["type"], named["authority"], named["reference"])
    assert said.target == Version(ref, named["version"])
    assert said.carries is None


def test_facts_of_consent_request_do_not_wait_for_what_it_is_about():
    said, _ = facts("consent-request-minimum")
    assert said.target is None


def test_facts_of_amendment_name_the_version_it_brings_and_its_end():
    said, value = facts("amendment-minimum")
    inner = value["document"]
    assert said.carries == Version(said.target.ref, inner["version"])
    assert said.coded["until"] > 0
    assert "test" in said.coded


def test_facts_of_recall_name_what_is_recalled():
    said, value = facts("recall-minimum")
    assert said.target.ref.reference == value["recalls"]["reference"]


def test_facts_of_alert_name_each_notice_once():
    said, _ = facts("alert-full")
    assert said.notices
    assert {ref.name for ref in said.notices} == {"pre-arrival-notice"}
    assert len(set(said.notices)) == len(said.notices)


def test_facts_of_document_that_is_no_test_do_not_say_so():
    said, _ = facts("notice-minimum", test=False)
    assert "test" not in said.coded


def test_facts_of_statistics_are_those_of_its_header_only():
    said, _ = facts("statistics-minimum", test=False)
    assert said.coded == {}


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_facts_of_any_document_are_followed_without_fault(document_type):
    for seed in range(25):
        raw = json.dumps(garden.document(document_type, f"facts {seed}")).encode()
        said = facts_of(read_document(raw).document, message_id="m", digest="d", at=seed)
        page = Page("AZ-SCC", "UZ-CC", said.what.ref)
        page.add(replace(said, delivered_at=seed + 1))
        for home in homes_of(said, lambda _: None):
            page.lead = home
            page.turn(Deadlines(), now=10**13)
            for owed in page.deadlines:
                assert 0 <= owed.due < 2**53
