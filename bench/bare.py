"""Contender (a): a bare relay. One persistent message at a time, confirmed, to a quorum queue.

Responsible for the least that moves documents durably from one process to another through RabbitMQ:
nothing is signed, encrypted, checked or stored. As a program it is the publisher or the consumer.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aio_pika
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from bench.child import Child, clock, listen, say

_ARGUMENTS: Final[dict[str, Any]] = {"x-queue-type": "quorum"}
_PREFETCH: Final = 256


class BareRelay:
    """The two processes, seen from the parent."""

    name = "bare relay"

    def __init__(self, url: str, queue: str, folder: Path) -> None:
        log = folder / "bare.log"
        self._consumer = Child("bench.bare", "consume", log, url=url, queue=queue)
        self._publisher = Child("bench.bare", "publish", log, url=url, queue=queue)

    @property
    def pids(self) -> list[int]:
        """Its processes."""
        return [self._publisher.pid, self._consumer.pid]

    def run(self, documents: list[bytes]) -> float:
        """Move documents; gives the seconds from the first publish to the last acknowledgement."""
        return relay(self._publisher, self._consumer, documents)

    def close(self) -> None:
        """End both processes."""
        self._publisher.close()
        self._consumer.close()


def relay(publisher: Child, consumer: Child, documents: list[bytes]) -> float:
    """Let one child send documents and another take them; gives the seconds in between."""
    consumer.tell(messages=len(documents))
    publisher.tell(documents=[document.decode() for document in documents])
    publisher.hear()  # it holds them all now
    publisher.tell(go=True)
    first = publisher.hear()["first"]
    last = consumer.hear()["last"]
    return float(last - first)


async def consume(world: dict[str, Any]) -> None:
    """Take and acknowledge messages; say when the last one of a round was."""
    left, done = 0, asyncio.Event()

    async def take(message: AbstractIncomingMessage) -> None:
        nonlocal left
        await message.ack()
        left -= 1
        if left == 0:
            done.set()

    async with _channel(world) as channel:
        await channel.set_qos(prefetch_count=_PREFETCH)
        queue = await channel.declare_queue(world["queue"], durable=True, arguments=_ARGUMENTS)
        await queue.purge()
        await queue.consume(take)
        say(ready=True)
        while task := await asyncio.to_thread(listen):
            left = task["messages"]
            await done.wait()
            done.clear()
            say(last=clock())


async def publish(world: dict[str, Any]) -> None:
    """Publish one message after the other, each only when the one before is confirmed."""
    async with _channel(world) as channel:
        say(ready=True)
        while task := await asyncio.to_thread(listen):
            bodies = [document.encode() for document in task["documents"]]
            say(ready=True)
            await asyncio.to_thread(listen)
            first = clock()
            for body in bodies:
                message = Message(body, delivery_mode=DeliveryMode.PERSISTENT)
                await channel.default_exchange.publish(message, routing_key=world["queue"])
            say(first=first)


@asynccontextmanager
async def _channel(world: dict[str, Any]) -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(world["url"])
    async with connection:
        yield await connection.channel(publisher_confirms=True)


if __name__ == "__main__":
    asyncio.run({"consume": consume, "publish": publish}[sys.argv[1]](listen() or {}))
