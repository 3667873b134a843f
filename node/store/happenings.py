"""What our own log says became of messages, in its order: what the register is written from.

Responsible for putting log entries and the rows they are about together. Must not judge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from node.audit.event import Entry, Kind, reread_entry
from node.canonical import un_b64u
from node.conversation.facts import Ref
from node.errors import Refusal
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
        ref: what the document is.
        index: of the manifest in its originator's log.
        told_at: for a receipt or a reading, the time in the peer's own entry, Unix ms.
    """

    entry: Entry
    manifest: Entry | None = None
    document: bytes | None = None
    ref: Ref | None = None
    index: int = 0
    told_at: int | None = None


class _Kept(NamedTuple):
    """What the row of a message holds of it."""

    document: bytes | None
    type: str
    reference: str
    source: int
    manifest: bytes | None = None

    def happening(self, entry: Entry, manifest: Entry) -> Happening:
        ref = Ref(self.type.partition("/")[0], manifest.members["from"], self.reference)
        return Happening(entry, manifest, self.document, ref, self.source)


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
            entries = [(row.idx, reread_entry(row.raw)) for row in connection.execute(query)]
            sent = self._sent(connection, start, end)
            received = self._received(connection, start, end)
            times = self._times(connection, [entry for _, entry in entries])
        return list(_together(entries, sent, received, times))

    def _sent(self, connection: Connection, start: int, end: int) -> dict[int, _Kept]:
        columns = tables.sent.c
        query = select(columns.idx, columns.document, columns.type, columns.reference).where(
            columns.idx >= start, columns.idx < end
        )
        return {
            row.idx: _Kept(row.document, row.type, row.reference, row.idx)
            for row in connection.execute(query)
        }

    def _received(self, connection: Connection, start: int, end: int) -> dict[int, _Kept]:
        columns = tables.received.c
        query = select(
            columns.idx,
            columns.source_idx,
            columns.manifest,
            columns.document,
            columns.type,
            columns.reference,
        ).where(columns.idx >= start, columns.idx < end, columns.state == State.ACCEPTED.value)
        return {
            row.idx: _Kept(row.document, row.type, row.reference, row.source_idx, row.manifest)
            for row in connection.execute(query)
        }

    def _times(self, connection: Connection, entries: list[Entry]) -> dict[bytes, int]:
        """Give, by the leaf of a peer's entry that we hold, the time it names."""
        times: dict[bytes, int] = {}
        for kind, table in (
            (Kind.MESSAGE_RECEIPTED, tables.receipt),
            (Kind.READ_RECEIPTED, tables.reading),
        ):
            ids = [entry.members["re"] for entry in entries if entry.kind is kind]
            query = select(table.c.entry).where(table.c.id.in_(ids))
            for raw in connection.scalars(query) if ids else ():
                held = reread_entry(raw)
                times[held.leaf] = held.at
        return times


def _together(
    entries: list[tuple[int, Entry]],
    sent: dict[int, _Kept],
    received: dict[int, _Kept],
    times: dict[bytes, int],
) -> Iterator[Happening]:
    for index, entry in entries:
        match entry.kind:
            case Kind.MESSAGE_SEALED:
                yield sent[index].happening(entry, entry)
            case Kind.MESSAGE_RECEIVED:
                kept = received.get(index)  # absent: refused
                if kept is not None and kept.manifest is not None:
                    yield kept.happening(entry, reread_entry(kept.manifest))
            case Kind.MESSAGE_RECEIPTED | Kind.READ_RECEIPTED:
                held = un_b64u(entry.members["receipt"], code=Refusal.ENTRY_MALFORMED)
                yield Happening(entry, told_at=times[held])
            case _:
                yield Happening(entry)
