"""Peers of a served node: bundles and files go between them by hand, everything else is real.

async with peers_of(served, stage, "UZ-CC") as exchange:
    await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")   # UZ-CC sends, all is settled
    await exchange.settle()                                          # after the client submitted
"""

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest_asyncio

from node.daemon.submitter import Submitted
from tests.daemon.pair import Side, carry_files, settle
from tests.spoken import document, written
from tests.web.served import Served


class ServedSide(Side):
    """The served node as one of the sides: the parts are those of its supervisor."""

    def __init__(self, served: Served) -> None:
        supervisor = served.supervisor
        self.node = served.node
        self.couriers = supervisor.couriers
        self.submitter = supervisor.submitter
        self.woken: list[str] = []
        self.receiver = supervisor.receiver
        self.unloader = supervisor.unloader
        self.registrar = supervisor.registrar
        self.desk = supervisor.desk


class Exchange:
    """The served node and its peers.

    Attributes:
        own: the served node's side.
        peers: theirs, by authority.
    """

    def __init__(self, own: Side, peers: dict[str, Side]) -> None:
        self.own = own
        self.peers = peers

    @property
    def now(self) -> int:
        """The served node's time."""
        return self.own.node.clock()

    async def settle(self) -> None:
        """Carry bundles in all directions until nothing moves, and let our register follow."""
        await settle(self.own, *self.peers.values())
        await self.own.node.committer.tidy()  # a head just signed is written with the next commit
        await self.own.registrar.catch_up()

    async def submit(self, author: str, raw: bytes) -> Submitted:
        """Let a peer send a document as it is; everything arrives."""
        done = await self.peers[author].submit(raw)
        await self.settle()
        return done

    async def say(self, author: str, example: str, *, reference: str, **members: Any) -> Submitted:
        """Let a peer send an example to the served node, as of now; everything arrives."""
        own = self.own.node.authority
        value = document(example, author, own, now=self.now, reference=reference, **members)
        return await self.submit(author, written(value))

    async def carry_files(self) -> None:
        """Let every file that is due go, in both directions, with its receipts."""
        for peer in self.peers.values():
            await carry_files(self.own, peer)
            await carry_files(peer, self.own)
        await self.settle()


@asynccontextmanager
async def peers_of(served: Served, stage, *authorities: str):
    """Open peers' nodes beside the served one; gives the exchange."""
    own = served.node.authority
    peers: dict[str, Side] = {}
    tasks = []
    try:
        for authority in authorities:
            others = [own, *(one for one in authorities if one != authority)]
            side = peers[authority] = Side(stage.node(authority), others)
            tasks += [
                asyncio.create_task(side.node.committer.run()),
                asyncio.create_task(side.submitter.run()),
            ]
            await side.node.record_start()
        yield Exchange(ServedSide(served), peers)
        for side in peers.values():
            await side.node.record_stop()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for side in peers.values():
            side.node.close()


@pytest_asyncio.fixture
async def exchange(served, stage):
    """The served node of AZ-SCC with both of its peers."""
    async with peers_of(served, stage, "UZ-CC", "TM-SCS") as one:
        yield one
