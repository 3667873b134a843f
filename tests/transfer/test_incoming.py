import hashlib
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.event import Kind, read_entry, write_entry
from node.audit.merkle import leaf_hash
from node.canonical import b64u, un_b64u
from node.envelope.sealing import (
    Context,
    _associated_data,
    _digest,
    _info,
    _pad,
    commitment,
    seal,
)
from node.envelope.suite import ENCAPSULATED_BYTES, PROTECTED
from node.errors import PeerError, Refusal
from node.limits import MAX_DOCUMENT_BYTES, MAX_LIFETIME_MS
from node.transfer.arrival import Proved
from node.transfer.incoming import CARRIERS_FAULTS, Earlier, accept
from node.transfer.lifecycle import State
from tests.transfer import two_documents
from tests.world import (
    AGREEMENTS,
    AZ,
    AZ_TM,
    DAY,
    NOW,
    TM,
    TM_UZ,
    UZ,
    Book,
    Letter,
    Terms,
    agreement,
    alert,
    arrive,
    arrived,
    book_with,
    items_of,
    letter,
    nested,
    opened_book,
    party,
    receiver_of,
    usual,
    wrapped,
)

SKEW = 300_000
GOOD = usual()


def judge(one, *, now=NOW, receiver=None, earlier=None, of=TM):
    receiver = receiver or receiver_of()
    arrival = arrived(one, of=of, receiver=receiver)
    return accept(arrival.items[0], arrival=arrival, earlier=earlier, receiver=receiver, now=now)


def code_of(one, **world):
    return judge(one, **world).entry.members.get("code")


# --- accepted --------------------------------------------------------------------------------------


def test_accept_message_in_order_is_accepted_and_owed_a_receipt():
    step = judge(GOOD)
    assert (step.before, step.after, step.due_to) == (None, State.ACCEPTED, "TM-SCS")
    assert step.entry.kind is Kind.MESSAGE_RECEIVED
    assert step.entry.members == {
        "re": GOOD.id,
        "from": "TM-SCS",
        "manifest": b64u(GOOD.manifest),
        "index": 2,
        "commit": GOOD.entry.members["body"]["commit"],
        "status": "accepted",
    }


def test_accept_entry_reads_back_as_written():
    entry = judge(GOOD).entry
    assert read_entry(entry.raw) == entry


def test_accept_keeps_document_salt_and_the_proof_of_the_manifest():
    book = book_with(GOOD)
    row = judge(GOOD).change
    assert (row.document, row.salt) == (alert(number=1), GOOD.sealed.salt)
    assert (row.id, row.originator, row.manifest) == (GOOD.id, "TM-SCS", GOOD.entry.raw)
    assert (row.index, row.size, row.path) == (2, 3, book.item(2).path)
    assert (row.type, row.reference, row.version) == ("alert/1", "TM-ALR-2026-000001", 1)
    assert (row.priority, row.received_at, row.code) == ("urgent", NOW, None)


def test_accept_second_recipient_opens_its_own_copy():
    both = letter(recipients=[AZ, UZ], relied_on=TM_UZ, seed="both")
    receiver = receiver_of(UZ)
    arrival = arrive_at(UZ, both)
    step = accept(arrival.items[0], arrival=arrival, earlier=None, receiver=receiver, now=NOW)
    assert step.after is State.ACCEPTED


def arrive_at(who, *letters):
    book = book_with(*letters)
    raw = wrapped(book.bundle(items_of(book, *letters)), who)
    return arrive(raw, receiver=receiver_of(who))


def test_accept_recipients_in_another_order_in_the_document_are_the_same():
    document = alert(recipients=["UZ-CC", "AZ-SCC"])
    assert judge(letter(document, recipients=[AZ, UZ], seed="order")).after is State.ACCEPTED


def test_accept_message_sealed_to_a_retired_key_we_keep_is_accepted():
    older = party("AZ-SCC", 1)
    receiver = receiver_of(keys={**AZ.by_kid, **older.by_kid})
    assert judge(letter(recipients=[older], seed="older"), receiver=receiver).after is State.ACCEPTED


# --- time ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (NOW - SKEW - 1, Refusal.MESSAGE_FUTURE_DATED),
        (NOW - SKEW, None),
        (NOW, None),
        (NOW + DAY - 1, None),
        (NOW + DAY, Refusal.MESSAGE_EXPIRED),
        (NOW + DAY + 1, Refusal.MESSAGE_EXPIRED),
    ],
)
def test_accept_at_the_edges_of_its_life(now, code):
    assert code_of(GOOD, now=now) == code


