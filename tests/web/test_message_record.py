"""The record of one message: its facts, how it is named, and who may see it."""

import pytest

from node.national.scopes import Scope
from node.store.record import Records
from tests.spoken import document, written
from tests.web.served import Client

ALERT = "alert-minimum"


async def record(client, name, **params):
    answer = await client.get(f"/messages/{name}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_record_of_a_received_message_says_whose_log_proves_it(served, exchange):
    client = await served.client()
    done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    found = await record(client, done.id)
    assert (found["id"], found["originator"], found["direction"]) == (done.id, "UZ-CC", "received")
    assert (found["state"], found["code"], found["has_document"]) == ("accepted", None, True)
    sealed, received = found["journey"]
    assert (sealed["event"], sealed["by"]) == ("message.sealed", "UZ-CC")
    assert (received["event"], received["by"]) == ("message.received", "AZ-SCC")
    assert received["index"] == received["recorded"] == sealed["recorded"]
    assert (received["log"], received["status"]) == ("iren.example/az-scc/2026", "accepted")
    assert received["at"] == found["received_at"]
    assert found["recipients"][0]["state"] == "accepted"
    assert found["submitted_by"] is None


async def test_record_of_a_sent_message_has_every_receipt_and_reading(served, exchange):
    client = await served.client()
    value = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
    value["recipients"] = ["TM-SCS", "UZ-CC"]
    sent = await client.submit(value)
    await exchange.settle()
    await exchange.peers["UZ-CC"].desk.read("AZ-1", "NIAC")
    await exchange.settle()
    found = await record(client, sent.json()["id"])
    assert (found["direction"], found["submitted_by"]) == ("sent", "risk-engine")
    assert found["units"] == ["PCU-ALYAT"]
    assert [one["state"] for one in found["recipients"]] == ["receipted", "receipted"]
    steps = [(step["event"], step["by"], step["unit"]) for step in found["journey"]]
    assert steps[0] == ("message.sealed", "AZ-SCC", None)
    assert sorted(steps[1:3]) == [
        ("message.received", "TM-SCS", None),
        ("message.received", "UZ-CC", None),
    ]
    assert steps[3] == ("message.read", "UZ-CC", "NIAC")
    assert found["read"] is True


async def test_record_holds_nothing_of_the_document(served, exchange):
    client = await served.client()
    done = await exchange.say("UZ-CC", "alert-full", reference="UZ-1")
    raw = Records(served.node.database).received("UZ-CC", done.id)["document"].decode()
    answer = await client.get(f"/messages/{done.id}")
    assert "CSQU3054383" in raw
    assert "CSQU3054383" not in answer.text


async def test_record_of_a_refused_message_says_why(served, exchange):
    client = await served.client()
    agreements, served.node.agreements = served.node.agreements, {}
    done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    served.node.agreements = agreements
    found = await record(client, done.id)
    assert (found["state"], found["code"]) == ("refused", "agreement.unknown")
    assert (found["reference"], found["has_document"]) == ("", False)
    assert found["journey"][1]["code"] == "agreement.unknown"


async def test_record_by_reference_is_of_the_highest_version(served, exchange):
    client = await served.client()
    for version, function in ((1, "9"), (3, "5"), (2, "5")):
        await exchange.say("UZ-CC", ALERT, reference="UZ-1", version=version, function=function)
    assert (await record(client, "UZ-1"))["version"] == 3


async def test_record_links_lead_to_the_rest(served, exchange):
    client = await served.client()
    done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    links = (await record(client, done.id))["links"]
    answers = [await client.get(f"http://node.test{link}") for link in links.values()]
    # Our own entry is proved once our node has signed a head over it: with the receipt it just sent.
    assert {answer.status_code for answer in answers} == {200}


async def test_record_unchanged_is_not_sent_again(served, exchange):
    client = await served.client()
    done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    first = await client.get(f"/messages/{done.id}")
    again = await client.get(f"/messages/{done.id}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_record_of_a_reference_that_several_use_asks_whose(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="SAME-1")
    await exchange.say("TM-SCS", ALERT, reference="SAME-1")
    await client.submit(document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="SAME-1"))
    answer = await client.get("/messages/SAME-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "message.ambiguous")
    assert "?from=" in answer.json()["hint"]
    for authority in ("UZ-CC", "TM-SCS", "AZ-SCC"):
        assert (await record(client, "SAME-1", **{"from": authority}))["originator"] == authority


async def test_record_reference_of_unseen_messages_makes_nothing_ambiguous(served, exchange):
    baku = await served.client("baku", units=["PCU-BAKU"])
    await exchange.say("UZ-CC", ALERT, reference="SAME-1")
    await exchange.say("TM-SCS", ALERT, reference="SAME-1")
    await served.desk.assign("SAME-1", "PCU-BAKU", originator="TM-SCS")
    assert (await record(baku, "SAME-1"))["originator"] == "TM-SCS"


async def test_record_of_a_unit_that_was_given_an_earlier_version_is_of_the_highest(served, exchange):
    baku = await served.client("baku", units=["PCU-BAKU"])
    first = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    await exchange.say("UZ-CC", ALERT, reference="UZ-1", version=2, function="5")
    await served.desk.assign(first.id, "PCU-BAKU")
    assert (await record(baku, "UZ-1"))["version"] == 2  # a unit is given all versions


SUFFIXES = ("", "/document", "/timeline", "/proof", "/evidence", "/verification", "/attachments")


@pytest.mark.parametrize("suffix", [*SUFFIXES, "/attachments/1"])
@pytest.mark.parametrize("limits", [{"units": ["PCU-BAKU"]}, {"types": ["hit"]}])
async def test_message_that_is_not_seen_is_not_there(served, exchange, suffix, limits):
    client = await served.client("baku", **limits)
    received = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    sent = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
    ours = await exchange.own.submit(written(sent))
    nothing = await client.get(f"/messages/NOTHING-1{suffix}")
    for name in (received.id, "UZ-1", ours.id, "AZ-1"):
        answer = await client.get(f"/messages/{name}{suffix}")
        assert (answer.status_code, answer.json()["code"]) == (404, "message.unknown")
        same = {"instance": "", "request_id": ""}
        assert {**answer.json(), **same} == {**nothing.json(), **same}


@pytest.mark.parametrize(
    ("suffix", "held"),
    [
        ("", Scope.DOCUMENTS_READ),
        ("/document", Scope.MESSAGES_READ),
        ("/timeline", Scope.DOCUMENTS_READ),
        ("/proof", Scope.MESSAGES_READ),
        ("/evidence", Scope.DOCUMENTS_READ),
        ("/verification", Scope.DOCUMENTS_READ),
        ("/attachments", Scope.MESSAGES_READ),
        ("/attachments/1", Scope.MESSAGES_READ),
    ],
)
async def test_message_without_the_scope_is_refused(served, suffix, held):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, held))
    answer = await client.get(f"/messages/UZ-1{suffix}")
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")
