"""Events over HTTP: a long poll and a stream of the same feed, resumed anywhere, ended in time."""

import asyncio
import json
import random
import time
from contextlib import AsyncExitStack
from dataclasses import replace

import httpx2
import pytest

from node.daemon.bell import Bell
from node.national.entitlement import Concerned
from node.national.scopes import Scope
from node.national.token import read_token
from node.settings import ApiSettings
from node.store.accounts import RevokeToken
from node.store.journal import Batch
from node.web.streams import MOST_OPEN, Streams
from tests.daemon.told import opened, put_system, receive, tell
from tests.store.test_visibility import put
from tests.web.served import Client
from tests.web.streaming import Parser, Stream, Told
from tests.web.test_server import ask
from tests.web.test_server import listening as at_a_socket

SSE = {"Accept": "text/event-stream"}


@pytest.fixture
async def client(served):
    return await served.client()


def stream_of(served, client, path="/events", *, is_slow=False, **headers):
    asked = {"Authorization": client.headers["authorization"], "Host": "node.test", **SSE, **headers}
    return Stream(served.app, path, asked, is_slow=is_slow)


async def revoke(served, client):
    token = read_token(client.headers["authorization"].removeprefix("Bearer "))
    record = RevokeToken(token.id, served.node.clock())
    await served.node.committer.commit(Batch(records=[record]))


def numbers(answer):
    assert answer.status_code == 200, answer.text
    return [int(event["sequence"]) for event in answer.json()["events"]]


# The long poll.


async def test_poll_begins_at_the_beginning_and_goes_on_page_by_page(served, client):
    wanted = await tell(served, 25)
    told, position = [], -1
    while page := numbers(answer := await client.get(f"/events?after={position}&limit=10")):
        told += page
        position = answer.json()["position"]
    assert told == wanted
    assert numbers(await client.get("/events?limit=3")) == wanted[:3]


async def test_poll_tells_the_event_as_a_cloud_event(served, client):
    (index,) = await tell(served)
    (event,) = (await client.get("/events")).json()["events"]
    assert event["type"] == "sarbon.message.sealed"
    assert event["id"].endswith(f"/{index}")
    assert event["data"]["message"]["direction"] == "sent"


async def test_poll_with_nothing_to_tell_answers_at_once_where_it_looked_to(served, client):
    answer = await client.get("/events")
    assert answer.json() == {"events": [], "position": served.node.tree.size - 1}


async def test_poll_that_waits_answers_as_soon_as_there_is_something(served, client):
    waiting = asyncio.create_task(client.get("/events?wait=60"))
    await until_open(served, 1)
    wanted = await tell(served, 1)
    assert numbers(await asyncio.wait_for(waiting, 10)) == wanted


async def test_poll_that_waits_answers_when_the_time_is_up(client):
    answer = await client.get("/events?wait=0.05")
    assert numbers(answer) == []


async def test_poll_that_waits_is_not_answered_by_what_it_does_not_want(served, client):
    waiting = asyncio.create_task(client.get("/events?wait=60&kinds=message.received"))
    await until_open(served, 1)
    await tell(served, 3)
    _, index = await receive(served)
    assert numbers(await asyncio.wait_for(waiting, 10)) == [index]


async def test_poll_that_waits_ends_when_the_node_stops(served, client):
    waiting = asyncio.create_task(client.get("/events?wait=60"))
    await until_open(served, 1)
    served.supervisor.stopping.set()
    assert numbers(await asyncio.wait_for(waiting, 10)) == []


async def test_poll_that_waits_ends_when_its_token_does(served, client):
    waiting = asyncio.create_task(client.get("/events?wait=60"))
    await until_open(served, 1)
    await revoke(served, client)
    await tell(served)
    answer = await asyncio.wait_for(waiting, 10)
    assert (answer.status_code, answer.json()["code"]) == (401, "token.revoked")


async def test_poll_whose_client_goes_away_gives_its_place_back(served, client):
    asked = {"Authorization": client.headers["authorization"]}
    async with Stream(served.app, "/events?wait=60", asked):
        await until_open(served, 1)
    await until_open(served, 0)


