"""Conversations, cases and deadlines over HTTP: who sees which, and how lists are walked."""

import csv
import io

import pytest
import pytest_asyncio

from node.national.scopes import Role, Scope
from tests.spoken import answering, document
from tests.web.carried import peers_of
from tests.web.served import Client

OURS = "AZ/ALR-1"  # a reference may hold a slash
THEIRS = "UZ-ALR-1"


def own_alert(served, reference=OURS, **members):
    return document(
        "alert-minimum", "AZ-SCC", "UZ-CC", now=served.node.clock(), reference=reference, **members
    )


@pytest_asyncio.fixture
async def exchange(served, stage):
    """An alert of ours with its acceptance, and one of theirs; nobody is given theirs yet."""
    async with peers_of(served, stage, "UZ-CC") as exchange:
        writer = await served.client("writer")
        alert = own_alert(served)
        assert (await writer.submit(alert)).status_code == 202
        await exchange.settle()
        await exchange.say(
            "UZ-CC", "acceptance-minimum", reference="UZ-ACC-1", answers=answering(alert), test=True
        )
        await exchange.say("UZ-CC", "alert-minimum", reference=THEIRS)
        fixed = served.node.clock()
        served.node.clock = lambda: fixed
        yield exchange


async def references(client, path="/conversations"):
    return [item["reference"] for item in (await client.get(path)).json()["items"]]


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, {OURS, THEIRS}),
        ({"units": ["PCU-ALYAT"]}, {OURS}),
        ({"units": ["PCU-ALYAT"], "types": ["alert"]}, {OURS}),
        ({"units": ["PCU-ALYAT"], "types": ["acceptance"]}, set()),
        ({"units": ["PCU-BAKU"]}, set()),
        ({"units": [], "offices": []}, set()),
    ],
)
async def test_conversations_are_those_whose_leading_document_is_seen(served, limits, expected):
    client = await served.client(**limits)
    assert set(await references(client)) == expected
    rows = list(csv.DictReader(io.StringIO((await client.get("/conversations.csv")).text)))
    assert {row["reference"] for row in rows} == expected
    owed = (await client.get("/deadlines?limit=500")).json()["items"]
    assert {item["reference"] for item in owed} <= expected


async def test_conversation_is_seen_from_the_moment_its_document_is_given_to_the_unit(served, exchange):
    client = await served.client(units=["PCU-BAKU"])
    path = f"/conversations/UZ-CC/alert/{THEIRS}"
    assert (await client.get(path)).json()["code"] == "conversation.unknown"
    await served.desk.assign(THEIRS, "PCU-BAKU")
    await exchange.settle()
    assert (await client.get(path)).json()["state"] == "assigned"
    assert await references(client) == [THEIRS]


@pytest.mark.usefixtures("exchange")
async def test_conversation_tells_what_happened_and_what_is_owed(served):
    client = await served.client()
    found = (await client.get("/conversations/AZ-SCC/alert/AZ%2FALR-1")).json()
    assert (found["reference"], found["state"], found["peer"]) == (OURS, "accepted", "UZ-CC")
    said = [line for line in found["timeline"] if line["id"]]
    assert [line["who"] for line in said] == ["AZ-SCC", "UZ-CC"]
    assert said[1]["text"].startswith("acceptance UZ-ACC-1")
    assert {item["name"] for item in found["owed"]} == {"feedback"}


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize("path", ["/conversations/AZ-SCC/alert/AZ%2FALR-1", "/cases/AZ%2FALR-1"])
async def test_lines_of_messages_that_are_not_seen_are_left_out(served, path):
    client = await served.client(units=["PCU-ALYAT"], types=["alert"])
    found = (await client.get(path)).json()
    assert [line["text"].partition(":")[0] for line in found["timeline"] if line["id"]] == [
        "alert AZ/ALR-1"
    ]
    assert "UZ-ACC-1" not in str(found)


@pytest.mark.usefixtures("exchange")
async def test_case_shows_the_linked_conversations_that_are_seen(served):
    client = await served.client()
    whole = (await client.get("/cases/UZ-ACC-1")).json()
    assert (whole["documents"], whole["whole"]) == (2, True)
    assert [one["reference"] for one in whole["conversations"]] == [OURS]
    limited = await served.client("limited", units=["PCU-ALYAT"], types=["alert"])
    assert (await limited.get("/cases/AZ%2FALR-1")).json()["documents"] == 1


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize("wanted", ["UZ-ACC-1", THEIRS, "nothing", "%00"])
async def test_case_of_a_document_that_is_not_seen_is_unknown(served, wanted):
    client = await served.client(units=["PCU-ALYAT"], types=["alert"])
    answer = await client.get(f"/cases/{wanted}")
    assert (answer.status_code, answer.json()["code"]) == (404, "case.unknown")


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize(
    "path",
    [
        f"/conversations/AZ-SCC/alert/{THEIRS}",
        f"/conversations/UZ-CC/pre-arrival-notice/{THEIRS}",
        f"/conversations/UZ-CC/alert/{THEIRS}?peer=TM-SCS",
    ],
)
async def test_conversation_that_is_not_there_is_unknown(served, path):
    answer = await (await served.client()).get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "conversation.unknown")


