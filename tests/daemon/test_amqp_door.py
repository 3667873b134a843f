"""The AMQP door of a node in this process, at a real RabbitMQ."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from aio_pika.exceptions import ChannelNotFoundEntity
from structlog.testing import capture_logs

from node.audit.event import Kind, read_entry
from node.broker.connection import open_channel
from node.broker.national_message import Submitted
from node.broker.national_topology import declare, deliver_queue, submit_queue
from node.daemon.amqp_door import AmqpDoor, uses_amqp
from node.daemon.doors import MOST_WAITING
from node.daemon.supervisor import Supervisor
from node.national.scopes import Role
from node.national.system import make_system
from node.store.positions import Positions
from node.store.record import Records
from tests.broker.conftest import national
from tests.broker.test_national import Client
from tests.daemon.pair import NOWHERE, documents
from tests.web.carried import peers_of
from tests.web.served import serving

__all__ = ["national"]

pytestmark = pytest.mark.broker


@pytest_asyncio.fixture
async def served(stage):
    """The node of AZ-SCC, running."""
    node = stage.node("AZ-SCC")
    try:
        async with serving(node) as one:
            yield one
    finally:
        node.close()


@asynccontextmanager
async def opened(served, account):
    """Open the door; the node's task for it ends as a supervisor ends it."""
    task = asyncio.create_task(AmqpDoor(served.supervisor, account).run())
    try:
        yield task
    finally:
        served.supervisor.stopping.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def client(account, system):
    """Connect as a system; its queues are made by hand if the node has not yet."""
    async with open_channel(account, name="client") as channel:
        await declare(channel, [system], prefix=account.prefix)
        yield Client(channel, account.prefix, system)


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - a task of the node is watched from outside
            await asyncio.sleep(0.01)


def notice(stage):
    return documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0]


@pytest.mark.parametrize("role", Role)
def test_uses_amqp_is_so_for_every_role_but_the_operators(role):
    system = make_system("any", title="Any", role=role, units=["*"], types=["*"])
    assert uses_amqp(system) is (role is not Role.OPERATOR)


async def test_system_added_while_the_node_runs_is_served_at_once(stage, served, national):
    account = national.free("d1.")
    async with opened(served, account), client(account, "late") as system:
        await system.submit("k-1", notice(stage))
        await served.add_system("late")
        answer = json.loads((await system.answer()).body)

    assert answer["status"] == "accepted"
    entries = [read_entry(raw) for _, raw in Records(served.node.database).entries()]
    submitted = next(one for one in entries if one.kind is Kind.DOCUMENT_SUBMITTED)
    found = tuple(submitted.members[name] for name in ("re", "by", "door"))
    assert found == (answer["id"], "late", "amqp")


async def test_system_is_refused_once_disabled_and_taken_under_the_same_key_when_enabled(
    stage, served, national
):
    account = national.free("d2.")
    await served.add_system("risk")
    async with opened(served, account), client(account, "risk") as system:
        await served.supervisor.access.set_active("risk", is_active=False, by="owner")
        await system.submit("k-1", notice(stage))
        refused = json.loads((await system.answer()).body)
        await served.supervisor.access.set_active("risk", is_active=True, by="owner")
        await system.submit("k-1", notice(stage))
        accepted = json.loads((await system.answer()).body)

    assert refused["error"]["code"] == "system.disabled"
    assert accepted["status"] == "accepted"


async def test_system_whose_role_sends_nothing_is_refused_by_its_scope(stage, served, national):
    account = national.free("d3.")
    await served.add_system("auditors", role=Role.AUDITOR)
    async with opened(served, account), client(account, "auditors") as system:
        await system.submit("k-1", notice(stage))
        refused = json.loads((await system.answer()).body)

    assert refused["error"]["code"] == "access.scope"


async def test_operator_gets_no_queue(served, national):
    account = national.free("d4.")
    await served.add_system("console", role=Role.OPERATOR)
    await served.add_system("risk")
    async with opened(served, account):
        async with asyncio.timeout(30):
            while not await is_there(account, submit_queue("risk", prefix=account.prefix)):
                pass
        assert not await is_there(account, submit_queue("console", prefix=account.prefix))


