"""The lists of what arrived and what was sent: items, filters, pages, and who sees what."""

import asyncio
import csv
import io
from datetime import UTC, datetime

import pytest

from node.national.scopes import Scope
from tests.spoken import document, written
from tests.web.served import Client

ALERT, NOTICE = "alert-minimum", "notice-minimum"


async def submit(client, exchange, reference, *to, example=ALERT, unit=None, **members):
    """Let the client submit an example as of now; gives the id."""
    value = document(example, "AZ-SCC", "UZ-CC", now=exchange.now, reference=reference, **members)
    value["recipients"] = list(to or ("UZ-CC",))
    if unit:
        value["originator"]["unit"] = unit
    answer = await client.submit(value)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


async def listed(client, path, **params):
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def references(client, path, **params):
    return [item["reference"] for item in await listed(client, path, **params)]


async def walk(client, path, *, between=None, **params):
    """Follow a list to its end; gives all items."""
    items, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await client.get(path, params={**params, **more})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            return items
        if between:
            await between()


async def test_inbox_shows_what_arrived_newest_first(served, exchange):
    client = await served.client()
    first = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    await exchange.say("TM-SCS", NOTICE, reference="TM-1")
    newest, oldest = await listed(client, "/inbox")
    assert (newest["originator"], newest["type"]) == ("TM-SCS", "pre-arrival-notice/1")
    assert oldest == {
        "id": first.id,
        "originator": "UZ-CC",
        "type": "alert/1",
        "reference": "UZ-1",
        "version": 1,
        "priority": "urgent",
        "state": "accepted",
        "code": None,
        "sealed_at": oldest["sealed_at"],
        "received_at": oldest["received_at"],
        "expires_at": oldest["expires_at"],
        "read": False,
        "index": oldest["index"],
    }
    assert oldest["sealed_at"] <= oldest["received_at"] < oldest["expires_at"]
    assert oldest["index"] < newest["index"]


async def test_inbox_shows_what_was_refused_and_why(served, exchange):
    client = await served.client()
    agreements, served.node.agreements = served.node.agreements, {}
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    served.node.agreements = agreements
    item = (await listed(client, "/inbox"))[0]
    assert (item["state"], item["code"]) == ("refused", "agreement.unknown")
    assert (item["reference"], item["version"]) == ("", 0)  # it was never opened


