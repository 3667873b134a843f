import hashlib
import json
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from node.canonical import un_b64u
from node.envelope.keys import PUBLIC_BYTES, SEED_BYTES, EncryptionKey, EncryptionPublicKey
from node.errors import PeerError, Refusal

EXTERNAL = Path(__file__).parents[1] / "vectors" / "external"
X_WING = 0x647A
SHAKE256 = 0x0011
LOW_ORDER = [  # of X25519: RFC 7748 §6.1 asks for the all-zero check that refuses them
    bytes(32),
    b"\1" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]


def hpke_vectors():
    path = Path(cryptography_vectors.__file__).parent / "HPKE" / "hpke-pq-test-vectors.json"
    return [one for one in json.loads(path.read_text()) if one["kem_id"] == X_WING]


def u(text):
    return un_b64u(text, code=Refusal.ENVELOPE_MALFORMED)


def decapsulate(seed, encapsulated):
    """X-Wing from its draft, section 5.4: the combiner over both halves."""
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    ours, theirs = x25519.public_key().public_bytes_raw(), encapsulated[1088:]
    shared = x25519.exchange(X25519PublicKey.from_public_bytes(theirs))
    label = rb"\.//^" + b"\\"
    return hashlib.sha3_256(
        mlkem.decapsulate(encapsulated[:1088]) + shared + theirs + ours + label
    ).digest()


def schedule(shared, info, *, aead):
    """HPKE's one-stage key schedule with SHAKE256, base mode: key and nonce."""
    suite = b"HPKE" + X_WING.to_bytes(2, "big") + SHAKE256.to_bytes(2, "big") + aead.to_bytes(2, "big")

    def prefixed(data):
        return len(data).to_bytes(2, "big") + data

    size = 32 + 12 + 64  # key, nonce, exporter secret
    context = b"\0" + prefixed(b"") + prefixed(info)
    secrets = prefixed(b"") + prefixed(shared)
    labelled = secrets + b"HPKE-v1" + suite + prefixed(b"secret") + size.to_bytes(2, "big") + context
    derived = hashlib.shake_256(labelled).digest(size)
    return derived[:32], derived[32:44]


@pytest.mark.parametrize("vector", hpke_vectors(), ids=lambda one: one["suite_id"])
def test_encryption_key_published_seed_gives_published_public_key(vector):
    assert EncryptionKey(bytes.fromhex(vector["skRm"])).public.raw.hex() == vector["pkRm"]


@pytest.mark.parametrize("vector", hpke_vectors(), ids=lambda one: one["suite_id"])
def test_specification_published_encapsulation_gives_published_secret(vector):
    shared = decapsulate(bytes.fromhex(vector["skRm"]), bytes.fromhex(vector["enc"]))
    assert shared.hex() == vector["shared_secret"]


def test_specification_published_shake256_vector_opens():
    (vector,) = [one for one in hpke_vectors() if one["kdf_id"] == SHAKE256]
    shared, info = bytes.fromhex(vector["shared_secret"]), bytes.fromhex(vector["info"])
    key, nonce = schedule(shared, info, aead=vector["aead_id"])
    assert (key.hex(), nonce.hex()) == (vector["key"], vector["base_nonce"])
    first = {name: bytes.fromhex(value) for name, value in vector["encryptions"][0].items()}
    assert ChaCha20Poly1305(key).decrypt(nonce, first["ct"], first["aad"]) == first["pt"]


@given(st.binary(max_size=100), st.binary(max_size=100))
@settings(max_examples=30, deadline=None)
def test_seal_any_text_opens_by_the_specification(key, text, info):
    sealed = key.public.seal(text, info=info)
    content_key, nonce = schedule(decapsulate(key.seed, sealed[:1120]), info, aead=2)
    assert AESGCM(content_key).decrypt(nonce, sealed[1120:], b"") == text


