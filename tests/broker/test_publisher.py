import pytest
from aio_pika import ExchangeType

from node.broker.connection import BROKER_ERRORS, Account, open_channel
from node.broker.publisher import Publisher
from node.broker.topology import declare, exchange_of, queue_arguments, queue_of

pytestmark = pytest.mark.broker


async def test_publish_without_a_queue_behind_it_raises(amqp_url):
    async with open_channel(Account(amqp_url), name="test") as channel:
        await channel.declare_exchange(
            exchange_of("UZ-CC", prefix="nq."), ExchangeType.DIRECT, durable=True
        )
        publisher = await Publisher.attach(channel, "UZ-CC", prefix="nq.")

        with pytest.raises(BROKER_ERRORS):
            await publisher.publish(b"x", priority="urgent")


async def test_publish_to_an_absent_exchange_raises(amqp_url):
    async with open_channel(Account(amqp_url), name="test") as channel:
        publisher = await Publisher.attach(channel, "NOBODY", prefix="absent.")

        with pytest.raises(BROKER_ERRORS):
            await publisher.publish(b"x", priority="urgent")


async def test_publish_to_a_full_queue_is_refused_to_the_sender(amqp_url):
    async with open_channel(Account(amqp_url), name="test") as channel:
        exchange = await channel.declare_exchange(
            exchange_of("UZ-CC", prefix="full."), ExchangeType.DIRECT, durable=True
        )
        arguments = {**queue_arguments("full."), "x-max-length": 2}
        queue = await channel.declare_queue(
            queue_of("UZ-CC", "urgent", prefix="full."), durable=True, arguments=arguments
        )
        await queue.bind(exchange, "urgent")
        publisher = await Publisher.attach(channel, "UZ-CC", prefix="full.")

        async def publish_more_than_fits() -> None:
            for _ in range(20):  # a quorum queue may take a few beyond its length
                await publisher.publish(b"x", priority="urgent")

        with pytest.raises(BROKER_ERRORS):
            await publish_more_than_fits()


async def test_publish_of_the_largest_bundle_arrives_whole_and_persistent(amqp_url):
    body = bytes(range(256)) * 4096
    async with open_channel(Account(amqp_url), name="test") as channel:
        await declare(channel, ["UZ-CC"], prefix="big.")
        await (await Publisher.attach(channel, "UZ-CC", prefix="big.")).publish(body, priority="routine")
        queue = await channel.declare_queue(queue_of("UZ-CC", "routine", prefix="big."), passive=True)
        message = await queue.get(timeout=10)

        assert message.body == body
        assert message.delivery_mode.value == 2
        await message.ack()
