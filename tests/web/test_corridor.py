"""The corridor over HTTP: who may ask, what is answered, what is recorded."""

import csv
import io

import pytest
import pytest_asyncio

from node.audit.event import Kind, reread_entry
from node.corridor.sharing import Ruling
from node.corridor.view import Dimension
from node.daemon.flow_keeper import FlowKeeper
from node.national.scopes import Role, Scope
from node.store.record import Records
from node.web.corridor_models import CorridorRow
from tests.spoken import answering, document, instant
from tests.web.carried import peers_of
from tests.web.served import Client

AZ, TM, UZ = "AZ-SCC", "TM-SCS", "UZ-CC"
DAY = 86_400_000
PATHS = [f"/corridor{view}{form}" for view in ("", "/nexus", "/reported") for form in ("", ".csv")]


@pytest_asyncio.fixture
async def told(served, stage):
    """AZ-SCC with cargo that TM-SCS announced, and with what UZ-CC tells of TM-SCS."""
    async with peers_of(served, stage, TM, UZ) as exchange:
        for number in (1, 2, 3):
            await exchange.say(
                TM, "notice-rail-ferry", reference=f"TM-PAN-{number}", test=False, **office(number)
            )
        warned = document("alert-minimum", UZ, AZ, now=exchange.now, reference="UZ-ALR-1", test=False)
        notices = [{"authority": TM, "reference": "TM-PAN-1"}]
        subject = {**warned["subject"], "notices": notices}
        await exchange.say(UZ, "alert-minimum", reference="UZ-ALR-1", test=False, subject=subject)
        client = await served.client("sender")
        control = document(
            *("control-result-full", AZ, UZ),
            now=exchange.now,
            reference="AZ-CTL-1",
            answers=answering(warned),
            test=False,
        )
        assert (await client.submit(control)).status_code == 202
        await exchange.say(
            *(UZ, "statistics-minimum"),
            reference="UZ-STA-1",
            test=False,
            handling={"purpose": "risk-analysis", "legal_basis": "control-units"},
            period_start=instant(exchange.now - 3 * DAY),
            period_end=instant(exchange.now - 2 * DAY),
            figures=[figure(TM), figure(AZ)],
        )
        await exchange.settle()
        await FlowKeeper(served.node).catch_up()
        served.span = {
            "start": instant(exchange.now - 10 * DAY)[:10],
            "end": instant(exchange.now + 10 * DAY)[:10],
        }
        yield served


def office(number):
    return {"office_of_entry": "AZ001004" if number < 3 else "AZ001005"}


def figure(counterpart):
    return {
        "metric": "documents-alert",
        "counterpart": counterpart,
        "direction": "sent",
        "value": "12",
        "unit": "count",
    }


def numbers(cell):
    return {one["measure"]: one["value"] for one in cell["figures"] if one["part"] is None}


def table_of(answer):
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def accessed(served):
    entries = [reread_entry(raw) for _, raw in Records(served.node.database).entries()]
    return [entry.members for entry in entries if entry.kind is Kind.DOCUMENT_ACCESSED]


async def test_corridor_divides_the_cargo_and_counts_what_came_of_it(told):
    client = await told.client(role=Role.ANALYST)
    answer = await client.get("/corridor", params={**told.span, "by": "office,originator"})
    body = answer.json()
    assert answer.status_code == 200, answer.text
    assert body["by"] == ["office", "originator"]
    assert {tuple(cell["key"]): numbers(cell)["notices"] for cell in body["cells"]} == {
        ("AZ001004", TM): "2",
        ("AZ001005", TM): "1",
    }
    total = numbers(body["total"])
    assert (total["notices"], total["alerts"], total["controls"]) == ("3", "1", "1")
    assert (body["authority"], body["least"], body["missing"]) == (AZ, 0, 0)
    assert body["rulings"] == {**dict.fromkeys(map(str, Ruling), 0), "used": 5}


async def test_corridor_of_some_cargo_counts_that_alone(told):
    client = await told.client(role=Role.ANALYST)
    for chosen, notices in (
        ({"office": "AZ001005"}, "1"),
        ({"office": "AZ001005,AZ001004", "mode": "1"}, "3"),
        ({"mode": "9"}, "0"),
    ):
        answer = await client.get("/corridor", params={**told.span, **chosen})
        assert numbers(answer.json()["total"])["notices"] == notices


async def test_corridor_for_others_withholds_small_numbers(told):
    client = await told.client(role=Role.ANALYST)
    answer = await client.get("/corridor", params={**told.span, "shared_with": f"{UZ},{TM}"})
    body = answer.json()
    assert (body["shared_with"], body["least"]) == ([TM, UZ], 3)
    total = numbers(body["total"])
    assert (total["notices"], total["alerts"], total["seizures"]) == ("3", None, "0")


