"""What is known of single messages beside their rows: who sees them, whom they concern, who opened them.

Responsible for finding a message among those that a system sees, and for what its record needs beyond
its own row. Must not decide what a system sees (`national.entitlement`, `visibility`).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from node.audit.event import Kind, reread_entry
from node.national.event import Key
from node.national.system import System
from node.store import tables
from node.store.concerns import OFFICE, UNIT
from node.store.database import Database
from node.store.national_tables import concern
from node.store.search import Found, Within, find_message
from node.store.visibility import received_seen_by, sent_seen_by

_ENTRY, _OPENED, _READING = tables.entry.c, tables.opened.c, tables.reading.c


class Particulars:
    """Read side of single messages, for national systems."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, system: System, wanted: str, originator: str | None) -> Found | None:
        """Find a message by id or reference among those that a system sees, as `find_message`.

        Raises:
            CallerError: `message.ambiguous`.
        """
        within = Within(sent_seen_by(system), received_seen_by(system))
        with self._database.reading() as connection:
            return find_message(connection, wanted, originator, within)

    def concern(self, key: Key) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the units of ours and the offices that a message concerns, sorted."""
        row = concern.c
        query = select(row.kind, row.value).where(row.originator == key[0], row.id == key[1])
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(row.value)).all()
        units = tuple(one.value for one in rows if one.kind == UNIT)
        return units, tuple(one.value for one in rows if one.kind == OFFICE)

    def submitted_by(self, index: int, message_id: str) -> str | None:
        """Give the system that submitted the message of an entry; None if none did."""
        with self._database.reading() as connection:
            return submitters(connection, {index: message_id}).get(message_id)

    def opened(self, originator: str, message_id: str) -> tuple[int, bytes] | None:
        """Give our entry that an officer has opened a message: its index and its bytes."""
        query = (
            select(_OPENED.idx, _ENTRY.raw)
            .join_from(tables.opened, tables.entry, _ENTRY.idx == _OPENED.idx)
            .where(_OPENED.originator == originator, _OPENED.id == message_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return (row.idx, row.raw) if row else None

    def readings(self, message_id: str) -> list[dict[str, Any]]:
        """Give the rows of peers' words that an officer has opened a message of ours."""
        query = select(tables.reading).where(_READING.id == message_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_READING.recorded_idx)).mappings()
            return [dict(row) for row in rows]


def submitters(connection: Connection, messages: Mapping[int, str]) -> Mapping[str, str]:
    """Give by message id the system that submitted it.

    The submitter writes who asked right behind the message, in the same transaction.

    Args:
        connection: for reading.
        messages: message id by the index of its own entry.
    """
    query = select(_ENTRY.idx, _ENTRY.raw).where(
        _ENTRY.idx.in_([index + 1 for index in messages]),
        _ENTRY.kind == Kind.DOCUMENT_SUBMITTED.value,
    )
    found = {}
    for row in connection.execute(query) if messages else ():
        members = reread_entry(row.raw).members
        if members["re"] == messages[row.idx - 1]:
            found[members["re"]] = members["by"]
    return found
