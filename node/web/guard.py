"""What stands before every route: the size of a body, the request's id, headers of every answer.

Responsible for refusing a body before it is read whole, and for answering when a route crashed. Must
not know any route; those that take more than others are told to it.
"""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from node.web import request_id
from node.web.problems import crashed

BODY_BYTES: Final = 1_048_576  # 1 MiB, unless a path takes more
_SAFE: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int]) -> None:
        """Stand before an app.

        Args:
            app: the app.
            larger: bytes that a body may have, by path, where it is more than `BODY_BYTES`.
        """
        self._app = app
        self._larger = larger

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

        try:
            await self._app(scope, self._counted(scope, receive), marked)
        except ClientDisconnect:
            return  # nobody is there to be answered; what was asked for is done, or was not begun
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is answered
            answer = crashed(Request(scope), error)
            if not has_begun:
                await answer(scope, receive, marked)
            # Else the server cuts the connection: whoever reads must not take half for the whole.

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        limit = self._larger.get(scope["path"], BODY_BYTES)
        declared = Headers(scope=scope).get("content-length", "0")
        is_too_large = declared.isdecimal() and int(declared[:20]) > limit
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            if is_too_large:
                raise HTTPException(413)
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413)
            return message

        return counted
