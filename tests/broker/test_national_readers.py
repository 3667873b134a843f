import asyncio

import pytest
from aio_pika.exceptions import ChannelNotFoundEntity

from node.broker.connection import open_channel
from node.broker.national_readers import has_reader
from node.broker.national_topology import declare, deliver_queue

pytestmark = pytest.mark.broker


async def test_has_reader_is_so_as_long_as_somebody_consumes(national):
    account = national.free("r1.")
    async with open_channel(account, name="test") as channel:
        await declare(channel, ["risk"], prefix=account.prefix)
        assert not await has_reader(channel, "risk", prefix=account.prefix)
        async with open_channel(account, name="reader") as reading:
            name = deliver_queue("risk", prefix=account.prefix)
            queue = await reading.get_queue(name, ensure=False)
            tag = await queue.consume(asyncio.Queue().put, no_ack=True)
            assert await has_reader(channel, "risk", prefix=account.prefix)
            await queue.cancel(tag)
        assert not await has_reader(channel, "risk", prefix=account.prefix)


async def test_has_reader_with_the_nodes_own_rights_may_ask(national):
    async with open_channel(national.node(), name="test") as channel:
        await declare(channel, ["risk"])
        assert not await has_reader(channel, "risk")


async def test_has_reader_of_a_queue_that_is_not_there_is_an_error_of_the_broker(national):
    account = national.free("r2.")
    async with open_channel(account, name="test") as channel:
        with pytest.raises(ChannelNotFoundEntity):
            await has_reader(channel, "nobody", prefix=account.prefix)
