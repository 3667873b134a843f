"""Readers of event streams: a parser by the standard, and an app's answer read as it is written."""

import asyncio
import re
from dataclasses import dataclass, field

from tests.daemon.told import PATIENCE_SECONDS


@dataclass
class Told:
    """One event of a stream, as a browser would hand it to a page."""

    id: str
    type: str
    data: str


@dataclass
class Parser:
    """Reads a stream piece by piece (HTML Living Standard §9.2.6).

    Attributes:
        comments: lines that a page never sees.
        retry_ms: how long the server wants a reader to wait before it comes again.
    """

    comments: list[str] = field(default_factory=list)
    retry_ms: int | None = None
    last_id: str = ""
    _rest: str = ""
    _type: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, piece: bytes) -> list[Told]:
        """Take a piece; gives the events that it completes."""
        self._rest += piece.decode()
        found = []
        while (line := re.match(r"([^\r\n]*)(\r\n|\n|\r(?=.))", self._rest, re.DOTALL)) is not None:
            self._rest = self._rest[line.end() :]
            if line[1]:
                self._take(line[1])
            else:
                found += self._dispatch()
        return found

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            self.comments.append(value)
        elif name == "id" and "\0" not in value:
            self.last_id = value
        elif name == "event":
            self._type = value
        elif name == "data":
            self._data.append(value)
        elif name == "retry" and value.isdecimal():
            self.retry_ms = int(value)

    def _dispatch(self) -> list[Told]:
        data, type_ = self._data, self._type
        self._data, self._type = [], ""
        return [Told(self.last_id, type_ or "message", "\n".join(data))] if data else []


class Stream:
    """An answer of an app, read while it is written; `async with` asks for it."""

    def __init__(self, app, path, headers, *, is_slow=False):
        self.parser = Parser()
        self.events = []
        self.pieces = 0
        self.status = None
        self.headers = {}
        self.takes = asyncio.Event()
        if not is_slow:
            self.takes.set()
        self._leaves = asyncio.Event()
        self._news = asyncio.Condition()
        where, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": f"/api/v1{where}",
            "raw_path": f"/api/v1{where}".encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("node.test", 80),
        }
        self._asking = app(scope, self._receive, self._send)
        self._asked = False

    async def __aenter__(self):
        self.task = asyncio.create_task(self._asking)
        return self

    async def __aexit__(self, *_):
        self.leave()
        await asyncio.wait_for(asyncio.gather(self.task, return_exceptions=True), PATIENCE_SECONDS)

    @property
    def ids(self):
        return [int(event.id) for event in self.events]

    def leave(self):
        """Go away, as a client that closes its connection."""
        self._leaves.set()

    async def until(self, condition):
        """Wait until something is so of what was read."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            await self._news.wait_for(condition)

    async def told(self, count):
        await self.until(lambda: len(self.events) >= count)

    async def ended(self):
        await asyncio.wait_for(asyncio.shield(self.task), PATIENCE_SECONDS)

    async def _receive(self):
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            await self.takes.wait()
            self.pieces += 1
            self.events += self.parser.feed(message.get("body", b""))
        async with self._news:
            self._news.notify_all()
