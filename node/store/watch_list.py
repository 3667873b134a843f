"""The watch list: what an authority looks for by itself, on the disk.

Responsible for the items with their versions, and for which of them a system sees. Must not look for
anything (`daemon.match_round`). An item that has ended is kept, so that its matches can be explained.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, select, true

from node.canonical import b64u, encode
from node.matching.watch import WatchItem
from node.national.system import EVERYTHING, System
from node.store.database import Database
from node.store.national_tables import watch_item

_ROW = watch_item.c


@dataclass(frozen=True, slots=True)
class KeptItem:
    """An item as it is kept.

    Attributes:
        version: 1, then rising with each change.
        owner: the system that wrote it last; `owner` for the node's owner.
        changed_at: Unix ms.
        is_active: False: somebody has ended it.
    """

    item: WatchItem
    version: int
    owner: str
    changed_at: int
    is_active: bool = True

    @property
    def digest(self) -> str:
        """What the log holds of a change: SHA-256 of the canonical JSON, base64url."""
        members = self.item.model_dump(mode="json", exclude_unset=True)
        value = {"item": members, "version": self.version, "is_active": self.is_active}
        return b64u(hashlib.sha256(encode(value)).digest())


@dataclass(frozen=True, slots=True)
class PutItem:
    """Write an item, new, changed or ended."""

    kept: KeptItem

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        one = self.kept
        row = {
            "id": one.item.id,
            "body": written(one.item).decode(),
            "version": one.version,
            "unit": one.item.unit,
            "digest": one.digest,
            "changed_at": one.changed_at,
            "is_active": int(one.is_active),
            "owner": one.owner,
        }
        connection.execute(watch_item.insert().prefix_with("OR REPLACE"), row)


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What a list leaves out; None leaves nothing out."""

    unit: str | None = None
    is_active: bool | None = None


class WatchList:
    """Read side of the watch list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, item_id: str, *, system: System | None = None) -> KeptItem | None:
        """Give an item that a system sees, ended or not; for no system, the node's owner, any."""
        query = select(watch_item).where(_ROW.id == item_id, watched_by(system))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return _read(row) if row else None

    def items(
        self, system: System | None, wanted: ItemFilter, *, after: str | None, limit: int
    ) -> list[KeptItem]:
        """List the items that a system sees, by id.

        Args:
            system: who asks; None for the node's owner.
            wanted: what it asks for.
            after: the last id of the page before; None for the first page.
            limit: how many at most.
        """
        query = select(watch_item).where(watched_by(system)).order_by(_ROW.id).limit(limit)
        if wanted.unit is not None:
            query = query.where(_ROW.unit == wanted.unit)
        if wanted.is_active is not None:
            query = query.where(_ROW.is_active == int(wanted.is_active))
        if after is not None:
            query = query.where(_ROW.id > after)
        with self._database.reading() as connection:
            return [_read(row) for row in connection.execute(query)]


def watched_by(system: System | None) -> ColumnElement[bool]:
    """Give the condition on rows of `watch_item`: an item is for those who work for its unit."""
    if system is None:
        return true()
    if not system.is_active:
        return false()
    return true() if system.units is EVERYTHING else _ROW.unit.in_(sorted(system.units))


def written(item: WatchItem) -> bytes:
    """Write an item as JSON; `reread_item` reads it back."""
    return item.model_dump_json(exclude_unset=True).encode()


def reread_item(raw: bytes | str) -> WatchItem:
    """Read an item that was read and kept before; its rules are not asked again."""
    return WatchItem.model_validate_json(raw)


def _read(row: Any) -> KeptItem:
    return KeptItem(
        item=reread_item(row.body),
        version=row.version,
        owner=row.owner,
        changed_at=row.changed_at,
        is_active=bool(row.is_active),
    )
