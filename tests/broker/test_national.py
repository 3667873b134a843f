import asyncio
import json
import random
from contextlib import asynccontextmanager

import pytest
from aio_pika import Message

from node.broker.connection import BROKER_ERRORS, open_channel
from node.broker.national import Patience, consume_submissions
from node.broker.national_message import Accepted
from node.broker.national_topology import (
    SUBMIT,
    declare,
    deliver_queue,
    submit_exchange,
    submit_queue,
    system_user,
)
from node.errors import CallerError, OperatorError
from tests.broker.conftest import VHOST

pytestmark = pytest.mark.broker

QUICK = Patience(watch_seconds=0.5, retry_seconds=0.05, hold_seconds=0.2)


class Desk:
    """A handler as the node's: durable, and the same answer to the same key."""

    def __init__(self) -> None:
        self.taken: dict[tuple[str, str], bytes] = {}
        self.calls: list[str] = []
        self.called = asyncio.Event()

    async def __call__(self, submitted) -> Accepted:
        self.calls.append(submitted.key)
        self.called.set()
        await asyncio.sleep(0)  # as long as a commit takes: others come in between
        key = (submitted.system, submitted.key)
        self.taken.setdefault(key, submitted.document)
        return Accepted(f"id-{submitted.key}", is_new=True)


class Site:
    """The broker with names of its own for one test."""

    def __init__(self, national, prefix: str) -> None:
        self.account = national.free(prefix)
        self.prefix = prefix

    @asynccontextmanager
    async def serving(self, handle, *, system="risk", **options):
        stop = asyncio.Event()
        task = asyncio.create_task(
            consume_submissions(
                self.account,
                system,
                handle,
                name="test",
                stop=stop,
                **{"patience": QUICK, **options},
            )
        )
        try:
            yield task
        finally:
            stop.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @asynccontextmanager
    async def client(self, system="risk", **options):
        async with open_channel(self.account, name="client") as channel:
            await declare(channel, [system], prefix=self.prefix, **options)
            yield Client(channel, self.prefix, system)


class Client:
    """A national system."""

    def __init__(self, channel, prefix, system) -> None:
        self.channel, self._prefix, self._system = channel, prefix, system
        self.user = system_user(system, VHOST, prefix=prefix)

    async def submit(self, key, body=b"{}", *, to=None, **properties):
        exchange = await self.channel.get_exchange(submit_exchange(prefix=self._prefix), ensure=False)
        message = Message(body, **{"message_id": key, "user_id": self.user, **properties})
        await exchange.publish(message, to or self._system, mandatory=True, timeout=10)

    async def answer(self):
        queue = await self.channel.get_queue(
            deliver_queue(self._system, prefix=self._prefix), ensure=False
        )
        async with asyncio.timeout(30):
            while (message := await queue.get(fail=False, timeout=10)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)  # a queue is asked; it does not call
        await message.ack()
        return message

    async def waiting(self, name):
        queue = await self.channel.declare_queue(name, passive=True)
        return queue.declaration_result.message_count


async def until(is_so):
    async with asyncio.timeout(30):
        while not await is_so():  # noqa: ASYNC110 - a broker is asked; it does not call
            await asyncio.sleep(0.02)


async def test_submission_is_answered_with_what_the_handler_gave(national):
    site, desk = Site(national, "n1."), Desk()
    async with site.client() as client, site.serving(desk):
        await client.submit("k-1", b'{"type":"alert/1"}', correlation_id="c-1")
        answer = await client.answer()

    assert desk.taken == {("risk", "k-1"): b'{"type":"alert/1"}'}
    assert (answer.type, answer.correlation_id) == ("submission.accepted", "c-1")
    assert json.loads(answer.body) == {"status": "accepted", "id": "id-k-1", "new": True}


