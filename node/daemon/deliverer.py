"""Telling one national system of our log by one door that pushes, in order.

Responsible for following the feed, for recording that content is given before it is, and for moving the
position only after the door has taken an event. Must not know how a door speaks: that is its sink's.

If we crash after a sink took an event and before its position is written, the event goes again: at least
once, in order, never skipped.
"""

import asyncio
import random
from collections.abc import Sequence
from typing import Final, Literal, Protocol

import structlog

from node.audit.event import Kind
from node.daemon.bell import Bell, first_of
from node.daemon.node import Node
from node.national.event import TYPE_PREFIX, Event
from node.national.scopes import ROLES, Scope
from node.national.system import System
from node.store.accounts import Accounts
from node.store.feed import Feed
from node.store.journal import Batch
from node.store.positions import BeginPosition, MovePosition, Positions
from node.store.record import Records
from node.transfer.lifecycle import Transition
from node.transfer.retry import delay_ms

PAGE: Final = 100  # events in memory at once
DOCUMENTS: Final = 32  # events in memory at once where each may bring a document
_BRINGS_DOCUMENT: Final = TYPE_PREFIX + Kind.MESSAGE_RECEIVED

Way = Literal["amqp", "folder"]
"""A door by which content leaves, as the log names it."""


class NotTakenError(Exception):
    """A sink cannot take an event now; it must go again, and no other before it."""

    def __init__(self, reason: str, *, again_ms: int | None = None) -> None:
        """Say why, for our operator's log.

        Args:
            reason: in a few words, without content.
            again_ms: how long to wait; None: longer after each failure.
        """
        super().__init__(reason)
        self.reason = reason
        self.again_ms = again_ms


class Sink(Protocol):
    """A door, as a deliverer sees it."""

    async def put(self, event: Event, document: bytes | None) -> None:
        """Hand over one event; returns when the other side has it for good.

        Args:
            event: a repetition has the same index.
            document: the document that came with it, byte for byte, where the door carries content.

        Raises:
            NotTakenError: not now.
        """


class Deliverer:
    """Tells one system by one door."""

    def __init__(
        self,
        node: Node,
        bell: Bell,
        sink: Sink,
        *,
        system: str,
        door: str,
        content_way: Way | None = None,
    ) -> None:
        """Make a deliverer; it begins where the position of the door is.

        A door that is new begins at the entry that added the system, so that nothing is lost.

        Args:
            node: a running one.
            bell: of that node.
            sink: the door.
            system: its id.
            door: under which the position is kept.
            content_way: the door's name in `document.accessed`; None: it never carries a document.
        """
        self._node, self._bell, self._sink = node, bell, sink
        self._system, self._door, self._content_way = system, door, content_way
        self._accounts = Accounts(node.database)
        self._feed = Feed(node.authority, node.database)
        self._positions = Positions(node.database)
        self._records = Records(node.database)
        self._position: int | None = None  # None: to be read again
        self._most = PAGE if content_way is None else DOCUMENTS
        self._reach = 1  # events at once; few while the sink may not take them
        self._accessed: set[int] = set()  # recorded as given, not yet taken
        self._failures = 0
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look again at once, at the position on disk: somebody changed what this rests on."""
        self._position = None
        self._woken.set()

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            news = self._bell.next()
            try:
                is_more = await self.step()
            except NotTakenError as refusal:
                await first_of(self._woken, seconds=self._wait_ms(refusal) / 1000)
                continue
            if not is_more:
                await first_of(news, self._woken)

    async def step(self) -> bool:
        """Hand one page over; says whether more may be waiting.

        Raises:
            NotTakenError: the sink cannot take the next event.
        """
        self._woken.clear()
        system = await self._node.in_worker(self._accounts.system, self._system)
        if system is None or not system.is_active:
            return False  # it is told of what came meanwhile when it is enabled again
        if self._position is None:
            self._position = await self._begin()
        position = self._position
        page = await self._node.in_worker(self._feed.after, position, limit=self._reach, system=system)
        if page.position == position:
            return False
        documents = await self._documents(system, page.items)
        for event in page.items:
            if self._woken.is_set():
                return True  # the disk says where to go on
            await self._hand_over(event, documents.get(event.index))
        self._move(page.position)
        if page.items:
            await self._flush()
        self._accessed.clear()
        return not page.is_last

    async def _hand_over(self, event: Event, document: bytes | None) -> None:
        try:
            await self._sink.put(event, document)
        except NotTakenError as refusal:
            self._reach = 1
            self._failures += 1
            structlog.get_logger().warning(
                "event.not_taken", system=self._system, door=self._door, reason=refusal.reason
            )
            await self._flush()
            raise
        # A crash before this is on disk: the same event goes once more.
        self._move(event.index)
        self._reach = min(self._reach * 2, self._most)
        self._failures = 0

    async def _begin(self) -> int:
        """Read where to go on; the first time, begin where the system was added."""
        await self._flush()  # moves that wait for a commit are older than what is read now
        found = await self._node.in_worker(self._positions.of, self._system, self._door)
        if found is None:
            found = await self._node.in_worker(self._positions.added_at, self._system)
            begin = BeginPosition(self._system, self._door, found)
            await self._node.committer.commit(Batch(records=[begin]))
        return found

    async def _documents(self, system: System, events: Sequence[Event]) -> dict[int, bytes]:
        """Read what the events brought, and record that it is given before it is."""
        if self._content_way is None or Scope.DOCUMENTS_READ not in ROLES[system.role]:
            return {}
        bringing = [event for event in events if event.type == _BRINGS_DOCUMENT]
        fresh = [event for event in bringing if event.index not in self._accessed]
        if fresh:
            await self._node.committer.commit(Batch([self._access(event) for event in fresh]))
            self._accessed.update(event.index for event in fresh)
        return await self._node.in_worker(self._read, bringing)

    def _access(self, event: Event) -> Transition:
        message = event.value["data"]["message"]
        return self._node.event(
            Kind.DOCUMENT_ACCESSED,
            re=message["id"],
            from_=message["originator"],
            by=self._system,
            door=self._content_way,
        )

    def _read(self, events: Sequence[Event]) -> dict[int, bytes]:
        found = {}
        for event in events:
            message = event.value["data"]["message"]
            row = self._records.received(message["originator"], message["id"])
            found[event.index] = row["document"]
        return found

    def _move(self, index: int) -> None:
        """Move on; what is lost of this in a crash is told again."""
        before = self._position
        if before is None or before == index:  # None: woken meanwhile, so the disk decides
            return
        move = MovePosition(self._system, self._door, before, index)
        self._node.committer.later(Batch(records=[move]))
        self._position = index

    async def _flush(self) -> None:
        await self._node.committer.commit(Batch())

    def _wait_ms(self, refusal: NotTakenError) -> int:
        if refusal.again_ms is not None:
            return refusal.again_ms
        # jitter so that doors do not all return in the same second; not a secret
        return delay_ms(max(self._failures, 1), jitter=random.random())  # noqa: S311
