"""What waits for a peer: messages without a receipt, and receipts of ours that are due.

Responsible for the questions of the sending side. Must not write (`journal` does) or send.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from node.audit.event import read_entry
from node.audit.merkle import leaf_hash
from node.store import tables
from node.store.database import Database
from node.transfer.lifecycle import State
from node.transfer.receipts import Lane


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry of ours that is to go to a peer; a message with its JWE, a receipt without."""

    index: int
    entry: bytes
    jwe: bytes | None = None


class Outbox:
    """Read side of what is to be sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def messages(self, peer: str, priority: str, *, after: int, limit: int) -> list[Waiting]:
        """Give messages without a receipt, oldest first, beyond entry index `after`."""
        lane, sent, entry = tables.lane.c, tables.sent.c, tables.entry.c
        waiting = and_(
            lane.peer == peer,
            lane.priority == priority,
            lane.state == State.SEALED,
            lane.idx > after,
        )
        query = (
            select(lane.idx, entry.raw, sent.jwe)
            .join_from(tables.lane, tables.sent, lane.id == sent.id)
            .join(tables.entry, lane.idx == entry.idx)
            .where(waiting)
            .order_by(lane.idx)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [Waiting(row.idx, row.raw, row.jwe) for row in connection.execute(query)]

    def oldest_waiting(self, peer: str, priority: str) -> int | None:
        """Give the entry index of the oldest message without a receipt."""
        lane = tables.lane.c
        query = select(func.min(lane.idx)).where(
            lane.peer == peer, lane.priority == priority, lane.state == State.SEALED
        )
        with self._database.reading() as connection:
            index: int | None = connection.scalar(query)
        return index

    def due(self, peer: str, *, beyond: Sequence[int], limit: int) -> list[Waiting]:
        """Give receipts that are due to a peer, except those in `beyond`, already on their way."""
        due, entry = tables.due.c, tables.entry.c
        query = (
            select(due.idx, entry.raw)
            .join_from(tables.due, tables.entry, due.idx == entry.idx)
            .where(due.peer == peer)
            .order_by(due.idx)
            .limit(limit + len(beyond))
        )
        skipped = set(beyond)
        with self._database.reading() as connection:
            rows = [row for row in connection.execute(query) if row.idx not in skipped]
        return [Waiting(row.idx, row.raw) for row in rows[:limit]]

    def lanes(self, peer: str, manifests: Sequence[bytes]) -> Mapping[bytes, Lane]:
        """Find our messages to a peer by the leaf hash of their manifests."""
        sent, lane, receipt = tables.sent.c, tables.lane.c, tables.receipt.c
        query = (
            select(sent.id, sent.manifest, lane.state, tables.entry.c.raw, receipt.entry)
            .join_from(tables.sent, tables.lane, and_(lane.id == sent.id, lane.peer == peer))
            .join(tables.entry, tables.entry.c.idx == sent.idx)
            .outerjoin(tables.receipt, and_(receipt.id == sent.id, receipt.peer == peer))
            .where(sent.manifest.in_(manifests))
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {row.manifest: _lane(row) for row in rows}

    def expired(self, now: int, *, limit: int) -> list[tuple[str, str]]:
        """Give (message id, peer) of messages whose life has ended without a receipt."""
        lane = tables.lane.c
        query = (
            select(lane.id, lane.peer)
            .where(lane.state == State.SEALED, lane.expires <= now)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(row.id, row.peer) for row in connection.execute(query)]

    def same_reference(
        self, keys: Sequence[tuple[str, str, int]]
    ) -> Mapping[tuple[str, str, int], tuple[str, bytes]]:
        """Find what we already sent under (type, reference, version): message id and document."""
        sent = tables.sent.c
        query = select(sent.type, sent.reference, sent.version, sent.id, sent.document).where(
            sent.reference.in_({reference for _, reference, _ in keys})
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {(row.type, row.reference, row.version): (row.id, row.document) for row in rows}


def _lane(row: Any) -> Lane:
    return Lane(
        id=row.id,
        manifest=row.manifest,
        commit=read_entry(row.raw).members["body"]["commit"],
        state=State(row.state),
        receipt=leaf_hash(row.entry) if row.entry else None,
    )
