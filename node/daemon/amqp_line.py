"""The line: one connection by which events and documents go to the queues of all systems.

Responsible for that connection and for handing over one event at a time, confirmed. Must not decide what
a system is told, nor keep what was not taken: the deliverer does both.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import orjson
import structlog

from node.broker.connection import BROKER_ERRORS, Account, open_channel
from node.broker.national_delivery import NationalPublisher, Outcome
from node.broker.national_readers import has_reader
from node.broker.national_topology import declare
from node.daemon.bell import first_of
from node.daemon.deliverer import NotTakenError
from node.daemon.keeping import keep
from node.daemon.node import Node
from node.errors import OperatorError
from node.national.event import Event

Publish = Callable[[NationalPublisher], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class _Connected:
    """One connection of the line.

    Attributes:
        publisher: goes over it.
        make: makes a system's queues over it, unless they are there.
        has_reader: says whether anybody reads a system's queue.
        over: set when the connection is over, or is to be given up.
        made: systems whose queues were made over it, and need not be each time they are asked about.
    """

    publisher: NationalPublisher
    make: Callable[[str], Awaitable[None]]
    has_reader: Callable[[str], Awaitable[bool]]
    over: asyncio.Event
    made: set[str] = field(default_factory=set)


class Line:
    """The connection, made again whenever it is lost."""

    def __init__(self, node: Node, account: Account, stop: asyncio.Event) -> None:
        self._node, self._account, self._stop = node, account, stop
        self._connected: _Connected | None = None
        self._is_up = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled."""
        await keep(
            self._connect,
            self._account,
            purpose="national deliveries",
            clock=self._node.clock,
            stop=self._stop,
        )

    async def publish(self, system: str, publish: Publish) -> None:
        """Publish one message to a system; waits while there is no connection.

        Raises:
            NotTakenError: it is not in the system's queue, or nobody knows.
        """
        await self._is_up.wait()
        connected = self._connected
        if connected is None:
            raise NotTakenError("the broker went away")
        try:
            outcome = await publish(connected.publisher)
            if outcome is Outcome.ABSENT:  # it is new, or somebody deleted it
                await connected.make(system)
                outcome = await publish(connected.publisher)
        except (*BROKER_ERRORS, OperatorError) as error:
            self._give_up(connected)
            raise NotTakenError(_reason(error)) from error
        if outcome is not Outcome.CONFIRMED:
            raise NotTakenError("its queue is full" if outcome is Outcome.REFUSED else "it has no queue")

    async def has_reader(self, system: str) -> bool:
        """Say whether anybody reads the queue of a system now; no, while there is no connection."""
        connected = self._connected
        if connected is None:
            return False
        try:
            if system not in connected.made:
                await connected.make(system)
                connected.made.add(system)
            return await connected.has_reader(system)
        except (*BROKER_ERRORS, OperatorError):
            self._give_up(connected)
            return False

    async def _connect(self) -> None:
        account = self._account
        async with open_channel(account, name=f"{self._node.authority} national deliveries") as channel:
            over = asyncio.Event()
            channel.close_callbacks.add(lambda *_: over.set())
            self._connected = _Connected(
                NationalPublisher(channel, prefix=account.prefix),
                lambda system: declare(channel, [system], prefix=account.prefix),
                lambda system: has_reader(channel, system, prefix=account.prefix),
                over,
            )
            self._is_up.set()
            structlog.get_logger().info("national.connected", broker=account.place)
            try:
                await first_of(over, self._stop)
            finally:
                self._give_up(self._connected)
        if not self._stop.is_set():
            raise ConnectionError("the channel was closed, or did not confirm")

    def _give_up(self, connected: _Connected | None) -> None:
        """Use a connection no more; whoever comes from now on waits for the next."""
        if connected is not None and connected is self._connected:
            connected.over.set()
            self._connected = None
            self._is_up.clear()


class AmqpSink:
    """One system's queue, as its deliverer sees it."""

    def __init__(self, line: Line, system: str) -> None:
        self._line, self._system = line, system

    async def put(self, event: Event, document: bytes | None) -> None:
        """Publish an event, and its document after it.

        A document that is not taken lets both go again: an event may come twice, never a document alone.

        Raises:
            NotTakenError: not everything is in the system's queue.
        """
        raw, event_id = orjson.dumps(event.value), event.value["id"]
        await self._line.publish(
            self._system,
            lambda to: to.deliver(self._system, raw, message_id=event_id, type_=event.type),
        )
        if document is not None:
            await self._line.publish(
                self._system,
                lambda to: to.deliver_document(self._system, document, event_id=event_id),
            )


def _reason(error: BaseException) -> str:
    return error.code if isinstance(error, OperatorError) else type(error).__name__
