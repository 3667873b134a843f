"""Files that follow messages, as rows: what the journal writes of them.

Responsible for turning the changes of `transfer.files` into rows. Must not open a transaction: the
journal has one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, Update, bindparam, update

from node.store import tables
from node.transfer.lifecycle import AbandonedFile, FileChange, HeldFileReceipt, ReceivedFile, SentMessage

WAITING = "waiting"  # out: without a receipt, and not given up
RECEIVED = "received"  # here whole; out: the peer's log says so
REFUSED = "refused"  # by the recipient
ABANDONED = "abandoned"  # out: we no longer try

_OUT = tables.outgoing_file.c

_END_FILE = (
    update(tables.outgoing_file)
    .where(
        _OUT.id == bindparam("file_id"),
        _OUT.number == bindparam("file_number"),
        _OUT.peer == bindparam("file_peer"),
    )
    .values(state=bindparam("new_state"), code=bindparam("new_code"))
)
# A receipt may have been recorded since the file was looked at: that stands.
_ABANDON_FILE = _END_FILE.where(_OUT.state == WAITING)
_CARRY = (
    update(tables.outgoing_file)
    .where(
        _OUT.id == bindparam("file_id"),
        _OUT.number == bindparam("file_number"),
        _OUT.peer == bindparam("file_peer"),
    )
    .values(
        next_chunk=bindparam("to_chunk"), attempts=bindparam("to_attempts"), again_at=bindparam("to_at")
    )
)


@dataclass(frozen=True, slots=True)
class Carried:
    """How far a file of ours has come: bookkeeping that a crash may lose.

    Attributes:
        next_chunk: the first that the peer's broker has not confirmed.
        attempts: how often all of it was sent in vain.
        again_at: Unix ms; not before then is there anything to send. 0: at once.
    """

    id: str
    number: int
    peer: str
    next_chunk: int
    attempts: int
    again_at: int


def rows_of_files(change: SentMessage, index: int) -> list[dict[str, Any]]:
    """Give the row of each file to each recipient of a message."""
    return [
        {
            "id": change.id,
            "number": file.number,
            "peer": peer,
            "idx": index,
            "sha256": file.sha256,
            "size_bytes": file.size_bytes,
            "expires": change.expires,
            "state": WAITING,
        }
        for peer in change.recipients
        for file in change.files
    ]


def rows_of_end(change: FileChange, index: int) -> Iterator[tuple[Table | Update, dict[str, Any]]]:
    """Give the rows that change with the end of a file, each with where it goes."""
    match change:
        case ReceivedFile():
            yield tables.incoming_file, _incoming(change, index)
        case HeldFileReceipt():
            yield tables.file_receipt, _receipt(change, index)
            yield _END_FILE, _end(change, REFUSED if change.code else RECEIVED, change.code)
        case AbandonedFile():
            yield _ABANDON_FILE, _end(change, ABANDONED, None)


def write_progress(connection: Connection, carried: Iterable[Carried]) -> None:
    """Write how far files of ours have come; of several for one file, the last stands."""
    rows = [
        {
            "file_id": one.id,
            "file_number": one.number,
            "file_peer": one.peer,
            "to_chunk": one.next_chunk,
            "to_attempts": one.attempts,
            "to_at": one.again_at,
        }
        for one in carried
    ]
    connection.execute(_CARRY, rows)


def _incoming(change: ReceivedFile, index: int) -> dict[str, Any]:
    return {
        "originator": change.originator,
        "id": change.id,
        "number": change.number,
        "idx": index,
        "size_bytes": change.size_bytes,
        "state": REFUSED if change.code else RECEIVED,
        "code": change.code,
    }


def _receipt(change: HeldFileReceipt, index: int) -> dict[str, Any]:
    return {
        "id": change.id,
        "number": change.number,
        "peer": change.peer,
        "entry": change.entry,
        "idx": change.index,
        "path": b"".join(change.path),
        "size": change.size,
        "recorded_idx": index,
    }


def _end(change: HeldFileReceipt | AbandonedFile, state: str, code: str | None) -> dict[str, Any]:
    return {
        "file_id": change.id,
        "file_number": change.number,
        "file_peer": change.peer,
        "new_state": state,
        "new_code": code,
    }
