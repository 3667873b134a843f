"""How far each national system has been told of our log, by each door that pushes.

Responsible for one number a system and door, and for the records that move it with a batch. Must not
tell anybody anything, nor decide where a door begins.
"""

import json
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, select, update

from node.audit.event import Kind
from node.store import tables
from node.store.database import Database
from node.store.national_tables import position

_ROW = position.c


@dataclass(frozen=True, slots=True)
class BeginPosition:
    """Begin to tell a system by a door, unless that has begun already.

    Attributes:
        index: of the last entry that it need not be told of; None: the newest, with this batch's own.
    """

    system: str
    door: str
    index: int | None

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        index = self.index
        if index is None:
            index = (connection.scalar(select(tables.head.c.size)) or 0) - 1
        row = {"system": self.system, "door": self.door, "idx": index}
        connection.execute(position.insert().prefix_with("OR IGNORE"), row)


@dataclass(frozen=True, slots=True)
class MovePosition:
    """Move on from where a door was, after what lies between was handed over.

    If somebody set the position back meanwhile, it is no longer at `before`, and stays where it is.
    """

    system: str
    door: str
    before: int
    after: int

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        here = _here(self.system, self.door) & (_ROW.idx == self.before)
        connection.execute(update(position).where(here).values(idx=self.after))


@dataclass(frozen=True, slots=True)
class SetPosition:
    """Set a position, whatever it was: what follows it will be told again."""

    system: str
    door: str
    index: int

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        here = _here(self.system, self.door)
        connection.execute(update(position).where(here).values(idx=self.index))


@dataclass(frozen=True, slots=True)
class DropPosition:
    """Forget a door of a system."""

    system: str
    door: str

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        connection.execute(delete(position).where(_here(self.system, self.door)))


class Positions:
    """Read side of positions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, system: str, door: str) -> int | None:
        """Give the index of the last entry told; None if this door has not begun."""
        with self._database.reading() as connection:
            return connection.scalar(select(_ROW.idx).where(_here(system, door)))

    def added_at(self, system: str) -> int:
        """Give the index of the entry that added a system; -1 if no entry did.

        A door that is set up later begins there, so that nothing is lost in between.
        """
        entry = tables.entry.c
        query = (
            select(entry.idx, entry.raw)
            .where(entry.kind == Kind.SYSTEM_CHANGED.value)
            .order_by(entry.idx)
        )
        with self._database.reading() as connection:
            for row in connection.execute(query):
                if json.loads(row.raw)["system"] == system:
                    return int(row.idx)
        return -1


def _here(system: str, door: str) -> ColumnElement[bool]:
    return (_ROW.system == system) & (_ROW.door == door)
