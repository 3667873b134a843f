import json
from datetime import datetime

import pytest

from node.audit.event import CATALOGUE, Kind, write_entry
from node.canonical import b64u
from node.message.concern import OURS
from node.national.event import (
    FEED_KINDS,
    TYPE_PREFIX,
    UNTOLD,
    Subject,
    alert_named_by,
    kinds_for,
    message_named_by,
    tell,
)
from node.national.scopes import ROLES, Role, Scope
from tests.world import NOW, usual

LOG = "iren.example/az-scc/1"
OWN = "AZ-SCC"
HASH = b64u(bytes(32))
ID = usual().id
OTHER = usual("other").id
SUBJECT = Subject("UZ-CC", ID, "alert/1", "UZ-ALR-1", 2, "received")


def entry(kind, at=NOW, **members):
    return write_entry(kind, at=at, log=LOG, **members)


DEADLINE = {"peer": "UZ-CC", "name": "read", "due": NOW}
RECEIVED = {"from_": "UZ-CC", "manifest": HASH, "index": 1}
MATCH = {"match": "m1", "re": ID, "from_": "UZ-CC"}
NAMED = {
    "sealed": (usual().entry, (OURS, ID)),
    "received": (
        entry(Kind.MESSAGE_RECEIVED, **RECEIVED, status="accepted", re=ID, commit=HASH),
        ("UZ-CC", ID),
    ),
    "received and refused": (
        entry(Kind.MESSAGE_RECEIVED, **RECEIVED, status="refused", re=ID, code="log.gap"),
        None,
    ),
    "refused unread": (
        entry(Kind.MESSAGE_RECEIVED, **RECEIVED, status="refused", code="log.gap"),
        None,
    ),
    "receipted": (
        entry(Kind.MESSAGE_RECEIPTED, re=ID, by="UZ-CC", receipt=HASH, index=1, status="accepted"),
        (OURS, ID),
    ),
    "expired": (entry(Kind.MESSAGE_EXPIRED, re=ID, to="UZ-CC"), (OURS, ID)),
    "read": (entry(Kind.MESSAGE_READ, from_="UZ-CC", re=ID, manifest=HASH), ("UZ-CC", ID)),
    "assigned": (entry(Kind.MESSAGE_ASSIGNED, from_="UZ-CC", re=ID, unit="HQ"), ("UZ-CC", ID)),
    "read receipted": (
        entry(Kind.READ_RECEIPTED, re=ID, by="UZ-CC", receipt=HASH, index=1),
        (OURS, ID),
    ),
    "advanced by us": (
        entry(Kind.CONVERSATION_ADVANCED, re=ID, from_=OWN, peer="UZ-CC", outcome="moved"),
        (OURS, ID),
    ),
    "advanced by a peer": (
        entry(Kind.CONVERSATION_ADVANCED, re=ID, from_="UZ-CC", peer="UZ-CC", outcome="moved"),
        ("UZ-CC", ID),
    ),
    "we owe": (entry(Kind.DEADLINE_REMINDED, re=ID, by=OWN, **DEADLINE), ("UZ-CC", ID)),
    "they owe": (entry(Kind.DEADLINE_OVERDUE, re=ID, by="UZ-CC", **DEADLINE), (OURS, ID)),
    "escalated": (entry(Kind.DEADLINE_ESCALATED, re=ID, by="UZ-CC", **DEADLINE), (OURS, ID)),
    "file received": (
        entry(Kind.ATTACHMENT_RECEIVED, from_="UZ-CC", re=ID, number=1, status="accepted"),
        ("UZ-CC", ID),
    ),
    "file receipted": (
        entry(
            Kind.ATTACHMENT_RECEIPTED,
            re=ID,
            by="UZ-CC",
            number=1,
            receipt=HASH,
            index=1,
            status="accepted",
        ),
        (OURS, ID),
    ),
    "file abandoned": (
        entry(Kind.ATTACHMENT_ABANDONED, re=ID, to="UZ-CC", number=1),
        (OURS, ID),
    ),
    "match": (entry(Kind.MATCH_FOUND, **MATCH, score=90), ("UZ-CC", ID)),
    "match with a notice of ours": (
        entry(Kind.MATCH_FOUND, match="m1", re=ID, from_=OWN, score=90),
        (OURS, ID),
    ),
    "match decided": (
        entry(Kind.MATCH_DECIDED, **MATCH, decision="confirmed", by="analysts"),
        ("UZ-CC", ID),
    ),
    "submitted": (entry(Kind.DOCUMENT_SUBMITTED, re=ID, by="engine", door="rest"), None),
    "opened": (entry(Kind.LOG_OPENED, authority=OWN), None),
}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_either_told_or_not(kind):
    assert (kind in FEED_KINDS) != (kind in UNTOLD)


