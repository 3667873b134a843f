import asyncio

import pytest

from node.broker.connection import Account, open_channel
from node.broker.consumer import Intake, consume
from node.broker.publisher import Publisher
from node.broker.topology import declare, queue_of

pytestmark = pytest.mark.broker


async def _prepare(amqp_url: str, prefix: str, *bodies: bytes, lane: str = "urgent") -> Account:
    account = Account(amqp_url, prefix=prefix)
    async with open_channel(account, name="test") as channel:
        await declare(channel, ["UZ-CC"], prefix=prefix)
        publisher = await Publisher.attach(channel, "UZ-CC", prefix=prefix)
        for body in bodies:
            await publisher.publish(body, priority=lane)
    return account


class Reader:
    """Takes deliveries, acknowledging those it is told to, until it has seen enough."""

    def __init__(self, enough: int, *, acknowledge: bool) -> None:
        self.seen: list = []
        self.done = asyncio.Event()
        self._enough, self._acknowledge = enough, acknowledge

    async def __call__(self, delivery) -> None:
        self.seen.append(delivery)
        if self._acknowledge:
            await delivery.acknowledge()
        if len(self.seen) >= self._enough:
            self.done.set()


async def _consume_until(account: Account, reader: Reader, **options) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(consume(account, ["UZ-CC"], reader, name="test", stop=stop, **options))
    try:
        async with asyncio.timeout(30):
            await reader.done.wait()
    finally:
        stop.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_consume_says_by_whose_queue_a_delivery_came(amqp_url):
    account = await _prepare(amqp_url, "c1.", b"one")
    reader = Reader(1, acknowledge=True)

    await _consume_until(account, reader)

    assert [(d.peer, d.priority, d.body) for d in reader.seen] == [("UZ-CC", "urgent", b"one")]


async def test_consume_of_files_takes_one_at_a_time_and_no_bundle(amqp_url):
    account = await _prepare(amqp_url, "c9.", b"one", b"two", lane="bulk")
    await _prepare(amqp_url, "c9.", b"bundle")
    reader = Reader(1, acknowledge=False)

    await _consume_until(account, reader, intake=Intake(("bulk",), 1))
    again = Reader(2, acknowledge=True)
    await _consume_until(account, again, intake=Intake(("bulk",), 1))

    assert [(d.priority, d.body) for d in reader.seen] == [("bulk", b"one")]
    assert [d.body for d in again.seen] == [b"one", b"two"]


async def test_delivery_without_acknowledgement_comes_again(amqp_url):
    account = await _prepare(amqp_url, "c2.", b"one", b"two")
    await _consume_until(account, Reader(2, acknowledge=False))
    again = Reader(2, acknowledge=True)

    await _consume_until(account, again)

    assert sorted(d.body for d in again.seen) == [b"one", b"two"]


async def test_acknowledge_after_the_connection_is_gone_is_harmless(amqp_url):
    account = await _prepare(amqp_url, "c3.", b"one")
    reader = Reader(1, acknowledge=False)
    await _consume_until(account, reader)

    await reader.seen[0].acknowledge()


async def test_consume_notices_a_queue_that_was_taken_away(amqp_url):
    account = await _prepare(amqp_url, "c4.", b"one")
    reader = Reader(1, acknowledge=True)
    watching = consume(account, ["UZ-CC"], reader, name="test", stop=asyncio.Event(), watch_seconds=0.2)
    task = asyncio.create_task(watching)
    async with asyncio.timeout(30):
        await reader.done.wait()
    async with open_channel(account, name="thief") as channel:
        queue = await channel.declare_queue(queue_of("UZ-CC", "urgent", prefix="c4."), passive=True)
        await queue.delete(if_unused=False, if_empty=False)

    async with asyncio.timeout(30):
        outcome = (await asyncio.gather(task, return_exceptions=True))[0]

    assert outcome is None or isinstance(outcome, Exception)
