"""A real RabbitMQ whose one virtual host belongs to the national systems of an authority."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from node.broker.connection import Account
from node.broker.national_topology import definitions, node_user, system_user
from node.broker.private import PrivateBroker
from node.broker.topology import hash_password, merge

VHOST = "national.az-scc"
SYSTEMS = ("risk", "declarations", "terminal")
FREE = "free"  # an account of the tests that may do everything, and speak for anybody


@dataclass(frozen=True)
class National:
    """The broker, and who may go there."""

    broker: PrivateBroker
    password: str

    def account(self, user: str, *, prefix: str = "") -> Account:
        return Account(self.broker.url(user=user, vhost=VHOST), self.password, prefix=prefix)

    def node(self) -> Account:
        return self.account(node_user(VHOST))

    def system(self, system: str) -> Account:
        return self.account(system_user(system, VHOST))

    def free(self, prefix: str) -> Account:
        return self.account(FREE, prefix=prefix)


def _everything(password: str) -> dict:
    rights = {"user": FREE, "vhost": VHOST, "configure": ".*", "write": ".*", "read": ".*"}
    user = {
        "name": FREE,
        "password_hash": hash_password(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": ["impersonator"],
    }
    return {"users": [user], "permissions": [rights]}


@pytest.fixture(scope="session")
def national(tmp_path_factory) -> Iterator[National]:
    password = secrets.token_urlsafe(12)
    users = [node_user(VHOST), *(system_user(system, VHOST) for system in SYSTEMS)]
    # `terminal` has an account, but no queue yet: the node makes it.
    rights = definitions(vhost=VHOST, systems=SYSTEMS, passwords=dict.fromkeys(users, password))
    rights["queues"] = [row for row in rights["queues"] if not row["name"].endswith(".terminal")]
    rights["bindings"] = [row for row in rights["bindings"] if row["routing_key"] != "terminal"]
    folder = tmp_path_factory.mktemp("national")
    broker = PrivateBroker(folder, merge([rights, _everything(password)]))
    broker.start()
    yield National(broker, password)
    broker.stop()