async def test_poll_for_kinds_tells_only_these(served, client):
    await tell(served, 3)
    _, index = await receive(served)
    (sealed,) = await tell(served, 1)
    assert numbers(await client.get("/events?kinds=message.received")) == [index]
    both = await client.get("/events?kinds=message.received&kinds=message.sealed")
    assert len(numbers(both)) == 5
    assert both.json()["position"] == sealed


async def test_poll_that_finds_nothing_for_long_says_how_far_it_looked(served, client):
    await tell(served, 30)
    _, index = await receive(served)
    answer = await client.get("/events?kinds=message.received&limit=1&wait=60")
    assert numbers(answer) == []
    position = answer.json()["position"]
    assert -1 < position < index
    path = f"/events?kinds=message.received&limit=1&after={position}"
    assert numbers(await client.get(path)) == [index]


async def for_units(served, *units):
    """Let an alert be received for each unit; gives the indexes of the entries."""
    got = [await receive(served) for _ in units]
    about = {
        ("UZ-CC", step.change.id): Concerned(frozenset({"alert"}), frozenset({unit}))
        for unit, (step, _) in zip(units, got, strict=True)
    }
    put(served.node.database, about)
    return [index for _, index in got]


async def test_poll_by_a_system_of_a_unit_tells_its_events_only(served):
    client = await served.client(units=["PCU-ALYAT"], types=["alert"])
    mine, _, more, _ = await for_units(served, "PCU-ALYAT", "PCU-BAKU", "PCU-ALYAT", "PCU-BAKU")
    answer = await client.get("/events")
    assert numbers(answer) == [mine, more]


