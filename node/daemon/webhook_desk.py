"""The desk of webhooks: made, changed and ended here, one act after the other, each recorded.

Responsible for deciding on what the disk holds now, so that no act undoes another that came between.
Must not send anything, nor judge who may do this: whoever calls has.
"""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from weakref import WeakValueDictionary

from node.audit.event import Kind
from node.daemon.node import Node
from node.errors import CallerError
from node.store.journal import Batch
from node.store.positions import BeginPosition, DropPosition, Positions, SetPosition
from node.store.webhooks import DropWebhook, PutWebhook, Webhook, Webhooks, WebhookState
from node.transfer.lifecycle import Transition

MOST: Final = 16  # webhooks of one system
_DELETED: Final = "deleted"

Check = Callable[[Webhook], None]
"""Looks at a webhook before it is changed, and raises `CallerError` where that may not be."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a system wants of a webhook; None leaves a member as it is.

    Attributes:
        kinds: empty: all.
        is_active: False: paused.
    """

    url: str | None = None
    kinds: tuple[str, ...] | None = None
    is_active: bool | None = None


class WebhookDesk:
    """Takes acts on webhooks; a node has one."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._webhooks = Webhooks(node.database)
        self._positions = Positions(node.database)
        self._lock = asyncio.Lock()  # of acts, from looking to the commit

    async def make(self, system: str, url: str, kinds: tuple[str, ...]) -> Webhook:
        """Make a webhook; it is told of what happens from now on.

        Raises:
            CallerError: `webhook.exists` or `webhook.many`.
        """
        async with self._lock:
            others = await self._node.in_worker(self._webhooks.of_system, system)
            _check_url_is_free(url, others)
            if len(others) >= MOST:
                raise CallerError(
                    "webhook.many", f"a system has at most {MOST} webhooks", hint="delete one first"
                )
            now = self._node.clock()
            made = Webhook(
                id=str(uuid.uuid4()),
                system=system,
                url=url,
                kinds=kinds,
                state=WebhookState.ACTIVE,
                generation=1,
                made_at=now,
                changed_at=now,
            )
            begin = BeginPosition(system, made.door, None)
            step = self._step(made, made.state, by=system)
            await self._node.committer.commit(Batch([step], records=[PutWebhook(made), begin]))
            return made

    async def change(self, system: str, webhook_id: str, wanted: Wanted, check: Check) -> Webhook:
        """Change a webhook; what had failed before is tried again at once.

        Raises:
            CallerError: `webhook.unknown`, `webhook.exists`, or what `check` raises.
        """
        async with self._lock:
            found = await self._find(system, webhook_id, check)
            if wanted.url is not None:
                others = await self._node.in_worker(self._webhooks.of_system, system)
                _check_url_is_free(wanted.url, [one for one in others if one.id != found.id])
            changed = replace(
                self._anew(found, _state(found, wanted)),
                url=found.url if wanted.url is None else wanted.url,
                kinds=found.kinds if wanted.kinds is None else wanted.kinds,
            )
            await self._put(changed, by=system)
            return changed

    async def rotate(self, system: str, webhook_id: str, check: Check) -> Webhook:
        """Begin a new secret; deliveries are signed with the one before too, until the next rotation.

        Raises:
            CallerError: as `change`.
        """
        async with self._lock:
            found = await self._find(system, webhook_id, check)
            changed = replace(self._anew(found, found.state), generation=found.generation + 1)
            await self._put(changed, by=system)
            return changed

    async def remove(self, system: str, webhook_id: str, check: Check) -> None:
        """Delete a webhook.

        Raises:
            CallerError: as `change`.
        """
        async with self._lock:
            found = await self._find(system, webhook_id, check)
            step = self._step(found, _DELETED, by=system)
            gone = Batch([step], records=[DropWebhook(found.id), DropPosition(system, found.door)])
            await self._node.committer.commit(gone)

    async def replay(self, system: str, webhook_id: str, first: int) -> int:
        """Set a webhook back, so that it is told again from an event on; gives its new position.

        Raises:
            CallerError: `webhook.unknown` or `position.beyond`.
        """
        async with self._lock:
            found = await self._find(system, webhook_id, lambda _: None)
            await self._node.committer.commit(Batch())  # moves that wait for a commit come first
            here = await self._node.in_worker(self._positions.of, system, found.door)
            if here is None or first > here:
                raise CallerError(
                    "position.beyond",
                    f"event {first} has not been delivered yet",
                    hint="a replay goes back, to an event that was delivered: see the attempts",
                    pointer="/from",
                )
            back = SetPosition(system, found.door, first - 1)
            step = self._step(found, found.state, by=system)
            await self._node.committer.commit(Batch([step], records=[back]))
            return first - 1

    async def disable(self, webhook: Webhook, reason: str) -> None:
        """Disable a webhook whose receiver refused for good, unless it was changed meanwhile."""
        async with self._lock:
            now = await self._node.in_worker(self._webhooks.get, webhook.id)
            if now is None or now.changed_at != webhook.changed_at:
                return
            changed_at = self._after(now.changed_at)
            ended = replace(
                webhook, state=WebhookState.DISABLED, reason=reason, changed_at=changed_at, again_at=None
            )
            await self._put(ended, by=None)

    async def _find(self, system: str, webhook_id: str, check: Check) -> Webhook:
        found = await self._node.in_worker(self._webhooks.get, webhook_id)
        if found is None or found.system != system:
            raise unknown()
        check(found)
        return found

    def _anew(self, found: Webhook, state: WebhookState) -> Webhook:
        """Give it a new chance: what failed before is forgotten, but not why it is disabled."""
        return replace(
            found,
            state=state,
            changed_at=self._after(found.changed_at),
            failing_since=None,
            again_at=None,
            failures=0,
            reason=found.reason if state is WebhookState.DISABLED else None,
        )

    def _after(self, before: int) -> int:
        """Give the time, but always later than the last change, which it tells from this one."""
        return max(self._node.clock(), before + 1)

    async def _put(self, webhook: Webhook, *, by: str | None) -> None:
        step = self._step(webhook, webhook.state, by=by)
        await self._node.committer.commit(Batch([step], records=[PutWebhook(webhook)]))

    def _step(self, webhook: Webhook, state: str, *, by: str | None) -> Transition:
        return self._node.event(
            Kind.WEBHOOK_CHANGED, webhook=webhook.id, system=webhook.system, state=str(state), by=by
        )


_DESKS: WeakValueDictionary[int, WebhookDesk] = WeakValueDictionary()


def desk_of(node: Node) -> WebhookDesk:
    """Give the one desk of a node, which its API and its courier share."""
    desk = _DESKS.get(id(node))  # a desk keeps its node alive, so that no other can have its id
    if desk is None:
        desk = _DESKS[id(node)] = WebhookDesk(node)
    return desk


def unknown() -> CallerError:
    """Make the error for a webhook that is not there, or another system's."""
    return CallerError("webhook.unknown", "there is no such webhook", hint="GET /api/v1/webhooks")


def _state(found: Webhook, wanted: Wanted) -> WebhookState:
    if wanted.is_active is None:
        return found.state
    return WebhookState.ACTIVE if wanted.is_active else WebhookState.PAUSED


def _check_url_is_free(url: str, others: list[Webhook]) -> None:
    if any(one.url == url for one in others):
        raise CallerError(
            "webhook.exists",
            "a webhook of this system goes there already",
            hint="change that one; if its secret was lost, rotate it",
            pointer="/url",
        )
