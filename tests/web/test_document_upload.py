"""Uploading a file: what is kept, what is refused, and the dry run that sends nothing."""

import asyncio
import io
import json
import zipfile
from pathlib import Path

import pytest

from node.audit.event import Kind
from node.national.scopes import Role, Scope
from node.store.jobs import Jobs
from tests.spoken import document, written
from tests.web.served import Client
from tests.web.test_documents import entries
from tests.web.uploaded import references, table, try_out, upload

SAMPLES = Path(__file__).parents[1] / "convert" / "samples"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files(served):
    folder = served.node.settings.data / "uploads"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_upload_makes_a_job_and_keeps_its_file(served):
    client = await served.client()
    raw = table("AZ-1")
    answer = await upload(client, raw)
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert answer.headers["location"] == f"/api/v1/jobs/{job['id']}"
    assert (job["kind"], job["state"], job["rested"]) == ("upload", "waiting", False)
    kept = served.node.settings.data / "uploads" / job["id"]
    assert kept.read_bytes() == raw
    assert kept.stat().st_mode & 0o777 == 0o600
    assert job["upload"]["size_bytes"] == len(raw)
    assert job["upload"]["options"]["to"] == ["UZ-CC"]


async def test_upload_again_under_the_same_key_is_the_same_job(served):
    client = await served.client()
    first = await upload(client, table("AZ-1"), key="k-1")
    again = await upload(client, table("AZ-1"), key="k-1")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert files(served) == [first.json()["id"]]


@pytest.mark.parametrize(("raw", "options"), [(table("AZ-2"), {}), (table("AZ-1"), {"test": "false"})])
async def test_upload_of_something_else_under_a_used_key_is_refused(served, raw, options):
    client = await served.client()
    first = await upload(client, table("AZ-1"), key="k-1")
    other = await upload(client, raw, key="k-1", **options)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")
    assert files(served) == [first.json()["id"]]


async def test_upload_under_the_key_of_a_document_is_refused(served):
    client = await served.client()
    value = document("alert-minimum", "AZ-SCC", "UZ-CC", now=served.node.clock(), reference="AZ-1")
    await client.submit(value, key="k-1")
    other = await upload(client, table("AZ-2"), key="k-1")
    assert other.json()["code"] == "idempotency.mismatch"
    assert files(served) == []


async def test_upload_at_once_under_one_key_is_one_job(served):
    client = await served.client()
    answers = await asyncio.gather(*(upload(client, table("AZ-1"), key="k-1") for _ in range(8)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(files(served)) == 1


async def test_upload_of_two_systems_under_one_key_are_two_jobs(served):
    one, other = await served.client(), await served.client("terminal")
    first = await upload(one, table("AZ-1"), key="k-1")
    second = await upload(other, table("AZ-1"), key="k-1")
    assert first.json()["id"] != second.json()["id"]


async def test_upload_beyond_what_may_wait_is_refused(served):
    client = await served.client()
    for number in range(20):
        assert (await upload(client, table(f"AZ-{number}"))).status_code == 202
    answer = await upload(client, table("AZ-20"))
    assert (answer.status_code, answer.json()["code"]) == (429, "job.too_many")
    assert int(answer.headers["retry-after"]) > 0


async def test_upload_whose_job_is_kept_no_longer_says_so(served):
    client = await served.client()
    first = (await upload(client, table("AZ-1"), key="k-1")).json()
    with served.node.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM job WHERE id = ?", (first["id"],))
    again = await upload(client, table("AZ-1"), key="k-1")
    assert (again.status_code, again.json()["code"]) == (404, "job.unknown")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"zone": "Mars/Olympus"}, "convert.option"),
        ({"type": "poem"}, "convert.option"),
        ({"arrival": "soon"}, "convert.option"),
        ({"prefix": "$"}, "request.invalid"),
        ({"valid_days": "0"}, "request.invalid"),
        ({"valid-days": "3"}, "request.invalid"),
    ],
)
async def test_upload_with_an_option_that_means_nothing_is_refused(served, options, code):
    client = await served.client()
    answer = await upload(client, table("AZ-1"), **options)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert files(served) == []


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "text/csv"}, 400, "idempotency.key_missing"),
        ({"Content-Type": "text/csv", "Idempotency-Key": "a b"}, 400, "idempotency.key_malformed"),
        ({"Content-Type": "image/png", "Idempotency-Key": "k"}, 415, "request.media_type"),
    ],
)
async def test_upload_with_wrong_headers_is_refused(served, headers, status, code):
    client = await served.client()
    answer = await client.post("/documents/upload", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_upload_too_large_is_refused_and_leaves_nothing(served):
    client = await served.client()
    answer = await upload(client, b"x" * 16_777_217)
    assert (answer.status_code, answer.json()["code"]) == (413, "request.oversize")
    assert files(served) == []


async def test_upload_without_the_scope_is_refused(served):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, Scope.MESSAGES_READ))
    answer = await upload(client, table("AZ-1"))
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")


