import base64
import hashlib

import pytest
from aio_pika import Message

from node.broker.connection import BROKER_ERRORS, Account, open_channel
from node.broker.publisher import Publisher
from node.broker.topology import (
    LANES,
    declare,
    definitions,
    exchange_of,
    hash_password,
    merge,
    queue_arguments,
    queue_of,
)
from node.errors import OperatorError
from node.limits import MAX_ATTACHMENT_BYTES
from tests.conftest import PASSWORD

PEERS = ["UZ-CC", "TM-SCS"]


def _account(broker, user: str, password: str = PASSWORD) -> Account:
    return Account(broker.url(user=user, vhost="az-scc"), password)


def test_names_with_prefix_keep_authorities_apart_on_one_host():
    assert exchange_of("UZ-CC", prefix="t1.") == "t1.from.UZ-CC"
    assert queue_of("UZ-CC", "urgent", prefix="t1.") == "t1.in.UZ-CC.urgent"


def test_definitions_of_a_peer_let_it_write_to_its_exchange_and_nothing_else():
    rights = {
        row["user"]: row for row in definitions(vhost="v", peers=PEERS, passwords={})["permissions"]
    }

    assert rights["uz-cc.v"] == {
        "user": "uz-cc.v",
        "vhost": "v",
        "configure": "^$",
        "write": r"^from\.UZ\-CC$",
        "read": "^$",
    }
    assert rights["node.v"]["configure"] == rights["node.v"]["write"] == "^$"


def test_definitions_bind_three_bounded_quorum_queues_for_each_peer():
    value = definitions(vhost="v", peers=PEERS, passwords={})
    queues = {row["name"]: row for row in value["queues"]}

    assert set(queues) == {"dead", *(queue_of(p, q) for p in PEERS for q in LANES)}
    for name, row in queues.items():
        assert row["arguments"]["x-queue-type"] == "quorum"
        lane = name.rpartition(".")[2]
        assert name == "dead" or row["arguments"] == queue_arguments(lane=lane)
    bound = {(row["source"], row["routing_key"], row["destination"]) for row in value["bindings"]}
    assert ("from.UZ-CC", "bulk", "in.UZ-CC.bulk") in bound
    assert queue_arguments()["x-overflow"] == "reject-publish"


def test_queue_of_files_is_bounded_by_bytes_and_those_of_bundles_by_number():
    files, bundles = queue_arguments(lane="bulk"), queue_arguments(lane="routine")

    assert files.keys() - bundles.keys() == {"x-max-length-bytes"}
    assert bundles.keys() - files.keys() == {"x-max-length"}
    assert files["x-overflow"] == "reject-publish"
    assert files["x-max-length-bytes"] >= MAX_ATTACHMENT_BYTES * 3 // 2


def test_definitions_without_password_leave_only_the_certificate():
    users = definitions(vhost="v", peers=PEERS, passwords={"node": "x"})["users"]
    hashes = {row["name"]: row["password_hash"] for row in users}

    assert hashes["node.v"]
    assert hashes["uz-cc.v"] == ""


def test_hash_password_is_the_form_rabbitmq_reads():
    raw = base64.b64decode(hash_password("secret"))

    assert raw[4:] == hashlib.sha256(raw[:4] + b"secret").digest()


def test_merge_joins_rows_of_several_hosts():
    assert merge([{"users": [1]}, {"users": [2], "queues": [3]}]) == {"users": [1, 2], "queues": [3]}


@pytest.mark.broker
async def test_declare_makes_what_definitions_describe(amqp_url):
    async with open_channel(Account(amqp_url), name="test") as channel:
        await declare(channel, PEERS, prefix="decl.")
        await declare(channel, PEERS, prefix="decl.")

        for peer in PEERS:
            for lane in LANES:
                await channel.declare_queue(queue_of(peer, lane, prefix="decl."), passive=True)


@pytest.mark.broker
async def test_peer_account_publishes_to_its_own_exchange(broker):
    async with open_channel(_account(broker, "uz-cc.az-scc"), name="test") as channel:
        await (await Publisher.attach(channel, "UZ-CC")).publish(b"x", priority="urgent")


@pytest.mark.broker
async def test_peer_account_at_another_peers_exchange_is_refused(broker):
    async with open_channel(_account(broker, "uz-cc.az-scc"), name="test") as channel:
        publisher = await Publisher.attach(channel, "TM-SCS")
        with pytest.raises(BROKER_ERRORS, match="ACCESS_REFUSED"):
            await publisher.publish(b"x", priority="urgent")


@pytest.mark.broker
async def test_peer_account_past_its_exchange_into_a_queue_is_refused(broker):
    async with open_channel(_account(broker, "uz-cc.az-scc"), name="test") as channel:
        with pytest.raises(BROKER_ERRORS, match="ACCESS_REFUSED"):
            await channel.default_exchange.publish(
                Message(b"x"), routing_key=queue_of("TM-SCS", "urgent")
            )


@pytest.mark.broker
@pytest.mark.parametrize("queue", [queue_of("UZ-CC", "urgent"), queue_of("TM-SCS", "routine"), "dead"])
async def test_peer_account_reading_any_queue_is_refused(broker, queue):
    async with open_channel(_account(broker, "uz-cc.az-scc"), name="test") as channel:
        with pytest.raises(BROKER_ERRORS, match="ACCESS_REFUSED"):
            await (await channel.get_queue(queue, ensure=False)).get(timeout=10)


@pytest.mark.broker
@pytest.mark.parametrize("user", ["uz-cc.az-scc", "node.az-scc"])
async def test_no_account_may_declare_anything(broker, user):
    async with open_channel(_account(broker, user), name="test") as channel:
        with pytest.raises(BROKER_ERRORS, match="ACCESS_REFUSED"):
            await channel.declare_queue("mine", durable=True, arguments={"x-queue-type": "quorum"})


@pytest.mark.broker
async def test_wrong_password_is_an_operators_error(broker):
    with pytest.raises(OperatorError) as caught:
        async with open_channel(_account(broker, "uz-cc.az-scc", "wrong"), name="test"):
            pass

    assert caught.value.code == "broker.refused"
    assert "wrong" not in str(caught.value)
