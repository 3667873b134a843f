"""What our own log says became of messages, in its order: what the register is written from.

Responsible for putting log entries and the rows they are about together. Must not judge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_

from node.audit.event import Entry, Kind, read_entry
from node.store import tables
from node.store.database import Database
from node.transfer.lifecycle import State

_KINDS = (
    Kind.MESSAGE_SEALED,
    Kind.MESSAGE_RECEIVED,
    Kind.MESSAGE_RECEIPTED,
    Kind.MESSAGE_EXPIRED,
    Kind.MESSAGE_READ,
    Kind.MESSAGE_ASSIGNED,
    Kind.READ_RECEIPTED,
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that became of a message.

    Attributes:
        entry: of our own log.
        manifest: the originator's entry, for a message sealed or accepted.
        document: its bytes, unless they have been erased.
        delivered_at: for a receipt, the time in the peer's own entry, Unix ms.
    """

    entry: Entry
    manifest: Entry | None = None
    document: bytes | None = None
    delivered_at: int | None = None


class Happenings:
    """Read side of the log, for the registrar."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def between(self, start: int, end: int) -> list[Happening]:
        """Give what happened in the entries from `start` up to, not including, `end`."""
        columns = tables.entry.c
        query = (
            select(columns.idx, columns.raw)
            .where(columns.idx >= start, columns.idx < end)
            .where(columns.kind.in_([kind.value for kind in _KINDS]))
            .order_by(columns.idx)
        )
        with self._database.reading() as connection:
            entries = [(row.idx, read_entry(row.raw)) for row in connection.execute(query)]
            sent = self._sent(connection, start, end)
            received = self._received(connection, start, end)
            times = self._times(connection, [entry for _, entry in entries])
        return list(_together(entries, sent, received, times))

    def _sent(self, connection: Any, start: int, end: int) -> dict[int, bytes]:
        columns = tables.sent.c
        query = select(columns.idx, columns.document).where(columns.idx >= start, columns.idx < end)
        return {row.idx: row.document for row in connection.execute(query)}

    def _received(self, connection: Any, start: int, end: int) -> dict[int, tuple[bytes, bytes]]:
        columns = tables.received.c
        query = select(columns.idx, columns.manifest, columns.document).where(
            columns.idx >= start, columns.idx < end, columns.state == State.ACCEPTED.value
        )
        return {row.idx: (row.manifest, row.document) for row in connection.execute(query)}

    def _times(self, connection: Any, entries: list[Entry]) -> dict[tuple[str, str], int]:
        """Give, by message id and peer, when the peer's log says it accepted or refused."""
        keys = [
            (entry.members["re"], entry.members["by"])
            for entry in entries
            if entry.kind is Kind.MESSAGE_RECEIPTED
        ]
        if not keys:
            return {}
        columns = tables.receipt.c
        query = select(columns.id, columns.peer, columns.entry).where(
            tuple_(columns.id, columns.peer).in_(keys)
        )
        return {(row.id, row.peer): read_entry(row.entry).at for row in connection.execute(query)}


def _together(
    entries: list[tuple[int, Entry]],
    sent: dict[int, bytes],
    received: dict[int, tuple[bytes, bytes]],
    times: dict[tuple[str, str], int],
) -> Iterator[Happening]:
    for index, entry in entries:
        match entry.kind:
            case Kind.MESSAGE_SEALED:
                yield Happening(entry, entry, sent.get(index))
            case Kind.MESSAGE_RECEIVED:
                if index in received:
                    manifest, document = received[index]
                    yield Happening(entry, read_entry(manifest), document)
            case Kind.MESSAGE_RECEIPTED:
                key = (entry.members["re"], entry.members["by"])
                yield Happening(entry, delivered_at=times.get(key))
            case _:
                yield Happening(entry)
