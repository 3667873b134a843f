"""What ran, and on what: the lines above the table that make its figures worth comparing.

Responsible for facts about machine, programs and contenders. Must not measure.
"""

import asyncio
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Final

import aio_pika

from node.broker.connection import Account

_ACCOUNTS: Final = {
    "bare relay": (
        "aio-pika {aio-pika}, one persistent message at a time, confirmed, quorum queue; "
        "nothing signed, sealed or stored"
    ),
    "Sarbon": (
        "two nodes, from the local socket to the receipt recorded, many under way at once, quorum "
        "queues; everything signed, sealed, logged and on disk. CPU is of both nodes, not of the feeder"
    ),
    "Celery auth": (
        "Celery {celery}, tasks signed with RSA-2048, one at a time, confirmed, quorum queue, "
        "late acknowledgement, solo worker; nothing sealed or stored"
    ),
}


def describe(account: Account, rounds: int, messages: int) -> dict[str, str]:
    """Say what the figures are of."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    versions = {name: version(name) for name in ("aio-pika", "celery")}
    return {
        "machine": f"{os.cpu_count()} processors ({_processor()}), load {load} at the end",
        "programs": f"Python {platform.python_version()}, RabbitMQ {_broker_version(account)}",
        "rounds": f"{rounds} of {messages} messages for each contender, interleaved",
        **{name: text.format_map(versions) for name, text in _ACCOUNTS.items()},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _broker_version(account: Account) -> str:
    return asyncio.run(_ask_version(account))


async def _ask_version(account: Account) -> str:
    connection = await aio_pika.connect(account.dial())
    async with connection:
        transport = connection.transport
        properties = transport.connection.server_properties if transport else {}
        return str(properties.get("version", "of unknown version"))
