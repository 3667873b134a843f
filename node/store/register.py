"""The register: pages of conversations, kept beside the messages they are computed from.

Responsible for reading and writing pages, and for how far into our own log they go. Must not judge
anything: it can be thrown away and written anew from the log and the documents.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, delete, select

from node.conversation.book import Place
from node.conversation.course import Act, Outcome
from node.conversation.deadlines import Deadline
from node.conversation.event import Event
from node.conversation.facts import Ref, Spoken, Version
from node.conversation.page import Page
from node.conversation.tables import State
from node.store import tables
from node.store.database import Database

_PAGE, _TURN = tables.conversation.c, tables.turn.c
_AT_ONCE = 200  # places in one query: SQLite bounds the depth of an expression


@dataclass(slots=True)
class Entries:
    """What is written to the register at once.

    Attributes:
        pages: pages that changed.
        emptied: pages that are no more.
        mentions: (message id, document named).
        size: entries of our own log that are now in the register.
        now: Unix ms.
    """

    pages: Sequence[Page]
    emptied: Sequence[Place]
    mentions: Sequence[tuple[str, Ref]]
    size: int
    now: int


class Register:
    """Read side of the register; a shelf for `conversation.book`."""

    def __init__(self, own: str, database: Database) -> None:
        self._own = own
        self._database = database
        self._fetched: dict[Place, Page | None] = {}
        self._located: dict[str, list[Place]] = {}

    def size(self) -> int:
        """Give how many entries of our own log are in the register."""
        with self._database.reading() as connection:
            return connection.scalar(select(tables.registered.c.size)) or 0

    def fetch(self, places: Iterable[Place]) -> None:
        """Read pages ahead, together; forgets those fetched before."""
        wanted = list(dict.fromkeys(places))
        self._fetched = dict.fromkeys(wanted)
        with self._database.reading() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                self._fetched.update(_read_pages(connection, self._own, some))

    def page(self, place: Place) -> Page | None:
        """Give a page; None if there is none."""
        if place not in self._fetched:
            with self._database.reading() as connection:
                self._fetched[place] = _read_pages(connection, self._own, [place]).get(place)
        return self._fetched[place]

    def lead_of(self, peer: str, ref: Ref) -> Ref | None:
        """Give what leads the page that a document is on; None if it is on none."""
        query = select(_TURN.lead_name, _TURN.lead_authority, _TURN.lead_reference).where(
            _TURN.name == ref.name,
            _TURN.authority == ref.authority,
            _TURN.reference == ref.reference,
            _TURN.peer == peer,
        )
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return Ref(*row) if row else None

    def locate(self, ids: Sequence[str]) -> Iterator[Place]:
        """Find the pages that messages are on, together; gives the pages and remembers them."""
        query = select(
            _TURN.id, _TURN.peer, _TURN.lead_name, _TURN.lead_authority, _TURN.lead_reference
        ).where(_TURN.id.in_(ids))
        self._located = {message: [] for message in ids}
        with self._database.reading() as connection:
            for message, peer, *lead in connection.execute(query):
                self._located[message].append((peer, Ref(*lead)))
        return (place for places in self._located.values() for place in places)

    def place_of(self, peer: str, message_id: str) -> tuple[Place, ...]:
        """Give the pages a message is on."""
        if message_id not in self._located:
            list(self.locate([message_id]))
        return tuple(place for place in self._located[message_id] if place[0] == peer)

    def marked(self, now: int, *, limit: int) -> list[Place]:
        """Give the pages on which a deadline's mark has passed."""
        query = (
            select(_PAGE.peer, _PAGE.name, _PAGE.authority, _PAGE.reference)
            .where(_PAGE.next_mark_at.is_not(None), _PAGE.next_mark_at <= now)
            .order_by(_PAGE.next_mark_at)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(peer, Ref(*lead)) for peer, *lead in connection.execute(query)]


def write_register(connection: Connection, entries: Entries) -> None:
    """Write pages, and how far the register now goes, in the transaction of a commit."""
    gone = [place_key(*place) for place in entries.emptied]
    if gone:
        connection.execute(delete(tables.conversation).where(_PAGE.place.in_(gone)))
        connection.execute(delete(tables.turn).where(_TURN.place.in_(gone)))
    for page in entries.pages:
        if page.gone:
            here = _TURN.place == place_key(page.peer, page.lead)
            connection.execute(delete(tables.turn).where(here, _TURN.id.in_(page.gone)))
    rows: dict[Any, list[dict[str, Any]]] = {
        tables.conversation: [_page_row(page, entries.now) for page in entries.pages],
        tables.turn: [row for page in entries.pages for row in _turn_rows(page)],
        tables.registered: [{"one": 1, "size": entries.size}],
    }
    for table, values in rows.items():
        if values:
            connection.execute(table.insert().prefix_with("OR REPLACE"), values)
    mentions = [{"id": message_id, **ref._asdict()} for message_id, ref in entries.mentions]
    if mentions:
        connection.execute(tables.mention.insert().prefix_with("OR IGNORE"), mentions)


