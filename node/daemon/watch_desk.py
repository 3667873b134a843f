"""The watch desk: items of the watch list, written, changed and ended, each change recorded.

Responsible for matching an item at once with the notices held, in the transaction that keeps it. Must
not decide what an item looks for (`matching`), nor who may read one (`store.watch_list`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from node.audit.event import Kind
from node.conversation.facts import milliseconds
from node.daemon.match_round import Came, Round, turn_of, watched
from node.daemon.node import Node
from node.errors import CallerError
from node.matching.decision import Withdrawal
from node.matching.sides import look_for
from node.matching.watch import WatchItem
from node.national.system import EVERYTHING, OWNER, System
from node.store.journal import Batch
from node.store.match_index import Indexed, Name, Side, Standing
from node.store.watch_list import KeptItem, PutItem, WatchList

_TYPE: Final = "watch-item"

Check = Callable[[KeptItem | None], None]
"""Raises `CallerError` where an item is no longer as the caller saw it; None: there is none."""


class Outcome(StrEnum):
    """What became of an item that was to be written."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Written:
    """An item after it was to be written."""

    kept: KeptItem
    outcome: Outcome


class WatchDesk:
    """Takes changes of the watch list. For no system the node's owner makes them."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._list = WatchList(node.database)

    async def put(self, item: WatchItem, system: System | None, check: Check) -> Written:
        """Write an item, new or changed, and look for it in the notices held.

        Raises:
            CallerError: `access.unit`, `watch.taken`, `watch.ended`, or what `check` raises.
        """
        check_unit(system, item.unit)
        async with turn_of(self._node):
            found = await self._node.in_worker(self._list.get, item.id)
            if found is not None:
                self._check_own(system, found)
            check(found)
            if found is not None and found.item == item:
                return Written(found, Outcome.SAME)
            kept = KeptItem(
                item=item,
                version=found.version + 1 if found else 1,
                owner=system.id if system else OWNER,
                changed_at=self._node.clock(),
            )
            await self._keep(kept)
            return Written(kept, Outcome.CHANGED if found else Outcome.ADDED)

    async def end(self, item_id: str, system: System | None, check: Check) -> KeptItem:
        """End an item: it is looked for no longer, and what nobody has decided is withdrawn.

        Raises:
            CallerError: `watch.unknown`, `watch.ended`, or what `check` raises.
        """
        async with turn_of(self._node):
            found = await self._node.in_worker(self._list.get, item_id, system=system)
            if found is None:
                raise unknown_item()
            check(found)
            _check_active(found)
            ended = replace(
                found,
                version=found.version + 1,
                owner=system.id if system else OWNER,
                changed_at=self._node.clock(),
                is_active=False,
            )
            await self._keep(ended)
            return ended

    def _check_own(self, system: System | None, found: KeptItem) -> None:
        if system is not None and not works_for(system, found.item.unit):
            raise CallerError(
                "watch.taken",
                "this id is taken",
                hint="choose another id; one that begins with your unit is free more often",
                pointer="/id",
            )
        _check_active(found)

    async def _keep(self, kept: KeptItem) -> None:
        batch = await self._node.in_worker(self._batch, kept)
        await self._node.committer.commit(batch)

    def _batch(self, kept: KeptItem) -> Batch:
        """Give all that a change brings about: the item, its keys, what it finds and loses."""
        round_ = Round(self._node)
        round_.take(_came(kept))
        batch = round_.batch()
        step = self._node.event(
            Kind.WATCH_CHANGED, watch=kept.item.id, by=kept.owner, digest=kept.digest
        )
        # The item first: what is found of it names it.
        return Batch([step, *batch.transitions], records=[PutItem(kept), *batch.records])


def works_for(system: System, unit: str) -> bool:
    """Say whether a system works for a unit: then the unit's items are for it."""
    return system.is_active and (system.units is EVERYTHING or unit in system.units)


def check_unit(system: System | None, unit: str) -> None:
    """Refuse a unit that a system does not work for.

    Raises:
        CallerError: `access.unit`.
    """
    if system is not None and not works_for(system, unit):
        raise CallerError(
            "access.unit",
            f"{system.id} does not work for the unit that is named",
            hint="name a unit of its own; the node's operator sets the units",
            pointer="/unit",
        )


def unknown_item() -> CallerError:
    """Make the error for an item that is not there, or not for whoever asks."""
    return CallerError(
        "watch.unknown", "there is no such item", hint="GET /api/v1/watch-list lists them"
    )


def _check_active(found: KeptItem) -> None:
    if not found.is_active:
        raise CallerError("watch.ended", "this item was ended", hint="write a new one, under another id")


def _came(kept: KeptItem) -> Came:
    item = kept.item
    indexed = Indexed(
        name=Name(Side.WATCH, "", item.id),
        version=kept.version,
        originator="",
        id=item.id,
        type=_TYPE,
        is_test=item.test,
        until=milliseconds(item.valid_until),
        standing=Standing.IN_FORCE,
    )
    if not kept.is_active:
        return Came(replace(indexed, standing=Standing.ENDED), None, Withdrawal.ENDED)
    return Came(indexed, watched(look_for(item), kept.version), Withdrawal.AMENDED)
