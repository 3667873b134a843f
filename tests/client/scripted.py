"""A server that answers by a script: it breaks off, refuses, is silent, where the test wants it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2

from node.client import AsyncClient, Client, Connection, Luck, Retry

LUCK = Luck(chance=lambda: 1.0, clock=lambda: 1_795_500_000.0)
CONNECTION = Connection("http://node.test", "sarbon_x_y")


@dataclass
class Reply:
    """One answer.

    Attributes:
        pieces: of the body, as they come.
        breaks: how it breaks off behind them; None: it ends in order.
    """

    pieces: Sequence[bytes] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    breaks: type[httpx2.TransportError] | None = None


class _Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def __iter__(self):
        yield from self._reply.pieces
        if self._reply.breaks is not None:
            raise self._reply.breaks("it broke off")

    async def __aiter__(self):
        for piece in self:
            yield piece


class Scripted(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Answers each request with the next of the script; an exception is raised instead.

    Attributes:
        requests: what came.
    """

    def __init__(self, *script: Reply | Exception) -> None:
        self._script = list(script)
        self.requests: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        reply = self._script.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return httpx2.Response(reply.status, headers=reply.headers, stream=_Body(reply))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return self.handle_request(request)


class Waits(list):
    """Remembers for how long a client would have slept."""

    async def awaited(self, seconds: float) -> None:
        self.append(seconds)


def blocking(script: Scripted, waits: Waits, **more) -> Client:
    return Client(CONNECTION, transport=script, sleep=waits.append, luck=LUCK, **more)


def asynchronous(script: Scripted, waits: Waits, **more) -> AsyncClient:
    return AsyncClient(CONNECTION, transport=script, sleep=waits.awaited, luck=LUCK, **more)


async def events_of(kind: str, script: Scripted, count: int, **asked):
    """Follow events with either client until there are so many; gives numbers, waits and positions."""
    waits, positions, numbers = Waits(), [], []
    retry = asked.pop("retry", Retry())
    asked["on_position"] = positions.append
    if kind == "blocking":
        with blocking(script, waits, retry=retry) as client:
            told = client.events(**asked)
            for event in told:
                numbers.append(int(event.sequence))
                if len(numbers) == count:
                    break
            told.close()
    else:
        async with asynchronous(script, waits, retry=retry) as client:
            told = client.events(**asked)
            async for event in told:
                numbers.append(int(event.sequence))
                if len(numbers) == count:
                    break
            await told.aclose()
    return numbers, waits, positions, told.position


def event(number: int) -> dict:
    """Give an event as a node tells it."""
    message = {"id": "01a2", "originator": "UZ-CC", "type": "alert/1", "reference": "R", "version": 1}
    return {
        "specversion": "1.0",
        "id": f"iren.example/az-scc/1/{number}",
        "source": "urn:sarbon:AZ-SCC",
        "type": "sarbon.message.received",
        "time": "2026-11-24T08:00:00.000Z",
        "subject": "UZ-CC/01a2",
        "datacontenttype": "application/json",
        "sequence": f"{number:016}",
        "data": {"message": {**message, "direction": "received"}, "re": "01a2"},
    }


def block(number: int) -> bytes:
    return b"id: %d\nevent: sarbon.message.received\ndata: %s\n\n" % (
        number,
        json.dumps(event(number)).encode(),
    )


def stream(*pieces: bytes, breaks=None) -> Reply:
    return Reply(pieces, headers={"Content-Type": "text/event-stream; charset=utf-8"}, breaks=breaks)


def page(*numbers: int, position: int) -> Reply:
    body = json.dumps({"events": [event(one) for one in numbers], "position": position}).encode()
    return Reply([body], headers={"Content-Type": "application/json"})


def problem(status: int, code: str, **headers: str) -> Reply:
    members = dict.fromkeys(("detail", "hint", "pointer", "request_id"), "x")
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply([json.dumps({"code": code, **members}).encode()], status, names)
