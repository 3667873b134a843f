"""The client that waits, and both clients' streams, at a real socket."""

import asyncio
import contextlib
import random
import ssl

import pytest

from node.audit.event import Kind, reread_entry
from node.client import AsyncClient, Client, Connection, NotFoundError, UnansweredError
from node.settings import ApiSettings
from node.store.record import Records
from tests.client.scripted import Waits
from tests.web.test_documents import alert, entries
from tests.web.test_server import ask, certificate, listening

assert certificate  # a fixture
PATIENCE_SECONDS = 30


@contextlib.asynccontextmanager
async def node_at(stage, settings=None):
    """Serve a node at a socket; gives its URL, a token, and the node."""
    async with listening(stage, settings or ApiSettings()) as (port, _, served):
        is_tls = settings is not None
        options = {"verify": ssl.create_default_context(cafile=settings.cert_file)} if is_tls else {}
        url = f"{'https' if is_tls else 'http'}://localhost:{port}"
        await ask(f"{url}/healthz", **options)
        yield url, await served.token_of(await served.add_system()), served


class Cutter:
    """A way to a node that cuts the first connections after some bytes of the answer."""

    def __init__(self, port, cuts):
        self._port, self._cuts = port, list(cuts)
        self.connections = 0

    async def carry(self, reader, writer):
        self.connections += 1
        left = self._cuts.pop(0) if self._cuts else None
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        asking = asyncio.create_task(self._forward(reader, back))
        try:
            await self._forward(there, writer, left)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            writer.transport.abort()
            back.transport.abort()

    @staticmethod
    async def _forward(reader, writer, left=None):
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65536):
                writer.write(piece[:left])
                await writer.drain()
                if left is not None and (left := left - len(piece)) <= 0:
                    return


@contextlib.asynccontextmanager
async def cutting(port, cuts):
    cutter = Cutter(port, cuts)
    server = await asyncio.start_server(cutter.carry, "127.0.0.1", 0)
    try:
        yield cutter, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_calls_give_their_values(stage):
    async with node_at(stage) as (url, token, served):

        def use():
            with Client(Connection(url, token)) as client:
                accepted = client.submit(alert(served, "AZ-1"))
                items = client.submit_many([alert(served, f"AZ-{number}") for number in range(2, 6)])
                listed = [one.reference for one in client.sent(limit=2)]
                with pytest.raises(NotFoundError):
                    client.message("AZ-NONE")
                told = [one.data.message.id for one in client.events(is_endless=False)]
            return accepted, items, listed, told

        accepted, items, listed, told = await asyncio.to_thread(use)
    assert listed == ["AZ-5", "AZ-4", "AZ-3", "AZ-2", "AZ-1"]
    assert told == [accepted.id, *(item.id for item in items)]


async def test_call_to_a_node_that_is_not_there_says_that_nothing_was_done(stage):
    async with node_at(stage) as (url, token, _):
        pass
    waits = Waits()

    def use():
        with Client(Connection(url, token), sleep=waits.append) as client:
            client.submit({"type": "alert/1"})

    with pytest.raises(UnansweredError, match="nothing was done"):
        await asyncio.to_thread(use)
    assert len(waits) == 5


async def test_call_over_tls_trusts_only_the_certificates_that_it_was_given(stage, certificate):
    cert, key = certificate
    async with node_at(stage, ApiSettings(cert_file=cert, key_file=key)) as (url, token, _):

        def use(ca_file, waits):
            with Client(Connection(url, token, ca_file=ca_file), sleep=waits.append) as client:
                return client.whoami().system

        assert await asyncio.to_thread(use, cert, Waits()) == "risk-engine"
        waits = Waits()
        with pytest.raises(UnansweredError, match="certificate"):
            await asyncio.to_thread(use, None, waits)
        assert waits == [], "it would be the same again"


async def follow_blocking(url, token, count):
    def use():
        numbers = []
        with Client(Connection(url, token), sleep=Waits().append) as client:
            events = client.events()
            for event in events:
                numbers.append(int(event.sequence))
                if len(numbers) == count:
                    events.close()
                    return numbers
        return numbers

    return await asyncio.to_thread(use)


async def follow_asynchronous(url, token, count):
    numbers = []
    async with impatient(url, token) as client:
        events = client.events()
        async for event in events:
            numbers.append(int(event.sequence))
            if len(numbers) == count:
                await events.aclose()
    return numbers


@pytest.mark.parametrize("follow", [follow_blocking, follow_asynchronous])
async def test_events_that_happen_are_told_once_over_a_way_that_is_cut_anywhere(stage, follow):
    chance = random.Random(7)  # noqa: S311 - the same cuts each time
    count = 40
    async with node_at(stage) as (url, token, served):
        cuts = [chance.randrange(1, 6000) for _ in range(30)]
        async with cutting(int(url.rpartition(":")[2]), cuts) as (cutter, cut_url):
            following = asyncio.create_task(follow(cut_url, token, count))
            async with AsyncClient(Connection(url, token)) as client:
                for number in range(count):
                    await client.submit(alert(served, f"AZ-{number}"))
            numbers = await asyncio.wait_for(following, PATIENCE_SECONDS)
        assert numbers == sealed(served)
        assert cutter.connections > 3


def sealed(served):
    entries_ = enumerate(Records(served.node.database).entries())
    return [n for n, (_, raw) in entries_ if reread_entry(raw).kind is Kind.MESSAGE_SEALED]


def impatient(url, token):
    return AsyncClient(Connection(url, token), sleep=Waits().awaited)


@pytest.mark.parametrize("seed", range(3))
async def test_submissions_over_a_way_that_is_cut_anywhere_are_each_done_once(stage, seed):
    chance = random.Random(seed)  # noqa: S311 - the same cuts each time
    async with node_at(stage) as (url, token, served):
        cuts = [chance.randrange(0, 700) for _ in range(12)]
        way = cutting(int(url.rpartition(":")[2]), cuts)
        async with way as (_, cut_url), impatient(cut_url, token) as client:
            accepted = [await client.submit(alert(served, f"AZ-{one}")) for one in range(10)]
        assert [one["id"] for one in entries(served, Kind.MESSAGE_SEALED)] == [
            one.id for one in accepted
        ]
