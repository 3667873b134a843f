import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.canonical import b64u, un_b64u
from node.envelope.sealing import Context, Expected, commitment, open_sealed, seal
from node.errors import PeerError, Refusal

VECTORS = Path(__file__).parents[1] / "vectors"
GOOD = json.loads((VECTORS / "envelopes.json").read_text("utf-8"))
BAD = json.loads((VECTORS / "bad-envelopes.json").read_text("utf-8"))
CONTEXT = Context("sx1", "01890a5d-ac96-774b-bcce-b302099a8057", "AZ-SCC")

seeds = st.binary(min_size=32, max_size=32)


def u(text):
    return un_b64u(text, code=Refusal.ENVELOPE_MALFORMED)


def source(seed):
    """Give random bytes that depend on the seed and on how often they were asked for."""
    asked = []

    def random_bytes(size):
        asked.append(size)
        return hashlib.shake_256(seed + bytes([len(asked)])).digest(size)

    return random_bytes


def expected_by(manifest):
    body = manifest["body"]
    return Expected(
        Context(manifest["suite"], manifest["id"], manifest["from"]),
        u(body["jwe"]),
        tuple(u(row["wrap"]) for row in manifest["to"]),
        u(body["commit"]),
    )


def expected_of(sealed, context=CONTEXT):
    return Expected(context, sealed.digest, sealed.wraps, sealed.commit)


def make(keys, document=b"document", *, to=("TM-SCS", "UZ-CC")):
    recipients = [(name, keys[name].public) for name in to]
    return seal(document, context=CONTEXT, recipients=recipients, random_bytes=source(b"seed"))


@pytest.mark.parametrize("vector", GOOD, ids=lambda one: one["name"])
def test_open_sealed_published_envelope_gives_document_and_salt(keys, vector):
    manifest = json.loads(vector["manifest"])
    for position, authority in enumerate(vector["to"]):
        opened = open_sealed(
            vector["jwe"],
            expected=expected_by(manifest),
            position=position,
            authority=authority,
            key=keys.get(authority, keys["UZ-CC"]),
        )
        assert opened.document.hex() == vector["document"]
        assert opened.salt.hex() == vector["salt"]


@pytest.mark.parametrize("vector", BAD, ids=lambda one: f"{one['code']}: {one['changed']}")
def test_open_sealed_published_bad_envelope_is_refused(keys, vector):
    asked = vector["expected"]
    expected = Expected(
        Context(asked["suite"], asked["id"], asked["from"]),
        u(asked["digest"]),
        tuple(map(u, asked["wraps"])),
        u(asked["commit"]),
    )
    with pytest.raises(PeerError) as caught:
        open_sealed(
            vector["jwe"],
            expected=expected,
            position=vector["position"],
            authority=vector["authority"],
            key=keys[vector["key"]],
        )
    assert caught.value.refusal == vector["code"]


@given(st.binary(max_size=600), seeds, st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_open_sealed_any_document_gives_it_back_to_each(keys, document, seed, count):
    recipients = [(name, key.public) for name, key in sorted(keys.items())][:count]
    sealed = seal(document, context=CONTEXT, recipients=recipients, random_bytes=source(seed))
    for position, (name, _) in enumerate(recipients):
        opened = open_sealed(
            sealed.jwe,
            expected=expected_of(sealed),
            position=position,
            authority=name,
            key=keys[name],
        )
        assert (opened.document, opened.salt) == (document, sealed.salt)


@given(st.sampled_from(["ciphertext", "tag", "iv", "aad"]), st.integers(min_value=0))
@settings(max_examples=100, deadline=None)
def test_open_sealed_one_bit_changed_is_refused(keys, member, bit):
    sealed = make(keys)
    data = bytearray(u(sealed.jwe[member]))
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    with pytest.raises(PeerError) as caught:
        open_sealed(
            {**sealed.jwe, member: b64u(bytes(data))},
            expected=expected_of(sealed),
            position=0,
            authority="TM-SCS",
            key=keys["TM-SCS"],
        )
    assert caught.value.refusal is Refusal.ENVELOPE_MISMATCH


def test_open_sealed_64_recipients_opens_and_65_are_refused(keys):
    key = keys["TM-SCS"]
    for count in (64, 65):
        recipients = [(f"TM-X{number:02}", key.public) for number in range(count)]
        sealed = seal(b"d", context=CONTEXT, recipients=recipients, random_bytes=source(b"seed"))
        asked = {"expected": expected_of(sealed), "position": 63, "authority": "TM-X63", "key": key}
        if count == 64:
            assert open_sealed(sealed.jwe, **asked).document == b"d"
            continue
        with pytest.raises(PeerError, match="1 to 64 recipients"):
            open_sealed(sealed.jwe, **asked)


def test_open_sealed_other_commitment_is_refused_after_all_else_fits(keys):
    sealed = make(keys)
    with pytest.raises(PeerError) as caught:
        open_sealed(
            sealed.jwe,
            expected=replace(expected_of(sealed), commit=bytes(32)),
            position=1,
            authority="UZ-CC",
            key=keys["UZ-CC"],
        )
    assert caught.value.refusal is Refusal.COMMITMENT_MISMATCH


def test_seal_recipients_share_one_ciphertext_and_have_their_own_wraps(keys):
    sealed = make(keys)
    assert [row["header"]["kid"] for row in sealed.jwe["recipients"]] == [
        keys["TM-SCS"].kid,
        keys["UZ-CC"].kid,
    ]
    assert len(set(sealed.wraps)) == 2


@pytest.mark.parametrize(
    ("size", "padded"), [(0, 256), (219, 256), (220, 256), (221, 512), (4096, 4352)]
)
def test_seal_document_is_padded_to_256_bytes(keys, size, padded):
    sealed = make(keys, bytes(size))
    assert len(u(sealed.jwe["ciphertext"])) == padded


def test_seal_without_random_wraps_is_deterministic(keys):
    one, other = make(keys), make(keys)
    assert one.jwe | {"recipients": 0} == other.jwe | {"recipients": 0}
    assert (one.digest, one.commit, one.salt) == (other.digest, other.commit, other.salt)
    assert one.wraps != other.wraps


def test_commitment_is_the_hmac_of_the_specification():
    def prefixed(text):
        return len(text).to_bytes(4, "big") + text.encode()

    bound = b"".join(map(prefixed, ["sarbon/1", "sx1", CONTEXT.message_id, "AZ-SCC"]))
    expected = hmac.new(b"salt", prefixed("sarbon commit") + bound + b"doc", "sha256").digest()
    assert commitment(b"doc", salt=b"salt", context=CONTEXT) == expected


@given(
    st.tuples(st.binary(max_size=4), st.binary(max_size=4), st.text(max_size=3)),
    st.tuples(st.binary(max_size=4), st.binary(max_size=4), st.text(max_size=3)),
)
@settings(max_examples=100, deadline=None)
def test_commitment_differs_wherever_document_salt_or_context_does(one, other):
    def commit(document, salt, message_id):
        salt = hashlib.sha256(salt).digest()
        return commitment(document, salt=salt, context=replace(CONTEXT, message_id=message_id))

    assert (commit(*one) == commit(*other)) == (one == other)
