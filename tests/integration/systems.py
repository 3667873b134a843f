"""National systems as integrators write them: one with an AMQP client alone, one that drops files."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aio_pika

from node.broker.connection import Account
from node.broker.national_topology import DELIVER, SUBMIT
from node.demo.national import folder_of
from node.demo.stage import Cast, Stage
from tests.conftest import CHEAP


@dataclass
class Amqp:
    """A system that submits and reads its queue."""

    system: str
    user: str
    exchange: aio_pika.abc.AbstractExchange
    queue: aio_pika.abc.AbstractQueue
    answers: dict[str, list[dict]] = field(default_factory=dict)
    events: list[dict] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    """By the id of the event that each followed."""

    async def submit(self, documents: dict[str, bytes]) -> None:
        """Submit documents by their keys; each is with the broker when this returns."""
        await asyncio.gather(
            *(
                self.exchange.publish(
                    aio_pika.Message(
                        document,
                        message_id=key,
                        user_id=self.user,
                        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                    ),
                    routing_key=self.system,
                    mandatory=True,
                )
                for key, document in documents.items()
            )
        )

    async def read_until(self, enough, *, seconds: float = 60) -> None:
        """Take what comes until it is enough."""
        async with asyncio.timeout(seconds), self.queue.iterator() as messages:
            while not enough():
                message = await anext(messages)
                self._take(message)
                await message.ack()

    def told(self, kind: str) -> set[str]:
        """Give the ids of the messages of which events of a kind came."""
        return {
            event["data"]["message"]["id"] for event in self.events if event["type"] == f"sarbon.{kind}"
        }

    def _take(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        if message.type.startswith("submission."):
            self.answers.setdefault(message.correlation_id, []).append(json.loads(message.body))
        elif message.type == "document":
            self.documents[message.correlation_id] = message.body
        else:
            self.events.append(json.loads(message.body))


@asynccontextmanager
async def amqp(stage: Stage, authority: str, system: str) -> AsyncIterator[Amqp]:
    """Connect as a national system of an authority."""
    account: Account = stage.hosts.national_account(authority, system)
    user = stage.hosts.national_user(authority, system)
    async with await aio_pika.connect(account.dial()) as connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.set_qos(prefetch_count=100)
        exchange = await channel.get_exchange(f"{account.prefix}{SUBMIT}", ensure=False)
        queue = await channel.get_queue(f"{account.prefix}{DELIVER}.{system}", ensure=False)
        yield Amqp(system, user, exchange, queue)


def drop(stage: Stage, authority: str, name: str, documents: Iterable[bytes]) -> None:
    """Drop a file of documents as its writer should: under another name, then renamed."""
    folder = folder_of(stage.home(authority)) / "in"
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(b"\n".join(documents) + b"\n")
    unfinished.rename(folder / name)


def result(stage: Stage, authority: str, name: str) -> dict | None:
    """Give the result of a file, once it has come to its end."""
    folder = folder_of(stage.home(authority))
    for place in ("done", "failed"):
        if (folder / place / name).exists():
            return json.loads((folder / place / f"{name}.result.json").read_bytes())
    return None


def given_out(stage: Stage, authority: str) -> list[Path]:
    """Give the finished files in `out/`, in the order of the log."""
    folder = folder_of(stage.home(authority)) / "out"
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def keyed(found: Iterable[bytes]) -> dict[str, bytes]:
    """Give each document a key."""
    return {f"key-{number}": document for number, document in enumerate(found)}


@contextmanager
def running(folder: Path, *authorities: str) -> Iterator[Stage]:
    """Run the nodes of some authorities, with national systems, at a broker of their own."""
    stage = Stage(folder, Cast(authorities, ()), cost=CHEAP, has_systems=True)
    try:
        stage.start_broker()
        stage.found()
        for authority in authorities:
            stage.run_node(authority)
            stage.wait_until_connected(authority)
        yield stage
    finally:
        stage.close()
