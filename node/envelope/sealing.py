"""Seal a document to its recipients, and open it again: commit, then encrypt.

Responsible for the JWE, the commitment and the padding of one message. Must not know entries,
logs or agreements: the proof that somebody *said* this is the log's business (`audit`).

The commitment binds all recipients to one document: AES-GCM alone would let a dishonest originator
make one ciphertext that opens to two documents under two keys.

Source: schemas/README.md §3; RFC 7516 §7.2.1; draft-ietf-jose-hpke-encrypt (Recipient_structure).
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from node.canonical import b64u, length_prefixed, un_b64u
from node.envelope.keys import EncryptionKey, EncryptionPublicKey, RandomBytes
from node.envelope.suite import (
    CONTENT_ALGORITHM,
    CONTENT_KEY_BYTES,
    ENCAPSULATED_BYTES,
    IV_BYTES,
    KEY_ALGORITHM,
    PROTECTED,
    SALT_BYTES,
    TAG_BYTES,
)
from node.errors import PeerError, Refusal
from node.limits import MAX_RECIPIENTS, PADDING_BYTES

_LENGTH_BYTES = 4  # u32 big-endian
_WRAPPED_KEY_BYTES = CONTENT_KEY_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class Context:
    """What a seal is bound to: it opens only as this message of this originator."""

    suite: str
    message_id: str
    originator: str

    def encode(self) -> bytes:
        """Give the bytes that go into the commitment, the AAD and every HPKE info."""
        return length_prefixed("sarbon/1", self.suite, self.message_id, self.originator)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed document and what the manifest says of it.

    Attributes:
        jwe: RFC 7516 General JSON object.
        digest: SHA-256 over the JWE without its recipients.
        wraps: SHA-256 of each recipient's wrapped key, in the order of the recipients.
        commit: the commitment, 32 bytes.
        salt: opens the commitment, 32 bytes; secret until somebody discloses the document.
    """

    jwe: dict[str, Any]
    digest: bytes
    wraps: tuple[bytes, ...]
    commit: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, and the salt with which its holder can prove it to anybody."""

    document: bytes
    salt: bytes


def commitment(document: bytes, *, salt: bytes, context: Context) -> bytes:
    """Commit to a document: hiding (random salt as HMAC key) and binding (collision resistance)."""
    message = length_prefixed("sarbon commit") + context.encode() + document
    return hmac.digest(salt, message, "sha256")


def seal(
    document: bytes,
    *,
    context: Context,
    recipients: Sequence[tuple[str, EncryptionPublicKey]],
    random_bytes: RandomBytes,
) -> Sealed:
    """Commit to a document and encrypt it once, its key wrapped for each (authority, key)."""
    salt, key, iv = (random_bytes(n) for n in (SALT_BYTES, CONTENT_KEY_BYTES, IV_BYTES))
    bound = context.encode()
    aad = b64u(bound)
    ciphertext = AESGCM(key).encrypt(iv, _pad(salt, document), _associated_data(aad))
    rows, wraps = [], []
    for authority, public in recipients:
        wrapped = public.seal(key, info=_info(bound, authority, public.kid))
        header = {"alg": KEY_ALGORITHM, "kid": public.kid, "ek": b64u(wrapped[:ENCAPSULATED_BYTES])}
        rows.append({"header": header, "encrypted_key": b64u(wrapped[ENCAPSULATED_BYTES:])})
        wraps.append(hashlib.sha256(wrapped).digest())
    jwe = {
        "protected": PROTECTED,
        "aad": aad,
        "iv": b64u(iv),
        "ciphertext": b64u(ciphertext[:-TAG_BYTES]),
        "tag": b64u(ciphertext[-TAG_BYTES:]),
        "recipients": rows,
    }
    return Sealed(
        jwe=jwe,
        digest=_digest(aad, iv, ciphertext),
        wraps=tuple(wraps),
        commit=commitment(document, salt=salt, context=context),
        salt=salt,
    )


@dataclass(frozen=True, slots=True)
class Expected:
    """What the manifest, already proved to be the originator's, says a JWE must be."""

    context: Context
    digest: bytes
    wraps: tuple[bytes, ...]
    commit: bytes


