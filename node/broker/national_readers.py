"""Whether a national system reads its queue.

Responsible for asking the broker. Must not read the queue itself.
"""

from typing import Final

from aio_pika.abc import AbstractChannel

from node.broker.national_topology import deliver_queue

_ANSWER_SECONDS: Final = 15.0


async def has_reader(channel: AbstractChannel, system: str, *, prefix: str = "") -> bool:
    """Say whether somebody consumes from the queue of a system; it must be there.

    Raises:
        BROKER_ERRORS: the broker went away, or there is no such queue; the channel is closed.
    """
    name = deliver_queue(system, prefix=prefix)
    queue = await channel.declare_queue(name, passive=True, timeout=_ANSWER_SECONDS)
    return bool(queue.declaration_result.consumer_count)
