"""Conversations as a national system sees them: page by page, and what is owed in them.

Responsible for finding them without reading the register whole, and for what of each a system sees: a
conversation by the document that leads it, everything in it by its own message. Must not judge a
conversation, and must not write.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, or_, select

from node.conversation.book import Place
from node.conversation.deadlines import Deadline
from node.conversation.facts import Ref
from node.conversation.page import Page
from node.conversation.tables import CLOSED, State
from node.conversation.timeline import Due, owed
from node.message.concern import OURS
from node.national.entitlement import Concerned, sees
from node.national.event import Key
from node.national.system import System
from node.store import tables
from node.store.database import Database
from node.store.register import Register
from node.store.visibility import concerned, seen_by

_AT_ONCE: Final = 100  # pages in memory: each holds all that was said
_KEYS_AT_ONCE: Final = 2000  # messages asked about in one query
_PAGE, _TURN = tables.conversation.c, tables.turn.c
_NOT_MET: Final = '"met_at":null'  # as the register writes a deadline; spares reading the others
_NOTHING_LEFT: Final = sorted(state.value for state in CLOSED - {State.RECALLED})


class Position(NamedTuple):
    """Where a conversation stands in a list; `moved_at` is Unix ms."""

    moved_at: int
    place: str


class Owed(NamedTuple):
    """Where something owed stands in the list of all that is; `due` is Unix ms."""

    due: int
    place: str
    name: str
    re: str


@dataclass(frozen=True, slots=True)
class Wish:
    """Which conversations are wanted; what is None does not matter.

    Attributes:
        state: as our side sees it.
        is_open: leave out those that have come to their end.
        owes: leave out those in which nothing may be owed.
        is_fixed: in the order of their names rather than of their last move.
    """

    peer: str | None = None
    state: State | None = None
    is_open: bool = False
    owes: bool = False
    is_fixed: bool = False


class Conversations:
    """Read side of the register for national systems; for no system, the node's owner, all is seen."""

    def __init__(self, own: str, database: Database) -> None:
        self._own = own
        self._database = database

    def listed(
        self, system: System | None, wish: Wish, *, after: Position | None = None
    ) -> Iterator[tuple[Position, Page]]:
        """Give conversations that have begun: the one that moved last first, or by peer and name.

        Stored states may have lapsed since: whoever wants one state looks at each page again.
        """
        while True:
            query = _in_order(self._begun(system, wish), wish, after).limit(_AT_ONCE)
            with self._database.reading() as connection:
                rows = connection.execute(query).all()
            pages = self._read([(row.peer, Ref(*row[1:4])) for row in rows])
            seen = self.seen_in(system, pages.values())
            for row in rows:
                page = pages.get((row.peer, Ref(*row[1:4])))
                if page is not None:
                    yield Position(row.moved_at, row.place), as_seen(page, seen)
            if len(rows) < _AT_ONCE:
                return
            after = Position(rows[-1].moved_at, rows[-1].place)

    def led_by(self, system: System | None, lead: Ref) -> tuple[Page, ...]:
        """Give the conversations that a document leads, one with each peer, that a system sees."""
        named = (
            _PAGE.name == lead.name,
            _PAGE.authority == lead.authority,
            _PAGE.reference == lead.reference,
        )
        query = self._begun(system, Wish()).where(*named).order_by(_PAGE.place)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        pages = self._read([(row.peer, lead) for row in rows])
        seen = self.seen_in(system, pages.values())
        return tuple(as_seen(page, seen) for page in pages.values())

    def owing(
        self,
        system: System | None,
        *,
        now: int,
        peer: str | None = None,
        overdue: bool = False,
        after: Owed | None = None,
    ) -> Iterator[tuple[Owed, Due]]:
        """Give what is owed, what is due first first."""
        places: dict[str, Place] = {}
        asked = sorted(self._asked(system, Wish(peer=peer, owes=True), places))
        wanted = (
            one for one in asked if (after is None or one > after) and (not overdue or one.due <= now)
        )
        while some := list(islice(wanted, _AT_ONCE)):
            pages = self._read([places[one.place] for one in some])
            seen = self.seen_in(system, pages.values())
            left = {place: owed(as_seen(page, seen), now=now) for place, page in pages.items()}
            for one in some:
                for due in left.get(places[one.place], ()):
                    if (due.deadline.name, due.deadline.re, due.deadline.due) == (
                        one.name,
                        one.re,
                        one.due,
                    ):
                        yield one, due

    def seen_in(self, system: System | None, pages: Iterable[Page]) -> frozenset[str]:
        """Give the ids of the messages in some conversations that a system sees."""
        ids = {message for page in pages for message in page.said}
        with self._database.reading() as connection:
            return seen_among(connection, system, ids, own=self._own)

    def _begun(self, system: System | None, wish: Wish) -> Select[Any]:
        query = select(
            _PAGE.peer, _PAGE.name, _PAGE.authority, _PAGE.reference, _PAGE.place, _PAGE.moved_at
        ).where(_PAGE.agreed.is_not(None))
        if wish.peer is not None:
            query = query.where(_PAGE.peer == wish.peer)
        if wish.state not in {None, State.LAPSED}:  # what has lapsed may not have been written yet
            query = query.where(_PAGE.state == wish.state)
        if wish.is_open:
            query = query.where(_PAGE.agreed.not_in(_NOTHING_LEFT))
        if wish.owes:
            query = query.where(_PAGE.deadlines.contains(_NOT_MET))
        return query if _sees_all(system) else query.where(self._lead_seen(system))

    def _lead_seen(self, system: System | None) -> ColumnElement[bool]:
        """Give the condition that a system sees a message that brings the leading document."""
        originator = case((_TURN.authority == self._own, literal(OURS)), else_=_TURN.authority)
        message_id = func.substr(_TURN.id, func.length(_TURN.authority) + 2)
        leads = and_(
            _TURN.name == _PAGE.name,
            _TURN.authority == _PAGE.authority,
            _TURN.reference == _PAGE.reference,
        )
        return exists(
            select(literal(1))
            .select_from(tables.turn)
            .where(_TURN.place == _PAGE.place, or_(leads, _TURN.name == "amendment"))
            .where(seen_by(system, originator, message_id))
            .correlate(tables.conversation)
        )

    def _asked(self, system: System | None, wish: Wish, places: dict[str, Place]) -> Iterator[Owed]:
        """Give every deadline that is not met, from what is stored; notes where each belongs."""
        query = self._begun(system, wish).add_columns(_PAGE.deadlines)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                places[row.place] = (row.peer, Ref(*row[1:4]))
                for value in orjson.loads(row.deadlines):
                    one = Deadline(**value)
                    if one.is_open:
                        yield Owed(one.due, row.place, one.name, one.re)

    def _read(self, places: Sequence[Place]) -> Mapping[Place, Page]:
        register = Register(self._own, self._database)
        register.fetch(places)
        pages = ((place, register.page(place)) for place in places)
        return {place: page for place, page in pages if page is not None}


