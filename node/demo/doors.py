"""The day's documents through all four doors, as national systems bring them.

Responsible for playing these systems with what integrators have: the Python client, an AMQP client, a
folder, the command line. Must not know what becomes of a document afterwards.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aio_pika

from node.broker.connection import open_channel
from node.broker.national_topology import deliver_queue, submit_exchange
from node.client import Client, Connection
from node.demo.national import DROP, api_url, folder_of
from node.demo.stage import Stage
from node.errors import OperatorError

_SYSTEM: Final = "declarations"
_PATIENCE_SECONDS: Final = 90.0


@dataclass(frozen=True, slots=True)
class Brought:
    """What one door took.

    Attributes:
        door: REST, AMQP, folder or command.
        seconds: from the first document to the last answer.
    """

    authority: str
    door: str
    documents: int
    accepted: int
    seconds: float


def token_of(stage: Stage, authority: str, system: str) -> str:
    """Let the owner of a node issue a token for a system."""
    answer = stage.ask(
        authority, {"do": "access", "act": "issue", "id": system, "scopes": [], "days": 1}
    )
    if "error" in answer:
        raise OperatorError("demo.token", answer["error"]["message"], hint="this must not happen")
    return str(answer["text"])


def client_of(stage: Stage, authority: str, system: str = _SYSTEM) -> Client:
    """Give the Python client of a system, with a new token."""
    url = api_url(stage.settings(authority))
    if url is None:
        raise OperatorError("demo.no_api", f"{authority} has no API", hint="this must not happen")
    return Client(Connection(url.removesuffix("/api/v1"), token_of(stage, authority, system)))


def by_rest(stage: Stage, authority: str, documents: list[bytes]) -> Brought:
    """Submit each document by the Python client."""
    started = time.monotonic()
    with client_of(stage, authority) as node:
        accepted = sum(bool(node.submit(document).id) for document in documents)
    return Brought(authority, "REST", len(documents), accepted, time.monotonic() - started)


def by_amqp(stage: Stage, authority: str, documents: list[bytes]) -> Brought:
    """Publish each document to the exchange of national systems, and count the answers."""
    started = time.monotonic()
    accepted = asyncio.run(_publish(stage, authority, documents))
    return Brought(authority, "AMQP", len(documents), accepted, time.monotonic() - started)


def by_folder(stage: Stage, authority: str, path: Path) -> Brought:
    """Drop a file, and wait for its result."""
    started = time.monotonic()
    drop = folder_of(stage.home(authority))
    content = path.read_bytes()
    unfinished = drop / "in" / f".{path.name}"
    unfinished.write_bytes(content)
    unfinished.rename(drop / "in" / path.name)
    results = (drop / "done" / f"{path.name}.result.json", drop / "failed" / f"{path.name}.result.json")
    _wait(lambda: any(result.is_file() for result in results), f"{DROP} got no result")
    result = json.loads(next(one for one in results if one.is_file()).read_bytes())
    return Brought(
        authority,
        "folder",
        len(content.splitlines()),
        result["accepted"],
        time.monotonic() - started,
    )


def by_command(stage: Stage, authority: str, paths: Iterable[Path]) -> Brought:
    """Send files by the command line."""
    started = time.monotonic()
    result = stage.command(authority, "send", "--json", *map(str, paths))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    accepted = sum("id" in answer for answer in answers)
    return Brought(authority, "command", len(answers), accepted, time.monotonic() - started)


async def _publish(stage: Stage, authority: str, documents: list[bytes]) -> int:
    account = stage.hosts.national_account(authority, _SYSTEM)
    user = stage.hosts.national_user(authority, _SYSTEM)
    async with open_channel(account, name=_SYSTEM) as channel:
        exchange = await channel.get_exchange(submit_exchange(prefix=account.prefix), ensure=False)
        queue = await channel.get_queue(deliver_queue(_SYSTEM, prefix=account.prefix), ensure=False)
        for number, document in enumerate(documents):
            await exchange.publish(
                aio_pika.Message(
                    document,
                    message_id=f"day-{number}",
                    user_id=user,
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                ),
                routing_key=_SYSTEM,
            )
        return await _answers(queue, len(documents))


async def _answers(queue: aio_pika.abc.AbstractQueue, wanted: int) -> int:
    """Read answers until there is one for each document; gives how many were accepted."""
    verdicts: dict[str, bool] = {}
    async with asyncio.timeout(_PATIENCE_SECONDS), queue.iterator() as messages:
        async for message in messages:
            await message.ack()
            if str(message.type).startswith("submission."):
                verdicts[str(message.correlation_id)] = message.type == "submission.accepted"
            if len(verdicts) == wanted:
                break
    return sum(verdicts.values())


def _wait(is_there: Callable[[], bool], fact: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_there():
        if time.monotonic() > deadline:
            raise OperatorError("demo.silent", fact, hint="see the node.log of the authority")
        time.sleep(0.05)  # watching a folder, as such a system does
