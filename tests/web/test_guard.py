"""What stands before every route, tried on an app of one route each."""

import asyncio

import httpx2
import pytest
from fastapi import FastAPI, Request

from node.web import problems
from node.web.guard import BODY_BYTES, Guard


@pytest.fixture
def client():
    app = FastAPI()
    problems.install(app)

    @app.post("/take")
    async def take(request: Request) -> int:
        return len(await request.body())

    @app.post("/more")
    async def more(request: Request) -> int:
        return len(await request.body())

    @app.get("/crash")
    async def crash() -> int:
        raise ZeroDivisionError("a secret in the message")

    app.add_middleware(
        Guard,
        larger={"/more": BODY_BYTES + 10},
        to_disk={"/more"},
        held_bytes=2 * BODY_BYTES,
    )
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app, raise_app_exceptions=False), base_url="http://node.test"
    )


async def in_parts(size):
    for _ in range(size // 1024):
        yield bytes(1024)
    yield bytes(size % 1024)


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/take", BODY_BYTES, 200),
        ("/take", BODY_BYTES + 1, 413),
        ("/more", BODY_BYTES + 10, 200),
        ("/more", BODY_BYTES + 11, 413),
    ],
)
@pytest.mark.parametrize("is_declared", [True, False], ids=["declared", "in parts"])
async def test_guard_body_is_held_to_the_limit_of_its_path(client, path, size, status, is_declared):
    body = bytes(size) if is_declared else in_parts(size)
    answer = await client.post(path, content=body)
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "request.oversize"


async def test_guard_caller_that_goes_away_is_no_fault_of_the_program(client, capsys):
    app = client._transport.app
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/take", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert sent == []
    assert "request.crashed" not in capsys.readouterr().out


async def test_guard_length_of_many_digits_is_refused(client):
    answer = await client.post("/take", content=b"", headers={"Content-Length": "9" * 400})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("asked", "is_kept"),
    [("trace-1.2_3", True), ("", False), ("x" * 65, False), ("a\tb", False), ("-x", False)],
)
async def test_guard_request_id_of_the_caller_is_kept_if_it_is_one(client, asked, is_kept):
    answer = await client.get("/nowhere", headers={"X-Request-Id": asked})
    given = answer.headers["x-request-id"]
    assert (given == asked) is is_kept
    assert answer.json()["request_id"] == given


async def test_guard_every_answer_has_safe_headers(client):
    for answer in (await client.get("/nowhere"), await client.post("/take", content=b"x")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_guard_crash_is_a_problem_that_does_not_say_what_it_was(client, capsys):
    answer = await client.get("/crash")
    assert (answer.status_code, answer.json()["code"]) == (503, "request.crashed")
    assert "secret" not in answer.text + capsys.readouterr().out


async def test_guard_body_that_stands_still_is_waited_for_no_longer(client):
    async def stuck():
        yield b"the beginning"
        await asyncio.Event().wait()

    client._transport.app.user_middleware[0].kwargs["grace_seconds"] = 0.05
    answer = await client.post("/take", content=stuck())
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")
    assert "in time" in answer.json()["detail"]


async def test_guard_bodies_of_all_requests_are_held_to_one_limit(client):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def held():
        yield bytes(BODY_BYTES)
        begun.set()
        await go_on.wait()

    first = asyncio.create_task(client.post("/take", content=held()))
    await begun.wait()
    assert (await client.post("/take", content=bytes(BODY_BYTES))).status_code == 200
    over = await client.post("/take", content=in_parts(BODY_BYTES + 1))
    assert (over.status_code, over.json()["code"]) == (413, "request.oversize")
    second = asyncio.create_task(client.post("/take", content=held()))
    begun.clear()
    await begun.wait()
    refused = await client.post("/take", content=b"x")
    assert (refused.status_code, refused.json()["code"]) == (503, "node.busy")
    assert (await client.post("/more", content=b"x")).status_code == 200  # it holds nothing
    go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(first, second)} == {200}
    assert (await client.post("/take", content=b"x")).status_code == 200
