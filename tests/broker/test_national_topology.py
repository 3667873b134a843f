import re
from types import SimpleNamespace

import pytest
from aio_pika import Message
from hypothesis import given
from hypothesis import strategies as st

from node.broker.connection import BROKER_ERRORS, Account, open_channel
from node.broker.national_topology import (
    SUBMIT,
    SYSTEM_ID,
    declare,
    definitions,
    deliver_queue,
    node_user,
    submit_queue,
    system_of,
    system_user,
    topology_of,
    vhost_of,
)
from node.errors import OperatorError
from node.limits import MAX_DOCUMENT_BYTES

SYSTEMS = ["risk", "declarations"]
VHOST = "national.az-scc"

system_ids = st.from_regex(SYSTEM_ID, fullmatch=True)
prefixes = st.from_regex(r"|[a-z0-9-]{1,8}\.([a-z-]{1,6}\.)?", fullmatch=True)


def rights():
    value = definitions(vhost=VHOST, systems=SYSTEMS, passwords={})
    return {row["user"]: row for row in value["permissions"]}


@given(system_ids, prefixes)
def test_system_of_reads_what_system_user_writes(system, prefix):
    assert system_of(system_user(system, VHOST, prefix=prefix), VHOST, prefix=prefix) == system


@pytest.mark.parametrize(
    "user",
    [
        "",
        "guest",
        node_user(VHOST),
        "system.risk",
        "system.risk.national",
        "system.risk.national_az-scc",
        "system.Risk.national.az-scc",
        "system.a.risk.national.az-scc",
        "system..national.az-scc",
        "xsystem.risk.national.az-scc",
        "system.risk.national.az-scc\n",
    ],
)
def test_system_of_another_account_is_none(user):
    assert system_of(user, VHOST) is None


def test_system_user_of_the_longest_names_fits_into_a_certificate():
    assert len(system_user("a" * 32, "national.az-" + "a" * 12)) == 64


def test_vhost_of_an_account_is_what_the_url_names():
    assert vhost_of(Account("amqps://node@broker:5671/national.az-scc")) == "national.az-scc"
    assert vhost_of(Account("amqp://node@broker/%2Fnational")) == "/national"


def test_definitions_of_a_system_let_it_write_to_submit_and_read_its_own_queue():
    assert rights()["system.risk.national.az-scc"] == {
        "user": "system.risk.national.az-scc",
        "vhost": VHOST,
        "configure": "^$",
        "write": "^submit$",
        "read": r"^deliver\.risk$",
    }


@pytest.mark.parametrize("right", ["configure", "write", "read"])
def test_definitions_of_the_node_reach_no_further_than_its_own_names(right):
    pattern = rights()[node_user(VHOST)][right]

    for name in ("amq.topic", "submit.Risk", "deliver.", "deliver.a.b", "deadly", "submit2", "other"):
        assert not re.search(pattern, name), name


def test_definitions_with_prefix_keep_authorities_apart_on_one_host():
    value = definitions(vhost="v", systems=["risk"], passwords={}, prefix="t.1.")

    assert {row["name"] for row in value["queues"]} == {
        "t.1.dead",
        "t.1.submit.risk",
        "t.1.deliver.risk",
    }
    assert [row["name"] for row in value["users"]] == ["node.t.1.v", "system.t.1.risk.v"]
    for row in value["permissions"]:
        assert not re.search(row["read"], "t11.deliver.risk")
        assert not re.search(row["write"], "submit")


def test_definitions_without_password_leave_only_the_certificate():
    users = definitions(vhost=VHOST, systems=SYSTEMS, passwords={node_user(VHOST): "x"})["users"]
    hashes = {row["name"]: row["password_hash"] for row in users}

    assert hashes[node_user(VHOST)]
    assert hashes["system.risk.national.az-scc"] == ""


def test_topology_bounds_every_queue_of_a_system_and_keeps_what_does_not_fit():
    plan = topology_of(SYSTEMS)
    arguments = {queue.name: queue.arguments for queue in plan.queues}

    for system in SYSTEMS:
        submit, deliver = arguments[submit_queue(system)], arguments[deliver_queue(system)]
        for queue in (submit, deliver):
            assert queue["x-queue-type"] == "quorum"
            assert queue["x-overflow"] == "reject-publish"
            assert queue["x-max-length"] == 10_000
            assert queue["x-max-length-bytes"] == 1024 * MAX_DOCUMENT_BYTES
            assert queue["x-dead-letter-exchange"] == "dead"


def test_topology_of_no_system_is_the_exchange_and_the_dead_letters():
    plan = topology_of([])

    assert [exchange.name for exchange in plan.exchanges] == ["dead", SUBMIT]
    assert [queue.name for queue in plan.queues] == ["dead"]


