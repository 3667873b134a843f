"""The closed list of suites. A suite fixes every algorithm and every constant; nothing is negotiated.

Responsible for the names and constants of `sx1`. Must not hold keys or do any sealing.

Source: schemas/README.md §3; RFC 9180; draft-ietf-jose-hpke-pq-pqt-01 (HPKE-9-KE).
"""

from typing import Final

from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from node.canonical import b64u, encode

SX1: Final = "sx1"  # X-Wing, SHAKE256, AES-256-GCM; Ed25519 + ML-DSA-44 on the log
SUITES: Final = frozenset({SX1})

HPKE: Final = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)  # 0x647a, 0x0011, 0x0002
ENCAPSULATED_BYTES: Final = 1120  # X-Wing ciphertext: ML-KEM-768 1088 + X25519 32
TAG_BYTES: Final = 16  # AES-GCM
CONTENT_KEY_BYTES: Final = 32  # AES-256
IV_BYTES: Final = 12  # RFC 7518 §5.3
SALT_BYTES: Final = 32  # key of the commitment's HMAC-SHA256
KEY_ALGORITHM: Final = "HPKE-9-KE"
CONTENT_ALGORITHM: Final = "A256GCM"

# One constant header: there is no field in it through which an attacker could choose anything.
PROTECTED: Final = b64u(
    encode({"cty": "sarbon-document", "enc": CONTENT_ALGORITHM, "typ": "sarbon+jwe"})
)
