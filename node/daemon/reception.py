"""IN, before everything: keep consuming what a peer has put into our queues.

Responsible for one connection for each peer and purpose, made again whenever it is lost. Each peer has
connections of its own, so that what one of them writes into a message's properties, or how often its
deliveries break a connection, is no trouble to the others. Must not look at a delivery.
"""

import asyncio
import random
from dataclasses import dataclass
from typing import Final

import structlog

from node.broker.connection import BROKER_ERRORS, Account, check_stopped
from node.broker.consumer import BUNDLES, Handler, Intake, consume
from node.daemon.node import Node
from node.errors import OperatorError
from node.transfer.retry import delay_ms

_STEADY_MS: Final = 60_000  # a connection that lasted so long was good: the next wait is short


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
        log = structlog.get_logger().bind(
            broker=self.account.place, connection=self.purpose, peer=self.peer
        )
        failures = 0
        while True:
            check_stopped(stop)
            started = self.node.clock()
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
            except BROKER_ERRORS as error:
                log.warning("broker.lost", reason=type(error).__name__)
            except OperatorError as error:
                log.warning("broker.refused", code=error.code, fact=error.message)
            self.is_connected = False
            failures = failures + 1 if self.node.clock() - started < _STEADY_MS else 1
            await asyncio.sleep(delay_ms(failures, jitter=random.random()) / 1000)  # noqa: S311 - spread, not secrecy

    def _connected(self) -> None:
        self.is_connected = True
