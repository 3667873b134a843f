"""Virtual hosts and accounts of the stage: at a private broker, or at one that was given.

Responsible for who may do what at whose broker, with passwords drawn afresh. Must not know nodes.
"""

import asyncio
import os
import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from node.broker import national_topology
from node.broker.connection import Account, open_channel
from node.broker.private import PrivateBroker
from node.broker.topology import declare, definitions, hash_password, merge
from node.errors import OperatorError

STAGEHAND: Final = "stagehand"  # an account of the stage itself: in the demo it plays the thief


class Hosts:
    """The brokers of everybody on stage.

    Attributes:
        broker: the private one, once started; None where SARBON_AMQP_URL names another.
    """

    def __init__(
        self, everybody: Sequence[str], *, outside: str | None = None, systems: Sequence[str] = ()
    ) -> None:
        """Prepare the hosts.

        Args:
            everybody: authorities, each with a virtual host of its own.
            outside: URL of a broker to use, password included, instead of a private one.
            systems: national systems of each authority; with any, it has a second virtual host.
        """
        self._everybody = everybody
        self._systems = systems
        self._outside = outside or os.environ.get("SARBON_AMQP_URL")
        self._run = secrets.token_hex(4)
        self._passwords: dict[str, str] = {}
        self.broker: PrivateBroker | None = None

    def start(self, folder: Path) -> str:
        """Start the private broker, or prepare the one that SARBON_AMQP_URL names; says which."""
        if self._outside:
            with ThreadPoolExecutor(1) as thread:  # the caller may be running in a loop of its own
                thread.submit(asyncio.run, self._declare_outside()).result()
            return f"RabbitMQ at {urlsplit(self._outside).hostname} (SARBON_AMQP_URL)"
        hosts = [self._definitions(owner) for owner in self._everybody]
        if self._systems:
            hosts += [self._national_definitions(owner) for owner in self._everybody]
        self.broker = PrivateBroker(folder, merge([*hosts, self._stagehand()]))
        self.broker.start()
        return f"private RabbitMQ on 127.0.0.1:{self.broker.port}"

    def account(self, owner: str, user: str) -> Account:
        """Give a user's account at an owner's broker; the stagehand may do everything there."""
        if self._outside:
            return self._outside_account(self._outside, f"{owner.lower()}.")
        return self._own_account(owner.lower(), user)

    def national_account(self, owner: str, system: str | None) -> Account:
        """Give the account of a national system, or the node's own, at an owner's second host."""
        if self._outside:
            return self._outside_account(self._outside, f"{owner.lower()}.national.")
        host = _national_host(owner)
        user = national_topology.system_user(system, host) if system else _national_node(owner)
        return self._own_account(host, user)

    def national_user(self, owner: str, system: str) -> str:
        """Give what a national system writes into `user_id`.

        At a private broker it is the user of its account. At one that was given all have the same
        account, which then needs the tag `impersonator`.
        """
        account = self.national_account(owner, system)
        host = national_topology.vhost_of(account)
        return national_topology.system_user(system, host, prefix=account.prefix)

    def _outside_account(self, outside: str, prefix: str) -> Account:
        parts = urlsplit(outside)
        host = parts.netloc.rpartition("@")[2]
        netloc = f"{parts.username}@{host}" if parts.username else host
        url = urlunsplit(parts._replace(netloc=netloc))
        return Account(url, parts.password, prefix=f"sarbon-{self._run}.{prefix}")

    def _own_account(self, host: str, user: str) -> Account:
        if self.broker is None:
            raise OperatorError("stage.no_broker", "the broker starts first", hint="call start")
        return Account(self.broker.url(user=user, vhost=host), self._password(user))

    def _password(self, user: str) -> str:
        return self._passwords.setdefault(user, secrets.token_urlsafe(18))

    def _definitions(self, owner: str) -> dict[str, Any]:
        """Write the definitions of one authority's virtual host, with least-privilege users."""
        peers = [peer for peer in self._everybody if peer != owner]
        names = ["node", *(peer.lower() for peer in peers)]
        passwords = {}
        for name in names:
            passwords[name] = self._password(f"{name}.{owner.lower()}")
        return definitions(vhost=owner.lower(), peers=peers, passwords=passwords)

    def _national_definitions(self, owner: str) -> dict[str, Any]:
        """Write the definitions of an authority's second virtual host, of its national systems."""
        host = _national_host(owner)
        users = [national_topology.system_user(system, host) for system in self._systems]
        passwords = {user: self._password(user) for user in [_national_node(owner), *users]}
        return national_topology.definitions(vhost=host, systems=self._systems, passwords=passwords)

    def _stagehand(self) -> dict[str, Any]:
        password = self._password(STAGEHAND)
        rights = {"configure": ".*", "write": ".*", "read": ".*"}
        return {
            "users": [
                {
                    "name": STAGEHAND,
                    "password_hash": hash_password(password),
                    "hashing_algorithm": "rabbit_password_hashing_sha256",
                    "tags": [],
                }
            ],
            "permissions": [
                {"user": STAGEHAND, "vhost": owner.lower(), **rights} for owner in self._everybody
            ],
        }

    async def _declare_outside(self) -> None:
        for owner in self._everybody:
            account = self.account(owner, STAGEHAND)
            peers: Iterable[str] = [peer for peer in self._everybody if peer != owner]
            async with open_channel(account, name="sarbon stage") as channel:
                await declare(channel, peers, prefix=account.prefix)


def _national_host(owner: str) -> str:
    return f"{national_topology.VHOST}.{owner.lower()}"


def _national_node(owner: str) -> str:
    return national_topology.node_user(_national_host(owner))