@pytest.mark.parametrize(
    ("lifetime", "code"),
    [
        (-1, Refusal.MESSAGE_LIFETIME),
        (0, Refusal.MESSAGE_LIFETIME),
        (1, None),
        (MAX_LIFETIME_MS, None),
        (MAX_LIFETIME_MS + 1, Refusal.MESSAGE_LIFETIME),
    ],
)
def test_accept_lifetime_at_its_edges(lifetime, code):
    assert code_of(letter(expires=NOW + lifetime, seed=lifetime), now=NOW) == code


# --- refused ---------------------------------------------------------------------------------------

OTHER_MEMBERS = {
    "suite of tomorrow": (letter(suite="sx1n", seed=1), Refusal.SUITE_UNSUPPORTED),
    "originator another than the log's owner": (
        letter(from_="UZ-CC", seed=2),
        Refusal.SENDER_MISMATCH,
    ),
    "not addressed to us": (
        letter(recipients=[UZ], relied_on=TM_UZ, seed=3),
        Refusal.RECIPIENT_MISMATCH,
    ),
    "type not what the document is": (
        letter(type="pre-arrival-notice/1", seed=4),
        Refusal.DOCUMENT_MISMATCH,
    ),
    "priority not what the document says": (
        letter(priority="routine", seed=5),
        Refusal.DOCUMENT_MISMATCH,
    ),
    "originator of the document another": (
        letter(alert(originator="UZ-CC"), seed=6),
        Refusal.DOCUMENT_MISMATCH,
    ),
    "recipient of the document another": (
        letter(alert(recipients=["UZ-CC"]), seed=7),
        Refusal.DOCUMENT_MISMATCH,
    ),
    "recipients of the document more": (
        letter(alert(recipients=["AZ-SCC", "UZ-CC"]), seed=8),
        Refusal.DOCUMENT_MISMATCH,
    ),
    "recipients of the document fewer": (
        letter(alert(recipients=["AZ-SCC"]), recipients=[AZ, UZ], seed=9),
        Refusal.DOCUMENT_MISMATCH,
    ),
}
DOCUMENTS = {
    "empty": (b"", Refusal.DOCUMENT_MALFORMED),
    "not json": (b"{", Refusal.DOCUMENT_MALFORMED),
    "not utf-8": (b"\xff", Refusal.DOCUMENT_MALFORMED),
    "not an object": (b"[]", Refusal.DOCUMENT_MALFORMED),
    "not a number": (b'{"a":NaN}', Refusal.DOCUMENT_MALFORMED),
    "member twice": (alert().replace(b"{", b'{"test": true, ', 1), Refusal.DOCUMENT_MALFORMED),
    "nested too deep": (nested(33), Refusal.DOCUMENT_MALFORMED),
    "nested beyond all parsers": (nested(50_000), Refusal.DOCUMENT_MALFORMED),
    "oversize": (alert().ljust(MAX_DOCUMENT_BYTES + 1), Refusal.DOCUMENT_MALFORMED),
    "type unknown": (alert(type="rumour/1"), Refusal.DOCUMENT_MALFORMED),
    "member unknown": (alert(extra=1), Refusal.DOCUMENT_INVALID),
    "member of a strange name": (alert(**{"a\nb\0": 1}), Refusal.DOCUMENT_INVALID),
    "member of another type": (alert(version="1"), Refusal.DOCUMENT_INVALID),
    "rule broken": (alert(version=2), Refusal.DOCUMENT_INVALID),
}
KEYS_NOT_OURS = {
    "key not ours": letter(recipients=[party("AZ-SCC", 1)], seed=10),
    "key of another authority": letter(
        seed=11,
        to=[{**GOOD.entry.members["to"][0], "kid": UZ.encryption.kid}],
    ),
}
SLACK = GOOD.entry.members["to"][0]["kid"][:-1] + "_"


@pytest.mark.parametrize(("bad", "code"), OTHER_MEMBERS.values(), ids=OTHER_MEMBERS)
def test_accept_manifest_does_not_fit_is_refused(bad, code):
    assert code_of(bad) == code


