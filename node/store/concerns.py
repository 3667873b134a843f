"""Whom each message concerns: rows beside the message, written with it.

Responsible for these rows, and for an answer concerning whomever that concerns which it answers. Must
not decide who sees anything (`national.entitlement`, `visibility`).
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Insert, Select, literal, select, union_all

from node.audit.event import Kind, reread_entry
from node.message.concern import Concern, Followed, concern_of
from node.message.document import reread_document
from node.store import tables
from node.store.national_tables import concern
from node.store.search import OURS
from node.transfer.lifecycle import State

TYPE: Final = "type"
UNIT: Final = "unit"
OFFICE: Final = "office"

PUT: Final[Insert] = concern.insert().prefix_with("OR IGNORE")

_SENT, _RECEIVED, _ENTRY = tables.sent.c, tables.received.c, tables.entry.c

_ALL: Final = union_all(
    select(literal(OURS).label("originator"), _SENT.id, _SENT.type, _SENT.document, _SENT.idx),
    select(_RECEIVED.originator, _RECEIVED.id, _RECEIVED.type, _RECEIVED.document, _RECEIVED.idx).where(
        _RECEIVED.document.is_not(None)
    ),
).order_by("idx")


def rows_of(originator: str, message_id: str, about: Concern) -> Iterator[dict[str, Any]]:
    """Write whom a message concerns by itself, for `PUT`.

    Args:
        originator: of the message; `OURS` for one of ours.
        message_id: its id.
        about: taken from its document.
    """
    yield from (_row(originator, message_id, TYPE, name) for name in about.types)
    yield from (_row(originator, message_id, OFFICE, office) for office in about.offices)
    if originator == OURS:  # a peer's unit is no unit of ours, even of the same name
        yield _row(originator, message_id, UNIT, about.unit)


def unit_row(originator: str, message_id: str, unit: str) -> dict[str, Any]:
    """Write that a unit of ours was given a message, for `PUT`."""
    return _row(originator, message_id, UNIT, unit)


def inherit(connection: Connection, originator: str, message_id: str, about: Concern) -> None:
    """Write whom a message concerns because of what it answers, amends or recalls."""
    if about.follows is None:
        return
    rows = connection.execute(_concerns_of(about.follows)).all()
    if rows:
        values = [_row(originator, message_id, row.kind, row.value) for row in rows]
        connection.execute(PUT, values)


def _concerns_of(followed: Followed) -> Select[tuple[str, str]]:
    """Find the units and offices of every version of a document."""
    of_ours = followed.originator == OURS
    table: Any = _SENT if of_ours else _RECEIVED
    versions = select(table.id).where(
        table.reference == followed.reference, table.type.startswith(f"{followed.name}/")
    )
    if not of_ours:
        versions = versions.where(
            table.originator == followed.originator, table.state == State.ACCEPTED.value
        )
    return (
        select(concern.c.kind, concern.c.value)
        .where(concern.c.originator == followed.originator, concern.c.id.in_(versions))
        .where(
            concern.c.kind != TYPE
        )  # not a list: SQLite would take the index of kinds
        .distinct()
    )


def fill(connection: Connection) -> None:
    """Write the rows of a database that an older program made, in the order of the log."""
    opened = connection.scalar(select(_ENTRY.raw).where(_ENTRY.idx == 0))
    if opened is None:
        return
    own = reread_entry(opened).members["authority"]
    for row in connection.execute(_ALL).all():
        about = concern_of(reread_document(row.document, row.type), own=own)
        connection.execute(PUT, list(rows_of(row.originator, row.id, about)))
        inherit(connection, row.originator, row.id, about)
    assigned = select(_ENTRY.raw).where(_ENTRY.kind == Kind.MESSAGE_ASSIGNED.value)
    for raw in connection.scalars(assigned).all():
        members = reread_entry(raw).members
        connection.execute(PUT, unit_row(members["from"], members["re"], members["unit"]))


def _row(originator: str, message_id: str, kind: str, value: str) -> dict[str, Any]:
    return {"originator": originator, "id": message_id, "kind": kind, "value": value}