async def test_inbox_says_what_was_read(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    await exchange.say("UZ-CC", ALERT, reference="UZ-2")
    await served.desk.read("UZ-1", None)
    assert [item["read"] for item in await listed(client, "/inbox")] == [False, True]


async def test_sent_shows_each_recipient_with_its_state(served, exchange):
    client = await served.client()
    await submit(client, exchange, "AZ-1", "TM-SCS", "UZ-CC")
    exchange.peers["UZ-CC"].node.agreements = {}
    await exchange.settle()
    item = (await listed(client, "/sent"))[0]
    assert (item["originator"], item["reference"], item["version"]) == ("AZ-SCC", "AZ-1", 1)
    assert item["recipients"] == [
        {"authority": "TM-SCS", "state": "receipted", "code": None},
        {"authority": "UZ-CC", "state": "returned", "code": "agreement.unknown"},
    ]


async def test_sent_says_which_system_submitted_it(served, exchange):
    client = await served.client("risk-engine")
    await submit(client, exchange, "AZ-1")
    await submit(await served.client("terminal"), exchange, "AZ-2")
    value = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-3")
    await exchange.own.submit(written(value))
    found = [item["submitted_by"] for item in await listed(client, "/sent")]
    assert found == [None, "terminal", "risk-engine"]


@pytest.fixture
async def busy(served, exchange):
    """What the filters are tried on: three messages of peers and three of ours."""
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-A")
    await exchange.say("UZ-CC", NOTICE, reference="UZ-N")
    await exchange.say("TM-SCS", ALERT, reference="TM-A")
    await served.desk.assign("UZ-A", "PCU-BAKU")
    await submit(client, exchange, "AZ-A", "UZ-CC", "TM-SCS", unit="PCU-BAKU")
    await submit(client, exchange, "AZ-N", "TM-SCS", example=NOTICE)
    await exchange.settle()
    await submit(client, exchange, "AZ-B", "UZ-CC")  # on its way
    return client


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["TM-A", "UZ-N", "UZ-A"]),
        ({"originator": "UZ-CC"}, ["UZ-N", "UZ-A"]),
        ({"originator": "KZ-KGD"}, []),
        ({"type": "alert"}, ["TM-A", "UZ-A"]),
        ({"type": "alert/1"}, ["TM-A", "UZ-A"]),
        ({"type": "alert/2"}, []),
        ({"type": "pre-arrival-notice"}, ["UZ-N"]),
        ({"type": "pre"}, []),
        ({"priority": "routine"}, ["UZ-N"]),
        ({"state": "accepted"}, ["TM-A", "UZ-N", "UZ-A"]),
        ({"state": "refused"}, []),
        ({"reference": "UZ-N"}, ["UZ-N"]),
        ({"reference": "uz-n"}, []),
        ({"unit": "PCU-BAKU"}, ["UZ-A"]),
        ({"unit": "PCU-ALYAT"}, []),
        ({"originator": "UZ-CC", "type": "alert", "unit": "PCU-BAKU"}, ["UZ-A"]),
    ],
)
async def test_inbox_filter_leaves_out_what_does_not_fit(busy, asked, found):
    assert await references(busy, "/inbox", **asked) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["AZ-B", "AZ-N", "AZ-A"]),
        ({"recipient": "TM-SCS"}, ["AZ-N", "AZ-A"]),
        ({"type": "alert"}, ["AZ-B", "AZ-A"]),
        ({"priority": "routine"}, ["AZ-N"]),
        ({"state": "sealed"}, ["AZ-B"]),
        ({"state": "receipted"}, ["AZ-N", "AZ-A"]),
        ({"state": "receipted", "recipient": "UZ-CC"}, ["AZ-A"]),
        ({"state": "sealed", "recipient": "TM-SCS"}, []),
        ({"state": "expired"}, []),
        ({"reference": "AZ-N"}, ["AZ-N"]),
        ({"unit": "PCU-BAKU"}, ["AZ-A"]),
        ({"unit": "PCU-ALYAT"}, ["AZ-B", "AZ-N"]),
    ],
)
async def test_sent_filter_leaves_out_what_does_not_fit(busy, asked, found):
    assert await references(busy, "/sent", **asked) == found


@pytest.mark.parametrize(("path", "member"), [("/inbox", "received_at"), ("/sent", "sealed_at")])
async def test_list_since_a_time_and_until_a_time_meet(busy, path, member):
    items = await listed(busy, path)
    middle = items[1][member]
    assert await references(busy, path, since=middle) == [one["reference"] for one in items[:2]]
    assert await references(busy, path, until=middle) == [items[2]["reference"]]
    other_zone = datetime.fromisoformat(middle).astimezone(UTC).isoformat()
    assert await references(busy, path, since=other_zone, until=other_zone) == []


