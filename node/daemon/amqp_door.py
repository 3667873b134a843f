"""The AMQP door: every national system submits and is told through the virtual host of its own.

Responsible for serving each system that may use it, from the moment it is added. Must not speak AMQP
(`node.broker`), nor decide on a document (`admission`) or on what is told (`deliverer`).

A system once served is served until the node stops, also when it is disabled: what it submits is then
refused at once instead of waiting unanswered. It is told nothing here before it has used this door: the
documents of a system that works by another door are not to pile up in a queue that nobody reads.
"""

import asyncio
from functools import partial
from typing import Final

from node.audit.event import Kind
from node.broker.connection import Account
from node.broker.national import consume_submissions
from node.broker.national_message import Accepted, Submitted
from node.daemon.admission import Admission
from node.daemon.amqp_line import AmqpSink, Line
from node.daemon.bell import Bell, first_of
from node.daemon.deliverer import Deliverer
from node.daemon.keeping import keep
from node.daemon.supervisor import Supervisor, account
from node.errors import OperatorError
from node.national.event import kinds_for
from node.national.scopes import ROLES, Scope
from node.national.system import System
from node.settings import BrokerSettings
from node.store.accounts import Accounts
from node.store.journal import Batch
from node.store.positions import Positions

DOOR: Final = "amqp"
BUSY: Final = "node.busy"
_BUSY_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 5.0


async def serve_amqp(supervisor: Supervisor, settings: BrokerSettings) -> None:
    """Serve national systems over AMQP until cancelled: a door of the running node.

    Raises:
        OperatorError: our own machine failed, or the password file cannot be used.
    """
    await AmqpDoor(supervisor, account(settings)).run()


def uses_amqp(system: System) -> bool:
    """Say whether a system of this role has anything to do at this door."""
    return Scope.DOCUMENTS_SEND in ROLES[system.role] or bool(kinds_for(system))


class AmqpDoor:
    """All systems of a running node."""

    def __init__(self, supervisor: Supervisor, account: Account) -> None:
        self._node = node = supervisor.node
        self._stop = supervisor.stopping
        self._account = account
        self._admission = Admission(node, supervisor.submitter, DOOR)
        self._accounts = Accounts(node.database)
        self._bell = Bell(node)
        self._line = Line(node, account, self._stop)
        self._positions = Positions(node.database)
        self._served: dict[str, asyncio.Event] = {}  # set once the system has submitted
        self._wake = asyncio.Event()
        node.on_commit(self._hear)

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            Exception: the first that ended a part of it: our own machine failed.
        """
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._line.run())
                while True:
                    await self._open(group)
                    await self._wake.wait()
                    self._wake.clear()
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def take(self, submitted: Submitted) -> Accepted:
        """Take one submission; what is too much now waits here, and with it whatever its system sends.

        Raises:
            CallerError: it is refused.
            OperatorError: our own machine failed.
        """
        if submitted.system in self._served:
            self._served[submitted.system].set()
        while True:
            try:
                done = await self._admission.submit(submitted.system, submitted.key, submitted.document)
            except OperatorError as error:
                if error.code != BUSY:
                    raise
                await asyncio.sleep(_BUSY_SECONDS)
                continue
            return Accepted(done.id, done.is_new)

    async def _open(self, group: asyncio.TaskGroup) -> None:
        """Begin to serve the systems that are not served yet."""
        for system in await self._node.in_worker(self._accounts.systems):
            if system.id not in self._served and uses_amqp(system):
                self._served[system.id] = asyncio.Event()
                group.create_task(self._consume(system.id))
                group.create_task(self._deliver(system.id))

    async def _consume(self, system: str) -> None:
        connect = partial(
            consume_submissions,
            self._account,
            system,
            self.take,
            name=f"{self._node.authority} national {system}",
            stop=self._stop,
        )
        purpose = f"submissions of {system}"
        await keep(connect, self._account, purpose=purpose, clock=self._node.clock, stop=self._stop)

    async def _deliver(self, system: str) -> None:
        if await self._node.in_worker(self._positions.of, system, DOOR) is None:
            await self._first_use(system)
        sink = AmqpSink(self._line, system)
        deliverer = Deliverer(self._node, self._bell, sink, system=system, door=DOOR, content_way=DOOR)
        await deliverer.run()

    async def _first_use(self, system: str) -> None:
        """Wait until a system submits, or reads its queue; the broker tells nobody of that."""
        has_submitted = self._served[system]
        while not has_submitted.is_set() and not await self._line.has_reader(system):
            await first_of(has_submitted, seconds=_LOOK_SECONDS)

    def _hear(self, batch: Batch) -> None:
        if any(step.entry.kind is Kind.SYSTEM_CHANGED for step in batch.transitions):
            self._wake.set()
