"""Deliver to the queue of a national system: persistent, mandatory, confirmed, with a deadline.

Responsible for one message a call, and for telling a queue that is full from one that is not there. Must
not retry: whoever calls keeps what was not taken.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import DeliveryError
from aiormq.exceptions import PublishError

from node.broker.national_message import Address, Answer
from node.broker.national_topology import deliver_queue
from node.broker.publisher import CONFIRM_SECONDS

EVENT_TYPE: Final = "application/cloudevents+json"
ANSWER_TYPE: Final = "application/json"
DOCUMENT_TYPE: Final = "application/json"
DOCUMENT: Final = "document"
"""The property `type` of a message that holds a document."""


class Outcome(StrEnum):
    """What became of a message."""

    CONFIRMED = "confirmed"  # it is in the system's queue, on disk
    REFUSED = "refused"  # the queue is full, or cannot take anything now: later
    ABSENT = "absent"  # there is no such queue: declare it


class NationalPublisher:
    """The way to all systems, over a channel that somebody else keeps open."""

    def __init__(self, channel: AbstractChannel, *, prefix: str = "") -> None:
        # By the default exchange: its routing keys are the names of queues, and of direct reply-to.
        self._exchange = channel.default_exchange
        self._prefix = prefix

    async def deliver(
        self,
        system: str,
        event: bytes,
        *,
        message_id: str,
        type_: str,
        headers: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Deliver an event to a system.

        Args:
            system: its id.
            event: a CloudEvents JSON object.
            message_id: the event's id, by which a system knows a repetition.
            type_: the event's type.
            headers: for brokers and filters; a system needs none of them.

        Raises:
            BROKER_ERRORS: the outcome is unknown; deliver it again.
        """
        message = Message(
            event,
            content_type=EVENT_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=message_id,
            type=type_,
            headers=dict(headers or {}),
        )
        return await self._publish(message, system)

    async def deliver_document(
        self,
        system: str,
        document: bytes,
        *,
        event_id: str,
        headers: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Deliver the document that an event is about, byte for byte; best just after the event.

        Args:
            system: its id.
            document: as its originator wrote it.
            event_id: the event's id, which the document's message has as its correlation.
            headers: as of `deliver`.

        Raises:
            BROKER_ERRORS: the outcome is unknown; deliver it again.
        """
        message = Message(
            document,
            content_type=DOCUMENT_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=f"{event_id}/{DOCUMENT}",
            correlation_id=event_id,
            type=DOCUMENT,
            headers=dict(headers or {}),
        )
        return await self._publish(message, system)

    async def answer(self, address: Address, answer: Answer) -> Outcome:
        """Deliver the answer to a submission.

        Raises:
            BROKER_ERRORS: the outcome is unknown; deliver it again.
        """
        message = Message(
            answer.body,
            content_type=ANSWER_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=address.key,
            correlation_id=address.correlation_id,
            type=answer.type,
        )
        if address.direct is None:
            return await self._publish(message, address.system)
        # The broker confirms this whether anybody still waits or not, and returns it if mandatory.
        await self._exchange.publish(message, address.direct, mandatory=False, timeout=CONFIRM_SECONDS)
        return Outcome.CONFIRMED

    async def _publish(self, message: Message, system: str) -> Outcome:
        queue = deliver_queue(system, prefix=self._prefix)
        try:
            await self._exchange.publish(message, queue, mandatory=True, timeout=CONFIRM_SECONDS)
        except PublishError:
            return Outcome.ABSENT
        except DeliveryError:
            return Outcome.REFUSED
        return Outcome.CONFIRMED
