"""What stands between us and each peer: what waits for it, and what we know of its log.

Responsible for counting, as far as who asks sees the messages. Must not write, and knows no connection.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, literal, select, text

from node.message.concern import OURS
from node.national.system import System
from node.store import tables
from node.store.database import Database
from node.store.visibility import seen_by, sent_seen_by

# Written out, not bound: a partial index is used only where its condition stands in the query.
_SEALED, _WAITING = text("lane.state = 'sealed'"), text("outgoing_file.state = 'waiting'")
_LANE, _FILE, _HEAD = tables.lane.c, tables.outgoing_file.c, tables.peer_head.c


@dataclass(frozen=True, slots=True)
class Queued:
    """What waits for a peer.

    Attributes:
        urgent: messages without a receipt.
        routine: the others.
        files: that have not arrived.
        oldest_at: when the oldest of these messages was sealed, Unix ms; None if none waits.
    """

    urgent: int = 0
    routine: int = 0
    files: int = 0
    oldest_at: int | None = None


@dataclass(frozen=True, slots=True)
class PeerHead:
    """The newest head of a peer's log that was proved to us."""

    size: int
    root: bytes


class Peers:
    """Read side of what concerns peers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queued(self, system: System | None) -> Mapping[str, Queued]:
        """Give what waits, by peer, of the messages that a system sees; None: of all."""
        messages = (
            select(
                _LANE.peer,
                _LANE.priority,
                func.count().label("n"),
                func.min(tables.sent.c.at).label("at"),
            )
            .join_from(tables.lane, tables.sent, _LANE.id == tables.sent.c.id)
            .where(_SEALED, sent_seen_by(system))
            .group_by(_LANE.peer, _LANE.priority)
        )
        files = (
            select(_FILE.peer, func.count().label("n"))
            .where(_WAITING, seen_by(system, literal(OURS), _FILE.id))
            .group_by(_FILE.peer)
        )
        found: dict[str, Queued] = {}
        with self._database.reading() as connection:
            for row in connection.execute(messages):
                found[row.peer] = _with(found.get(row.peer, Queued()), row.priority, row.n, row.at)
            for row in connection.execute(files):
                found[row.peer] = replace(found.get(row.peer, Queued()), files=row.n)
        return found

    def heads(self, origins: Iterable[str]) -> Mapping[str, PeerHead]:
        """Give the newest head of some logs, by their origins."""
        found: dict[str, PeerHead] = {}
        with self._database.reading() as connection:
            for origin in origins:
                query = (
                    select(_HEAD.size, _HEAD.root)
                    .where(_HEAD.origin == origin)
                    .order_by(_HEAD.size.desc())
                    .limit(1)
                )
                row = connection.execute(query).first()
                if row is not None:
                    found[origin] = PeerHead(row.size, bytes(row.root))
        return found

    def forks(self) -> Mapping[str, int]:
        """Give how often each log, by its origin, contradicted itself."""
        query = select(tables.fork.c.origin, func.count().label("n")).group_by(tables.fork.c.origin)
        with self._database.reading() as connection:
            return {row.origin: row.n for row in connection.execute(query)}


def _with(queued: Queued, priority: str, count: int, at: int) -> Queued:
    oldest = at if queued.oldest_at is None else min(at, queued.oldest_at)
    if priority == "urgent":
        return replace(queued, urgent=count, oldest_at=oldest)
    return replace(queued, routine=count, oldest_at=oldest)
