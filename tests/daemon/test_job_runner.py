"""Jobs from their asking to their end: every document once, whatever is interrupted."""

import asyncio
import io
from contextlib import asynccontextmanager, suppress

import pytest

from node.audit.event import Kind
from node.convert.options import Options
from node.daemon.doors import MOST_WAITING as MOST_IN_LINE
from node.daemon.job_desk import MOST_WAITING, JobDesk
from node.daemon.job_runner import JobRunner, run_jobs
from node.daemon.submitter import Submitter
from node.daemon.upload_work import UploadWork, kept_key
from node.errors import CallerError, OperatorError
from node.national.scopes import Role
from node.store.jobs import Job, JobKind, Jobs, JobState, PutJob
from node.store.journal import Batch
from node.store.submissions import Submissions
from node.store.uploads import Uploads
from tests.web.conftest import founded_once, served, stage
from tests.web.served import serving
from tests.web.test_documents import entries
from tests.web.uploaded import references, table

__all__ = ["founded_once", "served", "stage"]

SOON = 30  # seconds; a bound, not a wait
DAY_MS = 86_400_000


class Watched(Submitter):
    """The node's submitter, and somebody who acts before or after each document passes by."""

    def __init__(self, real: Submitter, *, before=None, after=None, waiting=()) -> None:
        self._real, self._before, self._after = real, before, after
        self._said_waiting = iter(waiting)
        self.passed = 0

    @property
    def waiting(self) -> int:
        return next(self._said_waiting, 0)

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


