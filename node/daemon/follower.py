"""Following our own log: what became of messages is taken in order, each thing once, crash or not.

Responsible for a place in the log of its own, and for writing what was made of some entries together
with the new place in one transaction. Must not know what is made of them.

If we crash before that transaction, the same entries are taken again and nothing was written; after it,
they are not taken again.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from node.daemon.node import Node
from node.store.happenings import Happening, Happenings
from node.store.journal import Batch
from node.store.positions import BeginPosition, MovePosition, Positions

AT_ONCE: Final = 256  # entries of the log in one commit
_NOBODY: Final = ""  # no national system has this id: such places are the node's own

Take = Callable[[Sequence[Happening]], Batch]
"""Makes of some happenings what is to be written; runs in a worker thread, in the order of the log."""


class Follower:
    """Follows the log for one purpose.

    The first time it begins at the beginning of the log: a purpose that is new to an older database is
    caught up with.
    """

    def __init__(
        self,
        node: Node,
        name: str,
        take: Take,
        *,
        gather_seconds: float = 0.2,
        at_once: int | None = None,
        turn: asyncio.Lock | None = None,
    ) -> None:
        """Make a follower.

        Args:
            node: a running one.
            name: under which its place is kept; no two followers have the same.
            take: what to do with what happened; an empty batch if nothing.
            gather_seconds: how long to wait after a commit, so that more goes into one transaction.
            at_once: entries of the log in one commit, where much is written for each; None: `AT_ONCE`.
            turn: held from reading until what was made is durable, where others write the same rows.
        """
        self._node = node
        self._name = name
        self._take = take
        self._gather_seconds = gather_seconds
        self._at_once = at_once
        self._turn = turn or asyncio.Lock()
        self._happenings = Happenings(node.database)
        self._positions = Positions(node.database)
        self._index: int | None = None  # of the last entry taken; None: to be read
        self._wake = asyncio.Event()
        self._wake.set()
        node.on_commit(self._committed)

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(self._gather_seconds)
            self._wake.clear()
            await self.catch_up()

    async def catch_up(self) -> None:
        """Take everything that our log holds by now."""
        index = await self._begin() if self._index is None else self._index
        while index < self._node.tree.size - 1:
            end = min(index + (self._at_once or AT_ONCE), self._node.tree.size - 1)
            async with self._turn:
                await self._step(index, end)
            self._index = index = end

    async def _step(self, index: int, end: int) -> None:
        batch = await self._node.in_worker(self._make, index, end)
        move = MovePosition(_NOBODY, self._name, index, end)
        if batch == Batch():  # nothing to write: after a crash these are only looked at again
            self._node.committer.later(Batch(records=[move]))
        else:
            batch.records.append(move)
            await self._node.committer.commit(batch)

    async def _begin(self) -> int:
        found = await self._node.in_worker(self._positions.of, _NOBODY, self._name)
        if found is not None:
            return found
        begin = BeginPosition(_NOBODY, self._name, -1)
        await self._node.committer.commit(Batch(records=[begin]))
        return -1

    def _make(self, after: int, end: int) -> Batch:
        """Make a batch of the entries after one, up to and with another."""
        happened = self._happenings.between(after + 1, end + 1)
        return self._take(happened) if happened else Batch()

    def _committed(self, batch: Batch) -> None:
        if batch.transitions:
            self._wake.set()
