"""What the register and the log hold about the cargo of a period, found by index.

Responsible for finding the conversations and the matches that a corridor view may need; too many do no
harm. Must not decide which of them may be used or what they count for (`corridor`).
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from node.conversation.book import Place
from node.conversation.facts import Ref
from node.conversation.measures import Period
from node.conversation.page import Page
from node.corridor.cargo import Match
from node.store import tables
from node.store.database import Database
from node.store.national_tables import flow, matched
from node.store.register import Register

T = TypeVar("T")

_AT_ONCE: Final = 200  # pages in memory, values in one query
_REACH_MS: Final = 60 * 86_400_000  # a notice comes this long before or after its cargo, at most
_NOTICE, _ALERT, _STATISTICS = "pre-arrival-notice", "alert", "statistics"
_TURN, _MENTION, _MATCHED = tables.turn.c, tables.mention.c, matched.c


def _lies_in(moment: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(moment >= bindparam("start"), moment < bindparam("end"))


_PLACE = (_TURN.peer, _TURN.lead_name, _TURN.lead_authority, _TURN.lead_reference)
_ETA = func.json_extract(_TURN.facts, "$.coded.eta")

_NOTICES = (
    select(*_PLACE)
    .select_from(flow.join(tables.turn, _TURN.id == flow.c.id))
    .where(_lies_in(flow.c.eta), _TURN.lead_name == _NOTICE)
    .distinct()
)
# The name too is taken from here: a constant would let SQLite begin with everything that was ever named.
_CARGO = (
    select(
        _TURN.lead_name.label("name"),
        _TURN.lead_authority.label("authority"),
        _TURN.lead_reference.label("reference"),
    )
    .select_from(flow.join(tables.turn, _TURN.id == flow.c.id))
    .where(_lies_in(flow.c.eta), _TURN.lead_name == _NOTICE)
    .distinct()
    .cte("cargo")
)
_NAMED = and_(
    _MENTION.name == _CARGO.c.name,
    _MENTION.authority == _CARGO.c.authority,
    _MENTION.reference == _CARGO.c.reference,
)
_NAMING_ALERTS = (
    select(*_PLACE)
    .select_from(
        _CARGO.join(tables.mention, _NAMED).join(tables.turn, _TURN.id == _MENTION.id),
    )
    .where(_TURN.lead_name == _ALERT)
    .distinct()
)
_FOUND = and_(
    _MATCHED.notice_authority == _CARGO.c.authority,
    _MATCHED.notice_reference == _CARGO.c.reference,
)
_MATCHES = (
    select(
        _MATCHED.id,
        _MATCHED.side,
        _MATCHED.authority,
        _MATCHED.reference,
        _MATCHED.notice_authority,
        _MATCHED.notice_reference,
        _MATCHED.state,
    )
    .select_from(_CARGO.join(matched, _FOUND))
    # What no longer holds counts only where an officer confirmed it: the pair may have another since.
    .where(_MATCHED.state != "withdrawn", or_(_MATCHED.is_current, _MATCHED.state == "confirmed"))
)
_ITS_ALERT = and_(
    _TURN.name == _ALERT,
    _TURN.authority == _MATCHED.authority,
    _TURN.reference == _MATCHED.reference,
)
_MATCHED_ALERTS = (
    select(*_PLACE)
    .select_from(_CARGO.join(matched, _FOUND).join(tables.turn, _ITS_ALERT))
    .where(_MATCHED.side == _ALERT, _MATCHED.state == "confirmed", _TURN.lead_name == _ALERT)
    .distinct()
)
_ALERTS = (
    select(*_PLACE)
    .where(_TURN.name.in_([_ALERT, "amendment"]), _TURN.lead_name == _ALERT)
    .where(or_(_lies_in(_TURN.delivered_at), _lies_in(_ETA)))
    .distinct()
)
# The plus keeps SQLite from the index of names, by which it would look at every notice there ever was.
_ANY_NAME = literal_column("+turn.name", _TURN.name.type)
_WITHOUT_FLOWS = (
    select(*_PLACE)
    .where(
        _TURN.delivered_at >= bindparam("earliest"),
        _TURN.delivered_at < bindparam("latest"),
        _ANY_NAME.in_([_NOTICE, "amendment"]),
        _TURN.lead_name == _NOTICE,
        ~exists(select(flow.c.id).where(flow.c.id == _TURN.id)),
        _lies_in(_ETA),
    )
    .distinct()
)
_OURS = select(*_PLACE).where(
    _TURN.name == bindparam("name"),
    _TURN.authority == bindparam("own"),
    _TURN.reference.in_(bindparam("references", expanding=True)),
)
# What is about a period cannot have been sealed before it began.
_REPORTS = (
    select(*_PLACE)
    .where(
        _TURN.name == _STATISTICS,
        _TURN.lead_name == _STATISTICS,
        _TURN.authority != bindparam("own"),
        _TURN.at >= bindparam("start"),
    )
    .distinct()
)


class CorridorPages:
    """Read side of the register, for the corridor; `own` is our authority id."""

    def __init__(self, own: str, database: Database) -> None:
        self._own = own
        self._database = database
        self._register = Register(own, database)

    def places(self, period: Period) -> set[Place]:
        """Give where a period's notices are, the alerts that name one, and those of that time."""
        reach = {"earliest": period.start - _REACH_MS, "latest": period.end + _REACH_MS}
        queries = (_NOTICES, _NAMING_ALERTS, _ALERTS, _WITHOUT_FLOWS)
        with self._database.reading() as connection:
            return {
                place
                for query in queries
                for place in _places(connection, query, {**period._asdict(), **reach})
            }

    def places_of(self, leads: Collection[Ref]) -> set[Place]:
        """Give where notices and alerts are, if they are anywhere."""
        found = {(lead.authority, lead) for lead in leads if lead.authority != self._own}
        ours = [lead for lead in leads if lead.authority == self._own]
        with self._database.reading() as connection:
            for name in sorted({lead.name for lead in ours}):
                references = sorted(lead.reference for lead in ours if lead.name == name)
                for some in _in_parts(references):
                    values = {"name": name, "own": self._own, "references": some}
                    found |= set(_places(connection, _OURS, values))
        return found

    def statistics(self, period: Period) -> set[Place]:
        """Give where statistics of other authorities are that may be about a period."""
        with self._database.reading() as connection:
            return set(_places(connection, _REPORTS, {"own": self._own, "start": period.start}))

    def pages(self, places: Collection[Place]) -> Iterator[list[Page]]:
        """Read pages, some at a time: a page holds all that was said."""
        for some in _in_parts(sorted(places)):
            self._register.fetch(some)
            yield [page for page in map(self._register.page, some) if page is not None]

    def matches(self, period: Period) -> list[Match]:
        """Give what was found of the notices of a period's cargo, unless it no longer holds."""
        with self._database.reading() as connection:
            return [
                Match(
                    id=row.id,
                    notice=Ref(_NOTICE, row.notice_authority, row.notice_reference),
                    alert=Ref(_ALERT, row.authority, row.reference) if row.side == _ALERT else None,
                    decision=_decision(row.state),
                )
                for row in connection.execute(_MATCHES, period._asdict())
            ]


def _places(connection: Connection, query: Select[Any], values: dict[str, Any]) -> Iterator[Place]:
    return ((peer, Ref(*lead)) for peer, *lead in connection.execute(query, values))


def _decision(state: str) -> Literal["confirmed", "dismissed"] | None:
    return "confirmed" if state == "confirmed" else "dismissed" if state == "dismissed" else None


def _in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
