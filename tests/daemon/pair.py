"""Two or more nodes in one process, with a courier's bundles carried by hand instead of a broker.

The broker is the only thing left out: nodes, databases, logs, couriers and receivers are the real ones.
"""

import asyncio
import io
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import orjson

from node.broker.connection import Account
from node.daemon.courier import Courier, Parcel
from node.daemon.desk import Desk
from node.daemon.node import Node, wall_clock
from node.daemon.porter import Porter
from node.daemon.receiver import Receiver
from node.daemon.registrar import Registrar
from node.daemon.relay import Relay
from node.daemon.submitter import Submitter
from node.daemon.unloader import Unloader
from node.demo.corridor import hand_over
from node.demo.stage import Stage
from node.transfer.submission import Submission


class Carried:
    """A delivery carried by hand; remembers whether it was acknowledged."""

    def __init__(self, peer: str, priority: str, body: bytes) -> None:
        self.peer, self.priority, self.body = peer, priority, body
        self.is_acknowledged = False

    async def acknowledge(self) -> None:
        self.is_acknowledged = True


NOWHERE = Account("amqp://nobody@127.0.0.1:9/none")


class Carrier:
    """In the broker's place: what is published is handed to the other side's unloader.

    `spoil` may change a body, or give None for one that gets lost.
    """

    def __init__(self, sender: "Side", receiver: "Side", spoil=lambda body: body) -> None:
        self._sender, self._receiver, self._spoil = sender, receiver, spoil
        self.bodies: list[bytes] = []

    async def publish(self, body: bytes, *, priority: str) -> None:
        self.bodies.append(body)
        arriving = self._spoil(body)
        if arriving is not None:
            await hand_chunk(self._sender, self._receiver, arriving, lane=priority)


async def hand_chunk(sender: "Side", receiver: "Side", body: bytes, *, lane: str = "bulk") -> Carried:
    """Hand one chunk over; gives the delivery."""
    delivery = Carried(sender.node.authority, lane, body)
    await receiver.unloader._serve(delivery)
    return delivery


async def carry_files(sender: "Side", receiver: "Side", spoil=lambda body: body) -> Carrier:
    """Let every file that is due go once."""
    porter, carrier = sender.porter(receiver.node.authority), Carrier(sender, receiver, spoil)
    while file := await porter._next():
        await porter._carry(carrier, file)
    return carrier


class Side:
    """One authority: its node and the parts that a supervisor would run."""

    def __init__(self, node: Node, peers: list[str]) -> None:
        self.node = node
        self.couriers = {peer: Courier(node, peer) for peer in peers}
        self.submitter = Submitter(node)
        self.woken: list[str] = []
        self.receiver = Receiver(node, self.couriers, self.woken.append)
        self.unloader = Unloader(node)
        self.registrar = Registrar(node)
        self.desk = Desk(node)

    async def pack(self, peer: str, priority: str = "urgent", *, bare: bool = False) -> Parcel | None:
        return await self.node.in_worker(self.couriers[peer].pack, priority, bare=bare)

    async def receive(self, *deliveries: Carried) -> None:
        await self.receiver._serve(list(deliveries))

    def porter(self, peer: str) -> Porter:
        """Give a porter as fresh as after a restart; its relay is idle."""
        stop = asyncio.Event()
        relay = Relay(self.node, self.couriers[peer], NOWHERE, stop)
        return Porter(self.node, relay, NOWHERE, stop, asyncio.Lock())

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


def suspend(side: Side, peer: str) -> None:
    """Let a side's directory say that a peer is suspended."""
    directory = side.node.directory
    suspended = replace(directory.authorities[peer], is_suspended=True)
    authorities = {**directory.authorities, peer: suspended}
    side.node.directory = replace(directory, authorities=authorities)


def alert_with(
    stage: Stage, side: "Side", *contents: bytes, peer: str = "UZ-CC", **more: object
) -> bytes:
    """Give an alert of today to a peer, with files that the side has at hand."""
    authority = side.node.authority
    path = hand_over(authority, Path(stage.folder) / "documents", now=wall_clock())[0]
    alert = orjson.loads(path.read_bytes().splitlines()[0])
    described = []
    for number, content in enumerate(contents, start=1):
        kept = side.node.attachments.keep(io.BytesIO(content))
        described.append(
            {
                "kind": "photo",
                "file_name": f"seal-{number}.jpg",
                "media_type": "image/jpeg",
                "size_bytes": kept.size_bytes,
                "sha256": kept.sha256,
            }
        )
    return orjson.dumps({**alert, "recipients": [peer], "attachments": described, **more})


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
