"""What stands before every route: a body's size and time, the request's id, headers of every answer.

Responsible for refusing a body before it is read whole, and for answering when a route crashed. Must
not know any route; those that take more than others are told to it.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from node.web import request_id
from node.web.problems import crashed

BODY_BYTES: Final = 1_048_576  # 1 MiB, unless a path takes more
HELD_BYTES: Final = 268_435_456  # 256 MiB: bodies in memory at once, of all requests
GRACE_SECONDS: Final = 30.0  # that we wait for a body, and more as it comes
LEAST_RATE: Final = 4096  # bytes of it a second, over the whole
_SAFE: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        larger: Mapping[str, int],
        to_disk: Collection[str] = (),
        held_bytes: int = HELD_BYTES,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        """Stand before an app.

        Args:
            app: the app.
            larger: bytes that a body may have, by path, where it is more than `BODY_BYTES`.
            to_disk: paths whose bodies nobody holds in memory.
            held_bytes: of all other bodies at once.
            grace_seconds: that a body may take before its rate counts.
        """
        self._app = app
        self._larger = larger
        self._to_disk = frozenset(to_disk)
        self._held_bytes, self._grace_seconds = held_bytes, grace_seconds
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counted and marked."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = request_id.choose(Headers(scope=scope))
        request_id.keep(scope, asked)
        has_begun = False

        async def marked(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                headers[request_id.HEADER] = asked
                for name, value in _SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        body = _Body(self, scope, receive)
        try:
            await self._app(scope, body.receive, marked)
        except ClientDisconnect:
            return  # nobody is there to be answered; what was asked for is done, or was not begun
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is answered
            answer = crashed(Request(scope), error)
            if not has_begun:
                await answer(scope, receive, marked)
            # Else the server cuts the connection: whoever reads must not take half for the whole.
        finally:
            self._held -= body.held

    def limit_of(self, path: str) -> int:
        """Give how many bytes a body may have."""
        return self._larger.get(path, BODY_BYTES)

    def seconds_for(self, taken: int) -> float:
        """Give for how long we wait in all for so many bytes and the next."""
        return self._grace_seconds + taken / LEAST_RATE

    def hold(self, path: str, size: int) -> int:
        """Make room for a piece of a body; gives how much of it counts.

        Raises:
            HTTPException: 503, there is no room now.
        """
        if path in self._to_disk:
            return 0
        if self._held + size > self._held_bytes:
            raise HTTPException(503)
        self._held += size
        return size


class _Body:
    """The body of one request, counted as it comes.

    Attributes:
        held: bytes of it that count as held in memory.
    """

    def __init__(self, guard: Guard, scope: Scope, receive: Receive) -> None:
        self._guard, self._receive = guard, receive
        self._path: str = scope["path"]
        self._limit = guard.limit_of(self._path)
        declared = Headers(scope=scope).get("content-length", "0")
        self._is_too_large = declared.isdecimal() and int(declared[:20]) > self._limit
        self._taken = 0
        self._waited = 0.0  # for the caller, not for whoever reads it
        self._is_whole = False
        self.held = 0

    async def receive(self) -> Message:
        """Give the next piece.

        Raises:
            HTTPException: 413, 408 or 503.
        """
        if self._is_too_large:
            raise HTTPException(413)
        message = await (self._receive() if self._is_whole else self._in_time())
        size = len(message.get("body", b""))
        self._taken += size
        if self._taken > self._limit:
            raise HTTPException(413)
        self.held += self._guard.hold(self._path, size)
        return message

    async def _in_time(self) -> Message:
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self._guard.seconds_for(self._taken) - self._waited):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        self._waited += clock() - began
        self._is_whole = not message.get("more_body", False)
        return message
