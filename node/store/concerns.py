"""Whom each message concerns: rows beside the message, written with it.

Responsible for these rows, and for what belongs together concerning the same units and offices: the
versions of a document, and what answers, amends or recalls it, in whatever order they come. Must not
decide who sees anything (`national.entitlement`, `visibility`).
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Insert, Select, literal, select, union_all

from node.audit.event import Kind, reread_entry
from node.message.concern import Concern, concern_of
from node.message.document import reread_document
from node.store import tables
from node.store.national_tables import concern
from node.store.search import OURS
from node.transfer.lifecycle import State

TYPE: Final = "type"
UNIT: Final = "unit"
OFFICE: Final = "office"
FOLLOWS: Final = (
    "follows"  # originator, name and reference of the document that it answers, amends, recalls
)

PUT: Final[Insert] = concern.insert().prefix_with("OR IGNORE")

_SENT, _RECEIVED, _ENTRY = tables.sent.c, tables.received.c, tables.entry.c

_ALL: Final = union_all(
    select(
        literal(OURS).label("originator"),
        _SENT.id,
        _SENT.type,
        _SENT.reference,
        _SENT.document,
        _SENT.idx,
    ),
    select(
        _RECEIVED.originator,
        _RECEIVED.id,
        _RECEIVED.type,
        _RECEIVED.reference,
        _RECEIVED.document,
        _RECEIVED.idx,
    ).where(_RECEIVED.document.is_not(None)),
).order_by("idx")


class Subject(NamedTuple):
    """A document over all its versions; `originator` is `OURS` for one of ours."""

    originator: str
    name: str
    reference: str

    @property
    def key(self) -> str:
        """The three as one text."""
        return "/".join(self)


_Message = tuple[str, str]


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
    if about.follows is not None:
        followed = Subject(about.follows.originator, about.follows.name, about.follows.reference)
        yield _row(originator, message_id, FOLLOWS, followed.key)


def share(connection: Connection, message: _Message, subject: Subject, about: Concern) -> None:
    """Let a message that was just written concern whomever that concerns which it belongs to.

    Units and offices come to it from the other versions and from what it follows, and go from it to the
    versions and to what follows it: a recall may overtake its alert. They never go back from an answer:
    whoever answers must not choose who sees what was answered.
    """
    versions = _versions(connection, subject) - {message}
    above = versions.copy()
    if about.follows is not None:
        followed = about.follows
        above |= _versions(connection, Subject(followed.originator, followed.name, followed.reference))
    below = versions | _followers(connection, subject)
    if above:
        _copy(connection, above, {message})
    if below:
        _copy(connection, {message}, below)


def assign(connection: Connection, message: _Message, unit: str) -> None:
    """Write that a unit of ours was given a message, and with it what belongs to it."""
    subject = _subject_of(connection, message)
    together = {message}
    if subject is not None:
        together |= _versions(connection, subject) | _followers(connection, subject)
    connection.execute(PUT, [_row(*each, UNIT, unit) for each in sorted(together)])


def fill(connection: Connection) -> None:
    """Write the rows of a database that an older program made, in the order of the log."""
    opened = connection.scalar(select(_ENTRY.raw).where(_ENTRY.idx == 0))
    if opened is None:
        return
    own = reread_entry(opened).members["authority"]
    for row in connection.execute(_ALL).all():
        about = concern_of(reread_document(row.document, row.type), own=own)
        connection.execute(PUT, list(rows_of(row.originator, row.id, about)))
        subject = subject_of(row.originator, row.type, row.reference)
        share(connection, (row.originator, row.id), subject, about)
    assigned = select(_ENTRY.raw).where(_ENTRY.kind == Kind.MESSAGE_ASSIGNED.value)
    for raw in connection.scalars(assigned).all():
        members = reread_entry(raw).members
        assign(connection, (members["from"], members["re"]), members["unit"])


def subject_of(originator: str, type_: str, reference: str) -> Subject:
    """Name the document of a message by the columns of its row."""
    return Subject(originator, type_.partition("/")[0], reference)


def _versions(connection: Connection, subject: Subject) -> set[_Message]:
    """Find the messages that bring a version of a document."""
    return {(subject.originator, row.id) for row in connection.execute(_ids_of(subject))}


def _ids_of(subject: Subject) -> Select[tuple[str]]:
    table: Any = _SENT if subject.originator == OURS else _RECEIVED
    query = select(table.id).where(
        table.reference == subject.reference, table.type.startswith(f"{subject.name}/")
    )
    if subject.originator == OURS:
        return query
    return query.where(table.originator == subject.originator, table.state == State.ACCEPTED.value)


def _followers(connection: Connection, subject: Subject) -> set[_Message]:
    """Find the messages that answer, amend or recall a document."""
    query = select(concern.c.originator, concern.c.id).where(
        concern.c.kind == FOLLOWS, concern.c.value == subject.key
    )
    return {(row.originator, row.id) for row in connection.execute(query)}


def _subject_of(connection: Connection, message: _Message) -> Subject | None:
    originator, message_id = message
    query = select(_RECEIVED.type, _RECEIVED.reference).where(
        _RECEIVED.originator == originator, _RECEIVED.id == message_id
    )
    row = connection.execute(query).first()
    return None if row is None else subject_of(originator, row.type, row.reference)


def _copy(connection: Connection, from_: Iterable[_Message], to: Iterable[_Message]) -> None:
    """Give messages the units and offices of others."""
    values = {pair for message in from_ for pair in _concerns_of(connection, message)}
    rows = [_row(*message, kind, value) for message in sorted(to) for kind, value in sorted(values)]
    if rows:
        connection.execute(PUT, rows)


def _concerns_of(connection: Connection, message: _Message) -> Iterator[tuple[str, str]]:
    query = select(concern.c.kind, concern.c.value).where(
        concern.c.originator == message[0], concern.c.id == message[1]
    )
    # Not asked by kind: SQLite would take the index that begins with it.
    found = connection.execute(query).all()
    return ((kind, value) for kind, value in found if kind in {UNIT, OFFICE})


def _row(originator: str, message_id: str, kind: str, value: str) -> dict[str, Any]:
    return {"originator": originator, "id": message_id, "kind": kind, "value": value}