async def is_there(account, name):
    """Say whether there is a queue of that name; asking for one that is not closes the channel."""
    async with open_channel(account, name="test") as channel:
        try:
            await channel.declare_queue(name, passive=True)
        except ChannelNotFoundEntity:
            return False
    return True


async def test_system_that_never_used_the_door_is_told_nothing_there(stage, served, national):
    account = national.free("d5.")
    await served.add_system("elsewhere")
    await served.add_system("risk")
    async with peers_of(served, stage, "UZ-CC") as exchange, opened(served, account):
        await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
        async with client(account, "risk") as system:
            await system.submit("k-1", notice(stage))
            told = [(await system.answer()).type for _ in range(3)]
            async with client(account, "elsewhere") as other:
                waiting = await other.waiting(deliver_queue("elsewhere", prefix=account.prefix))

    assert {"sarbon.message.received", "document"} < set(told)
    assert waiting == 0
    assert Positions(served.node.database).of("elsewhere", "amqp") is None


async def test_system_that_reads_its_queue_is_told_all_since_it_was_added(stage, served, national):
    account = national.free("d6.")
    await served.add_system("reader", role=Role.RECEIVER)
    async with peers_of(served, stage, "UZ-CC") as exchange:
        await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    found = asyncio.Queue()
    async with opened(served, account), client(account, "reader") as system:
        name = deliver_queue("reader", prefix=account.prefix)
        queue = await system.channel.get_queue(name, ensure=False)
        await queue.consume(found.put, no_ack=True)
        async with asyncio.timeout(30):
            event, document = await found.get(), await found.get()

    assert (event.type, document.type) == ("sarbon.message.received", "document")
    assert json.loads(document.body)["reference"] == "UZ-1"
    assert document.correlation_id == json.loads(event.body)["id"]


async def test_content_is_in_our_log_as_given_before_it_is(stage, served, national):
    account = national.free("d7.")
    await served.add_system("risk")
    async with peers_of(served, stage, "UZ-CC") as exchange, opened(served, account):
        said = await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
        async with client(account, "risk") as system:
            await system.submit("k-1", b"{}")
            while (await system.answer()).type != "document":
                pass
            entries = [read_entry(raw) for _, raw in Records(served.node.database).entries()]

    accessed = [one.members for one in entries if one.kind is Kind.DOCUMENT_ACCESSED]
    assert [(one["re"], one["by"], one["door"]) for one in accessed] == [(said.id, "risk", "amqp")]


async def test_take_waits_while_too_much_is_to_be_sealed_and_answers_then(stage, national):
    node = stage.node("AZ-SCC")
    committer = asyncio.create_task(node.committer.run())
    supervisor = Supervisor(node)
    system = make_system("risk", title="Risk", role="system", units=["*"], types=["*"])
    await supervisor.access.add(system, by="owner")
    door = AmqpDoor(supervisor, national.free("d8."))
    waiting = [
        asyncio.create_task(door.take(Submitted("risk", f"k-{number}", b"{}", None)))
        for number in range(MOST_WAITING)
    ]
    await until(lambda: supervisor.submitter.waiting == MOST_WAITING)
    late = asyncio.create_task(door.take(Submitted("risk", "late", notice(stage), None)))
    await asyncio.sleep(0)
    assert not late.done()
    sealing = asyncio.create_task(supervisor.submitter.run())
    try:
        async with asyncio.timeout(60):
            accepted = await late
    finally:
        refused = await asyncio.gather(*waiting, return_exceptions=True)
        for task in (sealing, committer):
            task.cancel()
        await asyncio.gather(sealing, committer, return_exceptions=True)
        node.close()

    assert accepted.is_new
    assert len(refused) == MOST_WAITING


async def test_door_at_a_broker_that_is_not_there_tries_again_and_tells(served):
    await served.add_system("risk")
    with capture_logs() as lines:
        async with opened(served, NOWHERE) as task:
            await until(lambda: len(lines) >= 2)
            assert not task.done()
    lost = {line["connection"] for line in lines if line["event"] == "broker.lost"}
    assert lost == {"national deliveries", "submissions of risk"}
