"""Who waits for events over HTTP, and how many may at once.

Responsible for a place each, so that one system cannot hold all connections, and for the end of every
wait when the node stops. Must not read the feed.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from fastapi import Request
from starlette.types import Receive

from node.daemon.bell import Bell
from node.errors import CallerError
from node.web.world import world_of

MOST_OPEN: Final = 32  # streams and waiting polls of one system
KEEP_ALIVE_SECONDS: Final = 15.0  # proxies cut what is silent for longer
PATIENCE_SECONDS: Final = 30.0  # with a reader that takes nothing
_STOP_SECONDS: Final = 1.0  # with such a reader when the node stops
_RETRY_SECONDS: Final = 10


class StreamsExceededError(CallerError):
    """A system waits too often at once."""

    def __init__(self) -> None:
        super().__init__(
            "streams.exceeded",
            f"a system has at most {MOST_OPEN} streams and waiting polls at once",
            hint="one stream tells everything that the system may see: close the others",
        )
        self.retry_after = _RETRY_SECONDS


class Streams:
    """Open streams and waiting polls of one node's API."""

    def __init__(
        self,
        bell: Bell,
        stopping: asyncio.Event,
        *,
        keep_alive_seconds: float = KEEP_ALIVE_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Begin with none.

        Args:
            bell: of the node.
            stopping: set when the node stops; then all waiting ends.
            keep_alive_seconds: between two signs of life of a stream that has nothing to tell.
            patience_seconds: with a reader that takes nothing, although there is something.
        """
        self.bell, self.stopping = bell, stopping
        self.keep_alive_seconds, self._patience_seconds = keep_alive_seconds, patience_seconds
        self._open: Counter[str] = Counter()

    @contextmanager
    def place(self, system: str) -> Iterator[None]:
        """Hold a place for a system.

        Raises:
            StreamsExceededError: `streams.exceeded`.
        """
        if self._open[system] >= MOST_OPEN:
            raise StreamsExceededError
        self._open[system] += 1
        try:
            yield
        finally:
            self._open[system] -= 1

    async def in_time(self, sending: Awaitable[None]) -> None:
        """Send something, unless the reader stands still: it must not outlast its token, nor the node.

        Raises:
            TimeoutError: it was not taken in time.
        """
        task = asyncio.ensure_future(sending)
        stop = asyncio.create_task(self.stopping.wait())
        try:
            both, until = (task, stop), asyncio.FIRST_COMPLETED
            await asyncio.wait(both, timeout=self._patience_seconds, return_when=until)
            if stop.done():
                await asyncio.wait((task,), timeout=_STOP_SECONDS)
            if not task.done():
                raise TimeoutError
            await task
        finally:
            stop.cancel()
            task.cancel()


def streams_of(request: Request) -> Streams:
    """Give the streams of the app that a request came to; made when the first is asked for."""
    state = request.app.state
    if not hasattr(state, "streams"):
        supervisor = world_of(request).supervisor
        state.streams = Streams(Bell(supervisor.node), supervisor.stopping)
    streams: Streams = state.streams
    return streams


@asynccontextmanager
async def noticing_the_end(receive: Receive) -> AsyncIterator[asyncio.Event]:
    """Give an event that is set when the client goes away; a body is passed over."""
    gone = asyncio.Event()

    async def listen() -> None:
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            gone.set()

    listening = asyncio.create_task(listen())
    try:
        yield gone
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
