import dataclasses
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.audit.event import Kind, read_entry, write_entry
from node.canonical import decode, un_b64u
from node.envelope.sealing import Context, Expected, open_sealed
from node.errors import Refusal
from node.limits import MAX_LIFETIME_MS
from node.transfer.lifecycle import State
from node.transfer.outgoing import (
    REF_MALFORMED,
    REFERENCE_TAKEN,
    conflicting,
    new_message_id,
    prepare,
)
from node.transfer.submission import Submission
from node.trust.directory import read_directory
from tests.world import (
    AZ,
    AZ_TM,
    DAY,
    HOUR,
    NOW,
    TM,
    TM_UZ,
    UZ,
    Dice,
    Terms,
    agreement,
    alert,
    directory,
    directory_file,
    nested,
    sender_of,
    usual,
)

SENDER = sender_of()


def submit(document=None, *, sender=SENDER, now=NOW, **asked):
    return prepare(Submission(document or alert(), **asked), sender, now=now)


# --- sealed ----------------------------------------------------------------------------------------


def test_prepare_document_in_order_is_sealed():
    prepared = submit()
    assert prepared.error is None
    assert prepared.transition.after is State.SEALED
    assert prepared.transition.before is None
    assert prepared.transition.due_to is None
    assert prepared.transition.entry.kind is Kind.MESSAGE_SEALED


def test_prepare_manifest_says_who_to_whom_what_and_until_when():
    prepared = submit(alert(priority="routine"), lifetime_ms=HOUR)
    members = prepared.transition.entry.members
    assert members["id"] == prepared.id
    assert (members["from"], members["type"], members["priority"]) == ("TM-SCS", "alert/1", "routine")
    assert members["expires"] == NOW + HOUR
    assert members["directory"] == len(directory().entries)
    assert "ref" not in members
    (row,) = members["to"]
    assert (row["id"], row["kid"], row["agreement"]) == ("AZ-SCC", AZ.encryption.kid, AZ_TM.digest)


def test_prepare_manifest_holds_nothing_of_the_document():
    raw = submit().transition.entry.raw
    assert b"CSQU3054383" not in raw
    assert b"ALR-2026" not in raw


def test_prepare_entry_reads_back_as_written():
    entry = submit().transition.entry
    assert read_entry(entry.raw) == entry


def test_prepare_row_keeps_document_salt_and_jwe():
    document = alert()
    prepared = submit(document)
    row = prepared.transition.change
    assert (row.id, row.document, row.recipients) == (prepared.id, document, ("AZ-SCC",))
    assert (row.reference, row.version, row.priority) == ("TM-ALR-2026-000001", 1, "urgent")
    assert (row.at, row.expires) == (NOW, NOW + MAX_LIFETIME_MS)


def bytes_of(text):
    return un_b64u(text, code=Refusal.ENTRY_MALFORMED)


def open_as(who, prepared):
    members = prepared.transition.entry.members

    expected = Expected(
        context=Context("sx1", prepared.id, "TM-SCS"),
        digest=bytes_of(members["body"]["jwe"]),
        wraps=tuple(bytes_of(row["wrap"]) for row in members["to"]),
        commit=bytes_of(members["body"]["commit"]),
    )
    position = [row["id"] for row in members["to"]].index(who.id)
    jwe = decode(prepared.transition.change.jwe, code=Refusal.ENVELOPE_MALFORMED)
    return open_sealed(jwe, expected=expected, position=position, authority=who.id, key=who.encryption)


@pytest.mark.parametrize("recipients", [["AZ-SCC", "UZ-CC"], ["UZ-CC", "AZ-SCC"]])
def test_prepare_two_recipients_are_sorted_and_each_can_open(recipients):
    document = alert(recipients=recipients)
    prepared = submit(document)
    rows = prepared.transition.entry.members["to"]
    assert [(row["id"], row["agreement"]) for row in rows] == [
        ("AZ-SCC", AZ_TM.digest),
        ("UZ-CC", TM_UZ.digest),
    ]
    assert prepared.transition.change.recipients == ("AZ-SCC", "UZ-CC")
    for who in (AZ, UZ):
        opened = open_as(who, prepared)
        assert (opened.document, opened.salt) == (document, prepared.transition.change.salt)


def test_prepare_answer_names_what_it_answers():
    answered = usual().id
    assert submit(ref=answered).transition.entry.members["ref"] == answered


@pytest.mark.parametrize(
    ("until", "lifetime", "expires"),
    [
        ("2026-12-31T06:00:00Z", None, NOW + MAX_LIFETIME_MS),
        ("2026-12-31T06:00:00Z", 1, NOW + 1),
        ("2026-12-31T06:00:00Z", MAX_LIFETIME_MS, NOW + MAX_LIFETIME_MS),
        ("2026-11-24T09:00:00Z", None, NOW + HOUR),
        ("2026-11-24T09:00:00Z", 2 * HOUR, NOW + HOUR),
    ],
)
def test_prepare_expiry_is_the_earliest_of_all_ends(until, lifetime, expires):
    document = alert(valid_until=until, feedback_due_at=until)
    assert submit(document, lifetime_ms=lifetime).transition.entry.members["expires"] == expires


