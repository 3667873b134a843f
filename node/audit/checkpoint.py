"""Checkpoints: the signed heads of a log.

Responsible for a checkpoint's text, for signing it with both of the log's keys, and for believing
one only if both signatures verify. Must not compare heads of different times (`witness`).

Source: C2SP tlog-checkpoint v1.0.0, without extension lines; schemas/README.md §2.
"""

from dataclasses import dataclass, field

from node.audit.merkle import HASH_BYTES
from node.audit.note import (
    ED25519,
    MLDSA44,
    Ed25519Signer,
    MLDSA44Signer,
    Note,
    VerifierKey,
    is_size,
    read_note,
    sign_note,
)
from node.canonical import b64, un_b64
from node.errors import PeerError, Refusal


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head of one log: its origin, its size in leaves, its root hash."""

    origin: str
    size: int
    root: bytes

    def encode(self) -> str:
        """Write the note's text: origin, size, root, one a line."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class LogVerifier:
    """The two public keys of a log; a checkpoint counts only with both signatures."""

    ed25519: VerifierKey
    mldsa44: VerifierKey

    def __post_init__(self) -> None:
        kinds = (self.ed25519.algorithm, self.mldsa44.algorithm)
        if kinds != (ED25519, MLDSA44) or self.ed25519.name != self.mldsa44.name:
            raise PeerError(Refusal.KEY_UNKNOWN, "a log needs Ed25519 and ML-DSA-44 of one name")

    @property
    def origin(self) -> str:
        """The log's origin, which is the name both keys sign under."""
        return self.ed25519.name

    def verify(self, note: Note) -> Checkpoint:
        """Check both signatures and read the checkpoint.

        Raises:
            PeerError: `checkpoint.malformed`, `sender.mismatch` for another log's checkpoint, or
                `checkpoint.bad_signature`.
        """
        checkpoint = read_checkpoint(note)
        if checkpoint.origin != self.origin:
            raise PeerError(Refusal.SENDER_MISMATCH, f"a checkpoint of {checkpoint.origin}")
        self.ed25519.verify(note)
        self.mldsa44.verify(note)
        return checkpoint


@dataclass(frozen=True, slots=True)
class LogSigner:
    """The two private keys of a log. It signs a head only after the head is on disk."""

    origin: str
    ed25519_seed: bytes = field(repr=False)
    mldsa44_seed: bytes = field(repr=False)
    _signers: tuple[Ed25519Signer, MLDSA44Signer] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        signers = (
            Ed25519Signer(self.origin, self.ed25519_seed),
            MLDSA44Signer(self.origin, self.mldsa44_seed),
        )
        object.__setattr__(self, "_signers", signers)

    @property
    def verifier(self) -> LogVerifier:
        """The public half."""
        return LogVerifier(self._signers[0].verifier, self._signers[1].verifier)

    def sign(self, *, size: int, root: bytes, seconds: int) -> Note:
        """Sign the head of this log, with both keys."""
        text = Checkpoint(self.origin, size, root).encode()
        return sign_note(text, self._signers, seconds=seconds)


def read_checkpoint(note: Note) -> Checkpoint:
    """Read a note's text as a checkpoint; nothing is verified.

    Raises:
        PeerError: `checkpoint.malformed`, also for extension lines, which Sarbon does not use.
    """
    lines = note.text.split("\n")
    if len(lines) != 4 or not lines[0] or not is_size(lines[1]):  # noqa: PLR2004 - three lines and the end
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, "not the three lines of a checkpoint")
    root = un_b64(lines[2], code=Refusal.CHECKPOINT_MALFORMED)
    if len(root) != HASH_BYTES:
        raise PeerError(Refusal.CHECKPOINT_MALFORMED, "the root is not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def parse_checkpoint(raw: str) -> tuple[Note, Checkpoint]:
    """Read a note and its checkpoint in one step; nothing is verified."""
    note = read_note(raw)
    return note, read_checkpoint(note)
