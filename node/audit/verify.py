"""Check a whole log offline: every entry, every head that was ever signed.

Responsible for the fsck of a log, in one pass and constant memory. Must not read a database: entries
and heads come as iterables, so that any copy of them can be checked anywhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from node.audit.checkpoint import LogVerifier, parse_checkpoint
from node.audit.event import Kind, read_entry
from node.audit.merkle import EMPTY_ROOT, leaf_hash, node_hash
from node.audit.note import Note, VerifierKey, read_signature_lines
from node.errors import OperatorError, PeerError


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a complete check found to be in order.

    Attributes:
        size: entries.
        root: head over all of them.
        kinds: how many of each kind.
        checkpoints: signed heads that fit the entries.
        cosignatures: of witnesses, that verify on those heads.
    """

    size: int
    root: bytes
    kinds: Mapping[Kind, int]
    checkpoints: int
    cosignatures: int


class _Head:
    """The head of a growing tree: its complete subtrees from left to right, nothing more."""

    def __init__(self) -> None:
        self._subtrees: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        height, node = 0, leaf
        while self._subtrees and self._subtrees[-1][0] == height:
            node = node_hash(self._subtrees.pop()[1], node)
            height += 1
        self._subtrees.append((height, node))

    def root(self) -> bytes:
        if not self._subtrees:
            return EMPTY_ROOT
        *others, (_, node) = self._subtrees
        for _, left in reversed(others):
            node = node_hash(left, node)
        return node


def verify_log(
    entries: Iterable[bytes],
    *,
    log: LogVerifier,
    checkpoints: Mapping[int, str],
    cosignatures: Iterable[tuple[int, VerifierKey, str]] = (),
) -> LogReport:
    """Hash every entry again and hold every signed head against the result.

    Args:
        entries: the leaves' bytes, in order.
        log: public keys of the log.
        checkpoints: signed notes by size.
        cosignatures: (size, witness's key, signature lines).

    Raises:
        OperatorError: `log.broken`, at the first entry or head that does not fit.
    """
    head, kinds, size = _Head(), Counter[Kind](), 0
    fitting = {}
    if 0 in checkpoints:
        fitting[0] = _check_head(checkpoints[0], 0, head.root(), log)
    for raw in entries:
        kinds[_check_entry(raw, size, log.origin)] += 1
        head.add(leaf_hash(raw))
        size += 1
        if size in checkpoints:
            fitting[size] = _check_head(checkpoints[size], size, head.root(), log)
    beyond = [signed for signed in checkpoints if signed > size]
    if beyond:
        raise _broken(f"a head of {max(beyond)} entries was signed, there are {size}")
    witnessed = [_check_cosignature(fitting, *row) for row in cosignatures]
    return LogReport(size, head.root(), kinds, len(fitting), sum(witnessed))


def _check_entry(raw: bytes, index: int, origin: str) -> Kind:
    try:
        entry = read_entry(raw)
    except PeerError as error:
        raise _broken(f"entry {index}: {error.message}") from error
    if entry.log != origin or (index == 0) != (entry.kind is Kind.LOG_OPENED):
        raise _broken(f"entry {index}: {entry.kind} of {entry.log} does not belong here")
    return entry.kind


def _check_head(raw: str, size: int, root: bytes, log: LogVerifier) -> Note:
    try:
        note, checkpoint = parse_checkpoint(raw)
        log.verify(note)
    except PeerError as error:
        raise _broken(f"the head of {size} entries: {error.message}") from error
    if (checkpoint.size, checkpoint.root) != (size, root):
        raise _broken(f"the signed head of {size} entries is not the head of these entries")
    return note


def _check_cosignature(fitting: Mapping[int, Note], size: int, witness: VerifierKey, lines: str) -> bool:
    """Check one witness's line; a head whose note we did not keep cannot be checked."""
    if size not in fitting:
        return False
    try:
        witness.verify(Note(fitting[size].text, read_signature_lines(lines)))
    except PeerError as error:
        raise _broken(f"the cosignature by {witness.name} on {size} entries: {error.message}") from error
    return True


def _broken(fact: str) -> OperatorError:
    return OperatorError(
        "log.broken",
        fact,
        hint="stop the node, keep the data folder as it is, and call the auditors",
    )
