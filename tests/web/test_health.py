"""Probes: alive, ready, which version; without a token."""

import pytest

from node import __version__
from node.errors import OperatorError
from node.web import health
from tests.web.served import Client

ROOT = "http://node.test"


@pytest.fixture
def probe(served):
    client = Client(served, None)
    return lambda path: client.get(ROOT + path)


async def test_health_says_that_the_process_answers(probe):
    answer = await probe("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_version_is_that_of_the_program(probe):
    assert (await probe("/version")).json() == {"name": "sarbon", "version": __version__, "api": "v1"}


async def test_ready_node_says_of_each_part_that_it_works(probe):
    answer = await probe("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": dict.fromkeys(("broker", "journal", "database", "directory", "disk"), "ok"),
    }


async def failing(probe):
    answer = await probe("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    return {name for name, verdict in answer.json()["checks"].items() if verdict == "failing"}


async def test_node_that_cannot_write_its_log_is_not_ready(served, probe):
    served.node.committer.failure = OperatorError("disk.full", "the disk is full")
    try:
        assert await failing(probe) == {"journal"}
    finally:
        served.node.committer.failure = None


async def test_node_with_a_stale_directory_is_not_ready(served, probe):
    far = served.node.clock() + 400 * 86_400_000
    served.node.clock = lambda: far
    assert await failing(probe) == {"directory"}


async def test_node_whose_database_is_gone_is_not_ready(served, probe):
    path = served.node.database.path
    path.rename(path.with_suffix(".away"))
    try:
        assert await failing(probe) == {"database"}
    finally:
        path.with_suffix(".away").rename(path)


async def test_node_without_its_data_folder_is_not_ready(served, probe):
    settings = served.node.settings
    served.node.settings = settings.model_copy(update={"data": settings.data / "gone"})
    assert await failing(probe) == {"disk"}
    served.node.settings = settings


async def test_readiness_is_asked_once_in_a_moment(served, probe):
    now = served.node.clock()
    served.node.clock = lambda: now
    assert (await probe("/readyz")).status_code == 200
    served.node.committer.failure = OperatorError("disk.full", "the disk is full")
    assert (await probe("/readyz")).status_code == 200
    served.node.clock = lambda: now + health._KEPT_MS
    assert (await probe("/readyz")).status_code == 503
    served.node.committer.failure = None


async def test_probes_are_not_beneath_the_api(served):
    answer = await Client(served, None).get("/healthz")
    assert (answer.status_code, answer.json()["code"]) == (404, "route.unknown")


async def test_node_whose_broker_does_not_know_it_is_not_ready(served, probe):
    served.supervisor.receptions[0].is_connected = False
    assert await failing(probe) == {"broker"}
