"""The only writer: a batch of steps becomes rows, audit entries and a new tree head, at once.

Responsible for the one transaction through which every state change goes. If we crash before its
COMMIT, nothing happened; after it, everything did. Must not decide anything: `transfer` has.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Insert, Table, Update, bindparam, delete, select, update

from node.errors import OperatorError
from node.message.concern import OURS, Concern
from node.store import concerns, tables
from node.store.database import Database
from node.store.file_rows import Carried, rows_of_end, rows_of_files, write_progress
from node.store.message_rows import (
    EXPIRE_LANE,
    MOVE_LANE,
    lane_key,
    lane_rows,
    reading_row,
    receipt_row,
    received_row,
    sent_row,
)
from node.store.register import Entries, write_register
from node.store.tree import Tree
from node.transfer.lifecycle import (
    AbandonedFile,
    AssignedMessage,
    ExpiredMessage,
    HeldFileReceipt,
    HeldReading,
    HeldReceipt,
    OpenedMessage,
    ReceivedFile,
    ReceivedMessage,
    SentMessage,
    Transition,
)


class Record(Protocol):
    """Rows that a module of the store knows how to write; they go with a batch, or not at all."""

    def write(self, connection: Connection) -> None:
        """Write them, in the transaction of a commit."""


@dataclass(slots=True)
class Batch:
    """What one transaction writes: steps, and the bookkeeping of transport that needs no entry.

    Attributes:
        peer_heads: (origin, size, root, note or None) of peers' logs, newly proved.
        cosignatures: (size, witness, line) on our own heads.
        checkpoints: (size, note): our own heads as signed.
        forks: (origin, size, note seen, note contradicting it).
        confirmed: (peer, entry index) of receipts that the peer's broker has confirmed.
        due_again: (peer, entry index) of receipts that must go once more.
        carried: how far files of ours have come.
        adopted: (size, root) of the directory we now rely on.
        agreements: digests of agreements we now rely on.
        register: pages of the register, newly written.
        records: what other modules of the store write with it.
        after: called, from the committer, once the batch is durable.
    """

    transitions: list[Transition] = field(default_factory=list)
    peer_heads: list[tuple[str, int, bytes, str | None]] = field(default_factory=list)
    cosignatures: list[tuple[int, str, str]] = field(default_factory=list)
    checkpoints: list[tuple[int, str]] = field(default_factory=list)
    forks: list[tuple[str, int, str, str]] = field(default_factory=list)
    confirmed: list[tuple[str, int]] = field(default_factory=list)
    due_again: list[tuple[str, int]] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    adopted: tuple[int, bytes] | None = None
    agreements: list[str] = field(default_factory=list)
    register: Entries | None = None
    records: list[Record] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)


class Journal:
    """The writer. Only one may exist for a database, guarded by its `WriterLock`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.tree = Tree(database)

    def commit(self, batch: Batch) -> int:
        """Write a batch; returns the index of its first entry.

        Raises:
            OperatorError: `disk.full`, `database.*`, or `log.diverged` if somebody else moved the
                head: then this process must stop, for its picture of the log is wrong.
        """
        first = self.tree.size
        leaves = [transition.entry.leaf for transition in batch.transitions]
        made, size, root = self.tree.plan(leaves)
        with self._database.writing() as connection:
            if leaves:
                self._move_head(connection, size, root)  # first: it says whether the log is ours
                self._append(connection, batch.transitions, first)
                self.tree.write(connection, made)
            _write_bookkeeping(connection, batch)  # first: a repeated receipt becomes due again
            _write_rows(connection, batch.transitions, first)
            for record in batch.records:
                record.write(connection)
        self.tree.advance(made, size, root)
        return first

    def _append(self, connection: Connection, steps: Sequence[Transition], first: int) -> None:
        rows = [
            {"idx": first + offset, "kind": step.entry.kind.value, "raw": step.entry.raw}
            for offset, step in enumerate(steps)
        ]
        connection.execute(tables.entry.insert(), rows)

    def _move_head(self, connection: Connection, size: int, root: bytes) -> None:
        before = self.tree.head
        here = (tables.head.c.size == before.size) & (tables.head.c.root == before.root)
        moved = connection.execute(update(tables.head).where(here).values(size=size, root=root))
        if moved.rowcount != 1:
            raise OperatorError(
                "log.diverged",
                f"the head on disk is not the one of {self.tree.size} leaves that we wrote",
                hint="stop every other process that uses this database, then start again",
            )


def _write_rows(connection: Connection, steps: Sequence[Transition], first: int) -> None:
    rows: dict[Table | Insert | Update, list[dict[str, Any]]] = {}
    for index, step in enumerate(steps, start=first):
        for target, row in _rows_of(step, index):
            rows.setdefault(target, []).append(row)
    for target, values in rows.items():
        statement = target.insert() if isinstance(target, Table) else target
        connection.execute(statement, values)
    for step in steps:  # after all rows: what belongs together may have come in the same batch
        _share_concerns(connection, step)
    repeats = [step.repeat_receipt for step in steps if step.repeat_receipt]
    for originator, message_id in repeats:
        _make_due(connection, [(originator, _receipt_index(connection, originator, message_id))])


