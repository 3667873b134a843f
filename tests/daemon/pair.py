"""Two or more nodes in one process, with a courier's bundles carried by hand instead of a broker.

The broker is the only thing left out: nodes, databases, logs, couriers and receivers are the real ones.
"""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import orjson

from node.daemon.courier import Courier, Parcel
from node.daemon.node import Node, wall_clock
from node.daemon.receiver import Receiver
from node.daemon.submitter import Submitter
from node.demo.corridor import hand_over
from node.demo.stage import Stage
from node.transfer.outgoing import Submission


class Carried:
    """A delivery carried by hand; remembers whether it was acknowledged."""

    def __init__(self, peer: str, priority: str, body: bytes) -> None:
        self.peer, self.priority, self.body = peer, priority, body
        self.is_acknowledged = False

    async def acknowledge(self) -> None:
        self.is_acknowledged = True


class Side:
    """One authority: its node and the parts that a supervisor would run."""

    def __init__(self, node: Node, peers: list[str]) -> None:
        self.node = node
        self.couriers = {peer: Courier(node, peer) for peer in peers}
        self.submitter = Submitter(node)
        self.woken: list[str] = []
        self.receiver = Receiver(node, self.couriers, self.woken.append)

    async def pack(self, peer: str, priority: str = "urgent", *, bare: bool = False) -> Parcel | None:
        return await self.node.in_worker(self.couriers[peer].pack, priority, bare=bare)

    async def receive(self, *deliveries: Carried) -> None:
        await self.receiver._serve(list(deliveries))

    async def submit(self, document: bytes):
        return await self.submitter.submit(Submission(document))


@asynccontextmanager
async def sides(stage: Stage, *authorities: str):
    """Open nodes and run their committers and submitters."""
    opened = []
    tasks = []
    try:
        for authority in authorities:
            peers = [peer for peer in authorities if peer != authority]
            side = Side(stage.node(authority), peers)
            opened.append(side)
            tasks += [
                asyncio.create_task(side.node.committer.run()),
                asyncio.create_task(side.submitter.run()),
            ]
            await side.node.record_start()
        yield opened
        for side in opened:
            await side.node.record_stop()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for side in opened:
            side.node.close()


async def carry(sender: Side, receiver: Side, priority: str = "urgent", *, bare: bool = False):
    """Carry the next bundle of a priority, if there is one; gives it."""
    parcel = await sender.pack(receiver.node.authority, priority, bare=bare)
    if parcel is not None:
        sender.couriers[receiver.node.authority].went_out(parcel)
        delivery = Carried(sender.node.authority, priority, parcel.body)
        await receiver.receive(delivery)
        assert delivery.is_acknowledged
    return parcel


async def settle(*all_sides: Side, rounds: int = 40) -> None:
    """Carry bundles in all directions until nothing moves."""
    for _ in range(rounds):
        moved = False
        for sender in all_sides:
            for receiver in all_sides:
                if sender is receiver:
                    continue
                for priority in ("urgent", "routine"):
                    moved |= await carry(sender, receiver, priority) is not None
        if not moved:
            return
    raise AssertionError("the nodes do not come to rest")


def documents(stage: Stage, authority: str, count: int, *, recipients: list[str]) -> list[bytes]:
    """Give notices of an authority, today's, addressed to whom the test wants, references unique."""
    folder = Path(stage.folder) / "documents"
    path = hand_over(authority, folder, now=wall_clock())[1]
    found = []
    lines = path.read_bytes().splitlines()
    for number in range(count):
        document = orjson.loads(lines[number % len(lines)])
        document["reference"] = f"{authority[:2]}-TEST-{number:06d}"
        document["recipients"] = recipients
        found.append(orjson.dumps(document))
    return found
