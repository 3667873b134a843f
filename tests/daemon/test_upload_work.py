"""The work on uploads: every document once, whatever is interrupted."""

import asyncio

import pytest

from node.audit.event import Kind
from node.daemon.doors import MOST_WAITING as MOST_IN_LINE
from node.daemon.job_desk import JobDesk
from node.daemon.job_runner import JobRunner, run_jobs
from node.daemon.upload_work import UploadWork, kept_key
from node.errors import OperatorError
from node.national.scopes import Role
from node.store.jobs import Jobs, JobState
from node.store.submissions import Submissions
from node.store.uploads import Uploads
from tests.daemon.jobs_at_work import (
    SOON,
    Watched,
    ask,
    at_rest,
    documents,
    full_disk_after,
    opened,
    running,
    sent,
)
from tests.web.conftest import founded_once, served, stage
from tests.web.test_documents import entries
from tests.web.uploaded import references, table

__all__ = ["founded_once", "served", "stage"]


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
    await served.add_system()
    node = served.node
    earlier = await ask(node, table(*references(70)))
    async with running(served):
        await at_rest(node, earlier)
    # The same references again, of another unit: each stands for another document by now.
    job_id = await ask(node, table(*references(70)), key="k-2", unit="PCU-ASTARA")
    with pytest.raises(OperatorError):
        await asyncio.wait_for(JobRunner(node, full_disk_after(served, 64)).run(), SOON)
    await JobDesk(node).cancel(job_id)
    async with running(served):
        await at_rest(node, job_id)
    codes = [one["error"] and one["error"]["code"] for one in documents(node, job_id)]
    assert codes == ["document.reference_taken"] * 64 + [None] * 6


async def test_runner_job_cancelled_before_it_began_sends_nothing(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1"))
    await JobDesk(served.node).cancel(job_id)
    async with running(served):
        job = await at_rest(served.node, job_id)
    assert (job.state, job.summary["left"], sent(served.node)) == (JobState.CANCELLED, 1, [])


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


async def test_work_waits_while_the_submitter_is_full(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1"))
    full = Watched(served.supervisor.submitter, waiting=[MOST_IN_LINE, MOST_IN_LINE])
    work = UploadWork(served.node, full, busy_seconds=0)
    settled = await work.run(Jobs(served.node.database).of(job_id))
    assert (settled.state, sent(served.node)) == (JobState.DONE, ["AZ-1"])


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
