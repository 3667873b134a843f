"""The work on an upload: its documents are submitted, some at a time.

Responsible for sending each document once, however often the work is begun: the key of a document is
its job and its place in the file. Must not decide what a file holds (`upload_reading`).

If we crash anywhere, the work is done again from the start: what was sent answers again under its key.
Once nothing more may be sent (cancelled, or the system disabled), the kept answers alone are read.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from node.convert.options import Options
from node.daemon.doors import submit_for
from node.daemon.node import Node
from node.daemon.own_thread import in_own_thread
from node.daemon.submitter import Submitted, Submitter
from node.daemon.upload_reading import read_upload
from node.daemon.upload_result import Answer, UploadResult
from node.errors import CallerError, NodeError, OperatorError
from node.gateway.folder_documents import Contents, Piece
from node.national.scopes import Scope
from node.national.system import System, principal_of
from node.store.accounts import Accounts
from node.store.jobs import Job, Jobs, JobState, MoveJob, SettleJob, write_result
from node.store.journal import Batch
from node.store.submissions import Submissions
from node.store.uploads import Uploads

AT_ONCE: Final = 64  # documents of one job under way together: they share seals and commits
BUSY_SECONDS: Final = 1.0  # between two tries while the submitter is full
_DOOR: Final = "rest"


@dataclass(frozen=True, slots=True)
class _Leave:
    """Whether more may be sent: for which system, or why not."""

    system: System | None = None
    error: NodeError | None = None


class UploadWork:
    """Does the jobs that are uploads."""

    def __init__(self, node: Node, submitter: Submitter, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._node = node
        self._submitter = submitter
        self._busy_seconds = busy_seconds
        self._jobs = Jobs(node.database)
        self._accounts = Accounts(node.database)
        self._submissions = Submissions(node.database)
        self._uploads = Uploads(node.settings.data)

    async def run(self, job: Job) -> SettleJob:
        """Send what is in a file; gives how it ended.

        Raises:
            OperatorError: our own machine failed; the job is done again when the node runs again.
        """
        result = UploadResult()
        try:
            contents = await in_own_thread(partial(self._read, job), name=f"upload-{job.id}")
        except NodeError as error:
            return self._settled(job, JobState.FAILED, result, None, error)
        if not contents.pieces:
            return self._settled(job, JobState.FAILED, result, contents, contents.errors[0])
        stopped = None
        for start in range(0, len(contents.pieces), AT_ONCE):
            some = contents.pieces[start : start + AT_ONCE]
            leave = await self._node.in_worker(self._leave, job)
            stopped = stopped or leave.error
            if leave.system is None or stopped is not None:
                answers = await self._node.in_worker(self._kept, job, some, start)
            else:
                self._note_progress(job, start, len(contents.pieces))
                answers = await self._submit(leave.system, job, some, start)
            result.add(some, answers)
        state = JobState.DONE if stopped is None else JobState.FAILED
        return self._settled(job, state, result, contents, stopped)

    def _read(self, job: Job) -> Contents:
        raw = self._uploads.read(job.id)
        options = Options.read((job.request or {})["options"])
        return read_upload(self._node, raw, options, now=job.made_at)

    def _leave(self, job: Job) -> _Leave:
        """Ask, before each few documents, whether the system may still send and wants to."""
        if self._jobs.state_of(job.id) is JobState.CANCELLED:
            return _Leave()
        system = self._accounts.system(job.system)
        if system is None:
            return _Leave(error=CallerError("system.unknown", "the system is no more"))
        try:
            principal_of(system).require(Scope.DOCUMENTS_SEND)
        except CallerError as error:
            return _Leave(error=error)
        return _Leave(system)

    def _note_progress(self, job: Job, done: int, total: int) -> None:
        """Say how far it is, with the commit of what is sent next; a crash loses nothing by it."""
        record = MoveJob(job.id, self._node.clock(), done, total)
        self._node.committer.later(Batch(records=[record]))

    async def _submit(
        self, system: System, job: Job, pieces: Sequence[Piece], start: int
    ) -> list[Answer]:
        ended = await asyncio.gather(
            *(
                self._submit_one(system, job, piece, place)
                for place, piece in enumerate(pieces, start=start)
            ),
            return_exceptions=True,  # all must have ended before the job may be tried again
        )
        answers: list[Answer] = []
        for answer in ended:
            if isinstance(answer, BaseException):
                raise answer
            answers.append(answer)
        return answers

    async def _submit_one(self, system: System, job: Job, piece: Piece, place: int) -> Answer:
        if piece.document is None:
            return piece.errors
        while True:
            try:
                return await submit_for(
                    self._submitter,
                    system,
                    _DOOR,
                    job.id,
                    piece.document,
                    digest=piece.digest,
                    part=place,
                )
            except CallerError as error:
                return (error,)
            except OperatorError as error:
                if error.code != "node.busy":
                    raise
            await asyncio.sleep(self._busy_seconds)  # whoever waits for an answer goes first

    def _kept(self, job: Job, pieces: Sequence[Piece], start: int) -> list[Answer]:
        """Give what was answered before we stopped, also before a crash; nothing is sent."""
        names = [(job.system, kept_key(job.id, start + offset)) for offset in range(len(pieces))]
        found = self._submissions.found(names)
        answers: list[Answer] = []
        for name, piece in zip(names, pieces, strict=True):
            kept = found.get(name)
            if piece.document is None:
                answers.append(piece.errors)
            elif kept is None:
                answers.append(None)
            elif kept.error is not None:
                answers.append((kept.error,))
            else:
                answers.append(Submitted(kept.id, is_new=kept.is_new))
        return answers

    def _settled(
        self,
        job: Job,
        state: JobState,
        result: UploadResult,
        contents: Contents | None,
        error: NodeError | None,
    ) -> SettleJob:
        total = len(contents.pieces) if contents else None
        written = write_result(result.summary(contents, error), result.documents)
        asked = len(result.documents) - result.counts["left"]
        return SettleJob(job.id, state, self._node.clock(), asked, total, written)


def kept_key(job: str, place: int) -> str:
    """Give the key under which the answer to a document of a job is kept, as `doors` writes it."""
    return f"{_DOOR}/{job} {place}"
