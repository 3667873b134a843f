"""OUT, first half: submissions of the national side become sealed messages in the log.

Responsible for batching: while one batch is sealed and committed, the next gathers; a lone
submission goes at once; and for a caller's key giving the same answer again. Must not publish (`relay`).
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import structlog

from node.audit.event import Kind
from node.daemon.node import Node
from node.errors import CallerError, Refusal
from node.store.database import Database
from node.store.journal import Batch
from node.store.submissions import PutSubmission, Submissions
from node.transfer.lifecycle import SentMessage, Transition
from node.transfer.outgoing import Prepared, conflicting, prepare
from node.transfer.submission import Caller, Submission

_MOST_AT_ONCE = 128  # submissions sealed in one go

_OF_THE_MOMENT: Final = frozenset(
    {
        *(Refusal.AGREEMENT_UNKNOWN, Refusal.AGREEMENT_DENIED, Refusal.DIRECTORY_STALE),
        *(Refusal.SENDER_UNKNOWN, Refusal.SENDER_SUSPENDED, Refusal.KEY_UNKNOWN, Refusal.KEY_EXPIRED),
        *("attachment.absent", "system.disabled", "access.type", "access.unit", "access.followed"),
    }
)
"""Refusals for what somebody else can set right; all others are the document's own."""

_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answer to a submission: where its message is in our log.

    Attributes:
        id: message id.
        is_new: False if the same document had been submitted before; then nothing happened now.
        is_replayed: this is the first answer, kept under the caller's key.
    """

    id: str
    is_new: bool
    is_replayed: bool = False


@dataclass(slots=True)
class _Pending:
    submission: Submission
    done: "asyncio.Future[Submitted]"


@dataclass(slots=True)
class _Round:
    """What one batch of submissions comes to.

    Attributes:
        prepared: what was done for each submission that had not been answered before.
        repeated: by message id, the earlier message of the same document.
        kept: answers given before under the caller's key.
        same: submissions whose key another one of this batch has too, and which that is.
        records: answers to be kept.
    """

    prepared: dict[int, Prepared] = field(default_factory=dict)
    repeated: dict[str, str] = field(default_factory=dict)
    kept: dict[int, PutSubmission] = field(default_factory=dict)
    same: dict[int, int] = field(default_factory=dict)
    records: dict[int, PutSubmission] = field(default_factory=dict)


class Submitter:
    """Takes submissions from every door of the national side."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._submissions = Submissions(node.database)
        self._pending: list[_Pending] = []
        self._wake = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many submissions wait to be sealed."""
        return len(self._pending)

    @property
    def database(self) -> Database:
        """What the node holds."""
        return self._node.database

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
            submissions = [pending.submission for pending in batch]
            done = await self._node.in_worker(self._prepare, submissions)
            steps = list(self._steps(done, submissions))
            kept = [answer for answer in done.records.values() if _is_kept(answer)]
            if steps or kept:
                await self._node.committer.commit(Batch(steps, records=[*kept]))
        except Exception as error:
            for pending in batch:  # nobody may wait for ever, whatever it was
                if not pending.done.done():
                    pending.done.set_exception(error)
            raise
        for position, pending in enumerate(batch):
            _answer(pending, done, position)

    def _prepare(self, submissions: list[Submission]) -> _Round:
        """Prepare what was not answered before; one batch after the other, so keys cannot race."""
        node, now = self._node, self._node.clock()
        done = _Round()
        self._find_kept(submissions, done)
        sender = node.sender()
        for position, submission in enumerate(submissions):
            if position not in done.kept and position not in done.same:
                done.prepared[position] = prepare(submission, sender, now=now)
        keys = {at: _key(result.transition) for at, result in done.prepared.items()}
        taken = dict(node.outbox.same_reference([key for key in keys.values() if key]))
        for position, key in keys.items():
            if key is None:
                continue
            result, document = done.prepared[position], submissions[position].document
            earlier = taken.setdefault(key, (result.id, document))
            if earlier[0] == result.id:
                continue
            if earlier[1] == document:
                done.repeated[result.id] = earlier[0]
            else:
                done.prepared[position] = conflicting(result, earlier=earlier[0], sender=sender, now=now)
        done.records = dict(_records(submissions, done, now))
        return done

    def _find_kept(self, submissions: list[Submission], done: _Round) -> None:
        callers = {at: one.caller for at, one in enumerate(submissions) if one.caller}
        found = self._submissions.found([(one.system, one.key) for one in callers.values()])
        first: dict[tuple[str, str], int] = {}
        for position, caller in callers.items():
            name = (caller.system, caller.key)
            if name in found:
                done.kept[position] = found[name]
            elif name in first:
                done.same[position] = first[name]
            else:
                first[name] = position

    def _steps(self, done: _Round, submissions: list[Submission]) -> Iterator[Transition]:
        for position, result in done.prepared.items():
            if result.id in done.repeated:
                continue
            yield result.transition
            caller = submissions[position].caller
            if caller is not None:
                yield self._node.event(
                    Kind.DOCUMENT_SUBMITTED, re=result.id, by=caller.system, door=caller.door
                )


def _records(
    submissions: list[Submission], done: _Round, now: int
) -> Iterator[tuple[int, PutSubmission]]:
    for position, result in done.prepared.items():
        caller = submissions[position].caller
        if caller is not None:
            earlier = done.repeated.get(result.id)
            yield (
                position,
                PutSubmission(
                    system=caller.system,
                    key=caller.key,
                    digest=caller.digest,
                    id=earlier or result.id,
                    is_new=earlier is None,
                    error=result.error,
                    at=now,
                ),
            )


def _is_kept(answer: PutSubmission) -> bool:
    """Say whether an answer is kept; a refusal that may end without another document is asked anew."""
    return answer.error is None or answer.error.code not in _OF_THE_MOMENT


def _key(step: Transition) -> _Key | None:
    change = step.change
    if isinstance(change, SentMessage):
        return (change.type, change.reference, change.version)
    return None


def _answer(pending: _Pending, done: _Round, position: int) -> None:
    if pending.done.done():
        return
    caller = pending.submission.caller
    kept = done.kept.get(position) or done.records.get(done.same.get(position, -1))
    try:
        if kept is not None and caller is not None:
            pending.done.set_result(_again(kept, caller))
        else:
            pending.done.set_result(_first(done.prepared[position], done.repeated))
    except CallerError as error:
        pending.done.set_exception(error)


def _again(kept: PutSubmission, caller: Caller) -> Submitted:
    """Give the first answer again; under the same key only the same may be asked for."""
    if kept.digest != caller.digest:
        raise CallerError(
            "idempotency.mismatch",
            "something else was asked for under this key before",
            hint="take a new key for each new request, and the same one only to repeat it",
        )
    if kept.error is not None:
        raise _copied(kept.error)
    return Submitted(kept.id, is_new=kept.is_new, is_replayed=True)


def _first(result: Prepared, repeated: dict[str, str]) -> Submitted:
    log = structlog.get_logger()
    if result.error is not None:
        log.info("message.refused", message_id=result.id, code=result.error.code)
        raise _copied(result.error)
    earlier = repeated.get(result.id)
    log.debug("message.sealed", message_id=earlier or result.id)
    return Submitted(earlier or result.id, is_new=earlier is None)


def _copied(error: CallerError) -> CallerError:
    return CallerError(error.code, error.message, hint=error.hint, pointer=error.pointer)
