"""What waits for a peer: messages without a receipt, and receipts of ours that are due.

Responsible for the questions of the sending side. Must not write (`journal` does) or send.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, select, text

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


_SENT, _LANE, _DUE = tables.sent.c, tables.lane.c, tables.due.c
# Written out, not bound: a partial index is used only where its condition stands in the query.
_SEALED = text("lane.state = 'sealed'")
_ENTRY, _RECEIPT = tables.entry.c, tables.receipt.c

# Built once: making a statement costs more than most of these cost to run.
_MESSAGES = (
    select(_LANE.idx, _ENTRY.raw, _SENT.jwe)
    .join_from(tables.lane, tables.sent, _LANE.id == _SENT.id)
    .join(tables.entry, _LANE.idx == _ENTRY.idx)
    .where(
        _LANE.peer == bindparam("of_peer"),
        _LANE.priority == bindparam("of_priority"),
        _SEALED,
        _LANE.idx > bindparam("after"),
        _LANE.idx < bindparam("before"),
    )
    .order_by(_LANE.idx)
    .limit(bindparam("most"))
)
_OLDEST = select(func.min(_LANE.idx)).where(
    _LANE.peer == bindparam("of_peer"),
    _LANE.priority == bindparam("of_priority"),
    _SEALED,
)
_RECEIPTS_DUE = (
    select(_DUE.idx, _ENTRY.raw)
    .join_from(tables.due, tables.entry, _DUE.idx == _ENTRY.idx)
    .where(_DUE.peer == bindparam("of_peer"), _DUE.idx < bindparam("before"))
    .order_by(_DUE.idx)
    .limit(bindparam("most"))
)
_LANES = (
    select(_SENT.id, _SENT.manifest, _SENT.commitment, _LANE.state, _RECEIPT.entry)
    .join_from(tables.sent, tables.lane, and_(_LANE.id == _SENT.id, _LANE.peer == bindparam("of_peer")))
    .outerjoin(tables.receipt, and_(_RECEIPT.id == _SENT.id, _RECEIPT.peer == bindparam("of_peer")))
    .where(_SENT.manifest.in_(bindparam("manifests", expanding=True)))
)
_EXPIRED = (
    select(_LANE.id, _LANE.peer)
    .where(_SEALED, _LANE.expires <= bindparam("moment"))
    .limit(bindparam("most"))
)
_SAME_REFERENCE = select(_SENT.type, _SENT.reference, _SENT.version, _SENT.id, _SENT.document).where(
    _SENT.reference.in_(bindparam("references", expanding=True))
)


class Outbox:
    """Read side of what is to be sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def messages(
        self, peer: str, priority: str, *, after: int, before: int, limit: int
    ) -> list[Waiting]:
        """Give messages without a receipt, oldest first, with entry indexes between two bounds."""
        values = {
            "of_peer": peer,
            "of_priority": priority,
            "after": after,
            "before": before,
            "most": limit,
        }
        with self._database.reading() as connection:
            return [Waiting(*row) for row in connection.execute(_MESSAGES, values)]

    def signed_sizes(self, *, beyond: int, before: int, limit: int) -> list[int]:
        """Give the sizes of our signed heads between two, rising; the newest, if there are more."""
        size = tables.checkpoint.c.size
        query = select(size).where(size > beyond, size < before).order_by(size.desc()).limit(limit)
        with self._database.reading() as connection:
            return sorted(connection.scalars(query))

    def oldest_waiting(self, peer: str, priority: str) -> int | None:
        """Give the entry index of the oldest message without a receipt."""
        values = {"of_peer": peer, "of_priority": priority}
        with self._database.reading() as connection:
            index: int | None = connection.scalar(_OLDEST, values)
        return index

    def due(self, peer: str, *, before: int, beyond: AbstractSet[int], limit: int) -> list[Waiting]:
        """Give receipts that are due to a peer, except those in `beyond`, already on their way."""
        values = {"of_peer": peer, "before": before, "most": limit + len(beyond)}
        with self._database.reading() as connection:
            rows = [row for row in connection.execute(_RECEIPTS_DUE, values) if row.idx not in beyond]
        return [Waiting(*row) for row in rows[:limit]]

    def reading(self, peer: str, message_id: str) -> bytes | None:
        """Give the leaf hash of the entry by which a peer told us that a message was read."""
        columns = tables.reading.c
        query = select(columns.entry).where(columns.id == message_id, columns.peer == peer)
        with self._database.reading() as connection:
            entry: bytes | None = connection.scalar(query)
        return leaf_hash(entry) if entry is not None else None

    def lanes(self, peer: str, manifests: Sequence[bytes]) -> Mapping[bytes, Lane]:
        """Find our messages to a peer by the leaf hash of their manifests."""
        values = {"of_peer": peer, "manifests": manifests}
        with self._database.reading() as connection:
            rows = connection.execute(_LANES, values).all()
        return {row.manifest: _lane(row) for row in rows}

    def expired(self, now: int, *, limit: int) -> list[tuple[str, str]]:
        """Give (message id, peer) of messages whose life has ended without a receipt."""
        with self._database.reading() as connection:
            rows = connection.execute(_EXPIRED, {"moment": now, "most": limit}).all()
        return [(row.id, row.peer) for row in rows]

    def same_reference(
        self, keys: Sequence[tuple[str, str, int]]
    ) -> Mapping[tuple[str, str, int], tuple[str, bytes]]:
        """Find what we already sent under (type, reference, version): message id and document."""
        values = {"references": [reference for _, reference, _ in keys]}
        with self._database.reading() as connection:
            rows = connection.execute(_SAME_REFERENCE, values).all()
        return {(row.type, row.reference, row.version): (row.id, row.document) for row in rows}


def _lane(row: Any) -> Lane:
    return Lane(
        id=row.id,
        manifest=row.manifest,
        commit=row.commitment,
        state=State(row.state),
        receipt=leaf_hash(row.entry) if row.entry else None,
    )
