"""What a system does with a message that arrived: read it, give it to a unit, under If-Match."""

import asyncio

import pytest

from node.audit.event import Kind, reread_entry
from node.national.scopes import Scope
from node.store.record import Records
from tests.spoken import document, written
from tests.web.served import Client

ALERT = "alert-minimum"


def entries(served, kind: Kind):
    found = [reread_entry(raw) for _, raw in Records(served.node.database).entries()]
    return [entry.members for entry in found if entry.kind is kind]


async def etag(client, name):
    return (await client.get(f"/messages/{name}")).headers["etag"]


async def act(client, name, act_, body=None, *, match="*", **params):
    headers = {} if match is None else {"If-Match": match}
    return await client.post(f"/messages/{name}/{act_}", json=body, headers=headers, params=params)


async def test_read_is_recorded_and_told_to_the_originator(served, exchange):
    client = await served.client()
    done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    answer = await act(client, "UZ-1", "read", {"unit": "PCU-BAKU"}, match=await etag(client, "UZ-1"))
    assert (answer.status_code, answer.json()["read"]) == (200, True)
    assert answer.json()["journey"][-1]["unit"] == "PCU-BAKU"
    assert answer.headers["etag"] == await etag(client, "UZ-1")
    await exchange.settle()
    told = Records(exchange.peers["UZ-CC"].node.database).entries()
    found = [
        entry for entry in (reread_entry(raw) for _, raw in told) if entry.members.get("re") == done.id
    ]
    assert Kind.READ_RECEIPTED in {entry.kind for entry in found}


@pytest.mark.parametrize("body", [None, {}, {"unit": None}])
async def test_read_without_a_unit_names_none(served, exchange, body):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    answer = await act(client, "UZ-1", "read", body)
    assert answer.status_code == 200, answer.text
    assert "unit" not in entries(served, Kind.MESSAGE_READ)[0]


async def test_read_twice_is_recorded_once(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    answers = [await act(client, "UZ-1", "read") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(entries(served, Kind.MESSAGE_READ)) == 1


async def test_assign_lets_the_systems_of_the_unit_see_it(served, exchange):
    client = await served.client()
    baku = await served.client("baku", units=["PCU-BAKU"])
    done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    assert (await baku.get("/messages/UZ-1")).status_code == 404
    answer = await act(client, "UZ-1", "assign", {"unit": "PCU-BAKU"})
    assert answer.json()["units"] == ["PCU-BAKU"]
    assert (await baku.get("/messages/UZ-1")).status_code == 200
    assert entries(served, Kind.MESSAGE_ASSIGNED) == [
        {"from": "UZ-CC", "re": done.id, "unit": "PCU-BAKU"}
    ]


@pytest.mark.parametrize(("act_", "body"), [("read", None), ("assign", {"unit": "PCU-BAKU"})])
async def test_act_on_what_has_changed_since_is_refused(served, exchange, act_, body):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    seen = await etag(client, "UZ-1")
    await served.desk.assign("UZ-1", "PCU-ALYAT")
    answers = [
        await act(client, "UZ-1", act_, body, match=seen),
        await act(client, "UZ-1", act_, body, match=None),
        await act(client, "UZ-1", act_, body, match=f'"other", {await etag(client, "UZ-1")}'),
    ]
    assert [answer.status_code for answer in answers] == [412, 428, 200]
    assert answers[0].json()["code"] == "precondition.failed"
    assert answers[1].json()["code"] == "precondition.missing"


async def test_assign_at_once_on_the_same_record_is_done_once(served, exchange):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    seen = await etag(client, "UZ-1")
    units = [f"PCU-{number}" for number in range(6)]
    answers = await asyncio.gather(
        *(act(client, "UZ-1", "assign", {"unit": unit}, match=seen) for unit in units)
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 5]
    assert len(entries(served, Kind.MESSAGE_ASSIGNED)) == 1


@pytest.mark.parametrize("act_", ["read", "assign"])
async def test_act_for_a_unit_of_others_is_refused(served, exchange, act_):
    client = await served.client("baku", units=["PCU-BAKU"])
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    await served.desk.assign("UZ-1", "PCU-BAKU")
    answer = await act(client, "UZ-1", act_, {"unit": "PCU-ALYAT"})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.unit")
    assert answer.json()["pointer"] == "/unit"
    assert (await act(client, "UZ-1", act_, {"unit": "PCU-BAKU"})).status_code == 200


@pytest.mark.parametrize(
    ("act_", "body"),
    [
        ("assign", None),
        ("assign", {}),
        ("assign", {"unit": "two words"}),
        ("assign", {"unit": "PCU-BAKU", "note": "x"}),
        ("read", {"unit": ""}),
        ("read", []),
    ],
)
async def test_act_with_a_body_of_another_shape_is_refused(served, exchange, act_, body):
    client = await served.client()
    await exchange.say("UZ-CC", ALERT, reference="UZ-1")
    answer = await act(client, "UZ-1", act_, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(("act_", "body"), [("read", None), ("assign", {"unit": "PCU-BAKU"})])
class TestNotToBeDone:
    async def test_act_on_what_is_not_seen_is_not_found(self, served, exchange, act_, body):
        client = await served.client("baku", units=["PCU-BAKU"])
        await exchange.say("UZ-CC", ALERT, reference="UZ-1")
        answer = await act(client, "UZ-1", act_, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "message.unknown")

    async def test_act_on_a_message_of_ours_is_refused(self, served, exchange, act_, body):
        client = await served.client()
        value = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
        await exchange.own.submit(written(value))
        answer = await act(client, "AZ-1", act_, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "message.ours")

    async def test_act_on_a_refused_message_is_refused(self, served, exchange, act_, body):
        client = await served.client()
        agreements, served.node.agreements = served.node.agreements, {}
        done = await exchange.say("UZ-CC", ALERT, reference="UZ-1")
        served.node.agreements = agreements
        answer = await act(client, done.id, act_, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "message.refused_here")

    async def test_act_on_a_reference_of_several_asks_whose(self, served, exchange, act_, body):
        client = await served.client()
        await exchange.say("UZ-CC", ALERT, reference="SAME-1")
        await exchange.say("TM-SCS", ALERT, reference="SAME-1")
        answer = await act(client, "SAME-1", act_, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "message.ambiguous")
        done = await act(client, "SAME-1", act_, body, **{"from": "TM-SCS"})
        assert done.json()["originator"] == "TM-SCS"

    async def test_act_without_the_scope_is_refused(self, served, act_, body):
        system = await served.add_system()
        client = Client(served, await served.token_of(system, Scope.MESSAGES_READ))
        answer = await act(client, "UZ-1", act_, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")
