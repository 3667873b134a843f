"""Submitting over HTTP: one, many, again, and what is refused."""

import asyncio
import json
import uuid

import pytest

from node.audit.event import Kind, reread_entry
from node.national.scopes import Role, Scope
from node.store.record import Records
from tests.spoken import document, written
from tests.web.served import Client


def alert(served, reference="AZ-ALR-1", **members):
    return document(
        "alert-minimum", "AZ-SCC", "UZ-CC", now=served.node.clock(), reference=reference, **members
    )


def entries(served, kind: Kind):
    found = [reread_entry(raw) for _, raw in Records(served.node.database).entries()]
    return [entry.members for entry in found if entry.kind is kind]


async def test_submit_document_is_sealed_and_recorded_with_who_asked(served):
    client = await served.client()
    answer = await client.submit(alert(served), key="k-1")
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert answer.headers["location"] == f"/api/v1/messages/{body['id']}"
    assert body["new"] is True
    asked = {"re": body["id"], "by": "risk-engine", "door": "rest"}
    assert entries(served, Kind.DOCUMENT_SUBMITTED) == [asked]


async def test_submit_again_under_the_same_key_gives_the_first_answer(served):
    client = await served.client()
    first = await client.submit(alert(served), key="k-1")
    again = await client.submit(written(alert(served)), key="k-1")
    if again.status_code == 422:  # the clock moved: the example was issued a second later
        again = await client.submit(first.request.content, key="k-1")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(entries(served, Kind.MESSAGE_SEALED)) == 1


async def test_submit_something_else_under_a_used_key_is_refused(served):
    client = await served.client()
    await client.submit(alert(served), key="k-1")
    other = await client.submit(alert(served, "AZ-ALR-2"), key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")


async def test_submit_refused_document_again_gives_the_first_refusal(served):
    client = await served.client()
    raw = written({**alert(served), "priority": "soon"})
    first = await client.submit(raw, key="k-1")
    again = await client.submit(raw, key="k-1")
    assert (first.status_code, first.json()["pointer"]) == (422, "/priority")
    assert {**again.json(), "request_id": ""} == {**first.json(), "request_id": ""}
    assert len(entries(served, Kind.MESSAGE_REFUSED)) == 1


async def test_submit_at_once_under_one_key_is_done_once(served):
    client = await served.client()
    raw = written(alert(served))
    answers = await asyncio.gather(*(client.submit(raw, key="k-1") for _ in range(8)))
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert len(entries(served, Kind.MESSAGE_SEALED)) == 1


async def test_submit_same_document_under_another_key_says_it_is_not_new(served):
    client = await served.client()
    raw = written(alert(served))
    first = await client.submit(raw)
    again = await client.submit(raw)
    assert again.json() == {"id": first.json()["id"], "new": False}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 400, "idempotency.key_missing"),
        ({"Idempotency-Key": "k" * 129}, 400, "idempotency.key_malformed"),
        ({"Idempotency-Key": "two words"}, 400, "idempotency.key_malformed"),
        ({"Idempotency-Key": "k", "Content-Type": "text/plain"}, 415, "request.media_type"),
    ],
)
async def test_submit_with_wrong_headers_is_refused(served, headers, status, code):
    client = await served.client()
    answer = await client.post(
        "/documents", content=b"{}", headers={"Content-Type": "application/json", **headers}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("size", "code"), [(262_145, "request.oversize"), (1_048_577, "request.oversize")]
)
async def test_submit_too_large_is_refused(served, size, code):
    client = await served.client()
    answer = await client.submit(b" " * size)
    assert (answer.status_code, answer.json()["code"]) == (413, code)


async def test_submit_without_a_token_is_refused(served):
    answer = await Client(served, None).submit(alert(served))
    assert (answer.status_code, answer.json()["code"]) == (401, "token.missing")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_submit_without_the_scope_is_refused(served):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, Scope.MESSAGES_READ))
    answer = await client.submit(alert(served))
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")


@pytest.mark.parametrize(
    ("limits", "code"),
    [({"units": ["PCU-BAKU"]}, "access.unit"), ({"types": ["hit"]}, "access.type")],
)
async def test_submit_for_another_unit_or_type_is_refused(served, limits, code):
    client = await served.client(role=Role.PUBLISHER, **limits)
    answer = await client.submit(alert(served))
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert entries(served, Kind.MESSAGE_SEALED) == []


async def post_batch(client, body: bytes, media="application/json", key=None):
    headers = {"Content-Type": media, "Idempotency-Key": key or str(uuid.uuid4())}
    return await client.post("/documents/batch", content=body, headers=headers)


async def test_batch_one_fault_stops_no_other(served):
    client = await served.client()
    good, bad = alert(served, "AZ-ALR-1"), {**alert(served, "AZ-ALR-2"), "priority": "soon"}
    answer = await post_batch(client, json.dumps([good, bad, good]).encode())
    body = answer.json()
    assert (body["accepted"], body["refused"]) == (2, 1)
    assert body["items"][1]["error"]["pointer"] == "/priority"
    assert body["items"][2]["id"] == body["items"][0]["id"]
    assert [item["new"] for item in body["items"]] == [True, None, False]


async def test_batch_documents_travel_byte_for_byte(served):
    client = await served.client()
    one = json.dumps(alert(served, "AZ-ALR-1"), indent=3)
    two = json.dumps(alert(served, "AZ-ALR-2"), separators=(" ,", " : "))
    answer = await post_batch(client, f" [ {one} ,\n{two} ] ".encode())
    kept = [Records(served.node.database).sent(item["id"]) for item in answer.json()["items"]]
    assert [row["document"].decode() for row in kept] == [one, two]


async def test_batch_again_under_the_same_key_completes_and_repeats(served):
    client = await served.client()
    body = b"\n".join(written(alert(served, f"AZ-ALR-{n}")) for n in range(5))
    first = await post_batch(client, body, "application/x-ndjson", "k-1")
    again = await post_batch(client, body, "application/x-ndjson", "k-1")
    assert again.json() == first.json()
    assert len(entries(served, Kind.MESSAGE_SEALED)) == 5
    other = await post_batch(client, body + b"\n{}", "application/x-ndjson", "k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[",
        b"[1,]",
        b"[1 2]",
        b"[1] 2",
        b"[]",
        b"[" * 100_000,
        b"\xff",
        b'["\\ud800',
        b"[" + b"1," * 1000 + b"1]",
    ],
    ids=lambda body: body[:8].decode("latin-1"),
)
async def test_batch_that_is_no_array_is_refused(served, body):
    client = await served.client()
    answer = await post_batch(client, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


async def test_batch_with_a_member_twice_is_refused_as_a_document(served):
    client = await served.client()
    answer = await post_batch(client, b'[{"type": "alert/1", "type": "hit/1"}]')
    assert answer.json()["items"][0]["error"]["code"] == "document.malformed"


async def test_submit_again_after_the_operator_has_set_it_right_is_accepted(served):
    client = await served.client(role=Role.PUBLISHER, units=["PCU-BAKU"])
    raw = written(alert(served))
    answers = await asyncio.gather(*(client.submit(raw, key="k-1") for _ in range(3)))
    assert {answer.json()["code"] for answer in answers} == {"access.unit"}
    await served.add_system(role=Role.PUBLISHER)  # now for all units
    assert (await client.submit(raw, key="k-1")).status_code == 202
