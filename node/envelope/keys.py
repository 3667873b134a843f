"""Encryption keys of an authority: X-Wing, the hybrid of ML-KEM-768 and X25519.

Responsible for raw bytes <-> key objects, key ids, and the single HPKE operation each half can do.
Must not read files, keep passwords or know what is being sealed.

Source: draft-connolly-cfrg-xwing-kem; RFC 9180 §6.1; RFC 7638 (key ids).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
)

from node.canonical import b64u, encode
from node.envelope.suite import ENCAPSULATED_BYTES, HPKE, KEY_ALGORITHM, TAG_BYTES
from node.errors import PeerError, Refusal

RandomBytes = Callable[[int], bytes]
"""A source of cryptographically secure random bytes, given by the shell (`os.urandom`)."""

SEED_BYTES = 32  # X-Wing decapsulation key
PUBLIC_BYTES = 1216  # ML-KEM-768 encapsulation key 1184 + X25519 public key 32
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64
_PROBE = X25519PrivateKey.from_private_bytes(bytes(32))  # any key: it meets no secret


@dataclass(frozen=True, slots=True)
class EncryptionPublicKey:
    """The public half: anyone who has it can seal to its owner.

    Attributes:
        raw: 1,216 bytes.
        kid: RFC 7638 thumbprint of the AKP key, base64url.
    """

    raw: bytes
    kid: str = field(init=False)
    _key: MLKEM768X25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(self.raw[:_MLKEM_PUBLIC_BYTES])
            x25519 = X25519PublicKey.from_public_bytes(self.raw[_MLKEM_PUBLIC_BYTES:])
            _PROBE.exchange(x25519)  # a point of low order fails here, not in the middle of a seal
            key = MLKEM768X25519PublicKey(mlkem, x25519)
        except ValueError as error:
            raise PeerError(Refusal.KEY_UNKNOWN, "not an X-Wing public key") from error
        jwk = {"alg": KEY_ALGORITHM, "kty": "AKP", "pub": b64u(self.raw)}
        object.__setattr__(self, "kid", b64u(hashlib.sha256(encode(jwk)).digest()))
        object.__setattr__(self, "_key", key)

    def seal(self, plaintext: bytes, *, info: bytes) -> bytes:
        """Seal to the owner: encapsulated key, ciphertext and tag. Source: RFC 9180 §6.1."""
        return HPKE.encrypt(plaintext, self._key, info)


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """The private half, kept as its 32-byte seed."""

    seed: bytes = field(repr=False)
    public: EncryptionPublicKey = field(init=False)
    _key: MLKEM768X25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise ValueError(f"a seed of {len(self.seed)} bytes, not {SEED_BYTES}")
        expanded = hashlib.shake_256(self.seed).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:])
        raw = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        object.__setattr__(self, "public", EncryptionPublicKey(raw))
        object.__setattr__(self, "_key", MLKEM768X25519PrivateKey(mlkem, x25519))

    @classmethod
    def generate(cls, random_bytes: RandomBytes) -> "EncryptionKey":
        """Make a new key from 32 random bytes."""
        return cls(random_bytes(SEED_BYTES))

    @property
    def kid(self) -> str:
        """The key id, that of the public half."""
        return self.public.kid

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """Open what `EncryptionPublicKey.seal` sealed with the same `info`.

        Raises:
            PeerError: `envelope.unopened`: other key, other info, or changed bytes.
        """
        if len(sealed) < ENCAPSULATED_BYTES + TAG_BYTES:
            raise PeerError(Refusal.ENVELOPE_UNOPENED, f"{len(sealed)} bytes cannot hold a seal")
        try:
            return HPKE.decrypt(sealed, self._key, info)
        except (InvalidTag, ValueError) as error:
            raise PeerError(Refusal.ENVELOPE_UNOPENED, "the seal does not open") from error