async def test_corridor_as_csv_has_the_same_figures(told):
    client = await told.client(role=Role.ANALYST)
    params = {**told.span, "by": "office"}
    rows = table_of(await client.get("/corridor.csv", params=params))
    body = (await client.get("/corridor", params=params)).json()
    shown = {(row["row"], row["office"], row["measure"], row["part"]): row["value"] for row in rows}
    cells = [("cell", *cell["key"], cell) for cell in body["cells"]]
    cells += [(kind, "", body[kind]) for kind in ("total", "loose")]
    assert shown == {
        (kind, key, one["measure"], one["part"] or ""): one["value"]
        for kind, key, cell in cells
        for one in cell["figures"]
    }


def test_rows_have_a_column_for_every_dimension():
    assert set(Dimension) <= CorridorRow.model_fields.keys()


async def test_nexus_names_the_three(told):
    client = await told.client(role=Role.ANALYST)
    answer = await client.get("/corridor/nexus", params=told.span)
    links = answer.json()["links"]
    assert {(each["announced_by"], each["alerted_by"], each["ended_at"]) for each in links} == {
        (TM, UZ, AZ)
    }
    rows = table_of(await client.get("/corridor/nexus.csv", params=told.span))
    assert [row["chapter"] for row in rows] == [each["chapter"] for each in links]


async def test_nexus_of_two_is_shown_on_request(told):
    client = await told.client(role=Role.ANALYST)
    params = {**told.span, "authorities": 1}
    assert (await client.get("/corridor/nexus", params=params)).status_code == 422
    params["authorities"] = 2
    assert len((await client.get("/corridor/nexus", params=params)).json()["links"]) == 3


async def test_reported_is_given_once_that_is_recorded(told):
    client = await told.client(role=Role.ANALYST)
    answer = await client.get("/corridor/reported", params=told.span)
    (each,) = answer.json()["reported"]
    assert (each["authority"], each["sender"], each["recipient"]) == (UZ, UZ, TM)
    assert [(one["measure"], one["value"]) for one in each["figures"]] == [("documents-alert", "12")]
    (entry,) = accessed(told)
    assert {name: entry[name] for name in ("from", "by", "door")} == {
        "from": UZ,
        "by": "risk-engine",
        "door": "rest",
    }


async def test_reported_that_the_caller_holds_already_is_not_given_again(told):
    client = await told.client(role=Role.ANALYST)
    first = await client.get("/corridor/reported", params=told.span)
    again = await client.get(
        "/corridor/reported", params=told.span, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, len(accessed(told))) == (304, 1)


async def test_reported_as_csv_is_recorded_too(told):
    client = await told.client(role=Role.ANALYST)
    (row,) = table_of(await client.get("/corridor/reported.csv", params=told.span))
    assert (row["reference"], row["measure"], row["value"]) == ("UZ-STA-1", "documents-alert", "12")
    assert len(accessed(told)) == 1


async def test_reported_without_any_records_nothing(served):
    client = await served.client(role=Role.ANALYST)
    answer = await client.get("/corridor/reported")
    assert (answer.json()["reported"], accessed(served)) == ([], [])


async def test_view_gives_no_content_and_records_none(told):
    client = await told.client(role=Role.ANALYST)
    for path in ("/corridor", "/corridor/nexus"):
        text = (await client.get(path, params={**told.span, "by": ",".join(Dimension)})).text
        assert "TM-PAN" not in text
        assert "UZ-ALR" not in text
    assert accessed(told) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "limits", [{"units": ["PCU-ALYAT"]}, {"types": ["alert"]}, {"units": [], "offices": ["AZ001004"]}]
)
async def test_system_that_does_not_see_everything_gets_no_view(served, path, limits):
    client = await served.client(role=Role.ANALYST, **limits)
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.figures")


@pytest.mark.parametrize("path", PATHS)
async def test_view_needs_a_token_and_its_scope(served, path):
    system = await served.add_system()
    without = Client(served, await served.token_of(system, Scope.MESSAGES_READ))
    answers = [await Client(served, None).get(path), await without.get(path)]
    assert [answer.json()["code"] for answer in answers] == ["token.missing", "access.scope"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"by": "colour"}, "corridor.dimension"),
        ({"shared_with": AZ}, "corridor.reader"),
        ({"purpose": "curiosity"}, "corridor.purpose"),
        ({"month": "november"}, "period.malformed"),
        ({"month": "2026-11", "start": "2026-11-01"}, "period.malformed"),
        ({"start": "2026-11-01"}, "period.malformed"),
        ({"start": "2026-11-01", "end": "2026-11-01"}, "period.malformed"),
        ({"start": "2025-11-01", "end": "2026-11-03"}, "period.malformed"),
        ({"by": "x" * 129}, "request.invalid"),
        ({"chaper": "29"}, "request.invalid"),  # mistyped: it must not look like one that fits all
        ({"week": "2026-W48"}, "request.invalid"),
    ],
)
async def test_question_that_makes_no_sense_is_refused(served, params, code):
    client = await served.client(role=Role.ANALYST)
    answer = await client.get("/corridor", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_corridor_that_has_not_changed_is_not_sent_again(told):
    client = await told.client(role=Role.ANALYST)
    first = await client.get("/corridor", params=told.span)
    again = await client.get(
        "/corridor", params=told.span, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
