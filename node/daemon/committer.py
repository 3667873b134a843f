"""Group commit: while one transaction is being written, the next one gathers.

Responsible for the one thread that writes, and for sharing one fsync among all who wait. Must not
decide what is written.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog

from node.errors import OperatorError
from node.store.journal import Batch, Journal

_MOST_STEPS = 2048  # in one transaction; more wait for the next


@dataclass(slots=True)
class _Waiting:
    batch: Batch
    done: "asyncio.Future[int]"


class Committer:
    """The way to the journal from the event loop."""

    def __init__(self, journal: Journal, on_commit: Callable[[Batch], None]) -> None:
        self.journal = journal
        self._on_commit = on_commit
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._waiting: list[_Waiting] = []
        self._later = Batch()
        self._later_lock = threading.Lock()  # couriers add from worker threads
        self._wake = asyncio.Event()
        self.failure: OperatorError | None = None

    async def commit(self, batch: Batch) -> int:
        """Write a batch durably; returns the index of its first entry.

        Raises:
            OperatorError: the disk or the database failed; the node must stop.
        """
        if self.failure is not None:
            raise self.failure
        waiting = _Waiting(batch, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._wake.set()
        return await waiting.done

    def later(self, batch: Batch) -> None:
        """Write bookkeeping with whatever is committed next; losing it in a crash does no harm."""
        with self._later_lock:
            _merge(self._later, batch)

    async def tidy(self) -> None:
        """Write bookkeeping that found no commit to go with, so that an idle node keeps none back."""
        if self._later != Batch():
            await self.commit(Batch())

    async def run(self) -> None:
        """Write until cancelled, or until our own machine fails.

        Raises:
            OperatorError: as `Journal.commit`.
        """
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._write(self._take())

    async def flush(self) -> None:
        """Write what is left, at an orderly stop."""
        await self._in_thread(self._swap_later())

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def _take(self) -> list[_Waiting]:
        taken, steps = [], 0
        while self._waiting and steps < _MOST_STEPS:
            taken.append(self._waiting.pop(0))
            steps += len(taken[-1].batch.transitions)
        return taken

    async def _write(self, taken: list[_Waiting]) -> None:
        whole = self._swap_later()
        for waiting in taken:
            _merge(whole, waiting.batch)
        try:
            first = await self._in_thread(whole)
        except OperatorError as error:
            self._fail(error, taken)
            raise
        for waiting in taken:
            if not waiting.done.cancelled():
                waiting.done.set_result(first)
            first += len(waiting.batch.transitions)
        for done in whole.after:
            done()
        self._on_commit(whole)

    def _fail(self, error: OperatorError, taken: list[_Waiting]) -> None:
        """Tell everybody who waits, now and later: nothing of this was written."""
        self.failure = error
        structlog.get_logger().error("journal.failed", code=error.code, fact=error.message)
        for waiting in (*taken, *self._waiting):
            if not waiting.done.done():
                waiting.done.set_exception(error)
        self._waiting.clear()

    def _swap_later(self) -> Batch:
        with self._later_lock:
            batch, self._later = self._later, Batch()
        return batch

    async def _in_thread(self, batch: Batch) -> int:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.journal.commit, batch)


def _merge(into: Batch, batch: Batch) -> None:
    into.transitions += batch.transitions
    into.peer_heads += batch.peer_heads
    into.cosignatures += batch.cosignatures
    into.checkpoints += batch.checkpoints
    into.forks += batch.forks
    into.confirmed += batch.confirmed
    into.due_again += batch.due_again
    into.carried += batch.carried
    into.agreements += batch.agreements
    into.records += batch.records
    into.after += batch.after
    into.adopted = batch.adopted or into.adopted
    into.register = batch.register or into.register  # the registrar waits for each
