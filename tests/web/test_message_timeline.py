"""The timeline of one message: its own way, its conversation, and what is left out."""

from tests.spoken import answering, document

ALERT = "alert-minimum"


async def converse(client, exchange):
    """AZ alerts UZ, which reads, accepts and reports."""
    alert = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
    sent = await client.submit(alert)
    assert sent.status_code == 202, sent.text
    await exchange.settle()
    await exchange.peers["UZ-CC"].desk.read("AZ-1", "NIAC")
    await exchange.settle()
    named = {"answers": answering(alert), "test": True}
    await exchange.say("UZ-CC", "acceptance-minimum", reference="UZ-ACC", **named)
    return alert


async def timeline(client, name):
    answer = await client.get(f"/messages/{name}/timeline")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_timeline_tells_the_way_and_the_conversation(served, exchange):
    client = await served.client()
    await converse(client, exchange)
    found = await timeline(client, "AZ-1")
    assert [step["event"] for step in found["journey"]] == [
        "message.sealed",
        "message.received",
        "message.read",
    ]
    told = [line["text"] for line in found["lines"]]
    assert told[0].startswith("alert AZ-1")
    assert told[1:3] == ["received AZ-1", "opened AZ-1"]
    assert told[3].startswith("acceptance UZ-ACC")
    assert found["lines"][3]["after"][0]["reference"] == "AZ-1"


async def test_timeline_of_an_answer_tells_the_same_conversation(served, exchange):
    client = await served.client()
    await converse(client, exchange)
    assert (await timeline(client, "UZ-ACC"))["lines"] == (await timeline(client, "AZ-1"))["lines"]


async def test_timeline_leaves_out_messages_that_are_not_seen(served, exchange):
    everything = await served.client()
    alerts = await served.client("alerts", types=["alert"])
    await converse(everything, exchange)
    found = await timeline(alerts, "AZ-1")
    told = [line["text"] for line in found["lines"]]
    assert told[0].startswith("alert AZ-1")
    assert not any("UZ-ACC" in text for text in told)


async def test_timeline_in_a_conversation_that_is_not_seen_is_the_message_alone(served, exchange):
    everything = await served.client()
    answers = await served.client("answers", types=["acceptance"])
    await converse(everything, exchange)
    found = await timeline(answers, "UZ-ACC")
    (line,) = found["lines"]
    assert line["text"].startswith("acceptance UZ-ACC")
    assert (line["after"], line["notes"]) == ([], [])


async def test_timeline_of_a_message_on_no_page_is_its_way(served, exchange):
    client = await served.client()
    agreements, served.node.agreements = served.node.agreements, {}
    done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    served.node.agreements = agreements
    found = await timeline(client, done.id)
    assert [step["event"] for step in found["journey"]] == ["message.sealed", "message.received"]
    assert found["lines"] == []


async def test_timeline_unchanged_is_not_sent_again(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    first = await client.get("/messages/UZ-1/timeline")
    again = await client.get("/messages/UZ-1/timeline", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
