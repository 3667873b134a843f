"""Consume what peers have put into our queues: unacknowledged until the caller has committed.

Responsible for deliveries and their acknowledgement on one connection, and for noticing a consumer
that the broker has silently dropped. Must not look into a body or trust a header.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from node.broker.connection import BROKER_ERRORS, Account, check_stopped, open_channel
from node.broker.topology import PRIORITIES, queue_of

PREFETCH: Final = 4  # bundles of at most 1 MiB, per queue
WATCH_SECONDS: Final = 20.0
_ANSWER_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the broker hands over.

    Attributes:
        peer: whose queue it came by.
        priority: urgent, routine or bulk, by the queue.
    """

    peer: str
    priority: str
    body: bytes
    _message: AbstractIncomingMessage = field(repr=False)

    async def acknowledge(self) -> None:
        """Let the broker forget it. If the connection is gone, it comes again and is absorbed."""
        with contextlib.suppress(*BROKER_ERRORS):
            await self._message.ack()


Handler = Callable[[Delivery], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Intake:
    """What is taken of a peer.

    Attributes:
        lanes: which of its queues.
        prefetch: how many deliveries of each may be unacknowledged.
    """

    lanes: Sequence[str] = PRIORITIES
    prefetch: int = PREFETCH


BUNDLES: Final = Intake()


async def consume(
    account: Account,
    peers: Iterable[str],
    handle: Handler,
    *,
    name: str,
    stop: asyncio.Event,
    intake: Intake = BUNDLES,
    watch_seconds: float = WATCH_SECONDS,
    on_start: Callable[[], None] = lambda: None,
) -> None:
    """Consume from every peer's queues until the connection is lost, then return or raise.

    Args:
        account: ours, at our own broker.
        peers: whose queues.
        handle: called with each delivery.
        name: of the connection, for the broker's operator.
        stop: set before this is cancelled; see `check_stopped`.
        intake: what is taken, and how much of it at once.
        watch_seconds: how often to ask the broker whether it still knows our consumers.
        on_start: called once every queue has its consumer.

    Raises:
        OperatorError: the broker refuses our account.
        BROKER_ERRORS: it is not there.
    """
    async with open_channel(account, name=name) as channel:
        await channel.set_qos(prefetch_count=intake.prefetch)
        lost = asyncio.Event()
        channel.close_callbacks.add(lambda *_: lost.set())
        names = [
            await _start(channel, peer, lane, handle, account.prefix)
            for peer in peers
            for lane in intake.lanes
        ]
        check_stopped(stop)
        on_start()
        while not await _lost(lost, watch_seconds):
            await _check_consumers(channel, names)
            check_stopped(stop)


async def _start(
    channel: AbstractChannel, peer: str, priority: str, handle: Handler, prefix: str
) -> str:
    async def on_message(message: AbstractIncomingMessage) -> None:
        await handle(Delivery(peer, priority, message.body, message))

    queue_name = queue_of(peer, priority, prefix=prefix)
    queue = await channel.declare_queue(queue_name, passive=True, timeout=_ANSWER_SECONDS)
    await queue.consume(on_message, timeout=_ANSWER_SECONDS)
    return queue_name


async def _lost(lost: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await lost.wait()
    except TimeoutError:
        return False
    return True


async def _check_consumers(channel: AbstractChannel, names: Iterable[str]) -> None:
    """Ask the broker whether it still knows our consumers: a cancelled one says nothing by itself."""
    for name in names:
        queue = await channel.declare_queue(name, passive=True, timeout=_ANSWER_SECONDS)
        if not queue.declaration_result.consumer_count:
            raise ConnectionError(f"connected, but not consuming from {name}")
