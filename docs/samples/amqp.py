"""Publishes documents, one in each file, and takes in what the peers answer, over AMQP alone.

NATIONAL_URL=amqps://system.risk-engine.national:password@broker.example/national \
NATIONAL_SYSTEM=risk-engine python amqp.py ANSWERS_FOLDER DOCUMENT.json ...

Stops when every document has its receipt and an answer. May be killed and run again at any point. It
needs aio-pika, and nothing else of Sarbon than docs/amqp.md.
"""
# ruff: noqa: INP001, T201 - a program of one file that prints

import asyncio
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika

URL = os.environ["NATIONAL_URL"]
SYSTEM = os.environ["NATIONAL_SYSTEM"]


async def main(answers: Path, paths: list[Path]) -> None:
    """Publish, then take what comes until everything is answered."""
    waiting = {path.name: json.loads(path.read_bytes())["reference"] for path in paths}
    async with await aio_pika.connect(URL) as connection:
        channel = await connection.channel(on_return_raises=True)  # confirms are on
        await channel.set_qos(prefetch_count=100)
        queue = await channel.get_queue(f"deliver.{SYSTEM}", ensure=False)  # declare nothing
        exchange = await channel.get_exchange("submit", ensure=False)
        publishing = asyncio.create_task(publish(exchange, paths))
        async with queue.iterator() as messages:
            while not is_done(answers, waiting):
                message = await anext(messages)
                take(message, answers, waiting)
                await message.ack()  # only now: until here the broker would give it again
        await publishing
    print(f"{len(paths)} published, {len(paths)} receipted, {len(paths)} answers in {answers}")


async def publish(exchange: aio_pika.abc.AbstractExchange, paths: list[Path]) -> None:
    """Publish each file under its name as the key: the same file published again is sent once."""
    for path in paths:
        message = aio_pika.Message(
            path.read_bytes(),
            message_id=path.name,
            user_id=urlsplit(URL).username,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await exchange.publish(message, routing_key=SYSTEM, mandatory=True)


def take(message: aio_pika.abc.AbstractIncomingMessage, answers: Path, waiting: dict[str, str]) -> None:
    """Keep what concerns our documents; what comes twice is kept once."""
    body, key = json.loads(message.body), str(message.correlation_id)
    if message.type == "submission.refused" and key in waiting:
        sys.exit(f"{key}: {message.body.decode()}")
    elif message.type == "submission.accepted" and key in waiting:
        (answers / f"{waiting[key]}.accepted").write_text(body["id"])
    elif message.type == "sarbon.message.receipted":
        (answers / f"{body['data']['message']['reference']}.receipted").touch()
    elif message.type == "document":
        answered = body.get("answers", {}).get("reference")
        if answered in waiting.values():
            (answers / f"{answered}.json").write_bytes(message.body)


def is_done(answers: Path, waiting: dict[str, str]) -> bool:
    """Say whether every document was accepted, has its receipt, and is answered."""
    kinds = ("accepted", "receipted", "json")
    return all((answers / f"{name}.{kind}").exists() for name in waiting.values() for kind in kinds)


Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
asyncio.run(main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]]))