def _rows_of(step: Transition, index: int) -> Iterator[tuple[Table | Insert | Update, dict[str, Any]]]:
    """Give the rows that change with a step, each with where it goes."""
    match step.change:
        case SentMessage() as change:
            yield tables.sent, sent_row(change, index, step.entry)
            yield from ((tables.lane, row) for row in lane_rows(change, index))
            yield from ((tables.outgoing_file, row) for row in rows_of_files(change, index))
            yield from _concern_rows(OURS, change.id, change.concern)
        case ReceivedMessage() as change:
            yield tables.received, received_row(change, index, step)
            yield from _concern_rows(change.originator, change.id, change.concern)
        case HeldReceipt() as change:
            yield tables.receipt, receipt_row(change, index)
            yield MOVE_LANE, lane_key(change, step, change.code)
        case ExpiredMessage() as change:
            yield EXPIRE_LANE, lane_key(change, step, None)
        case ReceivedFile() | HeldFileReceipt() | AbandonedFile() as change:
            yield from rows_of_end(change, index)
        case OpenedMessage() | HeldReading() as change:
            yield _row_of_reading(change, index)
        case AssignedMessage() | None:
            pass
    if step.due_to is not None:
        yield tables.due, {"peer": step.due_to, "idx": index}


def _row_of_reading(
    change: OpenedMessage | HeldReading, index: int
) -> tuple[Table | Insert, dict[str, Any]]:
    match change:
        case OpenedMessage():
            row = {"originator": change.originator, "id": change.id, "idx": index}
            return tables.opened, row
        case HeldReading():
            return tables.reading, reading_row(change, index)


def _share_concerns(connection: Connection, step: Transition) -> None:
    match step.change:
        case SentMessage(concern=Concern() as about) as change:
            subject = concerns.subject_of(OURS, change.type, change.reference)
            concerns.share(connection, (OURS, change.id), subject, about)
        case ReceivedMessage(concern=Concern() as about) as change:
            subject = concerns.subject_of(change.originator, change.type, change.reference)
            concerns.share(connection, (change.originator, change.id), subject, about)
        case AssignedMessage() as change:
            concerns.assign(connection, (change.originator, change.id), change.unit)
        case _:
            pass


def _concern_rows(
    originator: str, message_id: str, about: Concern | None
) -> Iterator[tuple[Insert, dict[str, Any]]]:
    if about is not None:
        yield from ((concerns.PUT, row) for row in concerns.rows_of(originator, message_id, about))


def _receipt_index(connection: Connection, originator: str, message_id: str) -> int:
    """Find the entry that was the first receipt of a message."""
    where = (tables.received.c.originator == originator) & (tables.received.c.id == message_id)
    index: int = connection.execute(select(tables.received.c.idx).where(where)).scalar_one()
    return index


def _make_due(connection: Connection, receipts: Sequence[tuple[str, int]]) -> None:
    """Put receipts among those that are due, unless they are."""
    statement = tables.due.insert().prefix_with("OR IGNORE")
    connection.execute(statement, [{"peer": peer, "idx": index} for peer, index in receipts])


def _write_bookkeeping(connection: Connection, batch: Batch) -> None:
    heads = [
        {"origin": origin, "size": size, "root": root, "note": note}
        for origin, size, root, note in batch.peer_heads
    ]
    unsigned = [row for row in heads if row["note"] is None]
    if unsigned:  # a head that only a chain named must not displace one that came signed
        connection.execute(tables.peer_head.insert().prefix_with("OR IGNORE"), unsigned)
    replacing: dict[Table, list[dict[str, Any]]] = {
        tables.peer_head: [row for row in heads if row["note"] is not None],
        tables.cosignature: [
            {"size": size, "witness": witness, "line": line}
            for size, witness, line in batch.cosignatures
        ],
        tables.checkpoint: [{"size": size, "note": note} for size, note in batch.checkpoints],
        tables.fork: [
            {"origin": origin, "size": size, "seen": seen, "contradicting": note}
            for origin, size, seen, note in batch.forks
        ],
        tables.adopted: [{"one": 1, "size": batch.adopted[0], "root": batch.adopted[1]}]
        if batch.adopted
        else [],
        tables.agreement_adopted: [{"digest": digest} for digest in batch.agreements],
    }
    for table, rows in replacing.items():
        if rows:
            connection.execute(table.insert().prefix_with("OR REPLACE"), rows)
    if batch.confirmed:
        gone = delete(tables.due).where(
            (tables.due.c.peer == bindparam("due_peer")) & (tables.due.c.idx == bindparam("due_idx"))
        )
        connection.execute(
            gone, [{"due_peer": peer, "due_idx": index} for peer, index in batch.confirmed]
        )
    if batch.due_again:
        _make_due(connection, batch.due_again)
    if batch.carried:
        write_progress(connection, batch.carried)
    if batch.register is not None:
        write_register(connection, batch.register)