def as_seen(page: Page, seen: AbstractSet[str]) -> Page:
    """Give a conversation without what is owed for a document that is not seen."""
    return replace(page, deadlines=tuple(one for one in page.deadlines if one.re in seen))


def is_seen(page: Page, seen: AbstractSet[str]) -> bool:
    """Say whether a conversation is seen: its leading document, or what waits for that, is."""
    if page.agreed is None:
        return not seen.isdisjoint(page.said)
    return any(
        page.lead in (said.what.ref, said.carries and said.carries.ref)
        for said in page.said.values()
        if said.id in seen
    )


def seen_among(
    connection: Connection, system: System | None, ids: Iterable[str], *, own: str
) -> frozenset[str]:
    """Give those of some messages that a system sees.

    Args:
        connection: for reading.
        system: who asks; None for the node's owner.
        ids: originator and message id each, as conversations write them.
        own: our authority id.
    """
    if system is None or _sees_all(system):
        return frozenset(ids)
    left, found = iter(sorted(ids)), set[str]()
    while some := list(islice(left, _KEYS_AT_ONCE)):
        keys = {full: _key(full, own) for full in some}
        about = concerned(connection, list(keys.values()))
        found |= {full for full, key in keys.items() if sees(system, about[key])}
    return frozenset(found)


def _sees_all(system: System | None) -> bool:
    """Say whether there is nothing to ask: who sees what concerns nobody sees everything."""
    return system is None or sees(system, Concerned())


def _key(full: str, own: str) -> Key:
    originator, _, message_id = full.partition("/")
    return (OURS if originator == own else originator), message_id


def _in_order(query: Select[Any], wish: Wish, after: Position | None) -> Select[Any]:
    """Put conversations in their order, from a position on."""
    if wish.is_fixed:
        ordered = query.order_by(_PAGE.place)
        return ordered if after is None else ordered.where(_PAGE.place > after.place)
    ordered = query.order_by(_PAGE.moved_at.desc(), _PAGE.place)
    if after is None:
        return ordered
    later = or_(_PAGE.moved_at < after.moved_at, _PAGE.place > after.place)
    return ordered.where(_PAGE.moved_at <= after.moved_at, later)
