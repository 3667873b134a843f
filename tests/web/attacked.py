"""A node in a loop and a thread of its own, for tests that attack it from outside any loop.

Responsible for a door through which whatever speaks ASGI, in whatever loop, reaches the node's app.
"""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from node.national.scopes import Role
from node.settings import ApiSettings
from node.web.app import bare_app
from tests.web.carried import peers_of
from tests.web.planted import OWN, World, tell_everything
from tests.web.served import Served, serving

_PATIENCE_SECONDS = 30


class Door:
    """An ASGI app that is there before the node is: tests are collected from its OpenAPI document."""

    def __init__(self) -> None:
        self.behind: Any = bare_app()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.behind(scope, receive, send)


class Attacked:
    """A node with a world of messages, and a token of a system of every role that sees all of it.

    Attributes:
        tokens: by role.
        world: what was said before.
    """

    def __init__(self, stage: Any) -> None:
        self._stage = stage
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="node", daemon=True)
        self._rest = AsyncExitStack()
        self.tokens: dict[Role, str] = {}
        self.served: Served
        self.world: World

    def open(self) -> None:
        """Start the node, and let everything be said."""
        self._thread.start()
        self.run(self._open())

    def close(self) -> None:
        """Stop the node in order."""
        self.run(self._rest.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE_SECONDS)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the node's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_SECONDS)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Hand a request over, and its answer back once it is whole."""
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        answering = asyncio.run_coroutine_threadsafe(self._answer(scope, body), self._loop)
        for message in await asyncio.wrap_future(answering):
            await send(message)

    async def _open(self) -> None:
        node = self._stage.node(OWN)
        self._rest.callback(node.close)
        settings = ApiSettings(requests_per_minute=10_000_000)
        self.served = await self._rest.enter_async_context(serving(node, settings))
        async with peers_of(self.served, self._stage, "UZ-CC") as exchange:
            self.world = await tell_everything(exchange)
        for role in Role:
            system = await self.served.add_system(f"attacks-as-{role}", role=role)
            self.tokens[role] = await self.served.token_of(system)

    async def _answer(self, scope: dict[str, Any], body: bytes) -> list[dict[str, Any]]:
        """Let the app answer; whoever asked is there until the answer is whole."""
        messages: list[dict[str, Any]] = []
        waiting = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            return next(waiting, None) or await asyncio.Event().wait()  # type: ignore[return-value]

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)

        await self.served.app({**scope, "state": {}, "app": self.served.app}, receive, send)
        return messages
