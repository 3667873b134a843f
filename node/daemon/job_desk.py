"""The desk at which jobs are asked for, and called off.

Responsible for a job being asked for once under its key, and for how many may wait. Must not do the
work (`job_runner`), and must not look at a file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from node.daemon.doors import check_key
from node.daemon.node import Node
from node.errors import CallerError
from node.store.jobs import CancelJob, Job, JobKind, Jobs, JobState, PutJob
from node.store.journal import Batch
from node.store.submissions import PutSubmission, Submissions
from node.transfer.outgoing import new_message_id

MOST_WAITING: Final = 20  # jobs of one system that are not at rest: each has a file of up to 16 MiB


@dataclass(frozen=True, slots=True)
class Asked:
    """A job that was asked for.

    Attributes:
        is_replayed: it was asked for before, and nothing happened now.
    """

    job: Job
    is_replayed: bool


class JobDesk:
    """Takes jobs of the API."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._jobs = Jobs(node.database)
        self._submissions = Submissions(node.database)

    def new_id(self) -> str:
        """Make the id of a job."""
        return new_message_id(self._node.clock(), os.urandom)

    async def check_room(self, system: str) -> None:
        """Refuse a further job while too many of a system wait.

        Raises:
            CallerError: `job.too_many`.
        """
        waiting = await self._node.in_worker(self._jobs.unsettled_of, system)
        if len(waiting) >= MOST_WAITING:
            raise _too_many()

    async def ask_upload(
        self, job_id: str, system: str, *, key: str, digest: bytes, request: Mapping[str, Any]
    ) -> Asked:
        """Ask for the documents of a file to be sent; the file is durable under the job's id.

        Args:
            job_id: as `new_id` made it.
            system: who asks.
            key: its own; asking again under it gives the first job.
            digest: SHA-256 of all that is asked for under the key.
            request: what is asked for, as JSON.

        Raises:
            CallerError: `idempotency.mismatch`, if something else was asked for under the key; or
                `job.too_many`, if others came in between.
        """
        now = self._node.clock()
        job = _new(job_id, system, JobKind.UPLOAD, now, request)
        name = (system, f"rest/{check_key(key)}")  # one space of keys with documents, see `doors`
        asked = PutSubmission(*name, digest=digest, id=job_id, is_new=True, error=None, at=now)
        await self._node.committer.commit(Batch(records=[PutJob(job, asked, MOST_WAITING)]))
        kept = (await self._node.in_worker(self._submissions.found, [name])).get(name)
        if kept is None:
            raise _too_many()
        if kept.id == job_id:
            return Asked(job, is_replayed=False)
        earlier = await self._node.in_worker(self._jobs.of, kept.id)
        if kept.digest == digest and earlier is None:
            raise CallerError(
                "job.unknown",
                "the job that was asked for under this key is kept no longer",
                hint="take a new key to upload the file again",
            )
        if earlier is None or kept.digest != digest:
            raise CallerError(
                "idempotency.mismatch",
                "something else was asked for under this key before",
                hint="take a new key for each new request, and the same one only to repeat it",
            )
        return Asked(earlier, is_replayed=True)

    async def ask_check(self, system: str) -> Asked:
        """Ask for the log to be verified; while one such job of the system waits, that is it."""
        for job in await self._node.in_worker(self._jobs.unsettled_of, system):
            if job.kind is JobKind.VERIFY_LOG and job.state is not JobState.CANCELLED:
                return Asked(job, is_replayed=True)
        await self.check_room(system)
        job = _new(self.new_id(), system, JobKind.VERIFY_LOG, self._node.clock(), {})
        await self._node.committer.commit(Batch(records=[PutJob(job, most=MOST_WAITING)]))
        if await self._node.in_worker(self._jobs.state_of, job.id) is None:
            raise _too_many()
        return Asked(job, is_replayed=False)

    async def cancel(self, job_id: str) -> None:
        """Call a job off; what it has sent stays sent.

        Raises:
            CallerError: `job.ended`.
        """
        await self._node.committer.commit(Batch(records=[CancelJob(job_id, self._node.clock())]))
        state = await self._node.in_worker(self._jobs.state_of, job_id)
        if state is not JobState.CANCELLED:
            raise CallerError(
                "job.ended", "the job has come to its end", hint="what it has sent stays sent"
            )


def _too_many() -> CallerError:
    return CallerError(
        "job.too_many",
        f"{MOST_WAITING} jobs of this system are not at rest yet",
        hint="wait until one has ended; GET /api/v1/jobs shows them",
    )


def _new(job_id: str, system: str, kind: JobKind, now: int, request: Mapping[str, Any]) -> Job:
    return Job(job_id, system, kind, JobState.WAITING, now, now, request=request)
