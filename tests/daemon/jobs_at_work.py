"""A served node at work on jobs, and what interrupts it."""

import asyncio
from contextlib import asynccontextmanager, suppress

from node.convert.options import Options
from node.daemon.job_desk import JobDesk
from node.daemon.job_runner import JobRunner
from node.daemon.submitter import Submitter
from node.errors import OperatorError
from node.store.jobs import Job, Jobs
from tests.web.served import serving

SOON = 30  # seconds; a bound, not a wait


class Watched(Submitter):
    """The node's submitter, and somebody who acts before or after each document passes by."""

    def __init__(self, real: Submitter, *, before=None, after=None, waiting=()) -> None:
        self._real, self._before, self._after = real, before, after
        self._said_waiting = iter(waiting)
        self.passed = 0

    @property
    def waiting(self) -> int:
        return next(self._said_waiting, 0)

    @property
    def database(self):
        return self._real.database

    async def submit(self, submission):
        self.passed += 1
        if self._before is not None:
            await self._before(self.passed)
        done = await self._real.submit(submission)
        if self._after is not None:
            await self._after(self.passed)
        return done


def options(**members):
    said = {"to": ("UZ-CC",), "unit": "PCU-ALYAT", "purpose": "counter-narcotics"}
    return Options(**{**said, "legal_basis": "control-units", "test": True, **members})


async def ask(node, raw: bytes, *, system="risk-engine", key="k-1", **members) -> str:
    """Ask for an upload as the route does; gives the id of its job."""
    desk = JobDesk(node)
    job_id = desk.new_id()
    path = node.settings.data / "uploads" / job_id
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw)
    request = {
        "options": options(**members).value,
        "media_type": "text/csv",
        "size_bytes": len(raw),
        "sha256": "",
    }
    asked = await desk.ask_upload(job_id, system, key=key, digest=b"d", request=request)
    return asked.job.id


@asynccontextmanager
async def running(served, submitter=None):
    """Run the runner beside the served node."""
    runner = JobRunner(served.node, submitter or served.supervisor.submitter)
    task = asyncio.create_task(runner.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def at_rest(node, job_id: str) -> Job:
    """Wait until a job has come to rest."""
    written = asyncio.Event()
    node.on_commit(lambda _: written.set())
    async with asyncio.timeout(SOON):
        while (job := Jobs(node.database).of(job_id)).summary is None:
            await written.wait()
            written.clear()
    return job


def documents(node, job_id):
    return Jobs(node.database).documents(job_id, first=0, limit=10_000)


def sent(node):
    with node.database.reading() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT reference FROM sent")]


def full_disk_after(served, count: int) -> Watched:
    """Let our own machine fail once so many documents have passed."""

    async def fail(passed):
        if passed > count:
            raise OperatorError("disk.full", "no space left")

    return Watched(served.supervisor.submitter, before=fail)


@asynccontextmanager
async def opened(stage):
    """Serve the node of the stage, as after a restart."""
    node = stage.node("AZ-SCC")
    try:
        async with serving(node) as served:
            yield served
    finally:
        node.close()
