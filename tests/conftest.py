"""Fixtures that several test packages share: one real RabbitMQ a session, and stages on it."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from node.broker.private import PrivateBroker
from node.broker.topology import definitions, hash_password, merge
from node.demo.stage import Cast, Stage
from node.envelope.keyfile import Cost

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PASSWORD = secrets.token_urlsafe(12)


def _tester() -> dict:
    rights = {"user": "tester", "configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": "tests"}],
        "users": [
            {
                "name": "tester",
                "password_hash": hash_password(PASSWORD),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
            }
        ],
        "permissions": [{**rights, "vhost": "tests"}, {**rights, "vhost": "az-scc"}],
    }


@pytest.fixture(autouse=True, scope="module")
def _usual_log_lines() -> Iterator[None]:
    """A command sets up logging for its process; the tests of the next file must not inherit that."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def broker(tmp_path_factory) -> Iterator[PrivateBroker]:
    """A real RabbitMQ: virtual host `tests` for everything, `az-scc` with least-privilege users."""
    passwords = {"node": PASSWORD, "uz-cc": PASSWORD, "tm-scs": PASSWORD}
    rights = definitions(vhost="az-scc", peers=["UZ-CC", "TM-SCS"], passwords=passwords)
    broker = PrivateBroker(tmp_path_factory.mktemp("broker"), merge([rights, _tester()]))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def amqp_url(broker) -> str:
    """URL of the virtual host in which a test may do everything."""
    return broker.url(user=f"tester:{PASSWORD}", vhost="tests")


@pytest.fixture
def make_stage(tmp_path, amqp_url) -> Iterator[Callable[..., Stage]]:
    """Make founded stages on the session's broker; their processes end with the test."""
    stages: list[Stage] = []

    def make(*nodes: str, others: tuple[str, ...] = ()) -> Stage:
        cast = Cast(nodes or ("AZ-SCC", "TM-SCS", "UZ-CC"), others)
        # A socket's path may have 100 characters, so stages live in short folders.
        folder = Path(tmp_path) / f"s{len(stages)}"
        stage = Stage(folder, cast, cost=CHEAP, outside=amqp_url)
        stages.append(stage)
        stage.start_broker()
        stage.found()
        return stage

    yield make
    for stage in stages:
        stage.close()
