"""What only the passing of time brings about.

Responsible for expiry, for asking after deadlines, for patience with silent peers, for warning of a
stale directory, and for forgetting first answers that are old. Must not decide how long anything
lasts: limits, agreement, `transfer.retry`, the directory and `store.submissions` say.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog

from node.audit.event import Kind, write_entry
from node.daemon.node import Node
from node.daemon.registrar import Registrar
from node.daemon.relay import Relay
from node.store.journal import Batch
from node.store.submissions import KEPT_MS, ForgetSubmissions
from node.transfer.lifecycle import ExpiredMessage, State, Transition

TICK_SECONDS: Final = 1.0
_MOST_AT_ONCE: Final = 500
_WARN_EVERY_MS: Final = 3_600_000
_FORGET_EVERY_MS: Final = 3_600_000


class Timekeeper:
    """Looks at the clock once a second."""

    def __init__(self, node: Node, relays: Iterable[Relay], registrar: Registrar) -> None:
        self._node = node
        self._relays = tuple(relays)
        self._registrar = registrar
        self._warned_at = self._forgot_at = 0

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await self.tick()
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Do what is due now."""
        now = self._node.clock()
        steps = await self._node.in_worker(self._expire, now)
        if steps:
            await self._node.committer.commit(Batch(steps))
        await self._node.committer.tidy()
        self._registrar.ask_for_deadlines()
        for relay in self._relays:
            await self._node.in_worker(relay.courier.settle)
            if relay.courier.overdue(now):
                structlog.get_logger().warning("receipt.overdue", peer=relay.courier.peer)
                relay.wake()
        if now - self._forgot_at > _FORGET_EVERY_MS:
            self._forgot_at = now
            self._node.committer.later(Batch(records=[ForgetSubmissions(now - KEPT_MS)]))
        if self._node.directory.is_stale(now) and now - self._warned_at > _WARN_EVERY_MS:
            self._warned_at = now
            structlog.get_logger().warning("directory.stale")

    def _expire(self, now: int) -> list[Transition]:
        steps = []
        for message_id, peer in self._node.outbox.expired(now, limit=_MOST_AT_ONCE):
            entry = write_entry(
                Kind.MESSAGE_EXPIRED, at=now, log=self._node.settings.origin, re=message_id, to=peer
            )
            change = ExpiredMessage(message_id, peer)
            steps.append(
                Transition(entry=entry, before=State.SEALED, after=State.EXPIRED, change=change)
            )
        return steps