async def test_stream_by_a_system_of_a_unit_tells_its_events_only(served):
    client = await served.client(units=["PCU-ALYAT"], types=["alert"])
    mine, _, more, _ = await for_units(served, "PCU-ALYAT", "PCU-BAKU", "PCU-ALYAT", "PCU-BAKU")
    async with stream_of(served, client) as stream:
        await stream.told(2)
        await tell(served)  # nobody's, and the stream looks
        served.supervisor.stopping.set()
        await stream.ended()
    assert stream.ids == [mine, more]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/events?after=x", "request.invalid"),
        ("/events?after=-2", "request.invalid"),
        ("/events?wait=61", "request.invalid"),
        ("/events?limit=0", "request.invalid"),
        ("/events?limit=1001", "request.invalid"),
        ("/events?kinds=log.opened", "request.invalid"),
        ("/events?kind=match.found", "request.invalid"),
        ("/events?after=99999", "position.beyond"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_events_asked_for_wrongly_are_refused(client, path, code, accept):
    answer = await client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("text", ["x", "-2", "1.5", "9" * 16])
async def test_last_event_id_that_is_none_is_refused(client, text):
    answer = await client.get("/events", headers={"Last-Event-ID": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_last_event_id_goes_before_after(served, client):
    wanted = await tell(served, 5)
    headers = {"Last-Event-ID": str(wanted[2])}
    assert numbers(await client.get("/events?after=-1", headers=headers)) == wanted[3:]


@pytest.mark.parametrize("path", ["/events", "/events/position"])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_events_without_the_scope_are_refused(served, path, accept):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, Scope.MESSAGES_READ))
    answer = await client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")


async def test_position_is_that_of_the_newest_entry(served, client):
    (index,) = await tell(served, 1)
    assert (await client.get("/events/position")).json() == {"position": index}
    assert numbers(await client.get(f"/events?after={index}")) == []


async def test_waiting_beyond_the_most_is_refused(served, client):
    other = await served.client("terminal")
    async with AsyncExitStack() as stack:
        for _ in range(MOST_OPEN):
            await stack.enter_async_context(stream_of(served, client))
        await until_open(served, MOST_OPEN)
        for path, headers in (("/events", SSE), ("/events?wait=1", {})):
            answer = await client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (429, "streams.exceeded")
            assert int(answer.headers["retry-after"]) > 0
        assert (await client.get("/events")).status_code == 200
        async with stream_of(served, other) as stream:
            await stream.until(lambda: stream.status == 200)
    await until_open(served, 0)
    assert (await client.get("/events?wait=0.01")).status_code == 200


async def until_open(served, count):
    """Wait until so many wait for events."""
    async with asyncio.timeout(20):
        while opened_places(served) != count:  # noqa: ASYNC110 - nobody is told of a place
            await asyncio.sleep(0)


def opened_places(served):
    streams = getattr(served.app.state, "streams", None)
    return 0 if streams is None else streams._open.total()


# The stream.


async def test_stream_tells_what_was_and_then_what_happens(served, client):
    wanted = await tell(served, 3)
    async with stream_of(served, client) as stream:
        await stream.told(3)
        wanted += await tell(served, 2)
        await stream.told(5)
    assert stream.ids == wanted
    assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert stream.headers["cache-control"] == "no-store"
    assert stream.parser.retry_ms == 3000


async def test_stream_tells_the_same_events_as_the_poll(served, client):
    await tell(served, 2)
    await receive(served)
    polled = (await client.get("/events")).json()["events"]
    async with stream_of(served, client) as stream:
        await stream.told(3)
    assert [json.loads(event.data) for event in stream.events] == polled
    assert [event.type for event in stream.events] == [event["type"] for event in polled]


async def test_stream_of_kinds_tells_only_these(served, client):
    await tell(served, 3)
    _, index = await receive(served)
    async with stream_of(served, client, "/events?kinds=message.received") as stream:
        await stream.told(1)
    assert stream.ids == [index]


async def test_stream_resumed_at_random_points_tells_each_event_once_also_after_restarts(stage):
    chance = random.Random(7)  # noqa: S311 - the same points each time
    told, wanted, last = [], [], "-1"
    async with opened(stage) as served:
        token = await served.token_of(await served.add_system())
    for _ in range(4):
        async with opened(stage) as served:
            client = Client(served, token)
            wanted += await tell(served, 30)
            for _ in range(4):
                async with stream_of(served, client, **{"Last-Event-ID": last}) as stream:
                    wanted += await tell(served, 3)
                    left = len(wanted) - len(told)
                    await stream.told(chance.randrange(1, left + 1))
                count = chance.randrange(1, len(stream.events) + 1)
                told += stream.ids[:count]  # the rest was lost on the way
                last = str(told[-1])
    async with opened(stage) as served:
        async with stream_of(served, Client(served, token), f"/events?after={last}") as stream:
            await stream.told(len(wanted) - len(told))
        told += stream.ids
    assert told == wanted


async def test_stream_with_nothing_to_tell_shows_signs_of_life(served, client):
    served.app.state.streams = Streams(
        Bell(served.node), served.supervisor.stopping, keep_alive_seconds=0.01
    )
    async with stream_of(served, client) as stream:
        await stream.until(lambda: len(stream.parser.comments) >= 3)
    assert stream.events == []
    assert set(stream.parser.comments) == {str(served.node.tree.size - 1)}


async def test_stream_that_looks_in_vain_says_how_far_it_has_looked(served, client):
    await tell(served, 900)
    async with stream_of(served, client, "/events?kinds=message.received") as stream:
        await stream.until(lambda: len(stream.parser.comments) >= 4)
    looked = [int(comment) for comment in stream.parser.comments]
    assert looked == sorted(set(looked))
    assert stream.events == []


async def test_stream_ends_when_its_token_is_revoked(served, client):
    async with stream_of(served, client) as stream:
        await tell(served)
        await stream.told(1)
        await revoke(served, client)
        await tell(served)
        await stream.ended()
    assert len(stream.events) == 1
    assert stream.parser.comments == ["token.revoked"]


async def test_stream_that_is_silent_ends_when_its_token_is_revoked(served, client):
    served.app.state.streams = Streams(
        Bell(served.node), served.supervisor.stopping, keep_alive_seconds=0.05
    )
    async with stream_of(served, client) as stream:
        await stream.until(lambda: stream.pieces)
        await revoke(served, client)
        await stream.ended()
    assert stream.parser.comments[-1] == "token.revoked"


async def test_stream_of_a_system_that_is_disabled_ends(served):
    system = await served.add_system()
    client = Client(served, await served.token_of(system))
    async with stream_of(served, client) as stream:
        await stream.until(lambda: stream.pieces)
        await put_system(served, replace(system, is_active=False))
        await tell(served)
        await stream.ended()
    assert stream.events == []
    assert stream.parser.comments == ["system.disabled"]


async def test_stream_ends_when_the_node_stops(served, client):
    async with stream_of(served, client) as stream:
        await stream.until(lambda: stream.pieces)
        served.supervisor.stopping.set()
        await stream.ended()


async def test_stream_whose_reader_is_slow_reads_no_further(served, client):
    await tell(served, 900)
    async with stream_of(served, client, is_slow=True) as stream:
        await stream.until(lambda: stream.status)
        for _ in range(200):
            await asyncio.sleep(0)
        assert stream.pieces == 0
        stream.takes.set()
        await stream.told(900)
    assert stream.pieces >= 1 + 900 // 200  # never more in memory than a page


@pytest.mark.parametrize("why", ["for long", "when the node stops"])
async def test_stream_whose_reader_stands_still_is_ended(served, client, why):
    patience = 0.05 if why == "for long" else 60
    stopping = served.supervisor.stopping
    served.app.state.streams = Streams(Bell(served.node), stopping, patience_seconds=patience)
    async with stream_of(served, client, is_slow=True) as stream:
        await stream.until(lambda: stream.status)
        if why == "when the node stops":
            stopping.set()
        await stream.ended()
    assert stream.pieces == 0


async def test_stream_of_5_000_events_is_fast(served, client):
    wanted = await tell(served, 5_000)
    started = time.perf_counter()
    async with stream_of(served, client) as stream:
        await stream.told(5_000)
    assert stream.ids == wanted
    assert time.perf_counter() - started < 30


async def test_many_streams_are_each_told_everything(served):
    clients = [await served.client(f"system-{number}") for number in range(20)]
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(stream_of(served, client))
            for client in clients
            for _ in range(5)
        ]
        wanted = await tell(served, 50)
        wanted += await tell(served, 50)
        for stream in streams:
            await stream.told(100)
    assert all(stream.ids == wanted for stream in streams)