@pytest.mark.broker
async def test_declare_over_the_nodes_account_makes_a_queue_for_a_new_system(national):
    async with open_channel(national.node(), name="test") as channel:
        await declare(channel, ["late-comer"])
        await declare(channel, ["late-comer"])

        for name in (submit_queue("late-comer"), deliver_queue("late-comer")):
            await channel.declare_queue(name, passive=True)


@pytest.mark.broker
async def test_declare_agrees_with_imported_definitions(national):
    async with open_channel(national.node(), name="test") as channel:
        await declare(channel, SYSTEMS)  # other arguments would be refused


@pytest.mark.broker
async def test_declare_over_a_queue_with_other_bounds_is_an_operators_error(national):
    async with open_channel(national.free("differs."), name="test") as channel:
        await declare(channel, ["risk"], prefix="differs.", length=5)

        with pytest.raises(OperatorError) as caught:
            await declare(channel, ["risk"], prefix="differs.")

    assert caught.value.code == "broker.differs"


@pytest.mark.broker
@pytest.mark.parametrize("name", ["mine", "deliver.UPPER", "amq.mine", "submit.risk.more"])
async def test_node_account_declaring_another_name_is_refused(national, name):
    async with open_channel(national.node(), name="test") as channel:
        with pytest.raises(BROKER_ERRORS, match="ACCESS_REFUSED"):
            await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})


@pytest.mark.broker
async def test_system_account_submits_with_its_own_user_id(national):
    message = Message(b"{}", user_id=system_user("risk", VHOST))
    async with open_channel(national.system("risk"), name="test") as channel:
        exchange = await channel.get_exchange(SUBMIT, ensure=False)

        assert await exchange.publish(message, "risk", mandatory=True)


@pytest.mark.broker
@pytest.mark.parametrize("user", [system_user("declarations", VHOST), node_user(VHOST), "guest"])
async def test_system_account_with_anothers_user_id_is_refused(national, user):
    async with open_channel(national.system("risk"), name="test") as channel:
        exchange = await channel.get_exchange(SUBMIT, ensure=False)

        with pytest.raises(BROKER_ERRORS, match="PRECONDITION_FAILED"):
            await exchange.publish(Message(b"{}", user_id=user), "risk")


@pytest.mark.broker
@pytest.mark.parametrize(
    "exchange", ["", "dead", "amq.topic", "amq.direct", "amq.fanout", "amq.headers"]
)
async def test_system_account_writing_anywhere_but_to_submit_is_refused(national, exchange):
    async with open_channel(national.system("risk"), name="test") as channel:
        there = await channel.get_exchange(exchange, ensure=False)

        with pytest.raises(BROKER_ERRORS, match="ACCESS_REFUSED"):
            await there.publish(Message(b"x"), deliver_queue("declarations"))


@pytest.mark.broker
@pytest.mark.parametrize("queue", ["submit.risk", "submit.declarations", "deliver.declarations", "dead"])
async def test_system_account_reading_anything_but_its_own_queue_is_refused(national, queue):
    async with open_channel(national.system("risk"), name="test") as channel:
        there = await channel.get_queue(queue, ensure=False)

        with pytest.raises(BROKER_ERRORS, match="ACCESS_REFUSED"):
            await there.get(timeout=10)


@pytest.mark.broker
@pytest.mark.parametrize(
    "act",
    [
        lambda at: at.channel.declare_queue("mine", durable=True),
        lambda at: at.channel.declare_queue("", exclusive=True),
        lambda at: at.channel.declare_exchange("mine"),
        lambda at: at.channel.exchange_delete(SUBMIT),
        lambda at: at.queue.delete(if_unused=False, if_empty=False),
        lambda at: at.queue.bind(SUBMIT, "declarations"),
        lambda at: at.queue.bind("amq.topic", "#"),
        lambda at: at.queue.unbind(SUBMIT, "risk"),
    ],
    ids=[
        "declare a queue",
        "declare an exclusive queue",
        "declare an exchange",
        "delete the exchange",
        "delete its queue",
        "bind its queue to what others submit",
        "bind its queue elsewhere",
        "unbind",
    ],
)
async def test_system_account_configuring_anything_is_refused(national, act):
    async with open_channel(national.system("risk"), name="test") as channel:
        queue = await channel.get_queue(deliver_queue("risk"), ensure=False)

        with pytest.raises(BROKER_ERRORS, match="ACCESS_REFUSED"):
            await act(SimpleNamespace(channel=channel, queue=queue))


@pytest.mark.broker
async def test_system_account_reads_its_own_queue(national):
    async with open_channel(national.node(), name="test") as channel:
        await channel.default_exchange.publish(Message(b"x"), deliver_queue("declarations"))
    async with open_channel(national.system("declarations"), name="test") as channel:
        queue = await channel.get_queue(deliver_queue("declarations"), ensure=False)
        message = await queue.get(timeout=10)
        await message.ack()

    assert message.body == b"x"