@pytest.mark.parametrize(("one", "expected"), NAMED.values(), ids=NAMED)
def test_entry_names_the_message_it_is_about(one, expected):
    assert message_named_by(one, own=OWN) == expected


def test_every_kind_that_is_told_has_its_case_here():
    assert {one.kind for one, key in NAMED.values() if key} == FEED_KINDS.keys()


@pytest.mark.parametrize("kind", FEED_KINDS)
def test_no_kind_that_is_told_has_a_member_that_the_event_needs(kind):
    required, optional = CATALOGUE[kind]
    assert "message" not in required.keys() | optional.keys()


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, None),
        ({"watch": "w1"}, None),
        ({"alert": OTHER, "by": "TM-SCS"}, ("TM-SCS", OTHER)),
        ({"alert": OTHER, "by": OWN}, (OURS, OTHER)),
    ],
)
def test_match_names_its_alert_if_it_has_one(members, expected):
    one = entry(Kind.MATCH_FOUND, **MATCH, score=90, **members)
    assert alert_named_by(one, own=OWN) == expected


@pytest.mark.parametrize(("author", "originator"), [("TM-SCS", "TM-SCS"), (OWN, OURS)])
def test_decision_names_the_alert_beside_the_notice(author, originator):
    one = entry(
        Kind.MATCH_DECIDED, **MATCH, decision="dismissed", by="analysts", alert=OTHER, author=author
    )
    assert alert_named_by(one, own=OWN) == (originator, OTHER)


@pytest.mark.parametrize(("one", "key"), NAMED.values(), ids=NAMED)
def test_no_other_entry_names_an_alert_beside(one, key):
    assert alert_named_by(one, own=OWN) is None
    assert key is None or len(key) == 2


@pytest.mark.parametrize("role", Role)
def test_system_is_told_the_kinds_for_which_its_role_has_the_scope(make_system, role):
    told = kinds_for(make_system(role=role))
    assert told == {kind for kind, scope in FEED_KINDS.items() if scope in ROLES[role]}
    assert (Kind.MATCH_FOUND in told) == (Scope.MATCHES_READ in ROLES[role])


def test_owner_is_told_every_kind_that_is_told():
    assert kinds_for(None) == FEED_KINDS.keys()


def test_operator_is_told_of_no_message(make_system):
    assert kinds_for(make_system(role=Role.OPERATOR)) == frozenset()


def test_event_is_a_cloud_event_about_the_message():
    one = NAMED["received"][0]
    event = tell(41, one, SUBJECT, own=OWN)
    assert (event.index, event.type) == (41, "sarbon.message.received")
    assert event.value == {
        "specversion": "1.0",
        "id": f"{LOG}/41",
        "source": "urn:sarbon:AZ-SCC",
        "type": "sarbon.message.received",
        "time": "2026-11-24T08:00:00.000Z",
        "subject": f"UZ-CC/{ID}",
        "datacontenttype": "application/json",
        "sequence": "0000000000000041",
        "data": {
            "message": {
                "id": ID,
                "originator": "UZ-CC",
                "type": "alert/1",
                "reference": "UZ-ALR-1",
                "version": 2,
                "direction": "received",
            },
            "from": "UZ-CC",
            "manifest": HASH,
            "index": 1,
            "status": "accepted",
            "re": ID,
            "commit": HASH,
        },
    }


@pytest.mark.parametrize(("one", "key"), NAMED.values(), ids=NAMED)
def test_event_can_be_written_as_json_and_has_no_more_than_its_entry(one, key):
    if key is None:
        return
    value = json.loads(json.dumps(tell(0, one, SUBJECT, own=OWN).value))
    assert value["type"] == TYPE_PREFIX + one.kind
    assert {name: member for name, member in value["data"].items() if name != "message"} == one.members


@pytest.mark.parametrize("at", [0, 1, 999, NOW + 1, NOW + 999, 253_402_300_799_999])
def test_event_time_is_the_entry_s_to_the_millisecond(at):
    one = entry(Kind.MESSAGE_EXPIRED, at=at, re=ID, to="UZ-CC")
    written = datetime.fromisoformat(tell(0, one, SUBJECT, own=OWN).value["time"])
    since = written - datetime.fromisoformat("1970-01-01T00:00:00Z")
    assert (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000 == at


def test_event_sequences_order_as_texts_as_the_log_does():
    one = NAMED["expired"][0]
    indexes = [0, 9, 10, 99, 100, 123_456_789, 2**53 - 1]
    sequences = [tell(index, one, SUBJECT, own=OWN).value["sequence"] for index in indexes]
    assert sequences == sorted(sequences)
    assert [int(text) for text in sequences] == indexes
