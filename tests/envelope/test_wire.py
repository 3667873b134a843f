import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from node.canonical import b64u, encode, un_b64
from node.envelope.wire import (
    SEAL_OVERHEAD_BYTES,
    Bundle,
    Item,
    Link,
    Witness,
    bundle_digest,
    decode_bundle,
    encode_bundle,
    open_bundle,
    seal_bundle,
)
from node.errors import PeerError, Refusal
from node.limits import MAX_BUNDLE_BYTES, MAX_BUNDLE_ITEMS, MAX_NOTE_BYTES

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "bundles.json").read_text("utf-8"))
RECEIVER = "TM-SCS"

sizes = st.integers(0, 2**63)
texts = st.text(st.characters(codec="utf-8"), max_size=30)
hashes = st.binary(min_size=32, max_size=32)
paths = st.lists(hashes, max_size=4).map(tuple)
jwes = st.none() | st.dictionaries(texts.filter(str.isascii), texts | st.integers(0, 9), max_size=3)
items = st.builds(Item, texts.map(str.encode), sizes, paths, jwes)
bundles = st.builds(
    Bundle,
    texts,
    st.lists(items, max_size=3).map(tuple),
    st.lists(st.builds(Link, sizes, hashes, paths), max_size=3).map(tuple),
    st.builds(Witness, sizes, texts, st.none() | texts),
)


def raw_of(vector, name):
    return vector[name].encode() if name in vector else bytes.fromhex(vector[f"{name}_hex"])


def with_written_jwes(bundle):
    """Give the bundle as a sender has it: each JWE as canonical bytes."""
    written = tuple(
        Item(item.entry, item.index, item.path, None if item.jwe is None else encode(item.jwe))
        for item in bundle.items
    )
    return Bundle(bundle.checkpoint, written, bundle.chain, bundle.witness)


def by_id(keys):
    return {raw_id(key): key for key in keys.values()}


def raw_id(key):
    """Give the RFC 7638 thumbprint of an AKP key, from its definition."""
    public = b64u(key.public.raw)
    return hashlib.sha256(f'{{"alg":"HPKE-9-KE","kty":"AKP","pub":"{public}"}}'.encode()).digest()


@given(bundles)
@settings(max_examples=100, deadline=None)
def test_decode_bundle_encoded_bundle_gives_it_back(bundle):
    assert decode_bundle(encode_bundle(with_written_jwes(bundle))) == bundle


@example(bytes(4092))  # fills its class: no padding at all
@example(b"")
@given(st.binary(max_size=10_000))
@settings(max_examples=40, deadline=None)
def test_open_bundle_sealed_text_gives_it_back(keys, plaintext):
    sealed = seal_bundle(plaintext, receiver=RECEIVER, key=keys[RECEIVER].public)
    assert open_bundle(sealed, receiver=RECEIVER, keys=by_id(keys)) == plaintext


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda one: one["name"])
def test_open_bundle_published_bundle_is_what_decode_and_encode_agree_on(keys, vector):
    sealed = un_b64(vector["sealed"], code=Refusal.BUNDLE_UNREADABLE)
    plaintext = open_bundle(sealed, receiver=vector["receiver"], keys=by_id(keys))
    assert plaintext == vector["plaintext"].encode()
    assert encode_bundle(with_written_jwes(decode_bundle(plaintext))) == plaintext


@pytest.mark.parametrize("vector", VECTORS["bad"], ids=lambda one: one["changed"])
def test_open_bundle_published_bad_bundle_is_refused(keys, vector):
    sealed = un_b64(vector["sealed"], code=Refusal.BUNDLE_UNREADABLE)
    mine = {kid: key for kid, key in by_id(keys).items() if key is keys[vector["receiver"]]}
    with pytest.raises(PeerError) as caught:
        open_bundle(sealed, receiver=vector["receiver"], keys=mine)
    assert caught.value.refusal == vector["code"]


@pytest.mark.parametrize("vector", VECTORS["bad_plaintexts"], ids=lambda one: one["changed"])
def test_decode_bundle_published_bad_plaintext_is_refused(vector):
    with pytest.raises(PeerError) as caught:
        decode_bundle(raw_of(vector, "plaintext"))
    assert caught.value.refusal == vector["code"]


def test_open_bundle_one_bit_flipped_in_any_byte_is_refused(keys):
    sealed = seal_bundle(b"plaintext", receiver=RECEIVER, key=keys[RECEIVER].public)
    mine = by_id(keys)
    accepted = []
    for position in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[position] ^= 1 << position % 8
        try:
            open_bundle(bytes(flipped), receiver=RECEIVER, keys=mine)
        except PeerError:
            continue
        accepted.append(position)
    assert accepted == []


