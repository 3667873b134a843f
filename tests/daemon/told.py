"""A running node with things to tell, and a door that remembers what it was told."""

import asyncio
from contextlib import asynccontextmanager

from node.daemon.bell import Bell
from node.daemon.deliverer import Deliverer, NotTakenError
from node.national.system import System
from node.store.accounts import PutSystem
from node.store.journal import Batch
from tests.store.conftest import Steps
from tests.web.served import Served, serving

PATIENCE_SECONDS = 20


class Crash(Exception):  # noqa: N818 - not an error: the process is gone here
    """The machine stops at this point."""


class Door:
    """Takes events; `refusing` says how often each next event is refused first.

    Attributes:
        taken: (index, document) in the order in which they came.
        before: called with each event before it is taken.
        after: called with each event once it is taken.
    """

    def __init__(self):
        self.taken = []
        self.refusing = 0
        self.tries = 0
        self.before = self.after = lambda _event: None
        self._more = asyncio.Event()

    @property
    def indexes(self):
        return [index for index, _ in self.taken]

    async def put(self, event, document):
        self.tries += 1
        self.before(event)
        if self.refusing:
            self.refusing -= 1
            raise NotTakenError("full", again_ms=0)
        self.taken.append((event.index, document))
        self._more.set()
        self.after(event)

    async def took(self, count):
        """Wait until so many events were taken."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.taken) < count:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def opened(stage):
    """Open the node of AZ-SCC; where an error leads out of this, it was killed at that point."""
    node = stage.node("AZ-SCC")
    try:
        async with serving(node) as served:
            yield served
    finally:
        node.close()


def deliverer_of(served: Served, door, *, system="risk-engine", name="amqp", content_way=None):
    return Deliverer(
        served.node, Bell(served.node), door, system=system, door=name, content_way=content_way
    )


async def tell(served: Served, count=1):
    """Let so many messages be sealed; gives the indexes of their entries."""
    steps = Steps()
    first = await served.node.committer.commit(Batch([steps.sent() for _ in range(count)]))
    return list(range(first, first + count))


async def receive(served: Served, **columns):
    """Let a message be received; gives its step and the index of its entry."""
    step = Steps().received(**columns)
    return step, await served.node.committer.commit(Batch([step]))


async def put_system(served: Served, system: System):
    """Change a system without an entry."""
    await served.node.committer.commit(Batch(records=[PutSystem(system, served.node.clock())]))


async def deliver_all(deliverer):
    """Take steps until nothing more waits."""
    while await deliverer.step():
        pass
