"""Our own log, a page at a time, for whoever may read it whole.

Responsible for entries by index and kind. Must not decide who may ask, and must not verify anything.
"""

from collections.abc import Collection

from sqlalchemy import select

from node.audit.event import Kind
from node.store import tables
from node.store.database import Database

_ENTRY = tables.entry.c


class LogPages:
    """Read side of the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entry(self, index: int) -> bytes | None:
        """Give the bytes of one entry; None beyond the end."""
        query = select(_ENTRY.raw).where(_ENTRY.idx == index)
        with self._database.reading() as connection:
            raw: bytes | None = connection.scalar(query)
        return raw

    def page(self, *, first: int, limit: int, kinds: Collection[Kind] = ()) -> list[tuple[int, bytes]]:
        """Give (index, bytes) of entries in order.

        Args:
            first: index of the first one.
            limit: how many at most.
            kinds: only these; none: of every kind.
        """
        query = select(_ENTRY.idx, _ENTRY.raw).where(_ENTRY.idx >= first)
        if kinds:
            query = query.where(_ENTRY.kind.in_(sorted(kind.value for kind in kinds)))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_ENTRY.idx).limit(limit)).all()
        return [(row.idx, row.raw) for row in rows]
