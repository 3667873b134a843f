"""What a system's submission over AMQP must be, and what is answered.

Responsible for the properties of both messages, each way, and for whom an answer goes to. Must not
read the document, nor publish or consume.

Who sent a submission is told by its property `user_id`, which the broker compares with the account that
publishes: it cannot be another's. Its routing key says nothing, and nothing else in it is believed.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aio_pika.abc import AbstractMessage

from node.errors import CallerError, NodeError
from node.limits import MAX_DOCUMENT_BYTES

ACCEPTED: Final = "submission.accepted"
REFUSED: Final = "submission.refused"
KEY: Final = "[!-~]{1,128}"
"""A key that tells a submission from a repetition of an earlier one: visible ASCII."""

DIRECT: Final = "amq.rabbitmq.reply-to."
"""Begins the address that the broker puts for a system that uses its direct reply-to."""

_PLAIN: Final = {None, "", "identity", "utf-8", "UTF-8"}


@dataclass(frozen=True, slots=True)
class Submitted:
    """A document that a system submits.

    Attributes:
        system: whose it is; proved by the broker.
        key: the system's own key for it (`message_id`): the same key is the same submission.
        document: the body, as it came; not read yet.
        content_type: what the system says of the body, or None.
    """

    system: str
    key: str
    document: bytes
    content_type: str | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is answered to a submission that was taken.

    Attributes:
        id: message id.
        is_new: False if the document had been submitted before.
    """

    id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Address:
    """Where the answer to a submission goes.

    Attributes:
        system: to whose queue, unless `direct` is given.
        key: of the submission; becomes the answer's `message_id`.
        correlation_id: what the system will know it by.
        direct: the broker's address of a waiting channel.
    """

    system: str
    key: str | None
    correlation_id: str | None
    direct: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, ready to be published."""

    type: str
    body: bytes


def address_of(message: AbstractMessage, *, sender: str) -> Address:
    """Say where the answer goes: never where a message asks for, but for the broker's own address."""
    reply_to = message.reply_to
    return Address(
        sender,
        message.message_id,
        message.correlation_id or message.message_id,
        reply_to if reply_to and reply_to.startswith(DIRECT) else None,
    )


def read_submission(message: AbstractMessage, *, queue_of: str, sender: str | None) -> Submitted:
    """Check the properties and the size of a submission.

    Args:
        message: as the broker handed it over.
        queue_of: the system by whose queue it came.
        sender: the system whose account is its `user_id`; None if there is none.

    Raises:
        CallerError: what is wrong with it.
    """
    _check_sender(message.user_id, queue_of=queue_of, sender=sender)
    _check_reply_to(message.reply_to)
    if message.content_encoding not in _PLAIN:
        raise CallerError(
            "submission.encoding",
            "a content_encoding that is not known here",
            hint="send the JSON document as it is, not compressed",
        )
    if len(message.body) > MAX_DOCUMENT_BYTES:
        raise CallerError(
            "request.oversize",
            f"a document of {len(message.body)} bytes",
            hint=f"a document has at most {MAX_DOCUMENT_BYTES} bytes",
        )
    return Submitted(queue_of, _key(message.message_id), message.body, message.content_type)


def write_accepted(accepted: Accepted) -> Answer:
    """Write the answer to a submission that was taken."""
    return _written(ACCEPTED, {"status": "accepted", "id": accepted.id, "new": accepted.is_new})


def write_refused(error: NodeError) -> Answer:
    """Write the answer to a submission that was refused, with the reason."""
    reason = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "pointer": error.pointer,
    }
    return _written(REFUSED, {"status": "refused", "error": reason})


def _written(kind: str, members: dict[str, Any]) -> Answer:
    return Answer(kind, orjson.dumps(members))


def _check_sender(user_id: str | None, *, queue_of: str, sender: str | None) -> None:
    if user_id is None:
        raise CallerError(
            "submission.anonymous",
            "the property user_id is missing",
            hint="set user_id to the account that you are connected with",
        )
    if sender != queue_of:
        raise CallerError(
            "submission.misrouted",
            "the account in user_id is not that of the system in the routing key",
            hint="publish to the exchange with your own system's id as the routing key",
        )


def _check_reply_to(reply_to: str | None) -> None:
    if reply_to and not reply_to.startswith(DIRECT):
        raise CallerError(
            "submission.reply_to",
            "the property reply_to names a queue",
            hint="leave it out: answers come to your own queue; or use direct reply-to",
        )


def _key(message_id: str | None) -> str:
    if not message_id:
        raise CallerError(
            "idempotency.key_missing",
            "the property message_id is missing",
            hint="set a key: another for each document, the same to repeat one",
        )
    if not re.fullmatch(KEY, message_id):
        raise CallerError(
            "idempotency.key_malformed",
            "the property message_id is not a key",
            hint="a key has 1 to 128 visible ASCII characters",
        )
    return message_id
