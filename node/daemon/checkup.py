"""Verify a node's whole log and everything it holds beside it; export evidence of one message.

Responsible for reading one node's data, without writing, and for holding each half against the
other: entries against heads, rows against entries, peers' proofs against peers' signatures.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from node.audit.event import Entry, Kind, read_entry
from node.audit.evidence import Disclosed, Evidence
from node.audit.merkle import HASH_BYTES, inclusion_path
from node.audit.note import VerifierKey
from node.audit.proof import Proof
from node.audit.verify import LogReport, verify_log
from node.canonical import b64u
from node.envelope.sealing import Context, commitment
from node.errors import CallerError, OperatorError, PeerError
from node.store.database import Database
from node.store.inbox import Inbox
from node.store.record import Records
from node.store.transfers import Transfers
from node.store.tree import Tree
from node.trust.directory import Directory

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a complete check of a node found to be in order.

    Attributes:
        files: receipts for files of ours.
    """

    log: LogReport
    sent: int
    received: int
    receipts: int
    files: int


def check_node(database: Database, directory: Directory, authority: str) -> Checkup:
    """Check everything that one node's database holds.

    Raises:
        OperatorError: `log.broken`, at the first thing that does not hold.
    """
    records, tree = Records(database), Tree(database)
    own = directory.authorities[authority].card
    witnesses = {id_: one.card.witness for id_, one in directory.authorities.items()}
    end = tree.size  # a running node goes on writing: what comes after this is another check's
    report = verify_log(
        (raw for _, raw in records.entries(limit=end)),
        log=own.log,
        checkpoints={size: note for size, note in records.checkpoints().items() if size <= end},
        cosignatures=_cosignatures(records, witnesses),
    )
    if (report.size, report.root) != (tree.size, tree.root):
        raise _broken("the head on disk is not the head of the entries")
    proofs = _Proofs(Inbox(database), directory)
    return Checkup(
        log=report,
        sent=_each(records.rows("sent", before=end), _check_sent),
        received=_each(records.rows("received", before=end), proofs.check_received),
        receipts=_each(records.receipts(before=end), proofs.check_receipt),
        files=_each(Transfers(database).receipts(before=end), proofs.check_receipt),
    )


def _each(rows: Iterator[Row], check: Callable[[Row], None]) -> int:
    """Check every row; gives how many there were."""
    count = 0
    for row in rows:
        try:
            check(row)
        except (PeerError, TypeError, ValueError) as error:  # whoever changes a file changes anything
            raise _broken(f"message {row['id']}: what is kept of it is not readable") from error
        count += 1
    return count


def _cosignatures(
    records: Records, witnesses: Mapping[str, VerifierKey]
) -> Iterator[tuple[int, VerifierKey, str]]:
    for size, witness, lines in records.cosignatures():
        if witness not in witnesses:
            raise _broken(f"a cosignature by {witness}, who is not in the directory")
        yield size, witnesses[witness], lines


def _check_sent(row: Row) -> None:
    """Hold a sent row against its entry: same manifest, and the document that was committed to."""
    entry = read_entry(row["raw"])
    context = Context(entry.members["suite"], row["id"], entry.members["from"])
    commit = commitment(row["document"], salt=row["salt"], context=context)
    if (
        entry.kind is not Kind.MESSAGE_SEALED
        or entry.leaf != row["manifest"]
        or entry.members["id"] != row["id"]
        or entry.members["body"]["commit"] != b64u(commit)
    ):
        raise _broken(f"sent message {row['id']} is not the one in entry {row['idx']}")


