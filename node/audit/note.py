"""Signed notes: a text with signature lines by named keys.

Responsible for the note's bytes, verifier keys, and the two signature types Sarbon uses: plain
Ed25519 (0x01) and timestamped ML-DSA-44 (0x06). Must not know what a text means beyond the
checkpoint lines that type 0x06 signs.

Source: C2SP signed-note v1.0.0; C2SP tlog-cosignature v1.1.0, "ML-DSA-44 signed message".
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from node.canonical import b64, un_b64
from node.errors import PeerError, Refusal
from node.limits import MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES

ED25519: Final = 0x01
MLDSA44: Final = 0x06
_KEY_BYTES: Final = {ED25519: 32, MLDSA44: 1312}
_TIME_BYTES: Final = 8
_LEAST_NOTE: Final = 3  # origin, size, root


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line `— name base64(key id ‖ signature)`."""

    name: str
    key_id: bytes
    signature: bytes

    def encode(self) -> str:
        """Write the line with its newline."""
        return f"\u2014 {self.name} {b64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, its final newline included, and the signature lines below it."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def encode(self) -> str:
        """Write the note: text, empty line, signature lines."""
        return self.text + "\n" + "".join(line.encode() for line in self.signatures)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under; as text, a C2SP vkey.

    Attributes:
        name: schema-less URL; no spaces, no plus.
        algorithm: ED25519 or MLDSA44.
        raw: the public key's bytes.
    """

    name: str
    algorithm: int
    raw: bytes
    key_id: bytes = field(init=False)
    _key: Ed25519PublicKey | MLDSA44PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or len(self.raw) != _KEY_BYTES.get(self.algorithm):
            raise PeerError(Refusal.KEY_UNKNOWN, "not a verifier key of a known type")
        identified = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.raw
        object.__setattr__(self, "key_id", hashlib.sha256(identified).digest()[:4])
        key = (
            Ed25519PublicKey.from_public_bytes(self.raw)
            if self.algorithm == ED25519
            else MLDSA44PublicKey.from_public_bytes(self.raw)
        )
        object.__setattr__(self, "_key", key)

    def encode(self) -> str:
        """Write the vkey: name+hex(key id)+base64(type ‖ key)."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.algorithm]) + self.raw)}"

    def signed(self, note: Note) -> SignatureLine | None:
        """Find this key's line on a note, by name and key id."""
        for line in note.signatures:
            if line.name == self.name and line.key_id == self.key_id:
                return line
        return None

    def verify(self, note: Note) -> int:
        """Check this key's signature on a note.

        Returns:
            The time of signing in POSIX seconds, or 0 for Ed25519, which carries none.

        Raises:
            PeerError: `checkpoint.bad_signature`, if the line is absent or does not verify.
        """
        line = self.signed(note)
        if line is None:
            raise _bad(f"no signature by {self.name} of type {self.algorithm:#04x}")
        seconds = 0
        try:
            if isinstance(self._key, Ed25519PublicKey):
                self._key.verify(line.signature, note.text.encode())
            else:
                seconds = int.from_bytes(line.signature[:_TIME_BYTES], "big")
                message = cosigned_message(self.name, seconds, note.text)
                self._key.verify(line.signature[_TIME_BYTES:], message)
        except InvalidSignature as error:
            raise _bad(f"the signature by {self.name} does not verify") from error
        return seconds


