"""The bell: rings when our log holds something that may be told to national systems.

Responsible for waking whoever waits at the end of the log, so that nobody has to look again and again.
Must not know who waits, nor what they are told.
"""

import asyncio
from typing import Final

from node.audit.event import Kind
from node.daemon.node import Node
from node.national.event import FEED_KINDS
from node.store.journal import Batch

_HEARD: Final = frozenset({*FEED_KINDS, Kind.SYSTEM_CHANGED})  # who is enabled again is told again


class Bell:
    """Rung by the commits of one node."""

    def __init__(self, node: Node) -> None:
        self._next = asyncio.Event()
        node.on_commit(self._hear)

    def next(self) -> asyncio.Event:
        """Give the event that the next ring sets.

        Take it before you look at the log: then what comes between looking and waiting wakes you.
        """
        return self._next

    def _hear(self, batch: Batch) -> None:
        if any(step.entry.kind in _HEARD for step in batch.transitions):
            self._next.set()
            self._next = asyncio.Event()


async def first_of(*events: asyncio.Event, seconds: float | None = None) -> None:
    """Wait until one of some events is set, or the time is up."""
    if any(event.is_set() for event in events):
        return
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
