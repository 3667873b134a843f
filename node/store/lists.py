"""Lists of messages as a national system may see them: filtered, newest first, a page at a time.

Responsible for reading only what is on the page. A position is an index of our log: it never moves, so
what arrives between two pages moves nothing from one to the other. Must not decide what a system sees
(`visibility`), and reads no content.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, exists, literal, select

from node.message.concern import OURS
from node.national.system import System
from node.store import tables
from node.store.concerns import UNIT
from node.store.database import Database
from node.store.national_tables import concern
from node.store.particulars import submitters
from node.store.visibility import received_seen_by, sent_seen_by

_SENT, _RECEIVED, _LANE, _OPENED = tables.sent.c, tables.received.c, tables.lane.c, tables.opened.c

REACH: Final = 100_000  # entries of our log that one page looks at: it bounds the work of one question

Lane = tuple[str, str, str | None]
"""A recipient, the state of the message on its way there, and a code."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list leaves out; None leaves nothing out.

    Attributes:
        peer: the originator of what we received, or a recipient of what we sent.
        type: with its edition (`alert/1`) or without (`alert`).
        state: of what we received; or on the way to a recipient: to `peer`, if one is named.
        unit: of ours; it must be among those whom the message concerns.
        since: Unix ms: sealed or received then or later.
        until: Unix ms: sealed or received before.
    """

    peer: str | None = None
    type: str | None = None
    priority: str | None = None
    state: str | None = None
    reference: str | None = None
    unit: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """One message of a peer, without its content.

    Attributes:
        manifest: the originator's entry.
        index: of our own entry.
        is_opened: an officer has opened it.
    """

    originator: str
    id: str
    type: str
    reference: str
    version: int
    priority: str
    state: str
    code: str | None
    received_at: int
    manifest: bytes
    index: int
    is_opened: bool


@dataclass(frozen=True, slots=True)
class SentRow:
    """One message of ours, without its content.

    Attributes:
        index: of its entry.
        lanes: by recipient.
        submitted_by: the national system; None where it was the node's owner.
    """

    id: str
    type: str
    reference: str
    version: int
    priority: str
    at: int
    expires: int
    index: int
    lanes: tuple[Lane, ...]
    submitted_by: str | None


R = TypeVar("R", ReceivedRow, SentRow)


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """A part of a list.

    Attributes:
        rows: it may be short, or empty, although more follows.
        next: position for the next page; None if this is the last.
    """

    rows: list[R]
    next: int | None


class Lists:
    """Read side for lists; asked by national systems."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def received(
        self, system: System, wanted: Filter, *, before: int | None, limit: int
    ) -> Page[ReceivedRow]:
        """List received messages, the one that came last first.

        Args:
            system: who asks.
            wanted: what it asks for.
            before: `next` of the last page; None for the first page.
            limit: how many at most.
        """
        opened = select(literal(1)).where(
            _OPENED.originator == _RECEIVED.originator, _OPENED.id == _RECEIVED.id
        )
        query = (
            select(
                _RECEIVED.originator,
                _RECEIVED.id,
                _RECEIVED.type,
                _RECEIVED.reference,
                _RECEIVED.version,
                _RECEIVED.priority,
                _RECEIVED.state,
                _RECEIVED.code,
                _RECEIVED.received_at,
                _RECEIVED.manifest,
                _RECEIVED.idx.label("index"),
                exists(opened).label("is_opened"),
            )
            .where(received_seen_by(system), *_of_received(wanted))
            .where(*_of_both(_RECEIVED, _RECEIVED.received_at, wanted))
            .order_by(_RECEIVED.idx.desc())
            .limit(limit + 1)
        )
        with self._database.reading() as connection:
            top, floor = _range(connection, before)
            query = query.where(_RECEIVED.idx < top, _RECEIVED.idx >= floor)
            rows = [ReceivedRow(**row) for row in connection.execute(query).mappings()]
        return _page(rows, limit, floor)

    def sent(self, system: System, wanted: Filter, *, before: int | None, limit: int) -> Page[SentRow]:
        """List messages of ours, the one sealed last first; arguments as of `received`."""
        query = (
            select(
                _SENT.id,
                _SENT.type,
                _SENT.reference,
                _SENT.version,
                _SENT.priority,
                _SENT.at,
                _SENT.expires,
                _SENT.idx.label("index"),
            )
            .where(sent_seen_by(system), *_of_sent(wanted))
            .where(*_of_both(_SENT, _SENT.at, wanted))
            .order_by(_SENT.idx.desc())
            .limit(limit + 1)
        )
        with self._database.reading() as connection:
            top, floor = _range(connection, before)
            query = query.where(_SENT.idx < top, _SENT.idx >= floor)
            rows = connection.execute(query).mappings().all()
            lanes = _lanes(connection, [row["id"] for row in rows])
            systems = submitters(connection, {row["index"]: row["id"] for row in rows})
        found = [
            SentRow(**row, lanes=lanes[row["id"]], submitted_by=systems.get(row["id"])) for row in rows
        ]
        return _page(found, limit, floor)


