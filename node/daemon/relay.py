"""OUT, second half: bundles to one peer, while its broker is there.

Responsible for the connection to a peer's broker and for publishing; a failure of any kind leads to
the same place: connect again, and send again what is not known to have arrived.
"""

import asyncio
import contextlib
import random
from collections.abc import Iterator
from typing import Final

import structlog

from node.broker.connection import BROKER_ERRORS, Account, check_stopped, open_channel
from node.broker.publisher import Publisher
from node.broker.topology import PRIORITIES
from node.daemon.courier import Courier, Parcel
from node.daemon.node import Node
from node.errors import NodeError, OperatorError
from node.transfer.retry import delay_ms

IDLE_SECONDS: Final = 2.0  # cosignatures that found no bundle to ride in leave after this


class Relay:
    """Carries bundles to one peer."""

    def __init__(self, node: Node, courier: Courier, account: Account, stop: asyncio.Event) -> None:
        self._node = node
        self.courier = courier
        self._account = account
        self._stop = stop
        self._wake = {priority: asyncio.Event() for priority in PRIORITIES}
        self._packing = asyncio.Lock()
        self._at_work = 0  # lanes that have something to send
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.is_connected = False

    def wake(self, *priorities: str) -> None:
        """Look again whether there is something to send; of every priority, if none is named."""
        for priority in priorities or PRIORITIES:
            self._wake[priority].set()

    async def quiet(self, seconds: float) -> None:
        """Wait until no bundle is being packed or published, but not for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._quiet.wait()

    async def run(self) -> None:
        """Serve until cancelled."""
        failures = 0
        log = structlog.get_logger().bind(peer=self.courier.peer, broker=self._account.place)
        while True:
            check_stopped(self._stop)
            try:
                async with open_channel(self._account, name=f"{self._node.authority} relay") as channel:
                    publisher = await Publisher.attach(
                        channel, self._node.authority, prefix=self._account.prefix
                    )
                    log.info("broker.peer_connected")
                    failures, self.is_connected = 0, True
                    await self._serve(publisher)
            except* BROKER_ERRORS as group:
                log.warning("broker.peer_lost", reason=type(group.exceptions[0]).__name__)
            except* OperatorError as group:
                first = group.exceptions[0]
                if not isinstance(first, OperatorError) or not first.code.startswith("broker."):
                    raise
                log.warning("broker.peer_refused", code=first.code, fact=first.message)
            self.is_connected = False
            failures += 1
            # jitter so that peers do not all return in the same second; not a secret
            await asyncio.sleep(delay_ms(failures, jitter=random.random()) / 1000)  # noqa: S311

    async def _serve(self, publisher: Publisher) -> None:
        self.wake()
        async with asyncio.TaskGroup() as group:
            for priority in PRIORITIES:
                group.create_task(self._serve_lane(publisher, priority))

    async def _serve_lane(self, publisher: Publisher, priority: str) -> None:
        while True:
            check_stopped(self._stop)
            is_idle = not await self._woken(priority)
            bare = is_idle and priority == "urgent" and self.courier.owes
            if is_idle and not bare:
                continue
            with self._working():
                while parcel := await self._pack(priority, bare=bare):
                    await self._publish(publisher, parcel)
                    check_stopped(self._stop)
                    bare = False

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        """Let whoever gives way to bundles know that there are some."""
        self._at_work += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._at_work -= 1
            if not self._at_work:
                self._quiet.set()

    async def _woken(self, priority: str) -> bool:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._wake[priority].wait()
        except TimeoutError:
            return False
        self._wake[priority].clear()
        return True

    async def _pack(self, priority: str, *, bare: bool) -> Parcel | None:
        async with self._packing:
            try:
                return await self._node.in_worker(self.courier.pack, priority, bare=bare)
            except NodeError as error:
                if isinstance(error, OperatorError):
                    raise
                # The directory no longer lets us send to this peer: keep, and tell the operator.
                structlog.get_logger().error(
                    "message.held", peer=self.courier.peer, code=error.code, fact=error.message
                )
                return None

    async def _publish(self, publisher: Publisher, parcel: Parcel) -> None:
        try:
            await publisher.publish(parcel.body, priority=parcel.priority)
        except BaseException:
            self.courier.take_back(parcel.digest)
            raise
        self.courier.went_out(parcel)
        structlog.get_logger().debug(
            "bundle.published",
            peer=self.courier.peer,
            priority=parcel.priority,
            size_bytes=len(parcel.body),
            receipts=len(parcel.due),
        )
