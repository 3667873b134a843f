"""Connections at a real socket: places, and the ends of those that stand still."""

import asyncio
import contextlib
import resource
import socket

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from node.web import connections
from node.web.connections import FILES, MOST_OPEN, Connection, Server, places
from tests.gateway.certificates import Issuer

ASK = b"GET /ok HTTP/1.1\r\nHost: node.test\r\n\r\n"


def app():
    """Two routes: one that answers at once, one that never stops."""
    made = FastAPI()

    @made.get("/ok")
    async def ok() -> str:
        return "ok"

    @made.get("/much")
    async def much() -> StreamingResponse:
        async def pieces():
            while True:
                yield bytes(65_536)
                await asyncio.sleep(0)

        return StreamingResponse(pieces())

    return made


@contextlib.asynccontextmanager
async def listening(*, most=MOST_OPEN, tls=None):
    """Serve the app; gives the port."""
    config = uvicorn.Config(app(), http="h11", ws="none", lifespan="off", log_config=None)
    config.load()
    config.ssl = tls
    server = Server(config, most=most)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await task


async def connect(port):
    return await asyncio.open_connection("127.0.0.1", port)


async def answer(reader):
    """Read the answer to `ASK`; empty if there is none and never will be."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
    return head + await reader.readexactly(len(b'"ok"'))


async def has_ended(reader):
    with contextlib.suppress(ConnectionError):
        while await reader.read(65_536):
            pass
    return True


async def test_connection_beyond_the_places_waits_until_one_has_ended():
    async with listening(most=1) as port:
        first_reader, first = await connect(port)
        first.write(ASK)
        assert b"200 OK" in await answer(first_reader)
        reader, second = await connect(port)
        second.write(ASK)
        waiting = asyncio.create_task(answer(reader))
        first.write(ASK)
        assert b"200 OK" in await answer(first_reader)  # it was served, the second was not
        assert not waiting.done()
        first.close()
        assert b"200 OK" in await waiting
        second.close()


@pytest.mark.parametrize("begun", [b"", b"G", b"GET /ok HTTP/1.1\r\nX: "], ids=["open", "g", "header"])
async def test_connection_that_never_ends_its_request_is_ended(monkeypatch, begun):
    monkeypatch.setattr(Connection, "request_seconds", 0.05)
    async with listening() as port, asyncio.timeout(5):
        reader, writer = await connect(port)
        writer.write(begun)
        assert await has_ended(reader)
        writer.close()


async def test_connection_that_begins_another_request_and_never_ends_it_is_ended(monkeypatch):
    monkeypatch.setattr(Connection, "request_seconds", 0.05)
    async with listening() as port, asyncio.timeout(5):
        reader, writer = await connect(port)
        writer.write(ASK)
        assert b"200 OK" in await answer(reader)
        writer.write(ASK[:-4])
        assert await has_ended(reader)
        writer.close()


async def test_connection_that_is_kept_open_between_requests_is_not_ended(monkeypatch):
    monkeypatch.setattr(Connection, "request_seconds", 0.05)
    async with listening() as port, asyncio.timeout(5):
        reader, writer = await connect(port)
        writer.write(ASK)
        assert b"200 OK" in await answer(reader)
        other, silent = await connect(port)
        assert await has_ended(other)  # as long as this one had
        writer.write(ASK)
        assert b"200 OK" in await answer(reader)
        for one in (writer, silent):
            one.close()


async def test_connection_whose_reader_takes_nothing_is_ended_and_its_place_given_on(monkeypatch):
    monkeypatch.setattr(Connection, "stall_seconds", 0.05)
    async with listening(most=1) as port, asyncio.timeout(5):
        with socket.create_connection(("127.0.0.1", port)) as greedy:
            greedy.sendall(b"GET /much HTTP/1.1\r\nHost: node.test\r\n\r\n")
            reader, writer = await connect(port)
            writer.write(ASK)
            assert b"200 OK" in await answer(reader)
            writer.close()


async def test_connection_without_a_handshake_is_ended_and_its_place_given_on(monkeypatch, tmp_path):
    monkeypatch.setattr(connections, "HANDSHAKE_SECONDS", 0.05)
    async with (
        listening(most=1, tls=Issuer(tmp_path).server_context("localhost")) as port,
        asyncio.timeout(5),
    ):
        for _ in range(3):
            reader, writer = await connect(port)
            assert await has_ended(reader)
            writer.close()


@pytest.mark.parametrize(
    ("soft", "hard", "raised_to", "expected"),
    [
        (1024, 524_288, FILES, MOST_OPEN),
        (1024, resource.RLIM_INFINITY, FILES, MOST_OPEN),
        (1024, 1024, None, 512),
        (256, 4096, 4096, 2048),
        (1_048_576, 1_048_576, None, MOST_OPEN),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None, MOST_OPEN),
    ],
)
def test_places_are_half_of_the_files_that_may_be_open(monkeypatch, soft, hard, raised_to, expected):
    raised = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: raised.append(limits))
    assert places() == expected
    assert raised == ([] if raised_to is None else [(raised_to, hard)])
