"""Work in a thread of its own: answered, failed, or no longer waited for."""

import asyncio
import threading

import pytest

from node.daemon.own_thread import in_own_thread


async def test_in_own_thread_gives_the_answer():
    names = []

    def work():
        names.append((threading.current_thread().name, threading.current_thread().daemon))
        return 7

    assert await in_own_thread(work, name="count") == 7
    assert names == [("count", True)]


async def test_in_own_thread_raises_what_the_work_raised():
    def work():
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        await in_own_thread(work, name="count")


@pytest.mark.parametrize("fails", [False, True])
async def test_in_own_thread_that_is_no_longer_waited_for_ends_quietly(fails):
    may_end, ended = threading.Event(), threading.Event()

    def work():
        may_end.wait(10)
        ended.set()
        if fails:
            raise LookupError

    waiting = asyncio.create_task(in_own_thread(work, name="count"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    may_end.set()
    await asyncio.to_thread(ended.wait, 10)
    assert await in_own_thread(lambda: 1, name="after") == 1


def test_in_own_thread_whose_loop_is_closed_ends_quietly():
    may_end = threading.Event()
    loop = asyncio.new_event_loop()
    waiting = loop.create_task(in_own_thread(lambda: may_end.wait(10), name="late"))
    loop.call_soon(waiting.cancel)
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(waiting)
    loop.close()
    threads = [one for one in threading.enumerate() if one.name == "late"]
    may_end.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
