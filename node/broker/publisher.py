"""Publish to a peer's broker: persistent, mandatory, confirmed, with a deadline.

Responsible for one bundle at a time per call; a call returns only when the peer's broker has taken
the bundle into its quorum queue. Must not retry: the outbox knows what is still unanswered.
"""

from typing import Final

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange

from node.broker.topology import exchange_of

CONFIRM_SECONDS: Final = 30.0
CONTENT_TYPE: Final = "application/vnd.sarbon.bundle"


class Publisher:
    """The way to one peer, over a channel that somebody else keeps open."""

    def __init__(self, exchange: AbstractExchange) -> None:
        self._exchange = exchange

    @classmethod
    async def attach(cls, channel: AbstractChannel, own: str, *, prefix: str = "") -> "Publisher":
        """Find our exchange at the peer's broker; nothing is declared there, we may not."""
        name = exchange_of(own, prefix=prefix)
        return cls(await channel.get_exchange(name, ensure=False))

    async def publish(self, body: bytes, *, priority: str) -> None:
        """Publish a bundle of a priority, or with `bulk` a chunk of a file.

        Raises:
            BROKER_ERRORS: the outcome is unknown, or the queue was full or absent; send it again.
        """
        message = Message(body, content_type=CONTENT_TYPE, delivery_mode=DeliveryMode.PERSISTENT)
        await self._exchange.publish(
            message, routing_key=priority, mandatory=True, timeout=CONFIRM_SECONDS
        )
