"""Proofs that stand alone: C2SP tlog-proof@v1.

Responsible for the text form of "this entry is in that log", and for checking one completely.
Must not decide which logs are believed: the caller brings the log's keys.

Source: C2SP tlog-proof.
"""

from dataclasses import dataclass

from node.audit.checkpoint import Checkpoint, LogVerifier
from node.audit.merkle import HASH_BYTES, check_inclusion, leaf_hash
from node.audit.note import read_note
from node.canonical import b64, un_b64
from node.errors import PeerError, Refusal
from node.limits import MAX_PROOF_LINES

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's place in a log, provable with nothing but the log's public keys.

    Attributes:
        index: zero-based index of the leaf.
        path: inclusion path, leaf's sibling first.
        checkpoint: the signed note, with any cosignatures.
        extra: the entry's bytes; C2SP leaves the use of this line to the application.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def encode(self) -> str:
        """Write the proof as tlog-proof@v1 text."""
        extra = f"extra {b64(self.extra)}\n" if self.extra else ""
        hashes = "".join(f"{b64(node)}\n" for node in self.path)
        return f"{HEADER}\n{extra}index {self.index}\n{hashes}\n{self.checkpoint}"

    def verify(self, entry: bytes, log: LogVerifier) -> Checkpoint:
        """Check the log's signatures and that `entry` is in the signed tree.

        Raises:
            PeerError: `checkpoint.*`, `sender.mismatch` or `proof.invalid`.
        """
        checkpoint = log.verify(read_note(self.checkpoint))
        check_inclusion(
            leaf_hash(entry),
            index=self.index,
            size=checkpoint.size,
            path=self.path,
            head=checkpoint.root,
        )
        return checkpoint


def read_proof(text: str) -> Proof:
    """Read a proof, refusing every text that `Proof.encode` would not have written.

    Raises:
        PeerError: `proof.invalid`.
    """
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != HEADER:
        raise _malformed(f"the first line must be {HEADER}")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = un_b64(lines.pop(0).removeprefix("extra "), code=Refusal.PROOF_INVALID)
    number = lines.pop(0).removeprefix("index ") if lines else ""
    if not number.isascii() or not number.isdecimal() or len(number) > 19:  # noqa: PLR2004 - below 2^63
        raise _malformed("there must be an index line")
    path = tuple(un_b64(line, code=Refusal.PROOF_INVALID) for line in lines)
    if len(path) > MAX_PROOF_LINES or any(len(node) != HASH_BYTES for node in path):
        raise _malformed("the path is not a list of hashes")
    proof = Proof(int(number), path, checkpoint, extra)
    if proof.encode() != text:
        raise _malformed("not in the one form a proof has")
    return proof


def _malformed(fact: str) -> PeerError:
    return PeerError(Refusal.PROOF_INVALID, fact)
