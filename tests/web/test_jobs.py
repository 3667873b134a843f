"""Jobs over HTTP: a system's own only, their results by the page, called off, and never in the way."""

import asyncio
import csv
import io
import resource
import time
from contextlib import asynccontextmanager

import pytest

from node.daemon.job_runner import JobRunner
from node.national.scopes import Role, Scope
from tests.web.served import Client
from tests.web.test_document_upload import HOSTILE
from tests.web.uploaded import references, table, upload

SOON = 60  # seconds; a bound, not a wait


@asynccontextmanager
async def running(served):
    task = asyncio.create_task(JobRunner(served.node, served.supervisor.submitter).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def rested(served, client, job_id: str):
    """Wait until a job has come to rest; gives the answer that says so."""
    written = asyncio.Event()
    served.node.on_commit(lambda _: written.set())
    async with asyncio.timeout(SOON):
        while not (answer := await client.get(f"/jobs/{job_id}")).json()["rested"]:
            await written.wait()
            written.clear()
    return answer


async def finished(served, client, raw: bytes, **options):
    """Upload a file and let its job come to rest."""
    job = (await upload(client, raw, **options)).json()
    async with running(served):
        return (await rested(served, client, job["id"])).json()


async def test_job_says_what_became_of_the_upload(served):
    client = await served.client()
    job = await finished(served, client, table("AZ-1", "AZ-2", wrong=("AZ-2",)))
    counts = [job[name] for name in ("done", "total", "accepted", "refused", "left", "error")]
    assert counts == [2, 2, 1, 1, 0, None]
    assert (job["state"], job["log"], job["file_errors"]) == ("done", None, [])


async def test_job_unchanged_is_not_sent_again(served):
    client = await served.client()
    job = (await upload(client, table("AZ-1"))).json()
    answer = await client.get(f"/jobs/{job['id']}")
    again = await client.get(f"/jobs/{job['id']}", headers={"If-None-Match": answer.headers["etag"]})
    assert (answer.json(), again.status_code) == (job, 304)


async def test_result_is_read_page_by_page_in_the_order_of_the_file(served):
    client = await served.client()
    wanted = references(5)
    job = await finished(served, client, table(*wanted, wrong=(wanted[3],)))
    found, cursor = [], {}
    while cursor is not None:
        answer = await client.get(f"/jobs/{job['id']}/result", params={"limit": 2, **cursor})
        page = answer.json()
        assert len(page["items"]) <= 2
        found += page["items"]
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert [one["place"] for one in found] == [f"line {number}" for number in range(2, 7)]
    states = ["accepted", "accepted", "accepted", "refused", "accepted"]
    assert [one["state"] for one in found] == states
    assert found[3]["error"]["pointer"] == "/risks/0/level"


async def test_result_as_csv(served):
    client = await served.client()
    job = await finished(served, client, table("AZ-1"))
    answer = await client.get(f"/jobs/{job['id']}/result.csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["place"], row["state"], row["new"]) == ("line 2", "accepted", "true")


async def test_result_of_a_job_that_has_not_rested_is_told_so(served):
    client = await served.client()
    job = (await upload(client, table("AZ-1"))).json()
    answer = await client.get(f"/jobs/{job['id']}/result")
    assert (answer.status_code, answer.json()["code"]) == (409, "job.unfinished")


async def test_jobs_are_listed_newest_first_page_by_page(served):
    client = await served.client()
    made = [(await upload(client, table(one))).json()["id"] for one in references(5)]
    first = (await client.get("/jobs", params={"limit": 3})).json()
    rest = (await client.get("/jobs", params={"limit": 3, "cursor": first["next"]})).json()
    listed = [one["id"] for one in (*first["items"], *rest["items"])]
    assert (listed, rest["next"]) == (made[::-1], None)


async def test_jobs_are_listed_by_state(served):
    client = await served.client()
    await finished(served, client, table("AZ-1"))
    waiting = (await upload(client, table("AZ-2"))).json()["id"]
    found = (await client.get("/jobs", params={"state": "waiting"})).json()["items"]
    assert [one["id"] for one in found] == [waiting]
    assert len(list(csv.DictReader(io.StringIO((await client.get("/jobs.csv")).text)))) == 2


@pytest.mark.parametrize("path", ["", "/result"])
async def test_job_of_another_system_is_not_there(served, path):
    client, other = await served.client(), await served.client("terminal")
    job = (await upload(client, table("AZ-1"))).json()
    answer = await other.get(f"/jobs/{job['id']}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "job.unknown")
    assert (await other.get("/jobs")).json()["items"] == []
    gone = await other.delete(f"/jobs/{job['id']}", headers={"If-Match": "*"})
    assert gone.status_code == 404


async def test_job_of_a_kind_that_the_token_could_not_ask_for_is_not_there(served):
    system = await served.add_system()
    client = Client(served, await served.token_of(system))
    narrow = Client(served, await served.token_of(system, Scope.EVENTS_READ))
    job = (await upload(client, table("AZ-1"))).json()
    assert (await narrow.get(f"/jobs/{job['id']}")).status_code == 404
    assert (await narrow.get("/jobs")).json()["items"] == []


async def test_cancel_needs_what_the_caller_has_seen(served):
    client = await served.client()
    made = await upload(client, table("AZ-1"))
    path = f"/jobs/{made.json()['id']}"
    assert (await client.delete(path)).status_code == 428
    assert (await client.delete(path, headers={"If-Match": '"old"'})).status_code == 412
    answer = await client.delete(path, headers={"If-Match": made.headers["etag"]})
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert answer.json()["rested"] is False
    async with running(served):
        job = (await rested(served, client, made.json()["id"])).json()
    assert (job["state"], job["accepted"], job["left"]) == ("cancelled", 0, 1)


async def test_cancel_of_a_job_that_has_ended_is_refused(served):
    client = await served.client()
    job = await finished(served, client, table("AZ-1"))
    answer = await client.delete(f"/jobs/{job['id']}", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "job.ended")


@pytest.mark.parametrize("name", HOSTILE)
async def test_job_of_a_hostile_file_names_what_is_wrong(served, name):
    raw, media = HOSTILE[name]
    client = await served.client()
    job = await finished(served, client, raw, media=media)
    assert job["accepted"] in (0, None)
    if job["state"] == "failed":
        assert job["error"]["code"].partition(".")[0] in {"convert", "file", "folder"}
    else:
        assert job["refused"] > 0


async def test_verify_log_finds_the_log_in_order(served):
    client = await served.client("audit", role=Role.AUDITOR)
    asked = await client.post("/jobs/verify-log")
    again = await client.post("/jobs/verify-log")
    assert (asked.status_code, again.json()["id"]) == (202, asked.json()["id"])
    async with running(served):
        job = (await rested(served, client, asked.json()["id"])).json()
    assert job["state"] == "done"
    assert job["log"]["size"] == sum(job["log"]["kinds"].values()) == job["done"]
    assert (job["upload"], job["accepted"]) == (None, None)
    assert (await client.get(f"/jobs/{job['id']}/result")).json()["items"] == []


@pytest.mark.parametrize("scope", [Scope.LOG_READ, Scope.EVIDENCE_READ])
async def test_verify_log_needs_both_scopes(served, scope):
    system = await served.add_system("audit", role=Role.AUDITOR)
    client = Client(served, await served.token_of(system, scope))
    answer = await client.post("/jobs/verify-log")
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")


async def test_upload_of_ten_thousand_lines_keeps_nobody_waiting(served):
    client, other = await served.client(), await served.client("terminal")
    wanted = references(100)
    raw = table(*(one for one in wanted for _ in range(100)), wrong=tuple(wanted))
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    job_id = (await upload(client, raw)).json()["id"]
    waits = []
    async with running(served):
        is_over = False
        while not is_over:
            start = time.perf_counter()
            assert (await other.get("/whoami")).status_code == 200
            waits.append(time.perf_counter() - start)
            is_over = (await client.get(f"/jobs/{job_id}")).json()["rested"]
    job = (await client.get(f"/jobs/{job_id}")).json()
    assert (job["refused"], job["total"]) == (100, 100)
    assert max(waits) < 2
    assert len(waits) > 20
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024
    assert grown_mib < 400