async def test_conversation_with_several_peers_must_be_told_apart(served, stage):
    async with peers_of(served, stage, "UZ-CC", "TM-SCS") as exchange:
        client = await served.client()
        await client.submit(own_alert(served, recipients=["UZ-CC", "TM-SCS"]))
        await exchange.settle()
        path = "/conversations/AZ-SCC/alert/AZ%2FALR-1"
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (409, "conversation.ambiguous")
        assert (await client.get(f"{path}?peer=TM-SCS")).json()["peer"] == "TM-SCS"


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("peer=UZ-CC", {OURS, THEIRS}),
        ("peer=TM-SCS", set()),
        ("state=accepted", {OURS}),
        ("state=lapsed", set()),
        ("open=true", {OURS, THEIRS}),
        ("overdue=true", set()),
        ("order=fixed", {OURS, THEIRS}),
    ],
)
async def test_conversations_can_be_narrowed(served, query, expected):
    client = await served.client()
    assert set(await references(client, f"/conversations?{query}")) == expected


@pytest.mark.usefixtures("exchange")
async def test_conversations_and_deadlines_overdue_are_those_whose_time_has_passed(served):
    client = await served.client()
    late = served.node.clock() + 9 * 3_600_000
    served.node.clock = lambda: late
    assert set(await references(client, "/conversations?overdue=true")) == {THEIRS}
    owed = (await client.get("/deadlines?overdue=true")).json()["items"]
    assert {(item["name"], item["overdue"]) for item in owed} == {("read", True)}


async def walk(client, path):
    """Follow `next` to the end; gives the items of each page."""
    pages, cursor = [], ""
    while True:
        body = (await client.get(path + (f"&cursor={cursor}" if cursor else ""))).json()
        pages.append(body["items"])
        cursor = body["next"]
        if cursor is None:
            return pages


@pytest.mark.parametrize("path", ["/conversations?limit=2&order=fixed", "/conversations?limit=3"])
async def test_conversations_walked_page_by_page_come_once_each(served, stage, path):
    async with peers_of(served, stage, "UZ-CC") as exchange:
        client = await served.client()
        for number in range(7):
            await client.submit(own_alert(served, f"AZ-{number}"))
        await exchange.settle()
        found = [item["reference"] for page in await walk(client, path) for item in page]
        assert sorted(found) == [f"AZ-{number}" for number in range(7)]


async def test_conversations_in_fixed_order_stay_complete_while_others_begin_and_move(served, stage):
    async with peers_of(served, stage, "UZ-CC") as exchange:
        client = await served.client()
        for number in range(0, 10, 2):
            await client.submit(own_alert(served, f"AZ-{number}"))
        await exchange.settle()
        body, seen, step = (await client.get("/conversations?limit=2&order=fixed")).json(), [], 1
        while body["next"]:
            seen += [item["reference"] for item in body["items"]]
            await client.submit(own_alert(served, f"AZ-{step}"))
            await exchange.settle()
            step += 2
            path = f"/conversations?limit=2&order=fixed&cursor={body['next']}"
            body = (await client.get(path)).json()
        seen += [item["reference"] for item in body["items"]]
        assert len(seen) == len(set(seen))
        assert {f"AZ-{number}" for number in range(0, 10, 2)} <= set(seen)


@pytest.mark.usefixtures("exchange")
async def test_deadlines_walked_page_by_page_are_the_whole_list_in_order(served):
    client = await served.client()
    whole = (await client.get("/deadlines?limit=500")).json()["items"]
    walked = [item for page in await walk(client, "/deadlines?limit=1") for item in page]
    assert walked == whole
    assert [item["due_at"] for item in whole] == sorted(item["due_at"] for item in whole)


@pytest.mark.usefixtures("exchange")
async def test_cursor_of_another_filter_or_system_is_refused(served):
    client, other = await served.client(), await served.client("other")
    cursor = (await client.get("/deadlines?limit=1")).json()["next"]
    for asking, path in [
        (client, f"/deadlines?limit=1&overdue=true&cursor={cursor}"),
        (client, f"/conversations?limit=1&cursor={cursor}"),
        (other, f"/deadlines?limit=1&cursor={cursor}"),
        (client, f"/deadlines?limit=1&cursor={cursor[:-2]}AA"),
    ]:
        answer = await asking.get(path)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor.invalid")


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize(
    "path",
    [
        "/conversations",
        "/conversations.csv",
        f"/conversations/UZ-CC/alert/{THEIRS}",
        f"/cases/{THEIRS}",
        "/deadlines",
    ],
)
async def test_answer_that_the_caller_holds_already_is_not_sent_again(served, path):
    client = await served.client()
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/conversations", "/deadlines", "/cases/X", "/conversations/A/alert/X"]
)
async def test_conversations_need_their_scope(served, path):
    system = await served.add_system(role=Role.AUDITOR)
    client = Client(served, await served.token_of(system, Scope.LOG_READ))
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")
    assert (await Client(served, None).get(path)).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/conversations?state=nothing",
        "/conversations?limit=0",
        "/conversations?order=sideways",
        "/conversations/A/hit/X",
        "/deadlines?limit=501",
    ],
)
async def test_conversations_asked_for_wrongly_are_refused(served, path):
    answer = await (await served.client()).get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(
    "path",
    [
        "/conversations?peeer=UZ-CC",
        "/deadlines?state=open",
        "/peers?peer=UZ-CC",
        "/agreements?name=x",
        "/agreements/explain?to=UZ-CC&type=alert/1&porpose=x",
        "/statistics?months=2026-11",
        "/code-lists?q=x",
        "/code-lists/purpose?query=x",
    ],
)
async def test_list_asked_for_by_what_it_does_not_know_is_refused(served, path):
    answer = await (await served.client()).get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
