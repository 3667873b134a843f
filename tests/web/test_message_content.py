"""Documents given out: byte for byte or masked, and never without an entry before."""

import json

import pytest

from node.audit.event import Kind, reread_entry
from node.message.masking import MASK
from node.store.record import Records
from tests.spoken import document, written


def accesses(served):
    found = [reread_entry(raw) for _, raw in Records(served.node.database).entries()]
    return [entry.members for entry in found if entry.kind is Kind.DOCUMENT_ACCESSED]


async def test_document_is_given_byte_for_byte_and_recorded(served, exchange):
    client = await served.client()
    value = document("alert-full", "UZ-CC", "AZ-SCC", now=exchange.now, reference="UZ-1")
    raw = json.dumps(value, indent=3).encode()
    done = await exchange.submit("UZ-CC", raw)
    answer = await client.get(f"/messages/{done.id}/document")
    assert (answer.content, answer.headers["content-type"]) == (raw, "application/json")
    assert accesses(served) == [{"re": done.id, "from": "UZ-CC", "by": "risk-engine", "door": "rest"}]


async def test_document_of_ours_is_recorded_as_ours(served, exchange):
    client = await served.client()
    raw = written(document("alert-minimum", "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1"))
    done = await exchange.own.submit(raw)
    assert (await client.get("/messages/AZ-1/document")).content == raw
    assert accesses(served) == [{"re": done.id, "from": "AZ-SCC", "by": "risk-engine", "door": "rest"}]


async def test_document_masked_shows_no_person(served, exchange):
    client = await served.client()
    done = await exchange.say("UZ-CC", "notice-full", reference="UZ-1")
    whole = await client.get(f"/messages/{done.id}/document")
    masked = await client.get(f"/messages/{done.id}/document", params={"masked": "true"})
    assert MASK not in whole.text
    assert MASK in masked.text
    assert masked.json()["reference"] == "UZ-1"
    assert whole.headers["etag"] != masked.headers["etag"]
    assert len(accesses(served)) == 2


async def test_document_that_the_caller_holds_is_neither_sent_nor_recorded_again(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    first = await client.get("/messages/UZ-1/document")
    again = await client.get("/messages/UZ-1/document", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(accesses(served)) == 1


async def test_document_that_was_refused_is_not_there_to_open(served, exchange):
    client = await served.client()
    agreements, served.node.agreements = served.node.agreements, {}
    done = await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    served.node.agreements = agreements
    answer = await client.get(f"/messages/{done.id}/document")
    assert (answer.status_code, answer.json()["code"]) == (409, "message.refused_here")
    assert accesses(served) == []


@pytest.mark.parametrize("suffix", ["", "?disclose=true"])
async def test_content_is_not_given_out_when_it_cannot_be_recorded(served, exchange, suffix):
    client = await served.client()
    await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    path = f"/messages/UZ-1/{'evidence' if suffix else 'document'}{suffix}"
    with served.node.database.writing() as connection:  # as when the disk refuses
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    answer = await client.get(path)
    assert answer.status_code == 503
    assert "CSQU3054383" not in answer.text
