import asyncio

import pytest
from structlog.testing import capture_logs

from node.broker.connection import Account
from node.daemon.keeping import keep
from node.errors import OperatorError

ACCOUNT = Account("amqp://node@127.0.0.1:9/national")


async def kept(connect, *, clock=lambda: 0, stop=None):
    await keep(connect, ACCOUNT, purpose="test", clock=clock, stop=stop or asyncio.Event())


async def test_keep_connects_again_after_a_loss_and_tells():
    attempts = asyncio.Queue()

    async def connect():
        await attempts.put(1)
        if attempts.qsize() == 1:
            raise ConnectionError
        await asyncio.Event().wait()

    with capture_logs() as lines:
        task = asyncio.create_task(kept(connect))
        async with asyncio.timeout(10):
            while attempts.qsize() < 2:  # noqa: ASYNC110 - another task counts
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [(line["event"], line["reason"]) for line in lines] == [("broker.lost", "ConnectionError")]


async def test_keep_goes_on_when_the_broker_refuses_and_tells_why():
    stop = asyncio.Event()

    async def connect():
        stop.set()  # the next attempt is none
        raise OperatorError("broker.refused", "no such account", hint="")

    with capture_logs() as lines, pytest.raises(asyncio.CancelledError):
        await kept(connect, stop=stop)
    assert [(line["event"], line["code"]) for line in lines] == [("broker.refused", "broker.refused")]


async def test_keep_ends_with_a_failure_of_our_own_machine():
    async def connect():
        raise OperatorError("disk.full", "no room", hint="")

    with pytest.raises(OperatorError) as raised:
        await kept(connect)
    assert raised.value.code == "disk.full"


async def test_keep_after_the_stop_was_asked_for_connects_no_more():
    stop = asyncio.Event()
    stop.set()

    async def connect():
        raise AssertionError("connected")

    with pytest.raises(asyncio.CancelledError):
        await kept(connect, stop=stop)
