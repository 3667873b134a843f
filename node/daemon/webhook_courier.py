"""Webhooks of a running node: each is told of our log by a deliverer of its own.

Responsible for starting and ending them as webhooks are made and changed, and for what follows from an
attempt: on, again later, or disabled. Must not speak HTTP (`gateway.webhook`), nor say when to try again
(`gateway.webhook_schedule`).

A webhook that fails holds up nobody but itself. It carries references, never a document.
"""

import asyncio
import random
from dataclasses import replace
from typing import Final

import structlog

from node.audit.event import Kind
from node.daemon.bell import Bell
from node.daemon.deliverer import Deliverer, NotTakenError
from node.daemon.node import Node
from node.daemon.supervisor import Supervisor
from node.daemon.webhook_calls import call_of, logged_as, make_sender
from node.daemon.webhook_desk import WebhookDesk, desk_of
from node.gateway.webhook import WebhookSender
from node.gateway.webhook_outcome import Attempt, Outcome
from node.gateway.webhook_schedule import next_try_at
from node.national.event import TYPE_PREFIX, Event
from node.store.journal import Batch
from node.store.master_secret import MasterSecret
from node.store.webhooks import (
    MAX_REASON,
    PutAttempt,
    PutProgress,
    Webhook,
    Webhooks,
    WebhookState,
)

_INACTIVE_MS: Final = 60_000  # it is woken before, when it is active again


async def deliver_webhooks(supervisor: Supervisor) -> None:
    """Deliver to every webhook until cancelled: a door of the running node.

    Raises:
        OperatorError: our own machine failed, or `webhook.ca_file`.
    """
    node = supervisor.node
    await WebhookCouriers(node, make_sender(node), MasterSecret.of(node.settings.keys.folder)).run()


class WebhookCourier:
    """Sends to one webhook and draws the conclusions; the sink of its deliverer."""

    def __init__(
        self, node: Node, sender: WebhookSender, master: MasterSecret, desk: WebhookDesk, webhook_id: str
    ) -> None:
        self._node, self._sender, self._master, self._desk = node, sender, master, desk
        self._id = webhook_id
        self._webhooks = Webhooks(node.database)

    async def put(self, event: Event, document: bytes | None) -> None:
        """Send an event, if the webhook wants its kind.

        Raises:
            NotTakenError: it was not delivered; or it is not yet time.
        """
        del document  # this door carries references only
        webhook = await self._node.in_worker(self._webhooks.get, self._id)
        if webhook is None or webhook.state is not WebhookState.ACTIVE:
            raise NotTakenError("not active", again_ms=_INACTIVE_MS)
        if webhook.kinds and event.type.removeprefix(TYPE_PREFIX) not in webhook.kinds:
            return
        self._check_time(webhook)
        started = self._node.clock()
        attempt = await self._sender.send(call_of(webhook, self._master, event.index, event.value))
        logged = PutAttempt(logged_as(webhook, event.index, started, attempt))
        if attempt.outcome is Outcome.DELIVERED:
            self._node.committer.later(Batch(records=[logged, *_recovered(webhook)]))
            return
        await self._fail(webhook, attempt, logged)

    def _check_time(self, webhook: Webhook) -> None:
        """Keep to the time of the next try, also after a restart."""
        left = (webhook.again_at or 0) - self._node.clock()
        if left > 0:
            raise NotTakenError(webhook.reason or "failing", again_ms=left)

    async def _fail(self, webhook: Webhook, attempt: Attempt, logged: PutAttempt) -> None:
        now = self._node.clock()
        since = webhook.failing_since or now
        failing = replace(
            webhook,
            failing_since=since,
            failures=webhook.failures + 1,
            reason=attempt.reason[:MAX_REASON],
        )
        again_at = None
        if attempt.outcome is not Outcome.GONE:
            again_at = next_try_at(
                failing.failures,
                first_failed_at=since,
                now=now,
                jitter=random.random(),  # noqa: S311 - so that webhooks do not go in step; no secret
                retry_after_ms=attempt.retry_after_ms,
            )
        failing = replace(failing, again_at=again_at)
        await self._node.committer.commit(Batch(records=[logged, PutProgress(failing)]))
        if again_at is None:
            structlog.get_logger().error(
                "webhook.disabled", webhook=webhook.id, system=webhook.system, reason=failing.reason
            )
            await self._desk.disable(failing, failing.reason or "")
        raise NotTakenError(
            attempt.reason, again_ms=_INACTIVE_MS if again_at is None else max(again_at - now, 0)
        )


class WebhookCouriers:
    """All webhooks of a running node."""

    def __init__(self, node: Node, sender: WebhookSender, master: MasterSecret) -> None:
        self._node, self._sender, self._master = node, sender, master
        self._desk = desk_of(node)
        self._bell = Bell(node)
        self._webhooks = Webhooks(node.database)
        self._running: dict[str, tuple[Deliverer, asyncio.Task[None]]] = {}
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        node.on_commit(self._hear)

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            Exception: the first that ended one of them: our own machine failed.
        """
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    await self._settle(group)
                    await self._wake.wait()
                    self._wake.clear()
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def _settle(self, group: asyncio.TaskGroup) -> None:
        """Let those run that are active, and only those; let those look again that were changed."""
        changed, self._changed = self._changed, set()
        active = {one.id: one for one in await self._node.in_worker(self._webhooks.active)}
        for ended in self._running.keys() - active.keys():
            _, task = self._running.pop(ended)
            task.cancel()
        for webhook in active.values():
            if webhook.id not in self._running:
                deliverer = self._deliverer(webhook)
                self._running[webhook.id] = deliverer, group.create_task(deliverer.run())
            elif webhook.id in changed:
                self._running[webhook.id][0].wake()

    def _deliverer(self, webhook: Webhook) -> Deliverer:
        courier = WebhookCourier(self._node, self._sender, self._master, self._desk, webhook.id)
        return Deliverer(self._node, self._bell, courier, system=webhook.system, door=webhook.door)

    def _hear(self, batch: Batch) -> None:
        for step in batch.transitions:
            if step.entry.kind is Kind.WEBHOOK_CHANGED:
                self._changed.add(step.entry.members["webhook"])
                self._wake.set()


def _recovered(webhook: Webhook) -> list[PutProgress]:
    if not webhook.failures:
        return []
    return [PutProgress(replace(webhook, failing_since=None, again_at=None, failures=0, reason=None))]