# --- refused ---------------------------------------------------------------------------------------


def without(member):
    value = json.loads(alert())
    del value[member]
    return json.dumps(value).encode()


DENIED = {
    "type": agreement(Terms(types=("pre-arrival-notice/1",))),
    "size": agreement(Terms(max_document_bytes=100)),
    "purpose": agreement(Terms(purposes=("risk-analysis",))),
    "lifetime": agreement(Terms(max_lifetime_hours=24)),
    "not yet in force": agreement(Terms(valid_from="2026-11-24T08:00:00.001Z")),
    "no longer in force": agreement(Terms(valid_until="2026-11-24T08:00:00Z")),
}
BACK = agreement(Terms(directions=(("AZ-SCC", "TM-SCS"),)))
REFUSED = {
    "not json": ({"document": b"{"}, Refusal.DOCUMENT_MALFORMED, ""),
    "not utf-8": ({"document": b"\xff"}, Refusal.DOCUMENT_MALFORMED, ""),
    "not an object": ({"document": b"[]"}, Refusal.DOCUMENT_MALFORMED, ""),
    "member twice": ({"document": b'{"a":1,"a":2}'}, Refusal.DOCUMENT_MALFORMED, ""),
    "nested too deep": ({"document": nested(33)}, Refusal.DOCUMENT_MALFORMED, ""),
    "nested beyond all parsers": ({"document": nested(100_000)}, Refusal.DOCUMENT_MALFORMED, ""),
    "oversize": ({"document": alert() + b" " * 262_144}, Refusal.DOCUMENT_MALFORMED, ""),
    "type unknown": ({"document": alert(type="alert/9")}, Refusal.DOCUMENT_MALFORMED, "/type"),
    "member absent": ({"document": without("risks")}, Refusal.DOCUMENT_INVALID, "/risks"),
    "member unknown": ({"document": alert(extra=1)}, Refusal.DOCUMENT_INVALID, "/extra"),
    "rule broken": (
        {"document": alert(recipients=["AZ-SCC", "TM-SCS"])},
        Refusal.DOCUMENT_INVALID,
        "/recipients",
    ),
    "another's document": (
        {"document": alert(originator="UZ-CC")},
        Refusal.DOCUMENT_MISMATCH,
        "/originator/authority",
    ),
    "directory stale": ({"now": NOW + 44 * DAY}, Refusal.DIRECTORY_STALE, ""),
    "valid until now": (
        {"document": alert(valid_until="2026-11-24T08:00:00Z", feedback_due_at="2026-11-24T08:00:00Z")},
        Refusal.MESSAGE_EXPIRED,
        "/valid_until",
    ),
    "lifetime of nothing": ({"lifetime_ms": 0}, Refusal.MESSAGE_LIFETIME, ""),
    "lifetime negative": ({"lifetime_ms": -1}, Refusal.MESSAGE_LIFETIME, ""),
    "lifetime beyond seven days": (
        {"lifetime_ms": MAX_LIFETIME_MS + 1},
        Refusal.MESSAGE_LIFETIME,
        "",
    ),
    "answers nothing we know": ({"ref": "no id"}, REF_MALFORMED, ""),
    "answers an id in capitals": ({"ref": usual().id.upper()}, REF_MALFORMED, ""),
    "answers an id of another version": ({"ref": str(uuid.UUID(int=1, version=4))}, REF_MALFORMED, ""),
    "recipient unknown": (
        {"document": alert(recipients=["KZ-KGD"])},
        Refusal.SENDER_UNKNOWN,
        "",
    ),
    "one recipient of two unknown": (
        {"document": alert(recipients=["AZ-SCC", "KZ-KGD"])},
        Refusal.SENDER_UNKNOWN,
        "",
    ),
    "recipient suspended": (
        {"sender": sender_of(out=("AZ-SCC",))},
        Refusal.SENDER_SUSPENDED,
        "",
    ),
    "no agreement at all": (
        {"sender": sender_of(agreements=())},
        Refusal.AGREEMENT_UNKNOWN,
        "/recipients",
    ),
    "agreement for the other direction": (
        {"sender": sender_of(agreements=(BACK,))},
        Refusal.AGREEMENT_UNKNOWN,
        "/recipients",
    ),
    "one recipient of two without agreement": (
        {"document": alert(recipients=["AZ-SCC", "UZ-CC"]), "sender": sender_of(agreements=(AZ_TM,))},
        Refusal.AGREEMENT_UNKNOWN,
        "/recipients",
    ),
    **{
        f"agreement denies by {name}": (
            {"sender": sender_of(agreements=(one,))},
            Refusal.AGREEMENT_DENIED,
            "/recipients",
        )
        for name, one in DENIED.items()
    },
}