async def test_submission_over_least_privilege_accounts_is_answered(national):
    stop = asyncio.Event()
    serving = asyncio.create_task(
        consume_submissions(national.node(), "terminal", Desk(), name="test", stop=stop)
    )
    async with (
        open_channel(national.node(), name="test") as own,
        open_channel(national.system("terminal"), name="client") as channel,
    ):
        await declare(own, ["terminal"])
        await (await own.get_queue(deliver_queue("terminal"), ensure=False)).purge()
        exchange = await channel.get_exchange(SUBMIT, ensure=False)
        message = Message(b"{}", message_id="k-1", user_id=system_user("terminal", VHOST))
        await exchange.publish(message, "terminal", mandatory=True)
        answer = await Client(channel, "", "terminal").answer()
    stop.set()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)

    assert answer.message_id == "k-1"


async def test_submission_the_handler_refuses_is_answered_with_the_reason(national):
    async def refuse(_submitted):
        raise CallerError("document.invalid", "no", hint="do", pointer="/goods")

    site = Site(national, "n2.")
    async with site.client() as client, site.serving(refuse):
        await client.submit("k-1")
        answer = await client.answer()

    assert answer.type == "submission.refused"
    assert json.loads(answer.body)["error"]["pointer"] == "/goods"


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"user_id": None}, "submission.anonymous"),
        ({"message_id": "two words"}, "idempotency.key_malformed"),
        ({"reply_to": "deliver.declarations"}, "submission.reply_to"),
    ],
)
async def test_submission_without_what_it_needs_is_answered_and_not_handled(national, properties, code):
    site, desk = Site(national, f"n3.{code[-5:].replace('_', '-')}."), Desk()
    async with site.client() as client, site.serving(desk):
        await client.submit("k-1", **properties)
        answer = await client.answer()

    assert json.loads(answer.body)["error"]["code"] == code
    assert desk.calls == []


async def test_submission_by_another_systems_key_is_answered_to_its_sender_alone(national):
    site, desk = Site(national, "n4."), Desk()
    async with site.client() as client, site.client("declarations") as other, site.serving(desk):
        await other.submit("k-1", to="risk")
        answer = await other.answer()
        await client.submit("k-2")
        own = await client.answer()

    assert json.loads(answer.body)["error"]["code"] == "submission.misrouted"
    assert desk.calls == [own.message_id] == ["k-2"]


async def test_submission_of_an_account_without_a_queue_holds_nobody_up(national):
    site, desk = Site(national, "n5."), Desk()
    async with site.client() as client, site.serving(desk, prefetch=1):
        await client.submit("k-1", user_id=system_user("stranger", VHOST, prefix="n5."))
        await client.submit("k-2", user_id="free")
        await client.submit("k-3")
        answers = [await client.answer(), await client.answer()]

    assert [answer.message_id for answer in answers] == ["k-2", "k-3"]
    assert desk.calls == ["k-3"]


async def test_direct_reply_to_works_with_the_rights_of_a_system(national):
    stop = asyncio.Event()
    serving = asyncio.create_task(
        consume_submissions(national.node(), "risk", Desk(), name="test", stop=stop)
    )
    async with open_channel(national.system("risk"), name="client") as channel:
        answers: asyncio.Queue = asyncio.Queue()
        replies = await channel.get_queue("amq.rabbitmq.reply-to", ensure=False)
        await replies.consume(answers.put, no_ack=True)
        exchange = await channel.get_exchange(SUBMIT, ensure=False)
        message = Message(
            b"{}",
            message_id="k-direct",
            user_id=system_user("risk", VHOST),
            reply_to="amq.rabbitmq.reply-to",
        )
        await exchange.publish(message, "risk", mandatory=True)
        answer = await asyncio.wait_for(answers.get(), 30)
        while answer.message_id != "k-direct":  # what other tests have left in the queue
            answer = await asyncio.wait_for(answers.get(), 30)
    stop.set()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)

    assert answer.type == "submission.accepted"