@pytest.mark.parametrize(("document", "code"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_accept_document_not_readable_is_refused(document, code):
    assert code_of(letter(document, seed="document")) == code


_SOURCE = {
    "type": "alert",
    "authority": "UZ-CC",
    "reference": "UZ-ALR-1",
    "version": 1,
    "tlp": "AMBER+STRICT",
    "h_code": "H2",
    "pap": "GREEN",
}


def test_accept_document_passed_on_without_a_consent_we_hold_is_refused():
    step = judge(letter(alert(sources=[_SOURCE]), seed="sources"))
    assert step.entry.members["code"] == Refusal.HANDLING_PASSED_ON
    assert step.entry.members["pointer"] == "/sources/0/consent"


def test_accept_largest_document_is_accepted():
    assert code_of(letter(alert().ljust(MAX_DOCUMENT_BYTES), seed="large")) is None


@pytest.mark.parametrize("bad", KEYS_NOT_OURS.values(), ids=KEYS_NOT_OURS)
def test_accept_sealed_to_a_key_not_ours_is_refused(bad):
    assert code_of(bad) == Refusal.KEY_UNKNOWN


def test_accept_key_id_in_another_spelling_is_refused():
    rows = [{**GOOD.entry.members["to"][0], "kid": SLACK}]
    assert code_of(letter(to=rows, seed="slack")) == Refusal.ENTRY_MALFORMED


def test_accept_document_invalid_tells_the_sender_where():
    members = judge(letter(alert(extra=1), seed="pointer")).entry.members
    assert members["pointer"] == "/extra"


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        (letter(priority="routine", seed=20), "/priority"),
        (letter(type="pre-arrival-notice/1", seed=21), "/type"),
        (letter(alert(originator="UZ-CC"), seed=22), "/originator/authority"),
        (letter(alert(recipients=["UZ-CC"]), seed=23), "/recipients"),
    ],
)
def test_accept_document_unlike_its_manifest_tells_the_sender_where(bad, pointer):
    assert judge(bad).entry.members["pointer"] == pointer


# --- agreements ------------------------------------------------------------------------------------


def relying_on(terms, document=None, **changes):
    one = agreement(terms)
    return letter(document, relied_on=one, seed=terms, **changes), (one,)


def small(count):
    return Terms(max_document_bytes=count)


SIZE = len(alert())
DENIED = {
    "type": relying_on(Terms(types=("pre-arrival-notice/1",))),
    "one byte too many": relying_on(small(SIZE - 1)),
    "purpose": relying_on(Terms(purposes=("risk-analysis",))),
    "lifetime": relying_on(Terms(max_lifetime_hours=23)),
    "not yet in force": relying_on(Terms(valid_from="2026-11-24T08:00:00.001Z")),
    "no longer in force": relying_on(Terms(valid_until="2026-11-24T08:00:00Z")),
}


@pytest.mark.parametrize(("bad", "agreements"), DENIED.values(), ids=DENIED)
def test_accept_agreement_denies_is_refused(bad, agreements):
    assert code_of(bad, receiver=receiver_of(agreements=agreements)) == Refusal.AGREEMENT_DENIED


@pytest.mark.parametrize("name", ["type", "lifetime", "not yet in force", "no longer in force"])
def test_accept_agreement_denies_before_anything_is_opened(name):
    bad, agreements = DENIED[name]
    step = judge(replace(bad, jwe={}), receiver=receiver_of(agreements=agreements))
    assert step.entry.members["code"] == Refusal.AGREEMENT_DENIED


def test_accept_document_of_exactly_the_size_agreed_is_accepted():
    good, agreements = relying_on(small(SIZE))
    assert code_of(good, receiver=receiver_of(agreements=agreements)) is None


def test_accept_agreement_for_the_other_direction_is_refused():
    bad, agreements = relying_on(Terms(directions=(("AZ-SCC", "TM-SCS"),)))
    assert code_of(bad, receiver=receiver_of(agreements=agreements)) == Refusal.AGREEMENT_UNKNOWN


UNKNOWN = {
    "nobody has it": (letter(relied_on=agreement(Terms(name="made-up")), seed=30), receiver_of()),
    "in the directory, but not ours": (letter(relied_on=TM_UZ, seed=31), receiver_of()),
    "ours, but not in the directory": (
        GOOD,
        replace(receiver_of(), directory=receiver_of(agreements=(TM_UZ,)).directory),
    ),
    "we have none": (GOOD, replace(receiver_of(), agreements={})),
}


@pytest.mark.parametrize(("bad", "receiver"), UNKNOWN.values(), ids=UNKNOWN)
def test_accept_agreement_unknown_is_refused(bad, receiver):
    assert code_of(bad, receiver=receiver) == Refusal.AGREEMENT_UNKNOWN


def test_accept_relies_on_the_agreement_named_not_on_one_that_would_permit():
    bad, (narrow,) = relying_on(Terms(name="narrow", types=("pre-arrival-notice/1",)))
    receiver = receiver_of(agreements=(*AGREEMENTS, narrow))
    assert code_of(bad, receiver=receiver) == Refusal.AGREEMENT_DENIED


