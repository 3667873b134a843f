"""The feed: our own log, as each national system is told of it, in order.

Responsible for reading a page of events and for how far it looked. Must not decide what is told and to
whom (`national.event`, `national.entitlement`), and keeps no position: whoever reads does.

A system is told what it sees now: a message that is given to a unit of it today is told from the event
that gave it, not from its arrival.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, literal_column, select

from node.audit.event import Entry, reread_entry
from node.message.concern import OURS
from node.national.entitlement import Concerned, sees
from node.national.event import Event, Key, Subject, alert_named_by, kinds_for, message_named_by, tell
from node.national.system import System
from node.store import tables
from node.store.database import Database
from node.store.visibility import concerned

MAX_PAGE: Final = 1000
_LOOK: Final = 200  # entries looked at together, when only some of them may be told
_REACH: Final = 20_000  # entries passed over in one go: it bounds the work of one question

_ENTRY, _SENT, _RECEIVED = tables.entry.c, tables.sent.c, tables.received.c
# The plus keeps SQLite from the index of kinds, by which it would read the whole log to sort it.
_KIND = literal_column("+entry.kind", _ENTRY.kind.type)

_CANDIDATES = (
    select(_ENTRY.idx, _ENTRY.raw)
    .where(
        _ENTRY.idx > bindparam("after"),
        _ENTRY.idx <= bindparam("until"),
        _KIND.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(_ENTRY.idx)
    .limit(bindparam("most"))
)
_SENT_SUBJECTS = select(_SENT.id, _SENT.type, _SENT.reference, _SENT.version).where(
    _SENT.id.in_(bindparam("ids", expanding=True))
)
# Two lists rather than pairs: for pairs SQLite walks the table. What fits no pair is not asked for.
_RECEIVED_SUBJECTS = select(
    _RECEIVED.originator, _RECEIVED.id, _RECEIVED.type, _RECEIVED.reference, _RECEIVED.version
).where(
    _RECEIVED.originator.in_(bindparam("originators", expanding=True)),
    _RECEIVED.id.in_(bindparam("ids", expanding=True)),
)
_SIZE = select(tables.head.c.size)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events in the order of the log.

    Attributes:
        position: how far it looked: where the next page begins, also when nothing was found.
        head: index of the newest entry when it was read; -1 for an empty log.
    """

    items: tuple[Event, ...]
    position: int
    head: int

    @property
    def is_last(self) -> bool:
        """Whether nothing more was there."""
        return self.position >= self.head


@dataclass(frozen=True, slots=True)
class _Candidate:
    index: int
    entry: Entry
    key: Key
    alert: Key | None


class Feed:
    """Read side of the log for national systems; `own` is our authority id."""

    def __init__(self, own: str, database: Database) -> None:
        self._own = own
        self._database = database

    def head(self) -> int:
        """Give the index of the newest entry; -1 for an empty log."""
        with self._database.reading() as connection:
            return _head(connection)

    def after(self, position: int, *, limit: int, system: System | None) -> FeedPage:
        """Give the events after a position.

        One page may be empty although more follows: go on from its `position` until it is the last.

        Args:
            position: index of the last entry seen; -1 for the beginning.
            limit: the most events, at most `MAX_PAGE`.
            system: who asks; None for the node's owner, who is told everything.
        """
        limit = max(1, min(limit, MAX_PAGE))
        # Whoever sees what concerns nobody sees everything: then there is nothing to filter.
        only = None if system is None or sees(system, Concerned()) else system
        most = max(limit, _LOOK) if only else limit
        with self._database.reading() as connection:
            head = _head(connection)  # first: what comes after it belongs to a later page
            until = min(head, position + _REACH)
            found, looked = self._candidates(connection, position, until, most, system)
            told = _entitled(connection, found, only) if only else found
            if len(told) > limit:
                told, looked = told[:limit], told[limit - 1].index
            subjects = self._subjects(connection, {one.key for one in told})
        items = tuple(self._tell(one, subjects[one.key]) for one in told if one.key in subjects)
        return FeedPage(items, max(position, looked), head)

    def item(self, index: int, *, system: System | None) -> Event | None:
        """Give one event, if it is one that is told to this system."""
        page = self.after(index - 1, limit=1, system=system)
        return next((one for one in page.items if one.index == index), None)

    def _candidates(
        self,
        connection: Connection,
        position: int,
        until: int,
        most: int,
        system: System | None,
    ) -> tuple[list[_Candidate], int]:
        """Give entries of kinds that are told, and the index up to which all were looked at."""
        kinds = [kind.value for kind in kinds_for(system)]
        if not kinds:
            return [], until
        values = {"after": position, "until": until, "kinds": kinds, "most": most}
        rows = connection.execute(_CANDIDATES, values).all()
        found = []
        for row in rows:
            entry = reread_entry(row.raw)
            key = message_named_by(entry, own=self._own)
            if key is not None:
                alert = alert_named_by(entry, own=self._own)
                found.append(_Candidate(row.idx, entry, key, alert))
        return found, rows[-1].idx if len(rows) == most else until

    def _subjects(self, connection: Connection, keys: Collection[Key]) -> Mapping[Key, Subject]:
        ids = [message_id for originator, message_id in keys if originator == OURS]
        theirs = {
            "originators": list({originator for originator, _ in keys if originator != OURS}),
            "ids": [message_id for originator, message_id in keys if originator != OURS],
        }
        sent = connection.execute(_SENT_SUBJECTS, {"ids": ids}).all() if ids else ()
        received = connection.execute(_RECEIVED_SUBJECTS, theirs).all() if theirs["ids"] else ()
        return {(OURS, row.id): Subject(self._own, *row, "sent") for row in sent} | {
            (row.originator, row.id): Subject(*row, "received") for row in received
        }

    def _tell(self, one: _Candidate, subject: Subject) -> Event:
        return tell(one.index, one.entry, subject, own=self._own)


def _entitled(connection: Connection, found: Iterable[_Candidate], system: System) -> list[_Candidate]:
    """Keep what is about messages that the system sees."""
    named = {key for one in found for key in (one.key, one.alert) if key is not None}
    about = concerned(connection, named)
    seen = {key for key in named if sees(system, about[key])}
    return [one for one in found if one.key in seen and (one.alert is None or one.alert in seen)]


def _head(connection: Connection) -> int:
    return int(connection.scalar(_SIZE) or 0) - 1
