"""Jobs on the disk: asked for once, moved on, at rest for good."""

import pytest

from node.store.jobs import (
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
from node.store.journal import Batch, Journal
from node.store.submissions import PutSubmission, Submissions


@pytest.fixture
def write(database):
    journal = Journal(database)
    return lambda *records: journal.commit(Batch(records=list(records)))


@pytest.fixture
def jobs(database):
    return Jobs(database)


def job(id_="j-1", *, system="risk-engine", at=1000, kind=JobKind.UPLOAD):
    return Job(id_, system, kind, JobState.WAITING, at, at, request={"a": 1})


def asked(id_, digest=b"d"):
    return PutSubmission("risk-engine", "rest/k", digest, id_, is_new=True, error=None, at=1000)


def settled(id_="j-1", state=JobState.DONE, documents=(), at=2000):
    result = write_result({"accepted": len(documents)}, documents)
    return SettleJob(id_, state, at, len(documents), len(documents), result)


def test_put_job_is_read_again(write, jobs):
    write(PutJob(job()))
    assert jobs.of("j-1") == job()
    assert jobs.of("j-2") is None
    assert (jobs.state_of("j-1"), jobs.state_of("j-2")) == (JobState.WAITING, None)


def test_put_two_under_one_key_is_one(write, jobs, database):
    write(PutJob(job("j-1"), asked("j-1")), PutJob(job("j-2"), asked("j-2")))
    write(PutJob(job("j-3"), asked("j-3", b"other")))
    assert [jobs.of(one) is not None for one in ("j-1", "j-2", "j-3")] == [True, False, False]
    name = ("risk-engine", "rest/k")
    assert Submissions(database).found([name])[name].id == "j-1"


def test_move_says_how_far_it_is(write, jobs):
    write(PutJob(job()), MoveJob("j-1", 1500, done=3, total=9))
    found = jobs.of("j-1")
    assert (found.state, found.done, found.total, found.changed_at) == (JobState.RUNNING, 3, 9, 1500)


def test_settled_job_moves_no_more(write, jobs):
    write(PutJob(job()), settled())
    before = jobs.of("j-1")
    write(MoveJob("j-1", 3000, done=1), CancelJob("j-1", 3000), settled(state=JobState.FAILED, at=3000))
    assert jobs.of("j-1") == before
    assert (before.state, before.summary) == (JobState.DONE, {"accepted": 0})


def test_cancelled_job_stays_cancelled_and_is_settled_once(write, jobs):
    write(PutJob(job()), MoveJob("j-1", 1500), CancelJob("j-1", 1600), MoveJob("j-1", 1700, done=5))
    found = jobs.of("j-1")
    assert (found.state, found.done, found.summary) == (JobState.CANCELLED, 0, None)
    assert jobs.unsettled() == [("j-1", "risk-engine")]
    write(settled(documents=[{"n": 1}]))
    found = jobs.of("j-1")
    assert (found.state, found.done, found.summary) == (JobState.CANCELLED, 1, {"accepted": 1})
    assert jobs.unsettled() == []


def test_documents_are_read_by_the_page(write, jobs):
    write(PutJob(job()), settled(documents=[{"n": number, "t": "a\nb"} for number in range(10)]))
    assert [one["n"] for one in jobs.documents("j-1", first=0, limit=3)] == [0, 1, 2]
    assert [one["n"] for one in jobs.documents("j-1", first=8, limit=3)] == [8, 9]
    assert jobs.documents("j-1", first=10, limit=3) == []
    assert jobs.documents("j-2", first=0, limit=3) == []


def test_listed_newest_first_and_page_by_page(write, jobs):
    write(*(PutJob(job(f"j-{number}", at=1000 + number // 2)) for number in range(5)))
    write(PutJob(job("other", system="terminal")), PutJob(job("log", kind=JobKind.VERIFY_LOG)))
    first = jobs.listed("risk-engine", [JobKind.UPLOAD], limit=2)
    last = first[-1]
    rest = jobs.listed("risk-engine", [JobKind.UPLOAD], after=(last.made_at, last.id), limit=9)
    assert [one.id for one in (*first, *rest)] == ["j-4", "j-3", "j-2", "j-1", "j-0"]


def test_listed_by_state_and_kind(write, jobs):
    write(PutJob(job("j-1")), PutJob(job("j-2")), PutJob(job("log", kind=JobKind.VERIFY_LOG)))
    write(settled("j-1"))
    found = jobs.listed("risk-engine", list(JobKind), state=JobState.DONE, limit=9)
    assert [one.id for one in found] == ["j-1"]
    assert [one.id for one in jobs.listed("risk-engine", [JobKind.VERIFY_LOG], limit=9)] == ["log"]
    assert jobs.listed("risk-engine", [], limit=9) == []


def test_unsettled_oldest_first(write, jobs):
    write(PutJob(job("j-1", at=3)), PutJob(job("j-2", at=2)), PutJob(job("j-3", at=1, system="b")))
    assert [one for one, _ in jobs.unsettled()] == ["j-3", "j-2", "j-1"]
    assert [one.id for one in jobs.unsettled_of("risk-engine")] == ["j-2", "j-1"]


def test_forget_leaves_what_has_not_come_to_rest(write, jobs):
    write(*(PutJob(job(one)) for one in ("old", "new", "waiting", "cancelled")))
    write(settled("old", at=1500), settled("new", at=2500), CancelJob("cancelled", 1500))
    write(ForgetJobs(2000))
    found = [one for one in ("old", "new", "waiting", "cancelled") if jobs.of(one)]
    assert found == ["new", "waiting", "cancelled"]