async def test_dry_run_says_what_would_become_of_each_and_sends_nothing(served):
    client = await served.client()
    answer = await try_out(client, table("AZ-1", "AZ-2", wrong=("AZ-2",)))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["accepted"], body["refused"]) == (1, 1), body
    good, bad = body["documents"]
    assert (good["state"], good["new"], good["type"], good["reference"]) == (
        "accepted",
        True,
        "alert/1",
        "AZ-1",
    )
    assert json.loads(good["document"])["recipients"] == ["UZ-CC"]
    assert good["completeness"]["minimum_percent"] > 50
    assert {remark["concern"] for remark in good["remarks"]} >= {"defaulted"}
    assert (bad["state"], bad["document"], bad["error"]["pointer"]) == (
        "refused",
        None,
        "/risks/0/level",
    )
    assert entries(served, Kind.MESSAGE_SEALED) == entries(served, Kind.MESSAGE_REFUSED) == []
    assert Jobs(served.node.database).unsettled() == []


async def test_dry_run_asks_what_the_system_may_send(served):
    client = await served.client(role=Role.PUBLISHER, units=["PCU-BAKU"])
    body = (await try_out(client, table("AZ-1"))).json()
    assert body["documents"][0]["error"]["code"] == "access.unit"


async def test_dry_run_asks_the_agreements(served):
    client = await served.client()
    body = (await try_out(client, table("AZ-1"), purpose="public-protection")).json()
    assert body["documents"][0]["error"]["code"].startswith("agreement.")


async def test_dry_run_of_json_names_every_fault(served):
    client = await served.client()
    value = document("alert-minimum", "AZ-SCC", "UZ-CC", now=served.node.clock(), reference="AZ-1")
    bad = {**value, "priority": "soon", "version": 0}
    raw = json.dumps([value, bad]).encode()
    body = (await try_out(client, raw, media="application/json")).json()
    good, wrong = body["documents"]
    assert good["state"] == "accepted"
    pointers = [one["pointer"] for one in (wrong["error"], *wrong["further"])]
    assert sorted(pointers) == ["/priority", "/version"]


async def test_dry_run_knows_what_was_sent_and_what_stands_above(served):
    client = await served.client()
    value = document("alert-minimum", "AZ-SCC", "UZ-CC", now=served.node.clock(), reference="AZ-1")
    raw = written(value)
    await client.submit(raw)
    other = written({**value, "priority": "routine"})
    third = written({**value, "reference": "AZ-2"})
    changed = written({**value, "reference": "AZ-2", "priority": "routine"})
    lines = b"\n".join([raw, other, third, third, changed])
    body = (await try_out(client, lines, media="application/x-ndjson")).json()
    said = [(one["new"], (one["error"] or {}).get("code")) for one in body["documents"]]
    taken = "document.reference_taken"
    assert said == [(False, None), (None, taken), (True, None), (False, None), (None, taken)]


async def test_dry_run_of_a_document_that_is_none_gives_its_fault(served):
    client = await served.client()
    body = (await try_out(client, b'[{"type": "poem/1"}, {"type": "a", "type": "b"}]')).json()
    assert [one["error"]["code"] for one in body["documents"]] == [
        "document.malformed",
        "document.malformed",
    ]


async def test_dry_run_of_too_many_documents_is_told_so(served):
    client = await served.client()
    raw = b"[" + b",".join([b"{}"] * 1001) + b"]"
    body = (await try_out(client, raw, media="application/json")).json()
    assert (body["accepted"], body["file_errors"][0]["code"]) == (0, "file.documents")


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"\0" * 500_000_000)
    return out.getvalue()


HOSTILE = {
    "zip bomb": (zip_bomb(), XLSX),
    "no workbook": (b"PK\x03\x04 and nothing more", XLSX),
    "entity bomb": ((SAMPLES / "xml-entity-bomb.xml").read_bytes(), "application/xml"),
    "broken XML": ((SAMPLES / "xml-not-closed.xml").read_bytes(), "application/xml"),
    "broken EDIFACT": ((SAMPLES / "cuscar-truncated.edi").read_bytes(), "application/edifact"),
    "noise": (bytes(range(256)) * 100, "application/octet-stream"),
    "nothing": (b"", "text/csv"),
    "no column of ours": (b"a,b\n1,2\n", "text/csv"),
    "half an array": (b'[{"type": "alert/1"}, ', "application/json"),
    "half a surrogate": (b'[{"\\ud800": 1}]', "application/json"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_dry_run_of_a_hostile_file_names_what_is_wrong(served, name):
    raw, media = HOSTILE[name]
    client = await served.client()
    answer = await try_out(client, raw, media=media)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    refused = [one["error"]["code"] for one in body["documents"]]
    assert body["accepted"] == 0
    assert [*refused, *(one["code"] for one in body["file_errors"])]


async def test_dry_run_while_another_runs_is_told_to_come_again(served):
    client = await served.client()
    answers = await asyncio.gather(*(try_out(client, table(*references(50))) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200, 503}
    busy = next(answer for answer in answers if answer.status_code == 503)
    assert (busy.json()["code"], "retry-after" in busy.headers) == ("node.busy", True)
    assert (await try_out(client, table("AZ-1"))).status_code == 200
