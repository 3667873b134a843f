from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from node.canonical import un_b64u
from node.envelope import suite
from node.errors import Refusal


def test_suites_are_one_and_closed():
    assert frozenset({"sx1"}) == suite.SUITES
    assert suite.SX1 in suite.SUITES


def test_protected_header_is_the_published_constant():
    header = un_b64u(suite.PROTECTED, code=Refusal.ENVELOPE_MALFORMED)
    assert header == b'{"cty":"sarbon-document","enc":"A256GCM","typ":"sarbon+jwe"}'


def test_hpke_is_x_wing_with_shake256_and_aes_256_gcm(key):
    other = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
    sealed = other.encrypt(b"text", key.public._key, b"info")
    assert suite.HPKE.decrypt(sealed, key._key, b"info") == b"text"


def test_sizes_are_those_of_a_seal(key):
    sealed = key.public.seal(bytes(suite.CONTENT_KEY_BYTES), info=b"")
    assert len(sealed) == suite.ENCAPSULATED_BYTES + suite.CONTENT_KEY_BYTES + suite.TAG_BYTES
