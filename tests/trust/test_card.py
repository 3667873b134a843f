import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.event import Kind, write_entry
from node.canonical import b64u, encode
from node.errors import Refusal
from node.trust.card import SealingKey, read_card, read_card_file, write_card, write_card_file
from tests.world import (
    AZ,
    DAY,
    NOW,
    STRANGER,
    TM,
    Book,
    card_file,
    nested,
    opened_book,
    party,
    refusal,
    replaced,
)

CARD = TM.card
VALUE = json.loads(CARD.raw)
OTHER_TM = party("TM-SCS", 1)
ED25519 = TM.log.verifier.ed25519.encode()


def with_keys(*keys):
    return write_card(
        id_=CARD.id,
        name=CARD.name,
        country=CARD.country,
        units=CARD.units,
        contact=CARD.contact,
        log=CARD.log,
        witness=CARD.witness,
        holder=CARD.holder,
        encryption=keys,
    )


def test_card_written_reads_as_itself():
    assert read_card(CARD.raw) == CARD


def test_card_read_gives_what_it_says():
    assert (CARD.id, CARD.name, CARD.country) == ("TM-SCS", "Customs of TM-SCS", "TM")
    assert (CARD.units, CARD.contact) == (("PCU-TM",), "duty@tm-scs.example")
    assert CARD.log.origin == "iren.example/tm-scs/2026"


def test_card_digest_changes_with_any_key():
    assert CARD.digest != OTHER_TM.card.digest


@pytest.mark.parametrize(
    ("moment", "usable"),
    [(NOW - 1, False), (NOW, True), (NOW + DAY - 1, True), (NOW + DAY, False)],
)
def test_sealing_key_edge_of_its_window_counts_from_inclusive_until_exclusive(moment, usable):
    card = with_keys(SealingKey(TM.encryption.public, NOW, NOW + DAY))
    code = refusal(lambda: card.sealing_key(moment))
    assert code == (None if usable else Refusal.KEY_EXPIRED)


def test_sealing_key_windows_overlap_gives_the_newest():
    newest, older = OTHER_TM.encryption.public, TM.encryption.public
    card = with_keys(SealingKey(newest, NOW, NOW + 2 * DAY), SealingKey(older, NOW - DAY, NOW + DAY))
    assert card.sealing_key(NOW) == newest
    assert card.sealing_key(NOW - 1) == older


def test_sealing_key_card_without_keys_is_expired():
    assert refusal(lambda: with_keys().sealing_key(NOW)) == Refusal.KEY_EXPIRED


