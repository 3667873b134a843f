"""The desk: what an officer does with a received message, recorded.

Responsible for finding the message and for recording an act once. Must not show content, and must
not decide who may do this: whoever reaches the local socket may.
"""

import asyncio

from node.daemon.node import Node
from node.errors import CallerError
from node.store.inbox import OnDesk
from node.store.journal import Batch
from node.transfer.lifecycle import State, Transition
from node.transfer.readings import note_assignment, note_reading


class Desk:
    """Takes officers' acts; one at a time, so that two who open a message are one reading."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = asyncio.Lock()

    async def read(self, wanted: str, unit: str | None, *, originator: str | None = None) -> bool:
        """Record that an officer opened a message; says whether this was the first time.

        Args:
            wanted: message id, or the document's reference.
            unit: whose officer it was, if the originator is to be told.
            originator: whose message it is, where the reference does not say.

        Raises:
            CallerError: `message.unknown`, `message.ambiguous` or `message.refused_here`.
        """
        async with self._lock:
            letter = await self._node.in_worker(self._find, wanted, originator)
            if letter.is_opened:
                return False
            await self._commit(
                note_reading(
                    letter.id,
                    originator=letter.originator,
                    manifest=letter.manifest,
                    unit=unit,
                    log=self._node.settings.origin,
                    now=self._node.clock(),
                )
            )
            return True

    async def assign(self, wanted: str, unit: str, *, originator: str | None = None) -> None:
        """Record that a unit was given a message.

        Raises:
            CallerError: as `read`.
        """
        async with self._lock:
            letter = await self._node.in_worker(self._find, wanted, originator)
            await self._commit(
                note_assignment(
                    letter.id,
                    originator=letter.originator,
                    unit=unit,
                    log=self._node.settings.origin,
                    now=self._node.clock(),
                )
            )

    async def _commit(self, step: Transition) -> None:
        await self._node.committer.commit(Batch([step]))

    def _find(self, wanted: str, originator: str | None) -> OnDesk:
        letter = self._node.inbox.letter(wanted, originator)
        if letter is None:
            raise CallerError(
                "message.unknown",
                f"no message {wanted} has arrived",
                hint="'sarbon inbox' lists them",
            )
        if letter.state is not State.ACCEPTED:
            raise CallerError(
                "message.refused_here",
                f"message {letter.id} was refused: there is nothing to open",
                hint="'sarbon show' says why",
            )
        return letter
