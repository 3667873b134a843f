import pytest

from node.broker.connection import open_channel
from node.broker.national_delivery import NationalPublisher, Outcome
from node.broker.national_message import DIRECT, Accepted, Address, write_accepted
from node.broker.national_topology import declare, deliver_queue

pytestmark = pytest.mark.broker

ANSWER = write_accepted(Accepted("01a2", is_new=True))


def address(system="risk", direct=None):
    return Address(system, "key-1", "corr-1", direct)


async def deliver(publisher, system="risk", number=1):
    return await publisher.deliver(
        system,
        b'{"specversion":"1.0"}',
        message_id=f"net/az-scc/1/{number}",
        type_="sarbon.message.received",
        headers={"sequence": str(number)},
    )


async def next_message(channel, prefix):
    queue = await channel.get_queue(deliver_queue("risk", prefix=prefix), ensure=False)
    message = await queue.get(timeout=10)
    await message.ack()
    return message


async def test_deliver_puts_a_persistent_event_into_the_systems_queue(national):
    account = national.free("del1.")
    async with open_channel(account, name="test") as channel:
        await declare(channel, ["risk"], prefix=account.prefix)
        publisher = NationalPublisher(channel, prefix=account.prefix)

        assert await deliver(publisher) is Outcome.CONFIRMED
        message = await next_message(channel, account.prefix)

    assert message.body == b'{"specversion":"1.0"}'
    assert message.message_id == "net/az-scc/1/1"
    assert message.type == "sarbon.message.received"
    assert message.content_type == "application/cloudevents+json"
    assert message.delivery_mode.value == 2
    assert message.headers["sequence"] == "1"


async def test_deliver_with_the_nodes_account_is_confirmed(national):
    async with open_channel(national.node(), name="test") as channel:
        await declare(channel, ["terminal"])

        assert await deliver(NationalPublisher(channel), "terminal") is Outcome.CONFIRMED


async def test_deliver_to_a_system_without_a_queue_says_so(national):
    async with open_channel(national.node(), name="test") as channel:
        publisher = NationalPublisher(channel)

        assert await deliver(publisher, "nobody") is Outcome.ABSENT
        assert await publisher.answer(address("nobody"), ANSWER) is Outcome.ABSENT


async def test_deliver_to_a_full_queue_is_refused_until_there_is_room(national):
    account = national.free("del2.")
    async with open_channel(account, name="test") as channel:
        await declare(channel, ["risk"], prefix=account.prefix, length=2)
        publisher = NationalPublisher(channel, prefix=account.prefix)
        outcomes = [await deliver(publisher, number=number) for number in range(20)]
        assert set(outcomes) == {Outcome.CONFIRMED, Outcome.REFUSED}

        for _ in range(outcomes.count(Outcome.CONFIRMED)):
            await next_message(channel, account.prefix)

        assert await deliver(publisher) is Outcome.CONFIRMED


async def test_document_is_delivered_byte_for_byte_and_named_by_its_event(national):
    account = national.free("del4.")
    async with open_channel(account, name="test") as channel:
        await declare(channel, ["risk"], prefix=account.prefix)
        outcome = await NationalPublisher(channel, prefix=account.prefix).deliver_document(
            "risk", b'{ "type":"alert/1"}', event_id="net/1/7", headers={"originator": "UZ-CC"}
        )
        message = await next_message(channel, account.prefix)

    assert outcome is Outcome.CONFIRMED
    assert (message.body, message.type) == (b'{ "type":"alert/1"}', "document")
    assert (message.message_id, message.correlation_id) == ("net/1/7/document", "net/1/7")
    assert message.headers["originator"] == "UZ-CC"


async def test_answer_is_known_by_key_and_correlation(national):
    account = national.free("del3.")
    async with open_channel(account, name="test") as channel:
        await declare(channel, ["risk"], prefix=account.prefix)
        publisher = NationalPublisher(channel, prefix=account.prefix)

        assert await publisher.answer(address(), ANSWER) is Outcome.CONFIRMED
        message = await next_message(channel, account.prefix)

    assert (message.message_id, message.correlation_id) == ("key-1", "corr-1")
    assert message.type == "submission.accepted"
    assert message.content_type == "application/json"
    assert message.delivery_mode.value == 2


async def test_answer_to_a_channel_that_has_gone_away_ends_well(national):
    async with open_channel(national.node(), name="test") as channel:
        outcome = await NationalPublisher(channel).answer(address(direct=f"{DIRECT}gone"), ANSWER)

    assert outcome is Outcome.CONFIRMED
