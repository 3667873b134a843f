"""Figures over HTTP: which period, whose conversations."""

import csv
import io

import pytest
import pytest_asyncio

from node.conversation.calendar import instant, moment_of, month_of, this_month
from node.national.scopes import Role, Scope
from tests.spoken import document
from tests.web.carried import peers_of
from tests.web.served import Client

DAY = 86_400_000


@pytest_asyncio.fixture
async def exchange(served, stage):
    """Two alerts of ours and one of theirs, none of them a test."""
    async with peers_of(served, stage, "UZ-CC") as exchange:
        client = await served.client("writer")
        for number in range(2):
            alert = document(
                "alert-minimum",
                "AZ-SCC",
                "UZ-CC",
                now=served.node.clock(),
                reference=f"AZ-{number}",
                test=False,
            )
            assert (await client.submit(alert)).status_code == 202
        await exchange.settle()
        await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1", test=False)
        yield exchange


def alerts(figures):
    return {one["direction"]: one["value"] for one in figures if one["metric"] == "documents-alert"}


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize(
    ("limits", "whole", "expected"),
    [
        ({}, True, {"sent": "2", "received": "1"}),
        ({"units": ["PCU-ALYAT"]}, False, {"sent": "2"}),
        ({"units": ["PCU-BAKU"]}, False, {}),
    ],
)
async def test_statistics_count_the_conversations_that_are_seen(served, limits, whole, expected):
    client = await served.client(**limits)
    found = (await client.get("/statistics")).json()
    assert (found["whole"], alerts(found["figures"])) == (whole, expected)


@pytest.mark.usefixtures("exchange")
async def test_statistics_are_not_for_a_system_limited_to_some_types(served):
    client = await served.client(types=["alert"])
    for path in ("/statistics", "/statistics.csv"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "access.figures")


@pytest.mark.usefixtures("exchange")
async def test_statistics_as_csv_are_the_same_figures(served):
    client = await served.client()
    figures = (await client.get("/statistics")).json()["figures"]
    rows = list(csv.DictReader(io.StringIO((await client.get("/statistics.csv")).text)))
    assert [row["value"] for row in rows] == [one["value"] for one in figures]
    assert list(rows[0]) == list(figures[0])


@pytest.mark.usefixtures("exchange")
async def test_statistics_are_of_the_period_that_was_asked_for(served):
    client = await served.client()
    now = served.node.clock()
    month = this_month(now)
    found = (await client.get(f"/statistics?month={month}&peer=UZ-CC")).json()
    assert found == (await client.get("/statistics")).json()
    period = month_of(month)
    assert found["period_start"] == instant(moment_of(period.start))
    days = [instant(moment_of(now + days * DAY))[:10] for days in (-40, 1)]
    path = f"/statistics?start={days[0]}&end={days[1]}&by_month=true"
    parts = (await client.get(path)).json()["figures"]
    assert alerts(parts) == {"sent": "2", "received": "1"}
    assert {one["period_start"] for one in parts} == {instant(moment_of(period.start))}


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize("query", ["month=2020-01", "peer=TM-SCS", "test=true"])
async def test_statistics_of_nothing_are_empty(served, query):
    found = await (await served.client()).get(f"/statistics?{query}")
    assert found.json()["figures"] == []


@pytest.mark.parametrize(
    "query",
    [
        "month=2026",
        "month=2026-13",
        "month=",
        "month=2026-11&start=2026-11-01&end=2026-11-02",
        "start=2026-11-01",
        "end=2026-11-01",
        "start=2026-11-02&end=2026-11-01",
        "start=2026-11-01&end=2026-11-01",
        "start=2024-11-01&end=2026-11-01",
        "start=today&end=2026-11-01",
    ],
)
async def test_statistics_of_what_is_no_period_are_refused(served, query):
    answer = await (await served.client()).get(f"/statistics?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "period.malformed")


async def test_statistics_need_their_scope(served):
    system = await served.add_system(role=Role.AUDITOR)
    client = Client(served, await served.token_of(system, Scope.MESSAGES_READ))
    assert (await client.get("/statistics")).json()["code"] == "access.scope"


async def test_statistics_that_the_caller_holds_already_are_not_sent_again(served):
    client = await served.client()
    first = await client.get("/statistics?month=2026-01")
    again = await client.get(
        "/statistics?month=2026-01", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