# --- the envelope ----------------------------------------------------------------------------------


def jwe_with(**changes):
    return Letter(GOOD.entry, {**GOOD.jwe, **changes}, GOOD.sealed)


def jwe_without(member):
    return Letter(GOOD.entry, {k: v for k, v in GOOD.jwe.items() if k != member}, GOOD.sealed)


ROW = GOOD.jwe["recipients"][0]


def row_with(**changes):
    return jwe_with(recipients=[{**ROW, **changes}])


def header_with(**changes):
    return row_with(header={**ROW["header"], **changes})


def turned(text):
    """Base64url of as many bytes, each of them another."""
    raw = un_b64u(text, code=Refusal.ENVELOPE_MALFORMED)
    return b64u(bytes(byte ^ 0x55 for byte in raw))


MALFORMED = {
    "missing": replace(GOOD, jwe={}),
    "unknown member": jwe_with(extra=1),
    **{f"without {name}": jwe_without(name) for name in GOOD.jwe},
    "other algorithm inside": jwe_with(protected=b64u(b'{"enc":"A128GCM"}')),
    "header no text": jwe_with(protected=None),
    "iv too short": jwe_with(iv=b64u(bytes(11))),
    "iv no text": jwe_with(iv=1),
    "tag cut": jwe_with(tag=b64u(bytes(12))),
    "ciphertext no base64url": jwe_with(ciphertext="+"),
    "ciphertext no text": jwe_with(ciphertext=[]),
    "no recipients": jwe_with(recipients=[]),
    "recipients no list": jwe_with(recipients={}),
    "recipient no object": jwe_with(recipients=[1]),
    "recipient with unknown member": row_with(extra=1),
    "65 recipients": jwe_with(recipients=[ROW] * 65),
    "key header no object": row_with(header=[]),
    "key header with unknown member": header_with(apu="x"),
    "other key algorithm": header_with(alg="ECDH-ES"),
    "key id no text": header_with(kid=1),
    "encapsulated key cut": header_with(ek=b64u(bytes(32))),
    "wrapped key cut": row_with(encrypted_key=b64u(bytes(32))),
}
ANOTHER = usual("another", 2)
MISMATCHED = {
    "of another message": replace(GOOD, jwe=ANOTHER.jwe),
    "aad of another message": jwe_with(aad=ANOTHER.jwe["aad"]),
    "aad no text": jwe_with(aad=None),
    "recipients of another message": jwe_with(recipients=ANOTHER.jwe["recipients"]),
    "content of another message": replace(
        GOOD, jwe={**ANOTHER.jwe, "recipients": GOOD.jwe["recipients"], "aad": GOOD.jwe["aad"]}
    ),
    **{
        f"{name} altered": jwe_with(**{name: turned(GOOD.jwe[name])})
        for name in ("iv", "ciphertext", "tag")
    },
    "ciphertext cut": jwe_with(ciphertext=GOOD.jwe["ciphertext"][:-4]),
    "wrapped key altered": row_with(encrypted_key=turned(ROW["encrypted_key"])),
    "encapsulated key altered": header_with(ek=turned(ROW["header"]["ek"])),
    "recipient added": jwe_with(recipients=[ROW, ANOTHER.jwe["recipients"][0]]),
    "recipient twice": jwe_with(recipients=[ROW, ROW]),
    "key id of another": header_with(kid=UZ.encryption.kid),
}


@pytest.mark.parametrize("bad", MALFORMED.values(), ids=MALFORMED)
def test_accept_envelope_malformed_is_refused(bad):
    assert code_of(bad) == Refusal.ENVELOPE_MALFORMED


@pytest.mark.parametrize("bad", MISMATCHED.values(), ids=MISMATCHED)
def test_accept_envelope_not_the_one_in_the_manifest_is_refused(bad):
    assert code_of(bad) == Refusal.ENVELOPE_MISMATCH


def test_accept_message_without_its_envelope_is_refused():
    book = book_with(GOOD)
    arrival = arrive(wrapped(book.bundle([book.item(2)])))
    step = accept(arrival.items[0], arrival=arrival, earlier=None, receiver=receiver_of(), now=NOW)
    assert step.entry.members["code"] == Refusal.ENVELOPE_MALFORMED


def test_accept_wrapped_keys_in_another_order_are_refused():
    both = letter(recipients=[AZ, UZ], seed="wraps")
    rows = both.jwe["recipients"][::-1]
    assert code_of(replace(both, jwe={**both.jwe, "recipients": rows})) == Refusal.ENVELOPE_MISMATCH


BOUND = Context("sx1", GOOD.id, TM.id).encode()
AAD = b64u(BOUND)