@given(st.integers(min_value=0))
@settings(max_examples=300, deadline=None)
def test_open_bundle_any_bit_flipped_is_refused(keys, bit):
    sealed = bytearray(seal_bundle(b"plaintext", receiver=RECEIVER, key=keys[RECEIVER].public))
    sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    with pytest.raises(PeerError) as caught:
        open_bundle(bytes(sealed), receiver=RECEIVER, keys=by_id(keys))
    assert caught.value.refusal is Refusal.BUNDLE_UNREADABLE


def test_open_bundle_for_another_receiver_is_refused(keys):
    sealed = seal_bundle(b"plaintext", receiver=RECEIVER, key=keys[RECEIVER].public)
    with pytest.raises(PeerError) as caught:
        open_bundle(sealed, receiver="UZ-CC", keys=by_id(keys))
    assert caught.value.refusal is Refusal.BUNDLE_UNREADABLE


def test_open_bundle_one_byte_too_large_is_refused_before_it_is_read():
    with pytest.raises(PeerError) as caught:
        open_bundle(bytes(MAX_BUNDLE_BYTES + 1), receiver=RECEIVER, keys={})
    assert caught.value.refusal is Refusal.BUNDLE_OVERSIZE
    with pytest.raises(PeerError) as caught:
        open_bundle(bytes(MAX_BUNDLE_BYTES), receiver=RECEIVER, keys={})
    assert caught.value.refusal is Refusal.BUNDLE_UNREADABLE


@given(st.integers(0, 400_000))
@settings(max_examples=40, deadline=None)
def test_seal_bundle_size_is_a_class_and_pads_little(key, size):
    padded = len(seal_bundle(bytes(size), receiver=RECEIVER, key=key.public)) - SEAL_OVERHEAD_BYTES + 4
    assert size + 4 <= padded < size + 4 + max(4096, (size + 4) / 8 + 1)
    assert padded % 4096 == 0
    assert padded / (1 << padded.bit_length() - 1) * 8 % 1 == 0 or padded < 8 * 4096


def test_seal_bundle_sizes_in_one_class_cannot_be_told_apart(key):
    lengths = {
        len(seal_bundle(bytes(size), receiver=RECEIVER, key=key.public)) for size in (0, 1, 1000, 4092)
    }
    assert len(lengths) == 1


def test_seal_bundle_header_is_magic_and_key_id(key):
    sealed = seal_bundle(b"", receiver=RECEIVER, key=key.public)
    assert sealed[:4] == b"SBN1"
    assert sealed[4:36] == raw_id(key)


def test_bundle_digest_is_sha_256_of_the_bytes():
    assert bundle_digest(b"bytes") == hashlib.sha256(b"bytes").digest()


@pytest.mark.parametrize(
    ("bundle", "fits"),
    [
        (Bundle("x" * (MAX_NOTE_BYTES + 4096), ()), True),
        (Bundle("x" * (MAX_NOTE_BYTES + 4097), ()), False),
        (Bundle("", (Item(b"{}", 0, ()),) * MAX_BUNDLE_ITEMS), True),
        (Bundle("", (Item(b"{}", 0, ()),) * (MAX_BUNDLE_ITEMS + 1)), False),
        (Bundle("", (), (Link(1, bytes(32), ()),) * 64), True),
        (Bundle("", (), (Link(1, bytes(32), ()),) * 65), False),
        (Bundle("", (Item(b"{}", 0, (bytes(32),) * 63),)), True),
        (Bundle("", (Item(b"{}", 0, (bytes(32),) * 64),)), False),
        (Bundle("", (), (), Witness(cosignatures="x" * MAX_NOTE_BYTES)), True),
        (Bundle("", (), (), Witness(cosignatures="x" * (MAX_NOTE_BYTES + 1))), False),
        (Bundle("", (), (), Witness(conflict="x" * (MAX_NOTE_BYTES + 1))), False),
    ],
)
def test_decode_bundle_at_a_limit_is_read_and_beyond_it_refused(bundle, fits):
    raw = encode_bundle(bundle)
    if fits:
        assert decode_bundle(raw) == bundle
        return
    with pytest.raises(PeerError) as caught:
        decode_bundle(raw)
    assert caught.value.refusal is Refusal.BUNDLE_MALFORMED
