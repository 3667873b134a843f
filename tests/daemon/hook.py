"""A receiver of webhooks at a real socket, which answers as a test tells it."""

import asyncio
import json
from contextlib import asynccontextmanager
from ipaddress import ip_network

from standardwebhooks import Webhook

from node.daemon.webhook_courier import WebhookCourier, WebhookCouriers
from node.daemon.webhook_desk import desk_of
from node.gateway.webhook import WebhookSender
from node.gateway.webhook_target import TargetRules
from tests.daemon.told import PATIENCE_SECONDS, deliverer_of

LOOPBACK = ip_network("127.0.0.0/8")


class Hook:
    """Keeps what it was sent.

    Attributes:
        answers: statuses of the next answers; then 200.
        headers: of each answer, raw.
        requests: (headers, body) as they came.
        hangs: takes requests and never answers.
    """

    def __init__(self):
        self.answers = []
        self.headers = ""
        self.requests = []
        self.hangs = False
        self.port = 0
        self._more = asyncio.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/events"

    @property
    def indexes(self):
        """Numbers of the events that it was sent, in order."""
        return [int(json.loads(body)["sequence"]) for _, body in self.requests]

    async def got(self, count):
        """Wait until it was sent so many requests."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.requests) < count:
                self._more.clear()
                await self._more.wait()

    def verified(self, secret):
        """Verify every request with a secret, as a receiver does; gives the events."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.requests]

    async def serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head)}
            body = await reader.readexactly(int(headers["content-length"]))
            self.requests.append((headers, body))
            self._more.set()
            if self.hangs:
                await reader.read()
                return
            status = self.answers.pop(0) if self.answers else 200
            writer.write(f"HTTP/1.1 {status} X\r\n{self.headers}content-length: 0\r\n\r\n".encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(hook):
    """Let a hook listen, at the port that it had before if it had one."""
    server = await asyncio.start_server(hook.serve, "127.0.0.1", hook.port)
    hook.port = server.sockets[0].getsockname()[1]
    try:
        yield hook
    finally:
        server.close()


def sender_to(served, *hooks, deadline_s=5.0):
    """Make a sender that may reach the hooks, though they are in this machine."""
    ports = frozenset(hook.port for hook in hooks)
    rules = TargetRules(networks=(LOOPBACK,), ports=ports, plain_http=True)
    return WebhookSender(rules, served.node.clock, deadline_s=deadline_s)


@asynccontextmanager
async def couriers(served, *hooks, deadline_s=5.0):
    """Let all webhooks be delivered to, as a running node does; gives the task."""
    sender = sender_to(served, *hooks, deadline_s=deadline_s)
    task = asyncio.create_task(WebhookCouriers(served.node, sender, served.world.secret).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def by_hand(served, webhook, *hooks, deadline_s=5.0):
    """Give the deliverer of one webhook, to be taken step by step."""
    sender = sender_to(served, *hooks, deadline_s=deadline_s)
    courier = WebhookCourier(served.node, sender, served.world.secret, desk_of(served.node), webhook.id)
    return deliverer_of(served, courier, system=webhook.system, name=webhook.door)


async def until(condition, *arguments):
    """Let other tasks run until something is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := condition(*arguments)):  # noqa: ASYNC110 - the disk sets no event
            await asyncio.sleep(0)
    return found


class Watch:
    """A clock that a test moves."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now
