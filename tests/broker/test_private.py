import pytest

from node.broker.connection import Account, open_channel
from node.broker.private import PrivateBroker, find_server
from node.broker.publisher import Publisher
from node.broker.topology import definitions, hash_password, merge, queue_of
from node.errors import OperatorError

pytestmark = pytest.mark.broker


def _everything(vhost: str) -> dict:
    user = {
        "name": "all",
        "password_hash": hash_password("p"),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }
    rights = {"user": "all", "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"}
    return {"users": [user], "permissions": [rights]}


async def test_kill_and_start_again_keeps_what_was_confirmed(tmp_path):
    wanted = merge([definitions(vhost="v", peers=["UZ-CC"], passwords={}), _everything("v")])
    broker = PrivateBroker(tmp_path / "b", wanted)
    broker.start()
    try:
        account = Account(broker.url(user="all", vhost="v"), "p")
        async with open_channel(account, name="test") as channel:
            await (await Publisher.attach(channel, "UZ-CC")).publish(b"kept", priority="urgent")
        broker.kill()
        broker.start()
        async with open_channel(account, name="test") as channel:
            queue = await channel.declare_queue(queue_of("UZ-CC", "urgent"), passive=True)
            message = await queue.get(timeout=20)
            assert message.body == b"kept"
            await message.ack()
    finally:
        broker.stop()


def test_start_with_unusable_definitions_says_what_the_server_said(tmp_path):
    broker = PrivateBroker(tmp_path / "b", {})
    (tmp_path / "b" / "rabbitmq.conf").write_text("there is no such setting = 1\n")
    try:
        with pytest.raises(OperatorError) as caught:
            broker.start()
    finally:
        broker.stop()

    assert caught.value.code == "broker.start"
    assert "broker.log" in caught.value.hint


def test_find_server_gives_the_program_an_ordinary_user_may_run():
    assert find_server().endswith("/bin/rabbitmq-server")
