"""A hundred thousand events, while readers and node are ended at random: each is seen, in order.

A reader keeps its position, and loses what it did after it last kept it: only that comes again.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from itertools import pairwise

import httpx2
import pytest

from node.audit.event import Kind
from node.national.event import FEED_KINDS
from node.store.database import Database
from node.store.journal import Batch
from node.store.log_pages import LogPages
from tests.daemon.conftest import founded_once  # noqa: F401 - a fixture
from tests.daemon.pair import documents
from tests.integration.served_process import NODE, ServedProcess
from tests.web.streaming import Parser

pytestmark = pytest.mark.timeout(180)

EVENTS = 100_000
MESSAGES = 20
AT_ONCE = 5000  # entries in one commit
KEPT_EVERY = 250  # events: how often a reader keeps its position
KILLS = 3
SEED = 20_261_124


class Reader:
    """A reader that is ended at random, and begins again after the position that it kept.

    Attributes:
        sessions: what each life of it saw, with the position from which it began.
        kept: the position.
        died: how often it was ended by itself, not by the node.
    """

    def __init__(self, process: ServedProcess, token: str, seed: int) -> None:
        self._process = process
        self._headers = {"Authorization": f"Bearer {token}"}
        self._random = random.Random(seed)  # noqa: S311 - when a reader ends is no secret
        self.sessions: list[tuple[int, list[int]]] = []
        self.kept = -1
        self.died = 0

    @property
    def seen(self) -> int:
        """The newest event seen so far."""
        return max((seen[-1] for _, seen in self.sessions if seen), default=-1)

    async def read_to(self, last: int) -> None:
        """Read until an event was seen, in as many lives as it takes."""
        while self.seen < last:
            await self._process.up.wait()
            try:
                await self._live(last)
            except httpx2.TransportError:
                continue  # the node was killed

    async def _live(self, last: int) -> None:
        seen: list[int] = []
        self.sessions.append((self.kept, seen))
        life = self._random.randint(1000, 30_000)
        async with httpx2.AsyncClient(headers=self._headers, timeout=30) as http:
            async for index in self.events(http, self.kept):
                seen.append(index)
                if len(seen) % KEPT_EVERY == 0:
                    self.kept = index
                if index >= last:
                    return
                if len(seen) >= life:
                    self.died += 1
                    return

    def events(self, http: httpx2.AsyncClient, after: int) -> AsyncIterator[int]:
        raise NotImplementedError


class StreamReader(Reader):
    """Reads the stream, and comes back with `Last-Event-ID`."""

    async def events(self, http: httpx2.AsyncClient, after: int) -> AsyncIterator[int]:
        parser = Parser()
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        async with http.stream("GET", f"{self._process.root}/api/v1/events", headers=headers) as answer:
            assert answer.status_code == 200
            async for piece in answer.aiter_raw():
                for event in parser.feed(piece):
                    yield int(event.id)


class PollReader(Reader):
    """Asks again and again, and waits where there is nothing."""

    async def events(self, http: httpx2.AsyncClient, after: int) -> AsyncIterator[int]:
        while True:
            params = {"after": after, "wait": 5, "limit": 1000}
            answer = await http.get(f"{self._process.root}/api/v1/events", params=params)
            assert answer.status_code == 200
            page = answer.json()
            for event in page["events"]:
                yield int(event["sequence"])
            after = page["position"]


@pytest.fixture
async def process(founded_once, tmp_path):  # noqa: F811 - the fixture
    one = ServedProcess(founded_once, tmp_path / "s")
    yield one
    one.stage.close()


async def test_hundred_thousand_events_are_each_seen_in_order_however_often_all_is_restarted(process):
    token = await process.token()
    found = documents(process.stage, NODE, MESSAGES + KILLS, recipients=["UZ-CC"])
    await process.start()
    messages = await submit(process, token, found[:MESSAGES])
    process.stop()
    await write_events(process, messages)
    await process.start()
    readers = [StreamReader(process, token, SEED), PollReader(process, token, SEED + 1)]
    async with asyncio.timeout(120):
        reading = [asyncio.create_task(reader.read_to(EVENTS)) for reader in readers]
        for number in range(KILLS):
            await seen_by(readers, EVENTS * (number + 1) // (KILLS + 1))
            process.kill()
            await process.start()
            await submit(process, token, found[MESSAGES + number :][:1])
        await asyncio.gather(*reading)
        last = told(process)[-1]  # those that came meanwhile
        await asyncio.gather(*(reader.read_to(last) for reader in readers))
    process.stop()

    assert process.kills == KILLS
    for reader in readers:
        assert reader.died >= KILLS
        assert_each_was_seen_in_order(reader, [index for index in told(process) if index <= last])


def assert_each_was_seen_in_order(reader: Reader, wanted: list[int]) -> None:
    place = {index: number for number, index in enumerate(wanted)}
    for kept, seen in reader.sessions:
        if seen:
            first = place[seen[0]]
            assert seen == wanted[first : first + len(seen)]
            assert first == (place[kept] + 1 if kept in place else 0)
    assert {index for _, seen in reader.sessions for index in seen} == set(wanted)
    lives = [seen for _, seen in reader.sessions if seen]
    for before, after in pairwise(
        lives
    ):  # what comes again is what was done after the position was kept
        assert 0 <= place[before[-1]] + 1 - place[after[0]] < KEPT_EVERY


async def submit(process: ServedProcess, token: str, found: list[bytes]) -> list[str]:
    """Submit documents; gives the ids of their messages."""
    async with httpx2.AsyncClient(timeout=30) as http:
        answer = await http.post(
            f"{process.root}/api/v1/documents/batch",
            content=b"\n".join(found),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/x-ndjson",
                "Idempotency-Key": json.loads(found[0])["reference"],
            },
        )
    assert answer.json()["refused"] == 0, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def write_events(process: ServedProcess, messages: list[str]) -> None:
    """Fill the log: entries about messages, as the node writes them when time passes."""
    node = process.node()
    committing = asyncio.create_task(node.committer.run())
    try:
        for first in range(0, EVENTS, AT_ONCE):
            steps = [
                node.event(
                    Kind.DEADLINE_REMINDED,
                    re=messages[number % len(messages)],
                    peer="UZ-CC",
                    by="UZ-CC",
                    name="receipt",
                    due=node.clock() + number,
                )
                for number in range(first, first + AT_ONCE)
            ]
            await node.committer.commit(Batch(steps))
    finally:
        committing.cancel()
        await asyncio.gather(committing, return_exceptions=True)
        node.close()


async def seen_by(readers: list[Reader], index: int) -> None:
    """Wait until one of the readers has come so far."""
    while max(reader.seen for reader in readers) < index:  # noqa: ASYNC110 - they know of nobody
        await asyncio.sleep(0.01)


def told(process: ServedProcess) -> list[int]:
    """Give the index of every entry of which events tell, by its kind."""
    database = Database.open(process.stage.settings(NODE).data / "node.db")
    kinds = [Kind(kind) for kind in FEED_KINDS]
    found = LogPages(database).page(first=0, limit=3 * EVENTS, kinds=kinds)
    database.close()
    return [index for index, _ in found]
