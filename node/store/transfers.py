"""What waits of files that follow messages, in both directions, and what came of them.

Responsible for the questions about files' rows. Must not write (`journal` does) or touch a file
(`attachments`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, select, text

from node.audit.event import read_entry
from node.audit.merkle import leaf_hash
from node.envelope.chunking import FileKey
from node.envelope.sealing import Context
from node.store import tables
from node.store.database import Database
from node.transfer.receipts import FileLane

_OUT, _LANE, _SENT = tables.outgoing_file.c, tables.lane.c, tables.sent.c
_IN, _RECEIPT, _RECEIVED = tables.incoming_file.c, tables.file_receipt.c, tables.received.c
# Written out, not bound: a partial index is used only where its condition stands in the query.
_WAITING = text("outgoing_file.state = 'waiting'")

# Only what the peer has accepted is followed by its files.
_NEXT = (
    select(
        _OUT.id,
        _OUT.number,
        _OUT.sha256,
        _OUT.size_bytes,
        _OUT.next_chunk,
        _OUT.attempts,
        _SENT.salt,
        tables.entry.c.raw,
    )
    .join_from(tables.outgoing_file, tables.lane, and_(_LANE.id == _OUT.id, _LANE.peer == _OUT.peer))
    .join(tables.sent, _SENT.id == _OUT.id)
    .join(tables.entry, tables.entry.c.idx == _OUT.idx)
    .where(
        _OUT.peer == bindparam("of_peer"),
        _WAITING,
        _OUT.again_at <= bindparam("moment"),
        text("lane.state = 'receipted'"),
    )
    .order_by(_OUT.idx, _OUT.number)
    .limit(bindparam("most"))
)
_OVER = (
    select(_OUT.id, _OUT.number)
    .where(_OUT.peer == bindparam("of_peer"), _WAITING, _OUT.expires <= bindparam("moment"))
    .order_by(_OUT.idx, _OUT.number)
    .limit(bindparam("most"))
)
_FILE_LANE = (
    select(_OUT.id, _OUT.number, _RECEIPT.entry)
    .outerjoin_from(
        tables.outgoing_file,
        tables.file_receipt,
        and_(_RECEIPT.id == _OUT.id, _RECEIPT.number == _OUT.number, _RECEIPT.peer == _OUT.peer),
    )
    .where(
        _OUT.id == bindparam("of_id"),
        _OUT.number == bindparam("of_number"),
        _OUT.peer == bindparam("of_peer"),
    )
)
_ENDED = select(_IN.idx).where(
    _IN.originator == bindparam("of_peer"),
    _IN.id == bindparam("of_id"),
    _IN.number == bindparam("of_number"),
)
_ACCEPTED = select(_RECEIVED.manifest, _RECEIVED.document, _RECEIVED.salt).where(
    _RECEIVED.originator == bindparam("of_peer"),
    _RECEIVED.id == bindparam("of_id"),
    text("received.state = 'accepted'"),
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file of ours that is to go to a peer now.

    Attributes:
        next_chunk: the first that is not known to have arrived at the peer's broker.
        attempts: how often all of it was sent in vain.
    """

    id: str
    number: int
    sha256: str
    size_bytes: int
    next_chunk: int
    attempts: int
    key: FileKey


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted message of a peer, as far as its files need it."""

    document: bytes
    salt: bytes
    context: Context


class Transfers:
    """Read side of files on their way."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, peer: str, now: int) -> Outgoing | None:
        """Give the oldest file that is to go to a peer now, if there is one."""
        with self._database.reading() as connection:
            row = connection.execute(_NEXT, {"of_peer": peer, "moment": now, "most": 1}).first()
        if row is None:
            return None
        key = FileKey(_context(row.raw), row.number, row.salt)
        return Outgoing(
            row.id, row.number, row.sha256, row.size_bytes, row.next_chunk, row.attempts, key
        )

    def over(self, peer: str, before: int, *, limit: int) -> list[tuple[str, int]]:
        """Give (message id, number) of files still waiting whose message expired before a moment."""
        values = {"of_peer": peer, "moment": before, "most": limit}
        with self._database.reading() as connection:
            return [(row.id, row.number) for row in connection.execute(_OVER, values)]

    def lane(self, peer: str, message_id: str, number: int) -> FileLane | None:
        """Find a file of ours on its way to a peer, and the receipt we hold for it."""
        values = {"of_peer": peer, "of_id": message_id, "of_number": number}
        with self._database.reading() as connection:
            row = connection.execute(_FILE_LANE, values).first()
        if row is None:
            return None
        return FileLane(row.id, row.number, leaf_hash(row.entry) if row.entry else None)

    def ended(self, peer: str, message_id: str, number: int) -> int | None:
        """Give the index of our entry about a peer's file; None while it has not ended."""
        values = {"of_peer": peer, "of_id": message_id, "of_number": number}
        with self._database.reading() as connection:
            index: int | None = connection.scalar(_ENDED, values)
        return index

    def accepted(self, peer: str, message_id: str) -> Accepted | None:
        """Find a message of a peer that we accepted."""
        with self._database.reading() as connection:
            row = connection.execute(_ACCEPTED, {"of_peer": peer, "of_id": message_id}).first()
        if row is None or row.document is None:
            return None
        return Accepted(row.document, row.salt, _context(row.manifest))

    def of_sent(self, message_id: str) -> list[dict[str, Any]]:
        """List the files of a sent message, for each recipient."""
        query = select(tables.outgoing_file).where(_OUT.id == message_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_OUT.number, _OUT.peer)).mappings()
            return [dict(row) for row in rows]

    def of_received(self, originator: str, message_id: str) -> dict[int, dict[str, Any]]:
        """Give the files of a received message that have ended, by number."""
        query = select(tables.incoming_file).where(_IN.originator == originator, _IN.id == message_id)
        with self._database.reading() as connection:
            return {row["number"]: dict(row) for row in connection.execute(query).mappings()}

    def receipts(self, *, before: int, chunk: int = 500) -> Iterator[dict[str, Any]]:
        """Stream every receipt for a file, with our `attachment.receipted` entry (`raw`)."""
        last = -1
        index = _RECEIPT.recorded_idx
        while True:
            query = (
                select(tables.file_receipt, tables.entry.c.raw)
                .join(tables.entry, tables.entry.c.idx == index)
                .where(index > last, index < before)
                .order_by(index)
                .limit(chunk)
            )
            with self._database.reading() as connection:
                rows = [dict(row) for row in connection.execute(query).mappings()]
            yield from rows
            if len(rows) < chunk:
                return
            last = rows[-1]["recorded_idx"]

    def counts(self) -> dict[str, int]:
        """Count files by direction and state, for a summary."""
        with self._database.reading() as connection:
            out = connection.execute(select(_OUT.state, func.count()).group_by(_OUT.state)).all()
            into = connection.execute(select(_IN.state, func.count()).group_by(_IN.state)).all()
        return {f"out.{state}": n for state, n in out} | {f"in.{state}": n for state, n in into}


def _context(manifest: bytes) -> Context:
    members = read_entry(manifest).members
    return Context(members["suite"], members["id"], members["from"])
