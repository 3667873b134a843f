"""The AMQP and the folder door under kill -9: each document is sent once, whoever repeats what."""

import pytest

from node.store.database import Database
from node.store.record import Records
from tests.daemon.pair import documents
from tests.integration.systems import amqp, drop, keyed, result, running
from tests.integration.test_kill import wait_for

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

SENDER, RECEIVER = "AZ-SCC", "UZ-CC"
COUNT = 100


@pytest.fixture
def stage(tmp_path):
    """Two authorities that run, with the doors of their national systems."""
    with running(tmp_path / "s", SENDER, RECEIVER) as stage:
        yield stage


def notices(stage, count=COUNT):
    return documents(stage, SENDER, count, recipients=[RECEIVER])


def counts(stage, authority):
    return Records(Database.open(stage.home(authority) / "data" / "node.db")).counts()


async def test_amqp_node_killed_in_the_middle_and_all_repeated_each_is_sent_once(stage):
    found = keyed(notices(stage, 3 * COUNT))
    async with amqp(stage, SENDER, "declarations") as sender:
        await sender.submit(found)
        await sender.read_until(lambda: len(sender.answers) >= 20)
        stage.kill_node(SENDER)
        await sender.submit(found)
        stage.run_node(SENDER)
        await sender.read_until(lambda: len(sender.told("message.receipted")) == 3 * COUNT)
        await sender.read_until(lambda: sum(map(len, sender.answers.values())) >= 6 * COUNT)

    ids = [{answer["id"] for answer in answers} for answers in sender.answers.values()]
    assert [len(one) for one in ids] == [1] * (3 * COUNT)
    assert len(set.union(*ids)) == 3 * COUNT
    assert counts(stage, RECEIVER) == {"in.accepted": 3 * COUNT}


async def test_amqp_broker_killed_while_events_come_loses_none(stage):
    async with amqp(stage, SENDER, "declarations") as sender:
        await sender.submit(keyed(notices(stage)))
        await sender.read_until(lambda: len(sender.answers) >= 1)
        stage.broker.kill()
    before = {*sender.answers}
    stage.broker.start()
    async with amqp(stage, SENDER, "declarations") as again:
        await again.submit(keyed(notices(stage)))
        await again.read_until(lambda: len(again.answers) == COUNT, seconds=120)
        told = sender.told("message.receipted")
        await again.read_until(lambda: len(told | again.told("message.receipted")) == COUNT, seconds=120)

    assert before <= again.answers.keys()
    assert counts(stage, RECEIVER) == {"in.accepted": COUNT}


def test_folder_node_killed_in_the_middle_each_document_is_sent_once(stage):
    drop(stage, SENDER, "notices.jsonl", notices(stage, 3 * COUNT))
    wait_for(lambda: sum(counts(stage, SENDER).values()) > 0)
    assert result(stage, SENDER, "notices.jsonl") is None
    stage.kill_node(SENDER)
    stage.run_node(SENDER)
    wait_for(lambda: result(stage, SENDER, "notices.jsonl") is not None)
    drop(stage, SENDER, "again.jsonl", notices(stage, 3 * COUNT))
    wait_for(lambda: result(stage, SENDER, "again.jsonl") is not None)
    wait_for(lambda: counts(stage, RECEIVER) == {"in.accepted": 3 * COUNT})

    first, second = (result(stage, SENDER, name) for name in ("notices.jsonl", "again.jsonl"))
    assert first["accepted"] == second["accepted"] == 3 * COUNT
    assert [one["id"] for one in first["documents"]] == [one["id"] for one in second["documents"]]
    assert {one["new"] for one in second["documents"]} == {False}