def _range(connection: Connection, before: int | None) -> tuple[int, int]:
    """Give the entries of our log that one page is about: below the first, from the second on."""
    size = connection.scalar(select(tables.head.c.size)) or 0
    top = size if before is None else min(before, size)
    return top, max(0, top - REACH)


def _page(rows: list[R], limit: int, floor: int) -> Page[R]:
    """Make a page of up to one row more than fits."""
    if len(rows) > limit:
        return Page(rows[:limit], rows[limit - 1].index)
    return Page(rows, floor or None)


def _of_both(columns: Any, at: ColumnElement[int], wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """Give the conditions on the rows of either table."""
    if wanted.type is not None:
        yield _of_type(columns.type, wanted.type)
    if wanted.priority is not None:
        yield columns.priority == wanted.priority
    if wanted.reference is not None:
        yield columns.reference == wanted.reference
    if wanted.since is not None:
        yield at >= wanted.since
    if wanted.until is not None:
        yield at < wanted.until


def _of_received(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.peer is not None:
        yield _RECEIVED.originator == wanted.peer
    if wanted.state is not None:
        yield _RECEIVED.state == wanted.state
    if wanted.unit is not None:
        yield _of_unit(_RECEIVED.originator, _RECEIVED.id, wanted.unit)


def _of_sent(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.peer is not None or wanted.state is not None:
        lane = select(literal(1)).where(_LANE.id == _SENT.id)  # one lane must meet both
        if wanted.peer is not None:
            lane = lane.where(_LANE.peer == wanted.peer)
        if wanted.state is not None:
            lane = lane.where(_LANE.state == wanted.state)
        yield exists(lane)
    if wanted.unit is not None:
        yield _of_unit(literal(OURS), _SENT.id, wanted.unit)


def _of_type(column: ColumnElement[str], wanted: str) -> ColumnElement[bool]:
    if "/" in wanted:
        return column == wanted
    return column.startswith(f"{wanted}/", autoescape=True)


def _of_unit(
    originator: ColumnElement[str], message_id: ColumnElement[str], unit: str
) -> ColumnElement[bool]:
    row = concern.c
    return exists(
        select(literal(1)).where(
            row.originator == originator, row.id == message_id, row.kind == UNIT, row.value == unit
        )
    )


def _lanes(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Lane, ...]]:
    query = select(_LANE.id, _LANE.peer, _LANE.state, _LANE.code).where(_LANE.id.in_(ids))
    found: dict[str, list[Lane]] = {one: [] for one in ids}
    for row in connection.execute(query.order_by(_LANE.peer)) if ids else ():
        found[row.id].append((row.peer, row.state, row.code))
    return {message_id: tuple(lanes) for message_id, lanes in found.items()}
