"""What has arrived, and what we remember of peers' logs.

Responsible for the questions of the receiving side. Must not write (`journal` does).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, select

from node.audit.witness import Watched
from node.store import tables
from node.store.database import Database
from node.store.search import OURS, find_message
from node.transfer.incoming import Earlier
from node.transfer.lifecycle import State

_REMEMBERED_HEADS = 256  # newest heads of a peer's log that late bundles may still refer to


_EARLIER = select(
    tables.received.c.originator, tables.received.c.id, tables.received.c.leaf, tables.received.c.state
).where(  # not pairs: SQLite finds no index for a list of them and would walk the table
    tables.received.c.originator.in_(bindparam("originators", expanding=True)),
    tables.received.c.id.in_(bindparam("ids", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A received message, as the desk needs it.

    Attributes:
        manifest: leaf hash of the originator's entry.
        is_opened: an officer has opened it.
    """

    id: str
    originator: str
    manifest: bytes
    state: State
    is_opened: bool


class Inbox:
    """Read side of what was received."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def earlier(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Earlier]:
        """Find what we already hold under (originator, message id)."""
        if not keys:
            return {}
        values = {
            "originators": sorted({originator for originator, _ in keys}),
            "ids": [message_id for _, message_id in keys],
        }
        with self._database.reading() as connection:
            rows = connection.execute(_EARLIER, values).all()
        found = {(row.originator, row.id): Earlier(row.leaf, State(row.state)) for row in rows}
        return {key: found[key] for key in keys if key in found}

    def letter(self, wanted: str, originator: str | None = None) -> OnDesk | None:
        """Find a received message as `find_message` does.

        Raises:
            CallerError: `message.ambiguous`.
        """
        columns, opened = tables.received.c, tables.opened
        same = and_(opened.c.originator == columns.originator, opened.c.id == columns.id)
        query = (
            select(columns.id, columns.originator, columns.leaf, columns.state, opened.c.idx)
            .outerjoin_from(tables.received, opened, same)
            .where(columns.originator == bindparam("whose"), columns.id == bindparam("found"))
        )
        with self._database.reading() as connection:
            found = find_message(connection, wanted, originator)
            if found is None or found.originator == OURS:
                return None
            values = {"whose": found.originator, "found": found.id}
            row = connection.execute(query, values).one()
        return OnDesk(row.id, row.originator, row.leaf, State(row.state), row.idx is not None)

    def watched(self, origin: str) -> Watched:
        """Give what we remember of a peer's log."""
        heads = tables.peer_head.c
        query = (
            select(heads.size, heads.root)
            .where(heads.origin == origin)
            .order_by(heads.size.desc())
            .limit(_REMEMBERED_HEADS)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return Watched(rows[0].size if rows else 0, {row.size: row.root for row in rows})

    def note(self, origin: str, size: int) -> str | None:
        """Give the signed head of a peer's log that we hold for a size."""
        heads = tables.peer_head.c
        query = select(heads.note).where(heads.origin == origin, heads.size == size)
        with self._database.reading() as connection:
            return connection.scalar(query)

    def acknowledged(self) -> Mapping[str, int]:
        """Give, by witness, the largest head of ours that it has cosigned."""
        line = tables.cosignature.c
        query = select(line.witness, func.max(line.size).label("size")).group_by(line.witness)
        with self._database.reading() as connection:
            return {row.witness: row.size for row in connection.execute(query)}

    def adopted(self) -> tuple[tuple[int, bytes] | None, frozenset[str]]:
        """Give size and root of the directory we rely on, and the agreements recorded so far."""
        with self._database.reading() as connection:
            row = connection.execute(select(tables.adopted.c.size, tables.adopted.c.root)).first()
            digests = connection.scalars(select(tables.agreement_adopted.c.digest)).all()
        return (row.size, row.root) if row else None, frozenset(digests)