@pytest.mark.parametrize("path", ["/inbox", "/sent", "/inbox.csv", "/sent.csv"])
@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"since": "2026-11-24T08:00:00"},  # of no zone
        {"until": "0.5"},  # not a time, though it could be taken for one
        {"until": "1795526272"},
        {"priority": "soon"},
        {"state": "lost"},
        {"type": "alert/"},
        {"unit": "not a unit"},
        {"limit": "0"},
        {"limit": "501"},
        {"originater": "UZ-CC"},  # a filter that does not exist must not let everything through
    ],
)
async def test_list_refuses_a_parameter_that_it_does_not_know(served, path, asked):
    client = await served.client()
    answer = await client.get(path, params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_list_is_walked_whole_while_more_arrives(served, exchange):
    client = await served.client()
    for number in range(5):
        await exchange.say("UZ-CC", ALERT, reference=f"UZ-{number}")
    arrived = iter(range(5, 99))

    async def more():
        await exchange.say("UZ-CC", ALERT, reference=f"UZ-{next(arrived)}")

    found = [item["reference"] for item in await walk(client, "/inbox", limit=2, between=more)]
    assert found == ["UZ-4", "UZ-3", "UZ-2", "UZ-1", "UZ-0"]
    everything = await walk(client, "/inbox", limit=3)
    assert [item["reference"] for item in everything] == [f"UZ-{n}" for n in reversed(range(7))]


async def test_sent_is_walked_whole_while_more_is_submitted(served, exchange):
    client = await served.client()
    await asyncio.gather(*(submit(client, exchange, f"AZ-{n}") for n in range(7)))
    found = await walk(client, "/sent", limit=3, between=lambda: submit(client, exchange, "AZ-more"))
    assert sorted(item["reference"] for item in found) == [f"AZ-{n}" for n in range(7)]
    assert [item["index"] for item in found] == sorted((i["index"] for i in found), reverse=True)


async def test_list_last_page_that_is_full_has_no_next(served, exchange):
    client = await served.client()
    for number in range(2):
        await submit(client, exchange, f"AZ-{number}")
    answer = await client.get("/sent", params={"limit": 2})
    assert (len(answer.json()["items"]), answer.json()["next"]) == (2, None)
    assert "link" not in answer.headers


async def test_list_cursor_of_another_filter_or_list_or_system_is_refused(served, exchange):
    client = await served.client()
    for number in range(3):
        await submit(client, exchange, f"AZ-{number}")
    cursor = (await client.get("/sent", params={"limit": 1})).json()["next"]
    other = await served.client("terminal")
    tried = [
        await client.get("/sent", params={"cursor": cursor, "type": "alert"}),
        await client.get("/inbox", params={"cursor": cursor}),
        await other.get("/sent", params={"cursor": cursor}),
        await client.get("/sent", params={"cursor": cursor[:-2] + "AA"}),
        await client.get("/sent", params={"cursor": "0"}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in tried] == [(400, "cursor.invalid")] * 5


async def test_list_link_leads_to_the_next_page(served, exchange):
    client = await served.client()
    for number in range(3):
        await submit(client, exchange, f"AZ-{number}")
    first = await client.get("/sent", params={"limit": 2, "type": "alert"})
    target, _, relation = first.headers["link"].partition(">; ")
    following = await client.get(f"http://node.test{target.removeprefix('<')}")
    assert relation == 'rel="next"'
    assert [item["reference"] for item in following.json()["items"]] == ["AZ-0"]


async def test_list_unchanged_is_not_sent_again(busy):
    first = await busy.get("/inbox")
    again = await busy.get("/inbox", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/inbox", "/sent"])
async def test_list_as_csv_has_the_same_items(busy, path):
    items = await listed(busy, path)
    answer = await busy.get(f"{path}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(rows[0]) == list(items[0])
    assert [row["id"] for row in rows] == [item["id"] for item in items]


async def test_list_shows_only_what_the_system_sees(served, exchange):
    everything = await served.client()
    baku = await served.client("baku", units=["PCU-BAKU"], types=["alert"])
    alyat = await served.client("alyat", units=["PCU-ALYAT"], types=["pre-arrival-notice"])
    await exchange.say("UZ-CC", ALERT, reference="UZ-A")
    await exchange.say("UZ-CC", NOTICE, reference="UZ-N")
    await submit(everything, exchange, "AZ-A", unit="PCU-BAKU")
    await submit(everything, exchange, "AZ-N", example=NOTICE, unit="PCU-BAKU")
    await submit(everything, exchange, "AZ-O", example=NOTICE, unit="PCU-ALYAT")
    assert await references(baku, "/inbox") == []
    assert await references(baku, "/sent") == ["AZ-A"]
    assert await references(alyat, "/sent") == ["AZ-O"]
    await served.desk.assign("UZ-A", "PCU-BAKU")
    await served.desk.assign("UZ-N", "PCU-BAKU")
    assert await references(baku, "/inbox") == ["UZ-A"]
    assert await references(alyat, "/inbox") == []
    assert len((await baku.get("/inbox.csv")).text.splitlines()) == 2


async def test_list_pages_of_a_system_that_sees_little_are_full(served, exchange):
    everything = await served.client()
    baku = await served.client("baku", units=["PCU-BAKU"])
    for number in range(6):
        unit = "PCU-BAKU" if number % 2 else "PCU-ALYAT"
        await submit(everything, exchange, f"AZ-{number}", unit=unit)
    answer = await baku.get("/sent", params={"limit": 2})
    assert [item["reference"] for item in answer.json()["items"]] == ["AZ-5", "AZ-3"]
    assert len(await walk(baku, "/sent", limit=2)) == 3


@pytest.mark.parametrize("path", ["/inbox", "/sent", "/inbox.csv", "/sent.csv"])
async def test_list_without_the_scope_is_refused(served, path):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, Scope.DOCUMENTS_READ))
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")
