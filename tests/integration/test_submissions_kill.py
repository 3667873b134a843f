"""kill -9 while a thousand documents are submitted at once over HTTP.

What was accepted is there once, and whoever comes again under its key gets the first answer.
"""

import asyncio
import json
import uuid

import httpx2
import pytest

from node.audit.event import Kind
from node.daemon.checkup import check_node
from node.daemon.node import load_directory
from node.store.database import Database
from node.store.log_pages import LogPages
from node.store.record import Records
from tests.daemon.conftest import founded_once  # noqa: F401 - a fixture
from tests.daemon.pair import documents
from tests.integration.served_process import NODE, ServedProcess

pytestmark = pytest.mark.timeout(180)

COUNT = 1000
POOLS = 20
KILLED_AFTER = (20, 250, 600)  # answers that clients have in hand


class Clients:
    """A client for each document: it comes again, under its key, until it has an answer.

    Attributes:
        answers: of each client, in the order in which they came.
        broken: requests of which the answer was lost, or that did not arrive.
        reached: set when so many clients have an answer.
    """

    def __init__(self, process: ServedProcess, token: str) -> None:
        self._up = process.up
        # A pool looks through all its connections for each request: so there are several.
        self._pools = [
            httpx2.AsyncClient(
                base_url=f"{process.root}/api/v1",
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                limits=httpx2.Limits(max_connections=COUNT // POOLS, max_keepalive_connections=20),
                timeout=httpx2.Timeout(30, pool=None),
            )
            for _ in range(POOLS)
        ]
        self.answers: dict[str, list[httpx2.Response]] = {}
        self.broken = 0
        self.reached = {count: asyncio.Event() for count in KILLED_AFTER}

    @property
    def answered(self) -> int:
        return sum(map(bool, self.answers.values()))

    async def submit(self, key: str, document: bytes) -> None:
        """Submit until there is an answer that is no fault of the node's."""
        got = self.answers.setdefault(key, [])
        http = self._pools[hash(key) % POOLS]
        while True:
            try:
                answer = await http.post(
                    "/documents", content=document, headers={"Idempotency-Key": key}
                )
            except httpx2.TransportError:
                self.broken += 1
            else:
                if answer.status_code != 503:
                    got.append(answer)
                    if self.answered in self.reached:
                        self.reached[self.answered].set()
                    return
            await self._up.wait()  # a thousand that knock meanwhile would only keep it from starting

    async def close(self) -> None:
        for http in self._pools:
            await http.aclose()


async def kill_at_times(process: ServedProcess, clients: Clients) -> None:
    """Kill the node each time that so many have their answer, and start it again."""
    for answered in KILLED_AFTER:
        await clients.reached[answered].wait()
        process.kill()
        await process.start()


@pytest.fixture
async def process(founded_once, tmp_path):  # noqa: F811 - the fixture
    one = ServedProcess(founded_once, tmp_path / "s")
    yield one
    one.stage.close()


async def test_thousand_submissions_and_three_kills_each_accepted_one_is_there_once(process):
    token = await process.token()
    found = documents(process.stage, NODE, COUNT, recipients=["UZ-CC"])
    keyed = {str(uuid.uuid4()): document for document in found}
    await process.start()
    clients = Clients(process, token)
    try:
        async with asyncio.timeout(90):
            await asyncio.gather(
                kill_at_times(process, clients),
                *(clients.submit(key, document) for key, document in keyed.items()),
            )
            await asyncio.gather(*(clients.submit(*one) for one in keyed.items()))
    finally:
        await clients.close()
    process.stop()

    assert process.kills == len(KILLED_AFTER)
    assert clients.broken > 0  # who waited when it was killed could not know whether it was accepted
    assert_each_got_one_answer(clients)
    assert_log_has_each_once(process, keyed, clients)


def assert_each_got_one_answer(clients: Clients) -> None:
    ids = set()
    for answers in clients.answers.values():
        assert [answer.status_code for answer in answers] == [202, 202]
        first, again = (answer.json() for answer in answers)
        assert first == again
        assert answers[1].headers["Idempotent-Replayed"] == "true"
        ids.add(first["id"])
    assert len(ids) == COUNT


def assert_log_has_each_once(process: ServedProcess, keyed: dict[str, bytes], clients: Clients) -> None:
    settings = process.stage.settings(NODE)
    database = Database.open(settings.data / "node.db")
    check_node(database, load_directory(settings), NODE)
    rows = list(Records(database).rows("sent", before=2**62))
    answered = {clients.answers[key][0].json()["id"]: document for key, document in keyed.items()}
    assert {row["id"]: row["document"] for row in rows} == answered
    assert len(rows) == COUNT
    entries = [
        json.loads(raw) for _, raw in LogPages(database).page(first=0, limit=10 * COUNT, kinds=[])
    ]
    for kind, member in ((Kind.MESSAGE_SEALED, "id"), (Kind.DOCUMENT_SUBMITTED, "re")):
        named = [entry[member] for entry in entries if entry["kind"] == kind]
        assert sorted(named) == sorted(answered)
    assert sum(entry["kind"] == Kind.NODE_STARTED for entry in entries) == len(KILLED_AFTER) + 1
    database.close()
