"""The documents this node holds, found by what others call them.

Responsible for the newest version of a document up to one that is named, ours or a peer's, whether it
came by itself or in an amendment. Must not say what may be done with it.
"""

from typing import Any, Final

from sqlalchemy import Connection, select

from node.conversation.facts import Ref
from node.message.amendment import Amendment
from node.message.document import read_document
from node.message.header import Header
from node.store import tables
from node.store.database import Database
from node.transfer.lifecycle import State

_SENT, _RECEIVED, _TURN = tables.sent.c, tables.received.c, tables.turn.c
_AMENDMENTS: Final = 20  # newest amendments of one document that are looked through


class Holdings:
    """Documents by reference; asked for what answers and draws on others, not for each message."""

    def __init__(self, own: str, database: Database) -> None:
        self._own = own
        self._database = database

    def held(self, ref: Ref, version: int) -> Header | None:
        """Give the newest version held that is not above this one; None if there is none."""
        with self._database.reading() as connection:
            found = [*self._plain(connection, ref, version), *self._amended(connection, ref, version)]
        return max(found, key=lambda document: document.version, default=None)

    def is_recalled(self, ref: Ref) -> bool:
        """Say whether its originator recalled a document, as far as we know."""
        table: Any = tables.sent if ref.authority == self._own else tables.received
        named = select(tables.mention.c.id).where(
            tables.mention.c.name == ref.name,
            tables.mention.c.authority == ref.authority,
            tables.mention.c.reference == ref.reference,
            tables.mention.c.id.startswith(f"{ref.authority}/"),
        )
        with self._database.reading() as connection:
            ids = [full.rpartition("/")[2] for full in connection.scalars(named)]
        query = select(table.c.id).where(table.c.id.in_(ids), table.c.type.startswith("recall/"))
        if table is tables.received:
            query = query.where(table.c.originator == ref.authority)
        with self._database.reading() as connection:
            return connection.scalar(query) is not None

    def _plain(self, connection: Connection, ref: Ref, version: int) -> list[Header]:
        columns: Any = _SENT if ref.authority == self._own else _RECEIVED
        query = (
            select(columns.document)
            .where(
                columns.type.startswith(f"{ref.name}/"),
                columns.reference == ref.reference,
                columns.version <= version,
                columns.document.is_not(None),
            )
            .order_by(columns.version.desc())
            .limit(1)
        )
        if columns is _RECEIVED:
            query = query.where(
                columns.originator == ref.authority, columns.state == State.ACCEPTED.value
            )
        return [read_document(raw).document for raw in connection.scalars(query)]

    def _amended(self, connection: Connection, ref: Ref, version: int) -> list[Header]:
        table: Any = tables.sent if ref.authority == self._own else tables.received
        amended = (
            select(_TURN.id)
            .where(
                _TURN.lead_name == ref.name,
                _TURN.lead_authority == ref.authority,
                _TURN.lead_reference == ref.reference,
                _TURN.name == "amendment",
                _TURN.id.startswith(f"{ref.authority}/"),
            )
            .order_by(_TURN.at.desc())
            .limit(_AMENDMENTS)
        )
        ids = {full.rpartition("/")[2] for full in connection.scalars(amended)}
        query = select(table.c.document).where(table.c.id.in_(ids), table.c.document.is_not(None))
        if table is tables.received:  # a message id is its originator's own: others may use it too
            query = query.where(table.c.originator == ref.authority)
        read = [read_document(raw).document for raw in connection.scalars(query)]
        carried = [each.document for each in read if isinstance(each, Amendment)]
        return [each for each in carried if each.version <= version and _is_of(each, ref)]


def _is_of(document: Header, ref: Ref) -> bool:
    return (document.originator.authority, document.reference) == (ref.authority, ref.reference)
