"""Signed heads of our own log, and the memory outside the database that guards them.

Responsible for signing the newest durable head once, whoever asks, and for refusing to sign after
our log has lost what it once signed. Must not append anything.

Source: schemas/README.md §2.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

from node.audit.checkpoint import Checkpoint, LogSigner, parse_checkpoint
from node.audit.merkle import root
from node.errors import OperatorError, PeerError
from node.store.tree import Tree


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head of our log with its note."""

    size: int
    root: bytes
    note: str


class Heads:
    """Signs heads of our own log, for any thread that asks.

    Attributes:
        signed_before: the newest head that an earlier process signed, as the head file has it.
    """

    def __init__(self, tree: Tree, signer: LogSigner, head_file: Path) -> None:
        self._tree = tree
        self._signer = signer
        self._file = head_file
        self._lock = threading.Lock()
        self._newest: SignedHead | None = None
        self.signed_before = self._check_file()

    def newest(self, *, seconds: int) -> tuple[SignedHead, bool]:
        """Give the newest head, signed; says whether it was signed just now.

        The head is on disk already: `Tree` advances only after its transaction has committed.
        """
        with self._lock:  # several couriers ask, from several threads
            size, head = self._tree.head
            if self._newest is not None and self._newest.size == size:
                return self._newest, False
            note = self._signer.sign(size=size, root=head, seconds=seconds).encode()
            self._remember(note)
            self._newest = SignedHead(size, head, note)
            return self._newest, True

    def at(self, size: int) -> Checkpoint:
        """Give our head of an earlier size, computed from the tree.

        Raises:
            OperatorError: `log.lost`, if we never had so many entries, as far as we remember.
        """
        if size > self._tree.size:
            raise lost(size, self._tree.size)
        return Checkpoint(self._signer.origin, size, root(size, self._tree.read))

    def check_claim(self, note: str) -> int:
        """Judge our own checkpoint as a peer holds it; gives its size if our log contains it.

        Raises:
            OperatorError: `log.lost`: the signature is ours, the tree is not.
            PeerError: it was not signed by us.
        """
        signed, claimed = parse_checkpoint(note)
        self._signer.verifier.verify(signed)
        if self.at(claimed.size).root != claimed.root:
            raise lost(claimed.size, self._tree.size)
        return claimed.size

    def _check_file(self) -> Checkpoint | None:
        """Compare the database with the newest head we signed, which is kept outside it; give that."""
        if not self._file.is_file():
            return None
        try:
            return self.at(self.check_claim(self._file.read_text()))
        except PeerError as error:
            raise OperatorError(
                "log.head_file",
                f"{self._file} does not hold a head signed by this log",
                hint="restore it from the backup; never edit it",
            ) from error

    def _remember(self, note: str) -> None:
        """Write the head file; a crash leaves the old one or the new one, never half of one."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(note)
        fresh.replace(self._file)


def lost(claimed: int, size: int) -> OperatorError:
    """Say that our log has once signed more than it holds now."""
    return OperatorError(
        "log.lost",
        f"this log once signed a head of {claimed} entries; the database of {size} does not continue it",
        hint="a backup was restored: keep this data folder, and open a new epoch "
        "(docs/operators.md, 'After restoring a backup')",
    )