_PAGES = select(tables.conversation).where(_PAGE.place.in_(bindparam("places", expanding=True)))
_TURNS = select(tables.turn).where(_TURN.place.in_(bindparam("places", expanding=True)))


def place_key(peer: str, lead: Ref) -> str:
    """Write a place as one key: SQLite finds no index for a list of rows, but one for a list of keys."""
    return "/".join((peer, *lead))


def _read_pages(connection: Connection, own: str, places: Sequence[Place]) -> dict[Place, Page]:
    pages: dict[Place, Page] = {}
    wanted = {"places": [place_key(*place) for place in places]}
    for row in connection.execute(_PAGES, wanted):
        lead = Ref(row.name, row.authority, row.reference)
        pages[row.peer, lead] = _read_page(own, row, lead)
    for row in connection.execute(_TURNS, wanted) if pages else ():
        page = pages[row.peer, Ref(row.lead_name, row.lead_authority, row.lead_reference)]
        page.said[row.id] = _read_facts(row)
        page.outcomes[row.id] = Outcome(row.outcome)
        if row.is_void:
            page.void.add(row.id)
    return pages


def _read_page(own: str, row: Row[Any], lead: Ref) -> Page:
    return Page(
        own=own,
        peer=row.peer,
        lead=lead,
        acts=[Act(Event(event), at) for event, at in orjson.loads(row.acts)],
        told={(name, re, due): mark for name, re, due, mark in orjson.loads(row.told)},
        state=State(row.state) if row.state else None,
        agreed=State(row.agreed) if row.agreed else None,
        deadlines=tuple(Deadline(**each) for each in orjson.loads(row.deadlines)),
    )


def _page_row(page: Page, now: int) -> dict[str, Any]:
    return {
        "place": place_key(page.peer, page.lead),
        "peer": page.peer,
        **page.lead._asdict(),
        "state": page.state,
        "agreed": page.agreed,
        "opened_at": min((said.at for said in page.said.values()), default=now),
        "moved_at": now,
        "next_mark_at": page.next_mark_at,
        "acts": _json([[act.event, act.at] for act in page.acts]),
        "told": _json([[*key, mark] for key, mark in page.told.items()]),
        "deadlines": _json(list(page.deadlines)),
    }


def _turn_rows(page: Page) -> Iterator[dict[str, Any]]:
    for said in (page.said[message_id] for message_id in page.changed & page.said.keys()):
        yield {
            "place": place_key(page.peer, page.lead),
            "peer": page.peer,
            "lead_name": page.lead.name,
            "lead_authority": page.lead.authority,
            "lead_reference": page.lead.reference,
            "id": said.id,
            **said.what.ref._asdict(),
            "version": said.what.number,
            "at": said.at,
            "delivered_at": said.delivered_at,
            "is_void": said.id in page.void,
            "outcome": page.outcomes[said.id],
            "facts": _write_facts(said),
        }


def _json(value: Any) -> str:
    return orjson.dumps(value, default=list).decode()  # named tuples too


def _write_facts(said: Spoken) -> str:
    return _json(
        {
            "digest": said.digest,
            "function": said.function,
            "until": said.until,
            "target": said.target,
            "carries": said.carries,
            "notices": said.notices,
            "coded": dict(said.coded),
            "log": said.log,
            "index": said.index,
        }
    )


def _read_facts(row: Row[Any]) -> Spoken:
    """Read the facts of a message from its turn."""
    facts = orjson.loads(row.facts)
    return Spoken(
        id=row.id,
        digest=facts["digest"],
        at=row.at,
        what=Version(Ref(row.name, row.authority, row.reference), row.version),
        function=facts["function"],
        until=facts["until"],
        target=_read_version(facts["target"]),
        carries=_read_version(facts["carries"]),
        notices=tuple(Ref(*notice) for notice in facts["notices"]),
        coded=facts["coded"],
        log=facts["log"],
        index=facts["index"],
        delivered_at=row.delivered_at,
    )


def _read_version(value: list[Any] | None) -> Version | None:
    return Version(Ref(*value[0]), value[1]) if value else None
