"""Keeping a connection to our own broker, for peers or for the national side: made again whenever lost.

Responsible for waiting between attempts and for telling the operator. Must not connect itself; it is
given what does.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from node.broker.connection import BROKER_ERRORS, Account, check_stopped
from node.daemon.node import Clock
from node.errors import OperatorError
from node.transfer.retry import delay_ms

_STEADY_MS: Final = 60_000  # a connection that lasted so long was good: the next wait is short


async def keep(
    connect: Callable[[], Awaitable[None]],
    account: Account,
    *,
    purpose: str,
    clock: Clock,
    stop: asyncio.Event,
) -> None:
    """Connect again and again until cancelled, each time for as long as it lasts.

    Args:
        connect: returns or raises when the connection is over.
        account: where it goes.
        purpose: of the connection, for the operator.
        clock: gives Unix ms.
        stop: set before this is cancelled; see `check_stopped`.

    Raises:
        OperatorError: our own machine failed; what the broker refuses is only told.
    """
    log = structlog.get_logger().bind(broker=account.place, connection=purpose)
    failures = 0
    while True:
        check_stopped(stop)
        started = clock()
        try:
            await connect()
        except BROKER_ERRORS as error:
            log.warning("broker.lost", reason=type(error).__name__)
        except OperatorError as error:
            if not error.code.startswith("broker."):
                raise
            log.warning("broker.refused", code=error.code, fact=error.message)
        failures = failures + 1 if clock() - started < _STEADY_MS else 1
        await asyncio.sleep(delay_ms(failures, jitter=random.random()) / 1000)  # noqa: S311 - spread, not secrecy
