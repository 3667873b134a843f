"""IN, before everything: keep consuming what a peer has put into our queues.

Responsible for one connection for each peer and purpose, made again whenever it is lost. Each peer has
connections of its own, so that what one of them writes into a message's properties, or how often its
deliveries break a connection, is no trouble to the others. Must not look at a delivery.
"""

import asyncio
from dataclasses import dataclass

from node.broker.connection import Account
from node.broker.consumer import BUNDLES, Handler, Intake, consume
from node.daemon.keeping import keep
from node.daemon.node import Node


@dataclass(slots=True)
class Reception:
    """What comes from one peer for one purpose.

    Attributes:
        account: ours, at our own broker.
        peer: whose queues.
        purpose: for the broker's operator: inbox or files in.
        handle: called with each delivery.
        intake: what is taken, and how much of it at once.
        is_connected: the broker knows our consumers.
    """

    node: Node
    account: Account
    peer: str
    purpose: str
    handle: Handler
    intake: Intake = BUNDLES
    is_connected: bool = False

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until cancelled, whatever becomes of the connection.

        Args:
            stop: set before this is cancelled; see `check_stopped`.
        """
        await keep(
            lambda: self._consume(stop),
            self.account,
            purpose=f"{self.purpose} {self.peer}",
            clock=self.node.clock,
            stop=stop,
        )

    async def _consume(self, stop: asyncio.Event) -> None:
        try:
            await consume(
                self.account,
                [self.peer],
                self.handle,
                name=f"{self.node.authority} {self.purpose} {self.peer}",
                stop=stop,
                intake=self.intake,
                on_start=self._connected,
            )
        finally:
            self.is_connected = False

    def _connected(self) -> None:
        self.is_connected = True
