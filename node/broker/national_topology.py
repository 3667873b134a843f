"""Exchanges, queues and rights for an authority's own systems: the virtual host of the national side.

Responsible for the names, for who may do what, and for one registry of it all: from `topology_of` come
the RabbitMQ definitions, what is declared over AMQP, and the published AsyncAPI document. Must not
publish or consume.

A system writes to the exchange `submit` with its own id as the routing key, and reads its own queue
`deliver.<system>`; its account may do nothing else. Behind the exchange each system has a queue of its
own, so that one that floods us, or does not read its answers, delays nobody but itself.

Source: RabbitMQ 3.10 to 4.x (quorum queues, definitions, access control).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelPreconditionFailed

from node.broker.connection import Account
from node.broker.topology import DEAD, hash_password
from node.errors import OperatorError

VHOST: Final = "national"  # as the published document writes it; an operator may choose another
SUBMIT: Final = "submit"
DELIVER: Final = "deliver"
SYSTEM_ID: Final = "[a-z][a-z0-9-]{1,31}"
QUEUE_LENGTH: Final = 10_000  # more is refused to whoever publishes, which keeps it
_QUEUE_BYTES: Final = 268_435_456  # 256 MiB: a thousand documents at their largest
_DELIVERY_LIMIT: Final = 20  # what kills its reader so often goes to the dead letters
_ANSWER_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange."""

    name: str
    kind: ExchangeType


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Binding:
    """What an exchange passes to a queue."""

    exchange: str
    queue: str
    key: str


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything there is in the virtual host, in the order in which it can be made."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]


def submit_exchange(*, prefix: str = "") -> str:
    """Name the exchange that systems write to."""
    return f"{prefix}{SUBMIT}"


def submit_queue(system: str, *, prefix: str = "") -> str:
    """Name the queue in which a system's submissions wait for us."""
    return f"{prefix}{SUBMIT}.{system}"


def deliver_queue(system: str, *, prefix: str = "") -> str:
    """Name the queue in which answers and events wait for a system."""
    return f"{prefix}{DELIVER}.{system}"


def vhost_of(account: Account) -> str:
    """Give the virtual host of an account."""
    return unquote(urlsplit(account.url).path[1:])


def node_user(vhost: str, *, prefix: str = "") -> str:
    """Name the node's own account."""
    return f"node.{prefix}{vhost}"


def system_user(system: str, vhost: str, *, prefix: str = "") -> str:
    """Name a system's account; at most 64 characters with a short host, as a certificate's name has."""
    return f"system.{prefix}{system}.{vhost}"


def system_of(user: str, vhost: str, *, prefix: str = "") -> str | None:
    """Give the system whose account this is, or None if it is no system's."""
    before, after = re.escape(f"system.{prefix}"), re.escape(f".{vhost}")
    found = re.fullmatch(f"{before}({SYSTEM_ID}){after}", user)
    return found[1] if found else None


def topology_of(systems: Iterable[str], *, prefix: str = "", length: int = QUEUE_LENGTH) -> Topology:
    """Say what the virtual host must hold for these systems.

    Args:
        systems: ids of national systems.
        prefix: stands before every name, where authorities share a virtual host.
        length: how many messages a queue of a system may hold.
    """
    systems = list(systems)
    dead = f"{prefix}{DEAD}"
    exchange = submit_exchange(prefix=prefix)
    guarded = _arguments(dead, length)
    return Topology(
        exchanges=(Exchange(dead, ExchangeType.FANOUT), Exchange(exchange, ExchangeType.DIRECT)),
        queues=(
            Queue(dead, {"x-queue-type": "quorum"}),
            *(
                queue
                for system in systems
                for queue in (
                    Queue(submit_queue(system, prefix=prefix), guarded),
                    Queue(deliver_queue(system, prefix=prefix), guarded),
                )
            ),
        ),
        bindings=(
            Binding(dead, dead, ""),
            *(Binding(exchange, submit_queue(system, prefix=prefix), system) for system in systems),
        ),
    )