def wrap(who, key, *, info=None):
    """A row of a JWE's recipients, and the hash of the wrapped key for the manifest."""
    public = who.encryption.public
    sealed = public.seal(key, info=info or _info(BOUND, who.id, public.kid))
    header = {"alg": ROW["header"]["alg"], "kid": public.kid, "ek": b64u(sealed[:ENCAPSULATED_BYTES])}
    row = {"header": header, "encrypted_key": b64u(sealed[ENCAPSULATED_BYTES:])}
    return row, hashlib.sha256(sealed).digest()


def dishonest(content, wraps, *, commit, recipients=(AZ,)):
    """A manifest and a JWE that fit each other, whatever is inside; `content` ends in its tag."""
    jwe = {
        "protected": PROTECTED,
        "aad": AAD,
        "iv": b64u(two_documents.IV),
        "ciphertext": b64u(content[:-16]),
        "tag": b64u(content[-16:]),
        "recipients": [row for row, _ in wraps],
    }
    to = [
        {"id": who.id, "kid": who.encryption.kid, "wrap": b64u(digest), "agreement": AZ_TM.digest}
        for who, (_, digest) in zip(recipients, wraps, strict=True)
    ]
    body = {"commit": b64u(commit), "jwe": b64u(_digest(AAD, two_documents.IV, content))}
    return replace(letter(id_=GOOD.id, to=to, body=body), jwe=jwe)


def commit_to(document, salt):
    return commitment(document, salt=salt, context=Context("sx1", GOOD.id, TM.id))


KEY, SALT = two_documents.KEYS[0], bytes(32)


def encrypted(inner, key=KEY):
    return AESGCM(key).encrypt(two_documents.IV, inner, _associated_data(AAD))


def inside(inner, **changes):
    return dishonest(encrypted(inner), [wrap(AZ, KEY)], **{"commit": bytes(32), **changes})


def test_accept_envelope_made_by_hand_in_order_is_accepted():
    document = alert()
    assert code_of(inside(_pad(SALT, document), commit=commit_to(document, SALT))) is None


def test_accept_commitment_to_another_document_is_refused():
    document = alert(number=1)
    bad = inside(_pad(SALT, document), commit=commit_to(alert(number=2), SALT))
    assert code_of(bad) == Refusal.COMMITMENT_MISMATCH


def test_accept_commitment_under_another_salt_is_refused():
    document = alert()
    bad = inside(_pad(SALT, document), commit=commit_to(document, bytes(31) + b"x"))
    assert code_of(bad) == Refusal.COMMITMENT_MISMATCH


def test_accept_commitment_of_another_message_is_refused():
    document = alert()
    elsewhere = commitment(document, salt=SALT, context=Context("sx1", ANOTHER.id, TM.id))
    bad = inside(_pad(SALT, document), commit=elsewhere)
    assert code_of(bad) == Refusal.COMMITMENT_MISMATCH


BAD_INSIDE = {
    "nothing": b"",
    "shorter than its header": bytes(35),
    "not padded": SALT + (3).to_bytes(4, "big") + b"abc",
    "length beyond the end": SALT + (1000).to_bytes(4, "big") + bytes(220),
    "length beyond everything": SALT + b"\xff" * 4 + bytes(220),
    "padding not zero": _pad(SALT, b"abc")[:-1] + b"\1",
    "padded twice": _pad(SALT, b"abc") + bytes(256),
}


@pytest.mark.parametrize("inner", BAD_INSIDE.values(), ids=BAD_INSIDE)
def test_accept_length_or_padding_inside_wrong_is_refused(inner):
    assert code_of(inside(inner)) == Refusal.ENVELOPE_UNOPENED


UNOPENED = {
    "encrypted under another key": dishonest(
        encrypted(_pad(SALT, b""), two_documents.KEYS[1]), [wrap(AZ, KEY)], commit=bytes(32)
    ),
    "wrapped for another authority": dishonest(
        encrypted(_pad(SALT, b"")),
        [wrap(AZ, KEY, info=_info(BOUND, "UZ-CC", AZ.encryption.kid))],
        commit=bytes(32),
    ),
    "wrapped for another message": dishonest(
        encrypted(_pad(SALT, b"")),
        [wrap(AZ, KEY, info=_info(b"", "AZ-SCC", AZ.encryption.kid))],
        commit=bytes(32),
    ),
}


@pytest.mark.parametrize("bad", UNOPENED.values(), ids=UNOPENED)
def test_accept_envelope_that_does_not_open_is_refused(bad):
    assert code_of(bad) == Refusal.ENVELOPE_UNOPENED


