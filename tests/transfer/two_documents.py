"""One AES-GCM ciphertext that opens under two keys: the attack the commitment is there to stop.

A dishonest originator wraps one key for one recipient and the other key for the other; both unwrap,
both tags verify. AES-GCM does not commit to its key, so one block, here the first of the salt, can be
chosen such that GHASH gives the same tag under both. The two keys are the first pair SHA-256 gives
under which the length member, four bytes of the plaintext, has the same keystream.

Source: Dodis, Grubbs, Ristenpart, Woodage, "Fast Message Franking" (2018), section 3.
"""

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

IV = bytes(12)
KEYS = tuple(hashlib.sha256(b"two documents %d" % number).digest() for number in (44432, 105714))
_SALT_AND_LENGTH = 36
_BLOCK = 16
_POLYNOMIAL = 0xE1 << 120  # x^128 + x^7 + x^2 + x + 1, bits reflected; NIST SP 800-38D, 6.3


def one_ciphertext(document: bytes, *, associated: bytes) -> bytes:
    """Give ciphertext and tag that open under both keys: to the document under the first.

    The document must fill a whole number of padding units, so that there is no padding to agree on.
    """
    inner = bytes(_SALT_AND_LENGTH - 4) + len(document).to_bytes(4, "big") + document
    ciphertext = AESGCM(KEYS[0]).encrypt(IV, inner, None)[: len(inner)]
    rest = bytes(_BLOCK) + ciphertext[_BLOCK:]
    power = -(-len(rest) // _BLOCK) + 1
    differ = _xor(*(_tag(key, rest, associated) for key in KEYS))
    slope = _xor(*(_power(_hash_key(key), power) for key in KEYS))
    first = _multiply(differ, _power(slope, 2**128 - 2))
    whole = first.to_bytes(_BLOCK, "big") + ciphertext[_BLOCK:]
    return whole + _tag(KEYS[0], whole, associated).to_bytes(_BLOCK, "big")


def _tag(key: bytes, ciphertext: bytes, associated: bytes) -> int:
    lengths = (8 * len(associated)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    hashed = 0
    for data in (associated, ciphertext, lengths):
        for start in range(0, len(data), _BLOCK):
            block = int.from_bytes(data[start : start + _BLOCK].ljust(_BLOCK, b"\0"), "big")
            hashed = _multiply(hashed ^ block, _hash_key(key))
    return hashed ^ _encrypt(key, IV + b"\0\0\0\1")


def _hash_key(key: bytes) -> int:
    return _encrypt(key, bytes(_BLOCK))


def _encrypt(key: bytes, block: bytes) -> int:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - one block of GCM
    return int.from_bytes(encryptor.update(block), "big")


def _multiply(one: int, other: int) -> int:
    product = 0
    for bit in range(127, -1, -1):
        if one >> bit & 1:
            product ^= other
        other = other >> 1 ^ (_POLYNOMIAL if other & 1 else 0)
    return product


def _power(base: int, exponent: int) -> int:
    result = 1 << 127  # the field's one
    while exponent:
        if exponent & 1:
            result = _multiply(result, base)
        base, exponent = _multiply(base, base), exponent >> 1
    return result


def _xor(one: int, other: int) -> int:
    return one ^ other