async def test_many_submissions_are_under_way_at_once(national):
    site, together = Site(national, "n6."), asyncio.Barrier(32)

    async def handle(submitted):
        async with asyncio.timeout(30):
            await together.wait()  # nobody goes on before 32 are here
        return Accepted(submitted.key, is_new=True)

    async with site.client() as client, site.serving(handle):
        for number in range(32):
            await client.submit(f"k-{number}")
        answers = {(await client.answer()).message_id for _ in range(32)}

    assert answers == {f"k-{number}" for number in range(32)}


async def test_crash_before_the_answer_brings_the_submission_again(national):
    site, desk, reached = Site(national, "n7."), Desk(), asyncio.Event()

    async def die(submitted):
        await desk(submitted)  # durable; and then the power goes
        reached.set()
        await asyncio.Event().wait()

    async with site.client() as client:
        await client.submit("k-1")
        async with site.serving(die):
            await asyncio.wait_for(reached.wait(), 30)
        async with site.serving(desk):
            answer = await client.answer()

    assert desk.calls == ["k-1", "k-1"]
    assert json.loads(answer.body)["id"] == "id-k-1"


async def test_crashes_at_any_moment_lose_no_answer_and_change_none(national):
    site, desk, chance = Site(national, "n8."), Desk(), random.Random(8)  # noqa: S311 - repeatable
    keys = {f"k-{number}" for number in range(150)}
    answers: dict[str, set[bytes]] = {}

    async def crash_again_and_again() -> None:
        while answers.keys() < keys:
            desk.called.clear()
            async with site.serving(desk):
                await asyncio.wait([asyncio.create_task(desk.called.wait())], timeout=1)
                await asyncio.sleep(chance.uniform(0, 0.05))

    async with site.client() as client:
        for key in sorted(keys):
            await client.submit(key)
        crashing = asyncio.create_task(crash_again_and_again())
        while answers.keys() < keys:
            answer = await client.answer()
            answers.setdefault(answer.message_id, set()).add(answer.body)
        await crashing

    assert desk.taken.keys() == {("risk", key) for key in keys}
    assert {key: len(bodies) for key, bodies in answers.items()} == dict.fromkeys(keys, 1)


async def test_failure_of_our_own_machine_leaves_the_submission_unanswered(national):
    async def fail(_submitted):
        raise OperatorError("database.unusable", "the disk is full", hint="make room")

    site, desk = Site(national, "n9."), Desk()
    async with site.client() as client:
        await client.submit("k-1")
        async with site.serving(fail) as task:
            with pytest.raises(OperatorError):
                await asyncio.wait_for(task, 30)
        assert await client.waiting(deliver_queue("risk", prefix="n9.")) == 0
        async with site.serving(desk):
            assert (await client.answer()).type == "submission.accepted"


async def test_fault_of_the_handler_ends_the_service_with_it(national):
    async def fail(_submitted):
        raise ValueError("a fault of the program")

    site = Site(national, "n10.")
    async with site.client() as client, site.serving(fail) as task:
        await client.submit("k-1")
        with pytest.raises(ValueError, match="a fault of the program"):
            await asyncio.wait_for(task, 30)


async def test_system_that_reads_no_answers_delays_only_itself(national):
    site, desk = Site(national, "n11."), Desk()
    async with (
        site.client(length=3) as idle,
        site.client("declarations") as other,
        site.serving(desk, length=3, patience=Patience(0.5, 0.05, 60)),
        site.serving(desk, system="declarations"),
    ):
        await submit_one_by_one(idle, desk)
        await other.submit("k-other")
        answer = await other.answer()

    assert answer.message_id == "k-other"


async def submit_one_by_one(client, desk):
    """Submit each when the one before was handled: the small queues of a test hold no more."""
    for number in range(12):
        await client.submit(f"k-{number}")
        await until(lambda key=f"k-{number}": is_handled(desk, key))


async def is_handled(desk, key):
    return key in desk.calls