async def declare(
    channel: AbstractChannel, systems: Iterable[str], *, prefix: str = "", length: int = QUEUE_LENGTH
) -> None:
    """Declare everything over AMQP; repeating it changes nothing.

    Raises:
        OperatorError: `broker.differs` if something of that name is there with other properties.
    """
    plan = topology_of(systems, prefix=prefix, length=length)
    try:
        for exchange in plan.exchanges:
            await channel.declare_exchange(
                exchange.name, exchange.kind, durable=True, timeout=_ANSWER_SECONDS
            )
        for row in plan.queues:
            await channel.declare_queue(
                row.name, durable=True, arguments=dict(row.arguments), timeout=_ANSWER_SECONDS
            )
        for binding in plan.bindings:
            queue = await channel.get_queue(binding.queue, ensure=False)
            await queue.bind(binding.exchange, binding.key, timeout=_ANSWER_SECONDS)
    except ChannelPreconditionFailed as error:
        raise OperatorError(
            "broker.differs",
            f"what is declared at the broker is not what this version declares: {error}",
            hint="empty the queue, delete it and start the node again; docs/amqp.md says what is in it",
        ) from error


def definitions(
    *,
    vhost: str,
    systems: Iterable[str],
    passwords: Mapping[str, str | None],
    prefix: str = "",
) -> dict[str, Any]:
    """Write RabbitMQ definitions for the virtual host of the national side.

    Args:
        vhost: its name.
        systems: ids of national systems.
        passwords: by user name, see `node_user` and `system_user`. None, or no entry, for a user that
            authenticates with its client certificate alone.
        prefix: stands before every name.
    """
    systems = list(systems)
    plan = topology_of(systems, prefix=prefix)
    users = {
        node_user(vhost, prefix=prefix): _node_rights(prefix),
        **{system_user(one, vhost, prefix=prefix): _system_rights(one, prefix) for one in systems},
    }
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(name, passwords.get(name)) for name in users],
        "permissions": [{"user": name, "vhost": vhost, **rights} for name, rights in users.items()],
        "exchanges": [_exchange_row(one, vhost) for one in plan.exchanges],
        "queues": [_queue_row(one, vhost) for one in plan.queues],
        "bindings": [_binding_row(one, vhost) for one in plan.bindings],
    }


def _arguments(dead: str, length: int) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-max-length": length,
        "x-max-length-bytes": _QUEUE_BYTES,
        "x-overflow": "reject-publish",
        "x-delivery-limit": _DELIVERY_LIMIT,
        "x-dead-letter-exchange": dead,
        "x-dead-letter-strategy": "at-least-once",
    }


def _node_rights(prefix: str) -> dict[str, str]:
    """Let the node make what any system needs, so that a new one waits for no administrator.

    Write: to bind its queues, to name where dead letters go, and to the default exchange, by which
    answers reach `deliver.<system>` and direct reply-to. Read: to bind, and to consume.
    """
    before = re.escape(prefix)
    dead, submit = f"{before}{DEAD}", f"{before}{SUBMIT}"
    ours = rf"{before}({SUBMIT}|{DELIVER})\.{SYSTEM_ID}"
    return {
        "configure": f"^({dead}|{submit}|{ours})$",
        "write": rf"^({dead}|{submit}\.{SYSTEM_ID}|amq\.default)$",
        "read": f"^({dead}|{submit}|{ours})$",
    }


def _system_rights(system: str, prefix: str) -> dict[str, str]:
    return {
        "configure": "^$",
        "write": f"^{re.escape(submit_exchange(prefix=prefix))}$",
        "read": f"^{re.escape(deliver_queue(system, prefix=prefix))}$",
    }


def _user(name: str, password: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": "" if password is None else hash_password(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }


def _exchange_row(exchange: Exchange, vhost: str) -> dict[str, Any]:
    return {
        "name": exchange.name,
        "vhost": vhost,
        "type": exchange.kind.value,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _queue_row(queue: Queue, vhost: str) -> dict[str, Any]:
    return {
        "name": queue.name,
        "vhost": vhost,
        "durable": True,
        "auto_delete": False,
        "arguments": dict(queue.arguments),
    }


def _binding_row(binding: Binding, vhost: str) -> dict[str, Any]:
    return {
        "source": binding.exchange,
        "vhost": vhost,
        "destination": binding.queue,
        "destination_type": "queue",
        "routing_key": binding.key,
        "arguments": {},
    }
