"""The jobs of the API: begun in their order, one at a time of each system, and settled.

Responsible for which job runs when, and for every job coming to rest once. Must not do the work
(`upload_work`, `checkup`), nor take a job in (`job_desk`).

If we crash, a job that ran is begun again; its row says so until it is settled.
"""

import asyncio
import traceback
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog

from node.daemon.checkup import Checkup, check_node
from node.daemon.node import Node
from node.daemon.own_thread import in_own_thread
from node.daemon.submitter import Submitter
from node.daemon.supervisor import Supervisor
from node.daemon.upload_result import error_value
from node.daemon.upload_work import UploadWork
from node.errors import CallerError, NodeError, OperatorError
from node.national.scopes import ROLES, Scope
from node.national.system import check_active
from node.store.accounts import Accounts
from node.store.jobs import (
    KEPT_MS,
    CancelJob,
    ForgetJobs,
    Job,
    JobKind,
    Jobs,
    JobState,
    MoveJob,
    PutJob,
    SettleJob,
    write_result,
)
from node.store.journal import Batch
from node.store.uploads import Uploads

MOST_TOGETHER: Final = 2  # jobs of all systems: each may hold a whole file and its documents
_TIDY_SECONDS: Final = 3600.0
_YOUNG_SECONDS: Final = 3600.0  # a file this young may be about to get its job


async def run_jobs(supervisor: Supervisor) -> None:
    """Serve until cancelled: a door of the node."""
    await JobRunner(supervisor.node, supervisor.submitter).run()


class JobRunner:
    """Runs the jobs of one node."""

    def __init__(self, node: Node, submitter: Submitter) -> None:
        self._node = node
        self._jobs = Jobs(node.database)
        self._accounts = Accounts(node.database)
        self._uploads = Uploads(node.settings.data)
        self._upload_work = UploadWork(node, submitter)
        self._running: dict[str, tuple[str, asyncio.Task[None]]] = {}  # by id: system and task
        self._wake = asyncio.Event()
        node.on_commit(self._note)

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            OperatorError: our own machine failed.
        """
        try:
            while True:
                self._wake.clear()
                await self._tidy()
                await self._begin_due()
                await self._wait()
        finally:
            tasks = [task for _, task in self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _note(self, batch: Batch) -> None:
        if any(isinstance(record, PutJob | CancelJob) for record in batch.records):
            self._wake.set()

    async def _wait(self) -> None:
        """Wait until a job has come or ended."""
        woken = asyncio.create_task(self._wake.wait())
        tasks = [task for _, task in self._running.values()]
        try:
            await asyncio.wait(
                [woken, *tasks], return_when=asyncio.FIRST_COMPLETED, timeout=_TIDY_SECONDS
            )
        finally:
            woken.cancel()
        for job_id, (_, task) in list(self._running.items()):
            if task.done():
                del self._running[job_id]
                task.result()  # a fault of our own machine ends the runner

    async def _begin_due(self) -> None:
        """Begin what may run now, the oldest first."""
        for job_id, system in await self._node.in_worker(self._jobs.unsettled):
            if len(self._running) >= MOST_TOGETHER:
                return
            busy = {one for one, _ in self._running.values()}
            if job_id not in self._running and system not in busy:
                task = asyncio.create_task(self._do(job_id), name=f"job {job_id}")
                self._running[job_id] = (system, task)

    async def _do(self, job_id: str) -> None:
        """Do a job and settle it; the file it came with is not needed after that."""
        node = self._node
        begun = MoveJob(job_id, node.clock())
        await node.committer.commit(Batch(records=[begun]))
        job = await node.in_worker(self._jobs.of, job_id)
        if job is None or job.summary is not None:
            return
        log = structlog.get_logger().bind(job=job.id, kind=job.kind.value, system=job.system)
        log.info("job.started")
        settled = await self._work_on(job)
        await node.committer.commit(Batch(records=[settled]))
        await node.in_worker(self._uploads.drop, job.id)
        log.info("job.ended", state=settled.state.value, done=settled.done)

    async def _work_on(self, job: Job) -> SettleJob:
        try:
            if job.kind is JobKind.UPLOAD:
                return await self._upload_work.run(job)
            return await self._verify(job)
        except OperatorError:
            raise
        except Exception as error:  # noqa: BLE001 - one file must not stop the node at each start
            _note_fault(job, error)
            return self._failed(job, _CRASHED)

    async def _verify(self, job: Job) -> SettleJob:
        """Check the whole log and everything beside it; one that does not hold fails the job."""
        node = self._node
        try:
            await node.in_worker(self._check_allowed, job)
            check = partial(check_node, node.database, node.directory, node.authority)
            found = await in_own_thread(check, name=f"verify-{job.id}")
        except CallerError as error:
            return self._failed(job, error)
        except OperatorError as error:  # what was found is told; whether to stop is the operator's
            structlog.get_logger().error("log.not_verified", code=error.code, fact=error.message)
            return self._failed(job, error)
        result = write_result({"error": None, "log": _found_value(found, node)})
        size = found.log.size
        return SettleJob(job.id, JobState.DONE, node.clock(), size, size, result)

    def _check_allowed(self, job: Job) -> None:
        """Ask again, when the turn has come, whether the system wants this and may have it."""
        if self._jobs.state_of(job.id) is JobState.CANCELLED:
            raise CallerError("job.cancelled", "the job was called off")
        system = self._accounts.system(job.system)
        if system is None:
            raise CallerError("system.unknown", "the system is no more")
        check_active(system)
        if Scope.LOG_READ not in ROLES[system.role]:
            raise CallerError("access.scope", f"the role {system.role} may not read the log")

    def _failed(self, job: Job, error: NodeError) -> SettleJob:
        result = write_result({"error": error_value(error), "log": None})
        return SettleJob(job.id, JobState.FAILED, self._node.clock(), 0, None, result)

    async def _tidy(self) -> None:
        """Forget what is kept no longer, and files that no job needs."""
        now = self._node.clock()
        await self._node.committer.commit(Batch(records=[ForgetJobs(now - KEPT_MS)]))
        await self._node.in_worker(self._sweep, now)

    def _sweep(self, now: int) -> None:
        unfinished = {job_id for job_id, _ in self._jobs.unsettled()}
        self._uploads.sweep(unfinished, before_seconds=now / 1000 - _YOUNG_SECONDS)


_CRASHED: Final = CallerError(
    "job.crashed",
    "this job met a fault of the program",
    hint="report it with the id of the job; the other jobs go on",
)


def _found_value(found: Checkup, node: Node) -> dict[str, Any]:
    log = found.log
    return {
        "log": node.settings.origin,
        "size": log.size,
        "root": log.root.hex(),
        "checkpoints": log.checkpoints,
        "cosignatures": log.cosignatures,
        "sent": found.sent,
        "received": found.received,
        "receipts": found.receipts,
        "files": found.files,
        "kinds": {kind.value: count for kind, count in log.kinds.items()},
    }


def _note_fault(job: Job, error: Exception) -> None:
    """Say where it went wrong; the words of the error could quote the document."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    structlog.get_logger().error("job.crashed", job=job.id, error=type(error).__name__, where=where)
