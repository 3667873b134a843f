"""What one peer does to its connection is no trouble to the others."""

import asyncio
from types import SimpleNamespace

import aio_pika
import pytest

from node.broker.connection import Account, open_channel
from node.broker.publisher import Publisher
from node.broker.topology import declare, exchange_of
from node.daemon.node import wall_clock
from node.daemon.reception import Reception

pytestmark = pytest.mark.broker


class _OldCodePage(str):
    """Text whose bytes on the wire are no UTF-8."""

    __slots__ = ()

    def __str__(self):
        return self

    def encode(self, *_args, **_kwargs):
        return b"\xd0\xff"


async def test_peer_whose_property_breaks_its_connection_does_not_stop_another(amqp_url):
    account = Account(amqp_url, prefix="r1.")
    taken: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    async def take(delivery):
        await delivery.acknowledge()
        await taken.put((delivery.peer, delivery.body))

    node = SimpleNamespace(authority="AZ-SCC", clock=wall_clock)
    stop = asyncio.Event()
    async with open_channel(account, name="test") as channel:
        await declare(channel, ["TM-SCS", "UZ-CC"], prefix="r1.")
        tasks = [
            asyncio.create_task(Reception(node, account, peer, "inbox", take).run(stop))
            for peer in ("TM-SCS", "UZ-CC")
        ]
        try:
            exchange = await channel.get_exchange(exchange_of("TM-SCS", prefix="r1."), ensure=False)
            bad = aio_pika.Message(b"bad", correlation_id=_OldCodePage("x"))
            await exchange.publish(bad, routing_key="urgent")
            publisher = await Publisher.attach(channel, "UZ-CC", prefix="r1.")
            for number in range(20):
                await publisher.publish(b"%d" % number, priority="urgent")
                async with asyncio.timeout(20):
                    assert await taken.get() == ("UZ-CC", b"%d" % number)
        finally:
            stop.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    assert taken.empty()
