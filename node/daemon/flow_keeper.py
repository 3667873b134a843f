"""The flow keeper: follows our own log and keeps the flows of every notice, for as long as may be.

Responsible for flows of notices and of their amendments, sealed or accepted, and for forgetting those of
a peer when the days agreed are over. Must not decide what a flow is, nor which a view may use.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from node.corridor.flows import Flow, flows_of
from node.corridor.sharing import Audience, Ruling, Source, judge
from node.daemon.follower import Follower
from node.daemon.node import Node
from node.daemon.supervisor import Supervisor
from node.message.document import reread_document
from node.store.flows import Flows, ForgetFlows, PutFlows
from node.store.happenings import Happening
from node.store.journal import Batch

_DAY_MS: Final = 86_400_000
_GATHER_SECONDS: Final = 1.0  # nobody waits for a flow
_FORGET_EVERY_SECONDS: Final = 3600
_BRINGING: Final = ("pre-arrival-notice", "amendment")
_NOT_KEPT: Final = frozenset({Ruling.NO_AGGREGATE, Ruling.RETENTION_OVER})


async def keep_flows(supervisor: Supervisor) -> None:
    """Keep the flows of a running node, until cancelled."""
    await FlowKeeper(supervisor.node).run()


class FlowKeeper:
    """Keeps the flows; the only one that writes them."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._own = node.authority
        self._flows = Flows(node.database)
        self._follower = Follower(node, "flows", self._take, gather_seconds=_GATHER_SECONDS)

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follower.run())
            tasks.create_task(self._forget_in_time())

    async def catch_up(self) -> None:
        """Keep the flows of everything that our log holds by now."""
        await self._follower.catch_up()

    async def forget(self) -> None:
        """Forget the flows of which the days agreed are over."""
        over = await self._node.in_worker(self._over, self._node.clock())
        if over:
            await self._node.committer.commit(Batch(records=[ForgetFlows(over)]))
            structlog.get_logger().info("flows.forgotten", messages=len(over))

    async def _forget_in_time(self) -> None:
        while True:
            await self.forget()
            await asyncio.sleep(_FORGET_EVERY_SECONDS)

    def _take(self, happened: Sequence[Happening]) -> Batch:
        flows = tuple(flow for each in happened for flow in self._flows_in(each))
        return Batch(records=[PutFlows(flows)] if flows else [])

    def _flows_in(self, each: Happening) -> tuple[Flow, ...]:
        manifest, document = each.manifest, each.document
        if manifest is None or document is None or each.ref is None or each.ref.name not in _BRINGING:
            return ()
        author = manifest.members["from"]
        digest = next((to["agreement"] for to in manifest.members["to"] if to["id"] == self._own), "")
        if not self._may_keep(author, each.entry.at, digest, now=self._node.clock()):
            return ()
        read = reread_document(document, manifest.members["type"])
        return flows_of(read, message_id=manifest.members["id"])

    def _over(self, now: int) -> tuple[str, ...]:
        """Give the messages whose flows may no longer be kept."""
        days = [agreement.terms.retention_days for agreement in self._node.agreements.values()]
        if not days:
            return ()
        old = self._flows.accepted_before(now - min(days) * _DAY_MS, own=self._own)
        return tuple(
            each.message
            for each in old
            if not self._may_keep(
                each.message.partition("/")[0], each.accepted_at, each.agreement, now=now
            )
        )

    def _may_keep(self, author: str, accepted_at: int, agreement: str, *, now: int) -> bool:
        """Say whether flows may be kept; of an agreement that is not known here they wait for it."""
        source = Source(author, (), accepted_at, None, self._node.agreements.get(agreement))
        return judge(source, Audience(self._own), now=now) not in _NOT_KEPT