def test_accept_two_documents_under_one_ciphertext_only_the_committed_one_is_accepted():
    document = alert(recipients=["AZ-SCC", "UZ-CC"])
    document = document.ljust(-(-(36 + len(document)) // 256) * 256 - 36)
    both = two_documents.one_ciphertext(document, associated=_associated_data(AAD))
    first, second = (
        AESGCM(key).decrypt(two_documents.IV, both, _associated_data(AAD)) for key in two_documents.KEYS
    )
    assert first[36:] == document != second[36:]
    assert first[32:36] == second[32:36]
    bad = dishonest(
        both,
        [wrap(who, key) for who, key in zip((AZ, UZ), two_documents.KEYS, strict=True)],
        commit=commit_to(document, first[:32]),
        recipients=(AZ, UZ),
    )
    rows = bad.entry.members["to"]
    shared = agreement(
        Terms("three", ("AZ-SCC", "TM-SCS", "UZ-CC"), (("TM-SCS", "AZ-SCC"), ("TM-SCS", "UZ-CC")))
    )
    to = [{**row, "agreement": shared.digest} for row in rows]
    bad = replace(letter(id_=GOOD.id, to=to, body=bad.entry.members["body"]), jwe=bad.jwe)
    codes = []
    for who in (AZ, UZ):
        receiver = receiver_of(who, agreements=(shared,))
        book = book_with(bad)
        raw = wrapped(book.bundle(items_of(book, bad)), who)
        arrival = arrive(raw, receiver=receiver)
        step = accept(arrival.items[0], arrival=arrival, earlier=None, receiver=receiver, now=NOW)
        codes.append(step.entry.members.get("code"))
    assert codes == [None, Refusal.COMMITMENT_MISMATCH]


# --- what a refusal says and keeps -----------------------------------------------------------------


def test_accept_refusal_names_message_and_commitment_and_is_kept():
    step = judge(GOOD, now=NOW + DAY)
    assert (step.after, step.due_to) == (State.REFUSED, "TM-SCS")
    members = step.entry.members
    assert (members["re"], members["status"]) == (GOOD.id, "refused")
    assert members["commit"] == GOOD.entry.members["body"]["commit"]
    row = step.change
    assert (row.id, row.code, row.document, row.salt) == (GOOD.id, "message.expired", None, None)
    assert (row.reference, row.version) == ("", 0)


def marked(item, **changes):
    arrival = replace(arrived(GOOD), **changes)
    return accept(item, arrival=arrival, earlier=None, receiver=receiver_of(), now=NOW)


def test_accept_item_without_proof_refuses_the_bundle_and_not_the_message():
    item = arrived(GOOD).items[0].item
    step = marked(Proved(item, fault=PeerError(Refusal.PROOF_INVALID, "no path")))
    assert step.entry.kind is Kind.BUNDLE_REFUSED
    assert step.entry.members["code"] == "proof.invalid"
    assert (step.after, step.change, step.due_to) == (None, None, "TM-SCS")


@pytest.mark.parametrize(
    "bad", [jwe_with(tag="AAAA"), replace(GOOD, jwe=ANOTHER.jwe), replace(GOOD, jwe=None)]
)
def test_accept_genuine_manifest_with_a_broken_envelope_does_not_spoil_the_genuine_message(bad):
    """Whoever holds a genuine manifest and may write to our queue must not get it refused for good."""
    arrival = arrived(bad)
    step = accept(arrival.items[0], arrival=arrival, earlier=None, receiver=receiver_of(), now=NOW)
    assert (step.entry.kind, step.after, step.change) == (Kind.BUNDLE_REFUSED, None, None)
    assert judge(GOOD).after is State.ACCEPTED


@pytest.mark.parametrize(
    ("pointer", "kept"),
    [
        ("", False),
        ("/type", True),
        ("/" + "a" * 255, True),
        ("/" + "a" * 256, False),
        ("/a b", False),
        ("/" + "a " * 200, False),
        ("/a\n", False),
        ("/a\x7f", False),
        ("/\u0430", False),
    ],
)
def test_accept_pointer_that_an_entry_may_not_hold_is_left_out(pointer, kept):
    item = arrived(GOOD).items[0].item
    fault = PeerError(Refusal.DOCUMENT_INVALID, "a rule", pointer=pointer)
    members = marked(Proved(item, fault=fault)).entry.members
    assert members.get("pointer") == (pointer if kept else None)


def test_accept_item_without_entry_or_fault_is_refused():
    step = marked(Proved(arrived(GOOD).items[0].item))
    assert step.entry.members["code"] == Refusal.ENTRY_MALFORMED


def others():
    """Entries of every other kind that an authority's log may hold, and that are no receipts."""
    digest = b64u(bytes(32))
    members = {
        Kind.LOG_OPENED: {"authority": TM.id},
        Kind.NODE_STARTED: {"version": "1"},
        Kind.NODE_STOPPED: {},
        Kind.CARD_ISSUED: {"card": digest},
        Kind.MESSAGE_REFUSED: {"id": GOOD.id, "code": "x"},
        Kind.MESSAGE_EXPIRED: {"re": GOOD.id, "to": AZ.id},
        Kind.PEER_FORKED: {"peer": AZ.id, "size": 1, "evidence": digest},
        Kind.AUTHORITY_SUSPENDED: {"authority": AZ.id, "reason": "none"},
    }
    return [write_entry(kind, at=NOW, log=TM.origin, **rest) for kind, rest in members.items()]


@pytest.mark.parametrize("entry", others(), ids=lambda entry: entry.kind.value)
def test_accept_entry_that_is_no_message_is_refused_and_not_kept(entry):
    step = judge(Letter(entry, GOOD.jwe, GOOD.sealed))
    assert step.entry.members["code"] == Refusal.ENTRY_MALFORMED
    assert "re" not in step.entry.members
    assert step.change is None


# --- what arrives twice ----------------------------------------------------------------------------

HELD = {state: Earlier(GOOD.manifest, state) for state in (State.ACCEPTED, State.REFUSED)}


@pytest.mark.parametrize("state", HELD)
def test_accept_same_message_again_repeats_the_first_receipt(state):
    step = judge(GOOD, earlier=HELD[state])
    assert step.entry.kind is Kind.MESSAGE_DUPLICATE
    assert step.entry.members == {
        "re": GOOD.id,
        "from": "TM-SCS",
        "manifest": b64u(GOOD.manifest),
    }
    assert (step.before, step.after, step.change) == (state, state, None)
    assert (step.repeat_receipt, step.due_to) == (("TM-SCS", GOOD.id), None)


AGAIN = {
    "expired meanwhile": (GOOD, {"now": NOW + 2 * DAY}),
    "clock set back": (GOOD, {"now": NOW - DAY}),
    "agreement ended meanwhile": (GOOD, {"receiver": replace(receiver_of(), agreements={})}),
    "with another envelope": (replace(GOOD, jwe=ANOTHER.jwe), {}),
    "without its envelope": (replace(GOOD, jwe={}), {}),
}


@pytest.mark.parametrize(("again", "world"), AGAIN.values(), ids=AGAIN)
def test_accept_accepted_message_again_stays_accepted(again, world):
    step = judge(again, earlier=HELD[State.ACCEPTED], **world)
    assert (step.entry.kind, step.after) == (Kind.MESSAGE_DUPLICATE, State.ACCEPTED)


def test_accept_accepted_message_again_after_its_key_was_erased_stays_accepted():
    older = KEYS_NOT_OURS["key not ours"]
    step = judge(older, earlier=Earlier(older.manifest, State.ACCEPTED))
    assert (step.entry.kind, step.after) == (Kind.MESSAGE_DUPLICATE, State.ACCEPTED)


def test_accept_message_refused_before_stays_refused_though_all_is_well_now():
    assert judge(GOOD, earlier=HELD[State.REFUSED]).after is State.REFUSED


CONFLICTING = {
    "other document": letter(alert(number=9), id_=GOOD.id, seed="other"),
    "same document sealed again": letter(alert(number=1), id_=GOOD.id, seed="again"),
    "other time": letter(id_=GOOD.id, at=NOW - 1, seed="letter"),
    "expired besides": letter(id_=GOOD.id, at=NOW - 5 * DAY, seed="old"),
}


@pytest.mark.parametrize("other", CONFLICTING.values(), ids=CONFLICTING)
def test_accept_other_manifest_under_the_same_id_is_refused(other):
    step = judge(other, earlier=HELD[State.ACCEPTED])
    assert step.entry.members["code"] == Refusal.MESSAGE_CONFLICTING
    assert step.entry.members["manifest"] == b64u(other.manifest)
    assert (step.after, step.change, step.due_to) == (State.REFUSED, None, "TM-SCS")


def test_accept_same_id_from_another_originator_is_another_message():
    other = letter(alert(originator="UZ-CC"), sender=UZ, relied_on=AGREEMENTS[2], id_=GOOD.id, seed="uz")
    assert judge(other, of=UZ).after is State.ACCEPTED


# --- one bad item never harms its neighbours -------------------------------------------------------

BAD = {
    **{f"manifest: {name}": bad for name, (bad, _) in OTHER_MEMBERS.items()},
    **{f"document: {name}": letter(raw, seed=("n", name)) for name, (raw, _) in DOCUMENTS.items()},
    **{f"envelope malformed: {name}": bad for name, bad in MALFORMED.items()},
    **{f"envelope mismatched: {name}": bad for name, bad in MISMATCHED.items()},
    **{f"inside: {name}": inside(inner) for name, inner in BAD_INSIDE.items()},
    **{f"unopened: {name}": bad for name, bad in UNOPENED.items()},
    **{f"key: {name}": bad for name, bad in KEYS_NOT_OURS.items()},
    **{f"no message: {entry.kind}": Letter(entry, GOOD.jwe, GOOD.sealed) for entry in others()},
    "commitment to another document": inside(
        _pad(SALT, alert()), commit=commit_to(alert(number=2), SALT)
    ),
    "agreement unknown": letter(relied_on=TM_UZ, seed=40),
    "expired": letter(expires=NOW - 1, at=NOW - DAY, seed=41),
    "future-dated": letter(at=NOW + SKEW + 1, seed=42),
    "lifetime too long": letter(expires=NOW + MAX_LIFETIME_MS + 1, seed=43),
}
NEIGHBOURS = [usual(("neighbour", number), number) for number in range(10, 14)]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_accept_third_of_five_bad_the_other_four_are_accepted(bad):
    arrival = arrived(*NEIGHBOURS[:2], bad, *NEIGHBOURS[2:])
    receiver = receiver_of()
    steps = [
        accept(proved, arrival=arrival, earlier=None, receiver=receiver, now=NOW)
        for proved in arrival.items
    ]
    assert [step.after for step in (*steps[:2], *steps[3:])] == [State.ACCEPTED] * 4
    is_carriers = steps[2].entry.members["code"] in CARRIERS_FAULTS
    assert steps[2].after is (None if is_carriers else State.REFUSED)


UNREADABLE = {
    "not json": b"entry",
    "empty": b"",
    "nested too deep": nested(300),
    "nested beyond the parser": nested(2000),
    "of another log": ANOTHER.entry.raw.replace(b"tm-scs/2026", b"tm-scs/2025"),
    "oversize in bytes": ("\u20ac" * 6000).encode(),
}


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE)
def test_accept_third_of_five_unreadable_the_other_four_are_accepted(raw):
    entries = [one.entry.raw for one in NEIGHBOURS]
    book = Book(TM.log, [*opened_book(TM).entries, *entries[:2], raw, *entries[2:]])
    jwes = [one.jwe for one in (*NEIGHBOURS[:2], GOOD, *NEIGHBOURS[2:])]
    items = [book.item(2 + place, jwe=jwe) for place, jwe in enumerate(jwes)]
    arrival = arrive(wrapped(book.bundle(items)))
    steps = [
        accept(proved, arrival=arrival, earlier=None, receiver=receiver_of(), now=NOW)
        for proved in arrival.items
    ]
    assert [step.after for step in steps] == [
        *[State.ACCEPTED] * 2,
        State.REFUSED,
        *[State.ACCEPTED] * 2,
    ]
    assert steps[2].entry.members["manifest"] == b64u(leaf_hash(raw))


# --- never an exception ----------------------------------------------------------------------------

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(GOOD.jwe)), JUNK, min_size=1))
def test_accept_junk_in_the_envelope_is_refused(junk):
    step = judge(jwe_with(**junk))
    assert step.entry.members["code"] in CARRIERS_FAULTS


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(json.loads(alert()))), JUNK, min_size=1))
def test_accept_junk_in_the_document_never_raises(junk):
    document = json.dumps({**json.loads(alert()), **junk}).encode()
    step = judge(letter(document, seed="junk"))
    assert step.after in {State.ACCEPTED, State.REFUSED}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_accept_any_bytes_for_a_document_are_refused(document):
    assert code_of(letter(document, seed="bytes")) == Refusal.DOCUMENT_MALFORMED


def test_dishonest_envelope_is_made_as_the_real_seal_makes_one():
    drawn = iter([SALT, KEY, two_documents.IV])
    real = seal(
        alert(),
        context=Context("sx1", GOOD.id, TM.id),
        recipients=[(AZ.id, AZ.encryption.public)],
        random_bytes=lambda _: next(drawn),
    )
    by_hand = inside(_pad(SALT, alert()), commit=commit_to(alert(), SALT))
    assert by_hand.entry.members["body"] == {"commit": b64u(real.commit), "jwe": b64u(real.digest)}
