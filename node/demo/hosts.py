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

    def __init__(self, everybody: Sequence[str], *, outside: str | None = None) -> None:
        self._everybody = everybody
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
        self.broker = PrivateBroker(folder, merge([*hosts, self._stagehand()]))
        self.broker.start()
        return f"private RabbitMQ on 127.0.0.1:{self.broker.port}"

    def account(self, owner: str, user: str) -> Account:
        """Give a user's account at an owner's broker; the stagehand may do everything there."""
        if self._outside:
            parts = urlsplit(self._outside)
            host = parts.netloc.rpartition("@")[2]
            netloc = f"{parts.username}@{host}" if parts.username else host
            url = urlunsplit(parts._replace(netloc=netloc))
            return Account(url, parts.password, prefix=f"sarbon-{self._run}.{owner.lower()}.")
        if self.broker is None:
            raise OperatorError("stage.no_broker", "the broker starts first", hint="call start")
        password = self._passwords.setdefault(user, secrets.token_urlsafe(18))
        return Account(self.broker.url(user=user, vhost=owner.lower()), password)

    def _definitions(self, owner: str) -> dict[str, Any]:
        """Write the definitions of one authority's virtual host, with least-privilege users."""
        peers = [peer for peer in self._everybody if peer != owner]
        names = ["node", *(peer.lower() for peer in peers)]
        passwords = {}
        for name in names:
            user = f"{name}.{owner.lower()}"
            passwords[name] = self._passwords.setdefault(user, secrets.token_urlsafe(18))
        return definitions(vhost=owner.lower(), peers=peers, passwords=passwords)

    def _stagehand(self) -> dict[str, Any]:
        password = self._passwords.setdefault(STAGEHAND, secrets.token_urlsafe(18))
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
