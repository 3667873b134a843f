"""What the national side asks to be sent, and who asks.

Responsible for these values. Must not do anything with them (`outgoing`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from node.message.header import Header


@dataclass(frozen=True, slots=True)
class Caller:
    """A national system that asks for something to be sent, and the key under which it asks.

    Attributes:
        system: its id.
        door: rest, amqp or folder.
        key: its own; asking again under the same key gives the first answer.
        digest: SHA-256 of what it asked for under this key.
        may_send: raises `CallerError` for a document that is not this system's to send.
    """

    system: str
    door: str
    key: str
    digest: bytes
    may_send: Callable[[Header], None]


@dataclass(frozen=True, slots=True)
class Submission:
    """What the national side asks for.

    Attributes:
        document: JSON bytes; they travel as they are.
        ref: id of the message this one answers.
        lifetime_ms: from now to expiry; None for the time to the document's own end, at most 7 days.
        caller: the national system that asks, if it is one; None for the node's owner.
    """

    document: bytes
    ref: str | None = None
    lifetime_ms: int | None = None
    caller: Caller | None = None
