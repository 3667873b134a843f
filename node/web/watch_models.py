"""The watch list as the API describes it.

Responsible for its models, and for showing what the store holds in them. Must not decide anything.
"""

from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field

from node.daemon.watch_desk import Outcome
from node.message.fields import UnitId
from node.store.watch_list import ItemFilter, KeptItem
from node.store.watch_list import written as as_json
from node.web.documents import Failure
from node.web.queries import PageQuery
from node.web.times import written


class WatchQuery(PageQuery):
    """What the watch list can be asked."""

    unit: UnitId | None = Field(default=None, description="only items of this unit")
    active: bool | None = Field(default=None, description="true: without those that were ended")

    def filter(self) -> ItemFilter:
        """Give it as the store takes it."""
        return ItemFilter(unit=self.unit, is_active=self.active)


class WatchListed(BaseModel):
    """An item of the watch list, as the list shows it."""

    model_config = ConfigDict(extra="forbid")

    id: str
    unit: str = Field(description="whose item it is")
    reason: str = Field(description="what is feared")
    valid_from: str
    valid_until: str = Field(description="it is looked for until then")
    test: bool
    active: bool = Field(description="false: somebody has ended it")
    version: int
    changed_at: str
    changed_by: str = Field(description="the system; owner for the node's owner")

    @classmethod
    def of(cls, kept: KeptItem) -> Self:
        """Show an item."""
        return cls(**_members(kept))


class WatchListItem(WatchListed):
    """An item of the watch list, whole."""

    item: dict[str, Any] = Field(
        description="as it was written: id, subject, route, suspected_goods, valid_from, valid_until, "
        "reason, reason_text, unit, test; the first three as an alert has them"
    )

    @classmethod
    def of(cls, kept: KeptItem) -> Self:
        """Show an item, whole."""
        return cls(**_members(kept), item=orjson.loads(as_json(kept.item)))


class ImportedLine(BaseModel):
    """What became of one line of a table."""

    model_config = ConfigDict(extra="forbid")

    line: int
    id: str | None
    outcome: Outcome | None = Field(default=None, description="null: refused")
    error: Failure | None = None


class WatchImport(BaseModel):
    """What became of a table, line by line."""

    model_config = ConfigDict(extra="forbid")

    added: int
    changed: int
    same: int
    refused: int
    lines: list[ImportedLine]


def _members(kept: KeptItem) -> dict[str, Any]:
    item = kept.item
    return {
        "id": item.id,
        "unit": item.unit,
        "reason": str(item.reason),
        "valid_from": f"{item.valid_from:%Y-%m-%dT%H:%M:%SZ}",
        "valid_until": f"{item.valid_until:%Y-%m-%dT%H:%M:%SZ}",
        "test": item.test,
        "active": kept.is_active,
        "version": kept.version,
        "changed_at": written(kept.changed_at),
        "changed_by": kept.owner,
    }
