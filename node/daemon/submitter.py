"""OUT, first half: submissions of the national side become sealed messages in the log.

Responsible for batching: while one batch is sealed and committed, the next gathers; a lone
submission goes at once. Must not publish (`relay`).
"""

import asyncio
from dataclasses import dataclass

import structlog

from node.daemon.node import Node
from node.errors import CallerError
from node.store.journal import Batch
from node.transfer.lifecycle import SentMessage, Transition
from node.transfer.outgoing import Prepared, Submission, conflicting, prepare

_MOST_AT_ONCE = 128  # submissions sealed in one go

_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answer to a submission: where its message is in our log.

    Attributes:
        id: message id.
        is_new: False if the same document had been submitted before; then nothing happened now.
    """

    id: str
    is_new: bool


@dataclass(slots=True)
class _Pending:
    submission: Submission
    done: "asyncio.Future[Submitted]"


class Submitter:
    """Takes submissions from every door of the national side."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._pending: list[_Pending] = []
        self._wake = asyncio.Event()

    async def submit(self, submission: Submission) -> Submitted:
        """Seal and record a message; returns once it is durable.

        Raises:
            CallerError: it was refused; the refusal is in the log.
            OperatorError: our own machine failed; nothing was recorded.
        """
        pending = _Pending(submission, asyncio.get_running_loop().create_future())
        self._pending.append(pending)
        self._wake.set()
        return await pending.done

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                batch = self._pending[:_MOST_AT_ONCE]
                del self._pending[:_MOST_AT_ONCE]
                await self._serve(batch)

    async def _serve(self, batch: list[_Pending]) -> None:
        try:
            prepared, repeated = await self._node.in_worker(
                self._prepare, [pending.submission for pending in batch]
            )
            steps = [p.transition for p in prepared if p.id not in repeated]
            if steps:
                await self._node.committer.commit(Batch(steps))
        except Exception as error:
            for pending in batch:  # nobody may wait for ever, whatever it was
                if not pending.done.done():
                    pending.done.set_exception(error)
            raise
        for pending, result in zip(batch, prepared, strict=True):
            _answer(pending, result, repeated.get(result.id))

    def _prepare(self, submissions: list[Submission]) -> tuple[list[Prepared], dict[str, str]]:
        """Prepare a batch; says which messages repeat an earlier one, and its id."""
        node, now = self._node, self._node.clock()
        sender = node.sender()
        prepared = [prepare(submission, sender, now=now) for submission in submissions]
        keys = [_key(result.transition) for result in prepared]
        taken = dict(node.outbox.same_reference([key for key in keys if key]))
        repeated: dict[str, str] = {}
        for position, key in enumerate(keys):
            if key is None:
                continue
            result, document = prepared[position], submissions[position].document
            earlier = taken.setdefault(key, (result.id, document))
            if earlier[0] == result.id:
                continue
            if earlier[1] == document:
                repeated[result.id] = earlier[0]
            else:
                prepared[position] = conflicting(result, earlier=earlier[0], sender=sender, now=now)
        return prepared, repeated


def _key(step: Transition) -> _Key | None:
    change = step.change
    if isinstance(change, SentMessage):
        return (change.type, change.reference, change.version)
    return None


def _answer(pending: _Pending, result: Prepared, earlier: str | None) -> None:
    log = structlog.get_logger()
    if pending.done.done():
        return
    if result.error is not None:
        log.info("message.refused", message_id=result.id, code=result.error.code)
        pending.done.set_exception(
            CallerError(
                result.error.code,
                result.error.message,
                hint=result.error.hint,
                pointer=result.error.pointer,
            )
        )
        return
    log.debug("message.sealed", message_id=earlier or result.id)
    pending.done.set_result(Submitted(earlier or result.id, is_new=earlier is None))
