"""The record of one message, and lists of messages: what people and auditors ask for.

Responsible for reading rows together into values. Must not verify anything (`daemon.checkup` does).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, exists, func, literal, select

from node.store import tables
from node.store.database import Database
from node.store.search import OURS, find_message

_CHUNK = 500  # rows in memory at once


@dataclass(frozen=True, slots=True)
class Letter:
    """One received message, as a list shows it."""

    id: str
    originator: str
    type: str
    reference: str
    version: int
    priority: str
    received_at: int
    state: str
    code: str | None


class Records:
    """Read side for people: every query is streamed or limited."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def inbox(
        self, *, limit: int, originator: str | None = None, type_: str | None = None
    ) -> list[Letter]:
        """List received messages, newest first."""
        columns = tables.received.c
        query = select(
            columns.id,
            columns.originator,
            columns.type,
            columns.reference,
            columns.version,
            columns.priority,
            columns.received_at,
            columns.state,
            columns.code,
        ).order_by(columns.idx.desc())
        if originator:
            query = query.where(columns.originator == originator)
        if type_:
            query = query.where(columns.type == type_)
        with self._database.reading() as connection:
            return [Letter(*row) for row in connection.execute(query.limit(limit))]

    def find(self, wanted: str, originator: str | None = None) -> tuple[str, str, str] | None:
        """Find a message as `find_message` does: (direction, originator or `OURS`, id).

        Raises:
            CallerError: `message.ambiguous`.
        """
        with self._database.reading() as connection:
            found = find_message(connection, wanted, originator)
        if found is None:
            return None
        return "sent" if found.originator == OURS else "received", found.originator, found.id

    def sent(self, message_id: str) -> dict[str, Any]:
        """Give a sent message: its row, its lanes and the receipts we hold."""
        with self._database.reading() as connection:
            query = select(tables.sent, tables.entry.c.raw).join(
                tables.entry, tables.entry.c.idx == tables.sent.c.idx
            )
            row = connection.execute(query.where(tables.sent.c.id == message_id)).mappings().one()
            lanes = connection.execute(select(tables.lane).where(tables.lane.c.id == message_id))
            receipts = connection.execute(
                select(tables.receipt).where(tables.receipt.c.id == message_id)
            )
            return {
                **row,
                "lanes": [dict(lane) for lane in lanes.mappings()],
                "receipts": [dict(receipt) for receipt in receipts.mappings()],
            }

    def received(self, originator: str, message_id: str) -> dict[str, Any]:
        """Give a received message: its row, and our own entry about it."""
        table = tables.received
        with self._database.reading() as connection:
            query = select(table, tables.entry.c.raw).join(
                tables.entry, tables.entry.c.idx == table.c.idx
            )
            where = (table.c.originator == originator) & (table.c.id == message_id)
            return dict(connection.execute(query.where(where)).mappings().one())

    def entries(self, *, first: int = 0, limit: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Stream entries in order, however many there are."""
        index, left = first, limit
        while left is None or left > 0:
            size = _CHUNK if left is None else min(left, _CHUNK)
            query = (
                select(tables.entry.c.idx, tables.entry.c.raw)
                .where(tables.entry.c.idx >= index)
                .order_by(tables.entry.c.idx)
                .limit(size)
            )
            with self._database.reading() as connection:
                rows = connection.execute(query).all()
            yield from ((row.idx, _as_bytes(row.raw)) for row in rows)
            if len(rows) < size:
                return
            index = rows[-1].idx + 1
            left = None if left is None else left - len(rows)

    def rows(self, name: str, *, before: int) -> Iterator[dict[str, Any]]:
        """Stream a whole table with each row's own audit entry (`raw`), in log order."""
        table = {"sent": tables.sent, "received": tables.received}[name]
        return self._stream(table, table.c.idx, before)

    def receipts(self, *, before: int) -> Iterator[dict[str, Any]]:
        """Stream every receipt we hold, with our `message.receipted` entry (`raw`)."""
        return self._stream(tables.receipt, tables.receipt.c.recorded_idx, before)

    def _stream(self, table: Table, index: Column[int], before: int) -> Iterator[dict[str, Any]]:
        """Stream a table in the order of the entries that its column `index` names."""
        last = -1
        while True:
            query = (
                select(table, tables.entry.c.raw)
                .join(tables.entry, tables.entry.c.idx == index)
                .where(index > last, index < before)
                .order_by(index)
                .limit(_CHUNK)
            )
            with self._database.reading() as connection:
                chunk = [dict(row) for row in connection.execute(query).mappings()]
            yield from chunk
            if len(chunk) < _CHUNK:
                return
            last = chunk[-1][index.name]

    def checkpoints(self) -> dict[int, str]:
        """Give our own signed heads, by size."""
        with self._database.reading() as connection:
            rows = connection.execute(select(tables.checkpoint.c.size, tables.checkpoint.c.note))
            return {row.size: row.note for row in rows}

    def head_over(self, index: int) -> tuple[int, str] | None:
        """Give size and note of the best signed head over an entry of ours; None if there is none.

        The first that a witness cosigned is better than an earlier one without.
        """
        head, line = tables.checkpoint.c, tables.cosignature.c
        covering = select(head.size, head.note).where(head.size > index).order_by(head.size).limit(1)
        witnessed = covering.where(exists(select(literal(1)).where(line.size == head.size)))
        with self._database.reading() as connection:
            row = connection.execute(witnessed).first() or connection.execute(covering).first()
        return (row.size, row.note) if row else None

    def cosignatures(self, size: int | None = None) -> list[tuple[int, str, str]]:
        """Give (size, witness, lines) on our own heads, all or for one size."""
        table = tables.cosignature.c
        query = select(table.size, table.witness, table.line)
        if size is not None:
            query = query.where(table.size == size)
        with self._database.reading() as connection:
            return [(row.size, row.witness, row.line) for row in connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """Count messages by direction and state, for a summary."""
        with self._database.reading() as connection:
            out = connection.execute(
                select(tables.lane.c.state, func.count()).group_by(tables.lane.c.state)
            ).all()
            in_ = connection.execute(
                select(tables.received.c.state, func.count()).group_by(tables.received.c.state)
            ).all()
        return {f"out.{s}": n for s, n in out} | {f"in.{s}": n for s, n in in_}

    def answered(self) -> int:
        """Count sent messages that every recipient has answered."""
        open_lanes = select(tables.lane.c.id).where(tables.lane.c.state == "sealed")
        query = select(func.count()).select_from(tables.sent).where(tables.sent.c.id.not_in(open_lanes))
        with self._database.reading() as connection:
            return int(connection.scalar(query) or 0)


def _as_bytes(value: bytes | str) -> bytes:
    """Give what stands in a column of bytes; SQLite lets whoever changes a file put text there."""
    return value.encode() if isinstance(value, str) else value
