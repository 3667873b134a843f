"""The conversations that reach into a period, read from the register one by one.

Responsible for finding them by index and for holding few in memory, however long the period. Must
not count anything (`conversation.statistics`).
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, and_, bindparam, select, union

from node.conversation.book import Place
from node.conversation.facts import Ref
from node.conversation.page import Page
from node.store import tables
from node.store.database import Database
from node.store.register import Register

_TURN = tables.turn.c
_AT_ONCE = 200  # pages in memory


def _reaching(*, of_peer: bool) -> CompoundSelect[Any]:
    """Find pages on which a document was sealed or accepted in a period."""
    place = (_TURN.peer, _TURN.lead_name, _TURN.lead_authority, _TURN.lead_reference)
    start: BindParameter[int] = bindparam("start")
    end: BindParameter[int] = bindparam("end")
    peer = (_TURN.peer == bindparam("of_peer"),) if of_peer else ()
    return union(
        *(
            select(*place).where(and_(moment >= start, moment < end, *peer))
            for moment in (_TURN.at, _TURN.delivered_at)
        )
    )


_ALL = _reaching(of_peer=False)
_OF_PEER = _reaching(of_peer=True)


def pages_of_period(
    own: str, database: Database, start: int, end: int, *, peer: str | None = None
) -> Iterator[Page]:
    """Give every conversation in which a document was sealed or accepted in a period.

    Args:
        own: our authority id.
        database: the node's.
        start: Unix ms.
        end: Unix ms, excluded.
        peer: only conversations with this authority.
    """
    query, values = (_OF_PEER, {"of_peer": peer}) if peer else (_ALL, {})
    register = Register(own, database)
    with database.reading() as connection:
        found = connection.execution_options(yield_per=_AT_ONCE).execute(
            query, {"start": start, "end": end, **values}
        )
        for rows in found.partitions():
            places: list[Place] = [(row[0], Ref(*row[1:])) for row in rows]
            register.fetch(places)
            yield from filter(None, map(register.page, places))
