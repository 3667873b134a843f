"""Connections of the API: how many there are at once, and how long each may keep us waiting.

Responsible for a place each, so that whoever reaches the port cannot take the files that the node needs
for its database and its broker, and for ending connections that stand still. Must not know a route.

Attacks stopped here: connections that are only opened; a handshake or a request that is begun and never
ended; an answer that is asked for and never taken. How long a body may take is `guard`'s business.
"""

import asyncio
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

MOST_OPEN: Final = 4096  # those that come later wait until one has ended
FILES: Final = 65_536  # that this process may have open, if the operating system lets it
HANDSHAKE_SECONDS: Final = 10.0
REQUEST_SECONDS: Final = 10.0  # from the first byte of a request to the end of its headers
STALL_SECONDS: Final = 60.0  # with a reader that takes nothing of an answer
_AGAIN_SECONDS: Final = 1.0  # after a connection could not be taken

_Timer = asyncio.TimerHandle | None


class Place:
    """One place; given back once, whoever does it first."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def give_back(self) -> None:
        """Give it back."""
        if self._places is not None:
            self._places.release()
            self._places = None


class Connection(H11Protocol):
    """One connection, which is ended when it stands still."""

    request_seconds = REQUEST_SECONDS
    stall_seconds = STALL_SECONDS

    def __init__(self, server: uvicorn.Server, place: Place) -> None:
        super().__init__(server.config, server.server_state, server.lifespan.state)
        self._place = place
        self._unasked: _Timer = None  # runs while a request is awaited or incomplete
        self._untaken: _Timer = None  # runs while the reader takes nothing

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_for_request()

    def data_received(self, data: bytes) -> None:
        """Take what came, and see whether a request has begun with it."""
        super().data_received(data)
        self._wait_for_request()

    def pause_writing(self) -> None:
        """Wait for the reader, but not for ever."""
        super().pause_writing()
        if self._untaken is None:
            self._untaken = self.loop.call_later(self.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the reader has taken something."""
        super().resume_writing()
        self._untaken = _stop(self._untaken)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place to the next one."""
        self._unasked, self._untaken = _stop(self._unasked), _stop(self._untaken)
        self._place.give_back()
        super().connection_lost(exc)

    def _wait_for_request(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._unasked = _stop(self._unasked)
        elif self._unasked is None:
            self._unasked = self.loop.call_later(self.request_seconds, self.transport.abort)


class Server(uvicorn.Server):
    """A server that takes no more connections than it has places; signals are left to the node."""

    def __init__(self, config: uvicorn.Config, *, most: int = MOST_OPEN) -> None:
        super().__init__(config)
        self._places = asyncio.Semaphore(most)
        self._listeners: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them to the supervisor."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept; the sockets are ours, so that uvicorn accepts nothing by itself."""
        await super().startup(sockets=[])
        for listener in sockets or []:
            listener.settimeout(0)  # does not block
            self._listeners.append(listener)
            self._begin(self._accept(listener))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, then end what is open in order."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()
        await super().shutdown(sockets=sockets)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._places.acquire()
            place = Place(self._places)
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError as error:  # whoever came has gone again, or no file is left
                place.give_back()
                structlog.get_logger().warning("api.not_accepted", reason=error.strerror)
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            self._begin(self._open(connection, place))

    async def _open(self, connection: socket.socket, place: Place) -> None:
        """Hand a connection over to its protocol, after the handshake where there is one."""
        tls = self.config.ssl
        options: dict[str, Any] = {"ssl_handshake_timeout": HANDSHAKE_SECONDS} if tls else {}
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: Connection(self, place), connection, ssl=tls, **options
            )
        except OSError:  # ssl.SSLError and TimeoutError are some: no handshake, nobody to be told
            place.give_back()
        except BaseException:
            place.give_back()
            raise

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.should_exit = True  # a fault of this program: better no API than one that takes nobody


def places() -> int:
    """Give how many connections there may be: at most half of the files that this process may open.

    A service is often given few files although it may have more: then it takes them.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST_OPEN if soft == resource.RLIM_INFINITY else min(MOST_OPEN, soft // 2)


def _stop(timer: _Timer) -> _Timer:
    """Stop a timer that may run; gives what there is then: none."""
    if timer is not None:
        timer.cancel()
    return None