async def test_runner_sends_each_document_and_says_what_became_of_it(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1", "AZ-2", "AZ-3", wrong=("AZ-2",)))
    async with running(served):
        job = await at_rest(served.node, job_id)
    assert job.state is JobState.DONE
    assert (job.done, job.total) == (3, 3)
    counts = {name: job.summary[name] for name in ("accepted", "refused", "left", "error")}
    assert counts == {"accepted": 2, "refused": 1, "left": 0, "error": None}
    one, two, three = documents(served.node, job_id)
    assert [one["state"], two["state"], three["state"]] == ["accepted", "refused", "accepted"]
    assert two["error"]["pointer"] == "/risks/0/level"
    assert sent(served.node) == ["AZ-1", "AZ-3"]
    said = {
        member["re"]: (member["by"], member["door"])
        for member in entries(served, Kind.DOCUMENT_SUBMITTED)
    }
    assert said == dict.fromkeys((one["id"], three["id"]), ("risk-engine", "rest"))


async def test_runner_removes_the_file_of_a_job_at_rest(served):
    await served.add_system()
    first = await ask(served.node, table("AZ-1"), key="k-1")
    second = await ask(served.node, table("AZ-2"), key="k-2")
    async with running(served):
        await at_rest(served.node, second)  # the first has ended before it began
    assert not (served.node.settings.data / "uploads" / first).exists()


async def test_runner_takes_a_job_that_comes_while_it_waits(served):
    await served.add_system()
    async with running(served):
        first = await at_rest(served.node, await ask(served.node, table("AZ-1"), key="k-1"))
        second = await at_rest(served.node, await ask(served.node, table("AZ-2"), key="k-2"))
    assert first.state is second.state is JobState.DONE
    assert sent(served.node) == ["AZ-1", "AZ-2"]


async def test_runner_says_a_document_sent_before_is_not_new(served):
    await served.add_system()
    now = served.node.clock()
    async with running(served):
        job_id = await ask(served.node, table("AZ-1"), key="k-1")
        await at_rest(served.node, job_id)
        served.node.clock = lambda: now  # what a table becomes holds the time of the upload
        again = [await ask(served.node, table("AZ-2"), key=key) for key in ("k-2", "k-3")]
        for one in again:
            await at_rest(served.node, one)
    assert [documents(served.node, one)[0]["new"] for one in again] == [True, False]


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


@pytest.mark.parametrize("after", [0, 1, 63, 64, 65, 149])
async def test_runner_begun_again_after_a_fault_sends_every_document_once(stage, after):
    wanted = references(150)
    async with opened(stage) as served:
        await served.add_system()
        job_id = await ask(served.node, table(*wanted))
        runner = JobRunner(served.node, full_disk_after(served, after))
        with pytest.raises(OperatorError):
            await asyncio.wait_for(runner.run(), SOON)
        assert Jobs(served.node.database).of(job_id).state is JobState.RUNNING
    async with opened(stage) as served, running(served):
        job = await at_rest(served.node, job_id)
        assert sorted(sent(served.node)) == wanted
        assert (job.state, job.summary["accepted"]) == (JobState.DONE, 150)
        assert len(entries(served, Kind.DOCUMENT_SUBMITTED)) == 150
        assert len({one["id"] for one in documents(served.node, job_id)}) == 150


@pytest.mark.parametrize("commits", [1, 2, 3, 4, 5, 6])
async def test_runner_killed_after_any_commit_sends_every_document_once(stage, commits):
    wanted = references(130)
    async with opened(stage) as served:
        await served.add_system()
        job_id = await ask(served.node, table(*wanted))
        left, killed = iter(range(commits - 1)), asyncio.Event()
        runner = asyncio.create_task(run_jobs(served.supervisor))

        def count(_batch):
            if next(left, None) is None:
                runner.cancel()
                killed.set()

        served.node.on_commit(count)
        await asyncio.wait_for(killed.wait(), SOON)
        await asyncio.gather(runner, return_exceptions=True)
    async with opened(stage) as served, running(served):
        job = await at_rest(served.node, job_id)
        assert sorted(sent(served.node)) == wanted
        assert job.summary["accepted"] == 130


async def test_runner_job_cancelled_in_the_middle_tells_what_was_sent(served):
    await served.add_system()
    node = served.node
    job_id = await ask(node, table(*references(150)))

    async def cancel(passed):
        if passed == 70:
            await JobDesk(node).cancel(job_id)

    async with running(served, Watched(served.supervisor.submitter, before=cancel)):
        job = await at_rest(node, job_id)
    assert job.state is JobState.CANCELLED
    assert len(sent(node)) == job.summary["accepted"] == 128
    states = [one["state"] for one in documents(node, job_id)]
    assert states == ["accepted"] * 128 + ["left"] * 22


async def test_runner_job_cancelled_after_a_crash_tells_what_was_sent(served):
    await served.add_system()
    node = served.node
    raw = table(*references(100), wrong=("AZ-UPL-000003", "AZ-UPL-000090"))
    job_id = await ask(node, raw)
    with pytest.raises(OperatorError):
        await asyncio.wait_for(JobRunner(node, full_disk_after(served, 70)).run(), SOON)
    before = sorted(sent(node))
    await JobDesk(node).cancel(job_id)
    async with running(served):
        job = await at_rest(node, job_id)
    assert job.state is JobState.CANCELLED
    assert sorted(sent(node)) == before
    assert job.summary["accepted"] == len(before) >= 63
    assert (job.summary["refused"], job.summary["left"]) == (2, 98 - len(before))


async def test_runner_job_cancelled_after_a_crash_tells_what_was_refused(served):
    await served.add_system("reader", role=Role.PUBLISHER, units=["PCU-BAKU"])
    node = served.node
    job_id = await ask(node, table(*references(70)), system="reader")
    with pytest.raises(OperatorError):
        await asyncio.wait_for(JobRunner(node, full_disk_after(served, 64)).run(), SOON)
    await JobDesk(node).cancel(job_id)
    async with running(served):
        await at_rest(node, job_id)
    codes = [one["error"] and one["error"]["code"] for one in documents(node, job_id)]
    assert codes == ["access.unit"] * 64 + [None] * 6


async def test_runner_job_cancelled_before_it_began_sends_nothing(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1"))
    await JobDesk(served.node).cancel(job_id)
    async with running(served):
        job = await at_rest(served.node, job_id)
    assert (job.state, job.summary["left"], sent(served.node)) == (JobState.CANCELLED, 1, [])


async def test_desk_cancel_of_a_job_at_rest_is_refused(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1"))
    async with running(served):
        await at_rest(served.node, job_id)
    with pytest.raises(CallerError, match="come to its end") as caught:
        await JobDesk(served.node).cancel(job_id)
    assert caught.value.code == "job.ended"


async def test_runner_job_of_a_system_disabled_meanwhile_fails_with_its_code(served):
    await served.add_system()
    job_id = await ask(served.node, table(*references(100)))

    async def disable(passed):
        if passed == 64:
            await served.supervisor.access.set_active("risk-engine", is_active=False, by="owner")

    async with running(served, Watched(served.supervisor.submitter, after=disable)):
        job = await at_rest(served.node, job_id)
    assert (job.state, job.summary["error"]["code"]) == (JobState.FAILED, "system.disabled")
    assert (job.summary["accepted"], job.summary["left"]) == (64, 36)


@pytest.mark.parametrize(("system", "code"), [("nobody", "system.unknown"), ("reader", "access.scope")])
async def test_runner_job_of_a_system_that_may_not_send_fails(served, system, code):
    await served.add_system("reader", role=Role.RECEIVER)
    job_id = await ask(served.node, table("AZ-1"), system=system)
    async with running(served):
        job = await at_rest(served.node, job_id)
    assert (job.state, job.summary["error"]["code"]) == (JobState.FAILED, code)
    assert sent(served.node) == []


async def test_runner_file_that_is_nothing_fails_its_job_and_no_other(served):
    await served.add_system()
    bad = await ask(served.node, b"PK\x03\x04 no workbook", key="k-1")
    good = await ask(served.node, table("AZ-1"), key="k-2")
    async with running(served):
        failed, done = await at_rest(served.node, bad), await at_rest(served.node, good)
    assert (failed.state, failed.total) == (JobState.FAILED, 0)
    assert failed.summary["error"]["code"].startswith("convert.")
    assert done.state is JobState.DONE


async def test_runner_file_that_is_gone_fails_its_job(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1"))
    Uploads(served.node.settings.data).drop(job_id)
    async with running(served):
        job = await at_rest(served.node, job_id)
    assert (job.state, job.summary["error"]["code"]) == (JobState.FAILED, "upload.lost")


async def test_runner_fault_of_the_program_fails_one_job_and_no_other(served):
    await served.add_system()
    now = served.node.clock()
    senseless = Job("j-1", "risk-engine", JobKind.UPLOAD, JobState.WAITING, now, now)
    Uploads(served.node.settings.data).keep("j-1", io.BytesIO(b"x"))
    await served.node.committer.commit(Batch(records=[PutJob(senseless)]))
    good = await ask(served.node, table("AZ-2"))
    async with running(served):
        failed, done = await at_rest(served.node, "j-1"), await at_rest(served.node, good)
    assert failed.summary["error"]["code"] == "job.crashed"
    assert done.state is JobState.DONE


async def test_work_waits_while_the_submitter_is_full(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1"))
    full = Watched(served.supervisor.submitter, waiting=[MOST_IN_LINE, MOST_IN_LINE])
    work = UploadWork(served.node, full, busy_seconds=0)
    settled = await work.run(Jobs(served.node.database).of(job_id))
    assert (settled.state, sent(served.node)) == (JobState.DONE, ["AZ-1"])


async def test_runner_begins_one_job_of_a_system_and_two_in_all(served):
    for name in ("one", "two", "three"):
        await served.add_system(name)
    jobs = [
        await ask(served.node, table(f"AZ-{name}-{number}"), system=name, key=str(number))
        for number in range(3)
        for name in ("one", "two", "three")
    ]
    seen = []

    async def look(_passed):
        with served.node.database.reading() as connection:
            running_now = "SELECT system FROM job WHERE state = 'running' AND result IS NULL"
            seen.append([row[0] for row in connection.exec_driver_sql(running_now)])

    async with running(served, Watched(served.supervisor.submitter, before=look)):
        for job_id in jobs:
            assert (await at_rest(served.node, job_id)).state is JobState.DONE
    assert max(map(len, seen)) == 2
    assert all(len(set(systems)) == len(systems) for systems in seen)
    assert len(sent(served.node)) == 9


async def test_runner_verifies_the_log(served):
    await served.add_system("audit", role=Role.AUDITOR)
    asked = await JobDesk(served.node).ask_check("audit")
    async with running(served):
        job = await at_rest(served.node, asked.job.id)
    log = job.summary["log"]
    assert job.state is JobState.DONE
    assert log["kinds"]["system.changed"] == 1
    assert log["size"] == job.done == sum(log["kinds"].values())


async def test_runner_log_that_does_not_hold_fails_the_job(served):
    await served.add_system("audit", role=Role.AUDITOR)
    with served.node.database.writing() as connection:
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE entry SET raw = replace(raw, 'audit', 'budit')")
    asked = await JobDesk(served.node).ask_check("audit")
    async with running(served):
        job = await at_rest(served.node, asked.job.id)
    assert (job.state, job.summary["error"]["code"]) == (JobState.FAILED, "log.broken")
    assert job.summary["log"] is None


@pytest.mark.parametrize(
    ("system", "role", "code"),
    [("audit", Role.PUBLISHER, "access.scope"), ("nobody", Role.AUDITOR, "system.unknown")],
)
async def test_runner_check_for_a_system_that_may_not_have_it_fails(served, system, role, code):
    await served.add_system("audit", role=role)
    asked = await JobDesk(served.node).ask_check(system)
    async with running(served):
        job = await at_rest(served.node, asked.job.id)
    assert (job.state, job.summary["error"]["code"]) == (JobState.FAILED, code)


async def test_runner_check_that_was_called_off_is_not_made(served):
    await served.add_system("audit", role=Role.AUDITOR)
    asked = await JobDesk(served.node).ask_check("audit")
    await JobDesk(served.node).cancel(asked.job.id)
    async with running(served):
        job = await at_rest(served.node, asked.job.id)
    assert (job.state, job.summary["log"]) == (JobState.CANCELLED, None)


async def test_desk_check_while_one_waits_is_that_one(served):
    desk = JobDesk(served.node)
    await ask(served.node, table("AZ-1"), system="audit")
    first = await desk.ask_check("audit")
    again = await desk.ask_check("audit")
    other = await desk.ask_check("audit-2")
    await desk.cancel(first.job.id)
    later = await desk.ask_check("audit")
    assert (again.job.id, again.is_replayed) == (first.job.id, True)
    assert len({first.job.id, other.job.id, later.job.id}) == 3


async def test_desk_check_beyond_what_may_wait_is_refused(served):
    for number in range(MOST_WAITING):
        await ask(served.node, b"", key=str(number))
    with pytest.raises(CallerError) as caught:
        await JobDesk(served.node).ask_check("risk-engine")
    assert caught.value.code == "job.too_many"


async def test_runner_forgets_jobs_seven_days_after_their_end(served):
    await served.add_system()
    node = served.node
    old = await ask(node, table("AZ-1"), key="k-1")
    async with running(served):
        await at_rest(node, old)
    now = node.clock()
    node.clock = lambda: now + 7 * DAY_MS + 60_000
    async with running(served):
        new = await at_rest(node, await ask(node, table("AZ-2"), key="k-2"))
        assert new.state is JobState.DONE
    assert Jobs(node.database).of(old) is None


async def test_runner_sweeps_files_without_a_job(served):
    await served.add_system()
    node = served.node
    folder = node.settings.data / "uploads"
    folder.mkdir()
    (folder / "orphan").write_bytes(b"left by a crash")
    waiting = await ask(node, table("AZ-1"))
    now = node.clock()
    node.clock = lambda: now + 2 * 3_600_000
    await JobRunner(node, served.supervisor.submitter)._tidy()
    assert [path.name for path in folder.iterdir()] == [waiting]


async def test_runner_job_that_vanished_before_its_turn_is_passed_over(served):
    await served.add_system()
    runner = JobRunner(served.node, served.supervisor.submitter)
    await runner._do("no-such-job")
    assert sent(served.node) == []


async def test_kept_key_is_the_one_under_which_answers_are_kept(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1"))
    async with running(served):
        await at_rest(served.node, job_id)
    name = ("risk-engine", kept_key(job_id, 0))
    assert name in Submissions(served.node.database).found([name])


async def test_runner_tells_progress_while_it_runs(served):
    await served.add_system()
    seen = []
    job_id = await ask(served.node, table(*references(150)))

    async def look(_passed):
        job = Jobs(served.node.database).of(job_id)
        seen.append((job.state, job.done, job.total))

    async with running(served, Watched(served.supervisor.submitter, after=look)):
        await at_rest(served.node, job_id)
    assert {state for state, _, _ in seen} == {JobState.RUNNING}
    assert {(done, total) for _, done, total in seen} == {(0, 150), (64, 150), (128, 150)}