MALFORMED = {
    "empty": b"",
    "not json": b"{",
    "truncated": CARD.raw[:-1],
    "not an object": b"[]",
    "spaces": b" " + CARD.raw,
    "member twice": CARD.raw.replace(b'{"contact"', b'{"contact":"x","contact"', 1),
    "nested too deep": nested(400),
    "version absent": encode({k: v for k, v in VALUE.items() if k != "v"}),
    "unknown member": encode({**VALUE, "extra": 1}),
    "version 2": encode({**VALUE, "v": 2}),
    "id not ours": encode({**VALUE, "id": "tm-scs"}),
    "id no text": encode({**VALUE, "id": 1}),
    "one log key": encode({**VALUE, "log": VALUE["log"][:1]}),
    "three log keys": encode({**VALUE, "log": [*VALUE["log"], ED25519]}),
    "log no list": encode({**VALUE, "log": 1}),
    "log keys no text": encode({**VALUE, "log": [1, 2]}),
    "witness no text": encode({**VALUE, "witness": 1}),
    "units no list": encode({**VALUE, "units": 1}),
    "encryption no list": encode({**VALUE, "encryption": 1}),
    "encryption no objects": encode({**VALUE, "encryption": ["key"]}),
    "encryption lacks a member": encode(
        {**VALUE, "encryption": [{"public": b64u(TM.encryption.public.raw), "from": 1}]}
    ),
    "encryption with unknown member": encode(
        {**VALUE, "encryption": [{**VALUE["encryption"][0], "extra": 1}]}
    ),
    "window no number": encode({**VALUE, "encryption": [{**VALUE["encryption"][0], "from": "soon"}]}),
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_card_malformed_is_refused(raw):
    assert refusal(lambda: read_card(raw)) == Refusal.DIRECTORY_MALFORMED


BAD_KEYS = {
    "log keys swapped": {"log": VALUE["log"][::-1]},
    "log keys of two names": {"log": [VALUE["log"][0], AZ.log.verifier.mldsa44.encode()]},
    "log keys both classical": {"log": [ED25519, ED25519]},
    "log key id does not fit": {"log": [ED25519.replace("+", "+0", 1)[:-1], VALUE["log"][1]]},
    "log key no vkey": {"log": ["key", "key"]},
    "witness classical": {"witness": ED25519},
    "holder classical": {"holder": ED25519},
    "holder no vkey": {"holder": ""},
    "encryption key too short": {"encryption": [{**VALUE["encryption"][0], "public": b64u(bytes(32))}]},
    "encryption key of zeros": {"encryption": [{**VALUE["encryption"][0], "public": b64u(bytes(1216))}]},
    "encryption key no base64url": {"encryption": [{**VALUE["encryption"][0], "public": "+"}]},
    "encryption key no text": {"encryption": [{**VALUE["encryption"][0], "public": 1}]},
}


@pytest.mark.parametrize("changes", BAD_KEYS.values(), ids=BAD_KEYS)
def test_card_key_not_usable_is_refused(changes):
    assert refusal(lambda: read_card(encode({**VALUE, **changes}))) == Refusal.KEY_UNKNOWN


def test_card_file_written_gives_the_card():
    assert read_card_file(card_file(TM)) == CARD


def proof_of(book, index):
    return book.proof(index).encode()


def file_of(card, proof):
    return write_card_file(card, proof)


def other_kind():
    """A log that holds the hash of the card, but not as a card issued."""
    adopted = write_entry(
        Kind.AGREEMENT_ADOPTED, at=NOW, log=TM.origin, agreement=CARD.digest, name="card"
    )
    return proof_of(Book(TM.log, [adopted.raw]), 0)


STOLEN = {
    "proof of another authority's log": (CARD, proof_of(opened_book(AZ), 1), Refusal.SENDER_MISMATCH),
    "log keys that its owner does not hold": (
        OTHER_TM.card,
        proof_of(opened_book(TM), 1),
        Refusal.CHECKPOINT_BAD_SIGNATURE,
    ),
    "encryption key swapped after the proof": (
        with_keys(SealingKey(STRANGER.encryption.public, NOW - DAY, NOW + DAY)),
        proof_of(opened_book(TM), 1),
        Refusal.DIRECTORY_MALFORMED,
    ),
    "proof of another entry": (CARD, proof_of(opened_book(TM), 0), Refusal.DIRECTORY_MALFORMED),
    "proof of an entry of another kind": (CARD, other_kind(), Refusal.DIRECTORY_MALFORMED),
    "proof no proof": (CARD, "proof", Refusal.PROOF_INVALID),
    "proof at another index": (
        CARD,
        proof_of(opened_book(TM), 1).replace("index 1", "index 0"),
        Refusal.PROOF_INVALID,
    ),
}


@pytest.mark.parametrize(("card", "proof", "code"), STOLEN.values(), ids=STOLEN)
def test_card_file_owner_does_not_prove_it_is_refused(card, proof, code):
    assert refusal(lambda: read_card_file(file_of(card, proof))) == code


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        encode({"card": CARD.raw.decode(), "proof": 1}),
        encode({"card": 1, "proof": ""}),
        encode({"card": CARD.raw.decode(), "proof": "", "v": 1}),
        nested(400),
    ],
    ids=["empty", "no members", "proof no text", "card no text", "unknown member", "nested too deep"],
)
def test_card_file_malformed_is_refused(raw):
    assert refusal(lambda: read_card_file(raw)) == Refusal.DIRECTORY_MALFORMED


FILE = card_file(TM)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_card_file_any_byte_changed_is_refused(index, byte):
    changed = replaced(FILE, index, byte)
    assert changed == FILE or refusal(lambda: read_card_file(changed)) is not None
