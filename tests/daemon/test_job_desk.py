"""Jobs asked for, and called off."""

import asyncio

import pytest

from node.daemon.job_desk import MOST_WAITING, JobDesk
from node.errors import CallerError
from node.store.jobs import Jobs
from tests.daemon.jobs_at_work import ask, at_rest, running
from tests.web.conftest import founded_once, served, stage
from tests.web.uploaded import table

__all__ = ["founded_once", "served", "stage"]


async def test_desk_cancel_of_a_job_at_rest_is_refused(served):
    await served.add_system()
    job_id = await ask(served.node, table("AZ-1"))
    async with running(served):
        await at_rest(served.node, job_id)
    with pytest.raises(CallerError, match="come to its end") as caught:
        await JobDesk(served.node).cancel(job_id)
    assert caught.value.code == "job.ended"


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


async def test_desk_asked_by_very_many_at_once_takes_no_more_than_may_wait(served):
    await served.add_system()
    uploads = (ask(served.node, b"", key=str(number)) for number in range(2 * MOST_WAITING))
    outcomes = await asyncio.gather(*uploads, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, CallerError)]
    assert {one.code for one in refused} == {"job.too_many"}
    assert len(Jobs(served.node.database).unsettled_of("risk-engine")) == MOST_WAITING
    assert len(refused) == MOST_WAITING


async def test_desk_asked_again_while_all_places_are_taken_answers_as_before(served):
    first = [await ask(served.node, b"", key=str(number)) for number in range(MOST_WAITING)]
    assert await ask(served.node, b"", key="0") == first[0]


async def test_desk_checks_asked_by_very_many_at_once_are_no_more_than_may_wait(served):
    desk = JobDesk(served.node)
    checks = (desk.ask_check("audit") for _ in range(3 * MOST_WAITING))
    await asyncio.gather(*checks, return_exceptions=True)
    assert len(Jobs(served.node.database).unsettled_of("audit")) <= MOST_WAITING
