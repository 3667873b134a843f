"""The deliverer: in order, at least once, never skipped; content is recorded before it is given."""

import asyncio
import random
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from node.audit.event import Kind
from node.daemon.deliverer import DOCUMENTS, NotTakenError
from node.national.entitlement import Concerned
from node.national.scopes import Role
from node.store.journal import Batch
from node.store.positions import Positions, SetPosition
from tests.daemon.hook import until
from tests.daemon.told import (
    Crash,
    Door,
    deliver_all,
    deliverer_of,
    opened,
    put_system,
    receive,
    tell,
)
from tests.store.test_visibility import put
from tests.web.test_documents import entries


@pytest.fixture
async def served(stage):
    async with opened(stage) as one:
        yield one


@asynccontextmanager
async def running(deliverer):
    """Let a deliverer run by itself."""
    task = asyncio.create_task(deliverer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def position(served, name="amqp"):
    return Positions(served.node.database).of("risk-engine", name)


async def test_new_door_begins_where_the_system_was_added(served):
    await tell(served, 2)
    await served.add_system()
    wanted = await tell(served, 3)
    door = Door()
    await deliver_all(deliverer_of(served, door))
    assert door.indexes == wanted


async def test_deliverer_tells_each_event_once_in_order_over_pages(served):
    await served.add_system()
    wanted = await tell(served, 250)
    door = Door()
    await deliver_all(deliverer_of(served, door))
    assert door.indexes == wanted
    assert position(served) == wanted[-1]


async def test_deliverer_with_nothing_to_tell_does_nothing(served):
    await served.add_system()
    door = Door()
    deliverer = deliverer_of(served, door)
    await deliver_all(deliverer)
    assert await deliverer.step() is False
    assert door.tries == 0


async def test_event_that_is_not_taken_goes_again_and_none_before_it(served):
    await served.add_system()
    wanted = await tell(served, 6)
    door = Door()
    door.before = lambda event: setattr(door, "refusing", event.index == wanted[4] and door.tries < 7)
    deliverer = deliverer_of(served, door)
    for _ in range(2):
        with pytest.raises(NotTakenError):
            await deliver_all(deliverer)
        assert door.indexes == wanted[:4]
        assert position(served) == wanted[3]
    await deliver_all(deliverer)
    assert door.indexes == wanted


def crashing_at(count):
    """Make a door that takes so many events; then the machine stops."""
    door = Door()

    def crash(_event):
        if len(door.taken) == count:
            raise Crash

    door.after = crash
    return door


@pytest.mark.parametrize(
    ("taken", "again"),
    [
        pytest.param(1, 1, id="the first event"),
        pytest.param(4, 1, id="the first of a page"),
        pytest.param(6, 3, id="within a page"),
    ],
)
async def test_kill_after_an_event_was_taken_tells_its_page_once_more(stage, taken, again):
    first, second = crashing_at(taken), Door()
    async with opened(stage) as served:
        await served.add_system()
        wanted = await tell(served, 9)
    with pytest.raises(Crash):
        async with opened(stage) as served:
            await deliver_all(deliverer_of(served, first))
    async with opened(stage) as served:
        await deliver_all(deliverer_of(served, second))
    assert first.indexes == wanted[:taken]
    assert second.indexes == wanted[taken - again :]


async def test_kills_at_random_points_skip_nothing_and_keep_the_order(stage):
    chance = random.Random(4)  # noqa: S311 - the same points each time
    lives, wanted = [], []
    async with opened(stage) as served:
        await served.add_system()
    for _ in range(8):
        lives.append(crashing_at(chance.randrange(1, 25)))
        with suppress(Crash):
            async with opened(stage) as served:
                wanted += await tell(served, 20)
                await deliver_all(deliverer_of(served, lives[-1]))
    lives.append(Door())
    async with opened(stage) as served:
        await deliver_all(deliverer_of(served, lives[-1]))
    told = [index for door in lives for index in door.indexes]
    assert sorted(set(told)) == wanted
    assert all(door.indexes == sorted(set(door.indexes)) for door in lives)
    assert told[-1] == wanted[-1]


async def test_position_that_is_set_back_while_delivering_is_gone_on_from(served):
    await served.add_system()
    wanted = await tell(served, 8)
    door = Door()
    deliverer = deliverer_of(served, door)
    await deliver_all(deliverer)
    more = await tell(served, 8)
    back = SetPosition("risk-engine", "amqp", wanted[5])

    def wake(event):
        if event.index == more[4] and not deliverer._woken.is_set():
            door.after = lambda _event: None
            later = served.node.committer.later
            later(Batch(records=[back]))
            deliverer.wake()

    door.after = wake
    await deliver_all(deliverer)
    assert door.indexes == wanted + more[:5] + wanted[6:] + more


async def test_disabled_system_is_told_when_it_is_enabled_again(served):
    system = await served.add_system()
    door = Door()
    deliverer = deliverer_of(served, door)
    await deliver_all(deliverer)
    await put_system(served, replace(system, is_active=False))
    wanted = await tell(served, 3)
    await deliver_all(deliverer)
    assert door.indexes == []
    await put_system(served, system)
    await deliver_all(deliverer)
    assert door.indexes == wanted


async def test_system_of_a_unit_is_told_of_its_messages_only(served):
    await served.add_system(units=["PCU-ALYAT"], types=["alert"])
    (mine, at), (other, _) = [await receive(served) for _ in range(2)]
    alert, hit = frozenset({"alert"}), frozenset({"PCU-BAKU"})
    put(
        served.node.database,
        {
            ("UZ-CC", mine.change.id): Concerned(alert, frozenset({"PCU-ALYAT"})),
            ("UZ-CC", other.change.id): Concerned(alert, hit),
        },
    )
    door = Door()
    await deliver_all(deliverer_of(served, door, content_way="amqp"))
    assert door.taken == [(at, b"{}")]
    assert [one["re"] for one in entries(served, Kind.DOCUMENT_ACCESSED)] == [mine.change.id]


async def test_document_goes_with_the_event_that_it_came_with(served):
    await served.add_system()
    _, at = await receive(served, document=b'{"type": "alert/1"}')
    (sealed,) = await tell(served)
    door = Door()
    await deliver_all(deliverer_of(served, door, content_way="folder"))
    assert door.taken == [(at, b'{"type": "alert/1"}'), (sealed, None)]


async def test_document_is_recorded_as_given_before_it_is(served):
    await served.add_system()
    step, _ = await receive(served)
    seen = []
    door = Door()
    door.before = lambda _event: seen.append(entries(served, Kind.DOCUMENT_ACCESSED))
    await deliver_all(deliverer_of(served, door, content_way="amqp"))
    given = {"re": step.change.id, "from": "UZ-CC", "by": "risk-engine", "door": "amqp"}
    assert seen == [[given]]


async def test_document_that_is_not_taken_is_recorded_once(served):
    await served.add_system()
    await receive(served)
    door = Door()
    door.refusing = 3
    deliverer = deliverer_of(served, door, content_way="amqp")
    for _ in range(3):
        with pytest.raises(NotTakenError):
            await deliver_all(deliverer)
    await deliver_all(deliverer)
    assert len(door.taken) == 1
    assert len(entries(served, Kind.DOCUMENT_ACCESSED)) == 1


async def test_documents_behind_one_that_is_not_taken_are_not_recorded_yet(served):
    await served.add_system()
    for _ in range(5):
        await receive(served)
    door = Door()
    door.refusing = 1
    with pytest.raises(NotTakenError):
        await deliver_all(deliverer_of(served, door, content_way="amqp"))
    assert len(entries(served, Kind.DOCUMENT_ACCESSED)) == 1


async def test_documents_are_read_few_at_a_time(served):
    await served.add_system()
    for _ in range(DOCUMENTS * 3):
        await receive(served)
    ahead = []
    door = Door()
    door.before = lambda _event: ahead.append(
        len(entries(served, Kind.DOCUMENT_ACCESSED)) - len(door.taken)
    )
    await deliver_all(deliverer_of(served, door, content_way="amqp"))
    assert len(door.taken) == DOCUMENTS * 3
    assert max(ahead) <= DOCUMENTS


@pytest.mark.parametrize(
    ("role", "content_way"), [(Role.PUBLISHER, "amqp"), (Role.SYSTEM, None), (Role.RECEIVER, None)]
)
async def test_no_document_goes_where_none_may(served, role, content_way):
    await served.add_system(role=role)
    _, at = await receive(served)
    door = Door()
    await deliver_all(deliverer_of(served, door, content_way=content_way))
    assert door.taken == [(at, None)]
    assert entries(served, Kind.DOCUMENT_ACCESSED) == []


async def test_deliverer_that_runs_is_woken_by_what_happens(served):
    await served.add_system()
    door = Door()
    async with running(deliverer_of(served, door)):
        wanted = await tell(served, 3)
        await door.took(3)
        wanted += await tell(served, 2)
        await door.took(5)
    assert door.indexes == wanted


async def test_deliverer_that_runs_tries_again_what_was_not_taken(served):
    await served.add_system()
    wanted = await tell(served, 3)
    door = Door()
    door.refusing = 4
    async with running(deliverer_of(served, door)):
        await door.took(3)
    assert door.indexes == wanted
    assert door.tries == 7


async def test_deliverer_that_runs_is_woken_when_its_system_is_enabled(served):
    system = await served.add_system()
    await put_system(served, replace(system, is_active=False))
    wanted = await tell(served, 2)
    door = Door()
    async with running(deliverer_of(served, door)):
        await served.add_system()
        await door.took(2)
    assert door.indexes == wanted


async def test_deliverer_that_waits_after_a_refusal_looks_again_when_woken(served):
    await served.add_system()
    wanted = await tell(served, 1)
    door = Door()
    refused = asyncio.Event()

    def refuse_for_long(_event):
        if not refused.is_set():
            refused.set()
            raise NotTakenError("not active", again_ms=3_600_000)

    door.before = refuse_for_long
    deliverer = deliverer_of(served, door)
    async with running(deliverer):
        await refused.wait()
        deliverer.wake()
        await door.took(1)
    assert door.indexes == wanted


async def test_deliverer_whose_door_names_no_time_waits_until_it_is_woken(served):
    await served.add_system()
    wanted = await tell(served, 1)
    door = Door()

    def refuse(_event):
        if door.tries <= 3:
            raise NotTakenError("full")

    door.before = refuse
    deliverer = deliverer_of(served, door)
    async with running(deliverer):
        for tries in range(1, 4):
            await until(lambda tries=tries: door.tries == tries)
            deliverer.wake()
        await door.took(1)
    assert door.indexes == wanted


async def test_deliverer_of_5_000_events_is_fast(served):
    await served.add_system()
    wanted = await tell(served, 5_000)
    door = Door()
    started = time.perf_counter()
    await deliver_all(deliverer_of(served, door))
    assert door.indexes == wanted
    assert time.perf_counter() - started < 30  # 3 s alone on two cores
