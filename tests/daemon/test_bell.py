"""The bell: rings for what may be told, for nothing else, and never too early to be heard."""

import asyncio

import pytest

from node.audit.event import Kind
from node.daemon.bell import Bell, first_of
from node.store.journal import Batch
from tests.daemon.told import opened, tell


@pytest.fixture
async def served(stage):
    async with opened(stage) as one:
        yield one


async def test_bell_rings_for_what_may_be_told(served):
    bell = Bell(served.node)
    news = bell.next()
    await tell(served)
    assert news.is_set()
    assert not bell.next().is_set()


async def test_bell_rings_when_a_system_was_changed(served):
    news = Bell(served.node).next()
    await served.add_system()
    assert news.is_set()


async def test_bell_is_silent_for_what_nobody_is_told(served):
    news = Bell(served.node).next()
    await served.node.committer.commit(Batch([served.node.event(Kind.NODE_STOPPED)]))
    await served.node.committer.commit(Batch())
    assert not news.is_set()


async def test_first_of_events_that_are_set_does_not_wait():
    event = asyncio.Event()
    event.set()
    await asyncio.wait_for(first_of(asyncio.Event(), event), 5)


async def test_first_of_events_waits_for_one_of_them():
    first, second = asyncio.Event(), asyncio.Event()
    waiting = asyncio.create_task(first_of(first, second))
    await asyncio.sleep(0)
    assert not waiting.done()
    second.set()
    await asyncio.wait_for(waiting, 5)


async def test_first_of_events_of_which_none_comes_ends_in_time():
    await asyncio.wait_for(first_of(asyncio.Event(), seconds=0), 5)


async def test_first_of_events_that_is_cancelled_leaves_nothing_behind():
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(first_of(asyncio.Event()))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