def open_sealed(
    jwe: Mapping[str, Any], *, expected: Expected, position: int, authority: str, key: EncryptionKey
) -> Opened:
    """Check a JWE against its manifest, then open it as recipient number `position`.

    Nothing is decrypted before every digest fits, and nothing is returned before the commitment does.

    Raises:
        PeerError: `envelope.malformed`, `envelope.mismatch`, `envelope.unopened` or
            `commitment.mismatch`.
    """
    bound = expected.context.encode()
    iv, ciphertext, wrapped_keys = _read(jwe)
    if jwe["aad"] != b64u(bound) or _digest(jwe["aad"], iv, ciphertext) != expected.digest:
        raise PeerError(Refusal.ENVELOPE_MISMATCH, "the JWE is not the one in the manifest")
    if tuple(hashlib.sha256(wrapped).digest() for _, wrapped in wrapped_keys) != expected.wraps:
        raise PeerError(Refusal.ENVELOPE_MISMATCH, "the wrapped keys are not those in the manifest")
    kid, wrapped = wrapped_keys[position]
    if kid != key.kid:
        raise PeerError(Refusal.ENVELOPE_MISMATCH, "our wrapped key names another key id")
    content_key = key.open(wrapped, info=_info(bound, authority, kid))
    try:
        inner = AESGCM(content_key).decrypt(iv, ciphertext, _associated_data(jwe["aad"]))
    except (InvalidTag, ValueError) as error:
        raise PeerError(Refusal.ENVELOPE_UNOPENED, "the content does not open") from error
    opened = _unpad(inner)
    actual = commitment(opened.document, salt=opened.salt, context=expected.context)
    if not hmac.compare_digest(actual, expected.commit):
        raise PeerError(Refusal.COMMITMENT_MISMATCH, "the document is not the one committed to")
    return opened


def _pad(salt: bytes, document: bytes) -> bytes:
    inner = salt + len(document).to_bytes(_LENGTH_BYTES, "big") + document
    return inner + bytes(-len(inner) % PADDING_BYTES)


def _unpad(inner: bytes) -> Opened:
    start = SALT_BYTES + _LENGTH_BYTES
    end = start + int.from_bytes(inner[SALT_BYTES:start], "big")
    if len(inner) < start or _pad(inner[:SALT_BYTES], inner[start:end]) != inner:
        # Authentic, so the originator did it; `envelope.malformed` is what a carrier can cause.
        raise PeerError(Refusal.ENVELOPE_UNOPENED, "the length or padding inside is wrong")
    return Opened(document=inner[start:end], salt=inner[:SALT_BYTES])


def _associated_data(aad: str) -> bytes:
    return f"{PROTECTED}.{aad}".encode("ascii")  # RFC 7516 §5.1, step 14


def _info(bound: bytes, authority: str, kid: str) -> bytes:
    algorithm = CONTENT_ALGORITHM.encode()
    prefix = b"JOSE-HPKE rcpt\xff" + algorithm + b"\xff"
    return prefix + bound + length_prefixed(authority, kid)


def _digest(aad: str, iv: bytes, ciphertext: bytes) -> bytes:
    return hashlib.sha256(length_prefixed(PROTECTED, aad, iv, ciphertext)).digest()


def _read(jwe: Mapping[str, Any]) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """Take a JWE apart: iv, ciphertext with tag, and (kid, wrapped key) of each recipient."""
    if jwe.keys() != {"protected", "aad", "iv", "ciphertext", "tag", "recipients"}:
        raise _malformed("the JWE has missing or unknown members")
    if jwe["protected"] != PROTECTED:
        raise _malformed("the protected header is not the suite's constant")
    rows = jwe["recipients"]
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_RECIPIENTS:
        raise _malformed(f"the JWE must have 1 to {MAX_RECIPIENTS} recipients")
    iv, tag = _sized(jwe["iv"], IV_BYTES), _sized(jwe["tag"], TAG_BYTES)
    ciphertext = un_b64u(jwe["ciphertext"], code=Refusal.ENVELOPE_MALFORMED)
    return iv, ciphertext + tag, [_read_recipient(row) for row in rows]


def _read_recipient(row: Any) -> tuple[str, bytes]:
    if not isinstance(row, dict) or row.keys() != {"header", "encrypted_key"}:
        raise _malformed("a JWE recipient has missing or unknown members")
    header = row["header"]
    if not isinstance(header, dict) or header.keys() != {"alg", "kid", "ek"}:
        raise _malformed("a recipient's header has missing or unknown members")
    if header["alg"] != KEY_ALGORITHM or not isinstance(header["kid"], str):
        raise _malformed(f"a recipient's algorithm must be {KEY_ALGORITHM}")
    encapsulated = _sized(header["ek"], ENCAPSULATED_BYTES)
    return header["kid"], encapsulated + _sized(row["encrypted_key"], _WRAPPED_KEY_BYTES)


def _sized(text: Any, length: int) -> bytes:
    data = un_b64u(text, code=Refusal.ENVELOPE_MALFORMED)
    if len(data) != length:
        raise _malformed(f"{len(data)} bytes where {length} are expected")
    return data


def _malformed(fact: str) -> PeerError:
    return PeerError(Refusal.ENVELOPE_MALFORMED, fact)
