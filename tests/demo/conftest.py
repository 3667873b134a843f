"""A stage without a broker, founded once, and one on which two nodes have exchanged documents."""

import asyncio
import shutil

import pytest

from node.demo.stage import Cast, Stage
from node.envelope.keyfile import Cost
from tests.daemon.pair import documents, settle, sides
from tests.lived import live

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
NO_BROKER = "amqp://nobody:nothing@127.0.0.1:9/none"
NODES = ("AZ-SCC", "UZ-CC")


def stage_in(folder, cast):
    return Stage(folder, cast, cost=CHEAP, outside=NO_BROKER)


async def _exchange(stage):
    async with sides(stage, *NODES) as both:
        for sender, receiver in (both, both[::-1]):
            name, peer = sender.node.authority, receiver.node.authority
            for document in documents(stage, name, 3, recipients=[peer]):
                await sender.submit(document)
        await settle(*both)


@pytest.fixture(scope="session")
def exchanged_once(tmp_path_factory):
    stage = stage_in(tmp_path_factory.mktemp("stage") / "s", Cast(NODES, ("KZ-SRC",)))
    stage.found()
    asyncio.run(_exchange(stage))
    return stage


@pytest.fixture(scope="session")
def lived_once(tmp_path_factory):
    cast = Cast(("AZ-SCC", "TM-SCS", "UZ-CC"), ())
    stage = stage_in(tmp_path_factory.mktemp("lived") / "s", cast)
    stage.found()
    asyncio.run(live(stage))
    return stage


@pytest.fixture
def lived(lived_once, tmp_path):
    """The three authorities have lived through the shipped case."""
    shutil.copytree(lived_once.folder, tmp_path / "l")
    return stage_in(tmp_path / "l", lived_once.cast)


@pytest.fixture
def exchanged(exchanged_once, tmp_path):
    """AZ-SCC and UZ-CC have sent each other three notices; KZ-SRC is in the directory, no more."""
    shutil.copytree(exchanged_once.folder, tmp_path / "s")
    return stage_in(tmp_path / "s", exchanged_once.cast)