class _Proofs:
    """Checks of what peers proved to us; each of their heads is verified once."""

    def __init__(self, inbox: Inbox, directory: Directory) -> None:
        self._inbox = inbox
        self._directory = directory
        self._heads: dict[tuple[str, int], str] = {}

    def check_received(self, row: Row) -> None:
        """Hold a received row against our entry, the originator's log, and its commitment."""
        own, manifest = read_entry(row["raw"]), read_entry(row["manifest"])
        members = own.members
        wrong = (
            own.kind is not Kind.MESSAGE_RECEIVED
            or members["manifest"] != b64u(manifest.leaf)
            or members["re"] != row["id"]
            or manifest.members["id"] != row["id"]
        )
        if not wrong and row["document"] is not None:
            context = Context(manifest.members["suite"], row["id"], manifest.members["from"])
            commit = commitment(row["document"], salt=row["salt"], context=context)
            wrong = manifest.members["body"]["commit"] != b64u(commit)
        if wrong:
            raise _broken(f"received message {row['id']} is not the one in entry {row['idx']}")
        self._check_proof(row["originator"], manifest, row["source_idx"], row)

    def check_receipt(self, row: Row) -> None:
        """Hold a receipt against our entry and the peer's log."""
        recorded, receipt = read_entry(row["raw"]), read_entry(row["entry"])
        if recorded.members["receipt"] != b64u(receipt.leaf):
            raise _broken(f"the receipt of {row['id']} is not the one in entry {row['recorded_idx']}")
        self._check_proof(row["peer"], receipt, row["idx"], row)

    def _check_proof(self, peer: str, entry: Entry, index: int, row: Row) -> None:
        owner, log = self._directory.log(entry.log)
        if owner != peer:
            raise _broken(f"what is kept of {row['id']} is of {owner}'s log, not of {peer}'s")
        proof = Proof(index, split_path(row["path"]), self._note(log.origin, row["size"]))
        try:
            proof.verify(entry.raw, log)
        except PeerError as error:
            raise _broken(f"{peer}'s proof for {row['id']}: {error.message}") from error

    def _note(self, origin: str, size: int) -> str:
        if (origin, size) not in self._heads:
            note = self._inbox.note(origin, size)
            if note is None:
                raise _broken(f"the head of {size} entries of {origin} is missing")
            if len(self._heads) > 64:  # noqa: PLR2004 - rows come in log order, so heads repeat at once
                self._heads.clear()
            self._heads[origin, size] = note
        return self._heads[origin, size]


def export_evidence(
    database: Database,
    directory: Directory,
    directory_file: bytes,
    *,
    wanted: str,
    disclose: bool,
    originator: str | None = None,
) -> Evidence:
    """Put together all that proves one message, by id or by its document's reference.

    Raises:
        CallerError: `message.unknown` or `message.ambiguous`.
    """
    records = Records(database)
    found = records.find(wanted, originator)
    if found is None:
        raise CallerError(
            "message.unknown", f"there is no message {wanted}", hint="'sarbon inbox' lists them"
        )
    direction, originator, message_id = found
    if direction == "sent":
        return _evidence_of_sent(database, directory, directory_file, message_id, disclose=disclose)
    row = records.received(originator, message_id)
    message = proof_of_received(database, row)
    receipt = own_proof(database, row["idx"], row["raw"], directory)
    return Evidence(directory_file, message, (receipt,), disclosed_of(row) if disclose else None)


def proof_of_received(database: Database, row: Row) -> Proof:
    """Give the originator's proof of a message that we received, with its manifest.

    Args:
        database: of this node.
        row: of the message, as `Records.received` gives it.
    """
    note = Inbox(database).note(read_entry(row["manifest"]).log, row["size"]) or ""
    return Proof(row["source_idx"], split_path(row["path"]), note, extra=row["manifest"])


def own_proof(database: Database, index: int, entry: bytes, directory: Directory) -> Proof:
    """Prove an entry of our own log against the best signed head that covers it.

    A head with cosignatures is better than a newer one without.
    """
    records, tree = Records(database), Tree(database)
    head = records.head_over(index)
    if head is None:
        raise CallerError(
            "message.unsigned",
            "no head has been signed since this entry was written",
            hint="start the node: it signs when it sends",
        )
    size, note = head
    lines = [
        lines for _, witness, lines in records.cosignatures(size) if witness in directory.authorities
    ]
    signed = note + "".join(lines)
    return Proof(index, inclusion_path(index, size, tree.read), signed, extra=entry)


def _evidence_of_sent(
    database: Database,
    directory: Directory,
    directory_file: bytes,
    message_id: str,
    *,
    disclose: bool,
) -> Evidence:
    row = Records(database).sent(message_id)
    inbox = Inbox(database)
    message = own_proof(database, row["idx"], row["raw"], directory)
    receipts = []
    for receipt in row["receipts"]:
        note = inbox.note(read_entry(receipt["entry"]).log, receipt["size"]) or ""
        path = split_path(receipt["path"])
        receipts.append(Proof(receipt["idx"], path, note, extra=receipt["entry"]))
    disclosed = disclosed_of(row) if disclose else None
    return Evidence(directory_file, message, tuple(receipts), disclosed)


def disclosed_of(row: Row) -> Disclosed | None:
    """Give a message's document with what opens its commitment, if we have it."""
    return Disclosed(row["document"], row["salt"]) if row["document"] else None


def split_path(joined: bytes) -> tuple[bytes, ...]:
    """Take a stored path apart into its hashes."""
    return tuple(joined[i : i + HASH_BYTES] for i in range(0, len(joined), HASH_BYTES))


def _broken(fact: str) -> OperatorError:
    return OperatorError(
        "log.broken",
        fact,
        hint="stop the node, keep the data folder as it is, and call the auditors",
    )