@pytest.mark.parametrize(("asked", "code", "pointer"), REFUSED.values(), ids=REFUSED)
def test_prepare_bad_submission_is_recorded_as_refused(asked, code, pointer):
    prepared = submit(**asked)
    step = prepared.transition
    assert (prepared.error.code, prepared.error.pointer) == (code, pointer)
    assert (step.after, step.entry.kind, step.change) == (State.REFUSED, Kind.MESSAGE_REFUSED, None)
    assert (step.entry.members["id"], step.entry.members["code"]) == (prepared.id, code)
    assert step.entry.members.get("pointer", "") == pointer


_SOURCE = {
    "type": "alert",
    "authority": "UZ-CC",
    "reference": "UZ-ALR-1",
    "version": 1,
    "tlp": "AMBER+STRICT",
    "h_code": "H2",
    "pap": "GREEN",
}


def test_prepare_document_passed_on_without_consent_is_refused_with_a_way_out():
    error = submit(alert(sources=[_SOURCE])).error
    assert (error.code, error.pointer) == ("handling.passed_on", "/sources/0/consent")
    assert "consent-request/1" in error.hint


def test_prepare_last_usable_moment_of_a_directory_is_sealed():
    document = alert(valid_until="2027-12-31T06:00:00Z")
    assert submit(document, now=NOW + 44 * DAY - 1).error is None


def test_prepare_recipient_without_a_key_for_now_is_refused():
    document = alert(valid_until="2029-12-31T06:00:00Z")
    later = NOW + 366 * DAY
    renewed = read_directory(directory_file(cosigned=[(TM, later), (AZ, later)]))
    sender = dataclasses.replace(SENDER, directory=renewed)
    assert submit(document, sender=sender, now=later).error.code == Refusal.KEY_EXPIRED


def test_prepare_refusal_keeps_type_and_recipients_for_the_record():
    members = submit(ref="no id").transition.entry.members
    assert (members["type"], members["to"]) == ("alert/1", ["AZ-SCC"])


def test_prepare_unreadable_document_keeps_nothing_of_it():
    members = submit(b'{"secret"').transition.entry.members
    assert members.keys() == {"id", "code"}


def test_prepare_hint_of_the_policy_says_what_to_do():
    assert "sarbon network show" in submit(sender=sender_of(agreements=())).error.hint


@given(st.binary(max_size=200))
def test_prepare_any_bytes_never_raise(document):
    assert prepare(Submission(document), SENDER, now=NOW).error is not None


@given(st.text(max_size=40))
def test_prepare_any_text_as_answered_never_raises(ref):
    assert submit(ref=ref).error.code == REF_MALFORMED


# --- the reference is taken ------------------------------------------------------------------------


def test_conflicting_reference_taken_is_refused_at_the_reference():
    prepared = submit()
    refused = conflicting(prepared, earlier="earlier", sender=SENDER, now=NOW)
    assert refused.id == prepared.id
    assert (refused.error.code, refused.error.pointer) == (REFERENCE_TAKEN, "/reference")
    assert "earlier" in refused.error.message
    members = refused.transition.entry.members
    assert members == {
        "id": prepared.id,
        "code": REFERENCE_TAKEN,
        "type": "alert/1",
        "pointer": "/reference",
    }
    assert (refused.transition.after, refused.transition.change) == (State.REFUSED, None)


def test_conflicting_of_one_refused_already_names_no_type():
    refused = conflicting(submit(b"{"), earlier="earlier", sender=SENDER, now=NOW)
    assert "type" not in refused.transition.entry.members


# --- message ids -----------------------------------------------------------------------------------

MOMENTS = st.integers(0, 2**48 - 1)
RANDOM = st.binary(min_size=10, max_size=10)


@given(MOMENTS, RANDOM)
def test_message_id_is_a_uuid_of_version_7(now, tail):
    made = uuid.UUID(new_message_id(now, lambda _: tail))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == now


@given(MOMENTS, RANDOM)
def test_message_id_keeps_74_random_bits(now, tail):
    made = uuid.UUID(new_message_id(now, lambda _: tail)).int
    drawn = int.from_bytes(tail, "big")
    assert made >> 64 & 0xFFF == drawn >> 64 & 0xFFF
    assert made & (1 << 62) - 1 == drawn & (1 << 62) - 1


@given(MOMENTS, MOMENTS, RANDOM, RANDOM)
def test_message_id_later_sorts_after(one, other, first, second):
    early, late = sorted((one, other))
    ids = new_message_id(early, lambda _: first), new_message_id(late, lambda _: second)
    assert early == late or ids[0] < ids[1]


@given(MOMENTS, RANDOM)
def test_message_id_may_stand_in_an_entry(now, tail):
    made = new_message_id(now, lambda _: tail)
    entry = write_entry(Kind.MESSAGE_EXPIRED, at=NOW, log=TM.origin, re=made, to="AZ-SCC")
    assert read_entry(entry.raw).members["re"] == made


def test_message_id_two_of_one_moment_differ():
    dice = Dice("ids")
    assert len({new_message_id(NOW, dice) for _ in range(1000)}) == 1000
