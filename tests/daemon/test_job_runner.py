"""Which job runs when, and how each comes to rest."""

import io

import pytest

from node.daemon.job_desk import JobDesk
from node.daemon.job_runner import JobRunner
from node.national.scopes import Role
from node.store.jobs import Job, JobKind, Jobs, JobState, PutJob
from node.store.journal import Batch
from node.store.uploads import Uploads
from tests.daemon.jobs_at_work import Watched, ask, at_rest, running, sent
from tests.web.conftest import founded_once, served, stage
from tests.web.uploaded import table

__all__ = ["founded_once", "served", "stage"]
DAY_MS = 86_400_000


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