class Signer(Protocol):
    """Whoever can sign a note: a key in memory, or one in a device."""

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        ...

    def sign(self, text: str, *, seconds: int) -> SignatureLine:
        """Sign a text at a time in POSIX seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A key that signs a note's text. Source: RFC 8032; C2SP signed-note."""

    name: str
    seed: bytes = field(repr=False)
    verifier: VerifierKey = field(init=False)
    _key: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        object.__setattr__(self, "_key", key)
        raw = key.public_key().public_bytes_raw()
        object.__setattr__(self, "verifier", VerifierKey(self.name, ED25519, raw))

    def sign(self, text: str, *, seconds: int) -> SignatureLine:  # noqa: ARG002 - type 0x01 has no time
        """Sign a text; the time is not part of this signature type."""
        return SignatureLine(self.name, self.verifier.key_id, self._key.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class MLDSA44Signer:
    """A key that cosigns checkpoints, post-quantum. Source: FIPS 204; C2SP tlog-cosignature."""

    name: str
    seed: bytes = field(repr=False)
    verifier: VerifierKey = field(init=False)
    _key: MLDSA44PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key = MLDSA44PrivateKey.from_seed_bytes(self.seed)
        object.__setattr__(self, "_key", key)
        raw = key.public_key().public_bytes_raw()
        object.__setattr__(self, "verifier", VerifierKey(self.name, MLDSA44, raw))

    def sign(self, text: str, *, seconds: int) -> SignatureLine:
        """Cosign the checkpoint in `text` at a time in POSIX seconds."""
        signature = self._key.sign(cosigned_message(self.name, seconds, text))
        stamped = seconds.to_bytes(_TIME_BYTES, "big") + signature
        return SignatureLine(self.name, self.verifier.key_id, stamped)


def cosigned_message(cosigner: str, seconds: int, text: str) -> bytes:
    """Give the bytes that a type 0x06 signature covers.

    Raises:
        PeerError: `checkpoint.malformed`, if the text is no checkpoint.

    Source: C2SP tlog-cosignature, `cosigned_message`.
    """
    lines = text.split("\n")
    if len(lines) <= _LEAST_NOTE or not is_size(lines[1]):
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, "a cosignature needs a checkpoint")
    name, origin = cosigner.encode(), lines[0].encode()
    head = un_b64(lines[2], code=Refusal.CHECKPOINT_MALFORMED)
    if len(origin) > 255 or len(head) != 32:  # noqa: PLR2004 - u8, SHA-256
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, "a checkpoint line is out of range")
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(name)]) + name,
            seconds.to_bytes(_TIME_BYTES, "big"),
            bytes([len(origin)]) + origin,
            bytes(_TIME_BYTES),
            int(lines[1]).to_bytes(_TIME_BYTES, "big"),
            head,
        )
    )


def read_verifier_key(text: str) -> VerifierKey:
    """Read a C2SP vkey.

    Raises:
        PeerError: `key.unknown`, if it is malformed, of another type, or its key id does not fit.
    """
    name, _, rest = text.partition("+")
    key_id, _, material = rest.partition("+")
    typed = un_b64(material, code=Refusal.KEY_UNKNOWN)
    try:
        key = VerifierKey(name, typed[0] if typed else 0, typed[1:])
    except ValueError as error:
        raise PeerError(Refusal.KEY_UNKNOWN, "not a verifier key of a known type") from error
    if key.key_id.hex() != key_id:
        raise PeerError(Refusal.KEY_UNKNOWN, f"the key id of {name} does not fit its key")
    return key


def read_note(raw: str) -> Note:
    """Take a note apart, strictly.

    Raises:
        PeerError: `checkpoint.malformed`.
    """
    text, separator, below = raw.rpartition("\n\n")
    if len(raw) > MAX_NOTE_BYTES or not separator or not below.endswith("\n"):
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, "not a signed note")
    if any(character < " " and character != "\n" for character in text):
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, "a control character in a note")
    return Note(text + "\n", read_signature_lines(below))


def read_signature_lines(raw: str) -> tuple[SignatureLine, ...]:
    """Read signature lines as they stand below a note, or alone as a witness's answer.

    Raises:
        PeerError: `checkpoint.malformed`.
    """
    lines = raw.split("\n")
    if lines.pop() or not 1 <= len(lines) <= MAX_NOTE_SIGNATURES:
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, f"not 1 to {MAX_NOTE_SIGNATURES} signatures")
    return tuple(_read_line(line) for line in lines)


def sign_note(text: str, signers: Iterable[Signer], *, seconds: int) -> Note:
    """Sign a text with every signer, in their order."""
    return Note(text, tuple(signer.sign(text, seconds=seconds) for signer in signers))


def is_key_name(name: str) -> bool:
    """Say whether a name may name a key: no spaces, no plus, no control character, 1 to 255 bytes."""
    barred = any(character < " " or character == "+" or character.isspace() for character in name)
    return not barred and 0 < len(name.encode()) <= 255  # noqa: PLR2004 - u8


def is_size(text: str) -> bool:
    """Say whether a text is a tree size: ASCII digits, no leading zero, below 2^63.

    The length comes first: Python refuses to convert thousands of digits, with another error.
    """
    return (
        0 < len(text) <= 19  # noqa: PLR2004 - digits of 2^63
        and text.isascii()
        and text.isdecimal()
        and str(int(text)) == text
        and int(text) < 2**63
    )


def _read_line(line: str) -> SignatureLine:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not is_key_name(parts[1]):  # noqa: PLR2004 - dash, name, signature
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, "not a signature line")
    data = un_b64(parts[2], code=Refusal.CHECKPOINT_MALFORMED)
    if len(data) <= 4:  # noqa: PLR2004 - key id
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, "a signature line without a signature")
    return SignatureLine(parts[1], data[:4], data[4:])


def _bad(fact: str) -> PeerError:
    return PeerError(Refusal.CHECKPOINT_BAD_SIGNATURE, fact)