async def test_answer_waits_at_a_full_queue_until_the_system_reads(national):
    site, desk = Site(national, "n12."), Desk()
    async with (
        site.client(length=3) as client,
        site.serving(desk, length=3, patience=Patience(0.5, 0.05, 60)),
    ):
        await submit_one_by_one(client, desk)
        answers = [(await client.answer()).message_id for _ in range(12)]

    assert sorted(answers) == sorted({f"k-{number}" for number in range(12)})
    assert len(desk.calls) == 12


async def test_submissions_of_a_system_that_reads_no_answers_stay_at_the_broker(national):
    site, desk = Site(national, "n13."), Desk()
    async with site.client(length=3) as client, site.serving(desk, length=3):
        await submit_one_by_one(client, desk)
        await until(lambda: is_given_back(client))
        calls = len(desk.calls)
        answers = {(await client.answer()).message_id}
        while len(answers) < 12:
            answers.add((await client.answer()).message_id)

    assert answers == {f"k-{number}" for number in range(12)}
    assert calls == 12  # given back once, not handed over again and again


async def is_given_back(client):
    return await client.waiting(submit_queue("risk", prefix="n13.")) > 0


async def test_service_notices_a_queue_of_answers_that_was_taken_away(national):
    site, desk = Site(national, "n14."), Desk()
    async with site.client() as client:
        async with site.serving(desk) as task:
            await client.submit("k-1")
            await client.answer()
            await client.channel.queue_delete(deliver_queue("risk", prefix="n14."))
            await client.submit("k-2")
            with pytest.raises(BROKER_ERRORS):
                await asyncio.wait_for(task, 30)
        async with site.serving(desk):
            await until(lambda: has_an_answer(site))


async def has_an_answer(site):
    async with open_channel(site.account, name="look") as channel:
        try:
            queue = await channel.declare_queue(deliver_queue("risk", prefix=site.prefix), passive=True)
        except BROKER_ERRORS:
            return False
    return queue.declaration_result.message_count == 1


async def test_service_notices_a_consumer_that_was_dropped(national):
    site = Site(national, "n15.")
    async with site.client() as client, site.serving(Desk()) as task:
        await client.submit("k-1")
        await client.answer()
        await client.channel.queue_delete(submit_queue("risk", prefix="n15."))

        with pytest.raises(BROKER_ERRORS):
            await asyncio.wait_for(task, 30)


async def test_service_that_is_stopped_ends(national):
    site, stop = Site(national, "n16."), asyncio.Event()
    stop.set()
    serving = consume_submissions(site.account, "risk", Desk(), name="test", stop=stop, patience=QUICK)

    with pytest.raises(asyncio.CancelledError):
        await serving


class Garbled(str):
    """A property whose bytes are not UTF-8, as an old client in another code page sends it."""

    __slots__ = ()

    def __str__(self):
        return self

    def encode(self, *_args):
        return b"\xd0\xff"


async def test_message_that_cannot_be_read_delays_its_system_and_ends_at_the_dead_letters(national):
    site, desk = Site(national, "n17."), Desk()

    async def reconnect() -> None:
        while True:
            async with site.serving(desk) as task:
                await asyncio.wait([task])

    async with site.client() as client, site.client("declarations") as other:
        await client.submit("k-1", correlation_id=Garbled("x"))
        async with site.serving(desk, system="declarations") as untouched:
            reconnecting = asyncio.create_task(reconnect())
            await until(lambda: is_dead(client))
            await other.submit("k-2")
            answer = await other.answer()
            assert not untouched.done()
            await client.submit("k-3")
            assert (await client.answer()).message_id == "k-3"
            reconnecting.cancel()
            await asyncio.gather(reconnecting, return_exceptions=True)

    assert answer.message_id == "k-2"
    assert desk.calls == ["k-2", "k-3"]


async def is_dead(client):
    return await client.waiting("n17.dead") > 0
