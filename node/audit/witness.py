"""Watching another log: it may only grow.

Responsible for the request and the judgement of a C2SP witness, over text: `old N`, consistency
path, checkpoint; then believe, ask for another proof, or raise the alarm. Must not store anything.

Source: C2SP tlog-witness v1.0.0, add-checkpoint; schemas/README.md §4.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from node.audit.checkpoint import Checkpoint, LogVerifier
from node.audit.merkle import EMPTY_ROOT, HASH_BYTES, check_consistency
from node.audit.note import MLDSA44Signer, Note, is_size, read_note
from node.canonical import b64, un_b64
from node.envelope.wire import Link, Witness
from node.errors import PeerError, Refusal
from node.limits import MAX_PROOF_LINES


@dataclass(frozen=True, slots=True)
class Request:
    """An add-checkpoint body taken apart."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    def encode(self) -> str:
        """Write the body."""
        hashes = "".join(f"{b64(node)}\n" for node in self.path)
        return f"old {self.old}\n{hashes}\n{self.note.encode()}"


@dataclass(frozen=True, slots=True)
class Watched:
    """What we remember of another authority's log.

    Attributes:
        size: the largest head we have seen; 0 when we have seen none.
        heads: root by size, for every head we still may be asked about, `size` among them.
    """

    size: int
    heads: Mapping[int, bytes]


class ForkError(PeerError):
    """The log signed two heads that do not chain: portable evidence of misconduct."""

    def __init__(self, fact: str, *, size: int, note: str) -> None:
        super().__init__(Refusal.LOG_FORKED, fact)
        self.size = size
        self.note = note


class GapError(PeerError):
    """The proof does not start where we stand, though the head is signed.

    Attributes:
        seen: the size to start from.
        witness: what came with it about our own log; whoever has it from the bundle puts it here.
    """

    def __init__(self, *, seen: int) -> None:
        super().__init__(Refusal.LOG_GAP, f"the proof does not start at a head we know; start at {seen}")
        self.seen = seen
        self.witness = Witness()


def read_request(body: str) -> Request:
    """Read an add-checkpoint body.

    Raises:
        PeerError: `checkpoint.malformed`.
    """
    head, separator, note = body.partition("\n\n")
    first, *lines = head.split("\n")
    number = first.removeprefix("old ")
    if not separator or not first.startswith("old ") or not is_size(number):
        raise _malformed("there must be an old size, a path and a checkpoint")
    if len(lines) > MAX_PROOF_LINES:
        raise _malformed(f"more than {MAX_PROOF_LINES} proof lines")
    path = tuple(un_b64(line, code=Refusal.CHECKPOINT_MALFORMED) for line in lines)
    request = Request(int(number), path, read_note(note))
    if any(len(node) != HASH_BYTES for node in path) or request.encode() != body:
        raise _malformed("not in the one form an add-checkpoint body has")
    return request


def judge(
    body: str, *, chain: tuple[Link, ...], log: LogVerifier, watched: Watched
) -> tuple[Checkpoint, dict[int, bytes]]:
    """Believe a checkpoint if it extends everything we have seen of its log.

    The chain carries the heads between `old` and the checkpoint that were sent in other bundles:
    those may overtake each other, so each bundle proves the whole way from what we acknowledged.

    Returns:
        The checkpoint, and every head now proved, by size (the checkpoint's among them).

    Raises:
        ForkError: the log signed a head that contradicts one we know.
        GapError: the proof starts at a head we do not know, or passes over the largest we know.
        PeerError: `checkpoint.*`, `sender.mismatch`, `proof.invalid`.
    """
    request = read_request(body)
    checkpoint = log.verify(request.note)
    note = request.note.encode()
    # First the signed head itself: it is a fork however the path to it was made.
    _refuse_fork({checkpoint.size: checkpoint.root}, watched, note)
    proved = _walk(request, checkpoint, chain, watched)
    _refuse_fork(proved, watched, note)
    if watched.size not in proved and checkpoint.size not in watched.heads:
        raise GapError(seen=watched.size)
    return checkpoint, proved


def cosign(checkpoint: Checkpoint, signer: MLDSA44Signer, *, seconds: int) -> str:
    """State that this checkpoint extends all we have seen of its log: one signature line."""
    return signer.sign(checkpoint.encode(), seconds=seconds).encode()


def _refuse_fork(heads: Mapping[int, bytes], watched: Watched, note: str) -> None:
    for size, root in heads.items():
        if watched.heads.get(size, root) != root:
            raise ForkError(f"two heads of size {size}", size=size, note=note)


def _walk(
    request: Request, checkpoint: Checkpoint, chain: tuple[Link, ...], watched: Watched
) -> dict[int, bytes]:
    """Check every step from the old head over the chain to the checkpoint."""
    root = EMPTY_ROOT if request.old == 0 else watched.heads.get(request.old)
    if root is None:
        raise GapError(seen=watched.size)
    size, proved = request.old, {request.old: root}
    last = Link(checkpoint.size, checkpoint.root, request.path)
    for link in (*chain, last):
        check_consistency(old=size, new=link.size, old_head=root, new_head=link.root, path=link.path)
        size, root = link.size, link.root
        proved[size] = root
    return proved


def _malformed(fact: str) -> PeerError:
    return PeerError(Refusal.CHECKPOINT_MALFORMED, fact)
