"""Take what a national system submits, and answer it, over one connection.

Responsible for one rule: a submission is acknowledged only after its answer is in the system's queue.
If we crash anywhere before, it comes again with the same key and gets the same answer. Must not read a
document or decide about it; that is the handler's.

Each system is served over a connection of its own: a message that our AMQP library cannot even read
ends the connection it came by, and must not end another system's.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from node.broker.connection import Account, check_stopped, open_channel
from node.broker.national_delivery import NationalPublisher, Outcome
from node.broker.national_message import (
    Accepted,
    Address,
    Answer,
    Submitted,
    address_of,
    read_submission,
    write_accepted,
    write_refused,
)
from node.broker.national_topology import (
    QUEUE_LENGTH,
    declare,
    deliver_queue,
    submit_queue,
    system_of,
    vhost_of,
)
from node.errors import NodeError, OperatorError

PREFETCH: Final = 64  # documents of at most 256 KiB under way at once, of each system
_ANSWER_SECONDS: Final = 15.0

Handler = Callable[[Submitted], Awaitable[Accepted]]
"""Gives what was accepted, once it is durable.

Raises CallerError or PeerError for a refusal. Anything else ends the connection unanswered. It may be
called again with a key while an earlier call with that key is still under way. One that cannot take more
now should wait: no more than `prefetch` are handed over at once.
"""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what.

    Attributes:
        watch_seconds: how often to ask the broker whether it still knows our consumer.
        retry_seconds: until an answer is tried again at a queue that is full.
        hold_seconds: how long a submission is kept back for such an answer; well below the half hour
            after which a broker takes an unacknowledged message away, and the connection with it.
    """

    watch_seconds: float = 20.0
    retry_seconds: float = 2.0
    hold_seconds: float = 300.0


async def consume_submissions(
    account: Account,
    system: str,
    handle: Handler,
    *,
    name: str,
    stop: asyncio.Event,
    prefetch: int = PREFETCH,
    patience: Patience = Patience(),
    length: int = QUEUE_LENGTH,
) -> None:
    """Make what a system needs at the broker, and serve it until the connection is lost.

    Args:
        account: the node's own, in the virtual host of the national side.
        system: whose submissions.
        handle: called with each submission.
        name: of the connection, for the broker's operator.
        stop: set before this is cancelled; see `check_stopped`.
        prefetch: how many submissions may be under way at once.
        patience: how long to wait for what.
        length: how many messages the system's queues hold.

    Raises:
        OperatorError: the broker refuses our account or what we declare, or the handler raised it.
        BROKER_ERRORS: the broker is not there, or went away.
    """
    async with open_channel(account, name=name) as channel:
        await declare(channel, [system], prefix=account.prefix, length=length)
        await channel.set_qos(prefetch_count=prefetch)
        door = _Door(channel, account, system, handle, patience)
        channel.close_callbacks.add(lambda *_: door.end(ConnectionError("the channel was closed")))
        try:
            while True:
                await door.serve(stop)
                await door.wait_for_room(stop)
        finally:
            await door.leave()


class _Door:
    """One system's submissions on one channel."""

    def __init__(
        self,
        channel: AbstractChannel,
        account: Account,
        system: str,
        handle: Handler,
        patience: Patience,
    ) -> None:
        self._channel = channel
        self._publisher = NationalPublisher(channel, prefix=account.prefix)
        self._prefix, self._vhost = account.prefix, vhost_of(account)
        self._system = system
        self._handle = handle
        self._patience = patience
        self._under_way: set[asyncio.Task[None]] = set()
        self._failure: Exception | None = None
        self._wake = asyncio.Event()
        self._is_unread = False  # an answer found the system's queue full for too long
        self._paused = asyncio.Event()  # nothing more comes in: what is kept back may be given back

    def end(self, error: Exception) -> None:
        """End the service with the first error that came up."""
        self._failure = self._failure or error
        self._wake.set()

    async def leave(self) -> None:
        """Drop what is under way; the broker will hand it over again."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def serve(self, stop: asyncio.Event) -> None:
        """Consume; returns when the system does not read its answers.

        Raises:
            Exception: whatever ended it.
        """
        self._is_unread = False
        self._paused.clear()
        queue = await self._queue(submit_queue(self._system, prefix=self._prefix))
        tag = await queue.consume(self._take, timeout=_ANSWER_SECONDS)
        while not self._is_unread:
            await self._rest(self._patience.watch_seconds, stop)
            known = await self._queue(queue.name)  # a cancelled consumer is told nothing
            if not known.declaration_result.consumer_count:
                raise ConnectionError(f"connected, but not consuming from {queue.name}")
        await queue.cancel(tag, timeout=_ANSWER_SECONDS)
        self._paused.set()
        structlog.get_logger().warning("national.unread", system=self._system)

    async def wait_for_room(self, stop: asyncio.Event) -> None:
        """Wait until the system has read something; what it submits waits at the broker.

        Without this its submissions would be handed over and given back again and again, until the
        broker takes them for poison.
        """
        before = unread = await self._unread()
        while unread and unread >= before:
            await self._rest(self._patience.retry_seconds, stop)
            unread = await self._unread()

    async def _unread(self) -> int:
        queue = await self._queue(deliver_queue(self._system, prefix=self._prefix))
        return queue.declaration_result.message_count or 0

    async def _queue(self, name: str) -> AbstractQueue:
        return await self._channel.declare_queue(name, passive=True, timeout=_ANSWER_SECONDS)

    async def _rest(self, seconds: float, stop: asyncio.Event) -> None:
        """Wait, but not on when something has ended us."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()
        if self._failure is not None:
            raise self._failure
        check_stopped(stop)

    async def _take(self, message: AbstractIncomingMessage) -> None:
        task = asyncio.create_task(self._serve_one(message))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _serve_one(self, message: AbstractIncomingMessage) -> None:
        try:
            sender = system_of(message.user_id or "", self._vhost, prefix=self._prefix)
            answer = await self._answer(message, sender)
            address = address_of(message, sender=sender or self._system)
            # A crash before this line: it is handed over again and the handler knows the key.
            if await self._deliver(address, answer):
                # A crash before this line: the system gets the same answer twice.
                await message.ack()
            else:
                await message.nack(requeue=True)
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits in `_rest`
            self.end(error)

    async def _answer(self, message: AbstractIncomingMessage, sender: str | None) -> Answer:
        try:
            submitted = read_submission(message, queue_of=self._system, sender=sender)
            return write_accepted(await self._handle(submitted))
        except OperatorError:
            raise  # our own machine failed: no answer is better than a wrong one
        except NodeError as error:
            return write_refused(error)

    async def _deliver(self, address: Address, answer: Answer) -> bool:
        """Deliver an answer; False if the queue stays full, so that the submission must wait."""
        clock = asyncio.get_running_loop().time
        hold_until = clock() + self._patience.hold_seconds
        while True:
            outcome = await self._publisher.answer(address, answer)
            if outcome is Outcome.CONFIRMED:
                return True
            if address.system != self._system:
                return True  # a stranger to this queue is told once, and holds nobody up
            if outcome is Outcome.ABSENT:
                raise ConnectionError("the system's queue is gone")  # to be declared again
            if clock() >= hold_until:
                self._is_unread = True
                self._wake.set()
            if await self._is_paused_within(self._patience.retry_seconds):
                return False

    async def _is_paused_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._paused.wait()
        return self._paused.is_set()
