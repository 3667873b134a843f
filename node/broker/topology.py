"""Exchanges, queues and rights at an authority's own broker: named and made in one place.

Responsible for the names, for RabbitMQ definitions with least-privilege users, and for declaring the
same over AMQP where nobody may import definitions. Must not publish or consume.

Each peer has its own exchange `from.<PEER>` and its own queues `in.<PEER>.<lane>`: one for each
priority, and `bulk` for files, so that these are never before a bundle. Its account may write to that
exchange and nothing else: nobody can impersonate, read or flood another.

Source: schemas/README.md §4; RabbitMQ 3.10 to 4.x (quorum queues, definitions).
"""

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel

PRIORITIES: Final = ("urgent", "routine")
BULK: Final = "bulk"
LANES: Final = (*PRIORITIES, BULK)
DEAD: Final = "dead"
_QUEUE_LENGTH: Final = 10_000  # bundles; more than that is refused to the sender, which keeps them
_BULK_BYTES: Final = 33_554_432  # 32 MiB of chunks: a file at its largest; more is refused as above
_DELIVERY_LIMIT: Final = 20  # a bundle that kills its reader so often goes to the dead letters


def exchange_of(peer: str, *, prefix: str = "") -> str:
    """Name the exchange that a peer writes to."""
    return f"{prefix}from.{peer}"


def queue_of(peer: str, lane: str, *, prefix: str = "") -> str:
    """Name the queue in which a peer's bundles of one priority, or its files, wait."""
    return f"{prefix}in.{peer}.{lane}"


def queue_arguments(prefix: str = "", *, lane: str = "urgent") -> dict[str, Any]:
    """Give the arguments of a queue of ours."""
    bounds = {"x-max-length-bytes": _BULK_BYTES} if lane == BULK else {"x-max-length": _QUEUE_LENGTH}
    return {
        "x-queue-type": "quorum",
        **bounds,
        "x-overflow": "reject-publish",
        "x-delivery-limit": _DELIVERY_LIMIT,
        "x-dead-letter-exchange": f"{prefix}{DEAD}",
        "x-dead-letter-strategy": "at-least-once",
    }


async def declare(channel: AbstractChannel, peers: Iterable[str], *, prefix: str = "") -> None:
    """Declare everything over AMQP; repeating it changes nothing."""
    dead = await channel.declare_exchange(f"{prefix}{DEAD}", ExchangeType.FANOUT, durable=True)
    letters = await channel.declare_queue(
        f"{prefix}{DEAD}", durable=True, arguments={"x-queue-type": "quorum"}
    )
    await letters.bind(dead)
    for peer in peers:
        name = exchange_of(peer, prefix=prefix)
        exchange = await channel.declare_exchange(name, ExchangeType.DIRECT, durable=True)
        for lane in LANES:
            queue = await channel.declare_queue(
                queue_of(peer, lane, prefix=prefix),
                durable=True,
                arguments=queue_arguments(prefix, lane=lane),
            )
            await queue.bind(exchange, routing_key=lane)


def definitions(
    *, vhost: str, peers: Iterable[str], passwords: Mapping[str, str | None]
) -> dict[str, Any]:
    """Write RabbitMQ definitions for one authority's virtual host.

    Args:
        vhost: its virtual host.
        peers: authority ids that will write to us.
        passwords: by user name; `node` is our own, each peer's is its id in lower case. None for a
            user that authenticates with its client certificate alone.
    """
    users = {"node": _node_rights(), **{peer.lower(): _peer_rights(peer) for peer in peers}}
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(f"{name}.{vhost}", passwords.get(name)) for name in users],
        "permissions": [
            {"user": f"{name}.{vhost}", "vhost": vhost, **rights} for name, rights in users.items()
        ],
        "exchanges": [
            _exchange(DEAD, "fanout", vhost),
            *(_exchange(exchange_of(peer), "direct", vhost) for peer in peers),
        ],
        "queues": [
            _queue(DEAD, vhost, {"x-queue-type": "quorum"}),
            *(
                _queue(queue_of(peer, lane), vhost, queue_arguments(lane=lane))
                for peer in peers
                for lane in LANES
            ),
        ],
        "bindings": [
            _binding(DEAD, DEAD, "", vhost),
            *(
                _binding(exchange_of(peer), queue_of(peer, lane), lane, vhost)
                for peer in peers
                for lane in LANES
            ),
        ],
    }


def merge(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Join the definitions of several virtual hosts for one broker."""
    merged: dict[str, list[Any]] = {}
    for part in parts:
        for name, rows in part.items():
            merged.setdefault(name, []).extend(rows)
    return dict(merged)


def _node_rights() -> dict[str, str]:
    return {"configure": "^$", "write": "^$", "read": r"^(in\..*|dead)$"}


def _peer_rights(peer: str) -> dict[str, str]:
    return {"configure": "^$", "write": f"^{re.escape(exchange_of(peer))}$", "read": "^$"}


def _user(name: str, password: str | None) -> dict[str, Any]:
    hashed = {} if password is None else {"password_hash": hash_password(password)}
    algorithm = "rabbit_password_hashing_sha256"
    return {"name": name, "password_hash": "", **hashed, "hashing_algorithm": algorithm, "tags": []}


def hash_password(password: str) -> str:
    """Hash a password as RabbitMQ stores it: base64(salt ‖ SHA-256(salt ‖ password))."""
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _exchange(name: str, kind: str, vhost: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": vhost,
        "type": kind,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _queue(name: str, vhost: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": vhost,
        "durable": True,
        "auto_delete": False,
        "arguments": arguments,
    }


def _binding(source: str, destination: str, key: str, vhost: str) -> dict[str, Any]:
    return {
        "source": source,
        "vhost": vhost,
        "destination": destination,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }
