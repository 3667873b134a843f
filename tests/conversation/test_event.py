import pytest

from node.conversation.event import BY_ORIGINATOR, BY_RECIPIENT, LOCAL, Event, event_of, may_say
from node.message.document import DOCUMENT_TYPES
from tests.conversation.conftest import said

EVENTS = [
    ("hit", {}, Event.HIT),
    ("acceptance", {"decision": "accepted"}, Event.ACCEPTED),
    ("acceptance", {"decision": "declined"}, Event.DECLINED),
    ("arrival", {}, Event.ARRIVED),
    ("control-result", {"decision": "controlled"}, Event.CONTROLLED),
    ("control-result", {"decision": "not-controlled"}, Event.NOT_CONTROLLED),
    ("seizure", {}, Event.SEIZED),
    ("alert", {}, Event.ALERTED),
    ("import-result", {"comparison": "matches"}, Event.MATCHED),
    ("import-result", {"comparison": "differs"}, Event.DIFFERED),
    ("import-result", {"comparison": "not-compared"}, Event.IMPORTED),
    ("discrepancy", {}, Event.DIFFERED),
    ("incident", {}, Event.INCIDENT),
    ("information-reply", {"complete": True}, Event.REPLIED),
    ("information-reply", {"complete": False}, Event.PARTLY_REPLIED),
    ("refusal", {"extent": "whole"}, Event.REFUSED),
    ("refusal", {"extent": "part"}, Event.PARTLY_REFUSED),
    ("extension", {}, Event.EXTENDED),
    ("consent", {}, Event.CONSENTED),
    ("amendment", {}, Event.AMENDED),
    ("recall", {}, Event.RECALLED),
    ("recall-answer", {}, Event.RECALL_ANSWERED),
]
LEADING_ONLY = ["pre-arrival-notice", "information-request", "consent-request", "statistics"]


@pytest.mark.parametrize(("name", "coded", "event"), EVENTS)
def test_event_of_document_is_named(name, coded, event):
    assert event_of(said(name, coded=coded)) is event


@pytest.mark.parametrize("name", LEADING_ONLY)
def test_event_of_document_that_only_leads_is_none(name):
    assert event_of(said(name)) is None


def test_events_are_named_for_every_document_of_the_register():
    names = {type_.partition("/")[0] for type_ in DOCUMENT_TYPES}
    assert names == {name for name, _, _ in EVENTS} | set(LEADING_ONLY)


@pytest.mark.parametrize("event", Event)
def test_may_say_keeps_each_side_to_its_own(event):
    assert may_say(event, is_originator=True) is (event not in BY_RECIPIENT)
    assert may_say(event, is_originator=False) is (event not in BY_ORIGINATOR)


def test_nothing_is_reserved_for_both_sides():
    assert not BY_RECIPIENT & BY_ORIGINATOR
    assert not (BY_RECIPIENT | BY_ORIGINATOR) & LOCAL