def test_open_published_hpke_9_ke_example_gives_its_content_key():
    example = json.loads((EXTERNAL / "hpke-9-ke.json").read_text("utf-8"))
    jwk, jwe = example["key"], example["jwe"]
    key, header = EncryptionKey(u(jwk["priv"])), json.loads(u(jwe["protected"]))
    assert (key.kid, key.public.raw) == (jwk["kid"], u(jwk["pub"]))
    wrapped = u(header["ek"]) + u(jwe["encrypted_key"])
    content_key = key.open(wrapped, info=b"JOSE-HPKE rcpt\xffA256GCM\xff")
    text, bound = u(jwe["ciphertext"]) + u(jwe["tag"]), f"{jwe['protected']}.{jwe['aad']}".encode()
    assert AESGCM(content_key).decrypt(u(jwe["iv"]), text, bound).startswith(b"You can trust us")


def test_encryption_key_our_vectors_give_public_key_and_kid(key_sets):
    for row in key_sets.values():
        key = EncryptionKey(bytes.fromhex(row["seeds"]["encryption"]))
        assert key.public.raw.hex() == row["encryption"]["public"]
        assert key.kid == key.public.kid == row["encryption"]["kid"]


@given(st.binary(max_size=300), st.binary(max_size=50))
@settings(max_examples=50, deadline=None)
def test_open_sealed_text_gives_it_back(key, text, info):
    assert key.open(key.public.seal(text, info=info), info=info) == text


@pytest.mark.parametrize("change", ["info", "key", "first bit", "last bit", "cut", "short", "empty"])
def test_open_anything_else_is_refused(keys, change):
    key, info = keys["TM-SCS"], b"info"
    sealed = key.public.seal(b"text", info=info)
    match change:
        case "info":
            info = b"other"
        case "key":
            key = keys["UZ-CC"]
        case "first bit":
            sealed = bytes([sealed[0] ^ 1]) + sealed[1:]
        case "last bit":
            sealed = sealed[:-1] + bytes([sealed[-1] ^ 0x80])
        case "cut":
            sealed = sealed[:-1]
        case "short":
            sealed = sealed[: 1120 + 15]
        case "empty":
            sealed = b""
    with pytest.raises(PeerError) as caught:
        key.open(sealed, info=info)
    assert caught.value.refusal is Refusal.ENVELOPE_UNOPENED


@pytest.mark.parametrize("point", LOW_ORDER, ids=lambda one: one.hex()[:8])
def test_open_encapsulated_point_of_low_order_is_refused(key, point):
    sealed = key.public.seal(b"text", info=b"")
    with pytest.raises(PeerError) as caught:
        key.open(sealed[:1088] + point + sealed[1120:], info=b"")
    assert caught.value.refusal is Refusal.ENVELOPE_UNOPENED


def test_encryption_key_generated_is_the_key_of_its_bytes():
    assert EncryptionKey.generate(lambda size: b"s" * size) == EncryptionKey(b"s" * SEED_BYTES)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_encryption_key_seed_of_another_size_is_refused(size):
    with pytest.raises(ValueError, match="seed of"):
        EncryptionKey(bytes(size))


def test_encryption_key_shown_hides_the_seed(key):
    assert repr(key.seed) not in repr(key)
    assert key.seed.hex() not in repr(key)


@pytest.mark.parametrize("size", [0, 1183, 1184, PUBLIC_BYTES - 1, PUBLIC_BYTES + 1])
def test_encryption_public_key_of_another_size_is_refused(key, size):
    with pytest.raises(PeerError) as caught:
        EncryptionPublicKey((key.public.raw + b"\0")[:size])
    assert caught.value.refusal is Refusal.KEY_UNKNOWN


def test_encryption_public_key_out_of_range_is_refused(key):
    # FIPS 203 §7.2, modulus check: 12-bit coefficients must be below 3329
    with pytest.raises(PeerError) as caught:
        EncryptionPublicKey(b"\xff" * 3 + key.public.raw[3:])
    assert caught.value.refusal is Refusal.KEY_UNKNOWN


@pytest.mark.parametrize("point", LOW_ORDER, ids=lambda one: one.hex()[:8])
def test_encryption_public_key_of_low_order_is_refused(key, point):
    with pytest.raises(PeerError) as caught:
        EncryptionPublicKey(key.public.raw[:1184] + point)
    assert caught.value.refusal is Refusal.KEY_UNKNOWN
