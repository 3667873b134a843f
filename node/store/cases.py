"""Cases: conversations that belong together because their documents name each other.

Responsible for finding, from one document, every conversation that is linked with it, and for
listing conversations. Must not write, and must not judge a conversation.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from node.conversation.book import Place
from node.conversation.facts import Ref, full_id
from node.conversation.page import Page
from node.conversation.tables import CLOSED, State
from node.national.system import System
from node.store import tables
from node.store.conversations import seen_among
from node.store.database import Database
from node.store.register import Register
from node.transfer import lifecycle

T = TypeVar("T")

MAX_DOCUMENTS: Final = 1000
"""Documents that are followed in one case; a case with more is shown in part and says so."""

_AT_ONCE: Final = 200  # values in one query
_PAGE, _TURN, _MENTION = tables.conversation.c, tables.turn.c, tables.mention.c
_BEGUN: Final = select(_PAGE.peer, _PAGE.name, _PAGE.authority, _PAGE.reference).where(
    _PAGE.agreed.is_not(None)
)
_NOTHING_LEFT: Final = sorted(state.value for state in CLOSED - {State.RECALLED})
_NOT_MET: Final = '"met_at":null'  # as the register writes a deadline; spares reading the others


@dataclass(frozen=True, slots=True)
class Case:
    """Conversations that are linked.

    Attributes:
        pages: those that have begun first, in the order in which they were opened.
        documents: how many messages were followed.
        is_whole: false where there are more than are followed.
    """

    pages: tuple[Page, ...]
    documents: int
    is_whole: bool


class Cases:
    """Read side of the register, for people."""

    def __init__(self, own: str, database: Database) -> None:
        self._own = own
        self._database = database
        self._register = Register(own, database)

    def gather(self, wanted: str, *, system: System | None = None) -> Case | None:
        """Find a case by the reference or the message id of any document in it.

        Every document that names one of the case belongs to it, and so does every one that it names.

        Args:
            wanted: reference or message id.
            system: who asks: only what it sees is followed; None for the node's owner.
        """
        with self._database.reading() as connection:

            def seen(ids: Iterable[str]) -> set[str]:
                return set(seen_among(connection, system, ids, own=self._own))

            found = seen(_begin(connection, wanted, self._own))
            if not found:
                return None
            is_whole = _grow(connection, found, seen)
            places = sorted(_places(connection, found))
        pages = tuple(sorted(self._pages(places), key=_begun_and_opened))
        return Case(pages, len(found), is_whole)

    def listed(self, *, peer: str | None = None, only_open: bool = False) -> Iterator[Page]:
        """Give conversations that have begun, the one that moved last first."""
        query = _BEGUN
        if peer is not None:
            query = query.where(_PAGE.peer == peer)
        if only_open:
            query = query.where(_PAGE.agreed.not_in(_NOTHING_LEFT))
        return self._stream(query.order_by(_PAGE.moved_at.desc(), _PAGE.reference, _PAGE.peer))

    def owing(self) -> Iterator[Page]:
        """Give the conversations in which something may still be owed, the oldest first."""
        query = _BEGUN.where(_PAGE.deadlines.contains(_NOT_MET))
        return self._stream(query.order_by(_PAGE.opened_at, _PAGE.reference, _PAGE.peer))

    def _stream(self, query: Select[Any]) -> Iterator[Page]:
        with self._database.reading() as connection:
            places = [(peer, Ref(*lead)) for peer, *lead in connection.execute(query)]
        return self._pages(places)

    def _pages(self, places: Sequence[Place]) -> Iterator[Page]:
        """Read pages, some at a time: a page holds all that was said."""
        for some in _in_parts(places):
            self._register.fetch(some)
            yield from (page for page in map(self._register.page, some) if page is not None)


def _begin(connection: Connection, wanted: str, own: str) -> set[str]:
    """Find the messages that have this id or carry a document with this reference."""
    sent, received = tables.sent.c, tables.received.c
    ours = select(sent.id).where(or_(sent.id == wanted, sent.reference == wanted))
    theirs = select(received.originator, received.id).where(
        or_(received.id == wanted, received.reference == wanted),
        received.state == lifecycle.State.ACCEPTED.value,
    )
    found = set(connection.scalars(select(_TURN.id).where(_TURN.id == wanted)))
    found |= {full_id(own, message_id) for message_id in connection.scalars(ours)}
    return found | {full_id(*row) for row in connection.execute(theirs)}


def _grow(connection: Connection, found: set[str], seen: Callable[[Iterable[str]], set[str]]) -> bool:
    """Add every message that is linked with those found; says whether there was room for all."""
    newest, named = found.copy(), set[Ref]()
    while newest:
        refs = _named_by(connection, sorted(newest)) - named
        named |= refs
        newest = seen(_naming(connection, sorted(refs)) - found)
        room = MAX_DOCUMENTS - len(found)
        found |= set(sorted(newest, key=_by_time)[:room])
        if len(newest) > room:
            return False
    return True


def _by_time(full: str) -> str:
    """Sort the oldest first: message ids begin with the time."""
    return full.rpartition("/")[2]


def _named_by(connection: Connection, ids: Sequence[str]) -> set[Ref]:
    columns = (_MENTION.name, _MENTION.authority, _MENTION.reference)
    return {
        Ref(*row)
        for some in _in_parts(ids)
        for row in connection.execute(select(*columns).where(_MENTION.id.in_(some)))
    }


def _naming(connection: Connection, refs: Sequence[Ref]) -> set[str]:
    return {
        message_id
        for some in _in_parts(refs)
        for message_id in connection.scalars(select(_MENTION.id).where(_is_one_of(some)))
    }


def _is_one_of(refs: Sequence[Ref]) -> ColumnElement[bool]:
    """Ask for some documents; rows compared as a whole would be looked for without the index."""
    return or_(
        *(
            and_(
                _MENTION.name == ref.name,
                _MENTION.authority == ref.authority,
                _MENTION.reference == ref.reference,
            )
            for ref in refs
        )
    )


def _places(connection: Connection, ids: Iterable[str]) -> set[Place]:
    columns = (_TURN.peer, _TURN.lead_name, _TURN.lead_authority, _TURN.lead_reference)
    return {
        (peer, Ref(*lead))
        for some in _in_parts(sorted(ids))
        for peer, *lead in connection.execute(select(*columns).where(_TURN.id.in_(some)).distinct())
    }


def _in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _begun_and_opened(page: Page) -> tuple[bool, int, str, Ref]:
    opened = min(said.at for said in page.said.values())
    return page.agreed is None, opened, page.peer, page.lead
