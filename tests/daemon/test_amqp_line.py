"""The line at a real RabbitMQ: what is taken, what is not, and what follows."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from node.broker.connection import open_channel
from node.broker.national_topology import declare, deliver_queue
from node.daemon.amqp_line import AmqpSink, Line
from node.daemon.deliverer import NotTakenError
from node.daemon.node import wall_clock
from node.national.event import Event
from tests.broker.conftest import national

__all__ = ["national"]

pytestmark = pytest.mark.broker


@dataclass
class Clocked:
    """What a line needs of a node."""

    authority: str = "AZ-SCC"
    clock: object = field(default=wall_clock)


def event(index):
    return Event(index, "sarbon.message.received", {"id": f"log/{index}", "n": index})


@asynccontextmanager
async def line(account):
    stop = asyncio.Event()
    one = Line(Clocked(), account, stop)
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        stop.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def read(account, system):
    async with open_channel(account, name="test") as channel:
        queue = await channel.get_queue(deliver_queue(system, prefix=account.prefix), ensure=False)
        found = []
        while (message := await queue.get(fail=False, timeout=10)) is not None:
            await message.ack()
            found.append((message.type, message.body))
    return found


async def test_put_makes_the_queue_that_is_not_there_and_delivers_the_document_last(national):
    account = national.free("l1.")
    async with line(account) as one:
        await AmqpSink(one, "risk").put(event(7), b"{ }")

    assert await read(account, "risk") == [
        ("sarbon.message.received", b'{"id":"log/7","n":7}'),
        ("document", b"{ }"),
    ]


async def fill(sink):
    for index in range(10):  # the broker lets a few more in than it was told
        await sink.put(event(index), None)


async def test_put_into_a_full_queue_is_not_taken_until_it_was_read(national):
    account = national.free("l2.")
    async with open_channel(account, name="test") as channel:
        await declare(channel, ["risk"], prefix=account.prefix, length=1)
    async with line(account) as one:
        sink = AmqpSink(one, "risk")
        with pytest.raises(NotTakenError, match="full"):
            await fill(sink)
        await read(account, "risk")
        await sink.put(event(11), None)

    assert len(await read(account, "risk")) == 1


async def test_put_over_a_connection_that_broke_is_not_taken_and_goes_over_the_next(national):
    account = national.free("l3.")
    async with line(account) as one:
        sink = AmqpSink(one, "risk")
        await sink.put(event(1), None)

        async def fail(publisher):
            del publisher
            raise ConnectionError("broken")

        with pytest.raises(NotTakenError, match="ConnectionError"):
            await one.publish("risk", fail)
        async with asyncio.timeout(30):
            await sink.put(event(2), None)

    assert len(await read(account, "risk")) == 2


async def test_has_reader_of_a_queue_of_other_properties_is_not_so(national):
    account = national.free("l4.")
    name = deliver_queue("risk", prefix=account.prefix)
    async with open_channel(account, name="test") as channel:
        await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
    async with line(account) as one:
        assert await one.has_reader("risk") is False  # not connected yet
        await AmqpSink(one, "other").put(event(1), None)
        assert await one.has_reader("risk") is False


async def test_has_reader_is_so_while_somebody_consumes(national):
    account = national.free("l5.")
    async with line(account) as one:
        await AmqpSink(one, "risk").put(event(1), None)
        assert await one.has_reader("risk") is False
        async with open_channel(account, name="test") as channel:
            name = deliver_queue("risk", prefix=account.prefix)
            queue = await channel.get_queue(name, ensure=False)
            await queue.consume(asyncio.Queue().put, no_ack=True)
            assert await one.has_reader("risk") is True
