"""A thread of its own for work that may take minutes.

Responsible for keeping such work off the event loop and off the node's workers, on which every request
depends. The thread is given up when the program ends: a node must stop though a conversion goes on. So
the work may only read.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


async def in_own_thread(work: Callable[[], T], *, name: str) -> T:
    """Do work in a thread of its own.

    Whoever waits may be cancelled; the work then goes on to its end, and its answer is lost.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(say: Callable[[Any], None], what: object) -> None:
        if not answer.done():
            say(what)

    def do() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            _call(loop, tell, answer.set_exception, error)
        else:
            _call(loop, tell, answer.set_result, result)

    Thread(target=do, name=name, daemon=True).start()
    return await answer


def _call(loop: asyncio.AbstractEventLoop, *call: Any) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(*call)