# At a real socket.


async def events_from(port, token, last="-1"):
    """Read a stream as a client does."""
    headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": last, **SSE}
    parser = Parser()
    async with (
        httpx2.AsyncClient(timeout=20) as http,
        http.stream("GET", f"http://127.0.0.1:{port}/api/v1/events", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        async for piece in answer.aiter_raw():
            for event in parser.feed(piece):
                yield event


async def test_stream_at_a_socket_is_told_resumed_and_ended_when_the_node_stops(stage):
    async with at_a_socket(stage, ApiSettings()) as (port, task, served):
        token = await served.token_of(await served.add_system())
        await ask(f"http://127.0.0.1:{port}/")
        wanted = await tell(served, 600)
        told = []
        async for event in events_from(port, token):
            told.append(int(event.id))
            if len(told) == 250:
                break
        async for event in events_from(port, token, last=str(told[-1])):
            told.append(int(event.id))
            if len(told) == 600:
                wanted += await tell(served, 2)
            if len(told) == 602:
                served.supervisor.stopping.set()
                stopped = time.perf_counter()
                task.cancel()
        assert told == wanted
        await asyncio.gather(task, return_exceptions=True)
        assert time.perf_counter() - stopped < 4  # the server need not cut anybody off


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ([b"data: a\n\n"], [Told("", "message", "a")]),
        ([b"id: 4\nevent: x\ndata: a\ndata: b\n\n"], [Told("4", "x", "a\nb")]),
        ([b"da", b"ta: a\r", b"\n\r\n"], [Told("", "message", "a")]),
        ([b": note\nretry: 5\n\n"], []),
        ([b"id: 4\n\ndata: a\n\n"], [Told("4", "message", "a")]),
        ([b"data: a\n"], []),
    ],
)
def test_parser_reads_streams_by_the_standard(pieces, told):
    parser = Parser()
    assert [event for piece in pieces for event in parser.feed(piece)] == told
