"""The attacks of the demo, made with the real protocol by somebody who should not have succeeded.

Responsible for forged, replayed, tampered and unagreed bundles, and for the thief's hand at the
broker. What becomes of each is read from the victim's own log.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractQueue

from node.audit.checkpoint import LogSigner
from node.audit.event import Kind, write_entry
from node.audit.merkle import Nodes, append, inclusion_path, leaf_hash, root
from node.audit.witness import Request
from node.broker.connection import Account, open_channel
from node.broker.publisher import Publisher
from node.broker.topology import exchange_of, queue_of
from node.canonical import b64u, encode
from node.envelope.keys import EncryptionPublicKey
from node.envelope.sealing import Context, seal
from node.envelope.suite import SX1
from node.envelope.wire import Bundle, Item, encode_bundle, seal_bundle
from node.message.document import read_document
from node.transfer.outgoing import new_message_id


@dataclass(slots=True)
class HandMadeLog:
    """A log kept by hand, by whoever has (or has made up) its keys."""

    signer: LogSigner
    entries: list[bytes] = field(default_factory=list)

    def bundle(
        self,
        indexes: Sequence[int],
        jwes: Sequence[bytes | None],
        *,
        receiver: str,
        key: EncryptionPublicKey,
        now: int,
    ) -> bytes:
        """Make a bundle of some entries, proved against the head of all of them."""
        nodes: Nodes = append(0, [leaf_hash(entry) for entry in self.entries], _no_reader)
        size = len(self.entries)

        def read(height: int, index: int) -> bytes:
            return nodes[height, index]

        note = self.signer.sign(size=size, root=root(size, read), seconds=now // 1000)
        items = [
            Item(self.entries[index], index, inclusion_path(index, size, read), jwe)
            for index, jwe in zip(indexes, jwes, strict=True)
        ]
        plain = encode_bundle(Bundle(Request(0, (), note).encode(), tuple(items)))
        return seal_bundle(plain, receiver=receiver, key=key)


def hand_made_message(
    document: bytes,
    *,
    originator: str,
    log: str,
    recipient: str,
    key: EncryptionPublicKey,
    agreement: str,
    now: int,
    expires: int | None = None,
) -> tuple[bytes, bytes]:
    """Seal a document without asking any policy; gives manifest and JWE."""
    message_id = new_message_id(now, os.urandom)
    read = read_document(document).document
    sealed = seal(
        document,
        context=Context(SX1, message_id, originator),
        recipients=[(recipient, key)],
        random_bytes=os.urandom,
    )
    entry = write_entry(
        Kind.MESSAGE_SEALED,
        at=now,
        log=log,
        id=message_id,
        suite=SX1,
        from_=originator,
        to=[
            {
                "id": recipient,
                "kid": key.kid,
                "wrap": b64u(sealed.wraps[0]),
                "agreement": agreement,
            }
        ],
        type=read.type,
        priority=str(read.priority),
        expires=expires or now + 3_600_000,
        directory=1,
        body={"commit": b64u(sealed.commit), "jwe": b64u(sealed.digest)},
    )
    return entry.raw, encode(sealed.jwe)


async def publish_as(account: Account, authority: str, body: bytes, priority: str) -> None:
    """Publish a bundle with a peer's account: its own, or a stolen one."""
    async with open_channel(account, name="somebody") as channel:
        publisher = await Publisher.attach(channel, authority, prefix=account.prefix)
        await publisher.publish(body, priority=priority)


class Tap:
    """A thief's hand at a broker: copies of what passes one exchange, and other bytes in its place."""

    def __init__(self, account: Account, peer: str) -> None:
        self._account = account
        self._peer = peer
        self._name = f"{account.prefix}tap.{peer}"

    async def open(self, priority: str) -> None:
        """Copy every bundle of the peer and of a priority from now on."""
        async with open_channel(self._account, name="thief") as channel:
            queue = await channel.declare_queue(self._name, durable=True)
            await queue.bind(exchange_of(self._peer, prefix=self._account.prefix), priority)

    async def take(self, *, seconds: float = 30.0) -> bytes:
        """Take the next copy, waiting for it."""
        async with open_channel(self._account, name="thief") as channel:
            queue = await channel.declare_queue(self._name, passive=True)
            async with asyncio.timeout(seconds), queue.iterator() as copies:
                async for copy in copies:
                    await copy.ack()
                    return copy.body
        raise LookupError(self._name)

    async def empty(self) -> None:
        """Forget the copies made so far."""
        async with open_channel(self._account, name="thief") as channel:
            queue = await channel.declare_queue(self._name, passive=True)
            await queue.purge()

    async def withhold(self, priority: str) -> None:
        """Let bundles of a priority reach the tap only."""
        await self._bind(priority, bind=False)

    async def let_pass(self, priority: str) -> None:
        """Let bundles of a priority reach their queue again."""
        await self._bind(priority, bind=True)

    async def put(self, body: bytes, priority: str) -> None:
        """Put bytes into the peer's queue, past its exchange."""
        async with open_channel(self._account, name="thief") as channel:
            message = Message(body, delivery_mode=DeliveryMode.PERSISTENT)
            name = queue_of(self._peer, priority, prefix=self._account.prefix)
            await channel.default_exchange.publish(message, routing_key=name)

    async def _bind(self, priority: str, *, bind: bool) -> None:
        async with open_channel(self._account, name="thief") as channel:
            queue = await self._queue(channel, priority)
            exchange = exchange_of(self._peer, prefix=self._account.prefix)
            if bind:
                await queue.bind(exchange, priority)
            else:
                await queue.unbind(exchange, priority)

    async def _queue(self, channel: AbstractChannel, priority: str) -> AbstractQueue:
        name = queue_of(self._peer, priority, prefix=self._account.prefix)
        return await channel.declare_queue(name, passive=True)


def flip_one_bit(body: bytes) -> bytes:
    """Change one bit in the middle of a bundle."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def _no_reader(height: int, index: int) -> bytes:
    raise LookupError((height, index))
